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


def loaded(case):
    """The project of a case: its folder, or the file that its `input` names."""
    named = PROJECTS / case / "input"
    return load(PROJECTS / case / named.read_text().strip() if named.exists() else PROJECTS / case)


@pytest.mark.parametrize("case", CASES)
def test_reads_the_project(case, expect):
    expect(PROJECTS / case / "expected.project.json", describe(loaded(case)))


def test_every_format_has_a_project():
    formats = {loaded(case).format for case in CASES}
    assert formats == {"sam", "serverless", "cdk", "terraform", "chalice", "zappa", "pulumi"}


@pytest.mark.parametrize("case", CASES)
def test_every_unit_of_the_fixtures_has_its_entry(case):
    assert [unit.name for unit in loaded(case).units if unit.entry is None] == []


@pytest.mark.parametrize("case", CASES)
def test_nothing_absolute_is_shown(case):
    assert str(PROJECTS) not in describe(loaded(case))
