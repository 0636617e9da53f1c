"""`Fn::ForEach` of `AWS::LanguageExtensions`: a loop is written out before anything is resolved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from iamgen.core.location import Location
from iamgen.project.model import Problem
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.nodes import Items, Node
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import all_texts

_PREFIX: Final = "Fn::ForEach::"
_ROUNDS: Final = 2_000  # entries that all loops of a template make; CloudFormation's own limit is 500 resources


def expand_loops(scope: Scope, problems: list[Problem]) -> None:
    """Write out the loops of a template's sections."""
    data = scope.document.data
    if not isinstance(data, dict):
        return
    for section in ("Conditions", "Resources", "Outputs"):
        declared = data.get(section)
        if isinstance(declared, Node) and _has_loop(declared, 0):
            data[section] = _Loops(scope, problems).node(declared, {}, 0)


def _has_loop(node: Any, depth: int) -> bool:
    if depth > 60:
        return False
    if isinstance(node, Mapping):
        return any(key.startswith(_PREFIX) or _has_loop(one, depth + 1) for key, one in node.items())
    return isinstance(node, list) and any(_has_loop(one, depth + 1) for one in node)


class _Loops:
    """Writes the loops of one section out."""

    def __init__(self, scope: Scope, problems: list[Problem]) -> None:
        self.scope = scope
        self.problems = problems
        self.rounds = 0

    def node(self, node: Any, known: Mapping[str, str], depth: int) -> Any:
        """A node with its loops written out and the loops' variables put in."""
        if isinstance(node, str):
            return _put(node, known)
        if isinstance(node, list):
            items = Items((self.node(one, known, depth + 1) for one in node), getattr(node, "line", 1))
            items.lines = list(getattr(node, "lines", []))
            return items
        if not isinstance(node, Mapping):
            return node
        if len(node) == 1 and isinstance(name := node.get("Ref"), str) and name in known:
            return known[name]
        made = Node(line=getattr(node, "line", 1))
        for key, one in node.items():
            line = node.line_of(key) if isinstance(node, Node) else 1
            if key.startswith(_PREFIX):
                for inner, value, place in self._loop(key, one, known, depth, line):
                    made[inner] = value
                    made.lines[inner] = place
            else:
                written = _put(key, known)
                made[written] = self.node(one, known, depth + 1)
                made.lines[written] = line
        return made

    def _loop(
        self, key: str, argument: Any, known: Mapping[str, str], depth: int, line: int
    ) -> list[tuple[str, Any, int]]:
        place = Location(self.scope.document.shown, line)
        if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[2], Mapping):
            self.problems.append(Problem("template", f"`{key}` is not a loop of a name, a list and a fragment", place))
            return []
        name, values, fragment = argument
        items = [
            text.literal for text in all_texts(Resolver(self.scope).concrete.value(self.node(values, known, depth)))
        ]
        if not isinstance(name, str) or None in items:
            self.problems.append(Problem("template", f"what `{key}` loops over depends on the deployment", place))
        made: list[tuple[str, Any, int]] = []
        for item in items:
            if item is None or depth > 20:
                continue
            self.rounds += 1
            if self.rounds > _ROUNDS:
                self.problems.append(Problem("template", f"loops make more than {_ROUNDS} entries", place))
                break
            inner = self.node(fragment, {**known, str(name): item}, depth + 1)
            made.extend((one, value, inner.line_of(one)) for one, value in inner.items())
        return made


def _put(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        plain = re.sub(r"[^A-Za-z0-9]", "", value)
        text = text.replace("${" + name + "}", value).replace("&{" + name + "}", plain)
    return text
