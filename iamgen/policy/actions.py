"""The actions that a comparison ranges over: the universe's, and those that only a document names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamgen.policy.model import Statement
from iamgen.policy.universe import ActionUniverse
from iamgen.policy.wildcards import matches_action

_EVERY = ("*", "*:*")


class Actions:
    """Expands statements to actions. An action that the universe lacks is kept, compared as text."""

    def __init__(self, universe: ActionUniverse, extra: Iterable[str]) -> None:
        """`extra` are action names or patterns of documents and needs; unknown names among them are kept."""
        self._universe = universe
        unknown: dict[str, str] = {}
        for name in sorted(set(extra)):
            if not is_pattern(name) and not universe.action_known(name):
                unknown.setdefault(name.casefold(), name)
        self.unknown = tuple(unknown.values())
        self._unknown = unknown
        self.everything = (*universe.all_actions(), *self.unknown)
        self._expanded: dict[str, tuple[str, ...]] = {}

    def expand(self, pattern: str) -> tuple[str, ...]:
        """The actions of a pattern in the universe's spelling and order, unknown ones last."""
        if pattern in _EVERY:
            return self.everything
        if pattern not in self._expanded:
            self._expanded[pattern] = (*self._universe.expand(pattern), *self._unknown_of(pattern))
        return self._expanded[pattern]

    def _unknown_of(self, pattern: str) -> Iterator[str]:
        folded = pattern.casefold()
        if not is_pattern(pattern):
            if folded in self._unknown:
                yield self._unknown[folded]
            return
        # Most patterns name their service: those of the others need no matching.
        service = folded.partition(":")[0]
        start = "" if is_pattern(service) else f"{service}:"
        for name in self.unknown:
            if name.casefold().startswith(start) and matches_action(pattern, name):
                yield name

    def of(self, statement: Statement) -> frozenset[str]:
        """The actions of a statement, case folded."""
        listed = frozenset(a.casefold() for p in statement.not_actions or statement.actions for a in self.expand(p))
        return frozenset(a.casefold() for a in self.everything) - listed if statement.not_actions else listed

    def written(self, statement: Statement) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each action pattern as written, with the actions that it stands for; a NotAction as one `not ...`."""
        if statement.not_actions:
            excluded = {a.casefold() for p in statement.not_actions for a in self.expand(p)}
            rest = tuple(a for a in self.everything if a.casefold() not in excluded)
            yield "not " + ", ".join(statement.not_actions), rest
            return
        for pattern in dict.fromkeys(statement.actions):
            yield pattern, self.expand(pattern)


def is_pattern(action: str) -> bool:
    """Whether an action as written stands for several."""
    return "*" in action or "?" in action


def named_in(statements: Iterable[Statement]) -> Iterator[str]:
    """The action names and patterns that statements write."""
    for statement in statements:
        yield from statement.actions
        yield from statement.not_actions
