"""Finding and reading the modules of a program: inside its own roots, and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iamgen.analysis import limits
from iamgen.analysis.program.distributions import Distributions
from iamgen.analysis.program.parse import Unparsable, parse
from iamgen.analysis.program.syntax import Module
from iamgen.core.location import Location

_SEPARATORS: Final = frozenset("/\\:")
STAND_INS: Final = Path(__file__).parents[1] / "libraries" / "stand_ins"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a dotted name leads: a file, or a folder without `__init__.py` (`path` None).

    `stand_in` tells that the file is iamgen's own text of what a library sends, read in its place.
    """

    name: str
    path: Path | None
    package: bool
    folder: Path | None = None
    stand_in: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is there and is not read: too large, no regular file, or outside the project."""

    location: Location
    message: str


class Program:
    """The modules that a unit's search path offers.

    Reads a file at most once and only under `roots` (the project root and the search path, with
    symbolic links resolved). `files` lists what was read, `absent` what was looked for in vain.
    """

    def __init__(
        self,
        root: Path,
        search_path: tuple[Path, ...],
        *,
        inline: Mapping[str, str] | None = None,
        site_packages: tuple[Path, ...] = (),
        load: Callable[[bytes, str], Module | Unparsable] = parse,
    ) -> None:
        self.root = root
        self.search_path = (*search_path, *site_packages)
        self.inline = dict(inline or {})
        self._load = load
        self.distributions = Distributions(self.search_path)
        self._roots = tuple({path.resolve() for path in (root, *search_path, *site_packages)})
        self._found: dict[str, Found | None] = {}
        self._modules: dict[Path | str, Module | Unparsable | Unreadable] = {}
        self._directories: dict[Path, frozenset[str]] = {}
        self.files: dict[str, str] = {}  # relative path -> digest of what was read
        self.absent: set[str] = set()

    def relative(self, path: Path) -> str:
        """A path as reports show it: relative to the project root, with `/`."""
        if not path.is_absolute():
            return path.as_posix()  # of an archive or a template
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            for base in self.search_path:
                try:
                    return path.relative_to(base).as_posix()
                except ValueError:
                    continue
        return path.name

    def file_of(self, module: object) -> str:
        """The file of a module object, for locations."""
        data = getattr(module, "data", None)
        return str(getattr(data, "file", "")) or "?"

    def _names(self, folder: Path) -> frozenset[str]:
        names = self._directories.get(folder)
        if names is None:
            try:
                names = frozenset(entry.name for entry in folder.iterdir())
            except OSError:
                names = frozenset()
            self._directories[folder] = names
        return names

    def find(self, name: str) -> Found | None:
        """The module of a dotted name, None when the roots have none."""
        if name in self._found:
            return self._found[name]
        found = self._find(name)
        self._found[name] = found
        if found is None:
            self.absent.add(name)
        return found

    def _find(self, name: str) -> Found | None:
        parts = name.split(".")
        # `importlib` imports `my-handler`, too, which no import statement can name.
        if not all(part and part.isprintable() and not _SEPARATORS.intersection(part) for part in parts):
            return None
        inline = "/".join(parts)
        if f"{inline}/__init__.py" in self.inline:
            return Found(name, Path(f"{inline}/__init__.py"), package=True)
        if f"{inline}.py" in self.inline:
            return Found(name, Path(f"{inline}.py"), package=False)
        if any(file.startswith(f"{inline}/") for file in self.inline):
            return Found(name, None, package=True)  # a folder of an archive without `__init__.py`
        file = f"{parts[0]}.py"
        if not self._names(STAND_INS).isdisjoint((parts[0], file)) and not self._own(parts[0], file):
            return self._stand_in(name, parts)
        namespace: Found | None = None
        for base in self.search_path:
            folder = base
            for part in parts[:-1]:
                if part not in self._names(folder):
                    break
                folder = folder / part
            else:
                last = parts[-1]
                names = self._names(folder)
                if last in names:
                    inner = folder / last
                    if "__init__.py" in self._names(inner):
                        return Found(name, inner / "__init__.py", package=True, folder=inner)
                    if namespace is None and f"{last}.py" not in names and self._names(inner):
                        namespace = Found(name, None, package=True, folder=inner)
                if f"{last}.py" in names:
                    return Found(name, folder / f"{last}.py", package=False)
        return namespace

    def add_path(self, folder: str, file: str) -> None:
        """Another root of imports that the code adds itself; only inside the roots that there are."""
        for base in (self.root, *self.search_path, (self.root / file).parent):
            candidate = base / folder
            if (
                "\0" not in folder
                and candidate.is_dir()
                and self.inside(candidate)
                and candidate not in self.search_path
            ):
                self.search_path = (*self.search_path, candidate)
                self._found = {name: found for name, found in self._found.items() if found is not None}
                return

    def _own(self, package: str, file: str) -> bool:
        """Whether the program has a module of its own under a library's name: one that no distribution holds."""
        there = any(
            file in self._names(base) or (package in self._names(base) and "__init__.py" in self._names(base / package))
            for base in self.search_path
        )
        return there and not self.distributions.holds(package)

    def _stand_in(self, name: str, parts: list[str]) -> Found | None:
        """The stand-in of a library's module; it goes before the library's own source."""
        inner = STAND_INS.joinpath(*parts)
        if "__init__.py" in self._names(inner):
            return Found(name, inner / "__init__.py", package=True, folder=inner, stand_in=True)
        if f"{parts[-1]}.py" in self._names(inner.parent):
            return Found(name, inner.with_suffix(".py"), package=False, stand_in=True)
        return Found(name, None, package=True, folder=inner) if self._names(inner) else None

    def submodules(self, name: str) -> tuple[str, ...]:
        """The names of the modules directly inside a package, sorted."""
        found = self.find(name)
        if found is None or found.folder is None:
            return ()
        names = set()
        for entry in self._names(found.folder):
            stem = entry.removesuffix(".py")
            if stem.isidentifier() and stem != "__init__":
                names.add(stem)
        return tuple(sorted(names))

    def modules_in(self, folder: str, *, deep: bool = False) -> list[tuple[str, bool]] | None:
        """The modules in a folder that a text names relative to the code root: name, and whether it is a package.

        None when there is no such folder, or when it holds more than are followed.
        """
        for base in (self.root, *self.search_path):
            place = base / folder
            if "\0" not in folder and self._names(place) and self.inside(place):
                found = self._modules_in(place, "", deep=deep)
                whole = all(name.count(".") < limits.FOLDER_DEPTH for name, package in found if package)
                return found if whole and len(found) <= limits.MODULES_IN_FOLDER else None
        return None

    def _modules_in(self, folder: Path, prefix: str, *, deep: bool) -> list[tuple[str, bool]]:
        found: list[tuple[str, bool]] = []
        for entry in sorted(self._names(folder)):
            stem = entry.removesuffix(".py")
            if not stem.isidentifier() or stem.startswith("__") or len(found) > limits.MODULES_IN_FOLDER:
                continue
            package = stem == entry and "__init__.py" in self._names(folder / entry)
            if stem != entry or package:
                found.append((prefix + stem, package))
            if package and deep and prefix.count(".") < limits.FOLDER_DEPTH:
                found.extend(self._modules_in(folder / entry, f"{prefix}{stem}.", deep=deep))
        return found

    def inside(self, path: Path) -> bool:
        """Whether a path, links resolved, lies under one of the roots."""
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return False
        return any(real == root or root in real.parents for root in self._roots)

    def load(self, found: Found) -> Module | Unparsable | Unreadable:
        """A found module's syntax, or why there is none."""
        assert found.path is not None
        key: Path | str = found.path
        known = self._modules.get(key)
        if known is None:
            known = self._read(found.path)
            self._modules[key] = known
        return known

    def _read(self, path: Path) -> Module | Unparsable | Unreadable:
        if path.as_posix() in self.inline:
            file = path.as_posix()
            source: bytes | Unreadable = self.inline[file].encode()
        elif STAND_INS in path.parents:
            file = path.relative_to(STAND_INS).as_posix()
            source = path.read_bytes()
        else:
            file = self.relative(path)
            source = self.read_bytes(path, limits.SOURCE_BYTES)
        if isinstance(source, Unreadable):
            return source
        return self._load(source, file)

    def read_bytes(self, path: Path, most: int) -> bytes | Unreadable:
        """A regular file's bytes, if it is small enough and inside the roots."""
        place = Location(self.relative(path), 1, 1)
        if not self.inside(path):
            return Unreadable(place, "leads outside the project")
        try:
            if not path.is_file():
                return Unreadable(place, "not a regular file")
            if path.stat().st_size > most:
                return Unreadable(place, f"larger than {most // 1_000_000} MB")
            data = path.read_bytes()
        except OSError as error:
            return Unreadable(place, f"cannot be read: {error.strerror or error}")
        self.files[place.file] = hashlib.sha256(data).hexdigest()
        return data
