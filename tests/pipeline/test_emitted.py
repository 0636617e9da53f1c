"""A template with the emitted policies in the place of its own has no difference left."""

# ruff: noqa: E501  # a template is easier to read on few lines

import io
import re
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from iamgen.pipeline import Options, diff, generate
from iamgen.render.policies import emit

EXAMPLE = Path(__file__).parents[2] / "fixtures" / "projects" / "orders"


def test_the_sam_fragment_merged_into_the_template(tmp_path):
    yaml = YAML(typ="rt")  # keeps the short-form tags
    template = yaml.load((EXAMPLE / "template.yaml").read_text())
    fragment = yaml.load(emit(generate(EXAMPLE, Options()).units, "sam"))
    template["Resources"]["ReportRole"]["Properties"].pop("Policies")
    for name, resource in fragment["Resources"].items():
        if name in template["Resources"]:
            template["Resources"][name]["Properties"]["Policies"] = resource["Properties"]["Policies"]
        else:
            template["Resources"][name] = resource
    out = io.StringIO()
    yaml.dump(template, out)
    shutil.copytree(EXAMPLE, tmp_path / "app")
    (tmp_path / "app" / "template.yaml").write_text(out.getvalue())
    for unit in diff(tmp_path / "app" / "template.yaml", Options()).units:
        # Nobody knows what the unresolvable call needs; nothing is granted for it now.
        assert (unit.difference.missing, unit.difference.excess, unit.difference.undecided) == ((), (), ())


# What a template writes in its own way

CODE = """import os
import boto3


def handler(event, context):
    boto3.client("dynamodb").get_item(TableName=os.environ["TABLE"], Key={})
    boto3.client("sqs").send_message(QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", MessageBody="")
    boto3.client("sns").publish(TopicArn=os.environ["TOPIC"], Message="")
"""
SAM = """AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Table: {Type: "AWS::SSM::Parameter::Value<String>", Default: /shop/table}
  Stage: {Type: String}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      Environment:
        Variables:
          TABLE: %s
          TOPIC: %s
"""
OTHER = """Resources:
  Orders: {Type: AWS::DynamoDB::Table}
  News: {Type: AWS::SNS::Topic}
  Name: {Type: AWS::SSM::Parameter, Properties: {Name: /shop/table, Type: String, Value: !Ref Orders}}
Outputs:
  Table: {Value: !Ref Orders, Export: {Name: !Sub "table-${Stage}"}}
  News: {Value: !Ref News, Export: {Name: shop-news}}
Parameters: {Stage: {Type: String}}
"""


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("table", "topic", "written"),
    [
        ("!Ref Table", "!ImportValue shop-news", ['${Table}"', '"Fn::ImportValue": shop-news']),
        ('!ImportValue {"Fn::Sub": "table-${Stage}"}', "!ImportValue shop-news",
         ['table/${Value0}"', '"Fn::ImportValue":\n', '"Fn::Sub": "table-${Stage}"']),
        ('"{{resolve:ssm:/shop/table}}"', '!Select [0, !Split [",", !ImportValue shop-news]]',
         ["table/{{resolve:ssm:/shop/table}}"]),
    ],
)  # fmt: skip
def test_what_comes_from_elsewhere_is_written_as_the_template_does(tmp_path, table, topic, written, known):
    (tmp_path / "app.py").write_text(CODE)
    if known:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "template.yaml").write_text(OTHER)
    text = SAM % (table, topic)
    (tmp_path / "template.yaml").write_text(text)
    emitted = emit(generate(tmp_path, Options()).units, "sam")
    # Where both are known to be one table, the parameter does for either.
    assert known or [one for one in written if one not in emitted] == []
    assert "ImportValue." not in emitted
    assert "resolve." not in emitted
    assert "${Orders}" not in emitted
    policies = re.search(r"( +Policies:\n.*)", emitted, re.DOTALL)[1]
    (tmp_path / "template.yaml").write_text(text + policies)
    (unit,) = diff(tmp_path, Options()).units
    assert (unit.difference.missing, unit.difference.excess, unit.difference.undecided) == ((), (), ())


