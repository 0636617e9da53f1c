"""Modules of terraform-aws-modules that make one resource: what their outputs stand for.

A row names the resource, the argument with its name, the output that stands for the name, and the outputs
that follow from it, by the resource's own attributes. Arguments that change the name leave it open.
Source: "Outputs" of each module in https://registry.terraform.io/namespaces/terraform-aws-modules
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from iamgen.core.text import HoleKind, Text, symbol
from iamgen.project.formats.terraform.types import KINDS, attribute
from iamgen.project.templates.values import Value, may_be_true, texts

_SOURCE: Final = re.compile(
    r"(?:registry\.(?:terraform|opentofu)\.(?:io|org)/)?terraform-aws-modules/([a-z0-9-]+)/aws"
    r"|(?:git::)?(?:https://)?github\.com/terraform-aws-modules/terraform-aws-([a-z0-9-]+?)(?:\.git)?(?:\?.*)?"
)
_CHANGING: Final = ("use_name_prefix", "fifo_queue", "fifo_topic")


@dataclass(frozen=True, slots=True)
class Row:
    """One module."""

    resource: str
    name: str | None  # the argument
    symbol: str | None  # the output that stands for the name, None where there is none
    outputs: Mapping[str, str]  # output -> the resource's attribute


def _row(resource: str, name: str | None, symbol_: str | None, **outputs: str) -> Row:
    own = {symbol_: KINDS[resource].symbol} if symbol_ is not None else {}
    return Row(resource, name, symbol_, MappingProxyType({**own, **outputs}))


_ROWS: Final[Mapping[str, Row]] = MappingProxyType(
    {
        "dynamodb-table": _row(
            "aws_dynamodb_table", "name", "dynamodb_table_id", dynamodb_table_arn="arn",
            dynamodb_table_stream_arn="stream_arn",
        ),
        "ecr": _row("aws_ecr_repository", "repository_name", "repository_name", repository_arn="arn"),
        "kms": _row("aws_kms_key", None, "key_id", key_arn="arn"),
        "s3-bucket": _row("aws_s3_bucket", "bucket", "s3_bucket_id", s3_bucket_arn="arn"),
        "secrets-manager": _row("aws_secretsmanager_secret", "name", None, secret_arn="arn", secret_id="id"),  # noqa: S106  # names of outputs  # noqa: S106  # outputs
        "sns": _row(
            "aws_sns_topic", "name", "topic_name", topic_arn="arn", topic_id="id", sns_topic_name="name",
            sns_topic_arn="arn",
        ),
        "sqs": _row(
            "aws_sqs_queue", "name", "queue_name", queue_arn="arn", queue_url="url", queue_id="id",
            sqs_queue_name="name", sqs_queue_arn="arn", sqs_queue_id="id",
        ),
    }
)  # fmt: skip


def resource_of(source: str) -> Row | None:
    """The one resource of a module, None for a module that is not known."""
    found = _SOURCE.fullmatch(source)
    return _ROWS.get(found[1] or found[2]) if found is not None else None


def output_of(row: Row, address: str, wanted: str, argument: Callable[[str], Value]) -> Text:
    """What an output stands for; `address` is `module.orders.`."""
    form = row.outputs.get(wanted)
    if form is None:
        return symbol(f"{address}{wanted}")
    given = texts(argument(row.name)) if row.name is not None else ()
    told = len(given) == 1 and all(hole.kind is not HoleKind.UNKNOWN for hole in given[0].holes)
    named = told and not any(may_be_true(argument(one)) for one in _CHANGING)
    if not named and row.symbol is None:
        return symbol(f"{address}{wanted}")
    name = given[0] if named else symbol(f"{address}{row.symbol}")
    return attribute(address.removesuffix("."), KINDS[row.resource], name, form)
