"""A folder of remembered answers, keyed by the content that they were computed from.

The folder lies in the user's own cache directory, never in the analysed project: what is read back
is unpickled, and a repository must not be able to ship answers. Every failure to read or write is a
miss; a damaged entry is one too.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import os
import pickle
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

_MAGIC: Final = b"iamgen\x001\n"
_BOUND: Final = 256 * 1024 * 1024  # bytes on disk; a monorepo of 200 functions needs about 20 MB


def frozen_mapping(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """A mapping proxy; a function, since pickle cannot name the type by itself."""
    return MappingProxyType(items)


# Frozen values hold mapping proxies.
copyreg.pickle(MappingProxyType, lambda proxy: (frozen_mapping, (dict(proxy),)))


def digest(*parts: str | bytes) -> str:
    """A key from the parts, in hexadecimal; the parts' boundaries count."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(b"%d:" % len(data))
        state.update(data)
    return state.hexdigest()


def default_folder() -> Path:
    """The user's cache directory for iamgen (`IAMGEN_CACHE_DIR` names another)."""
    if named := os.environ.get("IAMGEN_CACHE_DIR"):
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "iamgen"


class Cache:
    """Bytes by key; safe with several processes at once, since an entry appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / name[:2] / name[2:]

    def get(self, key: str) -> bytes | None:
        """What was stored under this key, None when there is nothing or it is damaged."""
        path = self._path(key)
        try:
            if not _is_ours(self._folder):
                return None
            stored = path.read_bytes()
        except OSError:
            return None
        header = len(_MAGIC) + 32
        data = stored[header:]
        if stored[: len(_MAGIC)] != _MAGIC or hashlib.sha256(data).digest() != stored[len(_MAGIC) : header]:
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)  # the oldest entries go first
        return data

    def put(self, key: str, data: bytes) -> None:
        """Store `data` under this key; a folder that cannot be written is no error."""
        path = self._path(key)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_ours(self._folder):
                return
            path.parent.mkdir(exist_ok=True)
            write_atomically(path, _MAGIC + hashlib.sha256(data).digest() + data)
        except OSError:
            return

    def prune(self, bound: int = _BOUND) -> None:
        """Remove the entries that were not used for longest until the rest fits into `bound` bytes."""
        entries: list[tuple[float, str, int]] = []
        with suppress(OSError):
            for shelf in os.scandir(self._folder):
                if len(shelf.name) == 2 and shelf.is_dir(follow_symlinks=False):
                    for entry in os.scandir(shelf.path):
                        status = entry.stat(follow_symlinks=False)
                        entries.append((status.st_mtime, entry.path, status.st_size))
        total = sum(size for _, _, size in entries)
        for _, path, size in sorted(entries):
            if total <= bound:
                return
            with suppress(OSError):
                Path(path).unlink()
            total -= size


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part."""
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def dump_value(value: object) -> bytes:
    """A frozen value as bytes for the cache."""
    return pickle.dumps(value, protocol=5)


def load_value(data: bytes) -> object | None:
    """The value of `dump_value`, None when the bytes are not that; only iamgen's own classes are made."""
    try:
        return _OwnClasses(io.BytesIO(data)).load()  # type: ignore[no-any-return]  # Any by typeshed's definition
    except Exception:  # noqa: BLE001  # damaged pickles raise nearly anything
        return None


class _OwnClasses(pickle.Unpickler):
    """Makes classes of iamgen and a few plain containers; anything else is refused."""

    _PLAIN: Final = frozenset(
        {
            ("builtins", "frozenset"), ("builtins", "set"), ("builtins", "bytearray"), ("builtins", "complex"),
            ("builtins", "range"), ("builtins", "slice"), ("collections", "OrderedDict"),
            ("pathlib", "PosixPath"), ("pathlib", "PurePosixPath"), ("pathlib", "WindowsPath"),
            (__name__, "frozen_mapping"),
        }
    )  # fmt: skip

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._PLAIN:
            return super().find_class(module, name)
        if module.startswith("iamgen.") and "." not in name:
            found = super().find_class(module, name)
            # A class by its own name: not `os` as some module imported it.
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of iamgen")


def _is_ours(folder: Path) -> bool:
    """Whether nobody else could have written the folder's entries."""
    if sys.platform == "win32":
        return True
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def digest_files(files: Iterable[Path]) -> tuple[str, ...]:
    """The content digests of files in order; one that cannot be read has the digest `-`."""
    digests: list[str] = []
    for file in files:
        try:
            digests.append(hashlib.sha256(file.read_bytes()).hexdigest())
        except OSError:
            digests.append("-")
    return tuple(digests)
