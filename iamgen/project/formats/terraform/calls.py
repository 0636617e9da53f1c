"""Terraform's functions over values; one that is not known here is a symbol of its arguments.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iamgen.core.text import Hole, HoleKind, Text
from iamgen.project.formats.terraform.files import Evaluator, file_content, fileset
from iamgen.project.templates.json_source import parse_json
from iamgen.project.templates.nodes import Malformed
from iamgen.project.templates.values import ABSENT, Either, Value, either, named, options, plain, scalar_text, unknown

_REFERENCE: Final = re.compile(r"\$\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Json:
    """A value that is written as JSON: its structure is kept for whoever reads it back."""

    value: Value


def call(evaluator: Evaluator, name: str, nodes: tuple[Any, ...], env: Mapping[str, Any], *, expand: bool) -> Value:
    """What a function of these arguments comes to; of alternatives, each is evaluated."""
    if name in ("file", "templatefile", "filebase64"):
        found = [evaluator.value(node, env) for node in nodes]
        return file_content(evaluator, name, text_of(found[0]) if found else None, found[1] if found[1:] else ABSENT)
    if name in ("try", "coalesce"):
        for node in nodes:
            value = evaluator.value(node, env)
            if value not in (None, ABSENT, Text(), ()) and not (isinstance(value, Text) and _unknown(value)):
                return value
        return evaluator.value(nodes[-1], env) if nodes else ABSENT
    arguments = [evaluator.value(node, env) for node in nodes]
    if name == "fileset":
        folder, pattern = (text_of(one) for one in arguments[:2]) if len(arguments) > 1 else (None, None)
        return fileset(evaluator, folder, pattern)
    if expand and arguments and isinstance(arguments[-1], tuple):
        arguments = [*arguments[:-1], *arguments[-1]]
    if name in ("jsonencode", "yamlencode"):
        return Json(arguments[0] if arguments else None)
    function = _FUNCTIONS.get(name)
    if function is None:
        return named(name, *arguments)
    first = options(arguments[0]) if arguments else ()
    if len(first) > 1:
        return either(_applied(function, name, [one, *arguments[1:]]) for one in first)
    return _applied(function, name, arguments)


def _applied(function: Callable[[list[Value]], Value], name: str, arguments: list[Value]) -> Value:
    try:
        found = function(arguments)
    except (IndexError, TypeError, ValueError, AttributeError, KeyError, ArithmeticError):
        return named(name, *arguments)
    return named(name, *arguments) if found is NotImplemented else found


def text_of(value: Value) -> Text | None:
    """A scalar or encoded value as a text, None for what is neither."""
    if isinstance(value, Json):
        encoded = json.dumps(plain(written(value.value)), separators=(",", ":"))
        parts: list[str | Hole] = []
        position = 0
        for found in _REFERENCE.finditer(encoded):
            # The quotes of an instance's key (`aws_s3_bucket.b["in"].id`) are no JSON.
            name = found[1].replace('\\"', '"')
            parts.extend((encoded[position : found.start()], Hole(HoleKind.SYMBOL, name)))
            position = found.end()
        return Text.of(*parts, encoded[position:])
    return scalar_text(value)


def written(value: Value) -> Value:
    """A value with everything in it that is encoded as JSON written out."""
    match value:
        case Json():
            return text_of(value)
        case tuple():
            return tuple(written(one) for one in value)
        case Mapping():
            return {key: written(one) for key, one in value.items()}
        case Either():
            return either(written(one) for one in value.options)
        case _:
            return value


def literal(value: Value) -> str | None:
    """The first alternative that is a known scalar."""
    for option in options(value):
        text = text_of(option) if option is not ABSENT else scalar_text(option)
        if text is not None and text.literal is not None:
            return text.literal
    return None


def json_value(value: Value) -> Value:
    """The structure of a text that holds JSON; references in it stay references."""
    if isinstance(value, Json):
        return value.value
    if isinstance(value, Either):
        return either(json_value(one) for one in value.options)
    if not isinstance(value, Text):
        return value
    # Each hole is a character that no text of a user's holds.
    holes: list[Hole] = []
    written = ""
    for part in value.parts:
        if isinstance(part, str):
            written += part
        else:
            written += chr(0xE000 + len(holes))
            holes.append(part)
    try:
        return _restored(parse_json(written), holes)
    except Malformed as error:
        # What an earlier reader could not tell says why better than the JSON that it leaves.
        if _unknown(value) or not value.parts:
            return value if value.parts else ABSENT
        names = [hole.name for hole in value.holes]
        return unknown(f"`{names[0]}` is set by the deployment" if names else f"it is no JSON: {error.message}")


def _restored(data: Any, holes: list[Hole]) -> Value:
    match data:
        case str():
            parts: list[str | Hole] = []
            for character in data:
                index = ord(character) - 0xE000
                parts.append(holes[index] if 0 <= index < len(holes) else character)
            return Text.of(*parts)
        case list():
            return tuple(_restored(one, holes) for one in data)
        case Mapping():
            return {key: _restored(one, holes) for key, one in data.items()}
        case _:
            return data


def _unknown(text: Text) -> bool:
    return any(hole.kind is HoleKind.UNKNOWN for hole in text.holes)


# Functions


def _literals(change: Callable[[str], str]) -> Callable[[list[Value]], Value]:
    """A function of a text that changes its known parts."""

    def apply(arguments: list[Value]) -> Value:
        text = text_of(arguments[0])
        if text is None:
            return NotImplemented
        return Text.of(*(change(part) if isinstance(part, str) else part for part in text.parts))

    return apply


def _format(arguments: list[Value]) -> Value:
    form = text_of(arguments[0])
    if form is None or form.literal is None:
        return NotImplemented
    rest = [text_of(one) for one in arguments[1:]]
    parts: list[Text | str] = []
    position = 0
    for piece in re.split(r"(%[-+ 0#]*\d*(?:\.\d+)?[sdvqtgf%])", form.literal):
        if piece == "%%":
            parts.append("%")
        elif piece.startswith("%") and len(piece) > 1:
            parts.append(rest[position] or unknown("an argument that is no text"))
            position += 1
        else:
            parts.append(piece)
    return Text.of(*parts)


def _join(arguments: list[Value]) -> Value:
    delimiter = text_of(arguments[0])
    found: list[Text | str] = []
    for items in arguments[1:]:
        if isinstance(items, Text):
            return items
        for item in items:
            text = text_of(options(item)[0])
            found.extend([delimiter or "", text or unknown("an item that is no text")])
    return Text.of(*found[1:])


def _split(arguments: list[Value]) -> Value:
    from iamgen.project.templates.functions import split_text

    delimiter, text = text_of(arguments[0]), text_of(arguments[1])
    if delimiter is None or not delimiter.literal or text is None:
        return NotImplemented
    return split_text(text, delimiter.literal)


def _replace(arguments: list[Value]) -> Value:
    text, old, new = (text_of(one) for one in arguments)
    if text is None or old is None or new is None or old.literal is None:
        return NotImplemented
    if len(old.literal) > 1 and old.literal[0] == old.literal[-1] == "/":
        return NotImplemented
    parts: list[str | Hole | Text] = []
    for part in text.parts:
        pieces = part.split(old.literal) if isinstance(part, str) and old.literal else [part]
        for index, piece in enumerate(pieces):
            parts.extend([new, piece] if index else [piece])
    return Text.of(*parts)


def _merge(arguments: list[Value]) -> Value:
    found: dict[str, Value] = {}
    for one in arguments:
        for option in options(one):
            if isinstance(option, Mapping):
                found.update(option)
    return found


def _concat(arguments: list[Value]) -> Value:
    found: list[Value] = []
    for one in arguments:
        for option in options(one):
            found.extend(option if isinstance(option, tuple) else () if option in (None, ABSENT) else (option,))
    return tuple(found)


def _flatten(arguments: list[Value]) -> Value:
    found: list[Value] = []
    stack = list(reversed(arguments))
    while stack and len(found) < 10_000:
        one = stack.pop()
        if isinstance(one, tuple):
            stack.extend(reversed(one))
        else:
            found.append(one)
    return tuple(found)


def _lookup(arguments: list[Value]) -> Value:
    table, key = arguments[0], text_of(arguments[1])
    if not isinstance(table, Mapping) or key is None:
        return NotImplemented
    if key.literal is None:
        return either([*table.values(), *arguments[2:]])
    return table.get(key.literal, arguments[2] if len(arguments) > 2 else ABSENT)


def _element(arguments: list[Value]) -> Value:
    items, index = arguments
    return items[int(index) % len(items)] if isinstance(items, tuple) and isinstance(index, int) else NotImplemented


def _listed(arguments: list[Value]) -> Value:
    one = arguments[0]
    if isinstance(one, Mapping):
        return tuple(one.values())
    return one if isinstance(one, tuple | Text) else NotImplemented


def _distinct(arguments: list[Value]) -> Value:
    found: list[Value] = []
    for one in arguments[0]:
        if one not in found:
            found.append(one)
    return tuple(found)


def _path(change: Callable[[str], str]) -> Callable[[list[Value]], Value]:
    def apply(arguments: list[Value]) -> Value:
        text = text_of(arguments[0])
        return Text.of(change(text.literal)) if text is not None and text.literal is not None else NotImplemented

    return apply


def _trim(side: str) -> Callable[[list[Value]], Value]:
    def apply(arguments: list[Value]) -> Value:
        text, cut = text_of(arguments[0]), text_of(arguments[1])
        if text is None or cut is None or cut.literal is None or not text.parts:
            return NotImplemented
        parts = list(text.parts)
        at = 0 if side == "prefix" else -1
        if isinstance(piece := parts[at], str):
            parts[at] = piece.removeprefix(cut.literal) if side == "prefix" else piece.removesuffix(cut.literal)
        return Text.of(*parts)

    return apply


def _same(arguments: list[Value]) -> Value:
    return arguments[0]


_FUNCTIONS: Final[Mapping[str, Callable[[list[Value]], Value]]] = {
    "abspath": _same,
    "basename": _path(posixpath.basename),
    "compact": lambda arguments: tuple(one for one in arguments[0] if one not in (None, ABSENT, Text())),
    "concat": _concat,
    "dirname": _path(posixpath.dirname),
    "distinct": _distinct,
    "element": _element,
    "flatten": _flatten,
    "format": _format,
    "join": _join,
    "jsondecode": lambda arguments: json_value(arguments[0]),
    "keys": lambda arguments: tuple(Text.of(key) for key in arguments[0]),
    "length": lambda arguments: len(arguments[0]) if isinstance(arguments[0], tuple | Mapping) else NotImplemented,
    "lookup": _lookup,
    "lower": _literals(str.lower),
    "merge": _merge,
    "nonsensitive": _same,
    "one": lambda arguments: arguments[0][0] if arguments[0] else ABSENT,
    "pathexpand": _same,
    "replace": _replace,
    "reverse": lambda arguments: tuple(reversed(arguments[0])),
    "sensitive": _same,
    "sort": _same,
    "split": _split,
    "title": _literals(str.title),
    "tolist": _listed,
    "tomap": _same,
    "tonumber": _same,
    "toset": _listed,
    "tostring": _same,
    "trimprefix": _trim("prefix"),
    "trimspace": _literals(lambda part: part),
    "trimsuffix": _trim("suffix"),
    "upper": _literals(str.upper),
    "values": lambda arguments: tuple(arguments[0].values()),
    "zipmap": lambda arguments: {
        str((text_of(key) or Text()).literal): one for key, one in zip(arguments[0], arguments[1], strict=False)
    },
}
