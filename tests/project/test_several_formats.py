"""Repositories with declarations of several formats."""

# ruff: noqa: E501  # a declaration is easier to read on one line

from iamgen.pipeline import Options, check
from iamgen.project import load

HANDLER = "def handler(event, context):\n    pass\n"
SAM = "Transform: AWS::Serverless-2016-10-31\nResources:\n  {}: {{Type: AWS::Serverless::Function, Properties: {{Handler: app.handler, Runtime: python3.12, CodeUri: src}}}}\n"
SERVICE = "service: s\nprovider: {name: aws, runtime: python3.12}\nfunctions: {f: {handler: handler.handler}}\n"


def test_what_is_not_chosen_is_told_of(project, tmp_path):
    files = {
        "services/a/serverless.yml": SERVICE,
        "services/a/handler.py": HANDLER,
        "services/b/template.yaml": SAM.format("B"),
        "services/b/src/app.py": HANDLER,
    }
    found = project(files)
    assert [unit.name for unit in found.units] == ["B"]
    assert [(one.kind, one.message) for one in found.problems] == [
        ("not-chosen", "`services/a/serverless.yml` declares `f`, too: choose it with --template")
    ]
    assert not [one for one in check(tmp_path, Options(jobs=1)).findings if one.function is None]
    other = load(tmp_path, template=tmp_path / "services/a/serverless.yml")
    assert [unit.name for unit in other.units] == ["f"]


def test_the_same_function_in_two_formats_is_one(project):
    terraform = 'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  handler = "app.handler"\n  runtime = "python3.12"\n  filename = "src"\n  role = "r"\n}\n'
    found = project({"template.yaml": SAM.format("A"), "main.tf": terraform, "src/app.py": HANDLER})
    assert [unit.name for unit in found.units] == ["A"]
    assert found.problems == ()


def test_a_broken_declaration_of_another_format_does_no_harm(project):
    found = project({"template.yaml": SAM.format("A"), "main.tf": "resource {", "src/app.py": HANDLER})
    assert [unit.name for unit in found.units] == ["A"]
    assert found.problems == ()


def test_declarations_further_down_are_told_of(project):
    files = {
        "template.yaml": SAM.format("A")
        + "  N: {Type: AWS::Serverless::Application, Properties: {Location: parts/template.yaml}}\n",
        "parts/template.yaml": SAM.format("P"),
        "samples/one/template.yaml": SAM.format("B"),
        "samples/two/template.yaml": SAM.format("C").replace("python3.12", "nodejs20.x"),
        "jobs/serverless.yml": SERVICE,
        "jobs/handler.py": HANDLER,
        "src/app.py": HANDLER,
    }
    assert [one.message for one in project(files).problems if one.kind == "not-chosen"] == [
        "`jobs/serverless.yml` declares `f`, too: choose it with --template",
        "`samples/one/template.yaml` declares functions, too: choose it with --template",
    ]
