"""The whole way: a function and its role in AWS, the command over HTTP, the drift, its repair, a clean run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from aws_stage import REGION, allow, document
from test_live import make_function, make_role

CODE = """
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    table.put_item(Item={"id": event["id"]})
    return boto3.client("s3").get_object(Bucket="catalogue", Key="prices.json")
"""

TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  OrdersTable:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      CodeUri: src/
      FunctionName: orders
      Environment:
        Variables:
          TABLE: !Ref OrdersTable
"""

ACCOUNT = "123456789012"
LOGS = allow(
    ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/orders:*",
)
PUT = allow("dynamodb:PutItem", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop-orders")
GET = allow("s3:GetObject", "arn:aws:s3:::catalogue/prices.json")


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "app.py").write_text(CODE)
    (folder / "template.yaml").write_text(TEMPLATE)
    return folder


@pytest.fixture
def iamgen(server, session, tmp_path):
    """The command, in its own process, with the server for AWS."""

    def run(*arguments):
        environment = {**os.environ, "AWS_ENDPOINT_URL": server, "NO_COLOR": "1", "COLUMNS": "200"}
        command = [sys.executable, "-m", "iamgen", *map(str, arguments), "--no-cache"]
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    return run


def differences(run, *arguments):
    outcome = run("diff", *arguments, "--format", "json")
    assert outcome.returncode in (0, 1), outcome
    (function,) = json.loads(outcome.stdout)["functions"]
    return outcome.returncode, function["diff"]


def test_drift_is_seen_and_its_repair_too(aws, iamgen, project):
    arn = make_role(aws, "orders-role")
    iam = aws("iam")
    iam.put_role_policy(
        RoleName="orders-role",
        PolicyName="orders",
        PolicyDocument=document(LOGS, allow("dynamodb:*", PUT["Resource"]), allow("sns:Publish")),
    )
    make_function(aws, "orders", arn, Environment={"Variables": {"TABLE": "shop-orders"}})
    live = (project, "--against", "live", "--region", REGION)

    code, found = differences(iamgen, *live)

    assert code == 1
    assert found["role"] == "orders-role"
    assert [missing["action"] for missing in found["missing"]] == ["s3:GetObject"]
    assert found["missing"][0]["evidence"][0]["file"] == "src/app.py"
    table, topic = found["excess"]
    assert (table["actions"][0]["pattern"], table["replacement"]) == ("dynamodb:*", ["dynamodb:PutItem"])
    assert (topic["actions"][0]["pattern"], topic["kind"]) == ("sns:Publish", "statement")
    assert found["undecided"] == []

    iam.put_role_policy(RoleName="orders-role", PolicyName="orders", PolicyDocument=document(LOGS, PUT, GET))

    code, found = differences(iamgen, *live)

    assert (code, found["missing"], found["excess"], found["undecided"]) == (0, [], [], [])


def test_a_function_of_a_bare_file(aws, iamgen, project):
    arn = make_role(aws, "bare-role")
    aws("iam").put_role_policy(RoleName="bare-role", PolicyName="p", PolicyDocument=document(PUT, GET))
    make_function(aws, "orders", arn, Environment={"Variables": {"TABLE": "shop-orders"}})
    outcome = iamgen(
        "diff", project / "src" / "app.py", "--entry", "app:handler", "--against", "live", "--region", REGION,
        "--live-name", "app:handler=orders",
    )  # fmt: skip
    assert outcome.returncode == 0, outcome


def test_references_of_a_deployed_stack(aws, iamgen, project):
    role = make_role(aws, "stacked")
    code = {"ZipFile": "def handler(event, context): ..."}
    environment = {"Variables": {"TABLE": {"Ref": "OrdersTable"}}}
    resources = {
        "OrdersTable": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            },
        },
        "Orders": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Handler": "app.handler", "Runtime": "python3.12", "Role": role, "Code": code,
                "FunctionName": "orders", "Environment": environment,
            },
        },
    }  # fmt: skip
    aws("cloudformation").create_stack(StackName="shop", TemplateBody=json.dumps({"Resources": resources}))
    rows = aws("cloudformation").list_stack_resources(StackName="shop")["StackResourceSummaries"]
    table = next(row["PhysicalResourceId"] for row in rows if row["LogicalResourceId"] == "OrdersTable")
    put = allow("dynamodb:PutItem", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}")
    aws("iam").put_role_policy(RoleName="stacked", PolicyName="p", PolicyDocument=document(LOGS, put, GET))

    code, found = differences(iamgen, project, "--against", "live", "--region", REGION, "--stack", "shop")

    assert (code, found["missing"], found["excess"], found["undecided"]) == (0, [], [], [])


