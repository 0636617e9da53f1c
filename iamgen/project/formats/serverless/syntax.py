"""The shape of `${...}` in a service's texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from iamgen.project.templates.nodes import Items, Node

_SOURCE: Final = re.compile(r"(?!AWS::)([A-Za-z][\w.-]*)(?:\([^)]*\))?:|file\(|strToBool\(", re.DOTALL)


# A reference of CloudFormation's as the plugins `serverless-pseudo-parameters` and `serverless-cf-vars` write it.
PSEUDO: Final = re.compile(r"#\{(AWS::\w+|[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9.]*)?)\}")


@dataclass(frozen=True, slots=True)
class Variable:
    """One `${...}` of a text."""

    inner: str


@dataclass(frozen=True, slots=True)
class Pseudo:
    """One `#{AWS::Region}` or `#{Table.Arn}` of a text."""

    name: str


def pseudo_pieces(piece: str | Variable) -> list[str | Variable | Pseudo]:
    """A literal part cut at its `#{...}`; a variable is one piece."""
    if isinstance(piece, Variable):
        return [piece]
    parts = PSEUDO.split(piece)
    return [Pseudo(part) if index % 2 else part for index, part in enumerate(parts) if part]


def delimiters(syntax: object) -> tuple[str, str] | None:
    r"""What `provider.variableSyntax` puts around a variable where that is not `${` and `}`.

    `\\${{([\s\S]+?)}}` gives `${{` and `}}`: a regular expression with one group.
    """
    if not isinstance(syntax, str) or "(" not in syntax or ")" not in syntax:
        return None
    start, end = re.sub(r"\\(.)", r"\1", syntax[: syntax.index("(")]), syntax[syntax.rindex(")") + 1 :]
    end = re.sub(r"\\(.)", r"\1", end)
    return (start, end) if start and end and (start, end) != ("${", "}") else None


def with_usual_delimiters(node: Any, marks: tuple[str, str]) -> Any:
    """A document in which every variable stands in `${` and `}`."""
    start, end = marks
    if isinstance(node, str):
        return node.replace(start, "${").replace(end, "}") if start in node else node
    if isinstance(node, list):
        items = Items((with_usual_delimiters(one, marks) for one in node), getattr(node, "line", 1))
        items.lines = list(getattr(node, "lines", []))
        return items
    if not isinstance(node, Mapping):
        return node
    made = Node(line=getattr(node, "line", 1))
    for key, one in node.items():
        name = with_usual_delimiters(key, marks)
        made[name] = with_usual_delimiters(one, marks)
        made.lines[name] = node.line_of(key) if isinstance(node, Node) else 1
    return made


def pieces_of(text: str) -> list[str | Variable]:
    """A text cut into literal parts and variables; nested variables stay inside theirs."""
    out: list[str | Variable] = []
    position = 0
    while (start := text.find("${", position)) >= 0:
        end = _closing(text, start + 2)
        if end < 0:
            break
        inner = text[start + 2 : end]
        if _SOURCE.match(inner.strip()):
            if start > position:
                out.append(text[position:start])
            out.append(Variable(inner.strip()))
        else:  # CloudFormation's own `${Table}` or `${AWS::Region}`
            out.append(text[position : end + 1])
        position = end + 1
    if position < len(text):
        out.append(text[position:])
    return out


def _closing(text: str, position: int) -> int:
    depth = 1
    for index in range(position, min(len(text), position + 5_000)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return -1


def split_at(text: str, separator: str) -> list[str]:
    """A text cut at separators outside quotes, parentheses and nested variables."""
    parts = [""]
    depth = 0
    quote = ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and separator == ",":
            quote = character
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == separator and depth == 0:
            parts.append("")
            continue
        parts[-1] += character
    return parts
