"""Nested templates that a build or an upload puts elsewhere."""

import pytest
from described import own_environment

PARENT = """Parameters: {Bucket: {Type: String}}
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: %s, Parameters: {Table: !Ref Orders}}
  Orders: {Type: AWS::DynamoDB::Table}
"""
CHILD = """Parameters: {Table: {Type: String}}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Handler: app.handler, Runtime: python3.12, Code: ., Environment: {Variables: {V: !Ref Table}}}
"""
OWN = "  G: {Type: AWS::Lambda::Function, Properties: {Handler: app.handler, Runtime: python3.12, Code: .}}\n"
CODE = "def handler(event, context):\n    pass\n"


@pytest.fixture
def units(project):
    def make(url, *children):
        files = {"main.yaml": PARENT % url + OWN, "app.py": CODE, **dict.fromkeys(children, CHILD)}
        files |= {f"{name.rpartition('/')[0]}/app.py": CODE for name in children}
        found = project(files)
        return {unit.name: unit for unit in found.units}, [(one.kind, one.message) for one in found.problems]

    return make


@pytest.mark.parametrize(
    ("url", "child", "told"),
    [
        ("../../shared/child.yaml", "shared/child.yaml", "leads outside the project"),
        ("build/child.yaml", "shared/child.yaml", "does not exist"),
        ("!Sub 'https://${Bucket}.s3.amazonaws.com/x/shared/child.yaml'", "shared/child.yaml", "lies elsewhere"),
        ("!Sub 'https://${Bucket}.s3.amazonaws.com/child.yaml'", "stacks/child.yaml", "lies elsewhere"),
        ("https://s3.amazonaws.com/bucket/v1/shared/child.yaml", "shared/child.yaml", "lies elsewhere"),
        ("!Sub 's3://${Bucket}/fn/template.yaml'", "fn/template.yaml", "lies elsewhere"),
    ],
)
def test_the_one_template_that_ends_alike(units, url, child, told):
    found, problems = units(url, child, "other/another.yaml")
    assert own_environment(found["F"]) == {"V": ["symbol(Orders)"]}
    ((kind, message),) = (one for one in problems if one[0] != "not-chosen")
    assert kind == "guessed-code"
    assert f" {told}; `{child}` is read in its place" in message


@pytest.mark.parametrize(
    ("url", "children"),
    [
        ("build/child.yaml", ["a/child.yaml", "b/child.yaml"]),
        ("https://s3.amazonaws.com/bucket/child.yaml", ["a/child.yaml"]),
        ("!Sub 's3://${Bucket}/template.yaml'", ["a/template.yaml"]),
        ("!Sub 's3://${Bucket}'", ["a/child.yaml"]),
        ("!Ref Bucket", ["a/child.yaml"]),
    ],
)
def test_several_or_none_that_end_alike(units, url, children):
    found, problems = units(url, *children)
    assert "V" not in own_environment(found["G"])
    assert "F" not in found
    assert not [one for one in problems if one[0] == "guessed-code"]
