"""What statements reach, as sets of resources for one action: from below (certain) or above (possible)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iamgen.policy.algebra import (
    EVERYTHING,
    NOTHING,
    Match,
    Perhaps,
    ResourceSet,
    complement,
    difference,
    intersection,
    union,
)
from iamgen.policy.evaluate import StatementRef, conditions_hold, speaks_of_action
from iamgen.policy.implication import contradicts, implies
from iamgen.policy.model import Condition, Effect, NamedPolicy, Policy, Statement
from iamgen.policy.operators import Context, fill_pattern
from iamgen.policy.patterns import Pattern, Reading, read_variables
from iamgen.policy.wildcards import resource_pattern

UNRESOURCED = Match(Pattern(("*",)))
"""The one resource on which AWS checks an action that supports no ARN: the text `*` itself."""


@dataclass(frozen=True, slots=True)
class GrantSet:
    """All that decides what a role may do: its policies, and what limits them.

    `scps` are levels (organisation root to account), each of which must allow; `session` is the
    session policy, if any.
    """

    identity: tuple[NamedPolicy, ...] = ()
    boundary: Policy | None = None
    scps: tuple[tuple[Policy, ...], ...] = ()
    session: Policy | None = None

    @property
    def limits(self) -> tuple[Layer, ...]:
        """The layers besides the identity policies, each of which must allow too."""
        out: list[Layer] = []
        if self.boundary is not None:
            out.append(Layer("permissions boundary", (NamedPolicy("permissions boundary", self.boundary),)))
        if self.session is not None:
            out.append(Layer("session policy", (NamedPolicy("session policy", self.session),)))
        for number, level in enumerate(self.scps, 1):
            name = "service control policies" + (f" of level {number}" if len(self.scps) > 1 else "")
            out.append(Layer(name, tuple(NamedPolicy(name, policy) for policy in level)))
        return tuple(out)

    @property
    def layers(self) -> tuple[Layer, ...]:
        return (Layer("identity policies", self.identity), *self.limits)


@dataclass(frozen=True, slots=True)
class Layer:
    """Policies of which one must allow and none may deny."""

    name: str
    policies: tuple[NamedPolicy, ...]

    def statements(self, effect: Effect) -> Iterable[Placed]:
        for policy in self.policies:
            for index, statement in enumerate(policy.policy.statements):
                if statement.effect is effect:
                    yield Placed(StatementRef(policy.name, index, statement.sid), statement, policy.policy.version)


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement, where it stands, and its document's version."""

    ref: StatementRef
    statement: Statement
    version: str

    def resources(self, reading: Reading) -> ResourceSet:
        """The statement's resources; variables read so, in a NotResource the other way round."""
        if self.statement.not_resources:
            other = Reading.NOTHING if reading is Reading.ANYTHING else Reading.ANYTHING
            return complement(union(*self._patterns(self.statement.not_resources, other)))
        return union(*self._patterns(self.statement.resources, reading))

    def _patterns(self, texts: Sequence[str], reading: Reading) -> Iterable[ResourceSet]:
        for text in texts:
            pattern = read_variables(resource_pattern(text, version=self.version), reading)
            if pattern is not None:
                yield Match(pattern)

    def speaks_of(self, action: str) -> bool:
        return speaks_of_action(self.statement, action)


def certainly_allowed(placed: Placed, given: Sequence[Condition]) -> ResourceSet:
    """What an Allow surely grants to a request that meets `given`: under other conditions, perhaps."""
    whole = placed.resources(Reading.NOTHING)
    return _conditional(whole, placed, given)


def certainly_denied(placed: Placed, given: Sequence[Condition]) -> ResourceSet:
    """What a Deny refuses; what it refuses only by a variable or a condition is a perhaps."""
    lower, upper = placed.resources(Reading.NOTHING), placed.resources(Reading.ANYTHING)
    whole = lower if lower == upper else union(lower, Perhaps(upper, f"a policy variable of {placed.ref}"))
    return _conditional(whole, placed, given)


def _conditional(whole: ResourceSet, placed: Placed, given: Sequence[Condition]) -> ResourceSet:
    conditions = placed.statement.conditions
    if not conditions or implies(given, conditions):
        return whole
    if contradicts(given, conditions):
        return NOTHING
    return Perhaps(whole, f"the condition {describe(conditions)} of {placed.ref}")


def describe(conditions: Iterable[Condition]) -> str:
    """A condition block in a line: `StringEquals aws:RequestedRegion = eu-west-1`."""
    return " and ".join(f"`{c.operator} {c.key} = {' | '.join(c.values)}`" for c in conditions)


def assured(layers: Iterable[Layer], action: str, given: Sequence[Condition]) -> ResourceSet:
    """Where all layers allow the action and none denies it, for requests that meet `given`."""
    allowed: list[ResourceSet] = []
    denied: list[ResourceSet] = []
    for layer in layers:
        allowed.append(allowed_by(layer, action, given))
        denied.append(denied_by(layer, action, given))
    return difference(intersection(*allowed), union(*denied))


def allowed_by(layer: Layer, action: str, given: Sequence[Condition]) -> ResourceSet:
    return union(*(certainly_allowed(p, given) for p in layer.statements(Effect.ALLOW) if p.speaks_of(action)))


def denied_by(layer: Layer, action: str, given: Sequence[Condition]) -> ResourceSet:
    return union(*(certainly_denied(p, given) for p in layer.statements(Effect.DENY) if p.speaks_of(action)))


def ceiling(limits: Iterable[Layer], denials: Iterable[Placed], action: str) -> ResourceSet:
    """What a grant of the action can reach at most: conditional allows count, conditional denies don't."""
    reach: list[ResourceSet] = []
    for layer in limits:
        statements = (p for p in layer.statements(Effect.ALLOW) if p.speaks_of(action))
        reach.append(union(*(p.resources(Reading.ANYTHING) for p in statements)))
    refused = [p.resources(Reading.NOTHING) for p in denials if not p.statement.conditions and p.speaks_of(action)]
    if not reach and not refused:
        return EVERYTHING
    return difference(intersection(*reach), union(*refused)) if refused else intersection(*reach)


# --- in one context, exactly -------------------------------------------------------------------


def allowed_in(layers: Iterable[Layer], action: str, context: Context) -> ResourceSet:
    """Exactly what all layers allow for an action in a context."""
    return intersection(*(_allowed_in(layer, action, context) for layer in layers))


def _allowed_in(layer: Layer, action: str, context: Context) -> ResourceSet:
    granted, refused = (
        union(*(reached(p, context) for p in layer.statements(effect) if p.speaks_of(action))) for effect in Effect
    )
    return difference(granted, refused)


def reached(placed: Placed, context: Context) -> ResourceSet:
    """The resources that a statement speaks of in a context; none when its conditions do not hold."""
    statement = placed.statement
    if not conditions_hold(statement, context, placed.version):
        return NOTHING
    folded = {key.casefold(): values for key, values in context.items()}
    filled = [
        fill_pattern(resource_pattern(text, version=placed.version), folded)
        for text in statement.not_resources or statement.resources
    ]
    known = union(*(Match(pattern) for pattern in filled if pattern is not None))
    return complement(known) if statement.not_resources else known
