"""Fragments that a template includes with `AWS::Include`."""

# ruff: noqa: E501  # a template is easier to read on one line

import pytest
from described import own_environment

HANDLER = "def handler(event, context):\n    pass\n"
FUNCTION = "{Type: AWS::Serverless::Function, Properties: {Handler: app.handler, Runtime: python3.12}}"
HEAD = "Transform: AWS::Serverless-2016-10-31\n"


def include(location, indent=2):
    lines = ("Fn::Transform:", "  Name: AWS::Include", f"  Parameters: {{Location: {location}}}")
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def test_resources_of_a_fragment(project):
    text = f"{HEAD}Resources:\n  F: {FUNCTION}\n{include('./parts/more.yaml')}"
    found = project({"template.yaml": text, "parts/more.yaml": f"# more\nG: {FUNCTION}\nF: {{}}\n", "app.py": HANDLER})
    assert [(unit.name, str(unit.source.template), unit.source.line) for unit in found.units] == [
        ("F", "template.yaml", 3),
        ("G", "parts/more.yaml", 2),
    ]
    assert found.problems == ()


def test_a_fragment_at_the_top_and_one_in_an_environment(project):
    variables = "{Handler: app.handler, Runtime: python3.12, Environment: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: env.yaml}}}}"
    text = (
        "Transform:\n  - AWS::Serverless-2016-10-31\n  - {Name: AWS::Include, Parameters: {Location: top.yaml}}\n"
        f"Resources:\n  F: {{Type: AWS::Serverless::Function, Properties: {variables}}}\n"
    )
    files = {
        "template.yaml": text,
        "top.yaml": f"Mappings: {{M: {{a: {{b: c}}}}}}\nResources:\n  G: {FUNCTION}\n",
        "env.yaml": "Variables: {A: !FindInMap [M, a, b]}\n",
        "app.py": HANDLER,
    }
    found = project(files)
    assert [unit.name for unit in found.units] == ["F", "G"]
    assert own_environment(found.units[0]) == {"A": ['"c"']}
    assert found.units[1].source.template == "top.yaml"


@pytest.mark.parametrize(
    ("location", "files", "message"),
    [
        ("s3://bucket/part.yaml", {}, "`s3://bucket/part.yaml` is included and is not in the project"),
        ("!Ref Where", {}, "what depends on the deployment is included and is not in the project"),
        ("gone.yaml", {}, "the included template `gone.yaml` does not exist"),
        ("../out.yaml", {}, "the included template `../out.yaml` leads outside the project"),
        ("bad.yaml", {"bad.yaml": "a: ["}, "`bad.yaml:1` is malformed: expected the node content, but found '<stream end>'"),
    ],
)  # fmt: skip
def test_a_fragment_that_cannot_be_read(project, location, files, message):
    text = f"{HEAD}Parameters: {{Where: {{Type: String}}}}\nResources:\n  F: {FUNCTION}\n{include(location)}"
    found = project({"template.yaml": text, "app.py": HANDLER, **files})
    assert [unit.name for unit in found.units] == ["F"]
    assert [(one.message, one.location.line) for one in found.problems] == [(message, 5)]


def test_other_transforms_stay(project):
    text = f"{HEAD}Resources:\n  F: {FUNCTION}\n  Fn::Transform: {{Name: MyMacro}}\n"
    assert len(project({"template.yaml": text, "app.py": HANDLER}).units) == 1


INCLUDED = "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}}"


@pytest.mark.parametrize(
    ("policies", "part"),
    [
        (f"[{INCLUDED}]", "Statement: [{Effect: Allow, Action: s3:GetObject, Resource: '*'}]\n"),
        (f"[{{Statement: [{INCLUDED}]}}]", "{Effect: Allow, Action: s3:GetObject, Resource: '*'}\n"),
        (f"[{{Statement: [{{Effect: Allow, Resource: '*', {INCLUDED[1:-1]}}}]}}]", "Action: s3:GetObject\n"),
        (INCLUDED, "Statement: [{Effect: Allow, Action: s3:GetObject, Resource: '*'}]\n"),
    ],
)
def test_a_fragment_anywhere_in_a_policy(project, policies, part):
    text = f"{HEAD}Resources:\n  F: {{Type: AWS::Serverless::Function, Properties: {{Handler: app.handler, Runtime: python3.12, CodeUri: ., Policies: {policies}}}}}\n"
    found = project({"template.yaml": text, "part.yaml": part, "app.py": HANDLER})
    (unit,) = found.units
    (document,) = unit.role.documents
    assert [dict(one) for one in document.document["Statement"]] == [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    ]
    assert found.problems == unit.problems == ()


def test_a_fragment_in_an_api_is_not_read(project):
    api = f"Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: x, DefinitionBody: {INCLUDED}}}}}"
    found = project({"template.yaml": f"{HEAD}Resources:\n  F: {FUNCTION}\n  {api}\n", "app.py": HANDLER})
    assert found.problems == ()


def test_a_fragment_that_includes_itself_ends(project):
    text = f"{HEAD}Resources:\n  F: {{Type: AWS::Serverless::Function, Properties: {{Handler: app.handler, Runtime: python3.12, Policies: [{INCLUDED}]}}}}\n"
    found = project({"template.yaml": text, "part.yaml": f"Statement: [{INCLUDED}]\n", "app.py": HANDLER})
    assert [unit.name for unit in found.units] == ["F"]
