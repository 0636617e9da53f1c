"""Real-shaped projects, one a format, with all that is read from them."""

from pathlib import Path

import pytest
from described import describe

from iamgen.project import load

PROJECTS = Path(__file__).parents[2] / "fixtures/projects"
CASES = [
    path.parent.name
    for path in sorted(PROJECTS.glob("*/expected.project.json"))
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_reads_the_project(case, expect):
    expect(PROJECTS / case / "expected.project.json", describe(load(PROJECTS / case)))


def test_every_format_has_a_project():
    formats = {load(PROJECTS / case).format for case in CASES}
    assert {"sam", "serverless", "cdk"} <= formats


@pytest.mark.parametrize("case", CASES)
def test_every_unit_of_the_fixtures_has_its_entry(case):
    assert [unit.name for unit in load(PROJECTS / case).units if unit.entry is None] == []


@pytest.mark.parametrize("case", CASES)
def test_nothing_absolute_is_shown(case):
    assert str(PROJECTS) not in describe(load(PROJECTS / case))
