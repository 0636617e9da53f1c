"""Three columns: what the code needs, what the template's role grants, what the deployed role grants.

`template` and `live` are the differences of the code from either role; `change` is how the deployed
role differs from the declared one, whatever the code needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from iamgen.catalog.store import Catalog
from iamgen.deployed.grants import RoleGrants
from iamgen.diff.compare import compare_role
from iamgen.diff.model import Difference, Excess
from iamgen.diff.names import Names
from iamgen.mapping.model import Requirement, Requirements
from iamgen.policy.change import PolicyChange, compare_policies
from iamgen.policy.comparison import Witness
from iamgen.policy.evaluate import Request, evaluate


class Mark(StrEnum):
    """What a column says of a row."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Row:
    """An action (or an action pattern, as a role writes it) on a resource, and who needs or grants it."""

    action: str
    resource: str
    code: Mark
    template: Mark
    live: Mark

    @property
    def agrees(self) -> bool:
        """Whether all three say the same."""
        return self.code is self.template is self.live


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """The code, the template's role and the deployed one."""

    template: Difference
    live: Difference
    change: PolicyChange
    rows: tuple[Row, ...]

    @property
    def drift(self) -> bool:
        """Whether the deployed role certainly grants something else than the declared one."""
        return bool(self.change.newly_allowed or self.change.no_longer_allowed)


def compare_three(
    requirements: Requirements, declared: RoleGrants, live: RoleGrants, catalog: Catalog, *, strict: bool = False
) -> ThreeWay:
    """The three columns of a unit; what the deployment tells of references is filled on both sides."""
    declared = replace(declared, symbols=live.symbols)
    names = Names.of(live)
    sides = names.grants(declared), names.grants(live)
    template = compare_role(requirements, declared, catalog, strict=strict)
    deployed = compare_role(requirements, live, catalog, strict=strict)
    change = compare_policies(sides[0].grant_set, sides[1].grant_set, catalog)
    rows = dict.fromkeys((*_needed(requirements, template, deployed), *_granted(template, deployed, *sides)))
    return ThreeWay(template, deployed, change, tuple(rows))


def _needed(requirements: Requirements, template: Difference, live: Difference) -> Iterator[Row]:
    for item in requirements.items:
        yield Row(item.action, item.resource, Mark.YES, _satisfied(item, template), _satisfied(item, live))


def _satisfied(item: Requirement, difference: Difference) -> Mark:
    if any(lack.requirement == item for lack in difference.missing):
        return Mark.NO
    if any(item in doubt.requirements for doubt in difference.undecided):
        return Mark.UNDECIDED
    return Mark.YES


def _granted(template: Difference, live: Difference, declared: RoleGrants, deployed: RoleGrants) -> Iterator[Row]:
    """What either role grants in vain, by a request that shows it. What a gap may need is undecided for the code."""
    for code, excess in (*_vain(template), *_vain(live)):
        for action in excess.actions:
            names = action.unneeded
            shown = excess.witness.action if excess.witness.action in names else names[0]
            witness = replace(excess.witness, action=shown)
            yield Row(
                action.pattern,
                ", ".join(excess.resources),
                code,
                _allows(declared, witness),
                _allows(deployed, witness),
            )


def _vain(difference: Difference) -> Iterator[tuple[Mark, Excess]]:
    for excess in difference.excess:
        yield Mark.NO, excess
    for doubt in difference.undecided:
        if doubt.excess is not None:
            yield Mark.UNDECIDED, doubt.excess


def _allows(grants: RoleGrants, witness: Witness) -> Mark:
    known = grants.grant_set
    decision = evaluate(
        known.identity, Request(witness.action, witness.resource), boundary=known.boundary, scps=known.scps
    )
    if decision.allowed:
        return Mark.YES
    return Mark.UNDECIDED if grants.unread else Mark.NO
