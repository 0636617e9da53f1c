"""A unit's usage, remembered from an earlier run as long as nothing that it was read from has changed.

An answer is kept under what determines it: iamgen and its catalog, the unit as declared, the
template's resources and the names of all files that an import could find. Beside the answer stand
the content digests of the files that the analysis read; they are compared before it is believed.
An unchanged unit so costs no parse, and not even the parser's import.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from iamgen import __version__
from iamgen.analysis.usage import Usage
from iamgen.catalog.store import Catalog
from iamgen.core.cache import Cache, digest, digest_files, dump_value, load_value
from iamgen.project.model import Project, Unit

_LISTED_FILES: Final = 50_000  # names taken into a key; a code root with more is read afresh each time
_UNLISTED: Final = frozenset({".git", "node_modules", "__pycache__", ".venv", ".tox", ".aws-sam", ".mypy_cache"})


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A usage, the files that it was read from (relative to the root where they lie in it) and their digests."""

    usage: Usage
    files: tuple[str, ...]
    digests: tuple[str, ...]


class UsageReader:
    """Gives the usage of a project's units; knows the project's part of every key."""

    def __init__(self, project: Project, catalog: Catalog, cache: Cache | None) -> None:
        self._project = project
        self._catalog = catalog
        self._cache = cache
        self._context: str | None = None
        self._listings: dict[Path, str] = {}

    def read(self, unit: Unit) -> Usage:
        """The unit's usage: remembered, or analysed now and remembered."""
        if self._cache is None:
            return self._analyse(unit)[0]
        key = self._key(unit)
        if key is not None and (stored := self._cache.get(key)) is not None:
            remembered = load_value(stored)
            if isinstance(remembered, _Remembered) and self._digests(remembered.files) == remembered.digests:
                return remembered.usage
        usage, files = self._analyse(unit)
        digests = self._digests(files)
        if key is not None and "-" not in digests:
            self._cache.put(key, dump_value(_Remembered(usage, files, digests)))
        return usage

    def _analyse(self, unit: Unit) -> tuple[Usage, tuple[str, ...]]:
        # The parser's import alone takes 0.3 s.
        from iamgen.analysis.driver import analyse

        result = analyse(unit, self._project, self._catalog, cache=self._cache)
        return result.usage, result.files

    def _digests(self, files: tuple[str, ...]) -> tuple[str, ...]:
        return digest_files(self._project.root / file for file in files)

    def _key(self, unit: Unit) -> str | None:
        if self._context is None:
            project = self._project
            self._context = digest(
                __version__, self._catalog.versions().digest, str(project.root), project.format, repr(project.resources)
            )
        listings = [self._listing(folder) for folder in unit.search_path]
        if "" in listings:
            return None
        # The role is no business of the code's usage: changing it alone keeps the answer.
        return digest("usage", self._context, repr(replace(unit, role=None)), *listings)

    def _listing(self, folder: Path) -> str:
        """A digest of the names of all files below a folder, "" when they are too many."""
        if folder not in self._listings:
            names: list[str] = []
            for path, folders, files in os.walk(folder):
                folders[:] = sorted(name for name in folders if name not in _UNLISTED)
                names.append(path)
                names.extend(sorted(files))
                if len(names) > _LISTED_FILES:
                    names = []
                    break
            self._listings[folder] = digest(*names) if names else ""
        return self._listings[folder]
