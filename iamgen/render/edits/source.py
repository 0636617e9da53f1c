"""A YAML or JSON text whose values are replaced where they stand.

The parser's nodes tell where each value is written; a change is a span and its new text, so what is not
replaced keeps its comments, quotes, anchors and line ends.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from iamgen.render.edits.layout import Layout, is_collection

_ALIAS: Final = re.compile(r"[^*]*\*[^\s,\]}]+")
_REMARK: Final = re.compile(r"\s*:([ \t]*#[^\r\n]*)\r?\n")


class Unwritable(Exception):  # noqa: N818  # says what the place is
    """A policy that cannot be put in its place, in words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Splice:
    """A span of a text and what takes its place."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """The text with all its changes; raises `Unwritable` when two of them touch the same place."""
    out: list[str] = []
    position = 0
    for one in sorted(splices, key=lambda one: (one.start, one.end)):
        if one.start < position:
            raise Unwritable("two changes fall on one place of the file")
        out.extend((text[position : one.start], one.text))
        position = one.end
    return "".join((*out, text[position:]))


@dataclass(frozen=True, slots=True)
class Source:
    """A text with its parsed nodes; nodes are the parser's own and say where they are written."""

    text: str
    root: Any
    layout: Layout

    @staticmethod
    def of(text: str) -> Source:
        """A text without its byte order mark; raises `Unwritable` when it holds no single document."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            # JSON may be indented with tabs, which YAML takes for nothing; inside strings JSON has none.
            plain = text.replace("\t", " ") if text.lstrip()[:1] in ("{", "[") else text
            root = YAML(typ="safe", pure=True).compose(plain)
        except (YAMLError, ValueError, RecursionError, AttributeError, IndexError, AssertionError) as error:
            raise Unwritable("the file is not read as one YAML or JSON document") from error
        return Source(text, root, _layout(text, root))

    def declared(self, line: int, name: str) -> tuple[Any, Any] | None:
        """The resource that is declared on a line (from 1): its key and its body.

        `name` tells several on one line apart; it may have something before the key, that tells templates apart.
        """
        found = [
            (key, value) for key, value in _pairs(self.root) if key.start_mark.line + 1 == line and child(value, "Type")
        ]
        named = [one for one in found if one[0].value == name] or [
            one for one in found if name.endswith(f"-{one[0].value}")
        ]
        several = named or found
        return several[0] if len(several) == 1 else None

    def set(self, node: Any, path: Sequence[str], value: Any, after: str | None = None) -> Splice:
        """The change that gives a mapping's key, or a key below it, a value; `after` says where a new key goes."""
        within, first, *rest = node, *path
        while True:
            _need_own(within)
            found = child(within, first)
            if found is None:
                whole = value
                for name in reversed(rest):
                    whole = {name: whole}
                return self._insert(within, first, whole, after)
            key, held = found
            if not rest:
                return self._replace(within, key, held, value)
            if _is_alias(key, held):
                raise Unwritable(f"`{first}` on line {key.start_mark.line + 1} is an alias, which others share")
            if not is_mapping(held):
                raise Unwritable(f"`{first}` on line {key.start_mark.line + 1} is not written as a mapping")
            within, first, *rest = held, *rest

    def without(self, held: Any, going: Sequence[Any]) -> Iterator[Splice]:
        """The changes that take some items, never all, out of a list."""
        if held.flow_style:
            kept = [self.text[one.start_mark.index : self.end(one, 0)] for one in held.value if one not in going]
            spread = "\n" in self.text[held.start_mark.index : held.end_mark.index]
            between = f",{self.layout.end}{self._before(held.value[0])}" if spread else ", "
            first, last = held.value[0], held.value[-1]
            yield Splice(first.start_mark.index, self.end(last, first.start_mark.index), between.join(kept))
            return
        for item in going:
            start = self.text.rfind("\n", 0, item.start_mark.index) + 1
            if not re.fullmatch(r"[ \t]*-[ \t]+", self.text[start : item.start_mark.index]):
                raise Unwritable(f"the item on line {item.start_mark.line + 1} has no line of its own")
            newline = self.text.find("\n", self.end(item, item.start_mark.index))
            yield Splice(start, len(self.text) if newline < 0 else newline + 1, "")

    def end(self, node: Any, position: int) -> int:
        """Where a node's last written character ends; `position` is where the text before it ends."""
        if node.start_mark.index < position:  # written elsewhere: an alias stands here
            found = _ALIAS.match(self.text, position)
            return int(found.end()) if found is not None else position
        if not hasattr(node, "flow_style") or node.flow_style:
            return int(node.start_mark.index) + len(self.text[node.start_mark.index : node.end_mark.index].rstrip())
        for item in node.value:
            for one in item if isinstance(item, tuple) else (item,):
                position = self.end(one, position)
        return position

    def _replace(self, within: Any, key: Any, held: Any, value: Any) -> Splice:
        start = key.end_mark.index
        end = self.end(held, start)
        if within.flow_style:
            begin = self.text.index(":", start) + 1 if _is_alias(key, held) else held.start_mark.index
            many = "\n" in self.text[begin:end] or self._spread(within)
            return Splice(begin, end, self.layout.flow(value, self._before(key) if many else None))
        if not is_collection(value):
            return Splice(start, end, ": " + self.layout.flow(value, None))
        remark = _REMARK.match(self.text, start)
        head = f":{remark[1]}" if remark is not None and remark.end() <= held.start_mark.index else ":"
        lines = [head, *self.layout.block(value, self._column(key, held, value))]
        return Splice(start, end, self.layout.end.join(lines))

    def _column(self, key: Any, held: Any, value: Any) -> int:
        """Where the lines of a value begin: as those that it replaces."""
        own = int(key.start_mark.column)
        beside = held.start_mark.line == key.start_mark.line  # flow form, or a tag or an anchor before the lines
        if beside or _is_alias(key, held) or is_mapping(held) != isinstance(value, dict):
            return own + (self.layout.step if isinstance(value, dict) else self.layout.dash)
        return int(held.value[0][0].start_mark.column if is_mapping(held) else held.start_mark.column)

    def _insert(self, within: Any, name: str, value: Any, after: str | None) -> Splice:
        if not within.value:
            text = self.layout.flow({name: value}, None)
            return Splice(within.start_mark.index, within.end_mark.index, text)
        known = child(within, after) if after is not None else None
        key, held = known or within.value[-1]
        end = self.end(held, key.end_mark.index)
        if within.flow_style:
            spread = self._spread(within)
            before = self._before(key) if spread else None
            text = f'"{name}": {self.layout.flow(value, before)}'
            return Splice(end, end, f",{self.layout.end}{before}{text}" if spread else f", {text}")
        newline = self.text.find("\n", end)
        place = len(self.text) if newline < 0 else newline - (self.text[newline - 1 : newline] == "\r")
        lines = ["", *self.layout.block({name: value}, int(key.start_mark.column))]
        return Splice(max(place, end), max(place, end), self.layout.end.join(lines))

    def _spread(self, node: Any) -> bool:
        """Whether the keys of a mapping in flow form have lines of their own."""
        lines = [key.start_mark.line for key, _ in node.value]
        return bool(lines) and lines[0] != node.start_mark.line

    def _before(self, key: Any) -> str:
        """The white space that a key's line begins with."""
        start = self.text.rfind("\n", 0, key.start_mark.index) + 1
        found = re.compile(r"[ \t]*").match(self.text, start)
        return found[0] if found is not None else ""


