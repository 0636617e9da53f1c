"""Resolving references and functions into values.

A deployment may set each parameter anew, so a value that depends on one keeps the parameter as a
symbol; only what the user gives (`--parameters`) is put in. Two more readings of the same template
share the code: `deciding` also believes the project's own deployment settings and is used for
conditions, `concrete` also takes defaults and is used where a file must be found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from iamgen.core.text import Hole, HoleKind, Text, symbol
from iamgen.project.limits import RESOLVE_DEPTH, RESOLVE_STEPS
from iamgen.project.templates import attributes
from iamgen.project.templates.functions import DYNAMIC, evaluate_function, literal
from iamgen.project.templates.nodes import as_text, listed, mapping
from iamgen.project.templates.scope import Origin, Scope
from iamgen.project.templates.shared import Given, Name, Shared, under
from iamgen.project.templates.values import (
    ABSENT,
    Either,
    Value,
    canonical_text,
    combine,
    either,
    scalar_text,
    texts,
    unknown,
)

_SSM: Final = re.compile(r"ssm:([^:]+)(?::\d+)?")
_LIST_TYPES: Final = ("CommaDelimitedList", "List<")


class Reading(Enum):
    """How much of a parameter's value is believed."""

    SYMBOLIC = "symbolic"  # what the user gives
    DECIDING = "deciding"  # and what the project's deployment settings say
    CONCRETE = "concrete"  # and its default


@dataclass(slots=True)
class _Busy:
    """What is being resolved at the moment: cycles and chains that never end stop here."""

    names: list[tuple[int, str]] = field(default_factory=list)
    known: dict[tuple[int, str], Any] = field(default_factory=dict)  # conditions and names already decided
    steps: int = 0


