"""`iamgen check --base`: the gate of a change is that of its base, and what the change takes off it is told.

A pull request carries its own `pyproject.toml`, baseline and pragmas. With a checkout of the base beside it, the
base's settings and baseline decide, and only pragmas count that the base has too: the same text, in the same file, at
a line of the same text. Whatever is looser in the change is a finding.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from iamgen.analysis.limits import SOURCE_BYTES
from iamgen.analysis.program.parse import pragmas as comments_of
from iamgen.config import SEVERITIES, Config, load_config
from iamgen.core.errors import InputError
from iamgen.diff.baseline import Baseline, read_baseline
from iamgen.diff.findings import Loosening
from iamgen.diff.rules import NEW_PRAGMA, NEWLY_ACCEPTED, WEAKER

_UNREAD: Final = frozenset({".git", "__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class Gate:
    """The base's settings for the paths of the change, its baseline, and what the change loosens."""

    config: Config
    baseline: Baseline | None
    counted: frozenset[tuple[Path, int, str]]  # the pragmas of the code that count
    loosened: tuple[Loosening, ...]


@dataclass(frozen=True, slots=True)
class _Pragma:
    """A pragma of the code or of the settings, and the line that it speaks of."""

    file: Path
    line: int  # of the comment, in the code
    text: str
    spoken: str  # the text of the line that it speaks of
    settings: bool = False


@dataclass(frozen=True, slots=True)
class _Sides:
    """The folders of a change and of its base that are the same place; links are resolved."""

    change: Path
    base: Path

    def of_base(self, path: Path) -> Path:
        """A path of the change in the base."""
        return Path(os.path.normpath(self.base / os.path.relpath(path, self.change)))

    def of_change(self, path: Path) -> Path:
        """A path of the base in the change; one that lies elsewhere stays."""
        path = _normal(path)
        if not path.is_relative_to(_top(self.base, self.change)):
            return path
        return Path(os.path.normpath(self.change / os.path.relpath(path, self.base)))


def gate_of(path: Path, base: Path, baseline: Path | None) -> Gate:
    """The gate for a change at `path`; `base` is the same path in a checkout of its base.

    `baseline` is the file of the command line. Raises `InputError` for a base that is none.
    """
    if not path.exists():
        raise InputError(f"no such path `{path}`", "give a directory, a template or a Python file")
    here, there = path.resolve(), base.resolve()
    if here == there:
        raise InputError(f"the base `{base}` is the change itself", "give the same path in a checkout of the base")
    if not there.exists() and not _is_checkout(_top(there, here)):
        raise InputError(f"no such base `{base}`", "check out the base of the change, and give the same path in it")
    if there.exists() and there.is_dir() != here.is_dir():
        raise InputError(f"only one of `{path}` and its base `{base}` is a folder")
    sides = _Sides(here, there) if here.is_dir() else _Sides(here.parent, there.parent)
    new, old = load_config(here), load_config(there, apart_from=here)
    counted, pragmas, unknown = _pragmas(sides, new, old)
    accepted, entries = _baselines(sides, new, old, baseline)
    return Gate(
        replace(
            old,
            template=None if old.template is None else sides.of_change(old.template),
            site_packages=tuple(map(sides.of_change, old.site_packages)),
            pragmas=pragmas,
        ),
        accepted,
        counted,
        (*_weaker(sides, new, old), *unknown, *entries),
    )


def _normal(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))


def _is_checkout(folder: Path) -> bool:
    return (folder / ".git").exists()


def _top(path: Path, apart_from: Path) -> Path:
    """The checkout that holds a path, without looking at folders that hold the other one; the path if there is none."""
    for candidate in (path, *path.parents):
        if apart_from.is_relative_to(candidate):
            break
        if _is_checkout(candidate):
            return candidate
    return path


# --- settings ---


def _weaker(sides: _Sides, new: Config, old: Config) -> Iterator[Loosening]:
    for rule in new.ignore:
        if rule not in old.ignore:
            yield _setting(new, "ignore", f"`ignore` leaves out `{rule}`, which the base reports")
    is_, was = (config.fail_on or "warning" for config in (new, old))
    if SEVERITIES.index(is_) > SEVERITIES.index(was):
        yield _setting(new, "fail-on", f"`fail-on` is `{is_}` and was `{was}`")
    if new.functions and not (old.functions and set(old.functions) <= set(new.functions)):
        left = "only " + _listed(new.functions)
        yield _setting(new, "functions", f"`functions` checks {left} and was {_listed(old.functions) or 'not set'}")
    known = set(map(sides.of_change, old.site_packages))
    for folder in new.site_packages:
        if folder not in known:
            name = Path(os.path.relpath(folder, sides.change)).as_posix()
            yield _setting(new, "site-packages", f"`site-packages` reads `{name}`, which the base does not")
    # What is checked at all: another value may be as good, but nobody can tell.
    was_there = None if old.template is None else sides.of_change(old.template)
    if (None if new.template is None else _normal(new.template)) != was_there:
        yield _setting(new, "template", "`template` is not that of the base")
    if new.entry != old.entry:
        yield _setting(new, "entry", "`entry` is not that of the base")
    for name in sorted({*new.parameters, *old.parameters}):
        if new.parameters.get(name) != old.parameters.get(name):
            yield _setting(new, "parameters", f"`parameters` has another `{name}` than the base")


