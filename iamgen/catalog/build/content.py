"""What goes into the catalog, gathered from its sources before it is checked and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from iamgen.catalog.build.reference import Reference
from iamgen.catalog.build.sdk import SdkService
from iamgen.catalog.model import Permission, Status
from iamgen.catalog.resource_model import ResourceType


@dataclass(frozen=True, slots=True)
class Prefix:
    """The IAM service prefix of an SDK service, and why."""

    prefix: str | None
    reason: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """The answer for one operation: rows of an override, or the action of the same name."""

    status: Status
    same_name: str = ""  # the action's short name in the reference's spelling, when it is needed unconditionally
    permissions: tuple[Permission, ...] = ()
    reason: str = ""
    url: str = ""


class Origin(IntEnum):
    """Where a binding is from; COMPLETE: the rows name all resource types that this action is checked on."""

    HEURISTIC = 0
    CURATED = 1
    COMPLETE = 2


@dataclass(frozen=True, slots=True)
class Bound:
    """A row of the table `binding`; `arn` is "" for the resource type's own format."""

    action: str
    resource_type: str
    variables: tuple[tuple[str, str], ...]
    whole: tuple[str, ...]
    origin: Origin
    arn: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All rows; keys of `needs` and `bindings` are (service, operation)."""

    services: tuple[SdkService, ...]
    resource_types: tuple[ResourceType, ...]
    reference: Reference
    prefixes: Mapping[str, Prefix]
    needs: Mapping[tuple[str, str], Needs]
    bindings: Mapping[tuple[str, str], tuple[Bound, ...]]
    versions: Mapping[str, str]
