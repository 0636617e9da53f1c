"""An entry that is not there: the gap says why, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamgen.analysis.driver import analyse
from iamgen.analysis.usage import GapKind
from iamgen.catalog.store import Catalog
from iamgen.project.model import HandlerEntry, Project, Source, Unit

HANDLER = "def handler(event, context):\n    pass\n"
ENDLESS = "the body of the module `app` never ends: it stops here, before it has a `handler`"
NONE = "the module `app` has no `handler`"


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("while True:\n    pass\n", 1, ENDLESS),
        ("import time\nwhile True:\n    time.sleep(1)\n", 3, ENDLESS),
        ("import sys\nsys.exit(0)\n", 2, ENDLESS),
        ("x = 1\nraise RuntimeError(x)\n", 2, ENDLESS),
        ("while True:\n    break\ndel handler_\n".replace("del handler_", "other = 1"), 1, NONE),
    ],
)
def test_a_body_that_never_ends_has_no_handler(tmp_path: Path, body: str, line: int, message: str) -> None:
    end = HANDLER if message is ENDLESS else ""
    (tmp_path / "app.py").write_text(body + end, encoding="utf-8")
    unit = Unit("f", "app.handler", HandlerEntry("app", "handler"), Source(None, 1, "."), (tmp_path,))
    usage = analyse(unit, Project(tmp_path, "directory", (unit,)), Catalog.open()).usage
    (gap,) = usage.gaps
    assert (gap.kind, gap.location.file, gap.location.line) == (GapKind.UNKNOWN_ENTRY, "app.py", line)
    assert gap.message == message


def test_a_handler_before_the_end_is_there(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(f"{HANDLER}while True:\n    pass\n", encoding="utf-8")
    unit = Unit("f", "app.handler", HandlerEntry("app", "handler"), Source(None, 1, "."), (tmp_path,))
    assert analyse(unit, Project(tmp_path, "directory", (unit,)), Catalog.open()).usage.complete
