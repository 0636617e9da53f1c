"""Texts of the analysed project made safe for a terminal and a line-based report, and ARNs made short."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, bidi and format marks, line separators
_HERE: Final = re.compile(
    r"^arn:(?:aws|\*|\$\{AWS::Partition\}):[a-z0-9-]+:(?:\*|\$\{AWS::Region\})?:(?:\*|\$\{AWS::AccountId\})?:"
)


def printable(text: str) -> str:
    r"""The text on one line, with every invisible character as its escape: `\x1b[31m` comes out in letters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _escaped(character) if unicodedata.category(character) in _INVISIBLE else character for character in text
    )


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def short(resource: str) -> str:
    """A resource for people: the ARN's end where its beginning says only "here".

    `arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}` is `table/${Orders}`.
    """
    end = _HERE.sub("", resource)
    return resource if not end or end[0] == "*" else end
