"""Functions that start a program instead of a handler: `Handler: run.sh`, or an image whose `CMD` runs a web server.

The Lambda Web Adapter calls such a program over HTTP. Source: https://github.com/awslabs/aws-lambda-web-adapter
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from iamgen.project.code.commands import Run, Start, read_command
from iamgen.project.code.programs import Files, Place, Program, find_program
from iamgen.project.code.roots import inside

_BYTES: Final = 100_000
_RUNTIME_CLIENT: Final = "awslambdaric"  # started with a handler, like every image of AWS's own


def script_words(handler: str, folder: Path | None, root: Path) -> tuple[str, ...]:
    """The command of a handler that is a shell's script in the code, empty when it is none."""
    if folder is None or not handler or handler.endswith(".py"):
        return ()
    path, _ = inside(folder / handler.removeprefix("./"), root)
    try:
        if path is None or not path.is_file() or path.stat().st_size > _BYTES:
            return ()
        text = path.read_text("utf-8", "replace")
    except OSError:
        return ()
    if path.suffix != ".sh" and not text.startswith("#!"):
        return ()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return ("sh", "-c", "\n".join(lines))


def started(words: Sequence[str], folders: tuple[Path, ...], root: Path) -> tuple[Run, Program] | None:
    """The first program in Python that a command starts, None when it starts none that is known."""
    runs = [run for run in read_command(words).runs if _own(run)]
    place = Place(folders, root, Files(), known=True)
    programs = [(run, find_program(run, place)) for run in runs]
    return next((one for one in programs if one[1].entry is not None), programs[0] if programs else None)


def _own(run: Run) -> bool:
    return run.start is not Start.OPEN and run != Run(Start.MODULE, _RUNTIME_CLIENT)
