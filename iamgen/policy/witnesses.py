"""Witnesses that a reader recognises: a text of a set that looks like an ARN, where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamgen.policy.algebra import Answer, Match, ResourceSet, intersection
from iamgen.policy.budget import Budget
from iamgen.policy.patterns import Pattern, Wild, parse_pattern


def readable(budget: Budget, whole: ResourceSet, answer: Answer, action: str, examples: Iterable[str] = ()) -> str:
    """A text of a set that is known not to be empty (`answer` says so).

    The answer's own witness is the shortest one, which for `*` is no text at all: then one that
    lies near the `examples` (resources of needs), or any ARN of the action's service, is better.
    """
    first = answer.witness or ""
    if first.startswith(("arn:", "${")) or first == "*":
        return first
    for hint in _hints(action, examples):
        found = budget.is_empty(intersection(Match(hint), whole))
        if found.no and found.witness:
            return found.witness
    return first or "*"


def _hints(action: str, examples: Iterable[str]) -> Iterator[Pattern]:
    any_name = (Wild.ANY, Wild.STAR)
    for example in examples:
        tokens = parse_pattern(example).tokens
        colons = [index for index, piece in enumerate(tokens) if piece == ":"]
        if len(colons) >= 5:
            yield Pattern((*tokens[: colons[4] + 1], *any_name))
    service = action.partition(":")[0]
    yield parse_pattern(f"arn:aws:{service}:*:*:?*")
    yield parse_pattern("arn:?*:?*:*:*:?*")
