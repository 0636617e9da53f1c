"""A `Policy` as a JSON document, always in the same form."""

from __future__ import annotations

import json
from typing import Any

from iamgen.policy.model import Policy, Statement


def to_document(policy: Policy) -> dict[str, Any]:
    """The document as plain data; one action or resource is a string, several are a list."""
    return {"Version": policy.version, "Statement": [_statement(statement) for statement in policy.statements]}


def _statement(statement: Statement) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if statement.sid is not None:
        out["Sid"] = statement.sid
    out["Effect"] = statement.effect.value
    if statement.not_actions:
        out["NotAction"] = _one_or_list(statement.not_actions)
    else:
        out["Action"] = _one_or_list(statement.actions)
    if statement.not_resources:
        out["NotResource"] = _one_or_list(statement.not_resources)
    else:
        out["Resource"] = _one_or_list(statement.resources)
    if statement.conditions:
        block: dict[str, dict[str, Any]] = {}
        for condition in statement.conditions:
            block.setdefault(condition.operator, {})[condition.key] = _one_or_list(condition.values)
        out["Condition"] = block
    return out


def _one_or_list(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def to_json(policy: Policy) -> str:
    """The document as text: two spaces, a newline at the end."""
    return json.dumps(to_document(policy), indent=2) + "\n"


def size(policy: Policy) -> int:
    """The characters that AWS counts against its limits: white space between tokens is free.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return len(json.dumps(to_document(policy), separators=(",", ":")))
