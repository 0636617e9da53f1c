"""The least policy for a set of needs: nothing in it can go, and nothing is granted beyond the needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iamgen.policy.algebra import Match, includes, union
from iamgen.policy.fit import compact, fit, split
from iamgen.policy.implication import implies
from iamgen.policy.limits import INLINE_ROLE_LIMIT
from iamgen.policy.model import Condition, Effect, Need, Policy, Statement
from iamgen.policy.patterns import Pattern, Reading, plainly_apart, read_variables
from iamgen.policy.serialise import size
from iamgen.policy.sids import named
from iamgen.policy.universe import ActionUniverse
from iamgen.policy.wildcards import resource_pattern


def build_policy(needs: Iterable[Need], universe: ActionUniverse, *, limit: int = INLINE_ROLE_LIMIT) -> Policy:
    """The minimal policy that allows the needs: one statement for each service, set of resources and conditions.

    Needs that others imply are dropped; actions share a statement only when their resources and
    conditions are the same, so the product grants nothing more. Past `limit` characters statements are
    merged over services too, where that makes it shorter.
    """
    wanted = minimal_needs(needs, universe)
    resources: dict[tuple[str, tuple[Condition, ...]], set[str]] = {}
    for need in wanted:
        resources.setdefault((need.action, need.conditions), set()).add(need.resource)
    groups: dict[tuple[str, tuple[str, ...], tuple[Condition, ...]], set[str]] = {}
    for (action, conditions), patterns in resources.items():
        prefix = action.partition(":")[0]
        groups.setdefault((prefix, tuple(sorted(patterns)), conditions), set()).add(action)
    statements = [
        Statement(Effect.ALLOW, actions=tuple(sorted(actions)), resources=patterns, conditions=conditions)
        for (_, patterns, conditions), actions in sorted(groups.items())
    ]
    policy = Policy(named(statements))
    return policy if size(policy) <= limit else compact(policy)


def minimal_needs(needs: Iterable[Need], universe: ActionUniverse) -> tuple[Need, ...]:
    """The needs without those that another implies, actions in the universe's spelling, sorted."""
    spelled = sorted({_spelled(need, universe) for need in needs}, key=_order)
    by_action: dict[str, list[Need]] = {}
    for need in spelled:
        by_action.setdefault(need.action, []).append(need)
    return tuple(need for group in by_action.values() for need in _without_implied(group))


def _pattern(need: Need) -> Pattern:
    pattern = read_variables(resource_pattern(need.resource), Reading.OPAQUE)
    assert pattern is not None
    return pattern


def _without_implied(group: Sequence[Need]) -> list[Need]:
    """The needs of one action without those that the others imply together."""
    alive = [(need, _pattern(need)) for need in group]
    # From the last on: of two equal languages in different spelling the first one stays.
    for need, pattern in reversed(alive.copy()):
        others = [other for other in alive if other[0] is not need]
        granted = [
            Match(other_pattern)
            for other, other_pattern in others
            if not plainly_apart(pattern, other_pattern) and implies(need.conditions, other.conditions)
        ]
        if granted and includes(union(*granted), Match(pattern), colons_uncertain=True).yes:
            alive = others
    return [need for need, _ in alive]


def _spelled(need: Need, universe: ActionUniverse) -> Need:
    known = universe.expand(need.action) if universe.action_known(need.action) else ()
    conditions = tuple(sorted(set(need.conditions)))
    return Need(known[0] if len(known) == 1 else need.action, need.resource, conditions, need.open)


def _order(need: Need) -> tuple[str, str, tuple[Condition, ...]]:
    return (need.action, need.resource, need.conditions)


__all__ = ["build_policy", "compact", "fit", "minimal_needs", "size", "split"]
