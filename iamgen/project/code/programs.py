"""From what a container's command runs (`python -m jobs.nightly`) to a module of the project's code."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, assert_never

from iamgen.project.code.commands import Run, Start
from iamgen.project.code.python_files import importable, python_files
from iamgen.project.code.roots import inside
from iamgen.project.limits import SOURCE_BYTES
from iamgen.project.model import EMPTY, Entry, HandlerEntry, ScriptEntry
from iamgen.project.request import relative

UNREADABLE: Final = "unreadable-code"
_TEXT: Final = "container_command"  # the module that a text given with `-c` becomes


@dataclass(frozen=True, slots=True)
class Program:
    """A run's entry and its import path, or why there is none; a problem beside an entry says what was guessed."""

    entry: Entry | None
    shown: str = "."
    search_path: tuple[Path, ...] = ()
    kind: str = ""
    problem: str = ""
    inline: Mapping[str, str] = field(default_factory=lambda: EMPTY)


class Files:
    """The Python files below the folders of a project; each folder is walked once."""

    def __init__(self) -> None:
        self._found: dict[Path, tuple[Path, ...]] = {}

    def below(self, folder: Path) -> tuple[Path, ...]:
        """See `python_files`."""
        if folder not in self._found:
            self._found[folder] = python_files(folder)
        return self._found[folder]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program is looked for: in the first of these folders that holds it, else in the one place below them."""

    folders: tuple[Path, ...]
    root: Path
    files: Files
    known: bool = False  # the image is built of these folders, so that a search below them guesses nothing


def find_program(run: Run, place: Place) -> Program:
    """The program of a run."""
    match run.start:
        case Start.TEXT:
            if len(run.target) > SOURCE_BYTES:
                return Program(None, kind=UNREADABLE, problem="the command's text is too long")
            inline = MappingProxyType({f"{_TEXT}.py": run.target})
            return Program(ScriptEntry(_TEXT), ".", place.folders, inline=inline)
        case Start.SERVER:
            why = f"`{run.target}` loads the code by rules of its own: name what it calls with --entry"
            return Program(None, kind="unknown-handler", problem=why)
        case Start.OPEN:
            return Program(None, kind="unknown-handler", problem="what it runs depends on the deployment")
        case Start.MODULE:
            return _module(run.target, place)
        case Start.APPLICATION:
            return _application(run.target, place)
        case Start.SCRIPT:
            return _script(run.target, place)
        case _:
            assert_never(run.start)


def _module(name: str, place: Place) -> Program:
    parts = name.split(".")
    if not importable(parts):
        return Program(None, kind="unknown-handler", problem=f"`{name}` is no module's name")
    tails = ((*parts[:-1], f"{parts[-1]}.py"), (*parts, "__main__.py"))
    found = next(_exact(tails, place), None)
    guessed = None if found is not None else _search(tails, place)
    file, size = found or guessed or (None, 0)
    if file is None:
        return _absent(f"the module `{name}`")
    base = file.parents[size - 1]
    entry = ScriptEntry(name if size == len(parts) else f"{name}.__main__")
    return _made(entry, file, (base,), place.root, "" if found is not None or place.known else f"the module `{name}`")


def _application(written: str, place: Place) -> Program:
    """What a server serves: the module is imported, and what it registers with its application may be called."""
    module, _, name = written.partition(":")
    parts = module.split(".")
    tails = ((*parts[:-1], f"{parts[-1]}.py"), (*parts, "__init__.py"))
    found = next(_exact(tails, place), None)
    file, size = found or _search(tails, place) or (None, 0)
    if file is None:
        return _absent(f"the module `{module}`")
    missing = "" if found is not None or place.known else f"the module `{module}`"
    return _made(HandlerEntry(module, name), file, (file.parents[size - 1],), place.root, missing)


def _script(written: str, place: Place) -> Program:
    """A script by its path in the image, which the project holds under its last parts."""
    clean = posixpath.normpath(written.replace("\\", "/"))
    parts = tuple(part for part in clean.split("/") if part not in ("", ".", ".."))
    if not parts or "\0" in written:
        return Program(None, kind="unknown-handler", problem=f"`{written}` is no script".replace("\0", ""))
    longest = [parts[start:] for start in range(len(parts))] if clean.startswith("/") else [parts]
    tails: list[tuple[str, ...]] = []
    for tail in longest[:32]:
        tails.extend([tail] if tail[-1].endswith(".py") else [tail, (*tail, "__main__.py")])
    found = next(_exact(tuple(tails), place), None)
    guessed: tuple[Path, int] | None = None
    if found is None:
        one_by_one = (_search((tail,), place) for tail in tails if tail[-1].endswith(".py"))
        guessed = next((one for one in one_by_one if one is not None), None)
    file, _ = found or guessed or (None, 0)
    if file is None:
        return _absent(f"the script `{written}`")
    base = next((folder for folder in place.folders if folder in file.parents), file.parent)
    search_path = tuple(dict.fromkeys((file.parent, base)))
    missing = "" if found is not None or place.known else f"the script `{written}`"
    return _made(ScriptEntry(file.stem), file, search_path, place.root, missing)


def _made(entry: Entry, file: Path, search_path: tuple[Path, ...], root: Path, missing: str) -> Program:
    shown = relative(file, root)
    if not missing:
        return Program(entry, shown, search_path)
    problem = f"{missing} is not where the image's code is looked for; `{shown}` is read in its place"
    return Program(entry, shown, search_path, "guessed-code", problem)


def _absent(what: str) -> Program:
    return Program(None, kind=UNREADABLE, problem=f"the project does not hold {what}: the image's code lies elsewhere")


def _exact(tails: tuple[tuple[str, ...], ...], place: Place) -> Iterator[tuple[Path, int]]:
    """The files that stand at these paths in the folders, each with the length of its path."""
    for folder in place.folders:
        for tail in tails:
            path, _ = inside(folder.joinpath(*tail), place.root)
            if path is not None and path.is_file():
                yield path, len(tail)


def _search(tails: tuple[tuple[str, ...], ...], place: Place) -> tuple[Path, int] | None:
    """The one file below the folders that ends like one of the paths; None when there are several or none."""
    for folder in place.folders:
        files = place.files.below(folder)
        seen = [(path, len(tail)) for tail in tails for path in files if path.parts[-len(tail) :] == tail]
        if len(seen) == 1 and inside(seen[0][0], place.root)[0] is not None:
            return seen[0]
        if seen:
            return None
    return None
