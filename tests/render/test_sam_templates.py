"""SAM policy templates in generated policies: written only where they allow exactly what the statements did."""

import random

import pytest

from iamgen.catalog.store import Catalog
from iamgen.policy.change import compare_policies
from iamgen.policy.model import Condition, Effect, Policy, Statement
from iamgen.policy.parse import parse_policy
from iamgen.project.model import References
from iamgen.project.templates.sam_data import expand_policy_template, policy_templates
from iamgen.render.policies.sam_templates import _STANDS_FOR, sam_policies
from iamgen.render.policies.yaml_text import Ref, Sub

CATALOG = Catalog.open()
START = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:"
TABLE = START % "dynamodb" + "table/${Orders}"
READS = ("dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan")
WRITES = ("dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
# It names actions that IAM does not have, and what iamgen writes has none of these.
NEVER = {"SQSPollerPolicy"}


def allow(actions, *resources, conditions=(), sid=None):
    return Statement(
        Effect.ALLOW, (actions,) if isinstance(actions, str) else actions, (), resources, (), conditions, sid
    )


def text(node):
    """Template data as policies hold it: symbols in the place of its functions."""
    match node:
        case Ref(name):
            return "${" + name + "}"
        case Sub():
            return node.text
        case {"Ref": name}:
            return "${" + name + "}"
        case {"Fn::Sub": [template, values]}:
            for key, value in values.items():
                template = template.replace("${" + key + "}", text(value))
            return template
        case {"Fn::Sub": template}:
            return template
        case dict():
            return {key: text(value) for key, value in node.items()}
        case list():
            return [text(item) for item in node]
        case _:
            return node


def granted(items):
    """The one policy that the items of `Policies` make together."""
    found = []
    for item in items:
        document = item
        if "Statement" not in item:
            ((name, values),) = item.items()
            assert set(values) == set(policy_templates()[name]["Parameters"])
            document = expand_policy_template(name, values)
        found += parse_policy(text({"Version": "2012-10-17", "Statement": document["Statement"]})).statements
    return Policy(tuple(found))


def names(items):
    return [next(iter(item)) for item in items if "Statement" not in item]


def policy_of(name):
    values = {key: {"Ref": f"My{key}"} for key in policy_templates()[name]["Parameters"]}
    return granted([{name: values}])


@pytest.mark.parametrize("name", sorted(policy_templates()))
def test_each_template_stands_for_its_own_statements(name):
    policy = policy_of(name)
    plain = {"sqs:SendMessage*": "sqs:SendMessage"}
    written = Policy(tuple(allow(tuple(plain.get(a, a) for a in s.actions), *s.resources, conditions=s.conditions)
                           for s in policy.statements))  # fmt: skip
    items = sam_policies(written, References())
    assert len(items) == 1
    assert compare_policies(written, granted(items), CATALOG).equal


@pytest.mark.parametrize("name", sorted(set(policy_templates()) - NEVER))
def test_one_permission_less_is_not_the_template(name):
    (first, *rest) = policy_of(name).statements
    if len(first.actions) > 1:
        less = Policy((allow(first.actions[1:], *first.resources, conditions=first.conditions), *rest))
        items = sam_policies(less, References())
        assert name not in names(items)
        assert compare_policies(less, granted(items), CATALOG).equal


@pytest.mark.parametrize("seed", range(40))
def test_any_mixture_allows_the_same(seed):
    chance = random.Random(seed)
    statements = []
    for name in chance.sample(sorted(set(policy_templates()) - NEVER), 4):
        for one in policy_of(name).statements:
            actions = tuple(_plain(a) for a in one.actions if chance.random() > 0.05) or (_plain(one.actions[0]),)
            statements.append(allow(actions, *one.resources, conditions=one.conditions))
    policy = Policy(tuple(statements))
    assert compare_policies(policy, granted(sam_policies(policy, References())), CATALOG).equal


def _plain(action):
    return {"sqs:SendMessage*": "sqs:SendMessage"}.get(action, action)


def test_what_a_wildcard_stands_for_is_the_catalogs():
    found = {a.lower() for n in policy_templates() for s in policy_of(n).statements for a in s.actions if "*" in a}
    for pattern in found - {"textract:*"}:  # a whole service is written as such
        assert [one.lower() for one in CATALOG.expand(pattern)] == [_STANDS_FOR[pattern]]


def test_reading_and_writing_a_table_with_its_indexes():
    policy = Policy((allow((*READS, *WRITES, "dynamodb:DeleteItem"), TABLE, f"{TABLE}/index/*", sid="Orders"),))
    first, second, rest = sam_policies(policy, References())
    assert first == {"DynamoDBReadPolicy": {"TableName": Ref("Orders")}}
    assert second == {"DynamoDBWritePolicy": {"TableName": Ref("Orders")}}
    assert rest["Statement"] == [
        {"Sid": "Orders", "Effect": "Allow", "Action": "dynamodb:DeleteItem",
         "Resource": [Sub(parts) for parts in (_parts(), _parts("/index/*"))]}
    ]  # fmt: skip


def _parts(*after):
    items = sam_policies(Policy((allow("dynamodb:DeleteItem", TABLE + "".join(after)),)), References())
    return items[0]["Statement"][0]["Resource"].parts


def test_the_larger_template_comes_first():
    crud = (*READS, *WRITES, "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem")
    assert names(sam_policies(Policy((allow(crud, TABLE, f"{TABLE}/index/*"),)), References())) == [
        "DynamoDBCrudPolicy"
    ]


def test_a_table_without_its_indexes_is_not_the_template():
    assert names(sam_policies(Policy((allow(READS, TABLE),)), References())) == []


def test_resources_that_lose_different_actions_become_statements_of_their_own():
    other = START % "dynamodb" + "table/${Other}"
    policy = Policy((allow(READS, TABLE, f"{TABLE}/index/*", other, sid="Reads"),))
    template, document = sam_policies(policy, References())
    assert template == {"DynamoDBReadPolicy": {"TableName": Ref("Orders")}}
    assert text(document["Statement"][0]["Resource"]) == other


def test_a_condition_is_part_of_what_is_compared():
    secure = (Condition("Bool", "aws:SecureTransport", ("true",)),)
    topic = START % "sns" + "${Alerts.TopicName}"
    assert names(sam_policies(Policy((allow("sns:Publish", topic),)), References())) == ["SNSPublishMessagePolicy"]
    assert names(sam_policies(Policy((allow("sns:Publish", topic, conditions=secure),)), References())) == []


def test_a_denial_stays_with_its_statements():
    topic = START % "sns" + "${Alerts.TopicName}"
    denied = Statement(Effect.DENY, ("sns:Publish",), (), ("arn:aws:sns:*:*:secret",))
    assert names(sam_policies(Policy((allow("sns:Publish", topic), denied)), References())) == []


def test_a_name_that_the_template_writes_differently():
    topic = START % "sns" + "${Alerts.TopicName}"
    whole = References({topic: {"Fn::ImportValue": "alerts-arn"}})
    part = References({"${Alerts.TopicName}": {"Fn::ImportValue": "alerts-name"}})
    policy = Policy((allow("sns:Publish", topic),))
    assert names(sam_policies(policy, whole)) == []
    assert sam_policies(policy, part) == [
        {"SNSPublishMessagePolicy": {"TopicName": {"Fn::ImportValue": "alerts-name"}}}
    ]


def test_a_policy_without_statements_is_a_document():
    assert sam_policies(Policy(), References()) == [{"Version": "2012-10-17", "Statement": []}]
