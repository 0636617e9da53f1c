"""What a run of iamgen found, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what a report holds is made elsewhere; showing it needs none of that loaded
    from pathlib import Path

    from iamgen.analysis.usage import Gap, Usage
    from iamgen.catalog.model import Versions
    from iamgen.diff.baseline import Accepted
    from iamgen.diff.drift import ThreeWay
    from iamgen.diff.model import Difference
    from iamgen.diff.rules import Finding
    from iamgen.mapping.model import Requirement, Requirements
    from iamgen.policy.model import Policy
    from iamgen.project.model import Problem, Unit


@dataclass(frozen=True, slots=True)
class UnitReport:
    """One unit: what its code asks of AWS, what that needs, and how its role differs from it."""

    unit: Unit
    usage: Usage
    requirements: Requirements
    policy: Policy
    difference: Difference | None = None  # None where nobody asked for one
    drift: ThreeWay | None = None  # code, template and deployed role, where that was asked for
    failed: bool = False  # iamgen itself failed on this unit; one of the gaps says how

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All that is not resolved: of the declaration, the code and the catalog, in total order."""
        return self.requirements.gaps

    @property
    def complete(self) -> bool:
        """Whether the policy is all that the unit needs."""
        return not self.gaps


@dataclass(frozen=True, slots=True)
class Report:
    """All units of a project, in the order of their names."""

    version: str  # iamgen's own
    catalog: Versions
    units: tuple[UnitReport, ...]
    problems: tuple[Problem, ...] = ()  # of the project as a whole
    findings: tuple[Finding, ...] = ()
    accepted: int = 0  # findings that the baseline holds
    stale: tuple[Accepted, ...] = ()  # of the baseline, and not found any more
    template: str | None = None
    root: Path | None = None  # of the project; no report shows it

    @property
    def drift(self) -> bool:
        """Whether something is certainly missing or granted in vain."""
        return any(unit.difference is not None and unit.difference.drift for unit in self.units)

    @property
    def certain(self) -> bool:
        """Whether nothing is undecided or unresolved."""
        return all(unit.complete and not (unit.difference and unit.difference.undecided) for unit in self.units)

    @property
    def failed(self) -> bool:
        """Whether iamgen itself failed on a unit."""
        return any(unit.failed for unit in self.units)


@dataclass(frozen=True, slots=True)
class Reason:
    """A unit that needs an action, with the requirement that holds the evidence."""

    unit: str
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class Doubt:
    """A gap that may need the action."""

    unit: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an action is in a policy, or that it is in none."""

    asked: str
    actions: tuple[str, ...]  # what was asked for stands for these
    reasons: tuple[Reason, ...]
    doubts: tuple[Doubt, ...]
    report: Report
