"""What a program sends does not depend on how it is written: each spec, rewritten, gives the same calls and gaps."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from iamgen.analysis.usage import GapKind, Usage
from iamgen.project.model import Project

from .assertions import shown
from .literate import Case
from .metamorphosis import REWRITINGS, Rewriting
from .test_analysis_specs import CASES, catalog, unit_of

if TYPE_CHECKING:
    from iamgen.catalog.store import Catalog

__all__ = ["catalog"]


def sent(case: Case, root: Path, catalog: Catalog) -> dict[str, set[str]]:
    """Each operation with the alternatives of each argument, and the kinds of gaps."""
    from iamgen.analysis.driver import analyse

    case.write(root)
    unit = unit_of(case, root)
    usage: Usage = analyse(unit, Project(root, "directory", (unit,)), catalog).usage
    found: dict[str, set[str]] = {}
    for call in usage.calls:
        name = f"{call.service}.{call.operation}"
        role = "" if call.assumed_role is None else f" as {call.assumed_role}"
        found.setdefault(name + role, set())
        for entry in call.arguments.entries:
            found.setdefault(f"{name}{role} {entry.key.literal}", set()).update(shown(entry.value))
    for gap in usage.gaps:
        if gap.kind is GapKind.DEAD_END:
            continue  # none where a rewriting catches what is raised
        # a method got by `getattr` and called is the same doubt under another name
        kind = GapKind.UNKNOWN_CALL if gap.kind is GapKind.UNKNOWN_RECEIVER else gap.kind
        found.setdefault(f"gap {kind}", set())
    return found


def rewritable() -> Iterator[Case]:
    """The cases that ast can read and write, and that do not look at their own text."""
    for case in CASES:
        if "app.py" not in case.files or case.settings.get("entry", "app:handler") != "app:handler":
            continue
        if any("# iamgen:" in text for text in case.files.values()):
            continue  # a rewriting goes through ast, which knows no comments
        try:
            for name, text in case.files.items():
                if name.endswith(".py"):
                    ast.parse(text)
        except SyntaxError:
            continue
        yield case


def pairs() -> Iterator[object]:
    """Each case with one rewriting, always the same; with every one in `tox -e soak`."""
    thorough = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
    for case in rewritable():
        chosen = REWRITINGS[crc32(case.id.encode()) % len(REWRITINGS)]
        for rewriting in REWRITINGS if thorough else [chosen]:
            yield pytest.param(case, rewriting, id=f"{case.id}-{rewriting.__name__}")


@pytest.mark.parametrize(("case", "rewriting"), pairs())
def test_rewritten(case: Case, rewriting: Rewriting, tmp_path: Path, catalog: Catalog) -> None:
    files = rewriting(case.files)
    if files is None:
        pytest.skip("the rewriting does not apply")
    assert sent(replace(case, files=files), tmp_path / "b", catalog) == sent(case, tmp_path / "a", catalog)
