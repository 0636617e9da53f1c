"""Triggers evaluated on what is known of a call's arguments: with more answers than yes and no."""

from __future__ import annotations

import pytest

from iamgen.catalog.store import Catalog
from iamgen.mapping.arguments import Presence
from iamgen.mapping.request import request_of
from iamgen.mapping.triggers import holds

from .literate import Case, call_of


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open()


YES, NO, PERHAPS, UNTOLD = Presence.GIVEN, Presence.ABSENT, Presence.MAYBE, Presence.UNTOLD


@pytest.mark.parametrize(
    ("request_line", "trigger", "answer"),
    [
        ('s3.GetObject VersionId="1"', "VersionId", YES),
        ("s3.GetObject", "VersionId", NO),
        ('s3.GetObject VersionId?="1"', "VersionId", PERHAPS),
        ("s3.GetObject **", "VersionId", UNTOLD),
        ("s3.GetObject", "not VersionId", YES),
        ('s3.GetObject VersionId="1"', "not VersionId", NO),
        ("s3.GetObject **", "not VersionId", PERHAPS),
        ('s3.PutObject ACL="private"', 'ACL = "private"', YES),
        ('s3.PutObject ACL="public-read"', 'ACL = "private"', NO),
        ("s3.PutObject ACL=?", 'ACL = "private"', PERHAPS),
        ('s3.PutObject ACL="pri"+?', 'ACL = "private"', PERHAPS),
        ('s3.PutObject ACL="pub"+?', 'ACL = "private"', NO),
        ('s3.PutObject ACL="private" ~ "public-read"', 'ACL = "private"', PERHAPS),
        ('s3.PutObject ACL="b"', 'ACL in ("a", "b")', YES),
        ("s3.PutObject BucketKeyEnabled=True", "BucketKeyEnabled = true", YES),
        ("s3.PutObject BucketKeyEnabled=False", "BucketKeyEnabled = true", NO),
        ("s3.PutObject BucketKeyEnabled=?", "BucketKeyEnabled = true", PERHAPS),
        ("lambda.PublishLayerVersion Size=3", "Size = 3", YES),
        ('s3.CopyObject CopySource="arn:aws:s3:x"', 'CopySource startswith "arn:"', YES),
        ('s3.CopyObject CopySource="bucket/key"', 'CopySource startswith "arn:"', NO),
        ("s3.CopyObject CopySource=?", 'CopySource startswith "arn:"', PERHAPS),
        ('dynamodb.ExecuteStatement Statement="select * from t"', 'Statement verb "SELECT"', YES),
        ('dynamodb.ExecuteStatement Statement="DELETE FROM t"', 'Statement verb "SELECT"', NO),
        ('dynamodb.ExecuteStatement Statement="SEL"+?', 'Statement verb "SELECT"', PERHAPS),
        ('dynamodb.ExecuteStatement Statement="SELECT "+?', 'Statement verb "SELECT"', YES),
        ('dynamodb.ExecuteStatement Statement=" \\n SELECT a"', 'Statement verb "SELECT"', YES),
        ('dynamodb.TransactWriteItems TransactItems=[{"Put": {}}, {"Update": {}}]', "TransactItems[].Put", YES),
        ('dynamodb.TransactWriteItems TransactItems=[{"Update": {}}]', "TransactItems[].Put", NO),
        ('s3.PutObject ACL="a" Tagging="b"', "ACL and Tagging", YES),
        ('s3.PutObject ACL="a"', "ACL and Tagging", NO),
        ('s3.PutObject ACL="a"', "ACL or Tagging", YES),
        ('s3.PutObject ACL="a" **', "ACL and Tagging", UNTOLD),
        ('s3.PutObject ACL?="a" **', "ACL or Tagging", PERHAPS),
        ("s3.PutObject", "this is no trigger at all", PERHAPS),
    ],
)
def test_answers(request_line: str, trigger: str, answer: Presence, catalog: Catalog) -> None:
    case = Case("x", call_of(request_line), {})
    assert holds(request_of(case.call, case.unit(), case.project(), catalog), trigger) is answer


def test_what_the_sdk_requires_is_given_even_when_it_is_not_told(catalog: Catalog) -> None:
    case = Case("x", call_of("lambda.CreateFunction **"), {})
    request = request_of(case.call, case.unit(), case.project(), catalog)
    assert holds(request, "Role") is PERHAPS
    assert holds(request, "Tags") is UNTOLD
