"""YAML with line numbers and CloudFormation's short forms, from the parser's events.

No object is ever made from a tag: `!Ref X` becomes `{"Ref": "X"}`, an unknown tag is noted and its
value kept as it stands. The parser's events are put together with an explicit stack, so depth is
bounded; what aliases expand to is counted, so a bomb of aliases ends early.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iamgen.project.limits import TEMPLATE_DEPTH, TEMPLATE_NODES
from iamgen.project.templates.nodes import Items, Malformed, Node

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_WORDS: Final = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
"""YAML 1.1, which CloudFormation and Serverless read."""

FUNCTIONS: Final = frozenset(
    {
        "And", "Base64", "Cidr", "Equals", "FindInMap", "ForEach", "GetAZs", "GetAtt", "If", "ImportValue", "Join",
        "Length", "Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform",
    }
)  # fmt: skip
_STANDARD: Final = "tag:yaml.org,2002:"


@dataclass(slots=True)
class Parsed:
    """A document's data and the tags in it that nobody knows, by line."""

    data: Any = None
    unknown_tags: list[tuple[str, int]] = field(default_factory=list)
    odd_keys: list[tuple[str, int]] = field(default_factory=list)  # mappings: `{{ name }}:` of a template engine


def parse_yaml(text: str) -> Parsed:
    """The data of the first document of a YAML text; raises `Malformed`."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    composer = _Composer()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if composer.take(event):
                break
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        causes = (getattr(error, name, None) for name in ("problem", "context", "reason"))
        message = next((cause for cause in causes if cause), "not YAML")
        raise Malformed(str(message), mark.line + 1 if mark is not None else 1) from error
    except (ValueError, RecursionError, IndexError, AttributeError, AssertionError) as error:
        # The parser's own slips on hostile text.
        raise Malformed(f"not YAML: {type(error).__name__}", 1) from error
    return composer.parsed


@dataclass(slots=True)
class _Open:
    """A collection whose end is not reached yet."""

    value: Node | Items
    tag: str | None
    anchor: str | None
    key: Any = None
    key_line: int = 0
    has_key: bool = False
    size: int = 1
    merged: list[Any] = field(default_factory=list)


class _Composer:
    """Puts one document together from events."""

    def __init__(self) -> None:
        self.parsed = Parsed()
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0

    def take(self, event: Any) -> bool:
        """Add one event; true when the document is complete."""
        kind = type(event).__name__
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self._stack) >= TEMPLATE_DEPTH:
                raise Malformed(f"nested deeper than {TEMPLATE_DEPTH} levels", line)
            value: Node | Items = Node(line=line) if kind == "MappingStartEvent" else Items(line=line)
            self._stack.append(_Open(value, _tag_of(event), event.anchor))
            return False
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            done = self._stack.pop()
            if isinstance(done.value, Node) and done.merged:
                _merge(done.value, done.merged)
            return self._add(
                self._tagged(done.tag, done.value, done.value.line), done.size, done.anchor, done.value.line
            )
        if kind == "ScalarEvent":
            return self._add(self._scalar(event, line), 1, event.anchor, line)
        if kind == "AliasEvent":
            if event.anchor not in self._anchors:
                raise Malformed(f"the alias `*{event.anchor}` refers to nothing before it, or to itself", line)
            value, size = self._anchors[event.anchor]
            return self._add(value, size, None, line)
        return kind in ("DocumentEndEvent", "StreamEndEvent")

    def _add(self, value: Any, size: int, anchor: str | None, line: int) -> bool:
        self._nodes += size
        if self._nodes > TEMPLATE_NODES:
            raise Malformed(f"holds more than {TEMPLATE_NODES} values once its aliases are followed", line)
        if anchor is not None:
            self._anchors[anchor] = (value, size)
        if not self._stack:
            self.parsed.data = value
            return True
        into = self._stack[-1]
        into.size += size
        if isinstance(into.value, Items):
            into.value.append(value)
            into.value.lines.append(line)
        elif not into.has_key:
            into.key, into.key_line, into.has_key = value, line, True
        else:
            into.has_key = False
            if into.key == "<<":
                into.merged.append(value)
                return False
            key = into.key if isinstance(into.key, str) else _key_text(into.key)
            if isinstance(into.key, Node):
                self.parsed.odd_keys.append((key, into.key_line))
            into.value[key] = value
            into.value.lines[key] = into.key_line
        return False

    def _scalar(self, event: Any, line: int) -> Any:
        tag = _tag_of(event)
        value = event.value
        if tag is None:
            into = self._stack[-1] if self._stack else None
            # A key is a name, whatever it looks like: `ON:` is no boolean.
            key = into is not None and isinstance(into.value, Node) and not into.has_key
            return value if key or event.style else _plain(value)
        return self._tagged(tag, value, line)

    def _tagged(self, tag: str | None, value: Any, line: int) -> Any:
        if tag is None or tag == "!":
            return value
        if tag.startswith(_STANDARD):
            name = tag.removeprefix(_STANDARD)
            if name in ("int", "bool", "null") and isinstance(value, str):
                return _plain(value)
            if name not in ("str", "float", "map", "seq", "omap", "set", "timestamp", "binary", "merge", "value"):
                self.parsed.unknown_tags.append((f"!!{name}", line))
            return value
        name = tag.removeprefix("!")
        if name in FUNCTIONS or name in ("Ref", "Condition"):
            key = name if name in ("Ref", "Condition") else f"Fn::{name}"
            if name == "GetAtt" and isinstance(value, str):
                logical, dot, attribute = value.partition(".")
                value = Items([logical, attribute] if dot else [logical], line)
            node = Node({key: value}, line)
            node.lines[key] = line
            return node
        self.parsed.unknown_tags.append((tag, line))
        return value


def _tag_of(event: Any) -> str | None:
    tag = event.tag
    return None if tag is None else str(tag)


def _plain(value: str) -> Any:
    """A plain scalar; dates, floats and numbers that are no plain integers stay the text that they are."""
    if value in _WORDS:
        return _WORDS[value]
    if _INTEGER.fullmatch(value) and len(value) < 12:  # twelve digits are an account
        return int(value)
    return value


def _key_text(key: Any) -> str:
    match key:
        case None:
            return "null"
        case bool():
            return "true" if key else "false"
        case int() | float():
            return str(key)
        case Mapping():
            return "{" + ", ".join(map(str, key)) + "}"
        case _:
            return "?"


def _merge(node: Node, merged: list[Any]) -> None:
    """`<<: *base`: the keys of the bases that the mapping has not itself; earlier bases win."""
    for one in merged:
        for base in one if isinstance(one, Items) else [one]:
            if isinstance(base, Node):
                for key, value in base.items():
                    if key not in node:
                        node[key] = value
                        node.lines[key] = base.line_of(key)
