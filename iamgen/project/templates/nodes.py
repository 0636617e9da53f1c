"""Plain data that remembers the lines it was written on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Malformed(Exception):  # noqa: N818  # says what the text is
    """The text is not of the format that it claims to be; `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Node(dict[str, Any]):
    """A mapping with the line that it starts on and the line of each key."""

    __slots__ = ("line", "lines")

    def __init__(self, items: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), line: int = 1) -> None:
        super().__init__(items)
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """The line of a key, the mapping's own when the key was added by a rule."""
        return self.lines.get(key, self.line)


class Items(list[Any]):
    """A sequence with the line that it starts on and the line of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, items: Iterable[Any] = (), line: int = 1) -> None:
        super().__init__(items)
        self.line = line
        self.lines: list[int] = []

    def line_at(self, index: int) -> int:
        """The line of an item."""
        return self.lines[index] if index < len(self.lines) else self.line


def line_of(value: Any, default: int) -> int:
    """The line that a value starts on, where it remembers one."""
    return value.line if isinstance(value, Node | Items) else default


def line_of_text(value: Any, text: str) -> int | None:
    """The line of the first entry or item that holds a text, in the order of the document."""
    seen: set[int] = set()  # what an anchor names is read once
    waiting: list[tuple[Any, int]] = [(value, line_of(value, 1))]
    while waiting:
        held, line = waiting.pop()
        if isinstance(held, str) and text in held:
            return line
        if not isinstance(held, Node | Items) or id(held) in seen:
            continue
        seen.add(id(held))
        if isinstance(held, Node):
            inner = [pair for key, one in held.items() for pair in ((key, held.line_of(key)), (one, held.line_of(key)))]
        else:
            inner = [(one, held.line_at(index)) for index, one in enumerate(held)]
        waiting.extend(reversed(inner))
    return None


def mapping(value: Any) -> Mapping[str, Any]:
    """The value when it is a mapping, else an empty one: a template's author may have written anything."""
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """The value as a list: none for nothing, one for a single one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def as_text(value: Any) -> str | None:
    """A scalar as the text that CloudFormation makes of it, None for what is no scalar."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            return None
