"""What a user points at, and the protocol that each format answers it with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from iamgen.core.errors import InputError
from iamgen.project.model import Project


@dataclass(frozen=True, slots=True)
class Request:
    """A path that exists; `root` is the project's, absolute with links resolved."""

    path: Path  # absolute: a folder or a file
    root: Path
    template: Path | None  # absolute: the file that the user chose
    parameters: Mapping[str, str]
    environment: str | None = None  # of samconfig.toml; None: the one that `sam` takes

    @staticmethod
    def of(
        path: Path,
        *,
        template: Path | None,
        parameters: Mapping[str, str],
        root: Path | None,
        environment: str | None = None,
    ) -> Request:
        """The request for a path as the user wrote it; raises `InputError` when there is no such thing."""
        given = _existing(path, "give a directory, a template or a Python file")
        folder = given if given.is_dir() else given.parent
        chosen = None
        if template is not None:
            beside = template if template.is_absolute() or template.exists() else folder / template
            chosen = _existing(beside, "give the template's path", shown=template)
            if chosen.is_dir() and chosen.name != "cdk.out":
                raise InputError(f"`{template}` is a folder, not a template")
            if given.is_dir() and folder not in chosen.parents:
                folder = chosen.parent
        base = _existing(root, "give the project's folder") if root is not None else folder
        return Request(given, base, chosen, dict(parameters), environment)

    @property
    def target(self) -> Path:
        """What to read: the chosen template, else the path."""
        return self.template or self.path

    def relative(self, path: Path) -> str:
        """A path as reports show it: relative to the root with `/`, never absolute."""
        return relative(path, self.root)


@dataclass(frozen=True, slots=True)
class Found:
    """What a format reads, and how many folders below the given path it was found."""

    path: Path
    depth: int = 0
    program: bool = False  # what makes a declaration, and is not run: the handlers beside it are read without one


class NoFunctionError(InputError):
    """A declaration that is well formed and declares no function of Python."""


class NoTaskError(NoFunctionError):
    """A declaration of container tasks, none of which is seen to run Python: plain code beside it may."""


class Format(Protocol):
    """One way to declare units."""

    @property
    def name(self) -> str:
        """What `Project.format` says."""

    def detect(self, request: Request) -> Found | None:
        """The file or folder of this format that the request means, None when it means none; reads little."""

    def load(self, request: Request, found: Path) -> Project:
        """The project that `found` declares; raises `InputError` when it declares nothing readable."""


def relative(path: Path, root: Path) -> str:
    """A path relative to the project root with `/`; one outside starts with `..`, never with a drive or `/`."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        pass
    # `pathlib` gains `walk_up` only with 3.12.
    for above, parent in enumerate((root, *root.parents)):
        if parent in path.parents or parent == path:
            return "/".join([*[".."] * above, *path.relative_to(parent).parts]) or ".."
    return path.name


def _existing(path: Path, hint: str, shown: Path | None = None) -> Path:
    # The folder's links are resolved, the file's own name is kept: it is the module's name.
    try:
        absolute = path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
        if not absolute.exists():
            raise InputError(f"no such path `{shown or path}`", hint)
        return absolute.resolve() if absolute.is_dir() else absolute
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"`{shown or path}` cannot be read: {_cause(error)}", hint) from error


def _cause(error: Exception) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error).lower()
