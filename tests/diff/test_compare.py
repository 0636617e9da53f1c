from types import MappingProxyType

import pytest
from diff_stage import BUCKET, TABLE, allow, call, deny, gap, need, needs, policy, role

from iamgen.analysis.usage import GapKind
from iamgen.core.location import Location
from iamgen.deployed import ManagedPolicies, PolicyKind, RoleGrants
from iamgen.diff import Doubt, compare_role
from iamgen.mapping.model import DeploymentNeed, Wildcard
from iamgen.policy.comparison import ExcessKind, Why
from iamgen.policy.model import Condition

GET = need("s3:GetObject", BUCKET)
PUT = need("dynamodb:PutItem", TABLE)
LOGS = [
    need(f"logs:{action}", "arn:aws:logs:*:*:log-group:/aws/lambda/orders:*",
         evidence=[DeploymentNeed("logs", Location("template.yaml", 2))])
    for action in ("CreateLogStream", "PutLogEvents")
]  # fmt: skip


def test_a_role_that_grants_just_what_is_needed_is_clean(catalog):
    found = compare_role(
        needs(GET, PUT), role(allow("s3:GetObject", BUCKET), allow("dynamodb:PutItem", TABLE)), catalog
    )
    assert found.clean
    assert not found.drift
    assert (found.unit, found.role) == ("Orders", "OrdersRole")


# --- missing ---------------------------------------------------------------------------------------


def test_a_missing_permission_has_its_call_site_and_path(catalog):
    found = compare_role(needs(GET, PUT), role(allow("s3:GetObject", BUCKET)), catalog)
    (missing,) = found.missing
    assert missing.requirement.action == "dynamodb:PutItem"
    assert missing.requirement.resource == TABLE
    assert missing.why is Why.IMPLICIT_DENY
    assert missing.requirement.evidence == (call(),)
    assert missing.requirement.evidence[0].path[0].function == "app.handler"
    assert found.excess == ()


def test_a_need_that_is_granted_in_part_says_what_is_granted(catalog):
    found = compare_role(needs(GET), role(allow("s3:GetObject", "arn:aws:s3:::uploads/in/*")), catalog)
    (missing,) = found.missing
    assert missing.granted == ("arn:aws:s3:::uploads/in/*",)
    assert missing.witness.action == "s3:GetObject"


def test_a_denied_need_names_the_statement(catalog):
    found = compare_role(needs(GET), role(allow("s3:GetObject", BUCKET), deny("s3:*", Sid="NoS3")), catalog)
    (missing,) = found.missing
    assert missing.why is Why.EXPLICIT_DENY
    assert missing.origin is not None
    assert (missing.origin.policy, missing.origin.statement, missing.origin.sid) == ("orders", 1, "NoS3")


def test_a_need_outside_the_boundary(catalog):
    limit = policy("limit", allow("dynamodb:*"), kind=PolicyKind.BOUNDARY)
    found = compare_role(needs(GET), role(allow("s3:GetObject", BUCKET), boundary=limit), catalog)
    assert [missing.why for missing in found.missing] == [Why.OUTSIDE_BOUNDARY]


def test_a_need_outside_the_control_policies(catalog):
    level = (policy("no-s3", allow("*"), deny("s3:*"), kind=PolicyKind.SCP),)
    found = compare_role(needs(GET), role(allow("s3:GetObject", BUCKET), scps=(level,)), catalog)
    (missing,) = found.missing
    assert missing.why in (Why.OUTSIDE_SCP, Why.EXPLICIT_DENY)
    assert missing.origin is None or missing.origin.kind is PolicyKind.SCP


# --- excess ----------------------------------------------------------------------------------------


def test_an_unneeded_action(catalog):
    found = compare_role(needs(GET), role(allow(["s3:GetObject", "s3:PutObject"], BUCKET)), catalog)
    (excess,) = found.excess
    assert excess.kind is ExcessKind.ACTION
    assert [action.unneeded for action in excess.actions] == [("s3:PutObject",)]
    assert (excess.origin.policy, excess.origin.statement) == ("orders", 0)
    assert excess.origin.location == Location("template.yaml", 5)


def test_a_wildcard_action_is_replaced_by_what_is_needed(catalog):
    found = compare_role(needs(PUT), role(allow("dynamodb:*", TABLE)), catalog)
    (excess,) = found.excess
    assert excess.replacement == ("dynamodb:PutItem",)
    assert excess.count > 40
    assert found.missing == ()


