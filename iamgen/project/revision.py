"""A project as it was at a git revision, unpacked beside the present one."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path
from typing import Final

from iamgen.core.errors import InputError

_SECONDS: Final = 300  # an archive of a large monorepo takes seconds; a hanging git must end
_BYTES: Final = 2_000_000_000  # unpacked; past this it is no source tree


def unpack_revision(path: Path, revision: str, folder: Path) -> Path:
    """Unpack the working tree of `revision` into `folder`; gives the place of `path` in it.

    Raises `InputError` when `path` is in no git repository, the revision is none, or `path` was not there.
    """
    present = path.resolve()
    start = present if present.is_dir() else present.parent
    top = Path(_git(start, "rev-parse", "--show-toplevel", complaint=f"`{path}` is in no git repository").strip())
    tree = _git(
        start, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}",
        complaint=f"no revision `{revision}` in the repository of `{path}`",
    ).strip()  # fmt: skip
    archive = subprocess.run(  # noqa: S603  # no shell; the tree is a hash
        ["git", "-C", str(top), "archive", "--format=tar", tree],  # noqa: S607  # the user's git
        capture_output=True, timeout=_SECONDS, check=False,
    )  # fmt: skip
    if archive.returncode:
        raise InputError(f"cannot read revision `{revision}`: {_last_line(archive.stderr)}")
    try:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            if sum(member.size for member in tar.getmembers()) > _BYTES:
                raise InputError(f"revision `{revision}` is too large to compare with")
            # The filter leaves out nothing that a checkout has, and refuses what would lead outside.
            tar.extractall(folder, members=_inside(tar), filter="data")
    except (tarfile.TarError, OSError) as error:
        raise InputError(f"cannot unpack revision `{revision}`: {error}") from error
    there = folder / present.relative_to(top.resolve())
    if not there.exists():
        raise InputError(f"`{path}` is not in revision `{revision}`")
    return there


def _inside(tar: tarfile.TarFile) -> list[tarfile.TarInfo]:
    """The members that are files, folders, or links that stay inside; others would refuse the whole archive."""
    members = []
    for member in tar.getmembers():
        try:
            tarfile.data_filter(member, "/nowhere")
        except tarfile.FilterError:
            continue
        members.append(member)
    return members


def _git(folder: Path, *arguments: str, complaint: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # no shell, fixed arguments but for a revision after --end-of-options
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # the user's git
            capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"cannot run git: {error}", "`--since` needs git") from error
    if done.returncode:
        raise InputError(complaint)
    return done.stdout


def _last_line(text: bytes) -> str:
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "git said nothing"
