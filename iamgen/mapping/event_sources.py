"""What each kind of event source needs of the role that polls it.

Source: AWS's managed policies `AWSLambdaSQSQueueExecutionRole`, `AWSLambdaKinesisExecutionRole`,
`AWSLambdaDynamoDBExecutionRole`, `AWSLambdaMSKExecutionRole` and the pages named in each row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.arns import split

_ANY = Hole(HoleKind.UNKNOWN, reason="the declaration does not tell")
_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg"
_ENDPOINTS = ("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
              "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs")  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnyResource:
    """How an action's resource follows from the source's ARN: as it is, or cut before `before`."""

    open: tuple[str | Hole, ...] = ()  # the resource part of an ARN of which nothing is known
    before: str = ""

    def cut(self, text: Text) -> Text:
        """The ARN up to `before`: a consumer's ARN starts with its stream's."""
        return split(text, self.before, 1)[0] if self.before else text


@dataclass(frozen=True, slots=True)
class Consumer:
    """Further actions for a source whose ARN holds `within`."""

    within: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Polling:
    """What polling one kind of source needs."""

    url: str
    on: tuple[tuple[tuple[str, ...], str, AnyResource], ...] = ()  # actions, service of the ARN, its resource
    own: tuple[tuple[str, str, str], ...] = ()  # action, service, start of the resource: any of the account's
    everywhere: tuple[str, ...] = ()  # actions that AWS checks on `*`
    network: tuple[str, ...] = ()  # on `*`, when the source lies in a VPC that the mapping names
    consumer: Consumer | None = None


_KINDS: Mapping[str, Polling] = MappingProxyType({
    "sqs": Polling(
        f"{_GUIDE}/services-sqs-configure.html",
        ((("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), "sqs", AnyResource((_ANY,))),),
    ),
    "kinesis": Polling(
        f"{_GUIDE}/services-kinesis-create.html",
        ((("kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords",
           "kinesis:GetShardIterator", "kinesis:ListShards"),
          "kinesis", AnyResource(("stream/", _ANY), "/consumer/")),),
        everywhere=("kinesis:ListStreams",),
        consumer=Consumer("/consumer/", ("kinesis:SubscribeToShard",)),
    ),
    "dynamodb": Polling(
        f"{_GUIDE}/services-dynamodb-eventsourcemapping.html",
        ((("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"), "dynamodb",
          AnyResource(("table/", _ANY, "/stream/", _ANY))),),
        everywhere=("dynamodb:ListStreams",),
    ),
    "msk": Polling(
        f"{_GUIDE}/msk-permissions.html",
        ((("kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"), "kafka",
          AnyResource(("cluster/", _ANY))),),
        everywhere=_ENDPOINTS,
    ),
    "kafka": Polling(f"{_GUIDE}/smaa-permissions.html", network=_ENDPOINTS),
    "mq": Polling(
        f"{_GUIDE}/process-mq-messages-with-lambda.html",
        ((("mq:DescribeBroker",), "mq", AnyResource(("broker:", _ANY))),),
        everywhere=_ENDPOINTS,
    ),
    "documentdb": Polling(
        f"{_GUIDE}/with-documentdb.html",
        ((("rds:DescribeDBClusters",), "rds", AnyResource(("cluster:", _ANY))),),
        own=(("rds:DescribeDBClusterParameters", "rds", "cluster-pg:"),
             ("rds:DescribeDBSubnetGroups", "rds", "subgrp:")),
        everywhere=_ENDPOINTS,
    ),
})  # fmt: skip


def polling_of(kind: str) -> Polling | None:
    """What polling this kind of source needs; None when it is not known."""
    return _KINDS.get(kind)