def test_a_wide_resource_is_replaced_by_the_narrower_one(catalog):
    found = compare_role(needs(PUT), role(allow("dynamodb:PutItem")), catalog)
    (excess,) = found.excess
    assert excess.kind is ExcessKind.RESOURCE
    assert excess.resources == ("*",)
    assert excess.replacement == (TABLE,)


def test_an_unused_statement(catalog):
    found = compare_role(needs(GET), role(allow("s3:GetObject", BUCKET), allow("sns:Publish", Sid="News")), catalog)
    (excess,) = found.excess
    assert excess.kind is ExcessKind.STATEMENT
    assert excess.origin.sid == "News"


def test_two_policies_of_one_name_keep_their_places(catalog):
    first, second = policy("p", allow("s3:GetObject", BUCKET), line=5), policy("p", allow("sns:Publish"), line=50)
    found = compare_role(needs(GET), RoleGrants("R", (first, second)), catalog)
    (excess,) = found.excess
    assert excess.origin.location == Location("template.yaml", 50)


# --- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("needed", "granted"),
    [
        ("arn:aws:s3:::b/*", "arn:${AWS::Partition}:s3:::b/*"),
        ("arn:${AWS::Partition}:s3:::b/*", "arn:aws:s3:::b/*"),
        ("arn:${AWS::Partition}:s3:::b/*", "arn:aws-cn:s3:::b/*"),
    ],
)
def test_partitions_compare_alike(catalog, needed, granted):
    assert compare_role(needs(need("s3:GetObject", needed)), role(allow("s3:GetObject", granted)), catalog).clean


def test_what_the_role_writes_is_shown_as_written(catalog):
    granted = "arn:${AWS::Partition}:s3:::b/*"
    found = compare_role(
        needs(need("s3:GetObject", "arn:aws:s3:::b/*")), role(allow(["s3:GetObject", "s3:PutObject"], granted)), catalog
    )
    assert found.excess[0].resources == (granted,)


