"""What the code needs against what the role grants: the difference, the findings, the baseline.

`compare_role` joins a unit's requirements with its role's grants by `policy.compare` and gives each
part its evidence. It fails closed: a gap or an unread policy makes answers undecided, never clean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iamgen.core.lazy import lazily

if TYPE_CHECKING:
    from iamgen.diff.compare import compare_role
    from iamgen.diff.model import Difference, Doubt, Excess, Missing, Origin, Undecided
    from iamgen.diff.rules import RULES, Finding, Rule, Severity

_HOMES: Final = {
    "Difference": "iamgen.diff.model",
    "Doubt": "iamgen.diff.model",
    "Excess": "iamgen.diff.model",
    "Finding": "iamgen.diff.rules",
    "Missing": "iamgen.diff.model",
    "Origin": "iamgen.diff.model",
    "RULES": "iamgen.diff.rules",
    "Rule": "iamgen.diff.rules",
    "Severity": "iamgen.diff.rules",
    "Undecided": "iamgen.diff.model",
    "compare_role": "iamgen.diff.compare",
}

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
]

__getattr__ = lazily(__name__, _HOMES)
