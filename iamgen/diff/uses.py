"""Evidence of use beside what is granted in vain."""

from __future__ import annotations

from dataclasses import replace

from iamgen.deployed.evidence import Evidence, Use
from iamgen.diff.model import Difference, Excess, Undecided, Uses


def with_evidence(difference: Difference, evidence: Evidence) -> Difference:
    """The difference with each excess marked as used, not used or not logged; nothing is added or removed."""
    role = difference.role
    return replace(
        difference,
        excess=tuple(_marked(one, evidence, role) for one in difference.excess),
        tolerated=tuple(_marked(one, evidence, role) for one in difference.tolerated),
        undecided=tuple(_doubt(one, evidence, role) for one in difference.undecided),
    )


def _doubt(doubt: Undecided, evidence: Evidence, role: str) -> Undecided:
    return doubt if doubt.excess is None else replace(doubt, excess=_marked(doubt.excess, evidence, role))


def _marked(excess: Excess, evidence: Evidence, role: str) -> Excess:
    names = dict.fromkeys(name for action in excess.actions for name in action.unneeded)
    found = [evidence.of(name, role) for name in names]
    return replace(
        excess,
        uses=Uses(
            used=tuple(one for one in found if one.use is Use.USED),
            not_used=tuple(one for one in found if one.use is Use.NOT_USED),
            not_logged=tuple(one.action for one in found if one.use is Use.NOT_LOGGED),
        ),
    )
