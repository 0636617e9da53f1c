"""Each way of writing a policy holds the same permissions in the target's own form."""

import ast
import json

import pytest
from ruamel.yaml import YAML

from iamgen.analysis.usage import Usage
from iamgen.mapping.model import Requirements
from iamgen.policy.model import Condition, Effect, Policy, Statement
from iamgen.project.formats.terraform.hcl import parse_hcl
from iamgen.project.model import DeclaredRole, Source, Unit
from iamgen.render.model import UnitReport
from iamgen.render.policies import EMITTERS, emit, file_name

TABLE = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${OrdersTable}"
POLICY = Policy(
    (
        Statement(Effect.ALLOW, ("dynamodb:GetItem", "dynamodb:PutItem"), (), (TABLE,), sid="DynamodbOrdersTable"),
        Statement(Effect.ALLOW, ("s3:GetObject",), (), ("arn:aws:s3:::a/${aws:username}/${*}", "arn:aws:s3:::b/*")),
        Statement(
            Effect.ALLOW,
            ("iam:PassRole",),
            (),
            ("${TaskRole.Arn}",),
            conditions=(Condition("StringEquals", "iam:PassedToService", ("ecs-tasks.amazonaws.com",)),),
        ),
    )
)


def unit(name="OrdersFunction", policy=POLICY, role=None):
    return UnitReport(
        Unit(name, "app.handler", None, Source("template.yaml", 3, "src"), (), role=role),
        Usage(name),
        Requirements(name, ()),
        policy,
    )


def read_yaml(text):
    yaml = YAML(typ="safe")
    yaml.constructor.add_constructor("!Sub", lambda loader, node: ("Sub", node.value))
    return yaml.load(text)


def test_one_policy_is_itself_and_several_are_an_object():
    one = json.loads(emit([unit()], "policy"))
    assert one["Statement"][0]["Action"] == ["dynamodb:GetItem", "dynamodb:PutItem"]
    assert json.loads(emit([unit("A"), unit("B")], "policy")) == {"A": one, "B": one}


