"""What a Python file binds at its top level, read with the standard `ast` and never imported."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iamgen.project.limits import FOLDER_ENTRIES, SOURCE_BYTES

HANDLER_NAMES: Final = ("handler", "lambda_handler")
_EVENT: Final = frozenset({"event", "evt", "events", "lambda_event", "raw_event", "payload_event"})
_CONTEXT: Final = frozenset({"context", "ctx", "lambda_context", "ctxt", "aws_context"})
_FUNCTION: Final = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(([^)]*)\)", re.MULTILINE)
_NOT_IN_NAMES: Final = frozenset("./\\:")
_UNSEARCHED: Final = frozenset(
    {
        "node_modules", "site-packages", "dist-packages", "venv", "env", "virtualenv", "build", "dist", "cdk.out",
        "tests", "test", "__tests__", "integration_tests", "unit_tests", "docs", "examples_output", "htmlcov",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bound:
    """A name that a module binds at its top level."""

    name: str
    line: int
    function: bool  # a `def`, as opposed to an assignment or an import
    looks_like_handler: bool
    members: tuple[str, ...] = ()  # a class's own names


@dataclass(frozen=True, slots=True)
class Outline:
    """A Python file's top level; `readable` False when the grammar of this Python does not take it."""

    bound: tuple[Bound, ...] = ()
    star_import: bool = False  # or a module `__getattr__`: further names may exist
    relative_import: bool = False
    main_guard: bool = False
    runs: bool = False  # calls something when it is executed, beside what it binds
    readable: bool = True
    reason: str = ""
    line: int = 1

    def find(self, name: str) -> Bound | None:
        """The last binding of a name: the one that counts."""
        return next((one for one in reversed(self.bound) if one.name == name), None)

    @property
    def handlers(self) -> tuple[Bound, ...]:
        """What looks like a handler, by line, each name once."""
        named = {one.name: one for one in self.bound if one.looks_like_handler}
        return tuple(sorted(named.values(), key=lambda one: (one.line, one.name)))


def outline(path: Path) -> Outline:
    """The outline of a file; one that cannot be read has none, and says why."""
    try:
        if not path.is_file():
            return Outline(readable=False, reason="not a regular file")
        if path.stat().st_size > SOURCE_BYTES:
            return Outline(readable=False, reason=f"larger than {SOURCE_BYTES // 1_000_000} MB")
        data = path.read_bytes()
    except OSError as error:
        return Outline(readable=False, reason=f"cannot be read: {error.strerror or error}")
    return outline_of(data)


def outline_of(source: bytes | str) -> Outline:
    """The outline of a module's source."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except SyntaxError as error:
        return _roughly(source, f"{error.msg}", error.lineno or 1)
    except (ValueError, RecursionError, MemoryError) as error:
        return _roughly(source, str(error) or type(error).__name__, 1)
    return _read(tree)


def _read(tree: ast.Module) -> Outline:
    bound: list[Bound] = []
    star = relative = guard = runs = False
    for node in _statements(tree.body):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
                bound.append(Bound(node.name, node.lineno, True, node.name in HANDLER_NAMES or _takes_an_event(names)))
                star = star or node.name == "__getattr__"
            case ast.ClassDef():
                members = tuple(
                    one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
                )
                bound.append(Bound(node.name, node.lineno, False, False, members))
            case ast.Import():
                for alias in node.names:
                    name = alias.asname or alias.name.split(".")[0]
                    bound.append(Bound(name, node.lineno, False, False))
            case ast.ImportFrom():
                relative = relative or node.level > 0
                for alias in node.names:
                    star = star or alias.name == "*"
                    bound.append(Bound(alias.asname or alias.name, node.lineno, False, False))
            case ast.Assign() | ast.AnnAssign():
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    for one in ast.walk(target):
                        if isinstance(one, ast.Name):
                            made = isinstance(node.value, ast.Call) and one.id in HANDLER_NAMES
                            bound.append(Bound(one.id, node.lineno, False, made))
            case ast.If():
                guard = guard or _is_main_guard(node.test)
            case ast.Expr(value=ast.Call() | ast.Await()):
                runs = True
            case _:
                pass
    return Outline(tuple(bound), star, relative, guard, runs)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module's top level, those under `if`, `try`, `with` and loops included."""
    stack = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While | ast.TryStar):
            inner: list[ast.stmt] = [*node.body, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
            for handler in getattr(node, "handlers", []):
                inner.extend(handler.body)
            stack.extend(reversed(inner))


def _takes_an_event(parameters: list[str]) -> bool:
    if len(parameters) != 2:
        return False
    first, second = (name.strip("_").lower() for name in parameters)
    return first in _EVENT and (second in _CONTEXT or not second)


def _is_main_guard(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and any(
        isinstance(one, ast.Name) and one.id == "__name__" for one in (test.left, *test.comparators)
    )


def _roughly(source: bytes | str, reason: str, line: int) -> Outline:
    """What a file that does not parse seems to define: the analysis may know a newer grammar."""
    text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
    bound = []
    for found in _FUNCTION.finditer(text[:SOURCE_BYTES]):
        names = [part.split(":")[0].split("=")[0].strip() for part in found[2].split(",")]
        looks = found[1] in HANDLER_NAMES or _takes_an_event(names)
        bound.append(Bound(found[1], text.count("\n", 0, found.start()) + 1, True, looks))
    return Outline(tuple(bound), star_import=True, readable=False, reason=reason, line=line)


def importable(parts: Sequence[str]) -> bool:
    """Whether `importlib` can import a path, as Lambda does: `my-jobs/run-it.py`, too, which no statement names."""
    return bool(parts) and all(part and part.isprintable() and not _NOT_IN_NAMES.intersection(part) for part in parts)


def python_files(folder: Path) -> tuple[Path, ...]:
    """The Python files below a folder that are its own program: sorted, no links, no tests, no environments."""
    found: list[Path] = []
    seen = 0
    for base, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _UNSEARCHED and name != "__pycache__"
            and not (Path(base) / name / "pyvenv.cfg").exists()
        )  # fmt: skip
        seen += len(folders) + len(files)
        if seen > FOLDER_ENTRIES:
            break
        found.extend(Path(base) / name for name in files if name.endswith(".py") and not _is_test(name))
    return tuple(sorted(found, key=lambda path: path.relative_to(folder).parts))


def _is_test(name: str) -> bool:
    return name.startswith("test_") or name.endswith("_test.py") or name in ("conftest.py", "setup.py", "noxfile.py")
