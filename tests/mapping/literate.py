"""Reads the literate specs of the mapping: requests and exactly the permissions that they need.

    ## A query of an index

    Prose with the source.

    ```toml
    deployed = true
    environment = {TABLE = ['symbol(OrdersTable)']}
    ```

    ```needs
    dynamodb.Query TableName="orders" IndexName="by-date"
    -> dynamodb:Query arn:aws:dynamodb:*:*:table/orders/index/by-date
    ```

A request is `service.Operation`, then arguments: texts as `iamgen.core.text.Text` prints them (`"in/"+?`,
`env(BUCKET)`, `symbol(Stage)`), `True`, `3`, `None`, `[...]`, `{"k": v}`, alternatives `a ~ b`. A list or mapping
that ends in `...` is open (a list: of unknown length), `**` after the arguments leaves all of them open, `Name?=` is
set on some paths only.
`@region="eu-west-1"` is the client's region, `@assumed="arn:..."` the role that signs.

Each `->` line is one permission: action and resource, then where there are any `if Operator key value[,value]`
and one of `open`, `narrow`, `required` for the kind of the wildcard (checked only when written). `-> none` says that
nothing is needed, `-> gap kind` that the answer is a gap. Strict both ways.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from iamgen.analysis.usage import ApiCall, Argument, Choice, Entry, ListOf, Literal, MappingOf, Unknown
from iamgen.core.location import Location
from iamgen.core.text import Hole, HoleKind, Text
from iamgen.project.model import Configuration, Project, Resource, Source, Unit

HEADING = re.compile(r"^#{1,6}\s+(.*\S)\s*$")
SETTINGS = frozenset({"deployed", "environment", "resources"})
TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<hole>[a-z]+\([^()]*\))"""
    r"""|(?P<word>True|False|None)\b|(?P<dots>\.\.\.)|(?P<stars>\*\*)"""
    r"""|(?P<name>@?[A-Za-z][A-Za-z0-9_-]*\??)=|(?P<sign>[?+~\[\]{},:]))"""
)


class SpecError(Exception):
    """A spec that cannot be read: the mistake is the spec's, never the mapping's."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One permission; `wildcard` "" is not checked."""

    action: str
    resource: str
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    wildcard: str = field(default="", compare=False)


@dataclass(slots=True)
class Case:
    """One request and what it needs."""

    id: str
    call: ApiCall
    settings: Mapping[str, Any]
    expected: list[Expected] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    said: bool = False  # there is a `->` line at all

    def unit(self) -> Unit:
        """The unit that makes the request."""
        environment = self.settings.get("environment")
        return Unit(
            "spec", "app.handler", None, Source(None, 1, "app.py"), (),
            None if environment is None else {k: tuple(map(text_of, v)) for k, v in environment.items()},
            Configuration() if self.settings.get("deployed") else None,
        )  # fmt: skip

    def project(self) -> Project:
        """The project with the resources that the settings declare."""
        resources = {
            name: Resource(name, row["type"], plain(row.get("properties", {})), Location("template.yaml", 1))
            for name, row in self.settings.get("resources", {}).items()
        }
        return Project(Path(), "spec", (), MappingProxyType(resources))


def plain(value: Any) -> Any:
    """Template properties as the project layer gives them: strings are texts; `symbol(X)` is a reference."""
    match value:
        case str():
            return text_of(value) if re.match(r'^(?:symbol\(|")', value) else Text.of(value)
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list():
            return tuple(plain(item) for item in value)
    return value


def text_of(source: str) -> Text:
    """One text in the notation of the specs."""
    value = Reader(source).value()
    if not isinstance(value, Text):
        raise SpecError(f"`{source}` is no text")
    return value


def load(folder: Path) -> list[Case]:
    """The cases of every Markdown file under `folder`, in order."""
    return [case for path in sorted(folder.rglob("*.md")) for case in parse(path.read_text("utf-8"), path.name)]


def parse(text: str, source: str) -> Iterator[Case]:
    """The cases of one file, in order."""
    title, settings = "", dict[str, Any]()
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if heading := HEADING.match(line):
            title, settings = heading[1], {}
        elif line.startswith("```"):
            kind, start, block = line[3:].strip(), number, []
            while number < len(lines) and not lines[number].startswith("```"):
                block.append(lines[number])
                number += 1
            if number == len(lines):
                raise SpecError(f"{source}:{start}: the fence is never closed")
            number += 1
            if kind == "toml":
                settings = tomllib.loads("\n".join(block))
                if wrong := set(settings) - SETTINGS:
                    raise SpecError(f"{source}:{start}: unknown settings {sorted(wrong)}")
            elif kind == "needs":
                yield from requests(block, source, start, title, settings)
            else:
                raise SpecError(f"{source}:{start}: a fence `{kind}` means nothing here")


