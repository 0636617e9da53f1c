"""What a new policy or role allows more and less than an old one, for the reviewer and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from iamgen.policy.change import Change, PolicyChange
from iamgen.policy.reach import describe
from iamgen.render.plain import printable

_SHOWN_ACTIONS = 6  # of one change; the JSON form has all of them


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A role (or a policy file) on both sides, and how it differs."""

    old: str
    new: str
    change: PolicyChange


def changes_as_text(roles: Sequence[RoleChange]) -> str:
    """`+` for what is newly allowed, `-` for what no longer is, `?` for what cannot be told; a sum at the end."""
    lines: list[str] = []
    for role in roles:
        if not role.change.equal:
            lines += [f"{role.old} -> {role.new}", *_role_lines(role.change), ""]
    gained = sum(len(role.change.newly_allowed) for role in roles)
    lost = sum(len(role.change.no_longer_allowed) for role in roles)
    doubts = sum(len(role.change.undecided) for role in roles)
    if gained or lost or doubts:
        lines.append(f"{gained} newly allowed, {lost} no longer allowed, {doubts} undecided")
    else:
        lines.append("both allow the same")
    return "\n".join(printable(line) for line in lines) + "\n"


def _role_lines(change: PolicyChange) -> Iterator[str]:
    for sign, changes, other in (("+", change.newly_allowed, "before"), ("-", change.no_longer_allowed, "now")):
        for one in changes:
            condition = f" if {describe(one.conditions)}" if one.conditions else ""
            yield f"  {sign} {_some(one.actions)} on {one.resource}{condition}"
            yield f"      by {one.statement}"
            request = f"{one.request.action} on {one.request.resource}{_context(one)}"
            yield f"      for example {request}; {other}: {one.decision.outcome}, {one.decision.reason}"
    for doubt in change.undecided:
        place = f" on {doubt.resource}" if doubt.resource else ""
        about = f"{_some(doubt.actions)}{place}: " if doubt.actions else ""
        yield f"  ? {about}{doubt.reason}"


def _some(actions: Sequence[str]) -> str:
    rest = len(actions) - _SHOWN_ACTIONS
    shown = ", ".join(actions[:_SHOWN_ACTIONS])
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _context(change: Change) -> str:
    pairs = [f"{key} = {' | '.join(values)}" for key, values in sorted(change.request.context.items())]
    return f" with {', '.join(pairs)}" if pairs else ""


def changes_as_json(roles: Sequence[RoleChange]) -> str:
    """The same as data; conditions and contexts as objects."""
    return json.dumps({"version": 1, "roles": [_role(role) for role in roles]}, indent=2) + "\n"


def _role(role: RoleChange) -> dict[str, Any]:
    return {
        "old": role.old,
        "new": role.new,
        "equal": role.change.equal,
        "newly_allowed": list(_changes(role.change.newly_allowed)),
        "no_longer_allowed": list(_changes(role.change.no_longer_allowed)),
        "undecided": [
            {"reason": doubt.reason, "actions": list(doubt.actions), "resource": doubt.resource}
            for doubt in role.change.undecided
        ],
    }


def _changes(changes: Iterable[Change]) -> Iterator[dict[str, Any]]:
    for one in changes:
        yield {
            "policy": one.statement.policy,
            "statement": one.statement.index,
            "sid": one.statement.sid,
            "actions": list(one.actions),
            "resource": one.resource,
            "conditions": [{"operator": c.operator, "key": c.key, "values": list(c.values)} for c in one.conditions],
            "witness": {
                "action": one.request.action,
                "resource": one.request.resource,
                "context": {key: list(values) for key, values in sorted(one.request.context.items())},
            },
            "other": {"decision": one.decision.outcome.value, "reason": one.decision.reason},
        }
