from __future__ import annotations

import pytest

from iamgen.catalog.lookup import look_up, search


@pytest.mark.parametrize(
    ("text", "operations", "actions"),
    [
        ("s3:ListObjectsV2", ["s3:ListObjectsV2"], []),
        ("s3:listobjectsv2", ["s3:ListObjectsV2"], []),
        ("s3.list_objects_v2", ["s3:ListObjectsV2"], []),
        ("S3:ListBucket", [], ["s3:ListBucket"]),
        ("dynamodb:PutItem", ["dynamodb:PutItem"], ["dynamodb:PutItem"]),
        ("states:StartExecution", ["stepfunctions:StartExecution"], ["states:StartExecution"]),
        ("stepfunctions:StartExecution", ["stepfunctions:StartExecution"], ["states:StartExecution"]),
        ("sesv2:SendEmail", ["sesv2:SendEmail"], ["ses:SendEmail"]),
        ("list_objects_v2", ["s3:ListObjectsV2"], []),
        ("ListObjectsV2", ["s3:ListObjectsV2"], []),
        (" s3:GetObject ", ["s3:GetObject"], ["s3:GetObject"]),
        ("s3:Nope", [], []),
        ("nope:GetObject", [], []),
        ("", [], []),
        (":", [], []),
    ],
)
def test_a_name_is_understood(text, operations, actions, catalog):
    found = look_up(catalog, text)
    assert [f"{o.service}:{o.name}" for o in found.operations] == operations
    assert [a.name for a in found.actions] == actions
    assert bool(found) == bool(operations or actions)


def test_a_search_wants_all_words(catalog):
    operations, actions = search(catalog, ("queue", "url"))
    assert operations == ("sqs:GetQueueUrl",)
    assert actions == ("sqs:GetQueueUrl",)
    assert search(catalog, ("nosuchword",)) == ((), ())
