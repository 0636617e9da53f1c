"""What a local Dockerfile says of its image: the handler or the command, and whether it runs Python."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BYTES: Final = 200_000
_CONTINUED: Final = re.compile(r"\\[ \t]*\r?\n")
_LINE: Final = re.compile(r"^\s*(FROM|CMD|ENTRYPOINT|ENV)\s+(.*)$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Image:
    """The last stage of a Dockerfile."""

    base: str = ""
    command: tuple[str, ...] = ()  # the entry point's words first
    entry_point: tuple[str, ...] = ()

    @property
    def handler(self) -> str | None:
        """The handler that the runtime interface client is given."""
        return next((one for one in reversed(self.command) if "." in one and one[:1] != "/"), None)


def read_image(path: Path) -> Image | None:
    """The image that a Dockerfile builds, None when it cannot be read."""
    try:
        if not path.is_file() or path.stat().st_size > _BYTES:
            return None
        text = path.read_text("utf-8", "replace")
    except OSError:
        return None
    base = ""
    command: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    for found in _LINE.finditer(_CONTINUED.sub(" ", text)):
        match found[1].upper():
            case "FROM":
                base, command, start = found[2].split()[0] if found[2].split() else "", (), ()
            case "CMD":
                command = _words(found[2])
            case "ENTRYPOINT":
                start = _words(found[2])
            case _:
                pass
    return Image(base, (*start, *command), start)


def _words(text: str) -> tuple[str, ...]:
    text = text.strip()
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            return ()
        return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
    return tuple(text.split())
