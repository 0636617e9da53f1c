"""Names inside a query's text: a text with holes as one string to search, and back."""

from __future__ import annotations

from dataclasses import dataclass

from iamgen.core.text import Hole, Text
from iamgen.mapping.limits import MAX_STATEMENT

HOLE = "\x00"  # stands for a hole in the string; no statement holds this character


@dataclass(frozen=True, slots=True)
class Flat:
    """A text as one string, each hole one character."""

    string: str
    holes: tuple[Hole, ...]

    def part(self, start: int, end: int) -> Text:
        """The text between two positions of the string, its holes put back."""
        piece = self.string[start:end]
        holes = iter(self.holes[self.string.count(HOLE, 0, start) :])
        parts: list[str | Hole] = []
        for index, literal in enumerate(piece.split(HOLE)):
            if index:
                parts.append(next(holes))
            parts.append(literal)
        return Text.of(*parts)


def flat(text: Text) -> Flat:
    """The text as one string, cut at the longest statement that is read."""
    string = "".join(part if isinstance(part, str) else HOLE for part in text.parts)[:MAX_STATEMENT]
    return Flat(string, text.holes)
