"""Conditions that never refuse a legitimate call, each with the reason why it is safe.

- `iam:PassedToService`: a role is passed to the one service that the operation hands it to.
- `kms:ViaService`: a service uses a key in the caller's name; such a request always carries the
  service's name in the key's own region, which ends in `.amazonaws.com` in every partition.
- `kms:ResourceAliases` (in `shapes.secrets`): a request that names an alias reaches a key that has it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
and https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from iamgen.catalog.model import Permission
from iamgen.mapping.patterns import Glob, Pattern
from iamgen.mapping.request import Request
from iamgen.policy.model import Condition

# Services that AWS lists as callers of KMS in their users' names, by the prefix of their actions.
_VIA = frozenset({
    "backup", "dynamodb", "ec2", "ecr", "elasticache", "elasticfilesystem", "es", "fsx", "kinesis", "lambda",
    "memorydb", "rds", "redshift", "s3", "secretsmanager", "sns", "sqs", "ssm", "states",
})  # fmt: skip

# Further names that KMS may see; the page lists them beside the service's own.
_ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType({"elasticache": ("dax",), "es": ("aoss",)})

# Keys that a further service uses for the one that is called, or that lie in another region: KMS sees a name that no
# page states.
_NESTED = frozenset({
    "AddReplicaRegions[].KmsKeyId",  # Secrets Manager of the replica's region
    "ReplicaUpdates[].Create.KMSMasterKeyId",  # DynamoDB of the replica's region
    "MasterUserSecretKmsKeyId",  # RDS has Secrets Manager encrypt the secret
    "S3SseKmsKeyId",  # DynamoDB has S3 encrypt an export
})  # fmt: skip


def with_conditions(request: Request, permission: Permission, patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """The patterns with the conditions that the permission is proven to meet."""
    action = permission.action
    if action == "iam:PassRole" and permission.passed_to_service:
        services = tuple(sorted({*permission.passed_to_service, *_of_china(request, permission)}))
        return _all(patterns, Condition("StringEquals", "iam:PassedToService", services))
    if action.startswith("kms:") and not _NESTED & set(permission.whole) and (condition := via(request)) is not None:
        return _all(patterns, condition)
    return patterns


def _of_china(request: Request, permission: Permission) -> tuple[str, ...]:
    """The names that services of the partition `aws-cn` may have: `ec2.amazonaws.com.cn`."""
    if request.place.partition.literal != "aws-cn":
        return ()
    return tuple(f"{one}.cn" for one in permission.passed_to_service)


def via(request: Request) -> Condition | None:
    """That a key is used through the request's service; None when the request is to KMS itself, or not listed."""
    service = request.catalog.service_prefix(request.call.service)
    if service is None or service not in _VIA:
        return None
    region = request.render(Glob.of(request.place.region)).resource
    operator = "StringLike" if "*" in region else "StringEquals"
    names = sorted((service, *_ALSO.get(service, ())))
    return Condition(operator, "kms:ViaService", tuple(f"{name}.{region}.amazonaws.com" for name in names))


def _all(patterns: tuple[Pattern, ...], condition: Condition) -> tuple[Pattern, ...]:
    return tuple(replace(one, conditions=tuple(sorted((*one.conditions, condition)))) for one in patterns)
