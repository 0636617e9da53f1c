"""Pragmas: what they declare, what they take off, and when they are stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamgen.analysis.driver import analyse
from iamgen.analysis.usage import GapKind, Usage
from iamgen.catalog.store import Catalog
from iamgen.project.model import HandlerEntry, Project, Source, Unit


def usage(tmp_path: Path, *lines: str) -> Usage:
    body = "\n".join(f"    {line}" for line in lines)
    source = f'import boto3\n\ns3 = boto3.client("s3")\n\n\ndef handler(event, context):\n{body}\n'
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    unit = Unit("f", "app.handler", HandlerEntry("app", "handler"), Source(None, 1, "."), (tmp_path,))
    return analyse(unit, Project(tmp_path, "directory", (unit,)), Catalog.open()).usage


DYNAMIC = 'getattr(s3, event["m"])()'


def test_calls_states_the_request_and_takes_the_gap_off(tmp_path: Path) -> None:
    found = usage(tmp_path, f"{DYNAMIC}  # iamgen: calls s3.GetObject Bucket=reports Key=in/*")
    assert [(call.operation, str(call.arguments.entries[1].value)) for call in found.calls] == [
        ("GetObject", '"in/"+?')
    ]
    assert found.complete
    assert [gap.kind for gap in found.suppressed] == [GapKind.DYNAMIC_OPERATION]


def test_a_pragma_alone_on_a_line_speaks_of_the_next(tmp_path: Path) -> None:
    found = usage(tmp_path, "# iamgen: ignore[dynamic-operation] only lists", DYNAMIC)
    assert found.complete
    assert len(found.suppressed) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"{DYNAMIC}  # iamgen: ignore", "no reason"),
        (f"{DYNAMIC}  # iamgen: ignore[nonsense] why", "no kind of gap"),
        (f"{DYNAMIC}  # iamgen: calls s3.Nonsense", "no operation"),
        (f"{DYNAMIC}  # iamgen: calls s3.GetObject Bukket=x", "no parameter"),
        (f"{DYNAMIC}  # iamgen: calls", "names no request"),
        (f"{DYNAMIC}  # iamgen: nonsense", "is no pragma"),
    ],
)
def test_a_malformed_pragma_is_a_finding_and_changes_nothing(tmp_path: Path, line: str, message: str) -> None:
    found = usage(tmp_path, line)
    kinds = {gap.kind: gap.message for gap in found.gaps}
    assert message in kinds[GapKind.STALE_PRAGMA]
    assert GapKind.DYNAMIC_OPERATION in kinds


def test_a_pragma_of_another_kind_leaves_the_gap(tmp_path: Path) -> None:
    found = usage(tmp_path, f"{DYNAMIC}  # iamgen: ignore[dynamic-service] why")
    assert {gap.kind for gap in found.gaps} == {GapKind.DYNAMIC_OPERATION, GapKind.STALE_PRAGMA}


def test_a_stale_pragma_is_a_finding(tmp_path: Path) -> None:
    found = usage(tmp_path, "s3.list_buckets()  # iamgen: ignore nothing is unresolved here")
    assert [gap.kind for gap in found.gaps] == [GapKind.STALE_PRAGMA]


def test_a_pragma_that_this_entry_does_not_reach_is_not_stale(tmp_path: Path) -> None:
    found = usage(tmp_path, "return", "s3.list_buckets()  # iamgen: ignore another entry's")
    assert found.complete
