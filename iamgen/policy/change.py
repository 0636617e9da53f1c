"""Two policies or roles compared: what the new one newly allows and what it no longer allows.

Exact over the universe's actions, all resources and every way the conditions can fall; each change
carries a request that shows it, as it was before and as it is after. Past a bound of steps the rest is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from iamgen.policy.actions import Actions, named_in
from iamgen.policy.algebra import (
    Match,
    ResourceSet,
    difference,
    intersection,
)
from iamgen.policy.budget import Budget, OutOfSteps
from iamgen.policy.contexts import contexts_of
from iamgen.policy.evaluate import Decision, Request, StatementRef, conditions_hold, evaluate
from iamgen.policy.model import Condition, Effect, NamedPolicy, Policy
from iamgen.policy.operators import Context, fill_pattern
from iamgen.policy.reach import UNRESOURCED, GrantSet, Placed, allowed_in, reached
from iamgen.policy.universe import ActionUniverse
from iamgen.policy.wildcards import resource_pattern
from iamgen.policy.witnesses import readable


@dataclass(frozen=True, slots=True)
class Change:
    """Actions that one side allows on (a part of) a resource and the other doesn't.

    `statement` is the Allow of the side that allows them; `decision` is the other side's answer to
    the witness `request`. `conditions` are the Allow's own.
    """

    statement: StatementRef
    actions: tuple[str, ...]
    resource: str
    request: Request
    decision: Decision
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A part of the comparison that could not be decided."""

    reason: str
    actions: tuple[str, ...] = ()
    resource: str = ""


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """Everything that differs between two policies or roles."""

    newly_allowed: tuple[Change, ...] = ()
    no_longer_allowed: tuple[Change, ...] = ()
    undecided: tuple[Doubt, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the two certainly allow the same."""
        return not (self.newly_allowed or self.no_longer_allowed or self.undecided)


def compare_policies(old: Policy | GrantSet, new: Policy | GrantSet, universe: ActionUniverse) -> PolicyChange:
    """What `new` allows and `old` does not, and the other way round."""
    before, after = _Side(_grants(old)), _Side(_grants(new))
    statements = [placed.statement for side in (before, after) for placed in side.placed]
    actions = Actions(universe, named_in(statements))
    doubts: dict[Doubt, None] = {}
    gained: _Found = {}
    lost: _Found = {}
    budget = Budget()
    try:
        classes = _classes(actions, universe, (*before.placed, *after.placed), doubts, budget)
        _beyond(after, before, classes, doubts, budget, gained)
        _beyond(before, after, classes, doubts, budget, lost)
    except OutOfSteps:
        doubts[Doubt(budget.reason)] = None
    return PolicyChange(tuple(_changes(after, before, gained)), tuple(_changes(before, after, lost)), tuple(doubts))


_Found = dict[tuple[StatementRef, str], list[tuple[tuple[str, ...], str, Context]]]
"""What was found, by statement and resource: actions, the witness's resource and its context."""


def _distinct(contexts: Iterable[Context], placed: Sequence[Placed], budget: Budget) -> tuple[Context, ...]:
    """The first of all contexts in which every statement reaches the same."""
    first: dict[tuple[ResourceSet, ...], Context] = {}
    for context in contexts:
        budget.charge(_REACH * len(placed))
        first.setdefault(tuple(reached(one, context) for one in placed), context)
    return tuple(first.values())


def _grants(side: Policy | GrantSet) -> GrantSet:
    return GrantSet((NamedPolicy("", side),)) if isinstance(side, Policy) else side


class _Side:
    """One of the two, its statements numbered once."""

    def __init__(self, grants: GrantSet) -> None:
        self.grants = grants
        self.layers = grants.layers
        self.placed = tuple(p for layer in self.layers for effect in Effect for p in layer.statements(effect))

    def decide(self, request: Request) -> Decision:
        grants = self.grants
        session = None if grants.session is None else (grants.session,)
        return evaluate(grants.identity, request, boundary=grants.boundary, session=session, scps=grants.scps)


@dataclass(frozen=True, slots=True)
class _Class:
    """Actions of which the same statements speak, and the contexts that tell these apart."""

    actions: tuple[str, ...]
    unresourced: bool
    contexts: tuple[Context, ...]


_REACH = 8
"""Steps that it takes to tell what one statement reaches in one context."""


def _classes(
    actions: Actions,
    universe: ActionUniverse,
    placed: Sequence[Placed],
    doubts: dict[Doubt, None],
    budget: Budget,
) -> tuple[_Class, ...]:
    spoken: list[frozenset[str]] = []
    for one in placed:
        spoken.append(actions.of(one.statement))
        budget.charge(len(spoken[-1]))
    everywhere = [p.statement.resources == ("*",) for p in placed]
    known = frozenset[str]().union(*spoken)
    groups: dict[tuple[bool, bytes], list[str]] = {}
    for action in actions.everything:
        folded = action.casefold()
        if folded in known:
            budget.charge(len(spoken) // 8)
            vector = bytes(folded in named for named in spoken)
            # On `*` alone it makes no difference whether the action supports ARNs.
            narrow = any(named and not wide for named, wide in zip(vector, everywhere, strict=True))
            groups.setdefault((narrow and universe.resource_free(action), vector), []).append(action)
    contexts: dict[bytes, tuple[Context, ...]] = {}
    for (_, vector), group in groups.items():
        if vector not in contexts:
            speaking = [one for one, named in zip(placed, vector, strict=True) if named]
            found = contexts_of((one.statement for one in speaking), budget)
            contexts[vector] = _distinct(found.items, speaking, budget)
            if not found.complete:
                doubts[Doubt(found.why, tuple(group))] = None
    return tuple(_Class(tuple(group), free, contexts[vector]) for (free, vector), group in groups.items())


def _beyond(
    side: _Side,
    other: _Side,
    classes: Iterable[_Class],
    doubts: dict[Doubt, None],
    budget: Budget,
    found: _Found,
) -> None:
    """Adds to `found` what `side` allows and `other` doesn't, by statement and resource."""
    for alike in classes:
        action = alike.actions[0]
        settled: set[tuple[StatementRef, str]] = set()
        asked: dict[tuple[ResourceSet, ResourceSet], None] = {}
        for context in alike.contexts:
            budget.charge(_REACH * (len(side.placed) + len(other.placed)))
            have, lack = allowed_in(side.layers, action, context), allowed_in(other.layers, action, context)
            if alike.unresourced:
                have = intersection(UNRESOURCED, have)
            if (have, lack) in asked:
                continue
            asked[have, lack] = None
            beyond = difference(have, lack)
            if budget.is_empty(beyond).yes:
                continue
            for placed, text, part in _parts(side, action, context):
                if (placed.ref, text) in settled:
                    continue
                gained = intersection(part, beyond)
                answer = budget.is_empty(gained)
                if answer.no:
                    budget.charge(_REACH * len(other.placed))  # the other side's decision on the witness
                    settled.add((placed.ref, text))
                    found.setdefault((placed.ref, text), []).append(
                        (alike.actions, readable(budget, gained, answer, action), context)
                    )
                elif not answer.yes:
                    doubts[Doubt(answer.reason, alike.actions, text)] = None


def _parts(side: _Side, action: str, context: Context) -> Iterator[tuple[Placed, str, ResourceSet]]:
    """The identity policies' resources that speak of an action in a context."""
    for placed in side.layers[0].statements(Effect.ALLOW):
        if not placed.speaks_of(action) or not conditions_hold(placed.statement, context, placed.version):
            continue
        if placed.statement.not_resources:
            yield placed, "not " + ", ".join(placed.statement.not_resources), reached(placed, context)
            continue
        folded = {key.casefold(): values for key, values in context.items()}
        for text in dict.fromkeys(placed.statement.resources):
            pattern = fill_pattern(resource_pattern(text, version=placed.version), folded)
            if pattern is not None:
                yield placed, text, Match(pattern)


def _changes(side: _Side, other: _Side, found: _Found) -> Iterator[Change]:
    order = {placed.ref: index for index, placed in enumerate(side.placed)}
    for (ref, text), hits in sorted(found.items(), key=lambda item: (order[item[0][0]], item[0][1])):
        actions, resource, context = hits[0]
        request = Request(actions[0], resource, context)
        every = tuple(sorted(action for group, _, _ in hits for action in group))
        conditions = side.placed[order[ref]].statement.conditions
        yield Change(ref, every, text, request, other.decide(request), conditions)
