"""What a project declares, independent of the format it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from iamgen.core.location import Location
from iamgen.core.text import Text

EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HandlerEntry:
    """Start at a function: `module` is dotted, `function` may be dotted too (`Class.method`)."""

    module: str
    function: str


@dataclass(frozen=True, slots=True)
class ScriptEntry:
    """Start at a module's body, `if __name__ == "__main__"` included."""

    module: str


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """Start at every function and method of these modules, parameters unknown but for their hints."""

    modules: tuple[str, ...]


Entry = HandlerEntry | ScriptEntry | LibraryEntry


@dataclass(frozen=True, slots=True)
class Source:
    """Where a unit is declared and where its code lies; paths relative to the project root, with `/`."""

    template: str | None
    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the declaration that could not be read; it never stops the other units."""

    kind: str  # e.g. "unreadable-code", "unknown-handler", "template", "outside-project"
    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class EventSource:
    """What invokes the unit by polling or pushing: `kind` is sqs, kinesis, dynamodb, msk, kafka, mq, documentdb, ..."""

    kind: str
    arn: tuple[Text, ...]  # alternatives; empty when not known
    details: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """The unit's own deployment settings that need permissions of the role by themselves."""

    function_name: Text | None = None  # physical name; a symbol when generated
    log_group: Text | None = None  # None: the default /aws/lambda/<function name>
    vpc: bool = False
    tracing: bool = False
    event_sources: tuple[EventSource, ...] = ()
    dead_letter: tuple[Text, ...] = ()  # target ARNs
    destinations: tuple[Text, ...] = ()  # OnSuccess / OnFailure ARNs
    file_systems: tuple[Text, ...] = ()  # EFS access point ARNs
    kms_key: tuple[Text, ...] = ()  # environment key
    layers: tuple[Text, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=lambda: EMPTY)  # other properties, by CloudFormation's names
    location: Location | None = None
    service: str = "lambda"  # what runs the unit: "lambda", or "ecs", which writes logs with a role of its own


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy as declared: plain JSON data whose strings carry symbols as `${Name}`."""

    name: str
    document: Mapping[str, Any]
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class DeclaredRole:
    """The role that the template gives a unit; one implied by SAM has the name `<LogicalId>Role`."""

    name: str
    documents: tuple[PolicyDocument, ...] = ()
    managed: tuple[str, ...] = ()  # managed policy ARNs or AWS names, symbols as `${Name}`
    boundary: str | None = None
    trust: Mapping[str, Any] | None = None
    external: bool = False  # the role is named but not declared here (an ARN, a parameter, an import)
    location: Location | None = None
    unread: tuple[str, ...] = ()  # in words, the policies of it that are only known to a deployment


@dataclass(frozen=True, slots=True)
class References:
    """How the unit's own template writes what symbols stand for, see `templates.references`."""

    expressions: Mapping[str, Any] = field(default_factory=lambda: EMPTY)  # texts as policies hold them -> its own
    foreign: frozenset[str] = frozenset()  # names that other templates of the project declare, and it does not
    module: str = ""  # the start of the addresses of the Terraform module that declares it: `module.app.`


@dataclass(frozen=True, slots=True)
class Unit:
    """What holds one role: a function of a template, or a bare entry point."""

    name: str
    handler: str  # as written, e.g. "app.handler"
    entry: Entry | None  # None when the handler could not be resolved; `problems` says why
    source: Source
    search_path: tuple[Path, ...]  # absolute: the code root first, then layers' python/ folders
    environment: Mapping[str, tuple[Text, ...]] | None = None  # alternatives; None: configuration unknown
    configuration: Configuration | None = None  # None: a bare entry, nothing deployed is known
    role: DeclaredRole | None = None
    problems: tuple[Problem, ...] = ()
    inline: Mapping[str, str] = field(default_factory=lambda: EMPTY)  # file name -> source in the template
    container: str | None = None  # of a container task: the name of the container that runs it
    references: References = field(default_factory=References, compare=False)


@dataclass(frozen=True, slots=True)
class Resource:
    """A template resource; `properties` is plain data whose strings are `Text`."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    location: Location


@dataclass(frozen=True, slots=True)
class Project:
    """Everything declared under one root."""

    root: Path
    format: str  # "sam", "cloudformation", "directory", ...
    units: tuple[Unit, ...]
    resources: Mapping[str, Resource] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()
    template: str | None = None
    neighbours: tuple[str, ...] = ()  # templates that are only read for what they give to these units
    stack: str | None = None  # the stack that the project's own deployment settings name
