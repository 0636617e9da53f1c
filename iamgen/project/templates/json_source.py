"""JSON with line numbers: the standard parser keeps none, and a state file is too large for a YAML parser."""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # the C scanner, missing in typeshed
from typing import Any, Final

from iamgen.project.limits import TEMPLATE_DEPTH
from iamgen.project.templates.nodes import Items, Malformed, Node

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_ATOM: Final = re.compile(r"true|false|null|-?(?:0|[1-9]\d{0,300})(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORDS: Final = {"true": True, "false": False, "null": None}


def parse_json(text: str) -> Any:
    """The data of a JSON text; raises `Malformed`."""
    reader = _Reader(text.removeprefix("\ufeff"))
    value, end = reader.value(reader.space(0), 0)
    end = reader.space(end)
    if end != len(reader.text):
        raise reader.error("more text after the end of the JSON value", end)
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def line(self, offset: int) -> int:
        return bisect_right(self.starts, offset)

    def error(self, message: str, offset: int) -> Malformed:
        return Malformed(message, self.line(offset))

    def space(self, offset: int) -> int:
        found = _SPACE.match(self.text, offset)
        return found.end() if found is not None else offset

    def value(self, offset: int, depth: int) -> tuple[Any, int]:
        first = self.text[offset : offset + 1]
        if first == '"':
            return self.string(offset)
        if first in ("{", "["):
            if depth >= TEMPLATE_DEPTH:
                raise self.error(f"nested deeper than {TEMPLATE_DEPTH} levels", offset)
            return self.mapping(offset, depth) if first == "{" else self.sequence(offset, depth)
        found = _ATOM.match(self.text, offset)
        if found is None:
            raise self.error("a JSON value is expected", offset)
        word = found[0]
        if word in _WORDS:
            return _WORDS[word], found.end()
        whole = word.lstrip("-").isdigit()
        return (int(word) if whole else float(word)), found.end()

    def string(self, offset: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, offset + 1, False)  # the C function takes no keywords
        except JSONDecodeError as error:
            raise self.error(error.msg.lower(), offset) from error
        return str(text), int(end)

    def mapping(self, offset: int, depth: int) -> tuple[Node, int]:
        node = Node(line=self.line(offset))
        offset = self.space(offset + 1)
        if self.text[offset : offset + 1] == "}":
            return node, offset + 1
        while True:
            if self.text[offset : offset + 1] != '"':
                raise self.error("a key in double quotes is expected", offset)
            line = self.line(offset)
            key, offset = self.string(offset)
            offset = self.space(offset)
            if self.text[offset : offset + 1] != ":":
                raise self.error("a colon is expected after a key", offset)
            node[key], offset = self.value(self.space(offset + 1), depth + 1)
            node.lines[key] = line
            offset = self.space(offset)
            closing = self.text[offset : offset + 1]
            if closing == "}":
                return node, offset + 1
            if closing != ",":
                raise self.error("a comma or a closing brace is expected", offset)
            offset = self.space(offset + 1)

    def sequence(self, offset: int, depth: int) -> tuple[Items, int]:
        items = Items(line=self.line(offset))
        offset = self.space(offset + 1)
        if self.text[offset : offset + 1] == "]":
            return items, offset + 1
        while True:
            items.lines.append(self.line(offset))
            value, offset = self.value(offset, depth + 1)
            items.append(value)
            offset = self.space(offset)
            closing = self.text[offset : offset + 1]
            if closing == "]":
                return items, offset + 1
            if closing != ",":
                raise self.error("a comma or a closing bracket is expected", offset)
            offset = self.space(offset + 1)
