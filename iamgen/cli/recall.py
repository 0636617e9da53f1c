"""A whole run, told again as long as nothing has changed that it could have depended on.

A run is kept under its arguments, the current directory and the state of iamgen itself; beside its output
stand digests of every file that it could have read: all of the project, and what the arguments and the
settings name. All are compared, by content, before the run is told again. So an unchanged project costs
the reading of its files and no more: this module must import little, and nothing of the analyzer.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import Final

from iamgen.core.cache import Cache, default_folder, digest
from iamgen.core.version import VERSION

_COMMANDS: Final = frozenset({"scan", "generate", "diff", "check", "explain"})
# With these, a run's output depends on files alone and is its only effect. Others are not remembered.
_OPTIONS: Final = frozenset(
    {
        "-t", "--template", "-e", "--entry", "--handler", "--all-functions", "-f", "--function", "-p", "--parameter",
        "--config-env", "-j", "--jobs", "--format", "--strict", "--emit", "--against", "--fail-on", "--ignore",
        "--baseline",
    }
)  # fmt: skip
_FILES: Final = 5_000  # of a project; past this, looking at each costs more than it saves
_BYTES: Final = 32 * 1024 * 1024
_OUTPUT: Final = 8 * 1024 * 1024  # characters
# Not part of a project for any reader of iamgen.
_UNREAD: Final = frozenset({".git", "__pycache__", "node_modules", ".venv", ".tox", ".mypy_cache", ".ruff_cache"})
# What decides, above a project, where it ends and what is set for it.
_MARKS: Final = (".git", "pyproject.toml", "__init__.py", "samconfig.toml", "cdk.json")
_FRESH: Final = 20_000_000  # nanoseconds; a file system's clock is this coarse at most


def wants_colour() -> bool:
    """Whether standard output is a terminal that shows colour and nobody asked for none.

    Source: https://no-color.org, any value but the empty one counts.
    """
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class TooLargeError(Exception):
    """What a run depended on is too much to look at each time, or cannot be read."""


class Recording:
    """What a run says and depends on; kept when it ends, if it may be told again."""

    def __init__(self, arguments: Sequence[str], cache: Cache, colour: bool) -> None:
        self._cache = cache
        self._key = digest("run", VERSION, _stamp(), str(Path.cwd()), str(colour), *arguments)
        self._named = [Path(part) for text in arguments[1:] for part in (text, text.partition("=")[2]) if part]
        self._began = time.time_ns()
        self._said: list[tuple[int, str]] = []
        self._roots: set[Path] = set()
        self._final = False

    @staticmethod
    def of(arguments: Sequence[str]) -> Recording | None:
        """The recording for these arguments, None when such a run is not remembered."""
        if not arguments or arguments[0] not in _COMMANDS or "live" in arguments or "--against=live" in arguments:
            return None
        if any(one.startswith("-") and one.partition("=")[0] not in _OPTIONS for one in arguments[1:]):
            return None
        with suppress(OSError):
            return Recording(arguments, Cache(default_folder()), wants_colour())
        return None

    def told(self) -> int | None:
        """Tell the run again and give its exit code; None when it was never made or something has changed."""
        stored = self._cache.get(self._key)
        if stored is None:
            return None
        try:
            run = json.loads(stored)
            if any(_state(kind, Path(path)) != state for kind, path, state in run["depends"]):
                return None
            said, code = [(int(stream), str(text)) for stream, text in run["said"]], int(run["code"])
        except (ValueError, TypeError, KeyError, OSError, RecursionError, TooLargeError):
            return None
        for stream, text in said:
            file = sys.stderr if stream == 2 else sys.stdout
            file.write(text)
            file.flush()
        return code

    def say(self, stream: int, text: str) -> None:
        """The run writes this to standard output (1) or standard error (2)."""
        self._said.append((stream, text))

    def depend(self, paths: Iterable[Path | None]) -> None:
        """The run may have read these files and all of these folders."""
        self._roots.update(path for path in paths if path is not None)

    def finish(self) -> None:
        """The run has come to its regular end; nothing of it failed by iamgen's own fault."""
        self._final = True

    def keep(self, code: int) -> None:
        """Keep the run, unless something changed under it or it is too large."""
        if not self._final or sum(len(text) for _, text in self._said) > _OUTPUT:
            return
        try:
            depends = list(self._depends())
        except (OSError, TooLargeError):
            return
        record = {"depends": depends, "said": self._said, "code": code}
        self._cache.put(self._key, json.dumps(record).encode())

    def _depends(self) -> Iterable[tuple[str, str, str]]:
        latest = self._began - _FRESH
        roots = {path.absolute() for path in self._roots}
        roots.update(path.absolute() for path in self._named if path.exists())
        inner = {path for path in roots if not any(other in path.parents for other in roots if other.is_dir())}
        for path in sorted(inner):
            yield "all", str(path), _state("all", path, latest)
        above = {parent for path in roots for parent in (path.parents if path in inner else ())}
        for path in sorted(above):
            yield "marks", str(path), _state("marks", path, latest)


def _stamp() -> str:
    """The state of iamgen's own files and of the packages beside it."""
    package = Path(__file__).parent.parent
    beside = [Path(entry) for entry in sys.path if entry.endswith("site-packages")]
    parts = [sys.version, *(str(folder.stat().st_mtime_ns) for folder in beside if folder.is_dir())]
    pending = [str(package)]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                elif not entry.name.endswith(".md"):
                    status = entry.stat()
                    parts.append(f"{entry.path}:{status.st_mtime_ns}:{status.st_size}")
    return digest(*sorted(parts))


def _state(kind: str, path: Path, latest: int | None = None) -> str:
    """A digest of the marks of a folder, or of a file or a folder with all that it holds.

    Raises `TooLargeError` when that is too much, is not made of plain files, or has changed after `latest`.
    """
    state = sha256()
    if kind == "marks":
        for name in _MARKS:
            mark = path / name
            state.update(b"+" if mark.exists() else b"-")
            if name.endswith(".toml") and mark.is_file():
                state.update(_content(mark, [_FILES, _BYTES], latest))
        return state.hexdigest()
    left = [_FILES, _BYTES]
    if not path.is_dir():
        state.update(_content(path, left, latest))
        return state.hexdigest()
    pending = [(str(path), "")]
    while pending:
        folder, name = pending.pop()
        state.update(b"/%d:" % len(name) + os.fsencode(name))
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        for entry in entries:
            inner = f"{name}/{entry.name}"
            if entry.is_symlink():
                state.update(b"@%d:" % len(inner) + os.fsencode(inner) + os.fsencode(Path(entry.path).readlink()))
            elif entry.is_dir():
                if entry.name in _UNREAD:
                    state.update(b"." + os.fsencode(inner))
                else:
                    pending.append((entry.path, inner))
            else:
                state.update(b"=%d:" % len(inner) + os.fsencode(inner) + _content(Path(entry.path), left, latest))
    return state.hexdigest()


def _content(path: Path, left: list[int], latest: int | None) -> bytes:
    status = path.stat()
    left[0] -= 1
    left[1] -= status.st_size
    # A FIFO would block, a device never ends.
    if min(left) < 0 or not S_ISREG(status.st_mode):
        raise TooLargeError
    if latest is not None and max(status.st_mtime_ns, status.st_ctime_ns) >= latest:
        raise TooLargeError
    with path.open("rb") as file:
        return sha256(file.read(_BYTES + 1)).digest()
