from types import MappingProxyType

from diff_stage import BUCKET, TABLE, allow, gap, need, needs, role

from iamgen.diff.drift import Mark, Row, compare_three

GET = need("s3:GetObject", BUCKET)
PUT = need("dynamodb:PutItem", TABLE)
SYMBOLS = MappingProxyType(
    {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012", "OrdersTable": "shop-1"}
)
DEPLOYED = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-1"
YES, NO, UNDECIDED = Mark.YES, Mark.NO, Mark.UNDECIDED


def test_a_role_that_is_deployed_as_declared_has_no_drift(catalog):
    found = compare_three(
        needs(PUT),
        role(allow("dynamodb:PutItem", TABLE)),
        role(allow("dynamodb:PutItem", DEPLOYED), symbols=SYMBOLS),
        catalog,
    )
    assert not found.drift
    assert found.rows == (Row("dynamodb:PutItem", TABLE, YES, YES, YES),)
    assert found.rows[0].agrees


def test_what_was_added_by_hand(catalog):
    declared = role(allow("s3:GetObject", BUCKET))
    live = role(allow("s3:GetObject", BUCKET), allow("sqs:PurgeQueue"))
    found = compare_three(needs(GET), declared, live, catalog)
    assert found.drift
    assert [change.actions for change in found.change.newly_allowed] == [("sqs:PurgeQueue",)]
    assert Row("sqs:PurgeQueue", "*", NO, NO, YES) in found.rows


def test_what_was_not_deployed(catalog):
    found = compare_three(needs(GET), role(allow("s3:GetObject", BUCKET)), role(allow("sns:Publish")), catalog)
    assert [change.actions for change in found.change.no_longer_allowed] == [("s3:GetObject",)]
    assert Row("s3:GetObject", BUCKET, YES, YES, NO) in found.rows


def test_what_both_grant_in_vain_is_no_drift(catalog):
    wide = role(allow("s3:GetObject", BUCKET), allow("sns:Publish"))
    found = compare_three(needs(GET), wide, wide, catalog)
    assert not found.drift
    assert Row("sns:Publish", "*", NO, YES, YES) in found.rows
    assert found.template.drift


def test_what_nobody_can_tell(catalog):
    live = role(allow("sqs:SendMessage"), unread=("the managed policy `own`",))
    found = compare_three(needs(GET, gaps=[gap("sqs.SendMessage")]), role(), live, catalog)
    assert Row("s3:GetObject", BUCKET, YES, NO, UNDECIDED) in found.rows
    assert Row("sqs:SendMessage", "*", UNDECIDED, NO, YES) in found.rows
