"""Large JSON objects read a member at a time: `{"RoleDetailList": [...], "Policies": [...]}` of a whole account."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from iamgen.core.errors import InputError

_CHUNK = 1 << 18  # characters read at once
_MOST = 1 << 31  # characters of a file, unpacked: a small archive may hold more than fits anywhere
_LARGEST = 1 << 24  # characters of one item; a role with all its policies stays far below
_SPACE = " \t\r\n"


def members(path: Path) -> Iterator[tuple[str, object]]:
    """The members of a file's JSON object; one that is a list comes item by item under the same key.

    Raises `InputError` for a file that is no JSON object or ends in its midst.
    """
    with _open(path) as file:
        reader = _Reader(file, path.name)
        reader.expect("{")
        if reader.peek() == "}":
            return
        while True:
            key = reader.value()
            if not isinstance(key, str):
                raise reader.broken("a key is no string")
            reader.expect(":")
            if reader.peek() == "[":
                reader.expect("[")
                if reader.peek() == "]":
                    reader.expect("]")
                else:
                    yield key, reader.value()
                    while reader.expect(",", "]") == ",":
                        yield key, reader.value()
            else:
                yield key, reader.value()
            if reader.expect(",", "}") == "}":
                return


def _open(path: Path) -> TextIO:
    if path.name.endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


class _Reader:
    """A window on the text that moves forward only."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file = file
        self._name = name
        self._text = ""
        self._at = 0
        self._ended = False
        self._read = 0
        self._decoder = json.JSONDecoder()

    def broken(self, what: str) -> InputError:
        return InputError(f"`{self._name}` is not JSON: {what}")

    def _more(self, size: int = _CHUNK) -> bool:
        if self._ended:
            return False
        try:
            piece = self._file.read(size)
        except UnicodeDecodeError as error:
            raise self.broken(f"it is not UTF-8 text: {error.reason}") from error
        self._ended = not piece
        self._read += len(piece)
        if self._read > _MOST:
            raise InputError(f"`{self._name}` is longer than {_MOST:,} characters")
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is no white space; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def expect(self, *marks: str) -> str:
        found = self.peek()
        if found not in marks or not found:
            wanted = " or ".join(f"`{mark}`" for mark in marks)
            raise self.broken(f"expected {wanted}" + (f", found `{found}`" if found else ", the file ends"))
        self._at += 1
        return found

    def value(self) -> object:
        """The next value whole."""
        self.peek()
        size = _CHUNK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise self.broken("it is nested too deeply") from error
            except ValueError as error:
                if len(self._text) - self._at > _LARGEST:
                    raise self.broken(f"a value is longer than {_LARGEST:,} characters") from error
                if not self._more(size):
                    raise self.broken(str(error)) from error
                size *= 2  # so that a long value is read in linear time
                continue
            # A number may go on beyond the window.
            if end == len(self._text) and not self._ended and self._more():
                continue
            self._at = end
            return value
