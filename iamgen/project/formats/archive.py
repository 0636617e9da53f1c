"""A zip archive as it is deployed: its Python files are read into memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from iamgen.core.errors import InputError
from iamgen.project.code.archives import python_sources
from iamgen.project.code.handlers import resolve_handler
from iamgen.project.code.python_files import importable, outline_of
from iamgen.project.model import Entry, HandlerEntry, LibraryEntry, Project, ScriptEntry, Source, Unit
from iamgen.project.request import Found, Request

SUFFIXES: Final = (".zip", ".whl")


class Archive:
    """An archive's handlers; nothing is known of any deployment."""

    name = "archive"

    def detect(self, request: Request) -> Found | None:
        """A file with an archive's ending."""
        target = request.target
        return Found(target) if target.is_file() and target.suffix in SUFFIXES else None

    def load(self, request: Request, found: Path) -> Project:
        """Each function that looks like a handler."""
        sources = self._sources(request, found)
        shown = request.relative(found)
        units: list[Unit] = []
        for file in sorted(sources):
            module = _module(file)
            if module is None:
                continue
            units.extend(
                self._unit(shown, sources, f"{module}:{one.name}", HandlerEntry(module, one.name), one.line)
                for one in outline_of(sources[file]).handlers
            )
        if not units:
            hint = "name one with --entry module:function"
            raise InputError(f"no function found in `{shown}`", hint)
        return Project(request.root, self.name, tuple(units))

    def load_entry(self, request: Request, *, entry: str | None, handler: str | None, all_functions: bool) -> Project:
        """The unit that the user names."""
        found = request.path
        sources = self._sources(request, found)
        shown = request.relative(found)
        if all_functions and entry is None:
            modules = tuple(module for file in sorted(sources) if (module := _module(file)) is not None)
            return Project(request.root, self.name, (self._unit(shown, sources, "library", LibraryEntry(modules), 1),))
        written = handler if handler is not None else (entry or "").replace(":", ".") if ":" in (entry or "") else None
        if written is None:
            module = (entry or "").removesuffix(".py").replace("/", ".")
            if not any(_module(file) == module for file in sources):
                raise InputError(f"no module `{module}` in `{shown}`")
            named: Entry = LibraryEntry((module,)) if all_functions else ScriptEntry(module)
            return Project(request.root, self.name, (self._unit(shown, sources, entry or module, named, 1),))
        resolved = resolve_handler(written, (), request.root, sources)
        if resolved.entry is None:
            raise InputError(f"{resolved.problem} (`{shown}`)")
        line = resolved.location.line if resolved.location is not None else 1
        unit = self._unit(shown, sources, handler or entry or written, resolved.entry, line)
        return Project(request.root, self.name, (unit,))

    @staticmethod
    def _sources(request: Request, found: Path) -> Mapping[str, str]:
        sources, trouble = python_sources(found)
        if trouble:
            raise InputError(f"the archive `{request.relative(found)}` {trouble}")
        return sources

    @staticmethod
    def _unit(shown: str, sources: Mapping[str, str], name: str, entry: Entry, line: int) -> Unit:
        return Unit(name, name, entry, Source(None, line, shown), (), inline=sources)


def _module(file: str) -> str | None:
    """The dotted name of a file of the archive, None when no import could name it."""
    parts = file.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if importable(parts) else None


ARCHIVE: Final = Archive()
