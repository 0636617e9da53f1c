"""What a plan leaves open: values that are known only after apply, as references or as holes with a reason.

`planned_values` leaves such values out; `resource_changes` says which they are (`after_unknown`), and
`configuration` which references their expressions hold. Where a value is by its nature one reference
(a role, an event source), the reference stands for it; where it may be composed, it is unknown.
Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iamgen.core.text import Text, symbol
from iamgen.project.formats.terraform.types import KINDS, attribute
from iamgen.project.templates.nodes import Node, listed, mapping
from iamgen.project.templates.values import unknown

_DEPTH: Final = 12  # modules within modules, and values within values
_REFERENCE: Final = re.compile(r"((?:[a-z]\w*)\.[\w-]+(?:\[[^\]]*\])?)\.(\w+)")
_CALL: Final = re.compile(r"module\.([\w-]+)(?:\[[^\]]*\])?\.([\w-]+)")
_INDEX: Final = re.compile(r"\[[^\]]*\]")

# Arguments that hold one reference as it is. Source: "Argument Reference" of each resource of hashicorp/aws.
_DIRECT: Final = frozenset(
    {"event_source_arn", "execution_role_arn", "function_name", "layers", "policy_arn", "role", "target_arn",
     "task_definition", "task_role_arn"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What is open in a plan; empty for a state, where everything is known."""

    open_values: Mapping[str, Any] = field(default_factory=dict)  # address -> after_unknown
    configuration: Mapping[str, Any] = field(default_factory=dict)  # the root module's
    resources: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)  # address -> type, values

    @staticmethod
    def of(data: Mapping[str, Any], resources: Mapping[str, tuple[str, Mapping[str, Any]]]) -> Plan:
        """The plan that a document is; any other JSON has none of the keys."""
        opened: dict[str, Any] = {}
        for one in listed(data.get("resource_changes")):
            address, after = mapping(one).get("address"), mapping(mapping(one).get("change")).get("after_unknown")
            if isinstance(address, str) and isinstance(after, Mapping):
                opened[address] = after
        return Plan(opened, mapping(mapping(data.get("configuration")).get("root_module")), resources)

    def filled(self, address: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A resource's values with what is open among them."""
        after = self.open_values.get(address)
        if after is None:
            return values
        modules, resource = self._split(address)
        expressions = mapping(self._declared(modules, resource).get("expressions"))
        kind = KINDS.get(self.resources[address][0]) if address in self.resources else None
        if kind is not None and kind.name not in values:
            # A name that AWS or the provider makes up is the resource's own symbol.
            after = {key: one for key, one in after.items() if key != kind.name}
        found = self._fill(values, after, expressions, modules, "", 0)
        return found if isinstance(found, Mapping) else values

    def _fill(self, value: Any, after: Any, expressions: Any, modules: tuple[str, ...], name: str, depth: int) -> Any:
        if after is True:
            several = _longest(_references(expressions)) if name == "layers" else []
            if len(several) > 1:
                return [self._open({"references": [one]}, modules, name) for one in several]
            return self._open(expressions, modules, name)
        if depth > _DEPTH:
            return value
        if isinstance(after, Mapping):
            if not _any_open(after, depth):
                return value
            made = Node(mapping(value), value.line if isinstance(value, Node) else 1)
            inner = mapping(expressions)
            for key, one in after.items():
                if _any_open(one, depth):
                    # A map's own expression tells of all its values together.
                    told = inner.get(key, inner if "references" in inner else {})
                    made[key] = self._fill(made.get(key), one, told, modules, key, depth + 1)
            return made
        if isinstance(after, list) and _any_open(after, depth):
            items = list(value) if isinstance(value, list) else []
            told_of = listed(expressions)
            several = _longest(_references(expressions)) if name == "layers" else []
            if len(several) == len(after):
                told_of = [{"references": [one]} for one in several]
            for index, one in enumerate(after):
                told = told_of[index] if index < len(told_of) else told_of[0] if told_of else {}
                filled = self._fill(items[index] if index < len(items) else None, one, told, modules, name, depth + 1)
                items[index : index + 1] = [filled]
            return items
        return value

    def _open(self, expressions: Any, modules: tuple[str, ...], name: str) -> Text:
        """An open value: the one reference that it is, or nobody's."""
        references = _references(expressions)
        if name in _DIRECT:
            found = {text for one in _longest(references) if (text := self._text(one, modules, 0)) is not None}
            if len(found) == 1:
                return found.pop()
        made_of = ", ".join(f"`{one}`" for one in _longest(references)[:3])
        return unknown(f"known only after apply, of {made_of}" if made_of else "known only after apply")

    def _text(self, reference: str, modules: tuple[str, ...], depth: int) -> Text | None:
        """What a reference of a module stands for, through variables and outputs; None when it is not found."""
        if depth > _DEPTH:
            return None
        call = _CALL.fullmatch(reference)
        if call is not None:
            inner = (*modules, call[1])
            output = mapping(mapping(self._module(inner).get("outputs")).get(call[2]))
            return self._one(mapping(output.get("expression")), inner, depth)
        if reference.startswith("var.") and modules:
            *outer, last = modules
            calls = mapping(self._module(tuple(outer)).get("module_calls"))
            given = mapping(mapping(calls.get(last)).get("expressions")).get(reference.removeprefix("var."))
            return self._one(mapping(given), tuple(outer), depth)
        found = _REFERENCE.fullmatch(reference)
        if found is None or found[1].startswith(("module.", "var.", "local.", "each.", "data.")):
            return None
        prefix = "".join(f"module.{one}." for one in modules)
        address = prefix + found[1]
        if address not in self.resources:
            same = [one for one in self.resources if _INDEX.sub("", one) == _INDEX.sub("", address)]
            if len(same) != 1:
                return None
            address = same[0]
        type_name, values = self.resources[address]
        kind = KINDS.get(type_name)
        if kind is None:
            return symbol(f"{address}.{found[2]}")
        name, path = values.get(kind.name or ""), values.get("path")
        return attribute(
            address,
            kind,
            Text.of(name) if isinstance(name, str) and name else None,
            found[2],
            Text.of(path) if isinstance(path, str) else None,
        )

    def _one(self, expression: Mapping[str, Any], modules: tuple[str, ...], depth: int) -> Text | None:
        references = _references(expression)
        found = {text for one in _longest(references) if (text := self._text(one, modules, depth + 1)) is not None}
        return found.pop() if len(found) == 1 else None

    def _split(self, address: str) -> tuple[tuple[str, ...], str]:
        """An address as the modules' names and the resource's own address, without instances' keys."""
        plain = _INDEX.sub("", address)
        modules: list[str] = []
        while plain.startswith("module."):
            _, name, plain = plain.split(".", 2) if plain.count(".") > 1 else ("", "", plain.removeprefix("module."))
            modules.append(name)
        return tuple(modules), plain

    def _module(self, modules: tuple[str, ...]) -> Mapping[str, Any]:
        found = self.configuration
        for name in modules[:_DEPTH]:
            found = mapping(mapping(mapping(found.get("module_calls")).get(name)).get("module"))
        return found

    def _declared(self, modules: tuple[str, ...], address: str) -> Mapping[str, Any]:
        for one in listed(self._module(modules).get("resources")):
            if mapping(one).get("address") == address:
                return mapping(one)
        return {}


def _references(expression: Any) -> list[str]:
    return [one for one in listed(mapping(expression).get("references")) if isinstance(one, str)]


def _longest(references: list[str]) -> list[str]:
    """References without those that are only the start of another: `aws_iam_role.r` of `aws_iam_role.r.arn`."""
    return [one for one in references if not any(_starts(one, other) for other in references)]


def _starts(one: str, other: str) -> bool:
    return other != one and other.startswith((f"{one}.", f"{one}["))


def _any_open(after: Any, depth: int) -> bool:
    """Whether anything in an `after_unknown` is open."""
    if depth > _DEPTH:
        return False
    if isinstance(after, Mapping):
        return any(_any_open(one, depth + 1) for one in after.values())
    return any(_any_open(one, depth + 1) for one in after) if isinstance(after, list) else after is True