def _setting(config: Config, key: str, message: str) -> Loosening:
    return Loosening(WEAKER, message, config.file, _line_of(config.file, key))


def _line_of(file: Path | None, key: str) -> int:
    """The line of a setting: where a person looks for it."""
    section = 0
    for number, line in enumerate(_lines(_read(file)) if file is not None else (), 1):
        if line.startswith("[tool.iamgen") and (not section or line.startswith(f"[tool.iamgen.{key}]")):
            section = number
        elif section and re.match(rf'"?{re.escape(key)}"?\s*=', line):
            return number
    return section or 1


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


# --- the baseline ---


def _baselines(
    sides: _Sides, new: Config, old: Config, given: Path | None
) -> tuple[Baseline | None, tuple[Loosening, ...]]:
    """The baseline that decides, and what the change's own accepts beyond it."""
    mine, theirs = new.baseline, old.baseline
    if given is not None:
        mine = theirs = _normal(given)
        if mine.is_relative_to(_top(sides.change, sides.base)):
            theirs = sides.of_base(mine)
            theirs = theirs if theirs.exists() else None
    accepted = None if theirs is None else read_baseline(theirs)
    if mine is None:
        return accepted, ()
    known = {one.fingerprint for one in accepted.accepted} if accepted is not None else set()
    return accepted, tuple(
        Loosening(
            NEWLY_ACCEPTED,
            f"the baseline accepts {one.rule} {f'of {one.function}: ' if one.function else ''}{one.message}",
            mine,
            identity=(one.fingerprint,),
        )
        for one in read_baseline(mine).accepted
        if one.fingerprint not in known
    )


# --- pragmas ---


def _pragmas(
    sides: _Sides, new: Config, old: Config
) -> tuple[frozenset[tuple[Path, int, str]], tuple[tuple[Path, int, str], ...], tuple[Loosening, ...]]:
    """The pragmas of the code and of the settings that the base has too, and those that it does not have."""
    counted: list[tuple[Path, int, str]] = []
    settled: list[tuple[Path, int, str]] = []
    unknown: list[Loosening] = []
    left: dict[Path, Counter[tuple[str, str, bool]]] = {}
    for one in (*_in_code(_top(sides.change, sides.base), _top(sides.base, sides.change)), *_in_settings(new)):
        if one.file not in left:
            file = sides.of_base(one.file)
            theirs = (*_comments(file), *(other for other in _in_settings(old) if other.file == file))
            left[one.file] = Counter((other.text, other.spoken, other.settings) for other in theirs)
        key = (one.text, one.spoken, one.settings)
        if left[one.file][key]:
            left[one.file][key] -= 1
            (settled if one.settings else counted).append((one.file, one.line, one.text))
        else:
            message = f"a pragma that the base does not have: `{one.text}`"
            unknown.append(Loosening(NEW_PRAGMA, message, one.file, one.line, (one.file.name, one.text, one.spoken)))
    return frozenset(counted), tuple(settled), tuple(unknown)


def _in_settings(config: Config) -> Iterator[_Pragma]:
    for file, line, text in config.pragmas:
        lines = _lines(_read(file))
        spoken = lines[line - 1] if line <= len(lines) else ""
        yield _Pragma(file, line, text, spoken, settings=True)


def _in_code(top: Path, other: Path) -> Iterator[_Pragma]:
    """The pragmas of all Python files of the change, in order; the checkout of its base may lie within it."""
    for folder, below, files in os.walk(top):
        below[:] = sorted(name for name in below if name not in _UNREAD and Path(folder) / name != other)
        for name in sorted(files):
            if name.endswith(".py"):
                yield from _comments(Path(folder) / name)


def _comments(file: Path) -> Iterator[_Pragma]:
    """The pragmas of a file; one alone on its line speaks of the next that is none."""
    source = _read(file)
    found = comments_of(source)
    lines = _lines(source) if found else []
    above = {number for number, _, alone in found if alone}
    for number, text, _ in found:
        line = number
        while line in above:
            line += 1
        yield _Pragma(file, number, text, lines[line - 1] if line <= len(lines) else "")


def _lines(source: bytes) -> list[str]:
    return [line.decode("utf-8", "replace").strip() for line in source.split(b"\n")]


def _read(file: Path) -> bytes:
    """The bytes of a regular file; nothing of one that is none, cannot be read or is too large."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > SOURCE_BYTES:
            return b""
        source = file.read_bytes()
        # A lone carriage return ends a line for some readers only: such a file's lines are nobody's.
        return b"" if source.count(b"\r") != source.count(b"\r\n") else source
    except OSError:
        return b""