def test_a_name_of_another_template_is_never_written(tmp_path):
    (tmp_path / "template.yaml").write_text(
        SAM % ('!ImportValue {"Fn::Sub": "table-${Stage}"}', "x")
        + "      Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}}\n"
        + "  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested.yaml, Parameters: {Mine: !Ref Jobs}}}\n"
        + "  Jobs: {Type: AWS::SQS::Queue}\n"
    )
    (tmp_path / "app.py").write_text(CODE)
    (tmp_path / "nested.yaml").write_text(
        "Parameters: {Mine: {Type: String}}\nResources:\n  G:\n    Type: AWS::Lambda::Function\n"
        "    Properties: {Handler: app.handler, Runtime: python3.12, Code: ., Environment: {Variables: {TABLE: !Ref Mine, TOPIC: x}}}\n"
    )
    emitted = emit(generate(tmp_path, Options(functions=("G",))).units, "cloudformation")
    assert "${Jobs" not in emitted
    assert "table/${Mine}" in emitted


SERVICE = """service: shop
provider:
  name: aws
  runtime: python3.12
  stage: ${opt:stage, 'dev'}
  environment:
    TABLE: %s
    TOPIC: ${cf:news-${sls:stage}.Topic}
functions:
  f:
    handler: app.handler
    %s
plugins: [serverless-iam-roles-per-function]
"""


@pytest.mark.parametrize(
    "table",
    [
        "orders-${opt:stage}",
        "${env:TABLE}",
        "${self:custom.none, opt:table}",
        "${ssm:/shop/${sls:stage}/table}",
        "${param:table}",
    ],
)
def test_a_service_keeps_its_variables(tmp_path, table):
    (tmp_path / "app.py").write_text(CODE)
    (tmp_path / "serverless.yml").write_text(SERVICE % (table, ""))
    emitted = emit(generate(tmp_path, Options()).units, "serverless")
    assert "${cf:news-${sls:stage}.Topic}" in emitted
    assert ":log-group:/aws/lambda/shop-${sls:stage}-f:*" in emitted
    fragment = emitted.partition("  f:\n")[2].strip()
    (tmp_path / "serverless.yml").write_text(SERVICE % (table, fragment))
    (unit,) = diff(tmp_path, Options()).units
    assert (unit.difference.missing, unit.difference.undecided) == ((), ())


def test_a_part_of_an_arn_is_no_arn(tmp_path):
    (tmp_path / "app.py").write_text(CODE)
    table = '!Select [1, !Split ["/", !Ref TableArn]]'
    text = SAM.replace("  Stage:", "  TableArn: {Type: String}\n  Stage:") % (
        table,
        '!Select [0, !Split [",", !ImportValue TopicArns]]',
    )
    (tmp_path / "template.yaml").write_text(text)
    report = generate(tmp_path, Options())
    emitted = emit(report.units, "sam")
    assert ':table/${Value0}"' in emitted
    assert '"Fn::Split":' in emitted
    resources = [one for statement in report.units[0].policy.statements for one in statement.resources]
    assert [one for one in resources if "TopicArns" in one and one.startswith("${")]  # an item of a list is one


ROOT = """
resource "aws_sqs_queue" "jobs" { name_prefix = "jobs" }
module "app" {
  source = "./app"
  queue  = aws_sqs_queue.jobs.arn
}
"""
CHILD = """
variable "queue" {}
resource "aws_dynamodb_table" "t" { name_prefix = "t" }
resource "aws_lambda_function" "f" {
  function_name = "f"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = "app.zip"
  role          = aws_iam_role.r.arn
  environment { variables = { TABLE = aws_dynamodb_table.t.name, TOPIC = var.topic } }
}
variable "topic" {}
resource "aws_iam_role" "r" { assume_role_policy = "{}" }
resource "aws_lambda_event_source_mapping" "q" {
  event_source_arn = var.queue
  function_name    = aws_lambda_function.f.arn
}
"""


def test_a_module_writes_its_own_addresses(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "main.tf").write_text(ROOT)
    (tmp_path / "app" / "main.tf").write_text(CHILD)
    (tmp_path / "app" / "app.py").write_text(CODE)
    emitted = emit(generate(tmp_path, Options()).units, "terraform")
    assert "# inside module.app\ndata" in emitted
    assert ":table/${aws_dynamodb_table.t.name}" in emitted
    # The queue is the caller's: the module has to be given it.
    assert 'variable "aws_sqs_queue_jobs_name" {' in emitted
    assert ":${var.aws_sqs_queue_jobs_name}" in emitted
    assert "module.app." not in emitted
