"""A Python file or a folder without a template: its entry points are named, or look like handlers."""

from __future__ import annotations

from pathlib import Path

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.project.code.python_files import Bound, Outline, importable, outline, python_files
from iamgen.project.model import Entry, HandlerEntry, LibraryEntry, Problem, Project, ScriptEntry, Source, Unit
from iamgen.project.request import Request, relative


class Directory:
    """Plain Python: nothing is known of any deployment, so units have no environment and no configuration."""

    name = "directory"

    def load(self, request: Request, found: Path) -> Project:
        """Each function that looks like a handler; without one, the scripts: `__main__`, else what calls."""
        if not found.is_dir() and found.suffix != ".py":
            raise InputError(
                f"`{found.name}` is neither a template nor a Python file",
                "give a directory, a template or a Python file",
            )
        code = _Code(request, found)
        units: list[Unit] = []
        scripts: list[Unit] = []
        bare: list[Unit] = []
        problems: list[Problem] = []
        for path in code.files:
            shape = outline(path)
            module = code.module_of(path)
            if module is None:
                continue
            units.extend(
                code.unit(f"{module}:{one.name}", HandlerEntry(module, one.name), path, one.line)
                for one in shape.handlers
            )
            if shape.main_guard or path.name == "__main__.py" or not found.is_dir():
                scripts.append(code.unit(module, ScriptEntry(module), path, 1))
            elif shape.runs:
                bare.append(code.unit(module, ScriptEntry(module), path, 1))
            if not shape.readable and not shape.handlers and found.is_dir():
                problems.append(_unreadable(shape, code.relative(path)))
        every = tuple(units or scripts or bare)
        if not every:
            hint = "name one with --entry module:function, or give a template"
            raise InputError(f"no function found in `{_shown(request, found)}`", hint)
        return Project(code.root, self.name, _distinct(every), problems=tuple(problems))

    def load_entry(self, request: Request, *, entry: str | None, handler: str | None, all_functions: bool) -> Project:
        """The unit that the user names."""
        code = _Code(request, request.path)
        if not request.path.is_dir() and request.path.suffix != ".py":
            raise InputError(
                f"`{request.path.name}` is no Python file", "an entry point is looked for in a Python file or a folder"
            )
        if handler is not None and entry is None:
            module, dot, function = handler.replace("/", ".").rpartition(".")
            if not dot:
                raise InputError(f"`{handler}` is no handler", "write it as Lambda does: module.function")
            entry = f"{module}:{function}"
            return code.project(code.named(entry, handler))
        if all_functions:
            return code.project(code.library(entry))
        assert entry is not None
        return code.project(code.named(entry, entry))


class _Code:
    """The code root of a request and its modules."""

    def __init__(self, request: Request, path: Path) -> None:
        self.root = request.root
        self.path = path
        self.folder = path if path.is_dir() else path.parent
        self.given = not path.is_dir()
        # A module with relative imports only runs inside its package.
        if self.given and (self.folder / "__init__.py").is_file() and outline(path).relative_import:
            while (self.folder / "__init__.py").is_file() and self.folder.parent != self.folder:
                self.folder = self.folder.parent
            if self.folder in self.root.parents:
                self.root = self.folder

    @property
    def files(self) -> tuple[Path, ...]:
        return (self.path,) if self.given else python_files(self.folder)

    def relative(self, path: Path) -> str:
        return relative(path, self.root) or "."

    def module_of(self, path: Path) -> str | None:
        """The dotted name of a file below the code root, None when no import could name it."""
        parts = list(path.relative_to(self.folder).with_suffix("").parts)
        if parts[-1] == "__init__" and len(parts) > 1:
            parts.pop()
        return ".".join(parts) if importable(parts) or len(parts) == 1 else None

    def file_of(self, module: str) -> Path | None:
        base = self.folder.joinpath(*module.split("."))
        for candidate in (base / "__init__.py", base.with_name(base.name + ".py")):
            if candidate.is_file():
                return candidate
        return None

    def unit(self, name: str, entry: Entry | None, path: Path, line: int) -> Unit:
        code = self.relative(self.path if self.given else path)
        # A file in a folder that is no package is deployed from there as often as from the top.
        beside = path.parent
        loose = path.is_file() and beside != self.folder and not (beside / "__init__.py").exists()
        return Unit(name, name, entry, Source(None, line, code), (self.folder, *((beside,) if loose else ())))

    def project(self, unit: Unit) -> Project:
        return Project(self.root, Directory.name, (unit,))

    def named(self, entry: str, name: str) -> Unit:
        """The unit of `module:function` or `module`; the module may be written as a path."""
        written, colon, function = entry.partition(":")
        module = written.removesuffix(".py").removeprefix("./").strip("/").replace("/", ".")
        if not all(module.split(".")) or (colon and not all(part.isidentifier() for part in function.split("."))):
            raise InputError(f"`{entry}` is no entry point", "write module:function, or module for a script")
        path = self.file_of(module)
        if path is None and self.given and module == self.path.stem:
            path = self.path
        if path is None and self.given and module.split(".")[-1] == self.path.stem:
            # `--entry package.module:function` for a file inside that package.
            depth = module.count(".")
            if depth < len(self.path.parents) and self.path.parent.parts[-depth:] == tuple(module.split(".")[:-1]):
                self.folder = self.path.parents[depth]
                path = self.path
        if path is None:
            raise InputError(f"no module `{module}` in `{self.relative(self.folder)}`", self._near(module, function))
        if not colon:
            return self.unit(name, ScriptEntry(module), path, 1)
        shape = outline(path)
        bound = _bound(shape, function)
        if bound is None and shape.readable and not shape.star_import:
            known = ", ".join(f"`{module}:{one.name}`" for one in shape.bound if one.function)[:200]
            raise InputError(
                f"no function `{function}` in `{self.relative(path)}`", f"there are {known}" if known else None
            )
        return self.unit(name, HandlerEntry(module, function), path, bound.line if bound is not None else 1)

    def library(self, entry: str | None) -> Unit:
        """Every function of the modules, or of the one that is named."""
        if entry is not None:
            single = self.named(entry.partition(":")[0], entry)
            assert isinstance(single.entry, ScriptEntry)
            return Unit(entry, entry, LibraryEntry((single.entry.module,)), single.source, single.search_path)
        modules = tuple(name for path in self.files if (name := self.module_of(path)) is not None)
        if not modules:
            raise InputError("no Python file in the given folder", "give a folder with Python code")
        name = modules[0] if self.given else "library"
        return self.unit(name, LibraryEntry(modules), self.path if self.given else self.folder, 1)

    def _near(self, module: str, function: str) -> str | None:
        """`--entry app.handler` most often means `app:handler`."""
        parent, dot, last = module.rpartition(".")
        if dot and not function:
            path = self.file_of(parent) or (self.path if self.given and parent == self.path.stem else None)
            if path is not None and outline(path).find(last) is not None:
                return f"did you mean `{parent}:{last}`"
        return None


def _bound(shape: Outline, function: str) -> Bound | None:
    first, _, rest = function.partition(".")
    found = shape.find(first)
    return None if found is None or (rest and found.members and rest not in found.members) else found


def _distinct(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    return tuple({unit.name: unit for unit in units}.values())


def _unreadable(shape: Outline, file: str) -> Problem:
    return Problem("unparsable-file", f"cannot be parsed: {shape.reason}", Location(file, shape.line))


def _shown(request: Request, found: Path) -> str:
    return request.relative(found) if found != request.root else found.name


DIRECTORY = Directory()
