"""A call that finds all as it was is told again: nothing runs, nothing is lost, nothing else is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iamgen.analysis.driver import analyse
from iamgen.analysis.interpreter.calls import Calls
from iamgen.analysis.interpreter.replays import Replays
from iamgen.analysis.usage import Usage
from iamgen.catalog.store import Catalog
from iamgen.project.model import HandlerEntry, Project, Source, Unit

LOOPS = """
import boto3

s3 = boto3.client("s3")


def save(key):
    item = {"Bucket": "b", "Key": key}
    s3.put_object(**item)
    return item


def retry(work):
    for attempt in range(3):
        try:
            return work()
        except Exception:
            s3.list_buckets()


def handler(event, context):
    for record in event["Records"]:
        for part in record["parts"]:
            retry(lambda: save("k"))
"""


def _usage(folder: Path, text: str) -> Usage:
    (folder / "app.py").write_text(text, encoding="utf-8")
    unit = Unit("f", "app.handler", HandlerEntry("app", "handler"), Source(None, 1, "."), (folder,))
    return analyse(unit, Project(folder, "directory", (unit,)), Catalog.open()).usage


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The functions whose bodies were executed."""
    found: list[str] = []
    run = Calls._activate

    def activate(self: Calls, f: Any, activation: Any, *rest: Any) -> Any:
        found.append(activation.function.code.name)
        return run(self, f, activation, *rest)

    monkeypatch.setattr(Calls, "_activate", activate)
    return found


def test_equal_calls_run_twice_and_no_more(tmp_path: Path, runs: list[str]) -> None:
    _usage(tmp_path, LOOPS)
    assert runs.count("save") == 2


def test_what_is_told_is_what_running_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = _usage(tmp_path, LOOPS)
    monkeypatch.setattr(Replays, "replay_key", lambda *_: None)
    assert told == _usage(tmp_path, LOOPS)
    assert {call.operation for call in told.calls} == {"PutObject", "ListBuckets"}
