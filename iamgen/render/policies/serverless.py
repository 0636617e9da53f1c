"""A Serverless Framework fragment: the statements of each function's own role.

`iamRoleStatements` of a function is read by the plugin serverless-iam-roles-per-function. References
are written with `Fn::Join`, since the framework takes `${...}` in a `!Sub` for its own variables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from iamgen.render.model import UnitReport
from iamgen.render.policies.statements import template_statements
from iamgen.render.policies.yaml_text import Sub, to_yaml

SUFFIX: Final = ".serverless.yml"


def render(units: Sequence[UnitReport]) -> str:
    """The fragment as YAML."""
    functions = {
        unit.unit.name: {
            "iamRoleStatements": [
                {key: _joined(value) for key, value in statement.items() if key != "Sid"}
                for statement in template_statements(unit.policy)
            ]
        }
        for unit in units
    }
    return to_yaml({"functions": functions})


def _joined(value: Any) -> Any:
    match value:
        case Sub():
            parts = re.split(r"\$\{([^}]*)\}", value.text)
            pieces = [piece if not number % 2 else _reference(piece) for number, piece in enumerate(parts)]
            kept = [piece for piece in pieces if piece != ""]
            return kept[0] if len(kept) == 1 else {"Fn::Join": ["", kept]}
        case list():
            return [_joined(item) for item in value]
        case dict():
            return {key: _joined(item) for key, item in value.items()}
        case _:
            return value


def _reference(name: str) -> str | dict[str, Any]:
    if name.startswith("!"):
        return "${" + name[1:] + "}"
    resource, dot, attribute = name.partition(".")
    return {"Fn::GetAtt": [resource, attribute]} if dot else {"Ref": name}
