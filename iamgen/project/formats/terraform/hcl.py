"""A parser of HCL's native syntax: recursive descent with bounded depth, lines kept.

Written here since python-hcl2 keeps expressions as text, keeps no lines, and takes seconds to load.
"""

from __future__ import annotations

import re
from typing import Any, Final

from iamgen.project.formats.terraform.scanner import NAME, Scanner
from iamgen.project.formats.terraform.syntax import (
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Choice,
    Const,
    Index,
    Loop,
    Name,
    Object,
    Sequence,
    Splat,
    Template,
    Unary,
)

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_OPERATORS: Final = {
    "||": 0, "&&": 1, "==": 2, "!=": 2, "<=": 3, ">=": 3, "<": 3, ">": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5,
}  # fmt: skip


def parse_hcl(text: str, file: str) -> Body:
    """A file's body; raises `Malformed`."""
    parser = _Parser(text.removeprefix("\ufeff"), file)
    body = parser.body(end=False)
    if parser.position < len(parser.text):
        raise parser.error("a name is expected")
    return body


def parse_template(text: str, file: str) -> Any:
    """The template that a text is, as `templatefile` reads it; raises `Malformed`."""
    parser = _Parser(text, file)
    return parser.template_parts(len(text), quoted=False)


def parse_expression(text: str, file: str) -> Any:
    """One expression; raises `Malformed`."""
    parser = _Parser(text, file)
    parser.skip(lines=True)
    found = parser.expression()
    parser.skip(lines=True)
    if parser.position < len(text):
        raise parser.error("more text after the expression")
    return found


