"""A policy's statements as template data, shared by the emitters that write CloudFormation."""

from __future__ import annotations

from typing import Any

from iamgen.policy.model import Policy
from iamgen.policy.serialise import to_document
from iamgen.render.policies.yaml_text import substituted


def template_document(policy: Policy) -> dict[str, Any]:
    """The policy document with `!Sub` where it refers to the template."""
    document = to_document(policy)
    return {"Version": document["Version"], "Statement": template_statements(policy)}


def template_statements(policy: Policy) -> list[dict[str, Any]]:
    """The statements with `!Sub` where they refer to the template."""
    return [
        {key: _substituted(value) if key in _TEXTS else value for key, value in statement.items()}
        for statement in to_document(policy)["Statement"]
    ]


_TEXTS = frozenset({"Resource", "NotResource", "Condition"})


def _substituted(value: Any) -> Any:
    match value:
        case str():
            return substituted(value)
        case list():
            return [_substituted(item) for item in value]
        case dict():
            return {key: _substituted(item) for key, item in value.items()}
        case _:
            return value
