"""What `Ref` and `GetAtt` of a resource stand for: one canonical text, however the author wrote it.

A row says which property holds the physical name, what the generated name's symbol is, what `Ref`
returns and how attributes follow from the name. `{}` is the name, `@` the start
`${AWS::Partition}:SERVICE:${AWS::Region}:${AWS::AccountId}` of an ARN. An attribute that no row
tells is a symbol of its own, `Resource.Attribute`.
Source: "Return values" of each type in the AWS CloudFormation template reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from iamgen.core.text import Hole, HoleKind, Text, symbol

ANY_SUFFIX: Final = Hole(HoleKind.UNKNOWN, reason="AWS chooses this part when the resource is made")


@dataclass(frozen=True, slots=True)
class Naming:
    """How one type's references are formed; texts are in the head docstring's notation."""

    name: str | None  # the property with the physical name
    symbol: str = "{id}"  # the generated name's symbol: the logical id, or `{id}.QueueName`
    ref: str = "{}"
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    path: bool = False  # an IAM path stands before the name in ARNs


def _arn(service: str, resource: str, *, region: bool = True, account: bool = True) -> str:
    place = f"{'${AWS::Region}' if region else ''}:{'${AWS::AccountId}' if account else ''}"
    return "arn:${AWS::Partition}:" + f"{service}:{place}:{resource}"


def _named(name: str | None, service: str, resource: str, **more: str) -> Naming:
    """`Ref` is the name, `Arn` follows from it."""
    return Naming(name, attributes=MappingProxyType({"Arn": _arn(service, resource), **more}))


def _arns(
    name: str | None, service: str, resource: str, attribute: str, arn_attribute: str = "Arn", **more: str
) -> Naming:
    """`Ref` is the ARN; the name is an attribute."""
    arn = _arn(service, resource)
    attributes = MappingProxyType({arn_attribute: arn, attribute: "{}", **more})
    return Naming(name, "{id}." + attribute, arn, attributes)


_TABLE = _named("TableName", "dynamodb", "table/{}", StreamArn=_arn("dynamodb", "table/{}/stream/?"))
_FUNCTION = _named("FunctionName", "lambda", "function:{}")
_MACHINE = "stateMachine:{}"
_QUEUE_URL = "https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/{}"

NAMINGS: Final[Mapping[str, Naming]] = MappingProxyType(
    {
        "AWS::ApiGateway::RestApi": Naming(None, attributes=MappingProxyType({"RestApiId": "{}"})),
        "AWS::Serverless::Api": Naming(None, attributes=MappingProxyType({"RestApiId": "{}"})),
        "AWS::ApiGatewayV2::Api": Naming(None, attributes=MappingProxyType({"ApiId": "{}"})),
        "AWS::Serverless::HttpApi": Naming(None, attributes=MappingProxyType({"ApiId": "{}"})),
        "AWS::AppSync::GraphQLApi": _arns(None, "appsync", "apis/{}", "ApiId"),
        "AWS::Athena::WorkGroup": Naming("Name"),
        "AWS::Batch::JobQueue": Naming("JobQueueName", ref=_arn("batch", "job-queue/{}")),
        "AWS::CodeBuild::Project": _named("Name", "codebuild", "project/{}"),
        "AWS::CodeCommit::Repository": Naming(None, attributes=MappingProxyType({"Name": "{id}.Name"})),
        "AWS::CodePipeline::Pipeline": Naming("Name"),
        "AWS::Cognito::UserPool": _named(None, "cognito-idp", "userpool/{}", UserPoolId="{}"),
        "AWS::Cognito::IdentityPool": Naming(None),
        "AWS::DynamoDB::Table": _TABLE,
        "AWS::DynamoDB::GlobalTable": _TABLE,
        "AWS::Serverless::SimpleTable": _TABLE,
        "AWS::ECR::Repository": _named("RepositoryName", "ecr", "repository/{}"),
        "AWS::ECS::Cluster": _named("ClusterName", "ecs", "cluster/{}"),
        "AWS::EFS::FileSystem": _named(None, "elasticfilesystem", "file-system/{}", FileSystemId="{}"),
        "AWS::EFS::AccessPoint": _named(None, "elasticfilesystem", "access-point/{}", AccessPointId="{}"),
        "AWS::Elasticsearch::Domain": _named("DomainName", "es", "domain/{}", DomainArn=_arn("es", "domain/{}")),
        "AWS::OpenSearchService::Domain": _named("DomainName", "es", "domain/{}", DomainArn=_arn("es", "domain/{}")),
        "AWS::Events::EventBus": _named("Name", "events", "event-bus/{}", Name="{}"),
        "AWS::Glue::Crawler": Naming("Name"),
        "AWS::Glue::Job": Naming("Name"),
        "AWS::IAM::Group": Naming(
            "GroupName", attributes=MappingProxyType({"Arn": _arn("iam", "group{path}{}", region=False)}), path=True
        ),
        "AWS::IAM::InstanceProfile": Naming(
            "InstanceProfileName",
            attributes=MappingProxyType({"Arn": _arn("iam", "instance-profile{path}{}", region=False)}),
            path=True,
        ),
        "AWS::IAM::Role": Naming(
            "RoleName", attributes=MappingProxyType({"Arn": _arn("iam", "role{path}{}", region=False)}), path=True
        ),
        "AWS::IAM::User": Naming(
            "UserName", attributes=MappingProxyType({"Arn": _arn("iam", "user{path}{}", region=False)}), path=True
        ),
        "AWS::IoT::Thing": _named("ThingName", "iot", "thing/{}"),
        "AWS::IoT::TopicRule": _named("RuleName", "iot", "rule/{}"),
        "AWS::KMS::Alias": Naming("AliasName"),
        "AWS::KMS::Key": _named(None, "kms", "key/{}", KeyId="{}"),
        "AWS::Kinesis::Stream": _named("Name", "kinesis", "stream/{}"),
        "AWS::KinesisFirehose::DeliveryStream": _named("DeliveryStreamName", "firehose", "deliverystream/{}"),
        "AWS::Lambda::Function": _FUNCTION,
        "AWS::Serverless::Function": _FUNCTION,
        "AWS::Logs::LogGroup": _named("LogGroupName", "logs", "log-group:{}:*"),
        "AWS::RDS::DBCluster": Naming(
            "DBClusterIdentifier", attributes=MappingProxyType({"DBClusterArn": _arn("rds", "cluster:{}")})
        ),
        "AWS::RDS::DBInstance": Naming(
            "DBInstanceIdentifier", attributes=MappingProxyType({"DBInstanceArn": _arn("rds", "db:{}")})
        ),
        "AWS::S3::Bucket": Naming(
            "BucketName", attributes=MappingProxyType({"Arn": _arn("s3", "{}", region=False, account=False)})
        ),
        "AWS::SNS::Topic": _arns("TopicName", "sns", "{}", "TopicName", "TopicArn"),
        "AWS::SQS::Queue": Naming(
            "QueueName",
            "{id}.QueueName",
            _QUEUE_URL,
            MappingProxyType({"Arn": _arn("sqs", "{}"), "QueueName": "{}", "QueueUrl": _QUEUE_URL}),
        ),
        "AWS::SSM::Parameter": Naming("Name"),
        "AWS::Scheduler::ScheduleGroup": _named("Name", "scheduler", "schedule-group/{}"),
        "AWS::Serverless::StateMachine": _arns("Name", "states", _MACHINE, "Name"),
        "AWS::StepFunctions::Activity": _arns("Name", "states", "activity:{}", "Name"),
        "AWS::StepFunctions::StateMachine": Naming(
            "StateMachineName",
            "{id}.Name",
            _arn("states", _MACHINE),
            MappingProxyType({"Arn": _arn("states", _MACHINE), "Name": "{}"}),
        ),
        "AWS::Timestream::Database": _named("DatabaseName", "timestream", "database/{}"),
    }
)

SECRET: Final = "AWS::SecretsManager::Secret"  # noqa: S105  # a type, no secret
_SECRET_ARN: Final = _arn("secretsmanager", "secret:{}-?")


def reference(logical_id: str, kind: str, name: Text | None, path: Text | None = None) -> Text:
    """What `Ref` returns; `name` is the declared physical name, None when AWS makes one."""
    if kind == SECRET:
        return symbol(logical_id) if name is None else _formed(_SECRET_ARN, logical_id, name, None)
    naming = NAMINGS.get(kind)
    if naming is None:
        return symbol(logical_id)
    return _formed(naming.ref, logical_id, _name(naming, logical_id, name), path)


def attribute(logical_id: str, kind: str, name: Text | None, wanted: str, path: Text | None = None) -> Text:
    """What `GetAtt` returns."""
    if kind == SECRET and wanted in ("Id", "Arn"):
        return reference(logical_id, kind, name)
    naming = NAMINGS.get(kind)
    form = naming.attributes.get(wanted) if naming is not None else None
    if naming is None or form is None:
        return symbol(f"{logical_id}.{wanted}")
    return _formed(form, logical_id, _name(naming, logical_id, name), path)


def name_property(kind: str) -> str | None:
    """The property that holds a type's physical name."""
    if kind == SECRET:
        return "Name"
    naming = NAMINGS.get(kind)
    return naming.name if naming is not None else None


def generated_name(logical_id: str, kind: str) -> Text:
    """The symbol of a name that AWS makes, or that only a deployment can tell."""
    naming = NAMINGS.get(kind)
    return _name(naming, logical_id, None) if naming is not None else symbol(logical_id)


def has_path(kind: str) -> bool:
    """Whether ARNs of the type hold an IAM path."""
    naming = NAMINGS.get(kind)
    return naming is not None and naming.path


def _name(naming: Naming, logical_id: str, name: Text | None) -> Text:
    return name if name is not None else symbol(naming.symbol.replace("{id}", logical_id))


def _formed(form: str, logical_id: str, name: Text, path: Text | None) -> Text:
    parts: list[str | Hole | Text] = []
    for piece in re.split(r"(\$\{[A-Za-z0-9:]+\}|\{\}|\{path\}|\{id\}|\?)", form):
        match piece:
            case "{}":
                parts.append(name)
            case "{path}":
                parts.append(path if path is not None else "/")
            case "{id}":
                parts.append(logical_id)
            case "?":
                parts.append(ANY_SUFFIX)
            case _ if piece.startswith("${"):
                parts.append(Hole(HoleKind.SYMBOL, piece[2:-1]))
            case _:
                parts.append(piece)
    return Text.of(*parts)
