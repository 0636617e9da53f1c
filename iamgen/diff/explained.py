"""Which grants a gap of the code may need: what a gap may explain is undecided, not excess."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iamgen.analysis.usage import Gap, GapKind
from iamgen.catalog.model import Status
from iamgen.catalog.store import Catalog

# Gaps that cannot hide a request of the unit's own role.
_HARMLESS = frozenset({GapKind.STALE_PRAGMA, GapKind.UNKNOWN_ROLE})
# A gap names so few candidates only; a full list may be a cut one. Source: analysis.limits.CANDIDATES.
_FULL = 8


@dataclass(frozen=True, slots=True)
class Reach:
    """The actions that a gap may need: these, and all of these service prefixes; `anything` for any at all."""

    gap: Gap
    actions: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    anything: bool = False

    def holds(self, action: str) -> bool:
        name = action.casefold()
        return self.anything or name in self.actions or name.partition(":")[0] in self.prefixes


def reaches(gaps: Iterable[Gap], catalog: Catalog) -> tuple[Reach, ...]:
    """What each gap may need, in order; gaps that can need nothing are left out."""
    return tuple(_reach(gap, catalog) for gap in gaps if gap.kind not in _HARMLESS)


def _reach(gap: Gap, catalog: Catalog) -> Reach:
    if not gap.candidates:
        return Reach(gap, anything=True)
    cut = len(gap.candidates) >= _FULL
    actions: set[str] = set()
    prefixes: set[str] = set()
    for candidate in gap.candidates:
        service, _, operation = candidate.partition(".")
        prefix = catalog.service_prefix(service)
        if prefix is None:
            return Reach(gap, anything=True)
        if cut or operation in ("", "*"):
            prefixes.add(prefix.casefold())
            continue
        needs = catalog.needs(service, operation)
        if needs.status in (Status.UNKNOWN, Status.UNSUPPORTED):
            prefixes.add(prefix.casefold())
        for permission in needs.permissions:
            actions.add(permission.action.casefold())
            found = catalog.action(permission.action)
            actions.update(name.casefold() for name in (found.dependent_actions if found else ()))
    return Reach(gap, frozenset(actions), frozenset(prefixes))
