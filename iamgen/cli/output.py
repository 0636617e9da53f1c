"""Where output goes: data to standard output, everything else to standard error."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from iamgen.cli.recall import Recording, wants_colour
from iamgen.core.cache import write_atomically
from iamgen.core.errors import InputError
from iamgen.render.model import Report
from iamgen.render.plain import printable
from iamgen.render.reports import Show, View


def write_data(text: str, output: Path | None = None) -> None:
    """The command's data, to the named file or to standard output."""
    if output is None:
        whole = text if text.endswith("\n") else text + "\n"
        if (recording := current()) is not None:
            recording.say(1, whole)
        click.echo(whole, nl=False, color=True)
        return
    write_file(output, text if text.endswith("\n") else text + "\n")


def write_file(path: Path, text: str) -> None:
    """A file, whole or not at all; raises `InputError` when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode())
    except OSError as error:
        raise InputError(f"cannot write `{path}`: {error.strerror or error}") from error


def current() -> Recording | None:
    """The recording of the command that runs."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.find_object(Recording)


def tell(line: str) -> None:
    """A line for the person at the terminal."""
    whole = printable(line) + "\n"
    if (recording := current()) is not None:
        recording.say(2, whole)
    click.echo(whole, nl=False, err=True)


def view(report: Report, show: Show, output: Path | None) -> View:
    """How to show a report here: with colour on a terminal, with places from the current directory."""
    prefix = ""
    if report.root is not None:
        with suppress(ValueError):
            place = report.root.resolve().relative_to(Path.cwd().resolve()).as_posix()
            prefix = "" if place == "." else f"{place}/"
    return View(show, colour=output is None and wants_colour(), prefix=prefix)
