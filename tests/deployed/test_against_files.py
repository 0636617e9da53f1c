"""The command against files: roles of an account, a region for a bare policy, evidence beside excess."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from aws_stage import allow, document

ACCOUNT = "123456789012"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())
CODE = """
import boto3

def handler(event, context):
    boto3.client("dynamodb").put_item(TableName="orders", Item={})

def other(event, context):
    boto3.client("sns").publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:news", Message="x")
"""


@pytest.fixture
def code(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(CODE)
    return file


def iamgen(*arguments):
    command = [sys.executable, "-m", "iamgen", *map(str, arguments), "--no-cache"]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})


def differences(*arguments):
    outcome = iamgen("diff", *arguments, "--format", "json")
    assert outcome.returncode in (0, 1), outcome
    data = json.loads(outcome.stdout)
    jsonschema.validate(data, SCHEMA)
    return {function["name"]: function["diff"] for function in data["functions"]}


def write(path: Path, data: object) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_a_region_that_is_told_decides(code, tmp_path):
    role = {"Role": {"RoleName": "r", "Arn": f"arn:aws:iam::{ACCOUNT}:role/r"}}
    granted = allow("dynamodb:PutItem", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders")
    file = write(tmp_path / "role.json", json.dumps(role) + document(granted))
    untold = differences(code, "--entry", "app:handler", "--against", file)["app:handler"]
    told = differences(code, "--entry", "app:handler", "--against", file, "--region", "eu-west-1")["app:handler"]
    elsewhere = differences(code, "--entry", "app:handler", "--against", file, "--region", "us-east-1")["app:handler"]
    assert [doubt["doubt"] for doubt in untold["undecided"]] == ["open"]
    assert (told["missing"], told["undecided"]) == ([], [])
    assert [missing["action"] for missing in elsewhere["missing"]] == ["dynamodb:PutItem"]


def test_each_function_with_its_role_of_an_account(code, tmp_path):
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            name: {
                "Type": "AWS::Serverless::Function",
                "Properties": {"Handler": handler, "Runtime": "python3.12", "CodeUri": "."},
            }
            for name, handler in (("Orders", "app.handler"), ("News", "app.other"))
        },
    }
    write(tmp_path / "template.json", template)
    roles = [
        {
            "RoleName": name,
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
            "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": json.loads(document(allow(action)))}],
            "AttachedManagedPolicies": [],
        }
        for name, action in (("shop-OrdersRole-1A2B3C4D5E6F", "dynamodb:*"), ("other-role", "s3:*"))
    ]
    file = write(tmp_path / "account.json", {"RoleDetailList": roles, "Policies": []})

    found = differences(tmp_path, "--template", tmp_path / "template.json", "--against", file)

    assert found["Orders"]["role"] == "shop-OrdersRole-1A2B3C4D5E6F"
    assert found["Orders"]["excess"][0]["actions"][0]["pattern"] == "dynamodb:*"
    assert found["News"]["missing"] == []
    assert any("holds no role called" in doubt["reason"] for doubt in found["News"]["undecided"])


def test_evidence_stands_beside_excess(code, tmp_path):
    role = write(
        tmp_path / "orders-role.json", document(allow("dynamodb:PutItem"), allow(["sns:Publish", "ses:ListIdentities"]))
    )
    issuer = {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/orders-role"}
    event = {
        "eventTime": "2026-10-01T00:00:00Z", "eventSource": "sns.amazonaws.com", "eventName": "Publish",
        "userIdentity": {"sessionContext": {"sessionIssuer": issuer}},
    }  # fmt: skip
    log = write(tmp_path / "log.json", {"Records": [event]})
    arguments = (code, "--entry", "app:handler", "--against", role, "--evidence", log)

    found = differences(*arguments)["app:handler"]

    uses = next(excess["uses"] for excess in found["excess"] if excess["kind"] == "statement")
    assert uses["used"] == [{"action": "sns:Publish", "day": "2026-10-01"}]
    assert uses["not_used"] == [{"action": "ses:ListIdentities", "since": "2026-10-01"}]
    assert "used: sns:Publish on 2026-10-01" in iamgen("diff", *arguments).stdout


@pytest.mark.parametrize("content", ["", "{}", "not json"])
def test_evidence_that_is_none(code, tmp_path, content):
    role = write(tmp_path / "role.json", document(allow("dynamodb:PutItem")))
    log = write(tmp_path / "log.json", content)
    outcome = iamgen("diff", code, "--entry", "app:handler", "--against", role, "--evidence", log)
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert "log.json" in outcome.stderr
    assert outcome.stderr.count("\n") == 1
