"""HCL's native syntax as frozen values.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Const:
    """A number, a bool or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Template:
    """A quoted or heredoc text: literal parts and expressions."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """The first name of a reference: `var`, `local`, `aws_sqs_queue`, `each`."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    value: Any
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    value: Any
    key: Any


@dataclass(frozen=True, slots=True)
class Splat:
    """`value[*].rest`; the rest is applied to each item."""

    value: Any
    path: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Any, ...]
    expand: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Object:
    items: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    condition: Any
    yes: Any
    no: Any


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Loop:
    """`[for k, v in collection : value if condition]`, or with `key =>` an object."""

    names: tuple[str, ...]
    collection: Any
    key: Any
    value: Any
    condition: Any
    group: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """`%{ for k, v in collection }text%{ endfor }`; the text once for each item."""

    names: tuple[str, ...]
    collection: Any
    text: Any


@dataclass(frozen=True, slots=True)
class Body:
    """A block's or a file's content; `lines` are those of the attributes."""

    attributes: Mapping[str, Any]
    blocks: tuple[Block, ...]
    lines: Mapping[str, int]

    def of(self, kind: str) -> tuple[Block, ...]:
        """The blocks of one type."""
        return tuple(block for block in self.blocks if block.kind == kind)


@dataclass(frozen=True, slots=True)
class Block:
    """`kind "label" "label" { ... }`; `file` is relative to the project root."""

    kind: str
    labels: tuple[str, ...]
    body: Body
    line: int
    file: str
