"""A deployed task definition of ECS: its task role, and the variables of its containers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from iamgen.core.errors import IamgenError, InputError
from iamgen.deployed.live.refusals import Refusal, Refused, denied
from iamgen.deployed.live.session import Clients


@dataclass(frozen=True, slots=True)
class TaskDefinition:
    """One revision; `containers` are the variables by container, without those that are secrets."""

    arn: str
    role: str
    containers: Mapping[str, Mapping[str, str]]


def read_task(name: str, clients: Clients) -> TaskDefinition:
    """A task definition by family (its latest revision), `family:revision` or ARN.

    Raises `InputError` when there is none, or when it has no task role.
    """
    try:
        found = clients.ask("ecs", "describe_task_definition", taskDefinition=name)["taskDefinition"]
    except Refused as refused:
        # ECS answers a family that doesn't exist with a ClientException.
        if refused.code == "ClientException" or refused.kind is Refusal.ABSENT:
            hint = "give its family with `--live-name`, or the stack with `--stack`"
            raise InputError(f"there is no task definition `{name}`", hint) from refused
        if refused.kind is Refusal.DENIED:
            raise denied(refused) from refused
        raise IamgenError(str(refused)) from refused
    if not found.get("taskRoleArn"):
        hint = "its containers have no role of their own"
        raise InputError(f"the task definition `{name}` has no task role", hint)
    containers = {
        str(one.get("name", "")): MappingProxyType(
            {str(pair["name"]): str(pair.get("value", "")) for pair in one.get("environment", ())}
        )
        for one in found.get("containerDefinitions", ())
    }
    return TaskDefinition(str(found["taskDefinitionArn"]), str(found["taskRoleArn"]), MappingProxyType(containers))
