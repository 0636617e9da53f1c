"""On every fixture project the generated policy equals the requirements: inclusion both ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamgen.catalog.store import Catalog
from iamgen.pipeline import Options, generate, needs_of
from iamgen.policy.compare import GrantSet, compare
from iamgen.policy.minimise import size
from iamgen.policy.model import NamedPolicy

PROJECTS = sorted(path for path in (Path(__file__).parents[2] / "fixtures" / "projects").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def catalog():
    return Catalog.open()


@pytest.mark.parametrize("project", PROJECTS, ids=[path.name for path in PROJECTS])
def test_the_policies_grant_what_is_required_and_nothing_else(project, catalog):
    report = generate(project, Options(cache=None, jobs=1))
    assert report.units
    for unit in report.units:
        needs = needs_of(unit.requirements)
        result = compare(GrantSet((NamedPolicy("generated", unit.policy),)), needs, catalog)
        assert (result.excess, result.missing, result.undecided) == ((), (), ()), unit.unit.name
        actions = [action for statement in unit.policy.statements for action in statement.actions]
        assert not any("*" in action or "?" in action for action in actions)
        assert len({s.sid for s in unit.policy.statements}) == len(unit.policy.statements)
        assert size(unit.policy) < 10_240
