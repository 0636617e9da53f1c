"""The Python sources of a zip archive, read into memory: nothing is ever written to disk."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from iamgen.project.limits import SOURCE_BYTES
from iamgen.project.model import EMPTY

ARCHIVE_BYTES: Final = 50_000_000
"""Python source of one archive, uncompressed; Lambda's own limit for everything is 250 MB."""

ARCHIVE_FILES: Final = 20_000
"""Entries of one archive."""


def python_sources(path: Path) -> tuple[Mapping[str, str], str]:
    """File name -> source, and what is wrong with the archive; names that leave it are left out."""
    sources: dict[str, str] = {}
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > ARCHIVE_FILES:
                return EMPTY, f"holds more than {ARCHIVE_FILES} files"
            for entry in sorted(entries, key=lambda one: one.filename):
                name = PurePosixPath(entry.filename)
                if name.suffix != ".py" or name.is_absolute() or ".." in name.parts or "\\" in entry.filename:
                    continue
                if entry.flag_bits & 1:
                    return EMPTY, "is encrypted"
                # What the entry claims may be a lie: never read more than that.
                with archive.open(entry) as file:
                    data = file.read(SOURCE_BYTES + 1)
                total += len(data)
                if len(data) > SOURCE_BYTES:
                    continue
                if total > ARCHIVE_BYTES:
                    return EMPTY, f"holds more than {ARCHIVE_BYTES // 1_000_000} MB of Python"
                sources[str(name)] = data.decode("utf-8", "replace")
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        return EMPTY, f"cannot be read: {str(error)[:100]}"
    except Exception as error:  # noqa: BLE001  # the decompressors raise errors of their own on damaged data
        return EMPTY, f"cannot be read: {type(error).__name__}"
    return MappingProxyType(sources), ""
