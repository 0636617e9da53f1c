from __future__ import annotations

import pytest


def test_an_action_of_any_case(catalog):
    found = catalog.action("S3:getobject")
    assert found.name == "s3:GetObject"
    assert found.access_level == "Read"
    assert {r.type for r in found.resources} == {"accesspointobject", "object"}


def test_an_action_without_resources(catalog):
    assert catalog.action("s3:ListAllMyBuckets").resources == ()


def test_a_resource_type_may_have_spaces(catalog):
    types = {r.type: r.required for r in catalog.action("lambda:GetCodeSigningConfig").resources}
    assert types == {"code signing config": True}


def test_condition_keys(catalog):
    assert "s3:prefix" in {k for r in catalog.action("s3:ListBucket").resources for k in r.condition_keys} | set(
        catalog.action("s3:ListBucket").condition_keys
    )
    assert "iam:PassedToService" in catalog.action("iam:PassRole").condition_keys + tuple(
        k for r in catalog.action("iam:PassRole").resources for k in r.condition_keys
    )


@pytest.mark.parametrize(
    ("pattern", "some", "none"),
    [
        ("dynamodb:*Item", {"dynamodb:PutItem", "dynamodb:BatchGetItem"}, {"dynamodb:Query"}),
        ("DYNAMODB:putitem", {"dynamodb:PutItem"}, {"dynamodb:GetItem"}),
        ("s3:Get?bject", {"s3:GetObject"}, {"s3:GetObjectAcl"}),
        ("s3:*", {"s3:GetObject", "s3:ListBucket"}, {"s3express:CreateSession"}),
        ("*:GetObject", {"s3:GetObject"}, {"s3:PutObject"}),
        ("*", {"s3:GetObject", "sqs:SendMessage"}, set()),
    ],
)
def test_patterns_expand(pattern, some, none, catalog):
    found = catalog.expand(pattern)
    assert some <= set(found)
    assert not none & set(found)
    assert list(found) == sorted(found, key=lambda name: (name.split(":")[0], name.lower()))


@pytest.mark.parametrize("pattern", ["", "s3", "s3:", "s3:NoSuch*", "nope:*", "s3:GetObject)", "s3:Get.bject"])
def test_patterns_that_name_nothing(pattern, catalog):
    assert catalog.expand(pattern) == ()


def test_arn_formats(catalog):
    assert catalog.arn_format("s3", "object").arn == "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
    assert catalog.arn_format("s3", "nope") is None
    bot = catalog.arn_format("lex", "bot")
    assert bot.arn.endswith(":bot/${BotId}")
    assert [o.rsplit(":", 2)[1:] for o in bot.others] == [["bot", "${BotName}"]]
