"""Terraform's functions over values; one that is not known here is a symbol of its arguments.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from iamgen.core.errors import InputError
from iamgen.core.text import Hole, HoleKind, Text
from iamgen.project.code.roots import inside
from iamgen.project.formats.terraform.hcl import parse_template
from iamgen.project.formats.terraform.modules import Module
from iamgen.project.request import relative
from iamgen.project.templates.documents import read_text
from iamgen.project.templates.json_source import parse_json
from iamgen.project.templates.nodes import Malformed
from iamgen.project.templates.values import ABSENT, Either, Value, either, named, options, plain, scalar_text, unknown

_FILE_BYTES: Final = 1_000_000
_FILES: Final = 1_000  # that one pattern may mean
_REFERENCE: Final = re.compile(r"\$\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Json:
    """A value that is written as JSON: its structure is kept for whoever reads it back."""

    value: Value


class Evaluator(Protocol):
    """What a function needs of the evaluator that calls it."""

    module: Module

    def value(self, node: Any, env: Mapping[str, Any]) -> Value: ...


def call(evaluator: Evaluator, name: str, nodes: tuple[Any, ...], env: Mapping[str, Any], *, expand: bool) -> Value:
    """What a function of these arguments comes to; of alternatives, each is evaluated."""
    if name in ("file", "templatefile", "filebase64"):
        return _file(evaluator, name, [evaluator.value(node, env) for node in nodes])
    if name in ("try", "coalesce"):
        for node in nodes:
            value = evaluator.value(node, env)
            if value not in (None, ABSENT, Text(), ()) and not (isinstance(value, Text) and _unknown(value)):
                return value
        return evaluator.value(nodes[-1], env) if nodes else ABSENT
    arguments = [evaluator.value(node, env) for node in nodes]
    if name == "fileset":
        return _fileset(evaluator, arguments)
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


def _file(evaluator: Evaluator, name: str, arguments: list[Value]) -> Value:
    """A file's content, or a template's with its variables put in; outside the project it is not read."""
    written = text_of(arguments[0]) if arguments else None
    if written is None or written.literal is None:
        return unknown("a file whose name depends on the deployment")
    root = evaluator.module
    while root.parent is not None:
        root = root.parent
    path, why = inside(root.folder / written.literal, root.root)
    if path is None or name == "filebase64":
        return unknown(f"the file `{written.literal}` {why or 'is read as bytes'}")
    try:
        text = read_text(path, relative(path, root.root), _FILE_BYTES)
    except InputError as error:
        return unknown(error.message)
    if name == "file":
        return Text.of(text)
    try:
        template = parse_template(text, relative(path, root.root))
    except Malformed as error:
        return unknown(f"the template `{written.literal}`: {error.message}")
    found: list[Value] = []
    for variables in options(arguments[1]) if len(arguments) > 1 else ({},):
        if isinstance(variables, Mapping):
            found.append(evaluator.value(template, dict(variables)))
        else:
            found.append(unknown(f"the template `{written.literal}`, whose variables only the deployment knows"))
    return either(found)


def _fileset(evaluator: Evaluator, arguments: list[Value]) -> Value:
    """The files below a folder of the project that a pattern matches, relative to it."""
    folder, pattern = (text_of(one) for one in arguments[:2]) if len(arguments) > 1 else (None, None)
    if folder is None or pattern is None or folder.literal is None or not pattern.literal:
        return named("fileset", *arguments)
    root = evaluator.module
    while root.parent is not None:
        root = root.parent
    path, why = inside(root.folder / folder.literal, root.root)
    if path is None or not path.is_dir() or ".." in pattern.literal or pattern.literal.startswith("/"):
        return unknown(f"the files of `{folder.literal}`: the folder {why or 'is none, or the pattern leaves it'}")
    try:
        found = sorted(one.relative_to(path).as_posix() for one in path.glob(pattern.literal) if one.is_file())
    except (OSError, ValueError, NotImplementedError):
        return named("fileset", *arguments)
    return tuple(Text.of(one) for one in found[:_FILES])


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