def is_mapping(node: Any) -> bool:
    """Whether a node is a mapping."""
    return type(node).__name__ == "MappingNode"


def is_list(node: Any) -> bool:
    """Whether a node is a list."""
    return type(node).__name__ == "SequenceNode"


def child(node: Any, name: str) -> tuple[Any, Any] | None:
    """A mapping's own key with its value; one that a `<<` brings in is none of its own."""
    if not is_mapping(node):
        return None
    return next(((key, value) for key, value in node.value if key.value == name), None)


def value_at(node: Any, *path: str) -> Any:
    """The node below a path of keys, None where there is none."""
    for name in path:
        found = child(node, name)
        if found is None:
            return None
        node = found[1]
    return node


def text_of(node: Any) -> str | None:
    """A scalar's text."""
    return node.value if type(node).__name__ == "ScalarNode" else None


def _is_alias(key: Any, value: Any) -> bool:
    return bool(value.start_mark.index < key.end_mark.index)


def _need_own(node: Any) -> None:
    if not is_mapping(node) or (node.tag or "").startswith("!"):
        raise Unwritable(f"line {node.start_mark.line + 1} is not written as a mapping")


def _pairs(root: Any) -> Iterator[tuple[Any, Any]]:
    """All keys with their values, the outer ones first; what aliases repeat comes once."""
    seen: set[int] = set()
    pending = deque([root])
    while pending:
        node = pending.popleft()
        if node is None or id(node) in seen or not hasattr(node, "flow_style"):
            continue
        seen.add(id(node))
        for item in node.value:
            if isinstance(item, tuple):
                yield item
                pending.append(item[1])
            else:
                pending.append(item)


def _layout(text: str, root: Any) -> Layout:
    """The file's own form, by what most of it does."""
    steps: Counter[int] = Counter()
    dashes: Counter[int] = Counter()
    for key, value in _pairs(root):
        if getattr(value, "flow_style", True) or not value.value or _is_alias(key, value):
            continue
        if is_mapping(value):
            steps[value.value[0][0].start_mark.column - key.start_mark.column] += 1
        elif value.start_mark.line > key.start_mark.line:  # else a tag stands before it
            dashes[value.start_mark.column - key.start_mark.column] += 1
    step = max(_most(steps, 2), 1)
    indented = re.search(r"\n([ \t]+)\"", text)
    return Layout(
        step,
        max(_most(dashes, step), 0),
        "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n",
        indented[1] if indented is not None else "  ",
        "!Sub" in text or "Fn::Sub" not in text,
    )


def _most(counts: Counter[int], otherwise: int) -> int:
    return min(counts, key=lambda one: (-counts[one], one)) if counts else otherwise
