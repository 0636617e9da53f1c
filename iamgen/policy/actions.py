"""The actions that a comparison ranges over: the universe's, and those that only a document names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from iamgen.policy.model import Statement
from iamgen.policy.universe import ActionUniverse
from iamgen.policy.wildcards import matches_action

_EVERY = ("*", "*:*")


class Actions:
    """Expands statements to actions. An action that the universe lacks is kept, compared as text."""

    def __init__(self, universe: ActionUniverse, extra: Iterable[str]) -> None:
        """`extra` are action names or patterns of documents and needs; unknown names among them are kept."""
        unknown: dict[str, str] = {}
        for name in sorted(name for name in set(extra) if _is_unknown(universe, name)):  # type: ignore[arg-type]  # a protocol cannot say that it can be hashed
            unknown.setdefault(name.casefold(), name)
        self.unknown = tuple(unknown.values())
        self._table = _table(universe, self.unknown)  # type: ignore[arg-type]  # the same
        self.everything = self._table.everything

    def expand(self, pattern: str) -> tuple[str, ...]:
        """The actions of a pattern in the universe's spelling and order, unknown ones last."""
        return _expanded(self._table, pattern)

    def of(self, statement: Statement) -> frozenset[str]:
        """The actions of a statement, case folded."""
        listed = frozenset(a.casefold() for p in statement.not_actions or statement.actions for a in self.expand(p))
        return frozenset(a.casefold() for a in self.everything) - listed if statement.not_actions else listed

    def written(self, statement: Statement) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each action pattern as written, with the actions that it stands for; a NotAction as one `not ...`."""
        return _written(self._table, statement)


# A policy such as ReadOnlyAccess, of 1,500 patterns, is a thousand roles': what stands for it is looked up once.


class _Table:
    """A universe with the unknown actions that are kept beside it; two tables are never equal."""

    __slots__ = ("everything", "universe", "unknown")

    def __init__(self, universe: ActionUniverse, unknown: tuple[str, ...]) -> None:
        self.universe = universe
        self.unknown = unknown
        self.everything = (*universe.all_actions(), *unknown)

    def unknown_of(self, pattern: str) -> Iterator[str]:
        folded = pattern.casefold()
        # Most patterns name their service: those of the others need no matching.
        service = folded.partition(":")[0]
        start = "" if is_pattern(service) else f"{service}:"
        for name in self.unknown:
            if name.casefold().startswith(start) and matches_action(pattern, name):
                yield name


@lru_cache(maxsize=64)
def _table(universe: ActionUniverse, unknown: tuple[str, ...]) -> _Table:
    return _Table(universe, unknown)


@lru_cache(maxsize=65_536)
def _is_unknown(universe: ActionUniverse, name: str) -> bool:
    return not is_pattern(name) and not universe.action_known(name)


@lru_cache(maxsize=65_536)
def _expanded(table: _Table, pattern: str) -> tuple[str, ...]:
    if pattern in _EVERY:
        return table.everything
    return (*table.universe.expand(pattern), *table.unknown_of(pattern))


@lru_cache(maxsize=1_024)
def _written(table: _Table, statement: Statement) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not statement.not_actions:
        return tuple((pattern, _expanded(table, pattern)) for pattern in dict.fromkeys(statement.actions))
    excluded = {a.casefold() for p in statement.not_actions for a in _expanded(table, p)}
    rest = tuple(a for a in table.everything if a.casefold() not in excluded)
    return (("not " + ", ".join(statement.not_actions), rest),)


@lru_cache(maxsize=65_536)
def is_free(universe: ActionUniverse, action: str) -> bool:
    """Whether AWS checks the action on `*` only."""
    return universe.resource_free(action)


def is_pattern(action: str) -> bool:
    """Whether an action as written stands for several."""
    return "*" in action or "?" in action


def named_in(statements: Iterable[Statement]) -> Iterator[str]:
    """The action names and patterns that statements write."""
    for statement in statements:
        yield from statement.actions
        yield from statement.not_actions
