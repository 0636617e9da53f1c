"""Reading HCL's text: spaces, names, quoted and heredoc texts with what is interpolated in them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from typing import Any, Final

from iamgen.project.formats.terraform.syntax import Template
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
        parts = self.template_parts(closing.start(), quoted=False)
        self.position = closing.end()
        return parts

    def template_parts(self, end: int, *, quoted: bool) -> Template:
        self.deeper()
        parts: list[Any] = []
        literal: list[str] = []
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
                kind = self.text[self.position]
                self.position += 2
                self.take("~")
                if literal:
                    parts.append("".join(literal))
                    literal = []
                parts.append(self.interpolation() if kind == "$" else self.directive())
            else:
                literal.append(character)
                self.position += 1
        if literal:
            parts.append("".join(literal))
        self.depth -= 1
        return Template(tuple(part for part in parts if part is not None))

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

    def interpolation(self) -> Any:
        self.nested += 1
        self.skip()
        found = self.expression()
        self.skip()
        self.take("~")
        self.expect("}")
        self.nested -= 1
        return found

    def directive(self) -> Any:
        """`%{ if ... }`: the text on both sides is kept, which says more rather than less."""
        end = self.text.find("}", self.position)
        if end < 0:
            raise self.error("a directive is not closed")
        self.position = end + 1
