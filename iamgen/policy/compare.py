"""What a role grants against what is needed.

`compare` asks of each need whether every layer surely allows it, and of each statement of an
identity policy what it allows that no need requires.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iamgen.policy.algebra import (
    Answer,
    Match,
    Obstacle,
    ResourceSet,
    Verdict,
    intersection,
)
from iamgen.policy.budget import Budget, OutOfSteps
from iamgen.policy.comparison import (
    Comparison,
    Excess,
    ExcessAction,
    ExcessKind,
    Missing,
    Undecided,
    Why,
    Witness,
)
from iamgen.policy.contexts import contexts_of
from iamgen.policy.evaluate import StatementRef, conditions_hold
from iamgen.policy.excess import find_excess
from iamgen.policy.limits import MAX_TRIALS
from iamgen.policy.model import DEFAULT_VERSION, Effect, Need, Statement
from iamgen.policy.patterns import Pattern, Reading, one_value, read_variables
from iamgen.policy.reach import UNRESOURCED, GrantSet, Layer, Placed, allowed_by, allowed_in, assured, certainly_denied
from iamgen.policy.universe import ActionUniverse
from iamgen.policy.wildcards import resource_pattern

__all__ = [
    "Comparison",
    "Excess",
    "ExcessAction",
    "ExcessKind",
    "GrantSet",
    "Missing",
    "Obstacle",
    "Undecided",
    "Why",
    "Witness",
    "compare",
]


def compare(grants: GrantSet, needs: Sequence[Need], universe: ActionUniverse) -> Comparison:
    """Excess, missing and undecided of a role's grants against what is needed."""
    missing: list[Missing] = []
    doubts: list[Undecided] = []
    layers = grants.layers
    wanted = distinct(needs)
    budget = Budget()
    for need in wanted:
        match _judge_within(need, layers, universe, budget):
            case Missing() as miss:
                missing.append(miss)
            case Undecided() as doubt:
                doubts.append(doubt)
            case None:
                pass
    found = find_excess(grants, wanted, universe, budget)
    return Comparison(found.excess, tuple(missing), (*doubts, *found.undecided), found.unknown)


def distinct(needs: Iterable[Need]) -> tuple[Need, ...]:
    """The needs in order, each once; of two that differ in `open` only, the closed one: it asks for more."""
    ordered = sorted(needs, key=lambda n: (n.action.casefold(), n.resource, n.conditions, n.open))
    return tuple({(n.action.casefold(), n.resource, n.conditions): n for n in reversed(ordered)}.values())[::-1]


def _needed_set(need: Need, universe: ActionUniverse) -> Match:
    """The need's resources, every wildcard that stands for one unknown value made a symbol."""
    if need.resource == "*" and universe.resource_free(need.action):
        return UNRESOURCED
    pattern = read_variables(resource_pattern(need.resource), Reading.OPAQUE)
    assert pattern is not None
    return Match(one_value(pattern, everywhere=need.open))


_SPEAKING = 32
"""Steps that it takes to put together what one statement says of a need."""


def _judge_within(
    need: Need, layers: Sequence[Layer], universe: ActionUniverse, budget: Budget
) -> Missing | Undecided | None:
    try:
        return _judge(need, layers, universe, budget)
    except OutOfSteps:
        witness = Witness(need.action, need.resource)
        return Undecided(Obstacle.CAP, budget.reason, need, actions=(need.action,), witness=witness)


def _judge(need: Need, layers: Sequence[Layer], universe: ActionUniverse, budget: Budget) -> Missing | Undecided | None:
    wanted = _needed_set(need, universe)
    budget.charge(_SPEAKING * sum(len(policy.policy.statements) for layer in layers for policy in layer.policies))
    answer = budget.includes(assured(layers, need.action, need.conditions), wanted, colons_uncertain=True)
    if answer.obstacle is Obstacle.CONDITION:
        answer = _in_every_context(need, wanted, layers, answer, budget)
    if answer.yes:
        return None
    witness = Witness(need.action, need.resource if answer.witness is None else answer.witness)
    overlap = _overlapping(need, wanted, layers[0], budget)
    if answer.no:
        why, statement = _why(need, answer, layers, budget)
        granted = tuple(dict.fromkeys(text for _, text in overlap))
        return Missing(need, why, witness, statement, granted)
    concerned = _concerned(need, wanted, layers, budget)
    return Undecided(
        obstacle=answer.obstacle or Obstacle.CAP,
        reason=answer.reason,
        need=need,
        statement=concerned[0].ref if concerned else None,
        actions=(need.action,),
        resources=tuple(dict.fromkeys(text for _, text in overlap)),
        witness=witness,
        conditions=tuple(dict.fromkeys(c for p in concerned for c in p.statement.conditions)),
    )


