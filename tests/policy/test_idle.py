"""A resource on which AWS never checks an action grants nothing: it is no excess."""

from __future__ import annotations

import pytest

from iamgen.catalog.store import Catalog
from iamgen.policy.compare import GrantSet, compare
from iamgen.policy.model import Effect, NamedPolicy, Need, Policy, Statement

from .fakes import FakeUniverse

TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
UNIVERSE = FakeUniverse(
    ("dynamodb:PutItem", "dynamodb:Query"),
    shapes=(
        ("dynamodb:PutItem", ("arn:*:dynamodb:*:*:table/*",), ("/index/*", "/stream/*")),
        ("dynamodb:Query", ("arn:*:dynamodb:*:*:table/*", "arn:*:dynamodb:*:*:table/*/index/*"), ("/stream/*",)),
    ),
)


def excess(universe, actions, resources, *needs):
    statement = Statement(Effect.ALLOW, actions, (), resources)
    found = compare(GrantSet((NamedPolicy("p", Policy((statement,))),)), [Need(*need) for need in needs], universe)
    assert not found.undecided
    return [
        (sorted(action for group in one.actions for action in group.unneeded), list(one.resources))
        for one in found.excess
    ]


@pytest.mark.parametrize("universe", [UNIVERSE, Catalog.open()], ids=["fake", "catalog"])
@pytest.mark.parametrize(
    ("actions", "resources", "needs", "expected"),
    [
        # The usual pair of a table and its indexes: writing never reaches an index.
        (("dynamodb:PutItem",), (TABLE, f"{TABLE}/index/*"), [("dynamodb:PutItem", TABLE)], []),
        (
            ("dynamodb:PutItem",),
            ("${Table.Arn}", "${Table.Arn}/index/*"),
            [("dynamodb:PutItem", "${Table.Arn}")],
            [],
        ),
        (
            ("dynamodb:PutItem",),
            ("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Table}/index/*",),
            [],
            [],
        ),
        # A query reaches it.
        (
            ("dynamodb:Query",),
            (TABLE, f"{TABLE}/index/*"),
            [("dynamodb:Query", TABLE)],
            [(["dynamodb:Query"], [f"{TABLE}/index/*"])],
        ),
        # Both actions: the index is in excess for the one that can reach it.
        (
            ("dynamodb:PutItem", "dynamodb:Query"),
            (TABLE, f"{TABLE}/index/*"),
            [("dynamodb:PutItem", TABLE), ("dynamodb:Query", TABLE)],
            [(["dynamodb:Query"], [f"{TABLE}/index/*"])],
        ),
        # What may be a table is one.
        (
            ("dynamodb:PutItem",),
            (TABLE, f"{TABLE}*"),
            [("dynamodb:PutItem", TABLE)],
            [(["dynamodb:PutItem"], [f"{TABLE}*"])],
        ),
        (("dynamodb:PutItem",), ("${Other.Arn}",), [], [(["dynamodb:PutItem"], ["${Other.Arn}"])]),
        (("dynamodb:PutItem",), ("arn:${X}",), [], [(["dynamodb:PutItem"], ["arn:${X}"])]),
        # Another service's resource.
        (("dynamodb:PutItem",), ("arn:aws:s3:::orders/*",), [], []),
    ],
)
def test_what_has_no_effect_is_no_excess(universe, actions, resources, needs, expected):
    assert excess(universe, actions, resources, *needs) == expected


def test_a_qualified_function_is_a_function():
    alias = "arn:aws:lambda:eu-west-1:111122223333:function:f:live"
    assert excess(Catalog.open(), ("lambda:InvokeFunction",), (alias,)) == [(["lambda:InvokeFunction"], [alias])]


def test_a_bucket_is_no_object():
    bucket = "arn:aws:s3:::orders"
    assert excess(Catalog.open(), ("s3:GetObject",), (bucket,)) == []
    assert excess(Catalog.open(), ("s3:GetObject", "s3:ListBucket"), (bucket,)) == [(["s3:ListBucket"], [bucket])]
