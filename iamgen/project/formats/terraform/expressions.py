"""What a Terraform expression comes to: the values that CloudFormation's expressions come to, too.

Variables stay symbols (`var.stage`) as a template's parameters do; see `templates.intrinsics` on the
three readings. Attributes of resources become canonical texts by `types`.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from iamgen.core.text import Hole, HoleKind, Text, symbol
from iamgen.project.formats.terraform.calls import Json, call, text_of
from iamgen.project.formats.terraform.modules import Module
from iamgen.project.formats.terraform.syntax import (
    Attribute,
    Binary,
    Body,
    Call,
    Choice,
    Const,
    Index,
    Loop,
    Name,
    Object,
    Repeat,
    Sequence,
    Splat,
    Template,
    Unary,
)
from iamgen.project.limits import CONFIGURATION_STEPS, TEXT_CHARACTERS
from iamgen.project.templates.intrinsics import Reading
from iamgen.project.templates.values import ABSENT, Either, Value, combine, either, options, scalar_text, texts, unknown

_ITEMS: Final = 1000  # of one loop


@dataclass(slots=True)
class Busy:
    names: list[str] = field(default_factory=list)
    steps: int = 0


class Expressions(ABC):
    """Evaluates one module's expressions but for references; never raises for what a file says."""

    def __init__(self, module: Module, reading: Reading = Reading.SYMBOLIC, busy: Busy | None = None) -> None:
        self.module = module
        self.reading = reading
        self.busy = busy or Busy()

    def of(self, module: Module) -> Self:
        """The same reading of another module."""
        return type(self)(module, self.reading, self.busy)

    @property
    def concrete(self) -> Self:
        """The same module under its defaults."""
        return type(self)(self.module, Reading.CONCRETE, self.busy)

    def value(self, node: Any, env: Mapping[str, Any]) -> Value:
        """What an expression comes to; `env` holds a loop's names, `each` and `count`."""
        self.busy.steps += 1
        if self.busy.steps > CONFIGURATION_STEPS:
            return unknown("the configuration takes more steps to resolve than are followed")
        try:
            return self._value(node, env)
        except RecursionError:
            return unknown("an expression that is nested too deeply")

    def _value(self, node: Any, env: Mapping[str, Any]) -> Value:
        match node:
            case Const(value):
                return value
            case str():
                return Text.of(node)
            case Template(parts):
                return self._template(parts, env)
            case Sequence(items):
                return tuple(self.value(one, env) for one in items)
            case Object(items):
                made: dict[str, Value] = {}
                for key, inner in items:
                    name = self.value(Template((key.name,)) if isinstance(key, Name) else key, env)
                    text = text_of(name)
                    made[text.literal if text is not None and text.literal is not None else str(text)] = self.value(
                        inner, env
                    )
                return made
            case Name() | Attribute() | Index():
                return self.reference(node, env)
            case Splat(value, path):
                return self._splat(self.value(value, env), path, env)
            case Call(name, arguments, expand):
                return call(self, name, arguments, env, expand=expand)
            case Choice(condition, yes, no):
                held = self.holds(condition, env)
                if held is None:
                    return either([self.value(yes, env), self.value(no, env)])
                return self.value(yes if held else no, env)
            case Binary() | Unary():
                held = self.holds(node, env)
                return self._arithmetic(node, env) if held is None else held
            case Loop():
                return self._loop(node, env)
            case Repeat():
                return self._repeat(node, env)
            case _:
                return unknown("an expression that is not understood")

    def attribute(self, body: Body, name: str, env: Mapping[str, Any]) -> Value:
        """A block's attribute, ABSENT when it is not set or null."""
        if name not in body.attributes:
            return ABSENT
        found = self.value(body.attributes[name], env)
        return ABSENT if found is None else found

    def _template(self, parts: tuple[Any, ...], env: Mapping[str, Any]) -> Value:
        if len(parts) == 1 and not isinstance(parts[0], str):
            return self.value(parts[0], env)
        return _joined(Text.of(part) if isinstance(part, str) else self.value(part, env) for part in parts)

    def _repeat(self, node: Repeat, env: Mapping[str, Any]) -> Value:
        """A text for each item; a collection that only the deployment knows leaves a hole."""
        found: list[Value] = []
        for entries in self._collections(node.collection, env):
            if entries is None:
                found.append(unknown("a text for each item of what only the deployment knows"))
                continue
            bound = (self._bound(node.names, entry, env) for entry in entries)
            found.append(_joined(self.value(node.text, names) for names in bound))
        return either(found)

    def _collections(self, node: Any, env: Mapping[str, Any]) -> Iterator[list[tuple[Value, Value]] | None]:
        """The entries of a collection's alternatives; None for one that is not known, or too long."""
        for option in options(self.value(node, env)):
            if isinstance(option, Mapping):
                entries: list[tuple[Value, Value]] = [(Text.of(key), inner) for key, inner in option.items()]
            elif isinstance(option, tuple):
                entries = list(enumerate(option))
            else:
                yield None
                continue
            yield entries if len(entries) <= _ITEMS else None

    @staticmethod
    def _bound(names: tuple[str, ...], entry: tuple[Value, Value], env: Mapping[str, Any]) -> dict[str, Any]:
        return {**env, **dict(zip(names, entry if len(names) > 1 else entry[1:], strict=False))}

    # Conditions

    def holds(self, node: Any, env: Mapping[str, Any]) -> bool | None:
        """Whether a condition holds, None when nobody has decided it or it is none."""
        if self.reading is Reading.SYMBOLIC:
            return type(self)(self.module, Reading.DECIDING, self.busy).holds(node, env)
        match node:
            case Unary("!", value):
                held = self.holds(value, env)
                return None if held is None else not held
            case Binary("&&", left, right):
                both = (self.holds(left, env), self.holds(right, env))
                return False if False in both else None if None in both else True
            case Binary("||", left, right):
                both = (self.holds(left, env), self.holds(right, env))
                return True if True in both else None if None in both else False
            case Binary("==" | "!=" as operator, left, right):
                same = _same(self.value(left, env), self.value(right, env))
                return None if same is None else same == (operator == "==")
            case Binary("<" | ">" | "<=" | ">=" as operator, left, right):
                first, second = self.value(left, env), self.value(right, env)
                if not isinstance(first, int | float) or not isinstance(second, int | float):
                    return None
                return {"<": first < second, ">": first > second, "<=": first <= second, ">=": first >= second}[
                    operator
                ]
            case Binary() | Unary():
                return None
            case _:
                found = self.value(node, env)
                if isinstance(found, bool):
                    return found
                text = scalar_text(found)
                return {"true": True, "false": False}.get(text.literal or "") if text is not None else None

    def _arithmetic(self, node: Any, env: Mapping[str, Any]) -> Value:
        if isinstance(node, Unary):
            value = self.value(node.value, env)
            return -value if isinstance(value, int | float) and node.operator == "-" else unknown("a calculation")
        if node.operator in ("&&", "||", "==", "!=", "<", ">", "<=", ">="):
            return Either((True, False))
        left, right = self.value(node.left, env), self.value(node.right, env)
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            return unknown("a calculation")
        match node.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right if abs(left) < 1e9 and abs(right) < 1e9 else unknown("a calculation")
            case _:
                return unknown("a calculation")

    # Loops

    def _loop(self, node: Loop, env: Mapping[str, Any]) -> Value:
        made: list[tuple[Value, Value]] = []
        for entries in self._collections(node.collection, env):
            if entries is None:
                return unknown("a loop over what only the deployment knows")
            for entry in entries:
                bound = self._bound(node.names, entry, env)
                if node.condition is not None and self.holds(node.condition, bound) is False:
                    continue
                made.append(
                    (self.value(node.key, bound) if node.key is not None else None, self.value(node.value, bound))
                )
        if node.key is None:
            return tuple(inner for _, inner in made)
        found: dict[str, Value] = {}
        for key, inner in made:
            text = text_of(key)
            name = text.literal if text is not None and text.literal is not None else str(text)
            if node.group:
                found[name] = (*found.get(name, ()), inner)
            else:
                found[name] = inner
        return found

    def _splat(self, value: Value, path: tuple[Any, ...], env: Mapping[str, Any]) -> Value:
        found: list[Value] = []
        for option in options(value):
            items = option if isinstance(option, tuple) else () if option in (None, ABSENT) else (option,)
            for item in items:
                for step in path:
                    item = self.step(item, step, env)
                found.append(item)
        return tuple(found)

    @abstractmethod
    def reference(self, node: Any, env: Mapping[str, Any]) -> Value:
        """What a reference stands for."""

    def walk(self, value: Value, steps: list[Any], env: Mapping[str, Any]) -> Value:
        for step in steps:
            value = self.step(value, step, env)
        return value

    def step(self, value: Value, step: Any, env: Mapping[str, Any]) -> Value:
        key = Text.of(step.name) if isinstance(step, Attribute) else self.value(step.key, env)
        found: list[Value] = []
        for option in options(value):
            literal = text.literal if (text := text_of(key)) is not None else None
            if isinstance(option, Mapping):
                found.extend([option[literal]] if literal in option else option.values() if literal is None else [])
            elif isinstance(option, tuple):
                if literal is not None and literal.isdigit():
                    found.extend(option[int(literal) : int(literal) + 1])
                elif isinstance(step, Attribute):
                    found.extend(self.step(item, step, env) for item in option)
            elif isinstance(option, Text) and len(option.parts) == 1 and isinstance(hole := option.parts[0], Hole):
                named = hole.kind is HoleKind.SYMBOL and literal is not None
                found.append(symbol(f"{hole.name}.{literal}") if named else option)
        return either(found) if found else unknown("a value that has no such part")


