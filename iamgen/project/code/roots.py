"""Where code lies: a folder or an archive that a declaration names, inside the project and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from iamgen.core.text import Text
from iamgen.project.model import EMPTY
from iamgen.project.request import relative

_REMOTE: Final = ("s3://", "http://", "https://")


@dataclass(frozen=True, slots=True)
class CodeRoot:
    """The folder that a unit's imports start from, or the files that an archive holds, or why there is none."""

    shown: str  # relative to the project, or as written
    folder: Path | None = None
    inline: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    kind: str = ""  # the problem's kind
    problem: str = ""
    movable: bool = False  # a build may make it of what lies elsewhere in the project
    note: str = ""  # what was guessed of a folder
    environment: Mapping[str, tuple[Text, ...]] = field(default_factory=lambda: EMPTY)  # see `code.inline`


def code_root(written: str, base: Path, root: Path) -> CodeRoot:
    """The code at a path that a file in `base` names; `root` bounds what may be read."""
    if written.startswith(_REMOTE):
        problem = f"the code lies at `{written}`, not in the project"
        return CodeRoot(written, kind="unreadable-code", problem=problem, movable=True)
    path, why = inside(base / written, root)
    shown = relative(Path(os.path.normpath(base / written)), root)
    if path is None:
        kind = OUTSIDE_PROJECT if why == OUTSIDE else "unreadable-code"
        return CodeRoot(shown, kind=kind, problem=f"the code path `{written}` {why}", movable=why == MISSING)
    if path.is_dir():
        return CodeRoot(shown, path)
    if path.suffix in (".zip", ".whl"):
        from iamgen.project.code.archives import python_sources

        files, trouble = python_sources(path)
        if trouble:
            return CodeRoot(shown, kind="unreadable-code", problem=f"the archive `{written}` {trouble}")
        return CodeRoot(shown, inline=files)
    if path.suffix == ".py":
        return CodeRoot(relative(path.parent, root), path.parent)
    return CodeRoot(
        shown, kind="unreadable-code", problem=f"the code path `{written}` is neither a folder nor an archive"
    )


MISSING: Final = "does not exist"
OUTSIDE_PROJECT: Final = "outside-project"
"""The kind of problem that a path makes which leaves the project."""

OUTSIDE: Final = "leads outside the project"


def inside(path: Path, root: Path) -> tuple[Path | None, str]:
    """An existing path with links resolved, if it lies in the project; else None and what is wrong."""
    try:
        real = path.resolve(strict=True)
    except FileNotFoundError:
        lexical = Path(os.path.normpath(path))
        within = lexical == root or root in lexical.parents
        return None, MISSING if within else OUTSIDE
    except (OSError, RuntimeError) as error:
        loop = isinstance(error, RuntimeError) or getattr(error, "errno", None) == 40
        return None, "is a loop of symbolic links" if loop else "cannot be read"
    except ValueError:
        return None, "is no path"
    if real != root and root not in real.parents:
        return None, OUTSIDE
    return real, ""


def layer_folders(root: CodeRoot, *, built: bool) -> tuple[Path, ...]:
    """What a layer's folder puts on the import path: `python/`, and the folder itself when it is built from there."""
    folder = root.folder
    if folder is None:
        return ()
    found = [folder / "python"] if _is_folder(folder / "python") else []
    libraries = folder / "python" / "lib"
    if _is_folder(libraries):
        found.extend(one / "site-packages" for one in sorted(libraries.iterdir()) if _is_folder(one / "site-packages"))
    if built or not found:
        found.append(folder)
    return tuple(found)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
