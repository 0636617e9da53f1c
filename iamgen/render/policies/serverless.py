"""A Serverless Framework fragment: the statements of each function's own role.

`iamRoleStatements` of a function is read by the plugin serverless-iam-roles-per-function. References
are written with `Fn::Join`, since the framework takes `${...}` in a `!Sub` for its own variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from iamgen.policy.model import Policy
from iamgen.project.model import References
from iamgen.render.model import UnitReport
from iamgen.render.policies.statements import template_statements
from iamgen.render.policies.yaml_text import Name, Sub, Written, to_yaml

SUFFIX: Final = ".serverless.yml"


def render(units: Sequence[UnitReport]) -> str:
    """The fragment as YAML."""
    functions = {
        unit.unit.name: {"iamRoleStatements": service_statements(unit.policy, unit.unit.references)} for unit in units
    }
    return to_yaml({"functions": functions})


def service_statements(policy: Policy, references: References) -> list[dict[str, Any]]:
    """The statements as a `serverless.yml` takes them."""
    return [
        {key: _joined(value) for key, value in statement.items() if key != "Sid"}
        for statement in template_statements(policy, references)
    ]


def _joined(value: Any) -> Any:
    match value:
        case Sub():
            kept: list[Any] = []
            for part in (piece for one in value.parts for piece in _pieces(one)):
                if isinstance(part, str) and kept and isinstance(kept[-1], str) and not part.startswith("{"):
                    kept[-1] += part
                else:
                    kept.append(part)
            return kept[0] if len(kept) == 1 else {"Fn::Join": ["", kept]}
        case str() if "${" in value:
            return _joined(Sub((value,)))
        case list():
            return [_joined(item) for item in value]
        case dict():
            return {key: _joined(item) for key, item in value.items()}
        case _:
            return value


def _pieces(part: str | Name | Written) -> Iterator[Any]:
    match part:
        case Name(name):
            resource, dot, attribute = name.partition(".")
            yield {"Fn::GetAtt": [resource, attribute]} if dot else {"Ref": name}
        case Written(expression):
            yield expression
        case _:
            # `${aws:username}` is IAM's; in one piece, the framework would take it for a variable of its own.
            first, *rest = part.split("${")
            yield first + ("$" if rest else "")
            for index, one in enumerate(rest):
                yield "{" + one + ("$" if index < len(rest) - 1 else "")
