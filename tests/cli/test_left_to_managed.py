"""`generate --managed`: what AWS-managed policies of the roles grant is left out of the policies, and told."""

import json

import pytest

CODE = """
import boto3

def handler(event, context):
    boto3.client("s3").get_object(Bucket="shop", Key="a")
    boto3.client("sns").publish(TopicArn=event["topic"], Message="a")
"""

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Send:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.12}
"""

BASIC = "AWSLambdaBasicExecutionRole"


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "app.py").write_text(CODE)
    (folder / "template.yaml").write_text(TEMPLATE)
    return folder


def services(outcome):
    assert outcome.code == 0, outcome.err
    found = set()
    for statement in json.loads(outcome.out)["Statement"]:
        actions = statement["Action"]
        found |= {one.partition(":")[0] for one in ([actions] if isinstance(actions, str) else actions)}
    return found


def test_nothing_is_left_out_unasked(iamgen, app):
    outcome = iamgen("generate", app)
    assert services(outcome) == {"logs", "s3", "sns"}
    assert "left out" not in outcome.err


@pytest.mark.parametrize("name", [BASIC, f"arn:aws:iam::aws:policy/service-role/{BASIC}"])
def test_what_it_grants_is_left_out_and_told(iamgen, app, name):
    outcome = iamgen("generate", app, "--managed", name)
    assert services(outcome) == {"s3", "sns"}
    assert (
        f"Send: left out, granted by `{name}`: logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents"
        in outcome.err
    )


def test_several_policies(iamgen, app):
    assert services(iamgen("generate", app, "--managed", BASIC, "--managed", "AmazonSNSFullAccess")) == {"s3"}


def test_a_policy_that_grants_part_of_it(iamgen, app):
    (app / "app.py").write_text(CODE + '    boto3.client("s3").put_object(Bucket="shop", Key="a")\n')
    outcome = iamgen("generate", app, "--managed", "AmazonS3ReadOnlyAccess")
    assert "s3:PutObject" in outcome.out
    assert "s3:GetObject" not in outcome.out


def test_a_policy_that_grants_nothing_of_it_leaves_nothing_out(iamgen, app):
    outcome = iamgen("generate", app, "--managed", "AmazonSQSFullAccess")
    assert outcome.out == iamgen("generate", app).out
    assert "left out" not in outcome.err


def test_the_setting_and_the_option_before_it(iamgen, app):
    (app / "pyproject.toml").write_text(f'[tool.iamgen]\nmanaged = ["{BASIC}"]\n')
    assert services(iamgen("generate", app)) == {"s3", "sns"}
    assert services(iamgen("generate", app, "--managed", "AmazonSNSFullAccess")) == {"logs", "s3"}


def test_a_name_that_is_none(iamgen, app):
    outcome = iamgen("generate", app, "--managed", "NoSuchPolicy")
    assert (outcome.code, outcome.out) == (2, "")
    assert "`NoSuchPolicy` is no AWS-managed policy" in outcome.err


def test_writing_goes_by_the_roles_themselves(iamgen, app):
    assert "--write and --managed exclude each other" in iamgen("generate", app, "--write", "--managed", BASIC).err
