"""The build: the same bytes twice, small, and the same as what is installed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import botocore
import pytest

from iamgen.catalog.build.checks import CatalogBuildError
from iamgen.catalog.build.run import PINNED, gather
from iamgen.catalog.build.write import write

MAX_BYTES = 6_000_000


@pytest.fixture(scope="module")
def content():
    return gather()


def test_the_pins_are_those_of_the_package():
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    if not pyproject.is_file():
        pytest.skip("the package's own file is not here")
    requires = tomllib.loads(pyproject.read_text())["build-system"]["requires"]
    assert {f"{name}=={version}" for name, version in PINNED.items()} <= set(requires)


def test_another_version_is_refused(monkeypatch):
    monkeypatch.setattr(botocore, "__version__", "1.0.0")
    with pytest.raises(CatalogBuildError, match=r"botocore 1\.43\.121, installed is 1\.0\.0"):
        gather()


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