def _in_every_context(
    need: Need, wanted: ResourceSet, layers: Sequence[Layer], doubt: Answer, budget: Budget
) -> Answer:
    """The answer when conditions decide, asked for each way in which they can fall.

    Yes or no only when it is the same for every context that meets the need's own conditions.
    """
    speaking = [
        placed
        for layer in layers
        for effect in Effect
        for placed in layer.statements(effect)
        if placed.speaks_of(need.action)
    ]
    own = Statement(Effect.ALLOW, conditions=need.conditions)
    contexts = contexts_of([own, *(placed.statement for placed in speaking)], budget, MAX_TRIALS)
    if not contexts.complete:
        return doubt
    answers: dict[Answer, None] = {}
    for context in contexts.items:
        if conditions_hold(own, context, DEFAULT_VERSION):
            budget.charge(len(speaking))
            allowed = allowed_in(layers, need.action, context)
            answers[budget.includes(allowed, wanted, colons_uncertain=True)] = None
    verdicts = {answer.verdict for answer in answers}
    if len(verdicts) != 1 or Verdict.UNDECIDED in verdicts:
        return doubt
    return next(iter(answers))


def _overlapping(need: Need, wanted: ResourceSet, identity: Layer, budget: Budget) -> list[tuple[Placed, str]]:
    """The identity policies' resources that hold, or may hold, a part of the need."""
    out: list[tuple[Placed, str]] = []
    for placed in identity.statements(Effect.ALLOW):
        if not placed.speaks_of(need.action):
            continue
        if placed.statement.not_resources:
            if not budget.intersects(placed.resources(Reading.ANYTHING), wanted).no:
                out.append((placed, "not " + ", ".join(placed.statement.not_resources)))
            continue
        for text in placed.statement.resources:
            pattern = read_variables(resource_pattern(text, version=placed.version), Reading.ANYTHING)
            if pattern is not None and not budget.intersects(Match(pattern), wanted).no:
                out.append((placed, text))
    return out


def _concerned(need: Need, wanted: ResourceSet, layers: Sequence[Layer], budget: Budget) -> list[Placed]:
    """The statements that speak of the need, those with conditions first."""
    out = [
        placed
        for layer in layers
        for effect in (Effect.ALLOW, Effect.DENY)
        for placed in layer.statements(effect)
        if placed.speaks_of(need.action) and not budget.intersects(placed.resources(Reading.ANYTHING), wanted).no
    ]
    return sorted(out, key=lambda placed: not placed.statement.conditions)


_OUTSIDE = (
    ("permissions boundary", Why.OUTSIDE_BOUNDARY),
    ("session policy", Why.OUTSIDE_SESSION),
    ("service control policies", Why.OUTSIDE_SCP),
)


def _why(need: Need, answer: Answer, layers: Sequence[Layer], budget: Budget) -> tuple[Why, StatementRef | None]:
    """Which rule of AWS's evaluation refuses the witness."""
    point = Match(answer.point or Pattern(()))
    for layer in layers:
        for placed in layer.statements(Effect.DENY):
            if not placed.speaks_of(need.action):
                continue
            if not budget.is_empty(intersection(point, certainly_denied(placed, need.conditions))).yes:
                return Why.EXPLICIT_DENY, placed.ref
    if budget.includes(allowed_by(layers[0], need.action, need.conditions), point).no:
        return Why.IMPLICIT_DENY, None
    for layer in layers[1:]:
        if budget.includes(allowed_by(layer, need.action, need.conditions), point).no:
            return next(why for start, why in _OUTSIDE if layer.name.startswith(start)), None
    return Why.IMPLICIT_DENY, None
