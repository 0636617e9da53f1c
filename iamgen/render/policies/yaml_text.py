"""Plain data as YAML text, with CloudFormation's `!Sub` where a string holds template references."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from iamgen.project.model import References

# What needs no quotes in any YAML version: no sign that could start or end a construct, no number, no word.
_BARE: Final = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(:[A-Za-z][A-Za-z0-9]*)*")
_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_REFERENCE: Final = re.compile(r"\$\{([^}]*)\}")
# `${aws:username}`, `${saml:sub}`, `${aws:PrincipalTag/team, 'none'}`, and the literals `${*}`, `${?}` and `${$}`.
_IAM: Final = re.compile(r"[A-Za-z0-9-]+:(?!:).+|[*?$]")
_INTRINSIC: Final = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9.]+)?|AWS::[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A piece that is no text for AWS: a function of the template, or a variable of a framework as it is written."""

    expression: Any


@dataclass(frozen=True, slots=True)
class Sub:
    """A text with references to the template: literal pieces, names for `!Sub`, and what is written differently."""

    parts: tuple[str | Name | Written, ...]

    @property
    def text(self) -> str:
        """What `Fn::Sub` takes; IAM's own `${...}` are kept from it."""
        out: list[str] = []
        for part in self.parts:
            match part:
                case Name():
                    out.append("${" + part.name + "}")
                case Written(str() as text):
                    out.append(text)
                case Written():
                    out.append("${" + self._key(part) + "}")
                case _:
                    out.append(part.replace("${", "${!"))
        return "".join(out)

    @property
    def values(self) -> Mapping[str, Any]:
        """The expressions that the text names beside the template's own names."""
        return {
            self._key(part): part.expression
            for part in self.parts
            if isinstance(part, Written) and not isinstance(part.expression, str)
        }

    def _key(self, part: Written) -> str:
        several = [one for one in self.parts if isinstance(one, Written) and not isinstance(one.expression, str)]
        return f"Value{several.index(part)}"

    @property
    def data(self) -> Any:
        """The text as template data: `!Sub`, or the long form where it needs values of its own."""
        match self.parts:
            case (Written(expression),):
                return expression
            case _:
                return {"Fn::Sub": [self.text, dict(self.values)]} if self.values else self


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the template, `Orders` or `Orders.Arn`."""

    name: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that is one name of the template: `!Ref Orders`, or `!GetAtt Orders.Arn`."""

    name: str

    @property
    def data(self) -> dict[str, Any]:
        """The long form, as JSON has it."""
        resource, _, attribute = self.name.partition(".")
        return {"Fn::GetAtt": [resource, attribute]} if attribute else {"Ref": self.name}


def substituted(pattern: str, references: References) -> str | Sub:
    """An IAM pattern as a template takes it: symbols as `references` or its names tell, IAM's own `${...}` kept.

    `${*}` and `${aws:username}` belong to IAM; `!Sub` would look for them in the template, so they are
    written `${!*}`. A symbol that the template cannot write is `*`: never narrower than what is needed.
    """
    known = sorted((key for key in references.expressions if key in pattern), key=lambda key: (-len(key), key))
    pieces = re.compile("|".join([*map(re.escape, known), _REFERENCE.pattern]))
    parts: list[str | Name | Written] = []
    position = 0

    def add(part: str | Name | Written) -> None:
        if isinstance(part, str) and parts and isinstance(last := parts[-1], str):
            parts[-1] = last + part
        elif part != "":
            parts.append(part)

    for found in pieces.finditer(pattern):
        add(pattern[position : found.start()])
        position = found.end()
        add(_part(found[0], references))
    add(pattern[position:])
    if all(isinstance(part, str) for part in parts):
        return re.sub(r"\*\*+", "*", "".join(str(part) for part in parts))
    return Sub(tuple(parts))


def as_written(pattern: str, references: References) -> str:
    """The pattern as `substituted` writes it, in symbols: `*` for those that the template cannot write."""

    def kept(found: re.Match[str]) -> str:
        return "*" if _part(found[0], references) == "*" else found[0]

    whole = pattern if pattern in references.expressions else _REFERENCE.sub(kept, pattern)
    return whole if whole == pattern else re.sub(r"\*\*+", "*", whole)


def _part(symbol: str, references: References) -> str | Name | Written:
    """What one symbol, or one text that the template writes differently, becomes."""
    if symbol in references.expressions:
        expression = references.expressions[symbol]
        plain = expression.get("Ref") if isinstance(expression, Mapping) and len(expression) == 1 else None
        return Name(plain) if isinstance(plain, str) and _INTRINSIC.fullmatch(plain) else Written(expression)
    name = symbol[2:-1]
    first, dot, rest = name.partition(".")
    own = references.expressions.get("${" + first + "}") if dot else None
    if isinstance(own, Mapping) and isinstance(own.get("Ref"), str):
        return Name(f"{own['Ref']}.{rest}")
    if _INTRINSIC.fullmatch(name) and first not in references.foreign:
        return Name(name)
    return symbol if _IAM.fullmatch(name) else "*"


def to_yaml(value: Mapping[str, Any]) -> str:
    """The mapping as a YAML document."""
    return "\n".join(_block(value, 0)) + "\n"


def _block(value: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, Mapping):
        for key, item in value.items():
            if _is_block(item):
                yield f"{pad}{scalar(key)}:"
                yield from _block(item, depth + 1)
            else:
                yield f"{pad}{scalar(key)}: {scalar(item)}"
        return
    for item in value:
        if _is_block(item):
            first, *rest = _block(item, depth + 1)
            yield f"{pad}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{pad}- {scalar(item)}"


def _is_block(value: Any) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and len(value) > 0


def scalar(value: Any) -> str:
    match value:
        case Sub():
            return f"!Sub {json.dumps(value.text)}"
        case Ref():
            return f"!GetAtt {value.name}" if "." in value.name else f"!Ref {value.name}"
        case str():
            bare = _BARE.fullmatch(value) and value.lower() not in _WORDS
            return value if bare else json.dumps(value)
        case _:
            return json.dumps(value)
