"""AWS's answer to one request, and the statement that decides it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
(identity policies, boundary, session policy and SCPs of one account; no resource policy).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from iamgen.policy.model import Effect, NamedPolicy, Policy, Statement
from iamgen.policy.operators import Context, fill_pattern, filler, holds, operator_named
from iamgen.policy.wildcards import matches_action, matches_pattern, resource_pattern


@dataclass(frozen=True, slots=True)
class Request:
    """One request as AWS authorises it; keys of the context fold case."""

    action: str
    resource: str = "*"
    context: Context = field(default_factory=lambda: MappingProxyType({}))


class Outcome(StrEnum):
    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicit deny"
    IMPLICIT_DENY = "implicit deny"


@dataclass(frozen=True, slots=True)
class StatementRef:
    """A statement by its policy's name, its place (from 0) and its Sid."""

    policy: str
    index: int
    sid: str | None = None

    def __str__(self) -> str:
        return f"{self.policy or 'policy'} Statement[{self.index}]" + (f" ({self.sid})" if self.sid else "")


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, the statement that decides it (none decides an implicit deny) and why."""

    outcome: Outcome
    statement: StatementRef | None = None
    reason: str = ""

    @property
    def allowed(self) -> bool:
        return self.outcome is Outcome.ALLOWED


def evaluate(
    policies: Iterable[NamedPolicy | Policy],
    request: Request,
    *,
    boundary: Policy | None = None,
    session: Sequence[Policy] | None = None,
    scps: Sequence[Sequence[Policy]] = (),
) -> Decision:
    """AWS's decision: any Deny wins; then SCPs (each level), boundary, session and identity must all allow."""
    identity = [_named(policy, "") for policy in policies]
    layers: list[tuple[str, list[NamedPolicy]]] = [
        (f"service control policies of level {level + 1}", [_named(p, "service control policy") for p in policies_of])
        for level, policies_of in enumerate(scps)
    ]
    if boundary is not None:
        layers.append(("permissions boundary", [_named(boundary, "permissions boundary")]))
    if session is not None:
        layers.append(("session policy", [_named(policy, "session policy") for policy in session]))
    layers.append(("identity policies", identity))
    for _, members in layers:
        if denied := _deciding(members, request, Effect.DENY):
            return Decision(Outcome.EXPLICIT_DENY, denied, f"denied by {denied}")
    allowed: StatementRef | None = None
    for name, members in layers:
        allowed = _deciding(members, request, Effect.ALLOW)
        if allowed is None:
            return Decision(Outcome.IMPLICIT_DENY, None, f"no statement of the {name} allows it")
    return Decision(Outcome.ALLOWED, allowed, f"allowed by {allowed}")


def _named(policy: NamedPolicy | Policy, name: str) -> NamedPolicy:
    return policy if isinstance(policy, NamedPolicy) else NamedPolicy(name, policy)


def _deciding(policies: Iterable[NamedPolicy], request: Request, effect: Effect) -> StatementRef | None:
    for policy in policies:
        for index, statement in enumerate(policy.policy.statements):
            if statement.effect is effect and applies(statement, request, policy.policy.version):
                return StatementRef(policy.name, index, statement.sid)
    return None


def applies(statement: Statement, request: Request, version: str = "2012-10-17") -> bool:
    """Whether the statement speaks of the request: action, resource and all conditions."""
    return (
        speaks_of_action(statement, request.action)
        and _speaks_of_resource(statement, request, version)
        and conditions_hold(statement, request.context, version)
    )


@lru_cache(maxsize=16_384)
def speaks_of_action(statement: Statement, action: str) -> bool:
    """Whether the statement's `Action` or `NotAction` holds an action."""
    if statement.not_actions:
        return not any(matches_action(pattern, action) for pattern in statement.not_actions)
    return any(matches_action(pattern, action) for pattern in statement.actions)


def _speaks_of_resource(statement: Statement, request: Request, version: str) -> bool:
    folded = _folded(request.context)
    patterns = [
        fill_pattern(resource_pattern(text, version=version), folded)
        for text in statement.not_resources or statement.resources
    ]
    # A text with a variable that has no value is no resource's, in a `NotResource` too.
    named = any(p is not None and matches_pattern(p, request.resource) for p in patterns)
    return named != bool(statement.not_resources)


def conditions_hold(statement: Statement, context: Mapping[str, tuple[str, ...]], version: str) -> bool:
    """Whether all conditions of a statement hold; an operator that does not exist never does."""
    folded = _folded(context)
    fill = filler(folded, version)
    for condition in statement.conditions:
        operator = operator_named(condition.operator)
        if operator is None or not holds(operator, condition.values, folded.get(condition.key.casefold()), fill):
            return False
    return True


def _folded(context: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {key.casefold(): values for key, values in context.items()}
