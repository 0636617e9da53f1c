"""Resources that an argument from another call's response stands for.

A shard iterator names its stream to AWS and to nobody else; but when the code got it from
`get_shard_iterator(StreamName="clicks")`, the stream is `clicks`. The analysis says where such an
argument comes from; the calls of the same unit say what it was made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from iamgen.catalog.model import Permission
from iamgen.core.text import HoleKind, Text
from iamgen.mapping.model import Wildcard
from iamgen.mapping.patterns import Pattern
from iamgen.mapping.request import Request, request_of


@dataclass(frozen=True, slots=True)
class Origin:
    """The operation whose response an argument is from, and how that call's resource becomes this one's."""

    parameters: tuple[str, ...]
    operation: str  # of the same service
    action: str  # whose resources the other call is checked on
    through: tuple[str, ...] = ()  # operations that hand the argument on, as GetRecords does with the next iterator
    form: Callable[[Pattern], Pattern | None] = lambda pattern: pattern


_MACHINE = re.compile(r"(.*):stateMachine:((?:\$\{[^}]*\}|[^:])+)")


def _execution(machine: Pattern) -> Pattern | None:
    """The executions of a state machine; None when its ARN is a mere reference."""
    match = _MACHINE.match(machine.resource)
    if match is None:
        return None
    resource = f"{match.group(1)}:execution:{match.group(2)}:*".replace(":**", ":*")
    return replace(machine, resource=resource, wildcard=machine.wildcard or Wildcard.NARROW)


_ITERATOR = Origin(("ShardIterator",), "GetShardIterator", "kinesis:GetShardIterator", ("GetRecords",))
_QUERY = Origin(("QueryExecutionId", "QueryExecutionIds[]"), "StartQueryExecution", "athena:StartQueryExecution")
_EXECUTION = Origin(("executionArn",), "StartExecution", "states:StartExecution", form=_execution)
_SETTINGS = Origin(
    ("ConfigurationToken",), "StartConfigurationSession", "appconfig:StartConfigurationSession",
    ("GetLatestConfiguration",),
)  # fmt: skip
_BUILD = Origin(("ids[]", "id"), "StartBuild", "codebuild:StartBuild")

_ORIGINS: Mapping[str, Origin] = MappingProxyType({
    "kinesis:GetRecords": _ITERATOR,
    "dynamodb:GetRecords": replace(_ITERATOR, action="dynamodb:GetShardIterator"),
    "appconfig:GetLatestConfiguration": _SETTINGS,
    "athena:GetQueryExecution": _QUERY,
    "athena:GetQueryResults": _QUERY,
    "athena:GetQueryRuntimeStatistics": _QUERY,
    "athena:StopQueryExecution": _QUERY,
    "athena:BatchGetQueryExecution": _QUERY,
    "states:DescribeExecution": _EXECUTION,
    "states:GetExecutionHistory": _EXECUTION,
    "states:StopExecution": _EXECUTION,
    "logs:GetQueryResults": Origin(("queryId",), "StartQuery", "logs:StartQuery"),
    "codebuild:BatchGetBuilds": _BUILD,
    "codebuild:StopBuild": _BUILD,
})  # fmt: skip

Resources = Callable[[Request, Permission], tuple[Pattern, ...]]


def derived(request: Request, permission: Permission, resources_of: Resources) -> tuple[Pattern, ...] | None:
    """The resources that the request's arguments come from; None when they come from elsewhere, too."""
    origin = _ORIGINS.get(permission.action)
    texts = request.texts(*origin.parameters) if origin is not None else ()
    if origin is None or not texts:
        return None
    handed_on = tuple(f"{request.call.service}.{name}." for name in (origin.operation, *origin.through))
    if not all(_is_from(text, handed_on) for text in texts):
        return None
    found: list[Pattern] = []
    for call in request.siblings:
        if (call.service, call.operation) != (request.call.service, origin.operation):
            continue
        other = request_of(call, request.unit, request.project, request.catalog)
        for pattern in resources_of(other, Permission(origin.action)):
            formed = origin.form(pattern)
            if formed is None:
                return None
            found.append(formed)
    return tuple(found) or None


def _is_from(text: Text, operations: tuple[str, ...]) -> bool:
    part = text.parts[0] if len(text.parts) == 1 else ""
    return not isinstance(part, str) and part.kind is HoleKind.RESPONSE and part.name.startswith(operations)
