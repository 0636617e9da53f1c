"""AWS CDK in Python: the statements of each function, for `function.add_to_role_policy`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from iamgen.policy.model import Policy, Statement
from iamgen.render.model import UnitReport
from iamgen.render.policies.yaml_text import Sub, substituted

SUFFIX: Final = "_policy.py"


def render(units: Sequence[UnitReport]) -> str:
    """A module with one function that gives the statements of each function."""
    lines = ["from aws_cdk import Fn", "from aws_cdk import aws_iam as iam"]
    for unit in units:
        lines += ["", "", *_function(unit.unit.name, unit.policy)]
    text = "\n".join(lines) + "\n"
    return text if "Fn.sub" in text else text.replace("from aws_cdk import Fn\n", "", 1)


def _function(name: str, policy: Policy) -> Iterator[str]:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    yield f"def {re.sub(r'[^A-Za-z0-9]+', '_', words).strip('_').lower()}_statements() -> list[iam.PolicyStatement]:"
    yield f"    # for statement in ...: {_identifier(name)}.add_to_role_policy(statement)"
    if not policy.statements:
        yield "    return []"
        return
    yield "    return ["
    for statement in policy.statements:
        yield from _statement(statement)
    yield "    ]"


def _identifier(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _statement(statement: Statement) -> Iterator[str]:
    yield "        iam.PolicyStatement("
    if statement.sid is not None:
        yield f"            sid={json.dumps(statement.sid)},"
    yield f"            effect=iam.Effect.{statement.effect.value.upper()},"
    yield from _list("actions", statement.actions)
    yield from _list("resources", statement.resources)
    if statement.conditions:
        block: dict[str, list[str]] = {}
        for condition in statement.conditions:
            values = ", ".join(_text(value) for value in condition.values)
            block.setdefault(condition.operator, []).append(f"{json.dumps(condition.key)}: [{values}]")
        inner = ", ".join(f"{json.dumps(operator)}: {{{', '.join(keys)}}}" for operator, keys in block.items())
        yield f"            conditions={{{inner}}},"
    yield "        ),"


def _list(name: str, values: tuple[str, ...]) -> Iterator[str]:
    yield f"            {name}=["
    for value in values:
        yield f"                {_text(value)},"
    yield "            ],"


def _text(value: str) -> str:
    written = substituted(value)
    return f"Fn.sub({json.dumps(written.text)})" if isinstance(written, Sub) else json.dumps(written)
