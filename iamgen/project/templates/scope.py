"""One template with the names that mean something in it: resources, parameters, mappings, conditions.

A nested template's parameters are bound to expressions of the template that includes it; its
resources keep their logical ids unless two templates of the project share one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iamgen.core.location import Location
from iamgen.project.templates.documents import Document
from iamgen.project.templates.nodes import Node, mapping

_SSM_TYPES: Final = ("AWS::SSM::Parameter::Value", "{{resolve:")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a parameter's value is kept: an output of a stack, by its name or its template, or the Systems Manager."""

    kind: str  # "stack", "template" or "kept"
    name: Any  # an expression of the template that refers to it
    output: str = ""


@dataclass(slots=True)
class Scope:
    """A template and its place among the project's templates."""

    document: Document
    given: Mapping[str, str] = field(default_factory=dict)  # parameters that the user sets
    assumed: Mapping[str, str] = field(default_factory=dict)  # parameters of the project's own deployment settings
    parent: Scope | None = None
    stack: str = ""  # the nested stack's logical id in the parent
    bound: Mapping[str, Any] = field(default_factory=dict)  # parameters, as expressions of the parent
    children: dict[str, Scope] = field(default_factory=dict)
    prefix: str = ""  # before each logical id, where ids of several templates collide
    unit_prefix: str = ""  # before each unit's own name, where such names collide
    implied: Mapping[str, str] = field(default_factory=dict)  # logical ids that SAM generates -> type
    unit_names: Mapping[str, str] = field(default_factory=dict)  # logical id -> the unit's name where it has its own
    files: Mapping[str, str] = field(default_factory=dict)  # logical id -> the file where it is not the document's
    assets: Mapping[str, str] = field(default_factory=dict)  # CDK: hash of a file asset -> its path
    images: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # ... of an image -> build context, Dockerfile
    naming: Mapping[str, str] = field(default_factory=dict)  # expressions that choose a name -> the resource so named
    stack_name: Any = None  # what the project's settings call its stack, as an expression of the template
    origins: Mapping[str, Origin] = field(default_factory=dict)  # parameters that hold what is kept elsewhere
    written: Mapping[str, str] = field(default_factory=dict)  # parameters that its own language writes differently
    shared: Any = None  # what the project's templates give each other, see `shared`; None until they are known

    @property
    def template(self) -> Mapping[str, Any]:
        """The whole template."""
        return mapping(self.document.data)

    def section(self, name: str) -> Mapping[str, Any]:
        """A top-level section, empty when the template has none or something else there."""
        return mapping(self.template.get(name))

    @property
    def resources(self) -> Mapping[str, Any]:
        return self.section("Resources")

    def resource(self, logical_id: str) -> Mapping[str, Any] | None:
        """A declared resource."""
        found = self.resources.get(logical_id)
        return found if isinstance(found, Mapping) else None

    def type_of(self, logical_id: str) -> str | None:
        """A resource's type, that of a generated one included."""
        declared = self.resource(logical_id)
        if declared is None:
            return self.implied.get(logical_id)
        kind = declared.get("Type")
        return kind if isinstance(kind, str) else ""

    def properties(self, logical_id: str) -> Mapping[str, Any]:
        """A resource's properties as written."""
        return mapping((self.resource(logical_id) or {}).get("Properties"))

    def parameter(self, name: str) -> Mapping[str, Any] | None:
        """A declared parameter."""
        found = self.section("Parameters").get(name)
        return found if isinstance(found, Mapping) else None

    def default(self, name: str) -> Any:
        """A parameter's default, None when it has none or when the default only names where the value is kept."""
        declared = self.parameter(name) or {}
        kind = declared.get("Type")
        if isinstance(kind, str) and kind.startswith(_SSM_TYPES):
            return None
        return declared.get("Default")

    def origin(self, name: str) -> Origin | None:
        """Where a parameter's value is kept, None when a deployment sets it."""
        declared = self.parameter(name) or {}
        kind = declared.get("Type")
        if isinstance(kind, str) and kind.startswith(_SSM_TYPES):
            path = self.given.get(name, self.assumed.get(name, declared.get("Default")))
            return Origin("kept", path) if isinstance(path, str) else None
        return self.origins.get(name)

    def name(self, logical_id: str) -> str:
        """A logical id as symbols and units show it."""
        return self.prefix + logical_id

    def unit_name(self, logical_id: str) -> str:
        """A unit's name."""
        own = self.unit_names.get(logical_id)
        return self.unit_prefix + own if own is not None else self.name(logical_id)

    def location(self, logical_id: str) -> Location:
        """Where a resource is declared."""
        resources = self.resources
        line = resources.line_of(logical_id) if isinstance(resources, Node) else 1
        return Location(self.files.get(logical_id, self.document.shown), line)

    def at(self, value: Any, otherwise: str) -> Location:
        """Where a value stands, the resource's line when it remembers none."""
        line = getattr(value, "line", None)
        return Location(self.document.shown, line) if isinstance(line, int) else self.location(otherwise)
