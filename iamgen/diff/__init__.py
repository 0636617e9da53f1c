"""What the code needs against what the role grants: the difference, the findings, the baseline.

`compare_role` joins a unit's requirements with its role's grants by `policy.compare` and gives each
part its evidence. It fails closed: a gap or an unread policy makes answers undecided, never clean.
"""

from iamgen.diff.compare import compare_role
from iamgen.diff.findings import findings
from iamgen.diff.model import Difference, Doubt, Excess, Missing, Origin, Undecided
from iamgen.diff.rules import RULES, Finding, Rule, Severity

__all__ = [
    "RULES",
    "Difference",
    "Doubt",
    "Excess",
    "Finding",
    "Missing",
    "Origin",
    "Rule",
    "Severity",
    "Undecided",
    "compare_role",
    "findings",
]
