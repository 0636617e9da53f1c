"""`--config-env`: the environment of `samconfig.toml` that decides the template's parameters."""

import pytest

CONFIG = """version = 0.1
[default.deploy.parameters]
parameter_overrides = "Stage=dev"
[prod.deploy.parameters]
parameter_overrides = "Stage=prod"
"""
TEMPLATE = """Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Condition: IsProd
    Properties: {Handler: app.handler, Runtime: python3.12, CodeUri: .}
  Other:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.12, CodeUri: .}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "samconfig.toml").write_text(CONFIG)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "app.py").write_text("def handler(event, context):\n    return None\n")
    return tmp_path


def test_without_it_the_default_counts(iamgen, project):
    assert "Orders" not in iamgen("scan", project).out


def test_it_names_another(iamgen, project):
    assert "Orders" in iamgen("scan", project, "--config-env", "prod").out


def test_one_that_is_not_there_is_an_error(iamgen, project):
    done = iamgen("scan", project, "--config-env", "test")
    assert done.code == 2
    assert "no environment `test`" in done.err
