"""The small language of assertions, and how it is held against a usage.

    # call: s3.GetObject Bucket=env(BUCKET) Key="in/"+?  |  sns.Publish
    # gap: dynamic-operation
    # assumed: s3.GetObject role="arn:aws:iam::111122223333:role/reader" Bucket="a" ~ "b"

Values: texts as `iamgen.core.text.Text` prints them, `True`, `3`, `None`, `[...]`, `{"k": v}`, `?` for what
is not known, alternatives `a ~ b`. A list or mapping that ends in `...` is open; `"k"?: v` is a key set on
some paths only. `?` stands for a hole of any kind but an environment variable, which is always named.
`role`, `region` and `path` are the request's role, region and call path (`"app.handler > store.save"`), everything
else an argument. `line=7` says which line is meant, where a comment cannot stand on it. `call?:`, `gap?:` and
`assumed?:` say that the event may be there: for what the design leaves open. `anywhere:` is a call of which the
line is not asserted, because a library sends it on the program's behalf.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iamgen.analysis.usage import ApiCall, Argument, Choice, ListOf, Literal, MappingOf, Unknown, Usage
from iamgen.core.text import Hole, HoleKind, Text

COMMENT = re.compile(r"#\s*((?:call|gap|assumed|anywhere)\??:\s.*)$")
KIND = re.compile(r"^(call|gap|assumed|anywhere)(\??):\s*")
TOKEN = re.compile(
    r"""\s*(?:(?P<string>b?"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<hole>[a-z]+\([^()]*\))"""
    r"""|(?P<word>True|False|None)\b|(?P<dots>\.\.\.)|(?P<sign>[?+~\[\]{},:]))"""
)

# A managed transfer decides by size and settings what it sends; the spec asserts the first, these may be there.
MULTIPART = {"CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"}
TOLERATED: Mapping[str, set[str]] = {
    "upload_file": MULTIPART,
    "upload_fileobj": MULTIPART,
    "download_file": {"HeadObject"},
    "download_fileobj": {"HeadObject"},
    "copy": MULTIPART | {"HeadObject", "UploadPartCopy"},
}


class AssertionSyntaxError(Exception):
    """A comment that looks like an assertion and is none."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One assertion: `what` is `s3.GetObject` or a gap's kind; `values` holds each named argument's alternatives."""

    kind: str
    what: str
    file: str
    line: int
    values: tuple[tuple[str, frozenset[str]], ...] = ()
    optional: bool = False

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What makes two events the same."""
        return (self.kind, self.what, self.file, self.line)


# --- reading ----------------------------------------------------------------------------------


def read(files: Mapping[str, str]) -> list[Expected]:
    """Every assertion of these files."""
    found: list[Expected] = []
    for name, text in sorted(files.items()):
        if not name.endswith(".py"):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if comment := COMMENT.search(line):
                found += _segments(comment[1], name, number)
    return found


def _segments(text: str, file: str, line: int) -> Iterator[Expected]:
    kind, optional = "", False
    for segment in _split(text, "|"):
        if head := KIND.match(segment):
            kind, optional = head[1], bool(head[2])
            segment = segment[head.end() :]
        words = segment.split(None, 1)
        if not words:
            raise AssertionSyntaxError(f"{file}:{line}: an empty assertion")
        values = dict(_named(words[1], file, line)) if len(words) > 1 else {}
        place = int(*values.pop("line", {str(line)}))
        yield Expected(kind, words[0], file, place, tuple(values.items()), optional)


def _split(text: str, sign: str) -> Iterator[str]:
    start, quoted, depth = 0, False, 0
    for index, char in enumerate(text):
        if char == '"' and text[index - 1] != "\\":
            quoted = not quoted
        elif not quoted and char in "([{":
            depth += 1
        elif not quoted and char in ")]}":
            depth -= 1
        elif char == sign and not quoted and not depth:
            yield text[start:index].strip()
            start = index + 1
    yield text[start:].strip()


def _named(text: str, file: str, line: int) -> Iterator[tuple[str, frozenset[str]]]:
    while text:
        name = re.match(r"([A-Za-z_][\w-]*)=", text)
        if not name:
            raise AssertionSyntaxError(f"{file}:{line}: expected `Name=value` at `{text}`")
        reader = _Reader(text[name.end() :], f"{file}:{line}")
        alternatives = reader.alternatives()
        yield name[1], frozenset(alternatives)
        text = reader.rest()


class _Reader:
    """A recursive-descent reader whose result is the canonical text of a value."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.at, self.where = text, 0, where

    def rest(self) -> str:
        return self.text[self.at :].strip()

    def peek(self) -> tuple[str, str]:
        token = TOKEN.match(self.text, self.at)
        return (token.lastgroup or "", token[token.lastgroup or 0]) if token else ("", "")

    def take(self) -> tuple[str, str]:
        token = TOKEN.match(self.text, self.at)
        if not token:
            raise AssertionSyntaxError(f"{self.where}: cannot read a value at `{self.text[self.at :]}`")
        self.at = token.end()
        return token.lastgroup or "", token[token.lastgroup or 0]

    def sign(self, sign: str) -> bool:
        if self.peek() == ("sign", sign):
            self.take()
            return True
        return False

    def alternatives(self) -> list[str]:
        values = [self.value()]
        while self.sign("~"):
            values.append(self.value())
        return values

    def one(self) -> str:
        return _either(self.alternatives())

    def value(self) -> str:
        if self.sign("["):
            return self.sequence("]", self.one)
        if self.sign("{"):
            return self.sequence("}", self.entry)
        kind, _ = self.peek()
        if kind in ("number", "word"):
            return repr(ast.literal_eval(self.take()[1]))
        parts = [self.part()]
        while self.sign("+"):
            parts.append(self.part())
        if len(parts) == 1 and isinstance(parts[0], bytes):
            return repr(parts[0])
        return _text([part if isinstance(part, (str, Hole)) else repr(part) for part in parts])

    def part(self) -> str | bytes | Hole:
        kind, text = self.take()
        if kind == "string":
            value: str | bytes = ast.literal_eval(text)
            return value
        if kind == "hole":
            origin, _, name = text[:-1].partition("(")
            return Hole(HoleKind(origin), name)
        if text == "?":
            return Hole(HoleKind.UNKNOWN)
        raise AssertionSyntaxError(f"{self.where}: expected a text, not `{text}`")

    def sequence(self, end: str, item: object) -> str:
        items, is_open = [], False
        while not self.sign(end):
            if self.peek()[0] == "dots":
                self.take()
                is_open = True
            else:
                items.append(item())  # type: ignore[operator]
            if not self.sign(",") and self.peek() != ("sign", end):
                raise AssertionSyntaxError(f"{self.where}: expected `,` or `{end}` at `{self.rest()}`")
        return _bracket(items, is_open, end)

    def entry(self) -> str:
        key = self.part()
        if isinstance(key, bytes):
            raise AssertionSyntaxError(f"{self.where}: a key is a text")
        maybe = self.sign("?")
        if not self.sign(":"):
            raise AssertionSyntaxError(f"{self.where}: expected `:` at `{self.rest()}`")
        return f"{_text([key])}{'?' if maybe else ''}: {self.one()}"


# --- the canonical form of a value ------------------------------------------------------------


def _text(parts: list[str | Hole] | tuple[str | Hole, ...]) -> str:
    """A text with each run of holes that the assertion does not name as one `?`."""
    out: list[str] = []
    for part in Text.of(*parts).parts:
        if isinstance(part, str):
            out.append(repr(part))
        elif part.kind in (HoleKind.ENV, HoleKind.SYMBOL):
            out.append(str(part))
        elif not out or out[-1] != "?":
            out.append("?")
    return "+".join(out) or repr("")


def _bracket(items: list[str], is_open: bool, end: str) -> str:
    if end == "}":
        items = sorted(items)
    return f"{'[' if end == ']' else '{'}{', '.join([*items, *(['...'] if is_open else [])])}{end}"


def _either(values: list[str]) -> str:
    return " ~ ".join(sorted(set(values)))


def shown(value: Argument) -> list[str]:
    """The canonical text of each alternative of a value."""
    match value:
        case Choice():
            return sorted({text for item in value.alternatives for text in shown(item)})
        case Text():
            return [_text(value.parts)]
        case Literal():
            return [repr(value.value)]
        case Unknown():
            return ["?"]
        case ListOf():
            return [_bracket([_either(shown(item)) for item in value.items], value.open, "]")]
        case MappingOf():
            entries = [
                f"{_text(e.key.parts)}{'?' if e.maybe else ''}: {_either(shown(e.value))}" for e in value.entries
            ]
            return [_bracket(entries, value.open, "}")]


# --- holding them against each other ----------------------------------------------------------


def _key(call: ApiCall) -> tuple[str, str, str, int]:
    kind = "call" if call.assumed_role is None else "assumed"
    return (kind, f"{call.service}.{call.operation}", call.location.file, call.location.line)


def _values(calls: list[ApiCall], name: str) -> frozenset[str]:
    """The alternatives of one argument over the contexts that set it."""
    found: set[str] = set()
    for call in calls:
        if name == "path":
            found.add(repr(" > ".join(step.function for step in call.path)))
        elif name in ("role", "region"):
            text = call.assumed_role if name == "role" else call.region
            found |= set(shown(text)) if text is not None else {"None"}
        elif entry := call.arguments.get(name):
            found |= set(shown(entry.value))
    return frozenset(found)


def complaints(expected: list[Expected], usage: Usage) -> list[str]:
    """What differs between the assertions and the usage, one line each; empty when they agree."""
    calls: dict[tuple[str, str, str, int], list[ApiCall]] = {}
    for call in usage.calls:
        calls.setdefault(_key(call), []).append(call)
    gaps = {("gap", str(gap.kind), gap.location.file, gap.location.line): gap.message for gap in usage.gaps}
    wanted = {assertion.key for assertion in expected}
    anywhere = {assertion.what: assertion for assertion in expected if assertion.kind == "anywhere"}
    for key in [key for key in calls if key[1] in anywhere and key not in wanted and key[0] == "call"]:
        calls.setdefault(anywhere[key[1]].key, []).extend(calls.pop(key))
    found: list[str] = []
    for assertion in expected:
        where = f"{assertion.file}:{assertion.line}"
        if assertion.key not in (gaps if assertion.kind == "gap" else calls):
            if not assertion.optional:
                found.append(f"{where}: missing {assertion.kind} {assertion.what}")
            continue
        for name, values in assertion.values:
            got = _values(calls[assertion.key], name)
            if "None" not in values and len(got) > 1:
                got -= {"None"}  # botocore refuses None before it sends: never what a request carries
            if got != values:
                want, have = " ~ ".join(sorted(values)), " ~ ".join(sorted(got)) or "nothing"
                found.append(f"{where}: {assertion.what} {name}: want {want}, got {have}")
    for key, group in calls.items():
        if key in wanted or group[0].operation in TOLERATED.get(group[0].method, ()):
            continue
        arguments = " ".join(f"{e.key.literal}={_either(shown(e.value))}" for e in group[0].arguments.entries)
        found.append(f"{key[2]}:{key[3]}: unexpected {key[0]} {key[1]} {arguments}".rstrip())
    for key, message in gaps.items():
        if key not in wanted:
            found.append(f"{key[2]}:{key[3]}: unexpected gap {key[1]} ({message})")
    return found
