"""What an analysis is told beside the unit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Declared:
    """A pragma that the project's settings keep instead of the code: for a line of a file, relative to the root."""

    file: str
    line: int  # from 1
    text: str


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of an analysis: folders of installed packages that may be read too, pragmas kept outside the code."""

    site_packages: tuple[Path, ...] = ()
    declared: tuple[Declared, ...] = ()
    counted: tuple[tuple[str, int, str], ...] | None = None  # pragmas of the code: file, line, text; None: all count
