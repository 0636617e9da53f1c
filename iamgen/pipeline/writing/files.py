"""The project's own files as bytes and text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iamgen.project.drafts import draft_of
from iamgen.render.edits.source import Source, Unwritable

_MARK: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class File:
    """A template that may be edited."""

    path: Path
    shown: str
    data: bytes
    source: Source
    mark: bool  # the file begins with a byte order mark

    @staticmethod
    def read(root: Path, shown: str) -> File:
        """A file of the project; raises `Unwritable` for what is not its own, or no UTF-8."""
        path = inside(root, shown)
        try:
            data = path.read_bytes()
            text = data.decode("utf-8")
        except OSError as error:
            raise Unwritable(f"`{shown}` cannot be read: {error.strerror or error}") from error
        except UnicodeDecodeError as error:
            raise Unwritable(f"`{shown}` is not UTF-8") from error
        return File(path, shown, data, Source.of(text.removeprefix(_MARK)), text.startswith(_MARK))

    def encoded(self, text: str) -> bytes:
        """The file's bytes with another text."""
        return ((_MARK if self.mark else "") + text).encode()


def inside(root: Path, shown: str) -> Path:
    """A file's path; raises `Unwritable` when it, or what its links lead to, lies outside of the project."""
    path = root / shown
    if draft_of(path) is not None or not path.resolve().is_relative_to(root.resolve()):
        raise Unwritable(f"`{shown}` lies outside of the project")
    if path.is_symlink():
        raise Unwritable(f"`{shown}` is a symbolic link")
    return path
