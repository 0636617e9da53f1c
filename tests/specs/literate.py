"""Reads literate specs: a heading is a case; fenced blocks are its files and settings; comments are its assertions.

A line that is only a file's name in backticks and a colon names the next block's file; a `py` block without
one is `app.py`. A `toml` block without a name holds the case's settings (`SETTINGS`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HEADING = re.compile(r"^(#{1,6})\s+(.*\S)\s*$")
FENCE = re.compile(r"^(```+)(\w*)\s*$")
FILE_NAME = re.compile(r"^`([^`]+)`:\s*$")

# What a ```toml block may say; a misspelt setting is an error of the spec, not silently nothing.
SETTINGS = frozenset(
    {"entry", "environment", "all_functions", "site_packages", "event", "differential", "needs", "raises", "variables"}
)


class SpecError(Exception):
    """A spec file that cannot be read: the mistake is the spec's, never the analyzer's."""


@dataclass(frozen=True, slots=True)
class Case:
    """One heading with its files; `line` is the heading's, for error messages."""

    source: str
    title: str
    line: int
    files: Mapping[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """`imports/a-star-import`: the file's stem and the heading."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")
        return f"{Path(self.source).stem}/{slug}"

    def write(self, root: Path) -> None:
        """Lay the case's files out under `root`."""
        for name, text in self.files.items():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def load(folder: Path) -> list[Case]:
    """The cases of every Markdown file under `folder`, in order of file name."""
    cases = [case for path in sorted(folder.rglob("*.md")) for case in parse(path.read_text("utf-8"), path.name)]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise SpecError(f"{case.source}:{case.line}: `{case.id}` is there twice")
        seen.add(case.id)
    return cases


def parse(text: str, source: str) -> Iterator[Case]:
    """The cases of one file, in order; a heading without a `py` block is only a title."""
    title, start = "", 1
    files: dict[str, str] = {}
    settings: dict[str, Any] = {}
    pending: str | None = None
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if heading := HEADING.match(line):
            if files:
                yield Case(source, title, start, files, settings)
            elif settings:
                raise SpecError(f"{source}:{start}: settings without code")
            title, start, files, settings, pending = heading[2], number, {}, {}, None
        elif name := FILE_NAME.match(line):
            pending = name[1]
        elif fence := FENCE.match(line):
            opened = number
            while number < len(lines) and lines[number].rstrip() != fence[1]:
                number += 1
            if number == len(lines):
                raise SpecError(f"{source}:{opened}: the fence is never closed")
            block = "".join(f"{part}\n" for part in lines[opened:number])
            number += 1
            if fence[2] == "toml" and pending is None:
                settings = tomllib.loads(block)
                if wrong := set(settings) - SETTINGS:
                    raise SpecError(f"{source}:{opened}: unknown settings {sorted(wrong)}")
            elif fence[2] == "py" or pending is not None:
                file = pending or "app.py"
                if file in files:
                    raise SpecError(f"{source}:{opened}: `{file}` is there twice under one heading")
                files[file] = block
            pending = None
    if files:
        yield Case(source, title, start, files, settings)
