"""Arguments that are ARNs, or may be: telling them from names and taking them apart."""

from __future__ import annotations

import re
from enum import Enum

from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.patterns import ARN_SEGMENTS
from iamgen.mapping.place import OPEN


class Form(Enum):
    """What an argument that may be a name or an ARN turns out to be."""

    NAME = "name"
    ARN = "arn"  # starts with `arn:`, or is a reference to an ARN
    OPEN = "open"  # nothing is known: it may be either
    OPEN_ARN = "open-arn"  # nothing is known but that it is called an ARN


_CALLED_ARN = re.compile(r"(?:^|[._-]|(?<=[a-z0-9]))(?:ARN|Arn|arn)s?(?:$|[._-]|(?=[A-Z]))")


def form_of(text: Text) -> Form:
    """Whether the text is an ARN: by its start, or by what the hole that it consists of is called."""
    if not text.parts:
        return Form.NAME
    first = text.parts[0]
    if isinstance(first, str):
        return Form.ARN if first.startswith("arn:") else Form.NAME
    if len(text.parts) == 1:
        called = bool(_CALLED_ARN.search(first.name))
        if first.kind is HoleKind.SYMBOL:
            return Form.ARN if called else Form.NAME
        return Form.OPEN_ARN if called else Form.OPEN
    second = text.parts[1]
    # `f"{prefix}:orders"`: only an ARN is continued by a colon.
    if isinstance(second, str) and second.startswith(":") and bool(_CALLED_ARN.search(first.name)):
        return Form.OPEN_ARN
    return Form.NAME


_ACCOUNT = re.compile(r"\d{12}|aws|")


def is_reference(text: Text) -> bool:
    """Whether the text is one template reference and nothing else."""
    part = text.parts[0] if len(text.parts) == 1 else ""
    return isinstance(part, Hole) and part.kind is HoleKind.SYMBOL


def split(text: Text, separator: str, limit: int = -1) -> tuple[Text, ...]:
    """The text cut at each literal separator, as `str.split`; a hole is never cut."""
    pieces: list[list[str | Hole]] = [[]]
    for part in text.parts:
        if isinstance(part, Hole):
            pieces[-1].append(part)
            continue
        left = -1 if limit < 0 else limit - (len(pieces) - 1)
        first, *rest = part.split(separator, left) if left else [part]
        pieces[-1].append(first)
        pieces.extend([piece] for piece in rest)
    return tuple(Text.of(*piece) for piece in pieces)


def segments(text: Text) -> tuple[Text, ...] | None:
    """The six segments of an ARN text, the missing ones open; None when it is a mere reference.

    `"arn:aws:sns:" + ?` is open from its region on. A hole stays inside its segment when all six are
    there; when colons are missing, the last hole may hold them.
    """
    pieces = split(text, ":", ARN_SEGMENTS - 1)
    if len(pieces) == 1:
        return None
    if len(pieces) == ARN_SEGMENTS and (pieces[4].holes or _ACCOUNT.fullmatch(pieces[4].literal or "")):
        return pieces
    holed = next((index for index, piece in enumerate(pieces) if piece.holes), None)
    if holed is None:
        return None
    head = pieces[:holed]
    tail = Text.of(*_joined(pieces[holed + 1 :])) if holed < len(pieces) - 1 else OPEN
    missing = ARN_SEGMENTS - 1 - len(head)
    return (*head, *(OPEN for _ in range(missing)), tail) if missing >= 0 else None


def _joined(pieces: tuple[Text, ...]) -> list[Text | str]:
    return [part for piece in pieces for part in (":", piece)][1:]


def arn_prefix(text: Text, count: int) -> Text | None:
    """The first colon-separated segments of an ARN text; None when it does not tell them."""
    if form_of(text) is not Form.ARN:
        return None
    pieces = split(text, ":")
    if len(pieces) < count or any(len(piece.parts) > 1 and piece.holes for piece in pieces[:3]):
        return None
    return Text.of(*_joined(pieces[:count]))