def test_references_that_the_deployment_tells_are_filled(catalog):
    symbols = MappingProxyType(
        {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012", "OrdersTable": "shop-1"}
    )
    granted = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-1"
    assert compare_role(needs(PUT), role(allow("dynamodb:PutItem", granted), symbols=symbols), catalog).clean


def test_a_reference_against_a_name_is_undecided(catalog):
    granted = "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/shop-1"
    found = compare_role(needs(PUT), role(allow("dynamodb:PutItem", granted)), catalog)
    assert found.missing == ()
    assert found.excess == ()
    assert {doubt.doubt for doubt in found.undecided} == {Doubt.SYMBOL}


def test_the_region_and_account_of_a_bare_entry_are_those_of_the_role(catalog):
    symbols = MappingProxyType({"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"})
    bare = need("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/orders")
    granted = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    assert compare_role(needs(bare), role(allow("dynamodb:PutItem", granted), symbols=symbols), catalog).clean


def test_a_region_that_the_code_sets_is_not_the_functions_own(catalog):
    symbols = MappingProxyType({"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"})
    elsewhere = need(
        "dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:*:table/orders", evidence=[call(region="us-east-1")]
    )
    granted = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    found = compare_role(needs(elsewhere), role(allow("dynamodb:PutItem", granted), symbols=symbols), catalog)
    assert [missing.requirement.action for missing in found.missing] == ["dynamodb:PutItem"]


# --- holes -----------------------------------------------------------------------------------------


def test_a_narrower_grant_than_an_unknown_name_is_undecided(catalog):
    unknown = need("s3:GetObject", "arn:aws:s3:::*/*", wildcard=Wildcard.OPEN)
    found = compare_role(needs(unknown), role(allow("s3:GetObject", "arn:aws:s3:::uploads/*")), catalog)
    assert found.missing == ()
    assert {doubt.doubt for doubt in found.undecided} == {Doubt.OPEN}


def test_a_narrower_grant_than_all_that_is_needed_is_missing(catalog):
    every = need("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-??????",
                 wildcard=Wildcard.NARROW)  # fmt: skip
    granted = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-A?????"
    found = compare_role(needs(every), role(allow("secretsmanager:GetSecretValue", granted)), catalog)
    assert len(found.missing) == 1


def test_an_unknown_name_is_missing_when_nothing_of_its_kind_is_granted(catalog):
    unknown = need("s3:GetObject", "arn:aws:s3:::*/*", wildcard=Wildcard.OPEN)
    found = compare_role(needs(unknown), role(allow("dynamodb:PutItem", TABLE)), catalog)
    assert len(found.missing) == 1


# --- conditions ------------------------------------------------------------------------------------


def test_a_conditional_grant_is_undecided(catalog):
    condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    found = compare_role(needs(GET), role(allow("s3:GetObject", BUCKET, Condition=condition)), catalog)
    (doubt,) = found.undecided
    assert doubt.doubt is Doubt.CONDITION
    assert "aws:RequestedRegion" in doubt.reason
    assert doubt.origin is not None
    assert doubt.requirements[0].action == "s3:GetObject"


def test_a_grant_without_the_needs_condition_is_excess(catalog):
    passed = Condition("StringEquals", "iam:PassedToService", ("lambda.amazonaws.com",))
    arn = "arn:aws:iam::123456789012:role/worker"
    found = compare_role(needs(need("iam:PassRole", arn, passed)), role(allow("iam:PassRole", arn)), catalog)
    (excess,) = found.excess
    assert excess.kind is ExcessKind.CONDITION
    assert found.missing == ()


# --- gaps: fail closed -----------------------------------------------------------------------------


def test_a_gap_without_a_difference_is_not_clean(catalog):
    found = compare_role(needs(GET, gaps=[gap("sqs.SendMessage")]), role(allow("s3:GetObject", BUCKET)), catalog)
    assert not found.clean
    assert not found.drift


def test_what_a_gap_may_need_is_undecided(catalog):
    found = compare_role(
        needs(GET, gaps=[gap("sqs.SendMessage")]),
        role(allow("s3:GetObject", BUCKET), allow(["sqs:SendMessage", "sns:Publish"])),
        catalog,
    )
    (excess,) = found.excess
    assert [action.unneeded for action in excess.actions] == [("sns:Publish",)]
    assert excess.kind is ExcessKind.ACTION
    (doubt,) = found.undecided
    assert doubt.doubt is Doubt.GAP
    assert doubt.excess is not None
    assert [action.unneeded for action in doubt.excess.actions] == [("sqs:SendMessage",)]
    assert doubt.gaps == (gap("sqs.SendMessage"),)
    assert "app.py:31" in doubt.reason


def test_a_wildcard_is_split_between_excess_and_what_a_gap_may_need(catalog):
    found = compare_role(needs(gaps=[gap("sqs.SendMessage")]), role(allow("sqs:*")), catalog)
    (excess,) = found.excess
    (doubt,) = found.undecided
    assert doubt.excess is not None
    assert [a.unneeded for a in doubt.excess.actions] == [("sqs:SendMessage",)]
    assert "sqs:SendMessage" not in excess.actions[0].unneeded
    assert excess.witness.action != "sqs:SendMessage"
    assert {*excess.actions[0].unneeded, "sqs:SendMessage"} == set(catalog.expand("sqs:*"))


@pytest.mark.parametrize(
    "candidates",
    [(), ("sqs.*",), tuple(f"sqs.Operation{number}" for number in range(8)), ("nonsense.Operation",)],
    ids=["none", "a whole service", "a list that may be cut", "an unknown service"],
)
def test_a_gap_whose_candidates_are_not_all_told_may_need_any(catalog, candidates):
    found = compare_role(needs(gaps=[gap(*candidates)]), role(allow("sqs:PurgeQueue")), catalog)
    assert found.excess == ()
    assert [doubt.doubt for doubt in found.undecided] == [Doubt.GAP]


def test_a_gap_in_one_service_explains_no_other(catalog):
    found = compare_role(needs(gaps=[gap("sqs.*")]), role(allow("sns:Publish")), catalog)
    assert len(found.excess) == 1
    assert found.undecided == ()


@pytest.mark.parametrize("kind", [GapKind.STALE_PRAGMA])
def test_a_gap_that_hides_no_request_explains_nothing(catalog, kind):
    found = compare_role(needs(gaps=[gap(kind=kind)]), role(allow("sns:Publish")), catalog)
    assert len(found.excess) == 1


# --- what could not be read: fail closed -----------------------------------------------------------


def test_what_an_unread_policy_may_grant_is_undecided(catalog):
    found = compare_role(needs(GET, PUT), role(unread=("the managed policy `own`",)), catalog)
    assert found.missing == ()
    assert not found.clean
    unread = [doubt for doubt in found.undecided if doubt.doubt is Doubt.UNREAD]
    assert sorted(r.action for doubt in unread for r in doubt.requirements) == ["dynamodb:PutItem", "s3:GetObject"]


def test_an_unread_policy_changes_no_explicit_deny(catalog):
    found = compare_role(needs(GET), role(deny("s3:*"), unread=("the managed policy `own`",)), catalog)
    assert [missing.why for missing in found.missing] == [Why.EXPLICIT_DENY]


def test_an_unread_policy_hides_no_excess(catalog):
    found = compare_role(needs(), role(allow("sns:Publish"), unread=("the managed policy `own`",)), catalog)
    assert len(found.excess) == 1


def test_an_unread_limit_leaves_what_is_granted_undecided(catalog):
    found = compare_role(
        needs(GET),
        role(allow("s3:GetObject", BUCKET), unread=("the permissions boundary",), limits_unread=True),
        catalog,
    )
    assert not found.clean
    concerned = [r.action for doubt in found.undecided for r in doubt.requirements]
    assert concerned == ["s3:GetObject"]


# --- AWS's own policies for Lambda's own work ------------------------------------------------------


def basic() -> RoleGrants:
    found = ManagedPolicies().find("AWSLambdaBasicExecutionRole")
    assert found is not None
    return RoleGrants("R", (found,))


def test_the_basic_execution_policy_is_tolerated(catalog):
    found = compare_role(needs(*LOGS), basic(), catalog)
    assert found.excess == ()
    assert found.tolerated
    assert found.clean


def test_it_is_excess_when_strict(catalog):
    found = compare_role(needs(*LOGS), basic(), catalog, strict=True)
    assert found.excess
    assert found.tolerated == ()


def test_it_is_excess_where_the_deployment_needs_no_logs(catalog):
    assert compare_role(needs(), basic(), catalog).drift


def test_an_own_policy_as_wide_is_not_tolerated(catalog):
    wide = policy("AWSLambdaBasicExecutionRole", allow("logs:*"))
    assert compare_role(needs(*LOGS), RoleGrants("R", (wide,)), catalog).drift


def test_what_is_only_to_be_said_decides_nothing(catalog):
    found = compare_role(needs(GET), role(allow("s3:GetObject", BUCKET), notes=("SCPs were not read",)), catalog)
    assert found.clean
    assert found.notes == ("SCPs were not read",)


def test_unneeded_actions_of_a_statement_are_one_excess(catalog):
    found = compare_role(needs(GET), role(allow(["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], BUCKET)), catalog)
    (excess,) = found.excess
    assert [action.pattern for action in excess.actions] == ["s3:PutObject", "s3:DeleteObject"]


def test_a_replacement_is_written_as_the_requirement_is(catalog):
    found = compare_role(needs(PUT), role(allow("dynamodb:PutItem")), catalog)
    assert found.excess[0].replacement == (TABLE,)


def test_a_grant_without_its_condition_says_which(catalog):
    passed = Condition("StringEquals", "iam:PassedToService", ("lambda.amazonaws.com",))
    arn = "arn:aws:iam::123456789012:role/worker"
    found = compare_role(needs(need("iam:PassRole", arn, passed)), role(allow("iam:PassRole", arn)), catalog)
    assert found.excess[0].needed_conditions == (passed,)


def test_a_queue_of_an_unknown_url_may_be_elsewhere(catalog):
    symbols = MappingProxyType({"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"})
    unknown = need("sqs:SendMessage", "arn:aws:sqs:*:*:*", wildcard=Wildcard.OPEN)
    own = role(allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:*"), symbols=symbols)
    found = compare_role(needs(unknown), own, catalog)
    assert [doubt.doubt for doubt in found.undecided] == [Doubt.OPEN]


def test_of_two_alike_the_certain_one_decides(catalog):
    symbols = MappingProxyType({"AWS::Partition": "aws", "Bucket": "uploads"})
    certain = need("s3:GetObject", "arn:aws:s3:::${Bucket}/*", wildcard=Wildcard.NARROW)
    unknown = need("s3:GetObject", BUCKET, wildcard=Wildcard.OPEN)
    narrow = role(allow("s3:GetObject", "arn:aws:s3:::uploads/in/*"), symbols=symbols)
    for items in ((certain, unknown), (unknown, certain)):
        found = compare_role(needs(*items), narrow, catalog)
        assert len(found.missing) == 1
        assert found.undecided == ()


@pytest.mark.parametrize("name", ["orders", "orders-*"])
def test_a_name_that_is_known_in_part_is_no_arn_of_elsewhere(catalog, name):
    symbols = MappingProxyType({"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"})
    bare = need("dynamodb:PutItem", f"arn:aws:dynamodb:*:*:table/{name}", wildcard=Wildcard.OPEN)
    own = role(allow("dynamodb:PutItem", f"arn:aws:dynamodb:eu-west-1:123456789012:table/{name}"), symbols=symbols)
    assert compare_role(needs(bare), own, catalog).clean
