"""A CloudFormation stack's physical ids: what its template's references stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from iamgen.core.errors import IamgenError, InputError
from iamgen.deployed.live.refusals import Refusal, Refused, denied
from iamgen.deployed.live.session import Clients
from iamgen.project.templates.attributes import NAMINGS

_QUEUE_URL = re.compile(r"https?://[^/]+/(?:\d{12}/)?([^/]+)")

_NESTED = "AWS::CloudFormation::Stack"
_DEPTH = 5  # of stacks in stacks


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack: logical id -> (type, physical id); those of nested stacks, too, where they tell which is meant."""

    name: str
    resources: Mapping[str, tuple[str, str]]

    def physical(self, logical: str) -> str:
        """The physical id of a logical one; raises `InputError` when the stack has none."""
        if logical not in self.resources:
            raise InputError(
                f"the stack `{self.name}` has no resource `{logical}`", "is it deployed from this template?"
            )
        return self.resources[logical][1]

    @property
    def tasks(self) -> tuple[str, ...]:
        """The logical ids of the task definitions."""
        return tuple(logical for logical, (kind, _) in self.resources.items() if kind == "AWS::ECS::TaskDefinition")

    @property
    def symbols(self) -> Mapping[str, str]:
        """What the references of the template stand for: `OrdersTable`, `Queue.QueueName`, `Job.JobDefinitionArn`.

        `Ref` gives the physical id. Where that is an ARN or a URL, the name that ARNs are made of is its last part.
        """
        found: dict[str, str] = {}
        for logical, (kind, physical) in self.resources.items():
            found[logical] = physical
            naming = NAMINGS.get(kind)
            named = logical if naming is None else naming.symbol.replace("{id}", logical)
            if physical.startswith("arn:"):
                found.setdefault(f"{logical}.Arn", physical)
                found.setdefault(f"{logical}.{kind.rpartition(':')[2]}Arn", physical)
            if named != logical:
                url = _QUEUE_URL.fullmatch(physical)
                found[named] = url[1] if url else re.split(r"[:/]", physical)[-1]
        return MappingProxyType(found)


def read_stack(name: str, clients: Clients) -> Stack:
    """All resources of a stack and of the stacks in it."""
    return Stack(name, MappingProxyType(dict(sorted(_resources(name, clients, 1).items()))))


def _resources(name: str, clients: Clients, depth: int) -> dict[str, tuple[str, str]]:
    own = _listed(name, clients)
    inner: dict[str, set[tuple[str, str]]] = {}
    for logical, (kind, physical) in tuple(own.items()):
        if kind != _NESTED or depth >= _DEPTH:
            continue
        for below, resource in _resources(physical, clients, depth + 1).items():
            # One of the two that have a name is shown with its stack's before it: see `project`.
            inner.setdefault(f"{logical}-{below}", set()).add(resource)
            inner.setdefault(below, set()).add(resource)
    return {**{key: next(iter(found)) for key, found in inner.items() if len(found) == 1}, **own}


def _listed(name: str, clients: Clients) -> dict[str, tuple[str, str]]:
    try:
        rows = list(clients.pages("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=name))
    except Refused as refused:
        # CloudFormation answers a stack that doesn't exist with a ValidationError.
        if refused.code == "ValidationError" or refused.kind is Refusal.ABSENT:
            raise InputError(f"there is no stack `{name}`", "check the name and the region") from refused
        if refused.kind is Refusal.DENIED:
            raise denied(refused) from refused
        raise IamgenError(str(refused)) from refused
    return {
        row["LogicalResourceId"]: (row["ResourceType"], row["PhysicalResourceId"])
        for row in rows
        if "PhysicalResourceId" in row
    }
