"""Values that nobody has decided between, as `Fn::If` of a condition that no template declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from iamgen.project.templates.nodes import Items, Node, as_text

UNDECIDED: Final = "serverless-choice"  # a condition that no template declares: both branches are possible


def chosen(values: list[Any]) -> Any:
    """The values as alternatives that nobody has decided between, the first one first."""
    value = values[-1]
    for one in reversed(values[:-1]):
        value = one if one == value else Node({"Fn::If": Items([UNDECIDED, one, value])})
    return value


def branches(node: Any) -> list[Any]:
    """The alternatives of a choice, the value itself when it is none."""
    if isinstance(node, Mapping) and isinstance(parts := node.get("Fn::If"), list) and parts[:1] == [UNDECIDED]:
        return [branch for part in parts[1:] for branch in branches(part)]
    return [node]


def readable(node: Any) -> str:
    """A reference's address with the names of what it depends on."""
    if isinstance(node, Mapping):
        if isinstance(name := node.get("Ref"), str):
            return name
        if isinstance(parts := node.get("Fn::Join"), list) and len(parts) == 2:
            return "".join(readable(one) for one in parts[1])
    return as_text(node) or "?"


def told(node: Any, value: Callable[[str], str | None]) -> str | None:
    """What a reference, or a text that holds references, comes to when each parameter is told; else None."""
    if isinstance(node, Mapping) and isinstance(name := node.get("Ref"), str):
        return value(name)
    if isinstance(node, Mapping) and isinstance(parts := node.get("Fn::Join"), list) and len(parts) == 2:
        found = [as_text(one) or told(one, value) for one in parts[1]]
        return "".join(one for one in found if one is not None) if None not in found else None
    return None
