"""What is deployed, asked of AWS: a function's or a task's configuration, its role with all its policies, its stack.

The only part of iamgen that opens a connection, and only when a live role is asked for. It reads
and never changes anything; the permissions that it needs are in docs/permissions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from iamgen.core.errors import IamgenError, InputError
from iamgen.deployed.grants import RoleGrants
from iamgen.deployed.live.refusals import Refusal, Refused, denied
from iamgen.deployed.live.roles import RoleReader
from iamgen.deployed.live.session import Clients, SessionFactory
from iamgen.deployed.live.stacks import Stack, read_stack
from iamgen.deployed.live.tags import read_tagged
from iamgen.deployed.live.tasks import read_task
from iamgen.deployed.managed import ManagedPolicies

__all__ = ["LiveReader", "LiveUnit", "Stack", "read_live"]


@dataclass(frozen=True, slots=True)
class LiveUnit:
    """A deployed function or task definition: what its role grants and what is configured.

    `environment` is None when it may not be read, or when it is not told which of several containers is meant.
    """

    function: str
    arn: str
    grants: RoleGrants
    environment: Mapping[str, str] | None
    handler: str = ""
    runtime: str = ""


def read_live(
    function: str,
    *,
    profile: str | None = None,
    region: str | None = None,
    session_factory: SessionFactory | None = None,
    endpoint_url: str | None = None,
    assume_role: str | None = None,
) -> LiveUnit:
    """One deployed function by its name, partial or full ARN; see `LiveReader` for several."""
    reader = LiveReader(
        profile=profile,
        region=region,
        session_factory=session_factory,
        endpoint_url=endpoint_url,
        assume_role=assume_role,
    )
    return reader.function(function)


class LiveReader:
    """Reads functions, roles and stacks of one account and region; what several share is read once."""

    def __init__(
        self,
        *,
        profile: str | None = None,
        region: str | None = None,
        session_factory: SessionFactory | None = None,
        endpoint_url: str | None = None,
        assume_role: str | None = None,
        managed: ManagedPolicies | None = None,
    ) -> None:
        self._clients = Clients(profile, region, session_factory, endpoint_url, assume_role)
        self._roles = RoleReader(self._clients, managed or ManagedPolicies())

    def role(self, role: str) -> RoleGrants:
        """A role by its name or ARN."""
        return self._roles.read(role)

    def stack(self, name: str) -> Stack:
        """The physical ids of a CloudFormation stack; raises `InputError` when there is none of that name."""
        return read_stack(name, self._clients)

    def tagged(self, tags: Mapping[str, str]) -> Mapping[str, str]:
        """The ARNs of the functions that bear all these tags, by name and by logical id; see `read_tagged`."""
        return read_tagged(tags, self._clients)

    def function(self, name: str, *, stack: Stack | None = None, reference: str | None = None) -> LiveUnit:
        """A function with its role. A stack tells what the template's references stand for.

        `reference` is what the template calls the function: `${OrdersFunction}` then stands for its name.
        Raises `InputError` when there is none, `CredentialsError` when its configuration may not be read.
        """
        try:
            found = self._clients.ask("lambda", "get_function_configuration", FunctionName=name)
        except Refused as refused:
            match refused.kind:
                case Refusal.ABSENT:
                    hint = "give the deployed name, or the stack with `--stack`"
                    raise InputError(f"there is no deployed function `{name}`", hint) from refused
                case Refusal.DENIED:
                    raise denied(refused) from refused
                case _:
                    raise IamgenError(str(refused)) from refused
        arn = str(found["FunctionArn"])
        environment, problem = _environment(found, arn)
        grants = self._roles.read(str(found["Role"]))
        symbols = {**grants.symbols, **_place(arn), **({} if stack is None else stack.symbols)}
        if reference is not None:
            symbols[reference] = str(found["FunctionName"])
        unread = grants.unread if problem is None else (*grants.unread, problem)
        grants = replace(grants, environment=environment, symbols=MappingProxyType(symbols), unread=unread)
        return LiveUnit(
            function=str(found["FunctionName"]),
            arn=arn,
            grants=grants,
            environment=environment,
            handler=str(found.get("Handler", "")),
            runtime=str(found.get("Runtime", "")),
        )

    def task(self, name: str, *, stack: Stack | None = None, container: str | None = None) -> LiveUnit:
        """A task definition of ECS with its task role, and the variables of a container, or of its only one.

        Raises `InputError` when there is none or it has no task role.
        """
        found = read_task(name, self._clients)
        grants = self._roles.read(found.role)
        symbols = {**grants.symbols, **_place(found.arn), **({} if stack is None else stack.symbols)}
        environment = found.containers.get(container or "")
        if environment is None and len(found.containers) == 1:
            environment = next(iter(found.containers.values()))
        grants = replace(grants, environment=environment, symbols=MappingProxyType(symbols))
        return LiveUnit(found.arn.rpartition("/")[2], found.arn, grants, environment)


def _environment(found: Mapping[str, Any], arn: str) -> tuple[Mapping[str, str] | None, str | None]:
    """The configured variables and those that Lambda sets itself; or why they could not be read.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    configured = found.get("Environment", {})
    if "Error" in configured:
        code = configured["Error"].get("ErrorCode", "error")
        return None, f"the environment variables of `{found['FunctionName']}`: {code}"
    place, name = _place(arn), str(found["FunctionName"])
    variables = {
        "AWS_DEFAULT_REGION": place["AWS::Region"],
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_LOG_GROUP_NAME": str(found.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{name}")),
        "AWS_REGION": place["AWS::Region"],
        **{str(key): str(value) for key, value in configured.get("Variables", {}).items()},
    }
    return MappingProxyType(dict(sorted(variables.items()))), None


def _place(arn: str) -> dict[str, str]:
    """Partition, region and account of a function's ARN."""
    pieces = arn.split(":")
    return dict(
        zip(("AWS::Partition", "AWS::Region", "AWS::AccountId"), (pieces[1], pieces[3], pieces[4]), strict=True)
    )
