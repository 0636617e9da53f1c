"""Texts with holes: strings of which some parts are only known by where they come from.

`"arn:aws:s3:::" + os.environ["BUCKET"] + "/in/" + event["key"]` is the text of four parts
`"arn:aws:s3:::"`, `env(BUCKET)`, `"/in/"`, `event(key)`. Templates and code share this form, so
`!Sub "${Stage}-orders"` and an f-string over an environment variable meet in the mapping.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class HoleKind(StrEnum):
    """Where the missing part of a text comes from."""

    ENV = "env"  # an environment variable; `name` is the variable
    EVENT = "event"  # a field of the handler's event; `name` is the dotted path
    PARAMETER = "parameter"  # an unknown argument of an entry point; `name` is the parameter
    RESPONSE = "response"  # a field of an AWS response; `name` is service.Operation.path
    FILE = "file"  # the content of a file that is not read; `name` is the file
    SYMBOL = "symbol"  # a template reference: `OrdersTable`, `OrdersQueue.Arn`, `AWS::Region`, `Stage`
    UNKNOWN = "unknown"  # anything else; `reason` says what


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a text that is not known; the reason is provenance and no part of equality."""

    kind: HoleKind
    name: str = ""
    reason: str = field(default="", compare=False)

    def __hash__(self) -> int:
        return hash(self.name)  # an enumeration's own is slow

    def __str__(self) -> str:
        return f"{self.kind}({self.name})" if self.name else "?"


REGION = Hole(HoleKind.SYMBOL, "AWS::Region")
ACCOUNT = Hole(HoleKind.SYMBOL, "AWS::AccountId")
PARTITION = Hole(HoleKind.SYMBOL, "AWS::Partition")

_IAM_SPECIAL = re.compile(r"[*?]|\$(?=\{)")


@dataclass(frozen=True, slots=True)
class Text:
    """An immutable text; neighbouring literal parts are always merged and none is empty."""

    parts: tuple[str | Hole, ...] = ()

    @staticmethod
    def of(*parts: str | Hole | Text) -> Text:
        """The text of these parts in order, normalised."""
        merged: list[str | Hole] = []
        for part in parts:
            for piece in part.parts if isinstance(part, Text) else (part,):
                if isinstance(piece, str):
                    if not piece:
                        continue
                    if merged and isinstance(merged[-1], str):
                        merged[-1] += piece
                        continue
                merged.append(piece)
        return Text(tuple(merged))

    @property
    def literal(self) -> str | None:
        """The whole text when nothing is missing, else None."""
        if not self.parts:
            return ""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        return None

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The missing parts, in order."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    def __add__(self, other: Text | str | Hole) -> Text:
        return Text.of(self, other)

    def fill(self, lookup: Callable[[Hole], Text | None]) -> Text:
        """This text with each hole replaced by what `lookup` knows of it."""
        return Text.of(
            *(
                part if isinstance(part, str) else (part if (known := lookup(part)) is None else known)
                for part in self.parts
            )
        )

    def pattern(self) -> str:
        """The IAM resource pattern: symbols as `${Name}`, every other hole as `*`, literals escaped.

        IAM writes a literal `*`, `?` or `$` as `${*}`, `${?}`, `${$}`.
        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
        """
        out: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(_IAM_SPECIAL.sub(lambda m: "${" + m.group() + "}", part))
            elif part.kind is HoleKind.SYMBOL:
                out.append("${" + part.name + "}")
            elif not out or out[-1] != "*":
                out.append("*")
        return "".join(out)

    def __str__(self) -> str:
        return "+".join(f'"{part}"' if isinstance(part, str) else str(part) for part in self.parts) or '""'


def symbol(name: str) -> Text:
    """The text that is one template reference, e.g. `OrdersTable` or `OrdersQueue.Arn`."""
    return Text((Hole(HoleKind.SYMBOL, name),))


def concat(parts: Iterable[str | Hole | Text]) -> Text:
    """The text of an iterable of parts."""
    return Text.of(*parts)
