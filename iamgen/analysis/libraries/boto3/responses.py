"""What a request's own arguments tell of its response: the queue's URL, the topic's ARN, the caller's account."""

from __future__ import annotations

from iamgen.analysis.interpreter.machine import Machine
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import Value
from iamgen.core.text import ACCOUNT, PARTITION, REGION, Hole, HoleKind, Text

# (service, operation, field) -> parts of the text; a part in braces is an argument of the request.
# The shapes are those of AWS's API references for the operations.
_FIELDS: dict[tuple[str, str, str], tuple[str | Hole, ...]] = {
    ("sqs", "GetQueueUrl", "QueueUrl"): ("https://sqs.", REGION, ".amazonaws.com/", ACCOUNT, "/", "{QueueName}"),
    ("sqs", "CreateQueue", "QueueUrl"): ("https://sqs.", REGION, ".amazonaws.com/", ACCOUNT, "/", "{QueueName}"),
    ("sns", "CreateTopic", "TopicArn"): ("arn:", PARTITION, ":sns:", REGION, ":", ACCOUNT, ":", "{Name}"),
    ("sts", "GetCallerIdentity", "Account"): (ACCOUNT,),
    ("dynamodb", "CreateTable", "TableDescription.TableName"): ("{TableName}",),
    ("dynamodb", "DescribeTable", "Table.TableName"): ("{TableName}",),
    ("dynamodb", "DescribeTable", "Table.TableArn"): (
        "arn:", PARTITION, ":dynamodb:", REGION, ":", ACCOUNT, ":table/", "{TableName}"),
    ("dynamodb", "CreateTable", "TableDescription.TableArn"): (
        "arn:", PARTITION, ":dynamodb:", REGION, ":", ACCOUNT, ":table/", "{TableName}"),
    ("kinesis", "DescribeStream", "StreamDescription.StreamName"): ("{StreamName}",),
    ("kinesis", "DescribeStream", "StreamDescription.StreamARN"): (
        "arn:", PARTITION, ":kinesis:", REGION, ":", ACCOUNT, ":stream/", "{StreamName}"),
    ("lambda", "GetFunction", "Configuration.FunctionName"): ("{FunctionName}",),
    ("lambda", "CreateFunction", "FunctionName"): ("{FunctionName}",),
    ("stepfunctions", "CreateStateMachine", "stateMachineArn"): (
        "arn:", PARTITION, ":states:", REGION, ":", ACCOUNT, ":stateMachine:", "{name}"),
    ("events", "CreateEventBus", "EventBusArn"): (
        "arn:", PARTITION, ":events:", REGION, ":", ACCOUNT, ":event-bus/", "{Name}"),
    ("ecr", "DescribeRepositories", "repositories[].repositoryName"): ("{repositoryNames}",),
    ("iam", "GetRole", "Role.RoleName"): ("{RoleName}",),
    ("iam", "CreateRole", "Role.RoleName"): ("{RoleName}",),
}  # fmt: skip


def response_text(m: Machine, response: sdk.Response) -> Text:
    """A response field as a text."""
    path = _path(response.path)
    parts = _FIELDS.get((response.service, response.operation, path))
    hole = Text((Hole(HoleKind.RESPONSE, f"{response.service}.{response.operation}.{path}".rstrip(".")),))
    if parts is None:
        return hole
    region = response.client.region if response.client is not None else None
    out: list[str | Hole | Text] = []
    given = dict(response.arguments)
    for part in parts:
        if part == REGION and region is not None:
            out.append(region)
        elif isinstance(part, str) and part.startswith("{"):
            value = given.get(part[1:-1])
            if not value or len(value) != 1:
                return hole
            out.append(to_text(m, value[0]))
        else:
            out.append(part)
    return Text.of(*out)


def _path(path: tuple[str, ...]) -> str:
    out = ""
    for step in path:
        out += step if step.startswith("[") else f".{step}" if out else step
    return out


def field(response: sdk.Response, step: str) -> sdk.Response:
    """A field or an item of a response."""
    if len(response.path) >= 8:
        return response
    return sdk.Response(
        response.service, response.operation, (*response.path, step), response.arguments, response.client
    )


def as_texts(m: Machine, response: sdk.Response) -> Value:
    """A response field as a value that string methods work on."""
    return (response_text(m, response),)
