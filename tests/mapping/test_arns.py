"""Telling ARNs from names, and taking them apart."""

from __future__ import annotations

import pytest

from iamgen.core.text import Text
from iamgen.mapping.arns import Form, arn_prefix, form_of, segments, split
from iamgen.mapping.named import arn_text, fits

from .literate import text_of

TABLE = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}"


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ('"orders"', Form.NAME),
        ('"arn:aws:sqs:eu-west-1:111122223333:q"', Form.ARN),
        ('"arn:aws:sqs:"+?', Form.ARN),
        ("?", Form.OPEN),
        ("env(TABLE)", Form.OPEN),
        ("env(TABLE_ARN)", Form.OPEN_ARN),
        ("env(TABLE_ARNS)", Form.OPEN_ARN),
        ("env(tableArn)", Form.OPEN_ARN),
        ("env(LEARNING_TABLE)", Form.OPEN),
        ("env(WARNINGS)", Form.OPEN),
        ("event(detail.taskArn)", Form.OPEN_ARN),
        ("symbol(Orders)", Form.NAME),
        ("symbol(Orders.Arn)", Form.ARN),
        ("symbol(Orders.StreamArn)", Form.ARN),
        ("symbol(TopicArn)", Form.ARN),
        ("symbol(Carnival)", Form.NAME),
        ('env(TOPIC_ARN_PREFIX)+":orders"', Form.OPEN_ARN),
        ('env(PREFIX)+"-orders"', Form.NAME),
    ],
)
def test_form(source: str, form: Form) -> None:
    assert form_of(text_of(source)) is form


def test_the_empty_text_is_a_name() -> None:
    assert form_of(Text()) is Form.NAME


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ('"arn:aws:sns:eu-west-1:111122223333:alerts"', "arn:aws:sns:eu-west-1:111122223333:alerts"),
        ('"arn:aws:sns:"+?', "arn:aws:sns:*:*:*"),
        ('"arn:aws:sns:"+?+":alerts"', "arn:aws:sns:*:*:alerts"),
        ('"arn:aws:sns:"+env(R)+":"+env(A)+":alerts-"+?', "arn:aws:sns:*:*:alerts-*"),
        ('"arn:aws:sns:eu-west-1:"+?', "arn:aws:sns:eu-west-1:*:*"),
        ('"arn:aws:lambda:"+?+":function:resize"', "arn:aws:lambda:*:*:function:resize"),
        (
            '"arn:aws:states:eu-west-1:111122223333:stateMachine:a:b"',
            "arn:aws:states:eu-west-1:111122223333:stateMachine:a:b",
        ),
        ('"arn:aws:s3:::bucket/key"', "arn:aws:s3:::bucket/key"),
        ('"arn:aws:iam::aws:policy/ReadOnlyAccess"', "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("symbol(Topic.Arn)", "${Topic.Arn}"),
    ],
)
def test_a_hole_never_widens_beyond_what_it_may_hold(source: str, pattern: str) -> None:
    assert arn_text(text_of(source)).pattern() == pattern


def test_a_name_has_no_segments() -> None:
    assert segments(text_of('"orders"')) is None
    assert segments(text_of("?")) is None


@pytest.mark.parametrize(
    ("source", "yes"),
    [
        ('"arn:aws:dynamodb:eu-west-1:111122223333:table/orders"', True),
        ('"arn:aws:dynamodb:eu-west-1:111122223333:"+?', True),
        ('"arn:aws:dynamodb:eu-west-1:111122223333:tab"+?', True),
        ('"arn:aws:dynamodb:eu-west-1:111122223333:global-table/orders"', False),
        ('"arn:aws:sqs:eu-west-1:111122223333:table/orders"', False),
        ("symbol(Orders.Arn)", True),
    ],
)
def test_an_arn_of_another_type_does_not_fit(source: str, yes: bool) -> None:
    assert fits(text_of(source), TABLE) is yes


def test_split_never_cuts_a_hole() -> None:
    assert split(text_of('"a/"+?+"/b"'), "/") == (Text.of("a"), text_of("?"), Text.of("b"))
    assert split(text_of('"a/b/c"'), "/", 1) == (Text.of("a"), Text.of("b/c"))


def test_prefix_of_an_arn() -> None:
    whole = text_of('"arn:aws:sns:eu-west-1:111122223333:alerts:1234"')
    prefix = arn_prefix(whole, 6)
    assert prefix is not None
    assert prefix.literal == "arn:aws:sns:eu-west-1:111122223333:alerts"
    assert arn_prefix(text_of('"alerts"'), 6) is None
