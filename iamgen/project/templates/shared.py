"""What a project's templates give each other: exports, outputs of stacks, parameters that one writes and another reads.

A name may hold what a deployment tells (`${AWS::StackName}-table`, `/shop/${Stage}/bucket`). Two names are one
when their literal parts are equal and their holes mean the same: one symbol, two words for the stage, or a
stack's name that is the settings', the file's or the folder's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from iamgen.core.text import Hole, HoleKind, Text
from iamgen.project.templates.nodes import mapping
from iamgen.project.templates.scope import Scope

STACK_NAME: Final = "AWS::StackName"
KEPT: Final = "AWS::SSM::Parameter"
_STAGES: Final = frozenset({"env", "environment", "stage", "deploymentstage", "deploymentenvironment"})
_USUAL: Final = frozenset(
    {"template", "serverless", "sam", "cloudformation", "main", "infra", "infrastructure", "stack"}
)
_WORD: Final = re.compile(r"[a-z0-9]+")
_EQUAL_LITERALS: Final = 3  # letters and digits that two names must share: `-arn` of any two stacks is no bond


class Reader(Protocol):
    """What reads the names of one scope."""

    scope: Scope

    def texts(self, node: Any) -> tuple[Text, ...]: ...

    @property
    def concrete(self) -> Reader: ...


@dataclass(frozen=True, slots=True)
class Name:
    """A name in one scope: as it stands, and under its defaults."""

    symbolic: Text
    concrete: Text
    stacks: frozenset[str] = frozenset()  # what the scope's stack may be called

    @staticmethod
    def of(reader: Reader, node: Any) -> Iterator[Name]:
        """The names that an expression may come to."""
        found, told = reader.texts(node), reader.concrete.texts(node)
        for index, text in enumerate(found):
            yield Name(text, told[index] if len(told) == len(found) else text, frozenset(_stacks(reader.scope)))


@dataclass(frozen=True, slots=True)
class Given:
    """What one template gives under a name: an expression of its scope."""

    name: Name
    scope: Scope
    expression: Any


@dataclass(slots=True)
class Shared:
    """Everything that the templates give each other."""

    exports: list[Given] = field(default_factory=list)
    kept: list[Given] = field(default_factory=list)  # parameters of the Systems Manager
    stacks: list[Given] = field(default_factory=list)  # by the stack's name; the expression is the outputs' section

    def add(self, reader: Reader) -> None:
        """What one scope gives."""
        scope = reader.scope
        for output in scope.section("Outputs").values():
            exported = mapping(mapping(output).get("Export")).get("Name")
            if exported is not None:
                for name in Name.of(reader, exported):
                    self.exports.append(Given(name, scope, mapping(output).get("Value")))
        for logical_id in scope.resources:
            if scope.type_of(logical_id) == KEPT:
                properties = scope.properties(logical_id)
                for name in Name.of(reader, properties.get("Name")):
                    self.kept.append(Given(name, scope, properties.get("Value")))
        if scope.parent is None and scope.stack_name is not None:
            for name in Name.of(reader, scope.stack_name):
                self.stacks.append(Given(name, scope, scope.section("Outputs")))


def under(name: Name, given: list[Given]) -> list[Given]:
    """What is given under a name: that whose name is written alike, else that whose name comes to the same."""
    alike = [one for one in given if _alike(name, one.name)]
    if alike:
        return alike
    literal = name.concrete.literal
    return [one for one in given if literal and one.name.concrete.literal == literal]


def _alike(wanted: Name, given: Name) -> bool:
    if wanted.symbolic == given.symbolic and not wanted.symbolic.holes:
        return True
    return _words(given.symbolic) >= _EQUAL_LITERALS and _fits(
        list(wanted.symbolic.parts), list(given.symbolic.parts), wanted, given
    )


def _fits(wanted: list[str | Hole], given: list[str | Hole], one: Name, other: Name) -> bool:
    """Whether a wanted name is a given one, part by part; a hole for a stack's name takes a literal, too."""
    if not wanted or not given:
        return wanted == given
    first, made = wanted[0], given[0]
    if isinstance(made, Hole):
        if isinstance(first, Hole):
            return _same(first, made, one, other) and _fits(wanted[1:], given[1:], one, other)
        if made.name != STACK_NAME:
            return False
        following = given[1] if len(given) > 1 else ""
        if not isinstance(following, str) or not following:
            return False
        at = first.find(following)
        return at > 0 and _is_stack(first[:at], other) and _fits([first[at:], *wanted[1:]], given[1:], one, other)
    if isinstance(first, Hole):
        return False
    shorter = min(len(first), len(made))
    if first[:shorter] != made[:shorter]:
        return False
    rest = [part for part in (first[shorter:], made[shorter:]) if part]
    if not rest:
        return _fits(wanted[1:], given[1:], one, other)
    if len(first) > shorter:
        return _fits([first[shorter:], *wanted[1:]], given[1:], one, other)
    return False


def _same(wanted: Hole, given: Hole, one: Name, other: Name) -> bool:
    if wanted.kind is not HoleKind.SYMBOL or given.kind is not HoleKind.SYMBOL:
        return False
    if given.name == STACK_NAME and wanted.name != STACK_NAME:
        # `${DataStack}-table` is `${AWS::StackName}-table` of the stack that the parameter names by default.
        index = one.symbolic.parts.index(wanted)
        told = one.concrete.literal
        if told is None:
            return False
        before = sum(len(part) for part in one.symbolic.parts[:index] if isinstance(part, str))
        after = sum(len(part) for part in one.symbolic.parts[index + 1 :] if isinstance(part, str))
        return one.symbolic.holes == (wanted,) and _is_stack(told[before : len(told) - after], other)
    names = [_plain(hole.name) for hole in (wanted, given)]
    return names[0] == names[1] or set(names) <= _STAGES


def _plain(symbol: str) -> str:
    """A symbol's name without what tells two templates' apart: `api-opt.stage` and `Stage` are one."""
    last = re.split(r"[.:-]", symbol)[-1].lower().replace("_", "")
    return last.removesuffix("name") if last.removesuffix("name") in _STAGES else last


def _is_stack(text: str, name: Name) -> bool:
    words = set(_WORD.findall(text.lower()))
    return any(set(_WORD.findall(stack)) <= words for stack in name.stacks if _WORD.search(stack))


def _stacks(scope: Scope) -> Iterator[str]:
    """What a scope's stack may be called: as the settings, the file or, where it has a usual name, its folder."""
    if isinstance(scope.stack_name, str):
        yield scope.stack_name.lower()
    stem = scope.document.path.stem.lower()
    yield from ([stem] if stem not in _USUAL else [])
    folder = scope.document.path.parent.name.lower()
    yield from ([folder] if stem in _USUAL and folder not in _USUAL else [])


def _words(text: Text) -> int:
    return sum(len(re.findall(r"[A-Za-z0-9]", part)) for part in text.parts if isinstance(part, str))
