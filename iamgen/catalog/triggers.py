"""The small language of overrides: conditions on a request's parameters, and where an ARN's parts come from.

A trigger says under which parameters an action is needed: `VersionId`, `not Tags`, `ACL in ("a", "b")`,
`Select = "ALL_ATTRIBUTES" and IndexName`, `TransactItems[].Put`, `Statement verb "SELECT"`. Nothing is evaluated
here: the mapping evaluates these trees against what it knows of a call's arguments, with three answers.
The language is described in docs/recipes/service-quirk.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from iamgen.core.errors import IamgenError

ITEMS = "[]"  # every item of a list
VALUES = "{}"  # every value of a map
KEYS = "{keys}"  # every key of a map

_MAX_DEPTH = 20  # of parentheses and `not`; rows are one line long


class TriggerError(IamgenError):
    """A trigger, path or source expression that is not one of the language."""


@dataclass(frozen=True, slots=True)
class ParameterPath:
    """`Delete.Objects[].Key` is the parts `Delete`, `Objects`, `[]`, `Key`."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(
            part if i == 0 or part in (ITEMS, VALUES, KEYS) else f".{part}" for i, part in enumerate(self.parts)
        )

    @property
    def items_prefix(self) -> tuple[str, ...]:
        """The parts up to the last step into many; paths with the same ones go item by item together."""
        many = [i for i, part in enumerate(self.parts) if part in (ITEMS, VALUES, KEYS)]
        return self.parts[: many[-1] + 1] if many else ()


class Comparison(StrEnum):
    """How a parameter's value is compared; a value that is no text compares as JSON writes it (`true`, `3`)."""

    EQUALS = "="
    STARTS_WITH = "startswith"
    VERB = "verb"  # the first word of a statement, without case: `Statement verb "SELECT"`


@dataclass(frozen=True, slots=True)
class Given:
    """The parameter is given (and not None); with `[]`, it is given in at least one item."""

    path: ParameterPath


@dataclass(frozen=True, slots=True)
class Compare:
    """The parameter is given and its value is one of `values`; with `[]`, that of at least one item."""

    path: ParameterPath
    comparison: Comparison
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    operand: Trigger


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple[Trigger, ...]


Trigger = Given | Compare | Not | And | Or


@dataclass(frozen=True, slots=True)
class Template:
    """A text with parameters in it: `'{Name}-??????'`; `*` and `?` of the literal parts are wildcards."""

    parts: tuple[str | ParameterPath, ...]


Source = ParameterPath | Template


_STEP = re.compile(r"\[\]|\{keys\}|\{\}|[A-Za-z_][A-Za-z0-9_-]*")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\[\]|\{\}|\{keys\}|\.[A-Za-z_][A-Za-z0-9_-]*)*")
_TOKEN = re.compile(
    rf"\s*(?:(?P<text>\"[^\"]*\")|(?P<sign>[()=,])|(?P<number>\d+(?![A-Za-z0-9_]))|(?P<path>{_PATH.pattern}))"
)
_WORDS = frozenset({"and", "or", "not", "in", "startswith", "verb", "true", "false"})


def parse_path(text: str) -> ParameterPath:
    """The path of this text; raises `TriggerError`."""
    if not _PATH.fullmatch(text):
        raise TriggerError(f"`{text}` is no parameter path", "write it like `Delete.Objects[].Key`")
    return ParameterPath(tuple(_STEP.findall(text)))


def parse_trigger(text: str) -> Trigger:
    """The tree of a trigger; raises `TriggerError`."""
    return _Parser(text).parse()


def parse_source(text: str) -> tuple[Source, ...]:
    """The alternatives of a source expression, of which the first that is given counts; raises `TriggerError`."""
    return tuple(_alternative(part.strip(), text) for part in _split_alternatives(text))


def paths_of(trigger: Trigger) -> Iterator[ParameterPath]:
    """The parameter paths that a trigger names."""
    match trigger:
        case Given(path) | Compare(path):
            yield path
        case Not(operand):
            yield from paths_of(operand)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from paths_of(operand)