DECLARED = """\
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: dynamodb:PutItem
              Resource: !GetAtt OrdersTable.Arn
            - Effect: Allow
              Action: s3:GetObject
              Resource: arn:aws:s3:::catalogue/prices.json
"""


def test_code_template_and_live_side_by_side(aws, iamgen, project):
    (project / "template.yaml").write_text(TEMPLATE + DECLARED)
    arn = make_role(aws, "orders-role")
    body = document(LOGS, GET, allow("sns:Publish"))
    aws("iam").put_role_policy(RoleName="orders-role", PolicyName="orders", PolicyDocument=body)
    make_function(aws, "orders", arn, Environment={"Variables": {"TABLE": "shop-orders"}})
    live = ("diff", project, "--against", "live", "--region", REGION, "--columns")

    outcome = iamgen(*live, "--format", "json")

    assert outcome.returncode == 1, outcome
    (function,) = json.loads(outcome.stdout)["functions"]
    rows = {row["action"]: (row["code"], row["template"], row["live"]) for row in function["drift"]["rows"]}
    assert rows["s3:GetObject"] == ("yes", "yes", "yes")
    assert rows["sns:Publish"] == ("no", "no", "yes")
    assert rows["dynamodb:PutItem"][2] == "no"
    assert ["sns:Publish"] in [change["actions"] for change in function["drift"]["only_live"]]
    assert ["dynamodb:PutItem"] in [change["actions"] for change in function["drift"]["only_template"]]
    schema = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())
    jsonschema.validate(json.loads(outcome.stdout), schema)
    assert "only the deployed role allows sns:Publish on *" in iamgen(*live).stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--region", REGION), "there is no deployed function `orders`"),
        (("--region", REGION, "--stack", "nothing"), "there is no stack `nothing`"),
        (("--region", REGION, "--profile", "nobody"), "no AWS profile `nobody`"),
        ((), "no AWS region"),
    ],
)
def test_one_line_and_exit_code_2(aws, iamgen, project, arguments, word):
    outcome = iamgen("diff", project, "--against", "live", *arguments)
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert word in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_a_role_that_is_gone(aws, iamgen, project):
    arn = make_role(aws, "gone")
    make_function(aws, "orders", arn)
    aws("iam").delete_role(RoleName="gone")
    outcome = iamgen("diff", project, "--against", "live", "--region", REGION)
    assert outcome.returncode == 2
    assert "there is no role `gone`" in outcome.stderr


def test_no_way_to_aws(monkeypatch, session, project, tmp_path):
    environment = {**os.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    command = [sys.executable, "-m", "iamgen", "diff", str(project), "--against", "live", "--region", REGION]
    outcome = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert outcome.returncode == 2
    assert "cannot reach AWS" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_functions_by_their_tags(aws, iamgen, project):
    arn = make_role(aws, "orders-role")
    variables = {"Variables": {"TABLE": "shop-orders"}}
    tags = {"stage": "prod", "aws:cloudformation:logical-id": "Orders"}
    (project / "template.yaml").write_text(TEMPLATE.replace("      FunctionName: orders\n", ""))
    logs = allow(LOGS["Action"], LOGS["Resource"].replace("orders", "shop-Orders-1A2B"))
    aws("iam").put_role_policy(RoleName="orders-role", PolicyName="p", PolicyDocument=document(logs, PUT, GET))
    make_function(aws, "shop-Orders-1A2B", arn, Environment=variables, Tags=tags)
    live = (project, "--against", "live", "--region", REGION)

    code, found = differences(iamgen, *live, "--tag", "stage=prod")

    assert (code, found["missing"], found["excess"], found["undecided"]) == (0, [], [], [])
    assert "no deployed function bears `stage=dev`" in iamgen("diff", *live, "--tag", "stage=dev").stderr
