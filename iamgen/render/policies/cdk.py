"""AWS CDK in Python: the statements of each function, for `function.add_to_role_policy`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from iamgen.policy.model import Statement
from iamgen.project.model import References
from iamgen.render.model import UnitReport
from iamgen.render.policies.yaml_text import Sub, substituted

SUFFIX: Final = "_policy.py"


def render(units: Sequence[UnitReport]) -> str:
    """A module with one function that gives the statements of each function."""
    lines = ["from aws_cdk import Fn", "from aws_cdk import aws_iam as iam"]
    for unit in units:
        lines += ["", "", *_function(unit)]
    text = "\n".join(lines) + "\n"
    used = [name for name in ("Fn", "Token") if f"{name}." in text]
    return text.replace("from aws_cdk import Fn\n", f"from aws_cdk import {', '.join(used)}\n" if used else "", 1)


def _function(unit: UnitReport) -> Iterator[str]:
    name, policy = unit.unit.name, unit.policy
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    yield f"def {re.sub(r'[^A-Za-z0-9]+', '_', words).strip('_').lower()}_statements() -> list[iam.PolicyStatement]:"
    yield f"    # for statement in ...: {_identifier(name)}.add_to_role_policy(statement)"
    if not policy.statements:
        yield "    return []"
        return
    yield "    return ["
    for statement in policy.statements:
        yield from _statement(statement, unit.unit.references)
    yield "    ]"


def _identifier(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _statement(statement: Statement, references: References) -> Iterator[str]:
    yield "        iam.PolicyStatement("
    if statement.sid is not None:
        yield f"            sid={json.dumps(statement.sid)},"
    yield f"            effect=iam.Effect.{statement.effect.value.upper()},"
    yield from _list("actions", statement.actions, references)
    yield from _list("resources", statement.resources, references)
    if statement.conditions:
        block: dict[str, list[str]] = {}
        for condition in statement.conditions:
            values = ", ".join(_text(value, references) for value in condition.values)
            block.setdefault(condition.operator, []).append(f"{json.dumps(condition.key)}: [{values}]")
        inner = ", ".join(f"{json.dumps(operator)}: {{{', '.join(keys)}}}" for operator, keys in block.items())
        yield f"            conditions={{{inner}}},"
    yield "        ),"


def _list(name: str, values: tuple[str, ...], references: References) -> Iterator[str]:
    yield f"            {name}=["
    for value in values:
        yield f"                {_text(value, references)},"
    yield "            ],"


def _text(value: str, references: References) -> str:
    written = substituted(value, references)
    if not isinstance(written, Sub):
        return json.dumps(written)
    data = written.data
    if data is not written and "Fn::Sub" not in data:
        return f"Token.as_string({json.dumps(data)})"
    values = ", ".join(f"{json.dumps(key)}: Token.as_string({json.dumps(one)})" for key, one in written.values.items())
    return f"Fn.sub({json.dumps(written.text)}{', {' + values + '}' if values else ''})"