def source_paths(sources: tuple[Source, ...]) -> Iterator[ParameterPath]:
    """The parameter paths that a source expression names."""
    for source in sources:
        if isinstance(source, ParameterPath):
            yield source
        else:
            yield from (part for part in source.parts if isinstance(part, ParameterPath))


def _split_alternatives(text: str) -> list[str]:
    parts, quoted = [""], False
    for character in text:
        if character == "'":
            quoted = not quoted
        if character == "|" and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    if quoted:
        raise TriggerError(f"the source `{text}` has a quote that is not closed")
    return parts


def _alternative(part: str, whole: str) -> Source:
    if not part:
        raise TriggerError(f"the source `{whole}` has an empty alternative")
    if not part.startswith("'"):
        return parse_path(part)
    if len(part) < 2 or not part.endswith("'") or "'" in part[1:-1]:
        raise TriggerError(f"the source `{whole}` mixes a quoted text with something else")
    parts: list[str | ParameterPath] = []
    rest = part[1:-1]
    # A `{` opens a path; the paths inside may hold `{}` or `{keys}` themselves.
    opening = re.compile(rf"\{{(?P<path>{_PATH.pattern})\}}")
    position = 0
    for found in opening.finditer(rest):
        if found.start() > position:
            parts.append(rest[position : found.start()])
        parts.append(parse_path(found["path"]))
        position = found.end()
    if position < len(rest):
        parts.append(rest[position:])
    if any(isinstance(p, str) and ("{" in p or "}" in p) for p in parts):
        raise TriggerError(f"the source `{whole}` has a brace that holds no parameter path")
    return Template(tuple(parts))


class _Parser:
    """Recursive descent over the tokens of one trigger: or, and, not, a test or parentheses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        position = 0
        stripped = text.rstrip()
        while position < len(stripped):
            found = _TOKEN.match(stripped, position)
            if found is None:
                raise TriggerError(f"the trigger `{text}` cannot be read from `{stripped[position:].strip()}` on")
            self.tokens.append(found.group().strip())
            position = found.end()
        self.position = 0

    def parse(self) -> Trigger:
        tree = self.either(0)
        if self.position < len(self.tokens):
            raise self.error(f"`{self.tokens[self.position]}` is not expected")
        return tree

    def error(self, what: str) -> TriggerError:
        return TriggerError(f"the trigger `{self.text}` cannot be read: {what}")

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise self.error("it ends too early")
        self.position += 1
        return token

    def either(self, depth: int) -> Trigger:
        operands = [self.both(depth)]
        while self.peek() == "or":
            self.take()
            operands.append(self.both(depth))
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def both(self, depth: int) -> Trigger:
        operands = [self.unary(depth)]
        while self.peek() == "and":
            self.take()
            operands.append(self.unary(depth))
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def unary(self, depth: int) -> Trigger:
        if depth > _MAX_DEPTH:
            raise self.error("it is nested too deeply")
        if self.peek() == "not":
            self.take()
            return Not(self.unary(depth + 1))
        if self.peek() == "(":
            self.take()
            tree = self.either(depth + 1)
            if self.take() != ")":
                raise self.error("a parenthesis is not closed")
            return tree
        return self.test()

    def test(self) -> Trigger:
        word = self.take()
        if word in _WORDS or not _PATH.fullmatch(word):
            raise self.error(f"a parameter is expected instead of `{word}`")
        path = parse_path(word)
        match self.peek():
            case "=" | "startswith" | "verb" as operator:
                self.take()
                return Compare(path, Comparison(operator), (self.value(),))
            case "in":
                self.take()
                return Compare(path, Comparison.EQUALS, self.values())
        return Given(path)

    def value(self) -> str:
        token = self.take()
        if token.startswith('"'):
            return token[1:-1]
        if token in ("true", "false") or token.isdigit():
            return token
        raise self.error(f"a value is expected instead of `{token}`")

    def values(self) -> tuple[str, ...]:
        if self.take() != "(":
            raise self.error("`in` needs a parenthesis")
        found = [self.value()]
        while self.peek() == ",":
            self.take()
            found.append(self.value())
        if self.take() != ")":
            raise self.error("a parenthesis is not closed")
        return tuple(found)
