"""Installed distributions among the search path: which packages are dependencies, and whether they can reach AWS.

A folder of dependencies (a layer, a build folder, site-packages) describes each in a
`*.dist-info`: the packages it holds and what it requires. A dependency that neither is nor
requires botocore sends nothing to AWS by itself, so its source need not be followed.
Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

from __future__ import annotations

import re
from pathlib import Path

_AWS = frozenset({"boto3", "botocore", "aiobotocore", "aioboto3", "s3transfer", "awscrt", "amazon-dax-client"})
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_MOST_BYTES = 1_000_000  # of one METADATA or RECORD file
_MOST_DISTRIBUTIONS = 2_000


class Distributions:
    """The distributions of some folders; read once, when first asked."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._packages: dict[str, str] | None = None  # top-level package -> distribution
        self._requires: dict[str, frozenset[str]] = {}

    def _read(self) -> dict[str, str]:
        packages: dict[str, str] = {}
        for folder in self._folders:
            try:
                entries = sorted(entry for entry in folder.iterdir() if entry.name.endswith(".dist-info"))
            except OSError:
                continue
            for entry in entries[:_MOST_DISTRIBUTIONS]:
                name = _normal(entry.name.removesuffix(".dist-info").rpartition("-")[0])
                self._requires.setdefault(name, _requirements(_text(entry / "METADATA")))
                for package in _top_level(entry):
                    packages.setdefault(package, name)
        return packages

    def holds(self, package: str) -> bool:
        """Whether a top-level package is an installed dependency."""
        if self._packages is None:
            self._packages = self._read()
        return package in self._packages

    def inert(self, package: str) -> bool:
        """Whether a top-level package is a dependency that cannot reach AWS by itself."""
        name = self._packages.get(package) if self.holds(package) and self._packages else None
        return name is not None and not self._reaches(name, set())

    def _reaches(self, name: str, seen: set[str]) -> bool:
        if name in _AWS or name.startswith(("aws-", "awscli")):
            return True
        if name in seen:
            return False
        seen.add(name)
        return any(self._reaches(required, seen) for required in sorted(self._requires.get(name, ())))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _text(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _requirements(metadata: str) -> frozenset[str]:
    found = set()
    for line in metadata.splitlines():
        if not line:
            break  # the description follows
        if line.startswith("Requires-Dist:") and "extra ==" not in line:
            match = _NAME.match(line.removeprefix("Requires-Dist:").strip())
            if match:
                found.add(_normal(match.group()))
    return frozenset(found)


def _top_level(entry: Path) -> set[str]:
    listed = _text(entry / "top_level.txt").split()
    if listed:
        return {name for name in listed if name.isidentifier()}
    found = set()
    for line in _text(entry / "RECORD").splitlines():
        head = line.split(",", 1)[0].split("/", 1)[0].removesuffix(".py")
        if head.isidentifier():
            found.add(head)
    return found
