"""A unit's requirements: merged, in order, with their evidence; assumed roles and gaps apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iamgen.analysis.usage import ApiCall, GapKind, Usage
from iamgen.catalog.store import Catalog
from iamgen.core.location import Location
from iamgen.mapping import needs_of, require
from iamgen.mapping.model import DeploymentNeed, Requirements, Wildcard
from iamgen.mapping.patterns import Pattern, widened
from iamgen.project.model import Configuration

from .literate import Case, call_of


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open()


def at(line: str, number: int, file: str = "app.py") -> ApiCall:
    return replace(call_of(line), location=Location(file, number))


def required(catalog: Catalog, *calls: ApiCall, configuration: Configuration | None = None) -> Requirements:
    case = Case("x", calls[0] if calls else call_of("s3.ListBuckets"), {})
    unit = replace(case.unit(), configuration=configuration)
    return require(Usage("x", calls), unit, case.project(), catalog)


def test_equal_needs_are_one_with_all_their_evidence(catalog: Catalog) -> None:
    first, second = at('s3.GetObject Bucket="b" Key="k"', 9), at('s3.HeadObject Bucket="b" Key="k"', 3)
    found = required(catalog, first, second)
    assert [(one.action, one.resource) for one in found.items] == [("s3:GetObject", "arn:aws:s3:::b/k")]
    assert found.items[0].evidence == (second, first)


def test_order_does_not_follow_the_calls(catalog: Catalog) -> None:
    calls = [at('s3.PutObject Bucket="b" Key="k"', 1), at('dynamodb.GetItem TableName="t"', 2), at("s3.ListBuckets", 3)]
    forth, back = required(catalog, *calls), required(catalog, *reversed(calls))
    assert forth.items == back.items
    assert [one.action for one in forth.items] == ["dynamodb:GetItem", "s3:ListAllMyBuckets", "s3:PutObject"]


def test_each_call_keeps_its_own_needs(catalog: Catalog) -> None:
    call = at('s3.CopyObject Bucket="d" Key="k" CopySource="s/k"', 1)
    (entry,) = required(catalog, call).by_call
    assert entry.call is call
    assert [one.action for one in entry.requirements] == ["s3:GetObject", "s3:PutObject"]


def test_an_assumed_role_s_calls_need_nothing_of_the_own_role(catalog: Catalog) -> None:
    call = at('s3.GetObject @assumed="arn:aws:iam::123456789012:role/reader" Bucket="b" Key="k"', 1)
    found = required(catalog, call)
    assert found.items == ()
    assert found.by_call[0].call is call
    assert found.by_call[0].requirements == ()
    assert [one.action for one in found.assumed[0].requirements] == ["s3:GetObject"]


def test_an_unknown_operation_is_a_gap_and_no_guess(catalog: Catalog) -> None:
    found = required(catalog, at("s3.GetObjectTwice", 4))
    assert found.items == ()
    assert [(gap.kind, gap.location.line, gap.candidates) for gap in found.gaps] == [
        (GapKind.UNKNOWN_OPERATION, 4, ("s3.GetObjectTwice",))
    ]
    assert [gap.kind for gap in required(catalog, at("nosuch.Thing", 4)).gaps] == [GapKind.UNKNOWN_OPERATION]


def test_an_operation_without_permission_is_no_gap(catalog: Catalog) -> None:
    found = required(catalog, at("sts.GetCallerIdentity", 1))
    assert (found.items, found.gaps) == ((), ())


def test_open_arguments_are_a_gap_that_names_the_actions(catalog: Catalog) -> None:
    (gap,) = required(catalog, at('s3.PutObject Bucket="b" Key="k" **', 1)).gaps
    assert gap.kind is GapKind.OPEN_ARGUMENTS
    assert "s3:PutObjectAcl" in gap.message
    assert gap.message[0].islower()
    assert not gap.message.endswith(".")


def test_a_deployment_s_needs_stand_beside_the_code_s(catalog: Catalog) -> None:
    found = required(catalog, at("s3.ListBuckets", 1), configuration=Configuration(tracing=True))
    assert {"s3:ListAllMyBuckets", "logs:PutLogEvents", "xray:PutTraceSegments"} <= {one.action for one in found.items}
    assert {type(one.evidence[0]) for one in found.items} == {ApiCall, DeploymentNeed}


def test_each_wildcard_says_why(catalog: Catalog) -> None:
    def kind(line: str) -> set[Wildcard | None]:
        case = Case("x", call_of(line), {})
        return {one.wildcard for one in needs_of(case.call, case.unit(), case.project(), catalog)}

    assert kind("s3.ListBuckets") == {Wildcard.REQUIRED}
    assert kind('s3.GetObject Bucket="b" Key=?') == {Wildcard.OPEN}
    assert kind('dynamodb.GetItem TableName="t"') == {Wildcard.OPEN}  # region and account
    assert kind('s3.GetObject Bucket="b" Key="k"') == {None}
    narrow = 'logs.FilterLogEvents logGroupIdentifier="arn:aws:logs:eu-west-1:111122223333:log-group:g"'
    assert kind(narrow) == {Wildcard.NARROW}


def test_a_note_says_why_and_where_from(catalog: Catalog) -> None:
    case = Case("x", call_of('s3.HeadObject Bucket="b" Key="k"'), {})
    (one,) = needs_of(case.call, case.unit(), case.project(), catalog)
    assert "https://docs.aws.amazon.com/" in one.note


def test_more_resources_than_a_policy_holds_widen_and_none_is_left_out(catalog: Catalog) -> None:
    keys = ", ".join(f'{{"Key": "in/{number}"}}' for number in range(300))
    case = Case("x", call_of(f's3.DeleteObjects Bucket="b" Delete={{"Objects": [{keys}]}}'), {})
    found = needs_of(case.call, case.unit(), case.project(), catalog)
    assert any(one.resource in ("arn:aws:s3:::b/*", "arn:aws:s3:::b/in/*") for one in found)
    few = ", ".join(f'{{"Key": "in/{number}"}}' for number in range(100))
    case = Case("x", call_of(f's3.DeleteObjects Bucket="b" Delete={{"Objects": [{few}]}}'), {})
    assert len(needs_of(case.call, case.unit(), case.project(), catalog)) == 100


@pytest.mark.parametrize(
    ("resources", "common"),
    [
        (["arn:aws:s3:::b/in/{}"], "arn:aws:s3:::b/in/*"),
        (["arn:aws:sqs:eu-west-1:111122223333:a{}", "arn:aws:sqs:eu-west-2:111122223333:a{}"], "arn:aws:sqs:*:*:*"),
        (["arn:${{AWS::Partition}}:s3:::${{A{}}}/x"], "arn:${AWS::Partition}:s3:::*"),
        (["arn:aws:s3:::{}", "${{Topic{}}}"], "*"),
    ],
)
def test_widening_keeps_what_is_common(resources: list[str], common: str) -> None:
    patterns = tuple(Pattern(one.format(number)) for one in resources for number in range(300))
    assert [one.resource for one in widened(patterns)] == [common]
    assert widened(patterns[:5]) == patterns[:5]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('s3.GetObject Bucket="b" Key=env(KEY)', "`*` stands for the environment variable `KEY`"),
        ('s3.GetObject Bucket="b" Key=event(detail.key)', "`*` stands for the event's `detail.key`"),
        ('dynamodb.GetItem TableName="t"', "`*` stands for the region, which only a deployment tells, the account"),
        ("sqs.SendMessage QueueUrl=response(sqs.GetQueueUrl.QueueUrl) MessageBody=?", "`*` stands for"),
    ],
)
def test_a_note_says_what_an_open_wildcard_stands_for(line: str, said: str, catalog: Catalog) -> None:
    case = Case("x", call_of(line), {})
    (one,) = needs_of(case.call, case.unit(), case.project(), catalog)
    assert said in one.note
