"""A unit's usage, remembered from an earlier run as long as nothing that it was read from has changed.

An answer is kept under what determines it: iamgen and its catalog, the unit as declared, the
template's resources and the names of all files that an import could find. Beside the answer stand
the content digests of the files that the analysis read; they are compared before it is believed.
An unchanged unit so costs no parse, and not even the parser's import.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iamgen.analysis.settings import Options
from iamgen.analysis.usage import GapKind, Usage
from iamgen.catalog.store import Catalog
from iamgen.core.cache import Cache, digest, digest_files, dump_value, load_value
from iamgen.core.version import VERSION
from iamgen.project.model import Project, Unit

if TYPE_CHECKING:
    from iamgen.analysis.driver import AnalysisResult
    from iamgen.analysis.program.parse import Unparsable
    from iamgen.analysis.program.syntax import Module

_MODULES: Final = 2_000  # modules kept parsed in one process; about 0.5 MB each at most
_LISTED_FILES: Final = 50_000  # names taken into a key; a code root with more is read afresh each time
_UNLISTED: Final = frozenset({".git", "node_modules", "__pycache__", ".venv", ".tox", ".aws-sam", ".mypy_cache"})


@cache
def _stamp() -> str:
    """What tells one state of the analyzer's own files from another: a checkout changes without a new version."""
    package = Path(__file__).parent
    files = sorted(path for path in package.rglob("*.py"))
    return digest(*(f"{path.name}:{path.stat().st_mtime_ns}:{path.stat().st_size}" for path in files))


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A usage, the files that it was read from (relative to the root where they lie in it) and their digests."""

    usage: Usage
    files: tuple[str, ...]
    digests: tuple[str, ...]


class UsageReader:
    """Gives the usage of a project's units; knows the project's part of every key and the modules read so far."""

    def __init__(
        self, project: Project, catalog: Catalog, cache: Cache | None, settings: Options | None = None
    ) -> None:
        self._project = project
        self._catalog = catalog
        self._cache = cache
        self._settings = settings or Options()
        self._context: str | None = None
        self._listings: dict[Path, str] = {}
        self._modules: dict[str, Module | Unparsable] = {}

    def read(self, unit: Unit) -> Usage:
        """The unit's usage: remembered, or analysed now and remembered."""
        if self._cache is None:
            return self._analyse(unit).usage
        key = self._key(unit)
        if key is not None and (stored := self._cache.get(key)) is not None:
            remembered = load_value(stored)
            if isinstance(remembered, _Remembered) and self._digests(remembered.files) == remembered.digests:
                return remembered.usage
        result = self._analyse(unit)
        files = tuple(result.files)
        digests = tuple(result.files.values())
        # What was not read has no digest that could tell of its change; what lies outside the root has no name here.
        known = all(gap.kind is not GapKind.UNREADABLE_FILE for gap in result.usage.gaps)
        if key is not None and known and self._digests(files) == digests:
            self._cache.put(key, dump_value(_Remembered(result.usage, files, digests)))
        return result.usage

    def _analyse(self, unit: Unit) -> AnalysisResult:
        # The parser's import alone takes 0.3 s.
        from iamgen.analysis.driver import analyse

        return analyse(unit, self._project, self._catalog, options=self._settings, load=self._parse)

    def _parse(self, source: bytes, file: str) -> Module | Unparsable:
        """A module's syntax: of this run, of an earlier one, or parsed now."""
        key = digest("syntax", VERSION, _stamp(), file, source)
        module = self._modules.get(key)
        if module is None:
            module = self._syntax(key, source, file)
            if len(self._modules) >= _MODULES:
                self._modules.clear()
            self._modules[key] = module
        return module

    def _syntax(self, key: str, source: bytes, file: str) -> Module | Unparsable:
        from iamgen.analysis.program.parse import Unparsable, parse
        from iamgen.analysis.program.syntax import Module

        if self._cache is not None and (stored := self._cache.get(key)) is not None:
            known = load_value(stored)
            if isinstance(known, Module | Unparsable):
                return known
        module = parse(source, file)
        if self._cache is not None:
            self._cache.put(key, dump_value(module))
        return module

    def _digests(self, files: tuple[str, ...]) -> tuple[str, ...]:
        return digest_files(self._project.root / file for file in files)

    def _key(self, unit: Unit) -> str | None:
        if self._context is None:
            project = self._project
            self._context = digest(
                VERSION,
                _stamp(),
                self._catalog.versions().digest,
                str(project.root),
                project.format,
                repr(project.resources),
                repr(self._settings.declared),
                repr(self._settings.counted),
            )
        listings = [self._listing(folder) for folder in (*unit.search_path, *self._settings.site_packages)]
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
