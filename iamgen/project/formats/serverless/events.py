"""What a function's events, tracing and failures add to its role.

Source: the Serverless Framework's `lib/plugins/aws/package/compile/events` and `lib/mergeIamTemplates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from iamgen.project.templates.nodes import as_text, listed, mapping

_STREAMS: Final = {
    "dynamodb": ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"],
    "kinesis": ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStreamSummary",
                "kinesis:ListShards", "kinesis:ListStreams", "kinesis:DescribeStream"],
    "sqs": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    "msk": ["kafka:DescribeCluster", "kafka:GetBootstrapBrokers"],
    "mq": ["mq:DescribeBroker"],
}  # fmt: skip


def normalised(name: str) -> str:
    """A function's name as a logical id: `create-order` -> `CreateDashorder`."""
    return re.sub(r"[^A-Za-z0-9]", "", (name[:1].upper() + name[1:]).replace("-", "Dash").replace("_", "Underscore"))


def polled_events(function: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The events of a function that are polled with its role: the kind of source and what is said of it."""
    for event in listed(function.get("events")):
        for kind, source in mapping(event).items():
            match kind:
                case "sqs" | "msk" | "kafka":
                    yield kind, source
                case "activemq" | "rabbitmq":
                    yield "mq", source
                case "stream":
                    written = source if isinstance(source, str) else as_text(mapping(source).get("arn")) or ""
                    named = as_text(mapping(source).get("type")) or (
                        "kinesis" if ":kinesis:" in written else "dynamodb"
                    )
                    yield named, source
                case _:
                    pass


def added_statements(function: Mapping[str, Any], provider: Mapping[str, Any]) -> Iterator[Any]:
    """What the framework adds for a function's events, tracing and failures."""
    for kind, source in polled_events(function):
        arn = source.get("arn") if isinstance(source, Mapping) and "arn" in source else source
        if kind in _STREAMS and arn is not None and kind != "kafka":
            yield {"Effect": "Allow", "Action": _STREAMS[kind], "Resource": arn}
        for access in access_of(mapping(source)):
            if access["Type"] not in ("VPC_SUBNET", "VPC_SECURITY_GROUP", "VIRTUAL_HOST"):
                yield {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": access["URI"]}
    if function.get("tracing", mapping(provider.get("tracing")).get("lambda")):
        yield {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"}
    if function.get("onError") is not None:
        yield {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": function["onError"]}
    for target in mapping(function.get("destinations")).values():
        service = as_text(mapping(target).get("type"))
        arn = mapping(target).get("arn", target)
        if isinstance(arn, str) and not arn.startswith("arn:"):
            arn = {"Fn::GetAtt": [f"{normalised(arn)}LambdaFunction", "Arn"]}
            service = "function"
        elif service is None and isinstance(arn, str) and arn.count(":") > 2:
            service = arn.split(":")[2]
        action = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "eventBus": "events:PutEvents",
                  "events": "events:PutEvents", "function": "lambda:InvokeFunction",
                  "lambda": "lambda:InvokeFunction"}.get(service or "")  # fmt: skip
        if action is not None:
            yield {"Effect": "Allow", "Action": action, "Resource": arn}


_ACCESS: Final = {
    "vpcSubnet": "VPC_SUBNET", "vpcSecurityGroup": "VPC_SECURITY_GROUP", "saslPlainAuth": "BASIC_AUTH",
    "saslScram256Auth": "SASL_SCRAM_256_AUTH", "saslScram512Auth": "SASL_SCRAM_512_AUTH",
    "clientCertificateTlsAuth": "CLIENT_CERTIFICATE_TLS_AUTH", "serverRootCaCertificate": "SERVER_ROOT_CA_CERTIFICATE",
}  # fmt: skip


def access_of(source: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Credentials and networks of a Kafka or MQ source."""
    for key, found in mapping(source.get("accessConfigurations")).items():
        for one in listed(found):
            yield {"Type": _ACCESS.get(key, key), "URI": one}
    if "basicAuthArn" in source:
        yield {"Type": "BASIC_AUTH", "URI": source["basicAuthArn"]}
