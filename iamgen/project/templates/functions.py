"""CloudFormation's functions, one Python function each, over whatever resolves their arguments."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

from iamgen.core.text import Hole, HoleKind, Text
from iamgen.project.templates.nodes import listed
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import (
    ABSENT,
    Either,
    Value,
    combine,
    either,
    named,
    options,
    plain,
    texts,
    unknown,
)

_REFERENCE: Final = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
DYNAMIC: Final = re.compile(r"\{\{\s*resolve:([^{}]*)\}\}")
_MARKS: Final = 0xF0000  # of Unicode's private use
_MARKED: Final = 0x1000
_MARK: Final = f"[{chr(_MARKS)}-{chr(_MARKS + _MARKED - 1)}]"


class Evaluator(Protocol):
    """What a function needs of the resolver that calls it."""

    scope: Scope

    def value(self, node: Any) -> Value: ...

    def texts(self, node: Any) -> tuple[Text, ...]: ...

    def literal(self, node: Any) -> str | None: ...

    def condition(self, name: str) -> bool | None: ...

    def holds(self, node: Any) -> bool | None: ...

    def ref(self, name: Any) -> Value: ...

    def attribute(self, logical_id: str, wanted: str) -> Value: ...

    def exported(self, name: Any) -> Value | None: ...

    def kept(self, name: Any) -> Value | None: ...


def evaluate_function(resolver: Evaluator, name: str, argument: Any) -> Value:
    """What `Fn::<name>` of this argument comes to; a function that nobody can evaluate here is a symbol."""
    handler = _FUNCTIONS.get(name)
    return named(name, resolver.value(argument)) if handler is None else handler(resolver, argument)


def _get_att(resolver: Evaluator, argument: Any) -> Value:
    parts = argument.split(".", 1) if isinstance(argument, str) else listed(argument)
    if len(parts) < 2 or not isinstance(parts[0], str):
        return unknown("a `GetAtt` without an attribute")
    rest = [resolver.literal(part) for part in parts[1:]]
    if any(part is None for part in rest):
        return named("GetAtt", parts[0], resolver.value(parts[1]))
    wanted = ".".join(part for part in rest if part is not None)
    return resolver.attribute(parts[0], wanted)


def _sub(resolver: Evaluator, argument: Any) -> Value:
    extra: Mapping[str, Any] = {}
    if isinstance(argument, list) and argument:
        extra = argument[1] if len(argument) > 1 and isinstance(argument[1], Mapping) else {}
        argument = argument[0]
    if not isinstance(argument, str):
        return resolver.value(argument)
    parts: list[Value] = []
    position = 0
    for found in _REFERENCE.finditer(argument):
        parts.append(resolver.value(argument[position : found.start()]))
        position = found.end()
        name = found[1]
        if name.startswith("!"):
            parts.append(Text.of("${" + name[1:] + "}"))
        elif name in extra:
            parts.append(_piece(resolver.value(extra[name]), name))
        else:
            parts.append(_piece(resolver.ref(name) if "." not in name else _get_att(resolver, name), name))
    parts.append(resolver.value(argument[position:]))
    joined = [Text.of(*combination) for combination in combine(parts)]
    return either(_kept(resolver, text) for text in joined) if joined else named("Sub", argument)


def _kept(resolver: Evaluator, text: Text) -> Value:
    """A text that is one dynamic reference with references in it, as what another template keeps there."""
    first, last = (text.parts[0], text.parts[-1]) if text.parts else ("", "")
    if isinstance(first, str) and isinstance(last, str) and first.startswith("{{resolve:ssm:") and last.endswith("}}"):
        name = Text.of(first.removeprefix("{{resolve:ssm:"), *text.parts[1:-1], re.sub(r"(?::\d+)?\}\}$", "", last))
        found = resolver.kept(name)
        return _dynamic(text) if found is None else found
    return _dynamic(text)


def _piece(value: Value, name: str) -> Value:
    if isinstance(value, tuple):
        return named("Ref", name) if not all(texts(one) for one in value) else _list_text(value, ",")
    return Text() if value is ABSENT else value if texts(value) else unknown(f"`{name}` is no text")


def _list_text(value: tuple[Value, ...], delimiter: str) -> Value:
    joined: list[Text] = []
    for combination in combine(list(value)):
        pieces: list[Text | str] = []
        for index, piece in enumerate(combination):
            pieces.extend([delimiter, piece] if index else [piece])
        joined.append(_dynamic(Text.of(*pieces)))
    return either(joined) if joined else named("Join", delimiter, value)


def _join(resolver: Evaluator, argument: Any) -> Value:
    parts = listed(argument)
    if len(parts) != 2:
        return unknown("a `Join` needs a delimiter and a list")
    delimiter = resolver.literal(parts[0]) or ""
    found = []
    for option in options(resolver.value(parts[1])):
        if isinstance(option, tuple):
            found.append(_list_text(option, delimiter))
        elif isinstance(option, Text):
            found.append(option if delimiter == "," else named("Join", delimiter, option))
    return either(found) if found else unknown("a `Join` of something that is no list")


def _select(resolver: Evaluator, argument: Any) -> Value:
    parts = listed(argument)
    if len(parts) != 2:
        return unknown("a `Select` needs an index and a list")
    index = resolver.literal(parts[0]) or ""
    found: list[Value] = []
    for option in options(resolver.value(parts[1])):
        if isinstance(option, tuple) and index.isdigit():
            if int(index) < len(option):
                found.append(option[int(index)])
        else:
            found.append(named("Select", index, option))
    return either(found) if found else unknown("a `Select` outside its list")


def _split(resolver: Evaluator, argument: Any) -> Value:
    parts = listed(argument)
    delimiter = resolver.literal(parts[0]) if len(parts) == 2 else None
    if not delimiter:
        return unknown("a `Split` needs a delimiter and a text")
    found = resolver.texts(parts[1])
    return either(split_text(text, delimiter) for text in found) if found else ABSENT


def _find_in_map(resolver: Evaluator, argument: Any) -> Value:
    parts = listed(argument)
    if len(parts) < 3:
        return unknown("a `FindInMap` needs a map and two keys")
    default = parts[3].get("DefaultValue") if len(parts) > 3 and isinstance(parts[3], Mapping) else None
    level: list[Any] = [resolver.scope.section("Mappings")]
    for part in parts[:3]:
        keys = resolver.texts(part)
        # A key that only the deployment knows leaves every entry possible.
        found = [
            inner
            for one in level
            if isinstance(one, Mapping)
            for key, inner in one.items()
            if any(text.literal == key or text.holes for text in keys)
        ]
        level = found
    if not level:
        return resolver.value(default) if default is not None else unknown("the mapping has no such key")
    return either(resolver.value(one) for one in level)


def _if(resolver: Evaluator, argument: Any) -> Value:
    parts = listed(argument)
    if not parts:
        return ABSENT
    held = resolver.condition(parts[0]) if isinstance(parts[0], str) else resolver.holds(parts[0])
    branches = [*parts[1:3], *[{"Ref": "AWS::NoValue"}] * (3 - len(parts))]
    if held is None:
        return either(resolver.value(branch) for branch in branches[:2])
    return resolver.value(branches[0] if held else branches[1])


def _import_value(resolver: Evaluator, argument: Any) -> Value:
    found = resolver.texts(argument)
    if not found:
        return unknown("an import without a name")
    exported = resolver.exported(argument)
    return exported if exported is not None else either(named("ImportValue", text) for text in found)


def _base64(resolver: Evaluator, argument: Any) -> Value:
    found = resolver.texts(argument)
    literal = found[0].literal if len(found) == 1 else None
    if literal is None:
        return named("Base64", resolver.value(argument))
    return Text.of(base64.b64encode(literal.encode()).decode())


def _length(resolver: Evaluator, argument: Any) -> Value:
    found = resolver.value(argument)
    return len(found) if isinstance(found, tuple) else named("Length", found)


def _json_text(resolver: Evaluator, argument: Any) -> Value:
    written = json.dumps(plain(resolver.value(argument)), separators=(",", ":"))
    parts: list[str | Hole] = []
    position = 0
    for found in _REFERENCE.finditer(written):
        parts.extend((written[position : found.start()], Hole(HoleKind.SYMBOL, found[1])))
        position = found.end()
    return Text.of(*parts, written[position:])


def _truth(name: str) -> Callable[[Evaluator, Any], Value]:
    def evaluate(resolver: Evaluator, argument: Any) -> Value:
        held = resolver.holds({f"Fn::{name}": argument})
        return Either((True, False)) if held is None else held

    return evaluate


def split_text(text: Text, delimiter: str) -> Value:
    """A text cut at each delimiter in its literal parts; a reference alone cannot be cut."""
    if text.holes and not any(isinstance(part, str) and delimiter in part for part in text.parts):
        found = named("Split", delimiter, text)
        # What stands between an ARN's colons and slashes is no ARN, and must not be called one.
        return found if delimiter == "," else Text.of(*(_part(hole) for hole in found.holes))
    pieces: list[list[str | Hole]] = [[]]
    for part in text.parts:
        if isinstance(part, Hole):
            pieces[-1].append(part)
            continue
        first, *rest = part.split(delimiter)
        pieces[-1].append(first)
        pieces.extend([piece] for piece in rest)
    return tuple(Text.of(*piece) for piece in pieces)


def _part(hole: Hole) -> Hole:
    return replace(hole, name=re.sub("(?i)arn", "part", hole.name))


def literal(text: str) -> Text:
    """A written text; a dynamic reference in it is known to the deployment alone."""
    if "{{" not in text:
        return Text.of(text)
    parts: list[str | Hole] = []
    position = 0
    for found in DYNAMIC.finditer(text):
        hole = Hole(HoleKind.SYMBOL, f"resolve.{_dynamic_name(found[1])}")
        parts.extend((text[position : found.start()], hole))
        position = found.end()
    return Text.of(*parts, text[position:])


def _dynamic(text: Text) -> Text:
    """A text in which a dynamic reference holds references: `{{resolve:ssm:/${Stage}/key}}` is one symbol."""
    if not any(isinstance(part, str) and "{{" in part for part in text.parts):
        return text
    # Each hole stands for one character, of a range that no text holds.
    holes = text.holes
    marks = iter(range(len(holes)))
    written = "".join(part if isinstance(part, str) else chr(_MARKS + next(marks)) for part in text.parts)
    if len(holes) > _MARKED or any(_MARKS <= ord(one) < _MARKS + _MARKED for part in text.parts
                                   if isinstance(part, str) for one in part):  # fmt: skip
        return text
    parts: list[str | Hole] = []
    for index, piece in enumerate(DYNAMIC.split(written)):
        if index % 2:
            named_after = re.sub(_MARK, lambda found: holes[ord(found[0]) - _MARKS].name or "-", piece)
            parts.append(Hole(HoleKind.SYMBOL, "resolve." + _dynamic_name(named_after)))
            continue
        for part in re.split(f"({_MARK})", piece):
            marked = len(part) == 1 and _MARKS <= ord(part) < _MARKS + _MARKED
            parts.append(holes[ord(part) - _MARKS] if marked else part)
    return Text.of(*parts)


def _dynamic_name(written: str) -> str:
    return re.sub(r"[^A-Za-z0-9._/-]+", ".", written).strip(".")


_FUNCTIONS: Final[Mapping[str, Callable[[Evaluator, Any], Value]]] = {
    "GetAtt": _get_att,
    "Sub": _sub,
    "Join": _join,
    "Select": _select,
    "Split": _split,
    "FindInMap": _find_in_map,
    "If": _if,
    "ImportValue": _import_value,
    "Base64": _base64,
    "Length": _length,
    "ToJsonString": _json_text,
    "And": _truth("And"),
    "Or": _truth("Or"),
    "Not": _truth("Not"),
    "Equals": _truth("Equals"),
}
