"""Forward access: what a service does with a resource's key in the caller's name.

Only where the template shows a customer managed key on the resource that the call names; an AWS
managed key admits every caller of its service, and a key that nothing shows is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from iamgen.core.text import Text
from iamgen.mapping.conditions import via
from iamgen.mapping.declared import texts_in
from iamgen.mapping.model import Requirement
from iamgen.mapping.patterns import Glob
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.secrets import key_pattern
from iamgen.project.model import Resource


@dataclass(frozen=True, slots=True)
class Encrypted:
    """How a kind of template resource names its key, and how an ARN names the resource."""

    key: tuple[str, ...]  # path to the key; `[]` is the first of a list
    name: str  # the property with the physical name
    within: str  # what precedes the name in an ARN


_SIMPLE_TABLE = Encrypted(("SSESpecification", "KMSMasterKeyId"), "TableName", "table/")
_ENCRYPTED: Mapping[str, Encrypted] = MappingProxyType({
    "AWS::DynamoDB::Table": _SIMPLE_TABLE,
    "AWS::Serverless::SimpleTable": _SIMPLE_TABLE,
    "AWS::S3::Bucket": Encrypted(
        ("BucketEncryption", "ServerSideEncryptionConfiguration", "[]", "ServerSideEncryptionByDefault",
         "KMSMasterKeyID"),
        "BucketName", ":::",
    ),
    "AWS::SQS::Queue": Encrypted(("KmsMasterKeyId",), "QueueName", ":"),
    "AWS::SNS::Topic": Encrypted(("KmsMasterKeyId",), "TopicName", ":"),
    "AWS::Kinesis::Stream": Encrypted(("StreamEncryption", "KeyId"), "Name", "stream/"),
    "AWS::SecretsManager::Secret": Encrypted(("KmsKeyId",), "Name", "secret:"),
    "AWS::StepFunctions::StateMachine": Encrypted(("EncryptionConfiguration", "KmsKeyId"), "StateMachineName",
                                                  "stateMachine:"),
})  # fmt: skip

_TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "dynamodb": ("AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable"),
        "kinesis": ("AWS::Kinesis::Stream",),
        "s3": ("AWS::S3::Bucket",),
        "secretsmanager": ("AWS::SecretsManager::Secret",),
        "sns": ("AWS::SNS::Topic",),
        "sqs": ("AWS::SQS::Queue",),
        "states": ("AWS::StepFunctions::StateMachine",),
    }
)

_READ = ("kms:Decrypt",)
_WRITE = ("kms:GenerateDataKey",)
_BOTH = ("kms:Decrypt", "kms:GenerateDataKey")

_DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html"
_KINESIS = "https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
_SECRETS = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"
_SNS = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
_SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"

_STATES = "https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html"

# By the action whose resource is encrypted; each row is a fact of the page beside it.
_USES: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType({
    **{
        f"dynamodb:{name}": (_READ, _DYNAMODB)
        for name in ("BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "GetRecords",
                     "PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate", "PutItem", "Query", "Scan",
                     "UpdateItem")
    },
    "kinesis:GetRecords": (_READ, _KINESIS),
    "kinesis:SubscribeToShard": (_READ, _KINESIS),
    "kinesis:PutRecord": (_WRITE, _KINESIS),
    "kinesis:PutRecords": (_WRITE, _KINESIS),
    "s3:GetObject": (_READ, _S3),
    "s3:GetObjectVersion": (_READ, _S3),
    "s3:PutObject": (_WRITE, _S3),
    "secretsmanager:GetSecretValue": (_READ, _SECRETS),
    "secretsmanager:BatchGetSecretValue": (_READ, _SECRETS),
    "secretsmanager:CreateSecret": (_BOTH, _SECRETS),
    "secretsmanager:PutSecretValue": (_BOTH, _SECRETS),
    "secretsmanager:UpdateSecret": (_BOTH, _SECRETS),
    "sns:Publish": (_BOTH, _SNS),
    "sqs:ReceiveMessage": (_READ, _SQS),
    "sqs:SendMessage": (_BOTH, _SQS),
    "states:DescribeStateMachine": (_READ, _STATES),
    "states:StartSyncExecution": (_READ, _STATES),
})  # fmt: skip

# The parts of a multipart upload are decrypted when it is completed.
_PARTS = frozenset({"CompleteMultipartUpload", "CreateMultipartUpload", "UploadPart", "UploadPartCopy"})


def forwarded(request: Request, needs: tuple[Requirement, ...]) -> Iterator[Requirement]:
    """What the call needs on the keys of the template's resources that these requirements name."""
    for need in needs:
        uses = _USES.get(need.action)
        if uses is None:
            continue
        actions, url = uses
        if need.action == "s3:PutObject" and request.call.operation in _PARTS:
            actions = _BOTH
        for declared, key in _keys(request, need):
            condition = via(request)
            pattern = key_pattern(request, key)
            conditions = tuple(sorted((*pattern.conditions, *((condition,) if condition is not None else ()))))
            note = f"`{declared.logical_id}` is encrypted under this key ({url})"
            pattern = replace(pattern, conditions=conditions)
            for action in actions:
                yield Requirement(action, pattern.resource, conditions, need.evidence, pattern.wildcard, note)


def _keys(request: Request, need: Requirement) -> Iterator[tuple[Resource, Text]]:
    """The encrypted resources of the template that a requirement's ARN names, and their keys."""
    types = _TYPES.get(need.action.partition(":")[0], ())
    for _, declared in sorted(request.project.resources.items()):
        if declared.type not in types:
            continue
        encrypted = _ENCRYPTED[declared.type]
        if not _names(request, need.resource, declared, encrypted):
            continue
        for key in texts_in(declared.properties, *encrypted.key):
            if not _managed(key):
                yield declared, key


def _managed(key: Text) -> bool:
    """Whether AWS manages the key: `alias/aws/sqs`."""
    literal = key.literal or ""
    return not key.parts or "alias/aws/" in literal


def _names(request: Request, resource: str, declared: Resource, encrypted: Encrypted) -> bool:
    """Whether an ARN pattern names this resource, by a reference to it or by its declared name."""
    if re.search(r"\$\{" + re.escape(declared.logical_id) + r"(?:\.\w+)?\}", resource):
        return True
    return any(
        re.search(re.escape(encrypted.within + request.render(Glob.of(name)).resource) + r"(?:$|/|-\?{6}$)", resource)
        for name in texts_in(declared.properties, encrypted.name)
    )
