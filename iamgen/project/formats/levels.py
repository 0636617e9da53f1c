"""The folders of a project level by level: what lies nearest to the given folder counts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from iamgen.project.limits import FOLDER_ENTRIES, SEARCH_DEPTH

_SKIPPED: Final = frozenset(
    {
        "node_modules", "venv", "site-packages", "cdk.out", "build", "dist", "tests", "test", "__pycache__",
        "docs", "events",
    }
)  # fmt: skip


def named(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """The files with one of these names, the nearest first."""
    return (base / name for level in levels(folder) for base, found in level for name in names if name in found)


def levels(folder: Path) -> Iterator[list[tuple[Path, tuple[str, ...]]]]:
    """The folder, then those below it, and so on: each with its files' names; links are not followed."""
    level = [folder]
    seen = 0
    for _ in range(SEARCH_DEPTH):
        here: list[tuple[Path, tuple[str, ...]]] = []
        below: list[Path] = []
        for base in level:
            try:
                entries = sorted(os.scandir(base), key=lambda entry: entry.name)
            except OSError:
                continue
            seen += len(entries)
            here.append((base, tuple(entry.name for entry in entries if entry.is_file(follow_symlinks=False))))
            below.extend(
                base / entry.name
                for entry in entries
                if entry.is_dir(follow_symlinks=False)
                and not entry.name.startswith(".")
                and entry.name not in _SKIPPED
                and not (base / entry.name / "pyvenv.cfg").exists()  # `env/` holds as often what is deployed where
            )
        yield here
        if seen > FOLDER_ENTRIES:
            return
        level = below
