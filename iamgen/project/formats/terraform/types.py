"""What attributes of Terraform's AWS resources stand for, by the CloudFormation type that they make.

A row names the argument with the physical name, the attribute that stands for it when AWS chooses
it, and the attributes that follow: `name` is the physical name, anything else what CloudFormation
calls it (`Ref`, `Arn`). Source: the "Attribute Reference" of each resource of hashicorp/aws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from iamgen.core.text import Text, symbol
from iamgen.project.templates import attributes


@dataclass(frozen=True, slots=True)
class Kind:
    """One resource type."""

    cloudformation: str
    name: str | None  # the argument
    symbol: str  # the attribute that stands for the name
    attributes: Mapping[str, str]


def _kind(cloudformation: str, name: str | None, symbol_: str, **attributes_: str) -> Kind:
    return Kind(cloudformation, name, symbol_, MappingProxyType({symbol_: "name", **attributes_}))


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "aws_cloudwatch_event_bus": _kind("AWS::Events::EventBus", "name", "name", id="name", arn="Arn"),
        "aws_cloudwatch_log_group": _kind("AWS::Logs::LogGroup", "name", "name", id="name"),
        "aws_cognito_user_pool": _kind("AWS::Cognito::UserPool", None, "id", arn="Arn"),
        "aws_dynamodb_table": _kind(
            "AWS::DynamoDB::Table", "name", "name", id="name", arn="Arn", stream_arn="StreamArn"
        ),
        "aws_ecr_repository": _kind("AWS::ECR::Repository", "name", "name", id="name", arn="Arn"),
        "aws_ecs_cluster": _kind("AWS::ECS::Cluster", "name", "name", arn="Arn", id="Arn"),
        "aws_efs_access_point": _kind("AWS::EFS::AccessPoint", None, "id", arn="Arn"),
        "aws_efs_file_system": _kind("AWS::EFS::FileSystem", None, "id", arn="Arn"),
        "aws_iam_role": _kind("AWS::IAM::Role", "name", "name", id="name", arn="Arn"),
        "aws_iam_user": _kind("AWS::IAM::User", "name", "name", id="name", arn="Arn"),
        "aws_kinesis_firehose_delivery_stream": _kind(
            "AWS::KinesisFirehose::DeliveryStream", "name", "name", arn="Arn", id="Arn"
        ),
        "aws_kinesis_stream": _kind("AWS::Kinesis::Stream", "name", "name", arn="Arn", id="Arn"),
        "aws_kms_alias": _kind("AWS::KMS::Alias", "name", "name", id="name"),
        "aws_kms_key": _kind("AWS::KMS::Key", None, "key_id", id="name", arn="Arn"),
        "aws_lambda_function": _kind("AWS::Lambda::Function", "function_name", "function_name", id="name", arn="Arn"),
        "aws_s3_bucket": _kind("AWS::S3::Bucket", "bucket", "id", bucket="name", arn="Arn"),
        "aws_secretsmanager_secret": _kind("AWS::SecretsManager::Secret", "name", "name", id="Ref", arn="Ref"),
        "aws_sfn_state_machine": _kind("AWS::StepFunctions::StateMachine", "name", "name", id="Ref", arn="Ref"),
        "aws_sns_topic": _kind("AWS::SNS::Topic", "name", "name", id="Ref", arn="Ref"),
        "aws_sqs_queue": _kind("AWS::SQS::Queue", "name", "name", id="Ref", url="Ref", arn="Arn"),
        "aws_ssm_parameter": _kind("AWS::SSM::Parameter", "name", "name", id="name"),
    }
)


def attribute(address: str, kind: Kind, name: Text | None, wanted: str, path: Text | None = None) -> Text:
    """What an attribute of a resource stands for."""
    known = name if name is not None else symbol(f"{address}.{kind.symbol}")
    form = kind.attributes.get(wanted)
    if kind.cloudformation == attributes.SECRET and name is None and form == "Ref":
        return symbol(f"{address}.arn")
    match form:
        case None if kind.cloudformation == "AWS::Lambda::Function" and wanted == "qualified_arn":
            return Text.of(attributes.attribute(address, kind.cloudformation, known, "Arn"), ":", attributes.ANY_SUFFIX)
        case None if kind.cloudformation == "AWS::Logs::LogGroup" and wanted == "arn":
            # Terraform's has no `:*` at its end.
            whole = attributes.attribute(address, kind.cloudformation, known, "Arn")
            last = whole.parts[-1]
            return Text.of(*whole.parts[:-1], last.removesuffix(":*") if isinstance(last, str) else last)
        case None if kind.cloudformation == "AWS::SSM::Parameter" and wanted == "arn":
            slash = isinstance(known.parts[0], str) and known.parts[0].startswith("/") if known.parts else False
            region, account = symbol("AWS::Region"), symbol("AWS::AccountId")
            start = Text.of("arn:", symbol("AWS::Partition"), ":ssm:", region, ":", account, ":parameter")
            return Text.of(start, "" if slash else "/", known)
        case None:
            return symbol(f"{address}.{wanted}")
        case "name":
            return known
        case "Ref":
            return attributes.reference(address, kind.cloudformation, known, path)
        case _:
            return attributes.attribute(address, kind.cloudformation, known, form, path)