def requests(block: list[str], source: str, start: int, title: str, settings: Mapping[str, Any]) -> Iterator[Case]:
    """The requests of one block."""
    case: Case | None = None
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    for offset, line in enumerate(block, 1):
        if not line.strip():
            continue
        where = f"{source}:{start + offset}"
        try:
            if line.startswith("->"):
                expect(case, line[2:].strip())
                continue
            if case is not None:
                yield finished(case)
            case = Case(f"{Path(source).stem}:{start + offset}-{slug}", call_of(line), settings)
        except SpecError as error:
            raise SpecError(f"{where}: {error}") from error
    if case is not None:
        yield finished(case)


def finished(case: Case) -> Case:
    """The case, when it says what it needs."""
    if not case.said:
        raise SpecError(f"{case.id}: a request without `->`")
    return case


def expect(case: Case | None, line: str) -> None:
    """One `->` line."""
    if case is None:
        raise SpecError("a permission before any request")
    case.said = True
    words = line.split()
    if words == ["none"]:
        return
    if words[0] == "gap" and len(words) == 2:
        case.gaps.append(words[1])
        return
    wildcard = words.pop() if words[-1] in ("open", "narrow", "required") else ""
    action, resource, *rest = words
    conditions: list[tuple[str, str, tuple[str, ...]]] = []
    while rest:
        word, operator, key, values, *rest = rest
        if word != "if":
            raise SpecError(f"`{word}` instead of `if`")
        conditions.append((operator, key, tuple(values.split(","))))
    case.expected.append(Expected(action, resource, tuple(sorted(conditions)), wildcard))


def call_of(line: str) -> ApiCall:
    """One request line."""
    name, _, rest = line.partition(" ")
    service, _, operation = name.partition(".")
    if not operation:
        raise SpecError(f"`{name}` is no service.Operation")
    reader = Reader(rest)
    entries: list[Entry] = []
    own: dict[str, Argument] = {}
    is_open = False
    while (token := reader.take()) is not None:
        kind, word = token
        if kind == "stars":
            is_open = True
        elif kind == "name" and word.startswith("@"):
            own[word[1:]] = reader.value()
        elif kind == "name":
            entries.append(Entry(Text.of(word.rstrip("?")), reader.value(), word.endswith("?")))
        else:
            raise SpecError(f"`{word}` instead of an argument")
    region, assumed = own.get("region"), own.get("assumed")
    return ApiCall(
        service, operation, operation, MappingOf(tuple(entries), is_open), Location("app.py", 1),
        region=region if isinstance(region, Text) else None,
        assumed_role=assumed if isinstance(assumed, Text) else None,
    )  # fmt: skip


class Reader:
    """The tokens of a request line."""

    def __init__(self, source: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        position, source = 0, source.rstrip()
        while position < len(source):
            found = TOKEN.match(source, position)
            if found is None:
                raise SpecError(f"cannot be read from `{source[position:]}` on")
            self.tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            position = found.end()
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str] | None:
        if self.at >= len(self.tokens):
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def value(self) -> Argument:
        found = [self.joined()]
        while self.peek() == "~":
            self.take()
            found.append(self.joined())
        return found[0] if len(found) == 1 else Choice(tuple(found))

    def joined(self) -> Argument:
        first = self.term()
        while self.peek() == "+":
            self.take()
            second = self.term()
            if not isinstance(first, Text) or not isinstance(second, Text):
                raise SpecError("only texts are joined by `+`")
            first += second
        return first

    def term(self) -> Argument:
        token = self.take()
        if token is None:
            raise SpecError("ends too early")
        kind, word = token
        match kind:
            case "string":
                return Text.of(ast.literal_eval(word))
            case "number":
                return Literal(ast.literal_eval(word))
            case "word":
                return Literal(ast.literal_eval(word))
            case "hole":
                name, _, inner = word.partition("(")
                return Text((Hole(HoleKind(name), inner.rstrip(")")),))
        if word == "?":
            return Text((Hole(HoleKind.UNKNOWN),))
        if word == "[":
            return self.list()
        if word == "{":
            return self.mapping()
        if word == "...":
            return Unknown()
        raise SpecError(f"`{word}` instead of a value")

    def list(self) -> ListOf:
        items: list[Argument] = []
        is_open = False
        while self.peek() != "]":
            if self.peek() == "...":
                self.take()
                is_open = True
            else:
                items.append(self.value())
            if self.peek() == ",":
                self.take()
        self.take()
        return ListOf(tuple(items), is_open)

    def mapping(self) -> MappingOf:
        entries: list[Entry] = []
        is_open = False
        while self.peek() != "}":
            if self.peek() == "...":
                self.take()
                is_open = True
            else:
                key = self.joined()
                maybe = self.peek() == "?"
                if maybe:
                    self.take()
                if self.peek() != ":" or not isinstance(key, Text):
                    raise SpecError("a mapping needs `key: value`")
                self.take()
                entries.append(Entry(key, self.value(), maybe))
            if self.peek() == ",":
                self.take()
        self.take()
        return MappingOf(tuple(entries), is_open)
