"""Fitting policies into AWS's size limits without granting anything more.

`compact` merges statements losslessly; `split` spreads them over named policies. A statement's
place follows from its own services, resources and conditions, so adding a permission moves no
other, save when its policy overflows: then half of that one policy moves, to a new name.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from iamgen.core.errors import IamgenError
from iamgen.policy.limits import MANAGED_LIMIT
from iamgen.policy.model import Condition, Effect, Policy, Statement
from iamgen.policy.serialise import size
from iamgen.policy.sids import named

_DEEPEST = 48  # bits after which statements can only be of one kind: each goes alone


class SizeError(IamgenError):
    """A single action on a single resource already exceeds the limit."""


def compact(policy: Policy) -> Policy:
    """The same grants in fewer characters: statements over several services, by actions or by resources.

    Only Allow statements with plain actions and resources are merged; the smallest form found wins,
    the given one when none is smaller.
    """
    plain = [s for s in policy.statements if _mergeable(s)]
    rest = [s for s in policy.statements if not _mergeable(s)]
    forms = [policy]
    for by_actions in (True, False):
        merged = _product_groups(plain, by_actions)
        forms.append(Policy((*named(merged), *rest), policy.version))
    smallest = min(forms, key=size)
    return policy if size(smallest) == size(policy) else smallest


def fit(
    policy: Policy, limit: int = MANAGED_LIMIT, *, name: str = "policy", previous: Mapping[str, Policy] | None = None
) -> dict[str, Policy]:
    """The policy as it is where it fits, merged where that suffices, else split: never widened."""
    if not previous:
        for form in (policy, compact(policy)):
            if size(form) <= limit:
                return {name: form}
    return split(policy, limit, name=name, previous=previous)


def _mergeable(statement: Statement) -> bool:
    return statement.effect is Effect.ALLOW and bool(statement.actions) and bool(statement.resources)


def _product_groups(statements: Iterable[Statement], by_actions: bool) -> list[Statement]:
    """The pairs (action, resource) regrouped: actions with the same resources, or resources with the same actions."""
    partners: dict[tuple[Condition, ...], dict[str, set[str]]] = {}
    for statement in statements:
        ones, others = statement.actions, statement.resources
        if not by_actions:
            ones, others = others, ones
        table = partners.setdefault(statement.conditions, {})
        for one in ones:
            table.setdefault(one, set()).update(others)
    out: list[Statement] = []
    for conditions in sorted(partners):
        groups: dict[tuple[str, ...], list[str]] = {}
        for one, others_of in sorted(partners[conditions].items()):
            groups.setdefault(tuple(sorted(others_of)), []).append(one)
        for others_sorted, members in sorted(groups.items()):
            actions, resources = (tuple(members), others_sorted) if by_actions else (others_sorted, tuple(members))
            out.append(Statement(Effect.ALLOW, actions=actions, resources=resources, conditions=conditions))
    return sorted(out, key=lambda s: (s.actions, s.resources, s.conditions))


def split(
    policy: Policy,
    limit: int = MANAGED_LIMIT,
    *,
    name: str = "policy",
    previous: Mapping[str, Policy] | None = None,
) -> dict[str, Policy]:
    """The policy's statements spread over named policies of at most `limit` characters each.

    With `previous`, the result of an earlier split, a statement stays in the policy that held it as
    long as it fits there. Together the policies grant exactly what the one granted.
    """
    if size(policy) <= limit and not previous:
        return {name: policy}
    pieces = [piece for statement in policy.statements for piece in _pieces(statement, limit, policy.version)]
    placed: dict[str, list[Statement]] = {}
    if previous:
        pieces = _keep(pieces, previous, limit, placed, policy.version)
    for label, members in _place(pieces, limit, policy.version, ""):
        target = name if not label else f"{name}-{label}"
        if placed.get(target):
            target = _free(target, placed, members, limit, policy.version)
        placed.setdefault(target, []).extend(members)
    out = {target: Policy(_ordered(members), policy.version) for target, members in sorted(placed.items()) if members}
    return out or {name: policy}


def _free(
    target: str, placed: Mapping[str, list[Statement]], members: list[Statement], limit: int, version: str
) -> str:
    """The first policy from `target` on that can take the members too."""
    number = 1
    candidate = target
    while candidate in placed and size(Policy((*placed[candidate], *members), version)) > limit:
        number += 1
        candidate = f"{target}-n{number}"
    return candidate


def _keep(
    pieces: list[Statement],
    previous: Mapping[str, Policy],
    limit: int,
    placed: dict[str, list[Statement]],
    version: str,
) -> list[Statement]:
    """Puts each piece where it was; gives those back that are new or no longer fit."""
    homes = {pair: label for label, old in sorted(previous.items()) for s in old.statements for pair in _grants(s)}
    same = {s for old in previous.values() for s in old.statements}
    left: list[Statement] = []
    for piece in sorted(pieces, key=lambda s: (s not in same, _key(s))):
        # A statement lives where most of what it grants has been.
        votes = Counter(homes[pair] for pair in _grants(piece) if pair in homes)
        home = min(votes, key=lambda label: (-votes[label], label), default=None)
        if home is not None and size(Policy((*placed.get(home, ()), piece), version)) <= limit:
            placed.setdefault(home, []).append(piece)
        else:
            left.append(piece)
    return left


def _grants(statement: Statement) -> Iterable[tuple[object, ...]]:
    """The pairs of a statement, each with all that makes it what it is."""
    for action in statement.actions or statement.not_actions:
        for resource in statement.resources or statement.not_resources:
            kind = (statement.effect.value, bool(statement.not_actions), bool(statement.not_resources))
            yield (*kind, action, resource, statement.conditions)


def _place(pieces: list[Statement], limit: int, version: str, path: str) -> Iterable[tuple[str, list[Statement]]]:
    """Halves what does not fit by one bit of each statement's own digest after the other."""
    if not pieces:
        return
    if size(Policy(tuple(pieces), version)) <= limit or len(pieces) == 1:
        yield path.rstrip("0"), pieces
        return
    if len(path) == _DEEPEST:
        for number, piece in enumerate(pieces):
            yield f"{path}x{number}", [piece]
        return
    for bit in "01":
        half = [piece for piece in pieces if _bits(piece)[len(path)] == bit]
        yield from _place(half, limit, version, path + bit)