class _Parser(Scanner):
    """Recursive descent over a scanner's text."""

    def body(self, *, end: bool) -> Body:
        self.deeper()
        outer, self.nested = self.nested, 0
        attributes: dict[str, Any] = {}
        lines: dict[str, int] = {}
        blocks: list[Block] = []
        while True:
            self.skip(lines=True)
            if end and self.take("}"):
                break
            if self.position >= len(self.text):
                if end:
                    raise self.error("`}` is expected")
                break
            line = self.line
            name = self.name()
            if name is None:
                raise self.error("a name is expected")
            self.skip()
            if self.at("=") and not self.at("=="):
                self.position += 1
                self.skip()
                attributes[name] = self.expression()
                lines[name] = line
            else:
                blocks.append(self.block(name, line))
        self.depth -= 1
        self.nested = outer
        return Body(attributes, tuple(blocks), lines)

    def block(self, kind: str, line: int) -> Block:
        labels: list[str] = []
        while not self.take("{"):
            label = self.quoted_label() if self.at('"') else self.name()
            if label is None:
                raise self.error("`=`, a label or `{` is expected")
            labels.append(label)
            self.skip()
        return Block(kind, tuple(labels), self.body(end=True), line, self.file)

    def quoted_label(self) -> str:
        self.expect('"')
        end = self.text.find('"', self.position)
        if end < 0 or "\n" in self.text[self.position : end]:
            raise self.error("a label is not closed")
        label = self.text[self.position : end]
        self.position = end + 1
        return label

    def expression(self) -> Any:
        self.deeper()
        condition = self.binary(0)
        self.skip()
        if self.take("?"):
            self.skip(lines=True)
            yes = self.expression()
            self.skip(lines=True)
            self.expect(":")
            self.skip(lines=True)
            condition = Choice(condition, yes, self.expression())
        self.depth -= 1
        return condition

    def binary(self, level: int) -> Any:
        """Operators of at least this level, by precedence climbing: one frame however many levels there are."""
        left = self.unary()
        while True:
            before = self.position
            self.skip()
            operator = "" if self.at("=>") else self.at(*_OPERATORS)
            binding = _OPERATORS.get(operator, -1)
            if binding < level:
                self.position = before
                return left
            self.position += len(operator)
            self.skip(lines=True)
            left = Binary(operator, left, self.binary(binding + 1))

    def unary(self) -> Any:
        if self.at("!", "-") and not self.at("!="):
            self.deeper()
            operator = self.text[self.position]
            self.position += 1
            self.skip()
            found = Unary(operator, self.unary())
            self.depth -= 1
            return found
        return self.postfix(self.primary())

    def postfix(self, value: Any) -> Any:
        while True:
            if self.at(".") and not self.at("..."):
                self.position += 1
                if self.take("*"):
                    value = Splat(value)
                    continue
                number = re.compile(r"\d+").match(self.text, self.position)
                if number is not None:
                    self.position = number.end()
                    value = _applied(value, Index(None, Const(int(number[0]))))
                    continue
                name = self.name()
                if name is None:
                    raise self.error("a name is expected after a dot")
                value = _applied(value, Attribute(None, name))
            elif self.take("["):
                self.nested += 1
                self.skip()
                if self.take("*"):
                    value = Splat(value)
                else:
                    value = _applied(value, Index(None, self.expression()))
                self.skip()
                self.expect("]")
                self.nested -= 1
            else:
                return value

    def primary(self) -> Any:
        if self.at('"'):
            return self.quoted()
        if self.at("<<"):
            return self.heredoc()
        if self.take("("):
            self.nested += 1
            self.skip()
            found = self.expression()
            self.skip()
            self.expect(")")
            self.nested -= 1
            return found
        if self.take("["):
            return self.sequence()
        if self.take("{"):
            return self.object()
        number = _NUMBER.match(self.text, self.position)
        if number is not None:
            self.position = number.end()
            return Const(int(number[0]) if number[0].isdigit() else float(number[0]))
        name = self.name()
        if name is None:
            raise self.error("an expression is expected")
        if name in ("true", "false", "null"):
            return Const({"true": True, "false": False, "null": None}[name])
        while self.take("::"):
            name = f"{name}::{self.name() or ''}"
        if self.take("("):
            return self.call(name)
        return Name(name)

    def call(self, name: str) -> Any:
        self.nested += 1
        arguments: list[Any] = []
        expand = False
        self.skip()
        while not self.take(")"):
            arguments.append(self.expression())
            self.skip()
            expand = self.take("...") or expand
            self.skip()
            if not self.take(","):
                self.skip()
                self.expect(")")
                break
            self.skip()
        self.nested -= 1
        return Call(name, tuple(arguments), expand)

    def sequence(self) -> Any:
        self.nested += 1
        self.skip()
        loop = self.loop("]")
        if loop is not None:
            return loop
        items: list[Any] = []
        while not self.take("]"):
            items.append(self.expression())
            self.skip()
            if not self.take(","):
                self.skip()
                self.expect("]")
                break
            self.skip()
        self.nested -= 1
        return Sequence(tuple(items))

    def loop(self, end: str) -> Any:
        """A `for` expression, if one starts here."""
        if re.compile(r"for\s").match(self.text, self.position) is None:
            return None
        self.position += 3
        names = self.loop_names()
        collection = self.expression()
        self.skip()
        self.expect(":")
        self.skip()
        key, value = None, self.expression()
        self.skip()
        if self.take("=>"):
            self.skip()
            key, value = value, self.expression()
            self.skip()
        group = self.take("...")
        self.skip()
        condition = None
        if re.compile(r"if\b").match(self.text, self.position) is not None:
            self.position += 2
            self.skip()
            condition = self.expression()
            self.skip()
        self.expect(end)
        self.nested -= 1
        return Loop(names, collection, key, value, condition, group)

    def object(self) -> Any:
        self.nested += 1
        self.skip()
        loop = self.loop("}")
        if loop is not None:
            return loop
        items: list[tuple[Any, Any]] = []
        outer = self.nested
        self.nested = 0
        while True:
            self.skip(lines=True)
            if self.take("}"):
                break
            name = NAME.match(self.text, self.position)
            after = re.compile(r"[ \t]*(?:=(?!=)|:)").match(self.text, name.end()) if name is not None else None
            if name is not None and after is not None:
                key: Any = Template((name[0],))
                self.position = name.end()
            else:
                key = self.expression()
            self.skip(lines=True)
            if not self.take("="):
                self.expect(":")
            self.skip(lines=True)
            items.append((key, self.expression()))
            self.skip()
            self.take(",")
        self.nested = outer - 1
        return Object(tuple(items))


def _applied(value: Any, step: Any) -> Any:
    """A step after a value; after a splat it belongs to each item."""
    if isinstance(value, Splat):
        return Splat(value.value, (*value.path, step))
    if isinstance(step, Attribute):
        return Attribute(value, step.name)
    return Index(value, step.key)