def test_sam_substitutes_symbols_and_keeps_what_is_iams():
    document = read_yaml(emit([unit()], "sam"))
    (policy,) = document["Resources"]["OrdersFunction"]["Properties"]["Policies"]
    first, second, third = policy["Statement"]
    assert first["Resource"] == ("Sub", TABLE)
    assert second["Resource"] == ["arn:aws:s3:::a/${aws:username}/${*}", "arn:aws:s3:::b/*"]
    assert third["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def test_a_role_that_sam_makes_does_not_name_its_function():
    """The function is made after the role; and SAM attaches what Lambda's log needs."""
    log = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/${OrdersFunction}:*"
    own = Policy(
        (
            Statement(Effect.ALLOW, ("logs:CreateLogStream", "logs:PutLogEvents"), (), (log,)),
            Statement(Effect.ALLOW, ("lambda:InvokeFunction",), (), ("${OrdersFunction.Arn}",)),
            Statement(Effect.ALLOW, ("s3:GetObject",), (), ("arn:aws:s3:::b/${OrdersFunction}/${OrdersFunctionTwo}",)),
        )
    )
    document = read_yaml(emit([unit(policy=own)], "sam"))
    first, second = document["Resources"]["OrdersFunction"]["Properties"]["Policies"][0]["Statement"]
    assert first["Resource"] == ("Sub", "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:*")
    assert second["Resource"] == ("Sub", "arn:aws:s3:::b/*/${OrdersFunctionTwo}")


def test_iams_own_variables_are_kept_from_sub():
    mixed = Policy((Statement(Effect.ALLOW, ("s3:GetObject",), (), ("arn:aws:s3:::${Bucket}/${aws:username}/${*}",)),))
    document = read_yaml(emit([unit(policy=mixed)], "sam"))
    statement = document["Resources"]["OrdersFunction"]["Properties"]["Policies"][0]["Statement"][0]
    assert statement["Resource"] == ("Sub", "arn:aws:s3:::${Bucket}/${!aws:username}/${!*}")


@pytest.mark.parametrize(
    ("role", "name", "resources"),
    [
        (DeclaredRole("OrdersRole"), "OrdersRole", {"OrdersFunctionPolicy"}),
        (None, "OrdersFunctionRole", {"OrdersFunctionRole", "OrdersFunctionPolicy"}),
        (
            DeclaredRole("arn:aws:iam::123456789012:role/x", external=True),
            "OrdersFunctionRole",
            {"OrdersFunctionRole", "OrdersFunctionPolicy"},
        ),
    ],
)
def test_cloudformation_attaches_to_the_declared_role_or_makes_one(role, name, resources):
    document = read_yaml(emit([unit(role=role)], "cloudformation"))
    assert set(document["Resources"]) == resources
    properties = document["Resources"]["OrdersFunctionPolicy"]["Properties"]
    assert properties["RoleName"] == ("Sub", "${" + name + "}")
    assert len(properties["PolicyDocument"]["Statement"]) == 3


def test_serverless_joins_instead_of_substituting():
    document = YAML(typ="safe").load(emit([unit()], "serverless"))
    first, second, third = document["functions"]["OrdersFunction"]["iamRoleStatements"]
    assert first["Resource"]["Fn::Join"][1][-1] == {"Ref": "OrdersTable"}
    # In one piece the framework would take `${aws:username}` for a variable of its own.
    assert second["Resource"][0]["Fn::Join"][1] == ["arn:aws:s3:::a/$", "{aws:username}/$", "{*}"]
    assert third["Resource"] == {"Fn::GetAtt": ["TaskRole", "Arn"]}


def test_terraform_refers_to_what_it_declares():
    text = emit([unit()], "terraform")
    assert 'data "aws_region" "current" {}' in text
    assert 'variable "orders_table" {' in text
    assert "table/${var.orders_table}" in text
    assert '"arn:aws:s3:::a/&{aws:username}/&{*}"' in text
    assert 'data "aws_iam_policy_document" "orders_function" {' in text
    assert text.count("{") == text.count("}")


ADDRESSES = [
    "aws_s3_bucket.b.arn", 'aws_s3_bucket.b["in"].id', 'aws_sqs_queue.q["a b"].arn', "aws_sqs_queue.q[0].arn",
    'module.api["eu"].name', 'data.aws_s3_bucket.x["k"].arn', "local.names.table", "var.project",
    "terraform.workspace", "google-beta_thing.x.y",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_terraform_keeps_its_own_addresses(address):
    policy = Policy((Statement(Effect.ALLOW, ("s3:GetObject",), (), (f"${{{address}}}/in/*",)),))
    text = emit([unit(policy=policy)], "terraform")
    assert f'    resources = ["${{{address}}}/in/*"]' in text
    assert "variable" not in text
    (block,) = parse_hcl(text, "policy.tf").blocks
    assert "resources" in block.body.blocks[0].body.attributes


@pytest.mark.parametrize(
    ("symbol", "written"),
    [
        ("env.STAGE", "${var.env_stage}"), ("resolve.ssm./a/b.1", "${var.resolve_ssm_a_b_1}"), ("1st", "${var._1st}"),
        ("Queue.QueueName", "${var.queue_queue_name}"), ("aws:username", "&{aws:username}"),
        ("aws:PrincipalTag/team", "&{aws:PrincipalTag/team}"), ("AWS::StackName", "${var.aws_stack_name}"),
    ],
)  # fmt: skip
def test_terraform_has_variables_for_what_others_declare(symbol, written):
    policy = Policy((Statement(Effect.ALLOW, ("s3:GetObject",), (), (f"arn:aws:s3:::${{{symbol}}}",)),))
    text = emit([unit(policy=policy)], "terraform")
    assert f'["arn:aws:s3:::{written}"]' in text
    declared = written.removeprefix("${var.").removesuffix("}")
    assert (f'variable "{declared}" {{' in text) is written.startswith("${var.")


def test_terraform_writes_quotes_backslashes_and_directives():
    resource = 'arn:aws:s3:::a"b\\c%{d}é${Bucket}'
    text = emit([unit(policy=Policy((Statement(Effect.ALLOW, ("s3:GetObject",), (), (resource,)),)))], "terraform")
    assert '["arn:aws:s3:::a\\"b\\\\c%%{d}é${var.bucket}"]' in text


def test_terraform_tells_documents_of_similar_names_apart():
    text = emit([unit("f-a"), unit("f_a"), unit("9")], "terraform")
    assert [f'"{name}" {{' in text for name in ("f_a", "f_a_2", "_9")] == [True, True, True]


def test_cdk_is_python_that_names_every_action():
    text = emit([unit()], "cdk")
    tree = ast.parse(text)
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {"dynamodb:GetItem", "dynamodb:PutItem", "s3:GetObject", "iam:PassRole", TABLE} <= strings
    assert "Fn.sub" in text


def test_an_empty_policy_is_written_by_all():
    for emitter in EMITTERS:
        assert emit([unit(policy=Policy())], emitter).endswith("\n")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OrdersFunction", "OrdersFunction"),
        ("app:handler", "app_handler"),
        ("../../etc/x", "_.._etc_x"),
        ("a b", "a_b"),
    ],
)
def test_a_file_name_stays_in_its_folder(name, expected):
    assert file_name(unit(name), "policy") == f"{expected}.policy.json"


def test_the_same_units_give_the_same_bytes():
    for emitter in EMITTERS:
        assert emit([unit("A"), unit("B")], emitter) == emit([unit("A"), unit("B")], emitter)
