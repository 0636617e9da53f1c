"""Functions that share a role: its excess is judged by what all of them need."""

from dataclasses import replace

from diff_stage import BUCKET, TABLE, allow, gap, need, needs, role

from iamgen.diff import Doubt, compare_role
from iamgen.diff.findings import findings
from iamgen.diff.shared import share_role

GET = need("s3:GetObject", BUCKET)
PUT = need("dynamodb:PutItem", TABLE)


def share(catalog, grants, **functions):
    alone = []
    for name, items in functions.items():
        requirements = replace(items, unit=name)
        alone.append((requirements, compare_role(requirements, grants, catalog)))
    return share_role(alone, grants, catalog)


def test_what_one_of_them_needs_is_no_excess(catalog):
    grants = role(allow("s3:GetObject", BUCKET), allow("dynamodb:PutItem", TABLE))
    first, second = share(catalog, grants, a=needs(GET), b=needs(PUT))
    assert (first.excess, second.excess) == ((), ())
    assert (first.shared, second.shared) == (("b",), ("a",))


def test_what_none_of_them_needs_stands_with_the_first(catalog):
    grants = role(allow("s3:GetObject", BUCKET), allow("sns:Publish", "*"))
    first, second = share(catalog, grants, a=needs(GET), b=needs(GET))
    assert [action.pattern for item in first.excess for action in item.actions] == ["sns:Publish"]
    assert second.excess == ()


def test_what_is_missing_stays_with_the_function_that_lacks_it(catalog):
    first, second = share(catalog, role(allow("s3:GetObject", BUCKET)), a=needs(GET), b=needs(PUT))
    assert first.missing == ()
    assert [item.requirement.action for item in second.missing] == ["dynamodb:PutItem"]


def test_a_gap_of_one_makes_the_grants_of_all_undecided(catalog):
    grants = role(allow("s3:GetObject", BUCKET), allow("sqs:SendMessage", "*"))
    first, second = share(catalog, grants, a=needs(GET), b=needs(GET, gaps=[gap("sqs.SendMessage")]))
    assert first.excess == ()
    assert [doubt.doubt for doubt in first.undecided] == [Doubt.GAP]
    assert second.undecided == ()


def test_a_function_that_could_not_be_judged_counts_by_its_gaps(catalog):
    grants = role(allow("s3:GetObject", BUCKET), allow("sqs:SendMessage", "*"))
    good = needs(GET)
    failed = replace(needs(gaps=[gap()]), unit="failed")
    first, second = share_role([(good, compare_role(good, grants, catalog)), (failed, None)], grants, catalog)
    assert second is None
    assert first.excess == ()
    assert first.undecided


def test_sharing_is_a_note(catalog):
    grants = role(allow("s3:GetObject", BUCKET))
    first, _ = share(catalog, grants, a=needs(GET), b=needs(GET))
    assert [(finding.rule, finding.severity) for finding in findings("a", (), first)] == [("IG207", "note")]
