"""What a unit's requests need, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from iamgen.analysis.usage import ApiCall, Gap
from iamgen.core.location import Location
from iamgen.policy.model import Condition


class Wildcard(StrEnum):
    """Why a resource pattern holds a `*`."""

    REQUIRED = "required"  # AWS supports no resource for this action
    OPEN = "open"  # code and configuration do not tell the name
    NARROW = "narrow"  # the pattern is as narrow as AWS allows (a secret's suffix, streams of a log group)


@dataclass(frozen=True, slots=True)
class DeploymentNeed:
    """A need of the deployment itself (logs, VPC, tracing, event source), not of the code."""

    need: str  # e.g. "logs", "vpc", "tracing", "event-source:sqs"
    location: Location
    url: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """action x resource pattern x conditions; equality is over these three only."""

    action: str
    resource: str
    conditions: tuple[Condition, ...] = ()
    evidence: tuple[ApiCall | DeploymentNeed, ...] = field(default=(), compare=False)
    wildcard: Wildcard | None = field(default=None, compare=False)
    note: str = field(default="", compare=False)  # why the action or resource is what it is, with its source


@dataclass(frozen=True, slots=True)
class CallNeeds:
    """One API call and what it needs."""

    call: ApiCall
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Requirements:
    """A unit's requirements, merged and sorted, and the same by call."""

    unit: str
    items: tuple[Requirement, ...]
    by_call: tuple[CallNeeds, ...] = ()
    gaps: tuple[Gap, ...] = ()
    assumed: tuple[CallNeeds, ...] = ()  # calls signed by an assumed role, and what they need of that role
