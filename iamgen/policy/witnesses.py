"""Witnesses that a reader recognises: a text of a set that looks like an ARN, where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from iamgen.policy.algebra import Answer, Match, ResourceSet, intersection, is_empty
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
    found, steps = _near(whole, action.partition(":")[0], tuple(examples))
    budget.charge(steps)
    return found or first or "*"


@lru_cache(maxsize=8_192)
def _near(whole: ResourceSet, service: str, examples: tuple[str, ...]) -> tuple[str, int]:
    """A text of the set that looks like an ARN, "" when there is none, and the steps that it took."""
    steps = 0
    for hint in _hints(service, examples):
        found = is_empty(intersection(Match(hint), whole))
        steps += 1 + found.steps
        if found.no and found.witness:
            return found.witness, steps
    return "", steps


def _hints(service: str, examples: Iterable[str]) -> Iterator[Pattern]:
    any_name = (Wild.ANY, Wild.STAR)
    for example in examples:
        tokens = parse_pattern(example).tokens
        colons = [index for index, piece in enumerate(tokens) if piece == ":"]
        if len(colons) >= 5:
            yield Pattern((*tokens[: colons[4] + 1], *any_name))
    yield parse_pattern(f"arn:aws:{service}:*:*:?*")
    yield parse_pattern("arn:?*:?*:*:*:?*")
