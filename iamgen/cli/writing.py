"""Showing what would be written, and writing it: all files or none."""

from __future__ import annotations

import difflib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from iamgen.cli.output import tell, write_data
from iamgen.core.errors import InputError
from iamgen.pipeline.writing import Change, Plan, Verdict
from iamgen.render.plain import printable


def show(plan: Plan) -> None:
    """The unified diff as data; what becomes of each function for the person."""
    text = "".join(_difference(change) for change in plan.changes)
    if text:
        write_data(text)
    for outcome in plan.outcomes:
        names = ", ".join(outcome.units)
        match outcome.verdict:
            case Verdict.CHANGED:
                tell(f"{names}: {outcome.reason}")
            case Verdict.LEAST:
                tell(f"{names}: already least: {outcome.reason}")
            case Verdict.LEFT:
                tell(f"{names}: not written: {outcome.reason}")
        for note in outcome.notes:
            tell(f"    {note}")


def _difference(change: Change) -> str:
    old = [] if change.before is None else _lines(change.before)
    new = _lines(change.after)
    name = "/dev/null" if change.before is None else f"a/{change.shown}"
    out = difflib.unified_diff(old, new, name, f"b/{change.shown}")
    return "".join(map(_safe, out))


def _safe(line: str) -> str:
    """A line of the diff as a terminal may show it."""
    text = "\t".join(printable(part) for part in line.rstrip("\r\n").split("\t"))
    return text + "\n" if line.endswith("\n") else text + "\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "replace")
    return [line + "\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def write(changes: tuple[Change, ...]) -> None:
    """Write every change; raises `InputError` and puts back what was, when one cannot be written."""
    prepared: list[tuple[Change, Path]] = []
    done: list[Change] = []
    try:
        for change in changes:
            _check(change)
            prepared.append((change, _beside(change.path, change.after)))
        for change, temporary in prepared:
            _check(change)
            temporary.replace(change.path)
            done.append(change)
    except OSError as error:
        for change in done:
            _restore(change)
        name = changes[min(len(done), len(changes) - 1)].shown if done or len(changes) == 1 else "the files"
        raise InputError(f"cannot write `{name}`: {error.strerror or error}", "nothing is changed") from error
    finally:
        for _, temporary in prepared:
            with suppress(OSError):
                temporary.unlink()


def _check(change: Change) -> None:
    """Raise when the file is another than was read."""
    now = change.path.read_bytes() if change.path.exists() else None
    if now != change.before or change.path.is_symlink():
        raise InputError(f"`{change.shown}` was changed in the meantime", "run again")
    if change.before is not None and not os.access(change.path, os.W_OK):
        raise PermissionError(13, "Permission denied")


def _beside(path: Path, data: bytes) -> Path:
    """The data in a temporary file of the same folder, with the old file's mode."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            status = path.stat()
            with suppress(OSError):  # only who runs as root may keep another's
                os.chown(temporary, status.st_uid, status.st_gid)
            temporary.chmod(stat.S_IMODE(status.st_mode))
        else:
            temporary.chmod(0o666 & ~_umask())
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return temporary


def _restore(change: Change) -> None:
    with suppress(OSError):
        if change.before is None:
            change.path.unlink()
        else:
            _beside(change.path, change.before).replace(change.path)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
