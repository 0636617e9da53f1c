"""What polls on behalf of a function: SAM's `Events` and `AWS::Lambda::EventSourceMapping`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.location import Location
from iamgen.core.text import Text, symbol
from iamgen.project.model import EventSource
from iamgen.project.templates.nodes import mapping
from iamgen.project.templates.values import all_texts, field, items, may_be_true, options

_MANAGED: Final = "arn:${AWS::Partition}:iam::aws:policy/service-role/"


@dataclass(frozen=True, slots=True)
class Polled:
    """A SAM event type: the kind of source, the property with its ARN, the managed policy that SAM attaches."""

    kind: str
    source: str
    managed: str | None = None


SAM_EVENTS: Final[Mapping[str, Polled]] = MappingProxyType(
    {
        "SQS": Polled("sqs", "Queue", "AWSLambdaSQSQueueExecutionRole"),
        "Kinesis": Polled("kinesis", "Stream", "AWSLambdaKinesisExecutionRole"),
        "DynamoDB": Polled("dynamodb", "Stream", "AWSLambdaDynamoDBExecutionRole"),
        "MSK": Polled("msk", "Stream", "AWSLambdaMSKExecutionRole"),
        "MQ": Polled("mq", "Broker"),
        "SelfManagedKafka": Polled("kafka", ""),
        "DocumentDB": Polled("documentdb", "Cluster"),
    }
)
"""Source: aws-sam-translator, `model/eventsources/pull.py`."""

_BY_SERVICE: Final = {
    "sqs": "sqs", "kinesis": "kinesis", "dynamodb": "dynamodb", "kafka": "msk", "mq": "mq", "rds": "documentdb",
}  # fmt: skip
_DETAILS: Final = ("SourceAccessConfigurations", "DestinationConfig", "Topics", "Queues", "SecretsManagerKmsKeyId",
                   "SchemaRegistryConfig", "KmsKeyArn", "FunctionResponseTypes")  # fmt: skip


def sam_event_sources(function: str, events: Any, location: Location) -> Iterator[tuple[EventSource, str | None]]:
    """The polled sources of a function's `Events`, each with the managed policy that SAM attaches for it."""
    for option in options(events):
        for name, event in mapping(option).items():
            kinds = all_texts(field(event, "Type"))
            kind = kinds[0].literal if kinds else None
            properties = field(event, "Properties")
            if kind == "SNS" and may_be_true_or_mapping(field(properties, "SqsSubscription")):
                found = all_texts(field(field(properties, "SqsSubscription"), "QueueArn"))
                queue = found or (symbol(f"{function}{name}Queue.Arn"),)
                yield EventSource("sqs", queue, location=location), _MANAGED + "AWSLambdaSQSQueueExecutionRole"
            polled = SAM_EVENTS.get(kind or "")
            if polled is None:
                continue
            arns = all_texts(field(properties, polled.source)) if polled.source else ()
            managed = _MANAGED + polled.managed if polled.managed is not None else None
            yield EventSource(polled.kind, arns, _details(properties), location), managed


def may_be_true_or_mapping(value: Any) -> bool:
    """Whether a setting that is a flag or a mapping is on."""
    return may_be_true(value) or any(isinstance(one, Mapping) for one in options(value))


def mapped_source(properties: Any, kinds: Mapping[str, str], location: Location) -> EventSource:
    """The source of an event source mapping; `kinds` tells the types of the project's resources by symbol."""
    arns = all_texts(field(properties, "EventSourceArn"))
    if not arns:
        kafka = any(isinstance(one, Mapping) for one in options(field(properties, "SelfManagedEventSource")))
        return EventSource("kafka" if kafka else "unknown", (), _details(properties), location)
    return EventSource(_kind(arns[0], properties, kinds), arns, _details(properties), location)


def _kind(arn: Text, properties: Any, kinds: Mapping[str, str]) -> str:
    """The kind of a source, by its ARN's service, else by the resource that it refers to, else by the settings."""
    first = arn.parts[0] if arn.parts else ""
    if isinstance(first, str):
        pieces = re.split(r":", "".join(part if isinstance(part, str) else "?" for part in arn.parts))
        return _BY_SERVICE.get(pieces[2], "unknown") if len(pieces) > 2 else "unknown"
    declared = kinds.get(first.name.split(".")[0], "")
    for start, kind in (
        ("AWS::MSK::", "msk"),
        ("AWS::AmazonMQ::", "mq"),
        ("AWS::DocDB::", "documentdb"),
        ("AWS::Kinesis::", "kinesis"),
        ("AWS::SQS::", "sqs"),
    ):
        if declared.startswith(start):
            return kind
    has = [key for option in options(properties) for key in mapping(option)]
    if "Queues" in has:
        return "mq"
    if "DocumentDBEventSourceConfig" in has:
        return "documentdb"
    if "Topics" in has:
        return "msk"
    # A stream's name most often says which of the two kinds it is; both read alike.
    name = first.name.lower()
    for word, kind in (
        ("queue", "sqs"),
        ("sqs", "sqs"),
        ("kinesis", "kinesis"),
        ("dynamo", "dynamodb"),
        ("table", "dynamodb"),
    ):
        if word in name:
            return kind
    return "unknown"


def _details(properties: Any) -> Mapping[str, Any]:
    found = {
        key: value
        for option in options(properties)
        for key, value in mapping(option).items()
        if key in _DETAILS
    }  # fmt: skip
    return MappingProxyType(found)


def sam_source_statements(kind: str, properties: Any) -> list[dict[str, Any]]:
    """The inline statements that SAM adds to a generated role for a source; source as above."""
    statements: list[dict[str, Any]] = []
    secrets = []
    network = False
    for access in items(field(properties, "SourceAccessConfigurations")):
        types = all_texts(field(access, "Type"))
        wanted = types[0].literal if types else None
        if wanted in ("VPC_SUBNET", "VPC_SECURITY_GROUP"):
            network = True
        elif wanted != "VIRTUAL_HOST" and (kind != "msk" or wanted == "CLIENT_CERTIFICATE_TLS_AUTH"):
            secrets.append(field(access, "URI"))
    statements.extend(_allow("secretsmanager:GetSecretValue", secret) for secret in secrets)
    endpoints = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface",
                 "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"]  # fmt: skip
    place = "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:"
    match kind:
        case "mq":
            statements.append(_allow("mq:DescribeBroker", field(properties, "Broker")))
        case "documentdb":
            statements.append(_allow("rds:DescribeDBClusterParameters", f"{place}cluster-pg:*"))
            statements.append(_allow("rds:DescribeDBSubnetGroups", f"{place}subgrp:*"))
            statements.append(_allow("rds:DescribeDBClusters", field(properties, "Cluster")))
            statements.append(_allow(endpoints, "*"))
        case "kafka" if network:
            statements.append(_allow(endpoints, "*"))
        case _:
            pass
    for key in all_texts(field(properties, "SecretsManagerKmsKeyId")):
        start = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/"
        statements.append(_allow("kms:Decrypt", Text.of(*_symbols(start), key)))
    return statements


def _allow(action: str | list[str], resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def _symbols(written: str) -> Iterator[Text | str]:
    for piece in re.split(r"(\$\{[^}]*\})", written):
        yield symbol(piece[2:-1]) if piece.startswith("${") else piece
