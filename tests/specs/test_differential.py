"""Each spec program run for real: what it sends is asserted in its spec, and found by the analyzer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from iamgen.project.model import Project

from .assertions import read
from .literate import Case
from .running import record, skip_reason, unasserted, unfound
from .test_analysis_specs import CASES, catalog, unit_of

if TYPE_CHECKING:
    from iamgen.catalog.store import Catalog

__all__ = ["catalog"]
PARAMETERS = [
    pytest.param(case, id=case.id, marks=[pytest.mark.skip(reason=reason)] if (reason := skip_reason(case)) else [])
    for case in CASES
]


@pytest.fixture(scope="session")
def records(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every program of this run sent, by case."""
    chosen = {item.callspec.id for item in request.session.items if hasattr(item, "callspec")}
    cases = (case for case in CASES if case.id in chosen and not skip_reason(case))
    return record(cases, tmp_path_factory.mktemp("programs"))


@pytest.mark.parametrize("case", PARAMETERS)
def test_spec_is_true(case: Case, records: dict[str, Any]) -> None:
    """The assertions tell of each request that the program sends, and it runs to its end."""
    got = records[case.id]
    assert bool(got["error"]) == bool(case.settings.get("raises")), got["error"]
    assert not unasserted(case, got["requests"], read(case.files))


@pytest.mark.parametrize("case", PARAMETERS)
def test_requests_are_found(case: Case, records: dict[str, Any], tmp_path: Path, catalog: Catalog) -> None:
    """The analyzer finds each request that the program sends, and arguments that allow what was sent."""
    from iamgen.analysis.driver import analyse

    case.write(tmp_path)
    unit = unit_of(case, tmp_path)
    usage = analyse(unit, Project(tmp_path, "directory", (unit,)), catalog).usage
    if not usage.gaps:
        assert not unfound(records[case.id]["requests"], usage.calls)
