"""What a local Dockerfile says of its image: the handler or the command, whether it runs Python, and what it copies."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iamgen.project.limits import FOLDER_ENTRIES

_BYTES: Final = 200_000
_CONTINUED: Final = re.compile(r"\\[ \t]*\r?\n")
_NAME: Final = re.compile(r"(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?|[\w.-]+\.[Dd]ockerfile")
_UNSEARCHED: Final = frozenset({"node_modules", "site-packages", "venv", "env", "cdk.out", "tests", "test"})
_LINE: Final = re.compile(r"^\s*(FROM|CMD|ENTRYPOINT|COPY|ADD)\s+(.*)$", re.IGNORECASE | re.MULTILINE)
# Where an image's handler is imported from: the working directory, however it is written.
_HERE: Final = re.compile(r"\.?/?|(?:\$\{?LAMBDA_TASK_ROOT\}?|/var/task)/?")


@dataclass(frozen=True, slots=True)
class Image:
    """The last stage of a Dockerfile."""

    base: str = ""
    command: tuple[str, ...] = ()  # the entry point's words first
    entry_point: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()  # of the build context, those whose content is copied to where imports start

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
    base = name = ""
    command: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    folders: dict[str, None] = {}
    stages: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {}
    for found in _LINE.finditer(_CONTINUED.sub(" ", text)):
        match found[1].upper():
            case "FROM":
                stages[name] = (base, command, start)
                words = [word for word in found[2].split() if not word.startswith("--")]
                base = words[0] if words else ""
                name = words[2].lower() if len(words) > 2 else ""
                # A stage that starts from an earlier one has its commands.
                base, command, start = stages.get(base.lower(), (base, (), ())) if base else ("", (), ())
            case "CMD":
                command = _words(found[2])
            case "ENTRYPOINT":
                start = _words(found[2])
            case "COPY" | "ADD":
                folders.update(dict.fromkeys(_copied(found[2])))
            case _:
                pass
    return Image(base, (*start, *command), start, tuple(folders))


def image_files(folder: Path) -> tuple[Path, ...]:
    """The Dockerfiles below a folder, whatever they are called: `Dockerfile.prod`, `worker.Dockerfile`."""
    found: list[Path] = []
    seen = 0
    for base, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _UNSEARCHED)
        seen += len(folders) + len(files)
        if seen > FOLDER_ENTRIES:
            break
        found.extend(Path(base) / name for name in files if _NAME.fullmatch(name))
    return tuple(sorted(found))


def _copied(text: str) -> Iterator[str]:
    """The folders whose content a line copies to the working directory."""
    words = [word.strip("\"'") for word in _words(text)]
    if any(word.startswith("--from") for word in words):
        return
    *sources, target = [word for word in words if not word.startswith("--")] or [""]
    if not _HERE.fullmatch(target):
        return
    for source in sources:
        clean = source.removeprefix("./").rstrip("/")
        last = clean.rpartition("/")[2]
        yield clean.rpartition("/")[0] if "." in last or "*" in last else clean


def _words(text: str) -> tuple[str, ...]:
    text = text.strip()
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            return ()
        return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
    return tuple(text.split())
