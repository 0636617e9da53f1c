"""A CloudFormation stack's physical ids: what its template's references stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from iamgen.core.errors import IamgenError, InputError
from iamgen.deployed.live.refusals import Refusal, Refused, denied
from iamgen.deployed.live.session import Clients

_QUEUE_URL = re.compile(r"https?://[^/]+/(?:\d{12}/)?([^/]+)")

# The attribute of which a type's name is made where `Ref` gives something else (an ARN or a URL).
_NAME_ATTRIBUTES = {
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::StepFunctions::StateMachine": "Name",
}


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack: logical id -> (type, physical id)."""

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
    def symbols(self) -> Mapping[str, str]:
        """What the references of the template stand for: `OrdersTable`, `Queue.QueueName`, `Topic.TopicName`."""
        found: dict[str, str] = {}
        for logical, (kind, physical) in self.resources.items():
            found[logical] = physical
            if attribute := _NAME_ATTRIBUTES.get(kind):
                url = _QUEUE_URL.fullmatch(physical)
                found[f"{logical}.{attribute}"] = url[1] if url else re.split(r"[:/]", physical)[-1]
        return MappingProxyType(found)


def read_stack(name: str, clients: Clients) -> Stack:
    """All resources of a stack."""
    try:
        rows = list(clients.pages("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=name))
    except Refused as refused:
        # CloudFormation answers a stack that doesn't exist with a ValidationError.
        if refused.code == "ValidationError" or refused.kind is Refusal.ABSENT:
            raise InputError(f"there is no stack `{name}`", "check the name and the region") from refused
        if refused.kind is Refusal.DENIED:
            raise denied(refused) from refused
        raise IamgenError(str(refused)) from refused
    return Stack(
        name,
        MappingProxyType(
            {
                row["LogicalResourceId"]: (row["ResourceType"], row["PhysicalResourceId"])
                for row in sorted(rows, key=lambda row: str(row["LogicalResourceId"]))
                if "PhysicalResourceId" in row
            }
        ),
    )
