"""Reading HCL's text: spaces, names, quoted and heredoc texts with what is interpolated in them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Final

from iamgen.project.formats.terraform.syntax import Choice, Repeat, Template
from iamgen.project.templates.nodes import Malformed

_SPACE: Final = re.compile(r"(?:[ \t\r]|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_LINES: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
NAME: Final = re.compile(r"[^\W\d][\w-]*")
_HEREDOC: Final = re.compile(r"<<(-?)[ \t]*([\w-]+)[ \t]*\r?\n")
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_DEPTH: Final = 60  # levels of nesting; each takes a handful of Python's own frames


class Scanner(ABC):
    """A position in a text; what stands there is for the parser to say."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.position = 0
        self.depth = 0
        self.nested = 0  # inside parentheses or brackets a line's end means nothing
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    @property
    def line(self) -> int:
        return bisect_right(self.starts, self.position)

    def error(self, message: str) -> Malformed:
        return Malformed(message, self.line)

    def skip(self, *, lines: bool = False) -> None:
        pattern = _LINES if lines or self.nested else _SPACE
        found = pattern.match(self.text, self.position)
        if found is not None:
            self.position = found.end()

    def at(self, *texts: str) -> str:
        """Which of these texts stands here, the empty one when none does."""
        return next((one for one in texts if self.text.startswith(one, self.position)), "")

    def take(self, text: str) -> bool:
        if not self.text.startswith(text, self.position):
            return False
        self.position += len(text)
        return True

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.error(f"`{text}` is expected")

    def name(self) -> str | None:
        found = NAME.match(self.text, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found[0]

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEPTH:
            raise self.error(f"nested deeper than {_DEPTH} levels")

    @abstractmethod
    def expression(self) -> Any:
        """The expression that stands here."""

    def quoted(self) -> Any:
        self.expect('"')
        found = self.template_parts(len(self.text), quoted=True)
        self.expect('"')
        return found

    def heredoc(self) -> Any:
        found = _HEREDOC.match(self.text, self.position)
        if found is None:
            raise self.error("a heredoc's name is expected")
        self.position = found.end()
        closing = re.compile(rf"^[ \t]*{re.escape(found[2])}[ \t]*\r?$", re.MULTILINE).search(self.text, self.position)
        if closing is None:
            raise self.error(f"the heredoc `{found[2]}` is not closed")
        start = self.position
        parts = self.template_parts(closing.start(), quoted=False)
        self.position = closing.end()
        lines = [line for line in self.text[start : closing.start()].splitlines() if line.strip()]
        indent = min((len(line) - len(line.lstrip(" \t")) for line in lines), default=0) if found[1] else 0
        return _flush(parts, indent) if indent else parts

    def template_parts(self, end: int, *, quoted: bool) -> Template:
        return self.parts(end, quoted=quoted).template

    def parts(self, end: int, *, quoted: bool, until: tuple[str, ...] = (), trim: bool = False) -> Parts:
        """Literal parts, interpolations and directives, up to the end or to one of the directives `until`.

        A `~` beside a sequence takes the white space on its side away; `trim` says that one stands before.
        """
        self.deeper()
        parts: list[Any] = []
        literal: list[str] = []

        def flush(*, before: bool) -> None:
            nonlocal trim
            text = "".join(literal)
            text = text.lstrip() if trim else text
            text = text.rstrip() if before else text
            if text:
                parts.append(text)
            literal.clear()
            trim = False

        while self.position < end:
            character = self.text[self.position]
            if quoted and character == '"':
                break
            if quoted and character == "\n":
                raise self.error("a text is not closed")
            if quoted and character == "\\":
                self.position += 1
                literal.append(self.escape())
            elif self.at("$${", "%%{"):
                literal.append(self.text[self.position + 1 : self.position + 3])
                self.position += 3
            elif self.at("${", "%{"):
                kind = character
                self.position += 2
                flush(before=self.take("~"))
                if kind == "$":
                    found, trim = self.interpolation()
                    parts.append(found)
                    continue
                word = self.directive_word()
                if word in until:
                    self.depth -= 1
                    return Parts(Template(tuple(parts)), word, self.close())
                found, trim = self.directive(word, end, quoted=quoted)
                parts.append(found)
            else:
                literal.append(character)
                self.position += 1
        if until:
            raise self.error(f"`%{{ {until[-1]} }}` is expected")
        flush(before=False)
        self.depth -= 1
        return Parts(Template(tuple(parts)))

    def escape(self) -> str:
        character = self.text[self.position : self.position + 1]
        self.position += 1
        if character in ("u", "U"):
            size = 4 if character == "u" else 8
            digits = self.text[self.position : self.position + size]
            self.position += size
            try:
                return chr(int(digits, 16))
            except (ValueError, OverflowError) as error:
                raise self.error("a code point is expected") from error
        return _ESCAPES.get(character, character)

    def interpolation(self) -> tuple[Any, bool]:
        """The expression, and whether the white space after it goes."""
        self.nested += 1
        self.skip()
        found = self.expression()
        self.nested -= 1
        return found, self.close()

    def close(self) -> bool:
        """The end of a sequence, and whether the white space after it goes."""
        self.nested += 1
        self.skip()
        trim = self.take("~")
        self.expect("}")
        self.nested -= 1
        return trim

    def directive_word(self) -> str:
        self.nested += 1
        self.skip()
        word = self.name()
        self.skip()
        self.nested -= 1
        return word or ""

    def directive(self, word: str, end: int, *, quoted: bool) -> tuple[Any, bool]:
        """`%{ if condition }...%{ else }...%{ endif }` or `%{ for name in collection }...%{ endfor }`."""
        self.nested += 1
        if word == "if":
            condition = self.expression()
            self.nested -= 1
            yes = self.parts(end, quoted=quoted, until=("else", "endif"), trim=self.close())
            if yes.ended == "endif":
                return Choice(condition, yes.template, Template(())), yes.trim
            no = self.parts(end, quoted=quoted, until=("endif",), trim=yes.trim)
            return Choice(condition, yes.template, no.template), no.trim
        if word == "for":
            names = self.loop_names()
            collection = self.expression()
            self.nested -= 1
            body = self.parts(end, quoted=quoted, until=("endfor",), trim=self.close())
            return Repeat(names, collection, body.template), body.trim
        raise self.error(f"`%{{ {word} }}` is no directive")

    def loop_names(self) -> tuple[str, ...]:
        """The names of a loop, up to its `in`."""
        names: list[str] = []
        while True:
            self.skip()
            name = self.name()
            if name is None:
                raise self.error("a name is expected after `for`")
            names.append(name)
            self.skip()
            if not self.take(","):
                break
        self.expect("in")
        self.skip()
        return tuple(names)


@dataclass(frozen=True, slots=True)
class Parts:
    """A template's parts; `ended` is the directive that ends them, `trim` whether white space after it goes."""

    template: Template
    ended: str = ""
    trim: bool = False


def _flush(template: Template, indent: int, *, first: bool = True) -> Template:
    """The text of `<<-` without what its lines are indented by in common."""
    margin = re.compile(rf"(?<=\n)[ \t]{{{indent}}}")
    parts: list[Any] = []
    for index, part in enumerate(template.parts):
        match part:
            case str():
                text = re.sub(rf"^[ \t]{{{indent}}}", "", part) if first and index == 0 else part
                parts.append(margin.sub("", text))
            case Choice(condition, yes, no):
                inner = [_flush(one, indent, first=False) if isinstance(one, Template) else one for one in (yes, no)]
                parts.append(Choice(condition, *inner))
            case Repeat(names, collection, body) if isinstance(body, Template):
                parts.append(Repeat(names, collection, _flush(body, indent, first=False)))
            case _:
                parts.append(part)
    return Template(tuple(parts))
