"""Conditions that never refuse a legitimate call, each with the reason why it is safe.

- `iam:PassedToService`: a role is passed to the one service that the operation hands it to.
- `kms:ViaService`: a service uses a key in the caller's name; such a request always carries the
  service's name in the key's own region.
- `kms:ResourceAliases` (in `shapes.secrets`): a request that names an alias reaches a key that has it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
and https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

from dataclasses import replace

from iamgen.catalog.model import Permission
from iamgen.mapping.patterns import Glob, Pattern
from iamgen.mapping.request import Request
from iamgen.policy.model import Condition

# Services that AWS lists as callers of KMS in their users' names, by the prefix of their actions.
_VIA = frozenset({
    "dynamodb", "ec2", "elasticfilesystem", "kinesis", "lambda", "rds", "redshift", "s3", "secretsmanager", "sns",
    "sqs", "ssm",
})  # fmt: skip

# Keys that a further service uses for the one that is called, or that lie in another region: KMS sees a name that no
# page states.
_NESTED = frozenset({
    "AddReplicaRegions[].KmsKeyId",  # Secrets Manager of the replica's region
    "MasterUserSecretKmsKeyId",  # RDS has Secrets Manager encrypt the secret
    "S3SseKmsKeyId",  # DynamoDB has S3 encrypt an export
})  # fmt: skip


def with_conditions(request: Request, permission: Permission, patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """The patterns with the conditions that the permission is proven to meet."""
    action = permission.action
    if action == "iam:PassRole" and permission.passed_to_service:
        services = tuple(sorted(permission.passed_to_service))
        return _all(patterns, Condition("StringEquals", "iam:PassedToService", services))
    if action.startswith("kms:") and not _NESTED & set(permission.whole) and (condition := via(request)) is not None:
        return _all(patterns, condition)
    return patterns


def via(request: Request) -> Condition | None:
    """That a key is used through the request's service; None when the request is to KMS itself, or not listed."""
    service = request.catalog.service_prefix(request.call.service)
    if service is None or service not in _VIA:
        return None
    region = request.render(Glob.of(request.place.region)).resource
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    operator = "StringLike" if "*" in region else "StringEquals"
    return Condition(operator, "kms:ViaService", (f"{service}.{region}.{suffix}",))


def _all(patterns: tuple[Pattern, ...], condition: Condition) -> tuple[Pattern, ...]:
    return tuple(replace(one, conditions=tuple(sorted((*one.conditions, condition)))) for one in patterns)