def _key(statement: Statement) -> tuple[object, ...]:
    """What decides a statement's place: all but its actions, of which only the services count."""
    services = tuple(sorted({action.partition(":")[0] for action in statement.actions or statement.not_actions}))
    return (statement.effect.value, services, statement.resources, statement.not_resources, statement.conditions)


def _bits(statement: Statement) -> str:
    content = repr((_key(statement), statement.sid))
    return "".join(f"{byte:08b}" for byte in hashlib.sha256(content.encode()).digest())


def _pieces(statement: Statement, limit: int, version: str) -> Iterable[Statement]:
    """The statement, cut along its longer list when it alone is too large; each item's digest says to which side."""
    if size(Policy((statement,), version)) <= limit:
        yield statement
        return
    along = "resources" if sum(map(len, statement.resources)) >= sum(map(len, statement.actions)) else "actions"
    if len(getattr(statement, along)) < 2:
        along = "actions" if along == "resources" else "resources"
    items: tuple[str, ...] = getattr(statement, along)
    if len(items) < 2 or statement.not_actions or statement.not_resources:
        raise SizeError(f"a statement does not fit into {limit:,} characters")
    depth = 0
    while True:
        halves = [tuple(i for i in items if _item_bit(i, depth) == bit) for bit in (0, 1)]
        if all(halves):
            break
        depth += 1
    for number, half in enumerate(halves):
        sid = None if statement.sid is None else f"{statement.sid}{'AB'[number]}"
        cut = (
            replace(statement, actions=half, sid=sid)
            if along == "actions"
            else replace(statement, resources=half, sid=sid)
        )
        yield from _pieces(cut, limit, version)


def _item_bit(item: str, depth: int) -> int:
    value = int.from_bytes(hashlib.sha256(item.encode()).digest())
    return value >> depth & 1


def _ordered(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(
        sorted(statements, key=lambda s: (s.actions, s.not_actions, s.resources, s.not_resources, s.conditions))
    )
