"""What a new build changes: the installed catalog against one with rows changed by hand."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from iamgen.catalog.compare import Change, Changed, compare
from iamgen.catalog.store import Catalog


@pytest.fixture
def changed(tmp_path, catalog):
    def change(*statements: str) -> Catalog:
        path = tmp_path / "old.sqlite"
        shutil.copy(catalog._path, path)
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return Catalog.open(path)

    return change


S3 = "(SELECT id FROM service WHERE name = 's3')"


def test_nothing_changes_against_itself(catalog, changed):
    assert compare(changed(), catalog) == ()


def test_an_action_that_is_needed_now(catalog, changed):
    old = changed(
        f"UPDATE permission SET action = 's3:GetObjectAcl' WHERE service = {S3} AND action = 's3:GetObjectVersion'"
        f" AND operation = (SELECT number FROM operation WHERE service = {S3} AND name = 'GetObject')"
    )
    assert compare(old, catalog) == (
        Changed(Change.NEEDS_MORE, "s3:GetObject", "s3:GetObjectVersion when VersionId"),
        Changed(Change.NEEDS_LESS, "s3:GetObject", "s3:GetObjectAcl when VersionId"),
    )


def test_an_operation_that_was_unknown(catalog, changed):
    old = changed(f"UPDATE operation SET status = 3, action = '' WHERE service = {S3} AND name = 'GetBucketAcl'")
    assert compare(old, catalog) == (Changed(Change.NOW_KNOWN, "s3:GetBucketAcl", "unknown -> s3:GetBucketAcl"),)


def test_what_is_new_and_gone(catalog, changed):
    old = changed(
        f"DELETE FROM operation WHERE service = {S3} AND name = 'GetBucketAcl'",
        "UPDATE action SET name = 'GetBucketAclOld' WHERE prefix = 's3' AND name = 'GetBucketAcl'",
    )
    assert compare(old, catalog) == (
        Changed(Change.NEW, "s3:GetBucketAcl", "action"),
        Changed(Change.NEW, "s3:GetBucketAcl", "operation"),
        Changed(Change.GONE, "s3:GetBucketAclOld", "action"),
    )


def test_other_resources(catalog, changed):
    old = changed(
        f"DELETE FROM binding WHERE service = {S3} AND action = '='"
        f" AND operation = (SELECT number FROM operation WHERE service = {S3} AND name = 'PutObject')"
    )
    assert compare(old, catalog) == (Changed(Change.OTHER_RESOURCES, "s3:PutObject", "s3:PutObject"),)
