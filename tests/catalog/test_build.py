"""The build: the same bytes twice, small, and the same as what is installed."""

from __future__ import annotations

import pytest

from iamgen.catalog.build.run import gather
from iamgen.catalog.build.write import write

MAX_BYTES = 6_000_000


@pytest.fixture(scope="module")
def content():
    return gather()


@pytest.mark.slow
def test_two_builds_are_the_same_bytes(content, tmp_path):
    write(content, tmp_path / "one.sqlite")
    write(gather(), tmp_path / "two.sqlite")
    assert (tmp_path / "one.sqlite").read_bytes() == (tmp_path / "two.sqlite").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.sqlite", "two.sqlite"]


@pytest.mark.slow
def test_the_file_is_small(content, tmp_path):
    write(content, tmp_path / "one.sqlite")
    assert (tmp_path / "one.sqlite").stat().st_size <= MAX_BYTES