class Resolver:
    """Resolves one scope's expressions; never raises for what a template says."""

    def __init__(self, scope: Scope, reading: Reading = Reading.SYMBOLIC, busy: _Busy | None = None) -> None:
        self.scope = scope
        self.reading = reading
        self._busy = busy or _Busy()

    @property
    def concrete(self) -> Resolver:
        """The same template under its defaults."""
        return Resolver(self.scope, Reading.CONCRETE, self._busy)

    def value(self, node: Any) -> Value:
        """What an expression comes to."""
        self._busy.steps += 1
        if self._busy.steps > RESOLVE_STEPS:
            return unknown("the template takes more steps to resolve than are followed")
        try:
            return self._value(node)
        except RecursionError:
            return unknown("an expression that is nested too deeply")

    def _value(self, node: Any) -> Value:
        match node:
            case str():
                return self._literal(node)
            case None | bool() | int() | float() | Text() | Either():
                return node
            case list() | tuple():
                return tuple(item for one in node if (item := self.value(one)) is not ABSENT)
            case Mapping():
                if len(node) == 1:
                    ((key, argument),) = node.items()
                    if key == "Ref":
                        return self.ref(argument)
                    if (
                        key == "Condition"
                        and isinstance(argument, str)
                        and argument in self.scope.section("Conditions")
                    ):
                        return self.condition(argument)
                    if self.scope.naming and (own := self._named(node)) is not None:
                        return own
                    if key.startswith("Fn::"):
                        return evaluate_function(self, key.removeprefix("Fn::"), argument)
                return {
                    str(key): inner for key, one in node.items() if (inner := self.value(one)) is not ABSENT
                }  # fmt: skip
            case _:
                return ABSENT if node is ABSENT else unknown(f"a {type(node).__name__} in a template")

    def _named(self, node: Any) -> Value | None:
        """The name that a resource has by this very expression, which chooses among several: its own symbol.

        With `TableName: !FindInMap [Tables, !Ref Stage, orders]` the same expression in a variable is the table.
        """
        logical_id = self.scope.naming.get(written_as(node))
        if logical_id is None or self.reading is not Reading.SYMBOLIC:
            return None
        if self._key(f"name {logical_id}") in self._busy.names:
            return None
        return attributes.generated_name(self.scope.name(logical_id), self.scope.type_of(logical_id) or "")

    def _literal(self, written: str) -> Value:
        """A written text, with what another template keeps in the place of a dynamic reference."""
        pieces = DYNAMIC.split(written) if "{{" in written else [written]
        if len(pieces) == 1:
            return Text.of(written)
        parts: list[Value] = []
        for index, piece in enumerate(pieces):
            held = self.dynamic(piece) if index % 2 else None
            parts.append(held if held is not None else literal(f"{{{{resolve:{piece}}}}}" if index % 2 else piece))
        return self._joined(*parts)

    def dynamic(self, reference: str) -> Value | None:
        """What another template of the project keeps under a dynamic reference: `ssm:/shop/files:1`."""
        found = _SSM.fullmatch(reference.strip())
        return self.kept(found[1]) if found is not None else None

    def texts(self, node: Any) -> tuple[Text, ...]:
        """An expression's alternatives as texts."""
        return texts(self.value(node))

    def literal(self, node: Any) -> str | None:
        """An expression's text under the template's defaults, None when it is not known."""
        for text in texts(self.concrete.value(node)):
            if text.literal is not None:
                return text.literal
        return None

    def condition(self, name: str) -> bool | None:
        """Whether a condition holds, None when nobody has decided it."""
        declared = self.scope.section("Conditions").get(name)
        key = self._key(f"condition {name}")
        if key in self._busy.known:
            return bool(held) if (held := self._busy.known[key]) is not None else None
        if declared is None or not self._enter(f"condition {name}"):
            return None
        try:
            reading = Reading.DECIDING if self.reading is Reading.SYMBOLIC else self.reading
            held = Resolver(self.scope, reading, self._busy).holds(declared)
        finally:
            self._leave()
        self._busy.known[key] = held
        return held

    def holds(self, node: Any) -> bool | None:
        """Whether a condition expression holds."""
        if isinstance(node, bool):
            return node
        if not isinstance(node, Mapping) or len(node) != 1:
            return None
        ((key, argument),) = node.items()
        match key:
            case "Condition":
                return self.condition(argument) if isinstance(argument, str) else None
            case "Fn::Not":
                found = [self.holds(one) for one in listed(argument)]
                return None if not found or found[0] is None else not found[0]
            case "Fn::And":
                found = [self.holds(one) for one in listed(argument)]
                return False if False in found else None if None in found else True
            case "Fn::Or":
                found = [self.holds(one) for one in listed(argument)]
                return True if True in found else None if None in found else False
            case "Fn::Equals":
                sides = [self.texts(one) for one in listed(argument)]
                if len(sides) != 2 or any(len(side) != 1 for side in sides):
                    return None
                (left,), (right,) = sides
                if left == right and all(hole.kind is HoleKind.SYMBOL for hole in left.holes):
                    return True
                return left.literal == right.literal if left.literal is not None and right.literal is not None else None
            case _:
                return None

    def declared(self, logical_id: str) -> bool:
        """Whether a resource is or may be made: its condition is not known to be false."""
        wanted = (self.scope.resource(logical_id) or {}).get("Condition")
        return not isinstance(wanted, str) or self.condition(wanted) is not False

    def _key(self, name: str) -> tuple[int, str]:
        return id(self.scope), f"{self.reading.value} {name}"

    def _enter(self, name: str) -> bool:
        key = self._key(name)
        if key in self._busy.names or len(self._busy.names) >= RESOLVE_DEPTH:
            return False
        self._busy.names.append(key)
        return True

    def _leave(self) -> None:
        self._busy.names.pop()

    def ref(self, name: Any) -> Value:
        """What `Ref` comes to."""
        if not isinstance(name, str):
            return unknown("a `Ref` of something that is no name")
        if name == "AWS::NoValue":
            return ABSENT
        if name.startswith("AWS::"):
            return symbol(name)
        if self.scope.parameter(name) is not None and self.scope.resource(name) is None:
            return self._parameter(name)
        first, dot, rest = name.partition(".")
        if dot and self.scope.type_of(first) is not None:
            return self.attribute(first, rest)
        kind = self.scope.type_of(name)
        if kind is None:
            return symbol(self.scope.name(name))
        special = self._qualified(name, kind)
        if special is not None:
            return special
        return attributes.reference(self.scope.name(name), kind, self.physical_name(name), self._path(name, kind))

    def _parameter(self, name: str) -> Value:
        scope = self.scope
        declared = scope.parameter(name) or {}
        kind = declared.get("Type")
        several = isinstance(kind, str) and (kind.startswith(_LIST_TYPES) or "<List<" in kind)
        origin = scope.origin(name)
        if origin is not None and (origin.kind == "kept" or name not in scope.given):
            found = self._from(origin, f"parameter {name}")
            return symbol(scope.name(name)) if found is None else found
        known: Any = scope.given.get(name)
        if known is None and self.reading is not Reading.SYMBOLIC:
            known = scope.assumed.get(name)
        if known is not None:
            return self._several(str(known)) if several else literal(str(known))
        if name in scope.bound and scope.parent is not None:
            if not self._enter(f"parameter {name}"):
                return symbol(scope.name(name))
            try:
                return Resolver(scope.parent, self.reading, self._busy).value(scope.bound[name])
            finally:
                self._leave()
        if self.reading is Reading.CONCRETE and (default := as_text(scope.default(name))) is not None:
            return self._several(default) if several else literal(default)
        return symbol(scope.name(name))

    @staticmethod
    def _several(text: str) -> Value:
        return tuple(literal(part.strip()) for part in text.split(","))

    def physical_name(self, logical_id: str) -> Text | None:
        """The name that a resource declares for itself, None when AWS makes one or it depends on a condition."""
        kind = self.scope.type_of(logical_id)
        wanted = attributes.name_property(kind) if kind else None
        properties = self.scope.properties(logical_id)
        key = self._key(f"name {logical_id}")
        if key in self._busy.known:
            known = self._busy.known[key]
            return known if isinstance(known, Text) else None
        if wanted is None or wanted not in properties or not self._enter(f"name {logical_id}"):
            return None
        try:
            found = self.value(properties[wanted])
        finally:
            self._leave()
        text = scalar_text(found)
        self._busy.known[key] = text if text is not None and text.parts else None
        return text if text is not None and text.parts else None

    def _path(self, logical_id: str, kind: str) -> Text | None:
        if not attributes.has_path(kind) or "Path" not in self.scope.properties(logical_id):
            return None
        found = self.texts(self.scope.properties(logical_id)["Path"])
        return found[0] if len(found) == 1 else None

    def attribute(self, logical_id: str, wanted: str) -> Value:
        """What `GetAtt` comes to."""
        scope = self.scope
        if wanted.startswith("Outputs.") and logical_id in scope.children:
            return self._output(scope.children[logical_id], wanted.removeprefix("Outputs."))
        kind = scope.type_of(logical_id)
        if kind is None:
            return symbol(f"{scope.name(logical_id)}.{wanted}")
        if wanted in ("Alias", "AliasArn", "Version", "FunctionArn", "FunctionVersionArn"):
            special = self._qualified(logical_id, kind, wanted)
            if special is not None:
                return special
        return attributes.attribute(
            scope.name(logical_id), kind, self.physical_name(logical_id), wanted, self._path(logical_id, kind)
        )

    def _output(self, child: Scope, name: str) -> Value:
        declared = child.section("Outputs").get(name)
        if not isinstance(declared, Mapping) or not self._enter(f"output {child.stack}.{name}"):
            return symbol(f"{child.stack}.Outputs.{name}")
        try:
            return Resolver(child, self.reading, self._busy).value(declared.get("Value"))
        finally:
            self._leave()

    def exported(self, name: Any) -> Value | None:
        """What another template of the project exports under a name, None when none does."""
        shared: Shared | None = self.scope.shared
        return self._given(f"export {name}", shared.exports, name) if shared is not None else None

    def kept(self, name: Any) -> Value | None:
        """What another template of the project keeps in the Systems Manager under a name, None when none does."""
        shared: Shared | None = self.scope.shared
        return self._given(f"kept {name}", shared.kept, name) if shared is not None else None

    def _from(self, origin: Origin, label: str) -> Value | None:
        """The value of a parameter that is kept elsewhere in the project."""
        shared: Shared | None = self.scope.shared
        if shared is None:
            return None
        match origin.kind:
            case "kept":
                return self._given(label, shared.kept, origin.name)
            case "stack":
                return self._given(label, shared.stacks, origin.name, origin.output)
            case _:
                there = [one for one in shared.stacks if one.scope.document.path.parent == origin.name]
                return self._values(label, there, origin.output)

    def _given(self, label: str, given: list[Given], name: Any, output: str | None = None) -> Value | None:
        if not given or not self._enter(label):
            return None
        try:
            found = [one for wanted in Name.of(self, name) for one in under(wanted, given)]
        finally:
            self._leave()
        return self._values(label, found, output)

    def _values(self, label: str, given: list[Given], output: str | None) -> Value | None:
        """What several templates give, which may be one stack's in several stages."""
        if not given or not self._enter(label):
            return None
        try:
            values = []
            for one in given:
                held = mapping(one.expression).get(output) if output is not None else one.expression
                expression = mapping(held).get("Value") if output is not None else held
                if expression is not None:
                    values.append(Resolver(one.scope, self.reading, self._busy).value(expression))
        finally:
            self._leave()
        return either(values) if values else None

    def _qualified(self, logical_id: str, kind: str, wanted: str = "Ref") -> Value | None:
        """The ARN of a function's alias or version: `Ref` of an alias, `Fn.Alias` and `Fn.Version` in SAM."""
        properties = self.scope.properties(logical_id)
        if kind == "AWS::Serverless::Function" and wanted in ("Alias", "Version"):
            alias = self.value(properties.get("AutoPublishAlias"))
            tail = alias if wanted == "Alias" and scalar_text(alias) is not None else unknown("a version's number")
            return self._joined(self.attribute(logical_id, "Arn"), ":", tail)
        if kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version") and self._enter(f"qualified {logical_id}"):
            try:
                function = self.value(properties.get("FunctionName"))
                name = self.value(properties.get("Name")) if kind.endswith("Alias") else unknown("a version's number")
            finally:
                self._leave()
            arns = either(function_arn(text) for text in texts(function)) if texts(function) else ABSENT
            return None if arns is ABSENT or scalar_text(name) is None else self._joined(arns, ":", name)
        return None

    @staticmethod
    def _joined(*parts: Value) -> Value:
        return either(
            Text.of(*combination)
            for combination in combine([Text.of(part) if isinstance(part, str) else part for part in parts])
        )


def written_as(node: Any) -> str:
    """An expression in one form, by which two that are written alike are found."""
    return json.dumps(node, sort_keys=True, default=str)


def function_arn(text: Text) -> Text:
    """The ARN of a function that is given by name or ARN."""
    first = text.parts[0] if text.parts else ""
    if isinstance(first, str) and first.startswith("arn:"):
        return canonical_text(text)
    if isinstance(first, Hole) and len(text.parts) == 1 and first.name.lower().endswith("arn"):
        return text
    return attributes.attribute("", "AWS::Lambda::Function", text, "Arn")
