"""What the functions of a project share: the resources by name, and what refers to functions from outside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from iamgen.core.text import Text
from iamgen.project.code.programs import Files
from iamgen.project.model import EventSource, Problem
from iamgen.project.templates.event_sources import mapped_source
from iamgen.project.templates.intrinsics import Resolver, function_arn
from iamgen.project.templates.roles import Roles
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import Value, texts
from iamgen.project.templates.values import field as entry_of


@dataclass(slots=True)
class Collected:
    """What the units of a project share."""

    root: Path
    scopes: list[Scope]
    roles: Roles
    files: Files = field(default_factory=Files)
    problems: list[Problem] = field(default_factory=list)
    by_name: dict[str, tuple[Scope, str]] = field(default_factory=dict)  # symbol name -> resource
    kinds: dict[str, str] = field(default_factory=dict)  # symbol name -> type
    mappings: list[tuple[frozenset[Text], EventSource]] = field(default_factory=list)  # function ARNs -> its source
    invoke: list[tuple[frozenset[Text], tuple[Text, ...]]] = field(default_factory=list)  # ... -> destinations

    def read(self) -> None:
        """Index the resources, and what refers to functions from outside them."""
        for scope in self.scopes:
            for logical_id in scope.resources:
                name = scope.name(logical_id)
                self.by_name[name] = (scope, logical_id)
                self.kinds[name] = scope.type_of(logical_id) or ""
        for scope in self.scopes:
            resolver = Resolver(scope)
            for logical_id in scope.resources:
                kind = scope.type_of(logical_id)
                if kind not in ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"):
                    continue
                if not resolver.declared(logical_id):
                    continue
                properties = resolver.value(scope.properties(logical_id))
                functions = frozenset(function_arn(text) for text in texts(entry_of(properties, "FunctionName")))
                if kind.endswith("EventInvokeConfig"):
                    self.invoke.append((functions, destinations_of(entry_of(properties, "DestinationConfig"))))
                else:
                    source = mapped_source(properties, self.kinds, scope.location(logical_id))
                    self.mappings.append((functions, source))


def destinations_of(config: Value) -> tuple[Text, ...]:
    """Where results of asynchronous calls go."""
    found: dict[Text, None] = {}
    for event in ("OnSuccess", "OnFailure"):
        found.update(dict.fromkeys(texts(entry_of(entry_of(config, event), "Destination"))))
    return tuple(found)
