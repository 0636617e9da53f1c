"""Hostile and broken documents end in one `PolicyError`, never in a crash or a long wait."""

from __future__ import annotations

import json

import pytest

from iamgen.policy.limits import MAX_PATTERN, MAX_STATEMENTS, MAX_TEXT
from iamgen.policy.parse import PolicyError, parse_policy, parse_policy_text
from iamgen.policy.serialise import to_document, to_json
from iamgen.policy.wildcards import includes, matches

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def document(**changes):
    return {"Version": "2012-10-17", "Statement": [STATEMENT | changes]}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"Version": "2012-10-17", "Statement": ' + "[" * 50_000 + "]" * 50_000 + "}",
        '{"Version": 1' + "0" * 100_000 + "}",
        " " * (MAX_TEXT + 1),
        json.dumps(document(Resource="arn:" + "x" * MAX_PATTERN)),
        json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT] * (MAX_STATEMENTS + 1)}),
        "\x00",
        "\ud800",
    ],
    ids=["lists", "objects", "nested", "number", "long", "pattern", "statements", "nul", "surrogate"],
)
def test_hostile_texts(text):
    with pytest.raises(PolicyError):
        parse_policy_text(text)


def test_the_error_names_the_document_and_gives_a_hint():
    with pytest.raises(PolicyError) as caught:
        parse_policy({"Version": "2013-01-01", "Statement": []}, "role.json")
    assert caught.value.message == "`role.json`: invalid policy at `Version`: `2013-01-01` is not a version"
    assert caught.value.hint == "use `2012-10-17`"


def test_a_byte_order_mark_is_no_error():
    assert parse_policy_text("\ufeff" + json.dumps(document())).statements


def test_keys_that_are_no_strings():
    with pytest.raises(PolicyError):
        parse_policy({"Version": "2012-10-17", 1: []})


def test_long_values_are_shortened_in_messages():
    with pytest.raises(PolicyError) as caught:
        parse_policy(document(Action="x" * 3_000))
    assert len(caught.value.message) < 200


def test_a_document_comes_out_as_it_went_in():
    data = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "One",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": "arn:aws:s3:::b/*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}},
            },
            {"Effect": "Deny", "NotAction": "iam:*", "NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::b"]},
        ],
    }
    policy = parse_policy(data)
    assert to_document(policy) == data
    assert to_json(policy) == json.dumps(data, indent=2) + "\n"
    assert parse_policy_text(to_json(policy)) == policy


def test_many_wildcards_take_no_long_time():
    # A backtracking matcher would need longer than the world has.
    assert not matches("*a" * 200 + "b", "a" * 2_000)
    assert matches("*a" * 200, "a" * 2_000)


def test_adversarial_patterns_are_undecided_and_never_equal():
    answer = includes("*a" + "?" * 40, "*a*" + "?" * 41)
    assert answer.verdict == "undecided"
    assert "10,000 states" in answer.reason


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("*a" * 300 + "?" * 1000, "*a" * 300 + "?" * 1001),
        ("arn:aws:s3:::" + "${A}${B}x" * 200, "arn:aws:s3:::" + "${B}*${A}" * 200),
        ("arn:aws:s3:::" + "${A}" * 400, "arn:aws:s3:::" + "${B}" * 401),
        ("${A}*" * 800, "*${B}" * 800),
    ],
)
def test_large_patterns_get_an_answer(outer, inner):
    assert includes(outer, inner).verdict in ("yes", "no", "undecided")
    assert not includes(outer, inner).yes
    assert includes("*", inner).yes
    assert includes(inner, inner).yes


def test_an_answer_is_no_truth_value():
    with pytest.raises(TypeError):
        bool(includes("a", "a"))