def _joined(parts: Iterable[Value]) -> Value:
    """Texts one after the other; of alternatives, each with each."""
    values: list[Value] = []
    size = 0
    for part in parts:
        value = text_of(part) if isinstance(part, Json) else part
        found = texts(value)
        size += max((len(piece) for text in found for piece in text.parts if isinstance(piece, str)), default=0)
        if size > TEXT_CHARACTERS:
            return unknown("a text that is too long")
        values.append(value if found else unknown("a part that is no text"))
    joined = [Text.of(*combination) for combination in combine(values)]
    return either(joined) if joined else unknown("more alternatives than are followed")


def _same(left: Value, right: Value) -> bool | None:
    """Whether two values are equal, None when that depends on the deployment."""
    if left is ABSENT:
        left = None
    if right is ABSENT:
        right = None
    if isinstance(left, Either) or isinstance(right, Either):
        return None
    first, second = scalar_text(left), scalar_text(right)
    if first is not None and second is not None:
        if first.literal is not None and second.literal is not None:
            return first.literal == second.literal
        return True if first == second and all(hole.kind is HoleKind.SYMBOL for hole in first.holes) else None
    if first is None and second is None:
        return left == right if json.dumps(str(left)) and not _open(left) and not _open(right) else None
    known = first if first is not None else second
    return None if known is None or (known.literal is None and known.holes) else False


def _open(value: Value) -> bool:
    return bool(re.search(r"Hole\(", repr(value)))
