"""Terraform: one `aws_iam_policy_document` data source for each function."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from iamgen.policy.model import Condition, Statement
from iamgen.render.model import UnitReport

SUFFIX: Final = ".tf"

_REFERENCE: Final = re.compile(r"\$\{([^}]*)\}")
_ADDRESS: Final = re.compile(r"(?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_.\[\]\"-]+)?|(?:var|local)\.\w+")
_PSEUDO: Final = {
    "AWS::Region": "data.aws_region.current.region",
    "AWS::AccountId": "data.aws_caller_identity.current.account_id",
    "AWS::Partition": "data.aws_partition.current.partition",
}
_SOURCES: Final = {
    "data.aws_region.current.region": 'data "aws_region" "current" {}',
    "data.aws_caller_identity.current.account_id": 'data "aws_caller_identity" "current" {}',
    "data.aws_partition.current.partition": 'data "aws_partition" "current" {}',
}


def render(units: Sequence[UnitReport]) -> str:
    """The documents, after the data sources and variables that they refer to."""
    documents = ["\n".join(_document(unit)) for unit in units]
    used = {reference for text in documents for reference in re.findall(r"(?<!\$)\$\{([^}]*)\}", text)}
    heads = [_SOURCES[name] for name in sorted(used & _SOURCES.keys())]
    heads += [
        f'variable "{name.removeprefix("var.")}" {{\n  type = string\n}}'
        for name in sorted(used)
        if name.startswith("var.")
    ]
    return "\n\n".join([*heads, *documents]) + "\n"


def _document(unit: UnitReport) -> Iterator[str]:
    yield f'data "aws_iam_policy_document" "{_snake(unit.unit.name)}" {{'
    for number, statement in enumerate(unit.policy.statements):
        if number:
            yield ""
        yield from _statement(statement)
    yield "}"


def _statement(statement: Statement) -> Iterator[str]:
    yield "  statement {"
    if statement.sid is not None:
        yield f"    sid       = {json.dumps(statement.sid)}"
    yield f"    effect    = {json.dumps(statement.effect.value)}"
    yield from _list("actions  ", statement.actions)
    yield from _list("resources", tuple(_interpolated(text) for text in statement.resources))
    for condition in statement.conditions:
        yield from _condition(condition)
    yield "  }"


def _list(name: str, values: tuple[str, ...]) -> Iterator[str]:
    if len(values) == 1:
        yield f"    {name} = [{json.dumps(values[0])}]"
        return
    yield f"    {name} = ["
    for value in values:
        yield f"      {json.dumps(value)},"
    yield "    ]"


def _condition(condition: Condition) -> Iterator[str]:
    yield "    condition {"
    yield f"      test     = {json.dumps(condition.operator)}"
    yield f"      variable = {json.dumps(condition.key)}"
    yield f"      values   = {json.dumps([_interpolated(value) for value in condition.values])}"
    yield "    }"


def _interpolated(pattern: str) -> str:
    """Symbols as Terraform expressions; IAM's own `${aws:username}` and `${*}` as `&{...}`.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
    """

    def expression(match: re.Match[str]) -> str:
        name = match[1]
        if name in _PSEUDO:
            return "${" + _PSEUDO[name] + "}"
        if _ADDRESS.fullmatch(name):
            return match.group()
        if re.fullmatch(r"[A-Za-z0-9_.:]+", name) and (":" not in name or "::" in name):
            return "${var." + _snake(name) + "}"
        return "&{" + name + "}"

    return _REFERENCE.sub(expression, pattern)


def _snake(name: str) -> str:
    """`OrdersTable.QueueName` as `orders_table_queue_name`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^A-Za-z0-9]+", "_", words).strip("_").lower()
