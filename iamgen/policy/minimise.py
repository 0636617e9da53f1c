"""The least policy for a set of needs: nothing in it can go, and nothing is granted beyond the needs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from iamgen.policy.implication import implies
from iamgen.policy.limits import MANAGED_LIMIT
from iamgen.policy.model import Condition, Effect, Need, Policy, Statement
from iamgen.policy.universe import ActionUniverse
from iamgen.policy.wildcards import covers


def build_policy(needs: Iterable[Need], universe: ActionUniverse) -> Policy:
    """The minimal policy that allows the needs: one statement for each service, set of resources and conditions.

    Needs that others imply are dropped; actions share a statement only when their resources and
    conditions are the same, so the product grants nothing more.
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
    return Policy(named(statements))


def minimal_needs(needs: Iterable[Need], universe: ActionUniverse) -> tuple[Need, ...]:
    """The needs without those that another implies, actions in the universe's spelling, sorted."""
    spelled = sorted({_spelled(need, universe) for need in needs}, key=_order)
    by_action: dict[str, list[Need]] = {}
    for need in spelled:
        by_action.setdefault(need.action, []).append(need)
    kept: list[Need] = []
    for group in by_action.values():
        alive = list(group)
        # From the widest last: of two equal languages in different spelling the first one stays.
        for need in reversed(group):
            others = [other for other in alive if other is not need]
            if any(implied(need, other) for other in others):
                alive = others
        kept.extend(alive)
    return tuple(kept)


def implied(need: Need, other: Need) -> bool:
    """Whether a grant of `other` certainly satisfies `need` (the same action)."""
    return covers(other.resource, need.resource).yes and implies(need.conditions, other.conditions)


def _spelled(need: Need, universe: ActionUniverse) -> Need:
    known = universe.expand(need.action) if universe.action_known(need.action) else ()
    conditions = tuple(sorted(set(need.conditions)))
    return Need(known[0] if len(known) == 1 else need.action, need.resource, conditions, need.open)


def _order(need: Need) -> tuple[str, str, tuple[Condition, ...]]:
    return (need.action, need.resource, need.conditions)


# --- Sids --------------------------------------------------------------------------------------


def named(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements with Sids made from what they grant, so unrelated changes don't rename them."""
    listed = list(statements)
    names = [sid_of(statement) for statement in listed]
    out: list[Statement] = []
    for statement, name in zip(listed, names, strict=True):
        sid = name if names.count(name) == 1 else name + _digest(statement)
        out.append(
            Statement(
                statement.effect,
                statement.actions,
                statement.not_actions,
                statement.resources,
                statement.not_resources,
                statement.conditions,
                sid,
            )
        )
    return tuple(out)


_WORD = re.compile(r"[A-Za-z0-9]+")
_SID_WORDS = 6
_PSEUDO = re.compile(r"\$\{AWS::[A-Za-z]+\}")


def sid_of(statement: Statement) -> str:
    """A name in words: the services and what the resources are called, e.g. `DynamodbTableOrdersTable`."""
    services = sorted({action.partition(":")[0] for action in statement.actions})
    words = ["".join(map(_capital, _WORD.findall(service))) for service in services[:2]]
    for resource in statement.resources:
        for word in _WORD.findall(_PSEUDO.sub("", _tail(resource))):
            if (capital := _capital(word)) not in words and not word.isdigit():
                words.append(capital)
    if len(words) == len(services):
        words.append("All")
    if statement.conditions:
        words.append("Conditional")
    return "".join(words[: _SID_WORDS + 2])


def _tail(resource: str) -> str:
    """An ARN's resource part, or the text itself."""
    if not resource.startswith("arn:"):
        return resource
    plain = re.sub(r"\$\{[^{}]*\}", lambda m: m.group().replace(":", ""), resource)
    return plain.split(":", 5)[-1].replace("AWS", "") if plain.count(":") >= 5 else ""


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _digest(statement: Statement) -> str:
    content = repr((statement.actions, statement.resources, statement.conditions))
    return hashlib.sha256(content.encode()).hexdigest()[:6]


# --- size --------------------------------------------------------------------------------------


def split(
    policy: Policy, limit: int = MANAGED_LIMIT, *, name: str = "policy", previous: Mapping[str, Policy] | None = None
) -> dict[str, Policy]:
    raise NotImplementedError
