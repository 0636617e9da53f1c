"""Runs the literate specs: each request needs exactly the permissions that its spec says."""

from __future__ import annotations

from pathlib import Path

import pytest

from iamgen.catalog.store import Catalog
from iamgen.mapping.requirements import gaps_of, needs_of

from .literate import Case, Expected, SpecError, load, parse

FOLDER = Path(__file__).parents[2] / "fixtures/specs/mapping"
CASES = load(FOLDER)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open()


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_request(case: Case, catalog: Catalog) -> None:
    unit, project = case.unit(), case.project()
    found = needs_of(case.call, unit, project, catalog)
    kinds = {
        Expected(one.action, one.resource, tuple((c.operator, c.key, c.values) for c in one.conditions)): (
            str(one.wildcard or "")
        )
        for one in found
    }
    assert set(kinds) == set(case.expected)
    for one in case.expected:
        if one.wildcard:
            assert (one, kinds[one]) == (one, one.wildcard)
    assert [str(gap.kind) for gap in gaps_of(case.call, unit, project, catalog)] == case.gaps
    for one in found:
        plain = one.resource.replace("${*}", "").replace("${?}", "")
        assert ("*" in plain or "?" in plain) == (one.wildcard is not None), one


def test_there_are_enough() -> None:
    assert len(CASES) >= 400


@pytest.mark.parametrize(
    "block",
    [
        "s3.GetObject Bucket=",
        "s3.GetObject Bucket=b\n-> none",
        "-> s3:GetObject *",
        "GetObject\n-> none",
        "s3.GetObject",
        's3.GetObject Bucket="b" Key={"a"}\n-> none',
        's3.GetObject Bucket="b"\n-> s3:GetObject * unless',
    ],
)
def test_a_spec_that_cannot_be_read_says_so(block: str) -> None:
    with pytest.raises((SpecError, ValueError)):
        list(parse(f"# x\n```needs\n{block}\n```\n", "x.md"))
