"""A policy's statements as template data, shared by the emitters that write CloudFormation."""

from __future__ import annotations

from typing import Any

from iamgen.policy.model import Policy
from iamgen.policy.serialise import to_document
from iamgen.project.model import References
from iamgen.render.policies.yaml_text import Sub, substituted


def template_document(policy: Policy, references: References) -> dict[str, Any]:
    """The policy document as the template takes it: `!Sub`, or what else it writes, where it refers to something."""
    document = to_document(policy)
    statements = [_in_template(statement) for statement in template_statements(policy, references)]
    return {"Version": document["Version"], "Statement": statements}


def template_statements(policy: Policy, references: References) -> list[dict[str, Any]]:
    """The statements with a `Sub` where they refer to the template."""
    return [
        {key: _substituted(value, references) if key in _TEXTS else value for key, value in statement.items()}
        for statement in to_document(policy)["Statement"]
    ]


_TEXTS = frozenset({"Resource", "NotResource", "Condition"})


def _substituted(value: Any, references: References) -> Any:
    match value:
        case str():
            return substituted(value, references)
        case list():
            return [_substituted(item, references) for item in value]
        case dict():
            return {key: _substituted(item, references) for key, item in value.items()}
        case _:
            return value


def _in_template(value: Any) -> Any:
    match value:
        case Sub():
            return value.data
        case list():
            return [_in_template(item) for item in value]
        case dict():
            return {key: _in_template(item) for key, item in value.items()}
        case _:
            return value
