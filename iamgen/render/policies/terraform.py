"""Terraform: one `aws_iam_policy_document` data source for each function."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from iamgen.policy.model import Condition, Policy, Statement
from iamgen.render.model import UnitReport

SUFFIX: Final = ".tf"

_REFERENCE: Final = re.compile(r"\$\{([^}]*)\}")
_INDEX: Final = r"(?:\[(?:\d+|\"[^\"\\]*\")\])?"
# `aws_sqs_queue.jobs.arn`, `data.aws_s3_bucket.in.id`, `module.api["eu"].name`, `var.project`; a type has its
# provider's name before it, so that `env.STAGE` of a `serverless.yml` is none.
_ADDRESS: Final = re.compile(
    r"(?:data\.)?(?:var|local|module|terraform|each|path|[a-z][a-z0-9-]*_[a-z0-9_]+)"
    rf"(?:\.[A-Za-z_][\w-]*{_INDEX})+"
)
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
    names: dict[str, None] = {}
    units = [replace(unit, policy=_within(unit.unit.references.module, unit.policy)) for unit in units]
    for unit in units:
        names[_distinct(_snake(unit.unit.name), names)] = None
    documents = ["\n".join(_document(unit, name)) for unit, name in zip(units, names, strict=True)]
    used = {symbol for unit in units for symbol in _symbols(unit)}
    heads = [_SOURCES[name] for name in sorted(_PSEUDO[one] for one in used if one in _PSEUDO)]
    # What is an address already is declared where it comes from.
    made = {variable for one in used if (variable := _variable(one)) is not None}
    heads += [f'variable "{name}" {{\n  type = string\n}}' for name in sorted(made)]
    return "\n\n".join([*heads, *documents]) + "\n"


def _within(module: str, policy: Policy) -> Policy:
    """A policy as a called module writes it: its own addresses without the module's, others as variables."""
    if not module:
        return policy

    def local(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith(module):
            return "${" + name.removeprefix(module) + "}"
        return "${::" + name + "}" if _ADDRESS.fullmatch(name) else found[0]

    def rewritten(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_REFERENCE.sub(local, text) for text in texts)

    statements = (
        replace(
            one,
            resources=rewritten(one.resources),
            conditions=tuple(replace(inner, values=rewritten(inner.values)) for inner in one.conditions),
        )
        for one in policy.statements
    )
    return replace(policy, statements=tuple(statements))


def _symbols(unit: UnitReport) -> Iterator[str]:
    for statement in unit.policy.statements:
        for text in (*statement.resources, *(value for one in statement.conditions for value in one.values)):
            yield from _REFERENCE.findall(text)


def _distinct(name: str, names: Mapping[str, None]) -> str:
    number = 1
    found = name
    while found in names:
        number += 1
        found = f"{name}_{number}"
    return found


def _document(unit: UnitReport, name: str) -> Iterator[str]:
    if unit.unit.references.module:
        yield f"# inside {unit.unit.references.module.rstrip('.')}"
    yield f'data "aws_iam_policy_document" "{name}" {{'
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
        yield f"    {name} = [{_quoted(values[0])}]"
        return
    yield f"    {name} = ["
    for value in values:
        yield f"      {_quoted(value)},"
    yield "    ]"


def _condition(condition: Condition) -> Iterator[str]:
    yield "    condition {"
    yield f"      test     = {json.dumps(condition.operator)}"
    yield f"      variable = {json.dumps(condition.key)}"
    yield f"      values   = [{', '.join(_quoted(_interpolated(value)) for value in condition.values)}]"
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
        variable = _variable(name)
        return "${var." + variable + "}" if variable is not None else "&{" + name + "}"

    return _REFERENCE.sub(expression, pattern)


def _variable(symbol: str) -> str | None:
    """The variable that stands for a symbol which is no address of Terraform's, None for one of IAM's own."""
    if symbol in _PSEUDO or _ADDRESS.fullmatch(symbol):
        return None
    named = re.fullmatch(r"[A-Za-z0-9_.:/-]+", symbol) and (":" not in symbol or "::" in symbol)
    return _snake(symbol) if named else None


def _quoted(text: str) -> str:
    """A template in quotes; what stands in `${...}` is an expression, whose own quotes stay as they are."""
    out: list[str] = []
    position = 0
    for found in _REFERENCE.finditer(text):
        out.extend((json.dumps(text[position : found.start()], ensure_ascii=False)[1:-1], found[0]))
        position = found.end()
    out.append(json.dumps(text[position:], ensure_ascii=False)[1:-1])
    return '"' + "".join(out).replace("%{", "%%{") + '"'


def _snake(name: str) -> str:
    """`OrdersTable.QueueName` as `orders_table_queue_name`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    name = re.sub(r"[^A-Za-z0-9]+", "_", words).strip("_").lower()
    return name if name[:1].isalpha() else f"_{name}"
