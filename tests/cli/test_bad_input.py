"""Bad input: one clear line, the documented exit code, no traceback, and the other functions go on."""

import json
import os

import pytest

GOOD = """
import boto3
def handler(event, context):
    boto3.client("s3").get_object(Bucket="bucket", Key="key")
"""

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Good:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: good.handler
      CodeUri: src/
  Other:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: {handler}
      CodeUri: {code}
"""


@pytest.fixture
def project(tmp_path):
    """A project of a good function and another that a test makes bad."""

    def make(handler="other.handler", code="src/", other=GOOD):
        folder = tmp_path / "project"
        (folder / "src").mkdir(parents=True, exist_ok=True)
        (folder / "src" / "good.py").write_text(GOOD)
        if other is not None:
            (folder / "src" / "other.py").write_text(other)
        (folder / "template.yaml").write_text(TEMPLATE.format(handler=handler, code=code))
        return folder

    return make


def one_line(outcome, *words):
    assert outcome.code == 2, outcome
    assert len(outcome.err.splitlines()) == 1, outcome.err
    assert outcome.err.startswith("iamgen: error: ")
    assert "Traceback" not in outcome.err
    assert outcome.out == ""
    for word in words:
        assert word in outcome.err


def good_and_incomplete(outcome, *words, kind=None):
    """The good function has its policy; the other is incomplete and says why."""
    assert outcome.code == 0, outcome
    assert "Traceback" not in outcome.err
    good, other = json.loads(outcome.out)["functions"]
    assert [call["operation"] for call in good["calls"]] == ["GetObject"]
    assert good["status"] == "complete", good["gaps"]
    assert other["status"] == "incomplete"
    text = json.dumps(other["gaps"])
    for word in words:
        assert word in text
    if kind:
        assert kind in {gap["kind"] for gap in other["gaps"]}


def test_no_such_path(iamgen, tmp_path):
    one_line(iamgen("diff", tmp_path / "nowhere"), "no such path", "nowhere")


@pytest.mark.parametrize("arguments", [["--nope"], ["scan", "--nope"], ["nope"], ["generate", "--format", "nope"]])
def test_an_unknown_option_or_command(iamgen, arguments):
    one_line(iamgen(*arguments), "nope")


def test_a_parameter_without_a_value(iamgen, tmp_path):
    one_line(iamgen("scan", tmp_path, "-p", "Stage"), "`Stage`", "KEY=VALUE")


def test_a_template_that_is_not_yaml(iamgen, tmp_path):
    (tmp_path / "template.yaml").write_text("Resources:\n  A: [1, 2\n  B: }\n")
    one_line(iamgen("diff", tmp_path), "template.yaml")


def test_a_template_that_is_not_text(iamgen, tmp_path):
    (tmp_path / "template.yaml").write_bytes(b"\xff\xfe\x00\x01" * 10)
    one_line(iamgen("diff", tmp_path / "template.yaml"), "template.yaml")


def test_a_template_without_functions(iamgen, tmp_path):
    (tmp_path / "template.yaml").write_text("Resources:\n  T:\n    Type: AWS::SNS::Topic\n")
    one_line(iamgen("diff", tmp_path / "template.yaml"), "function")


def test_an_empty_template(iamgen, tmp_path):
    (tmp_path / "template.yaml").write_text("")
    one_line(iamgen("diff", tmp_path / "template.yaml"), "template.yaml")


def test_an_empty_directory(iamgen, tmp_path):
    (tmp_path / "empty").mkdir()
    one_line(iamgen("generate", tmp_path / "empty"))


def test_an_entry_that_does_not_exist(iamgen, tmp_path):
    (tmp_path / "app.py").write_text(GOOD)
    outcome = iamgen("generate", tmp_path / "app.py", "--entry", "app:nothing")
    assert "nothing" in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.code in {0, 2}
    if outcome.code == 0:
        assert "incomplete" in outcome.err


def test_a_function_that_is_not_there(iamgen, project):
    one_line(iamgen("generate", project(), "-f", "Nobody"), "`Nobody`", "`Good`")


@pytest.mark.parametrize("handler", ["other.nothing", "nowhere.handler", "nodot", "../etc.handler", "a..b"])
def test_a_handler_that_does_not_exist(iamgen, project, handler):
    good_and_incomplete(iamgen("generate", project(handler=handler), "--format", "json"), kind="unknown-entry")


def test_a_file_that_does_not_parse(iamgen, project):
    outcome = iamgen("generate", project(other="def handler(event, context:\n  pass\n"), "--format", "json")
    good_and_incomplete(outcome, "other.py")


def test_a_file_with_null_bytes(iamgen, project):
    good_and_incomplete(iamgen("generate", project(other="x = 1\x00\n" + GOOD), "--format", "json"), "other.py")


def test_an_empty_file(iamgen, project):
    good_and_incomplete(iamgen("generate", project(other=""), "--format", "json"), kind="unknown-entry")


def test_an_empty_file_as_a_script(iamgen, tmp_path):
    (tmp_path / "app.py").write_text("")
    outcome = iamgen("generate", tmp_path / "app.py", "--entry", "app")
    assert outcome.code == 0
    assert json.loads(outcome.out)["Statement"] == []


def test_a_file_of_five_megabytes(iamgen, project):
    other = GOOD + "x = [\n" + "  'abcdefghijklmnopqrstuvwxyz',\n" * 160_000 + "]\n"
    assert len(other) > 5_000_000
    good_and_incomplete(iamgen("generate", project(other=other), "--format", "json"), "other.py")


def test_a_symlink_loop(iamgen, project):
    folder = project(code="loop/", other=None)
    (folder / "loop").symlink_to("loop2")
    (folder / "loop2").symlink_to("loop")
    good_and_incomplete(iamgen("generate", folder, "--format", "json"), "loop")


def test_a_folder_that_links_to_its_parent(iamgen, project):
    folder = project()
    (folder / "src" / "again").symlink_to("..")
    outcome = iamgen("generate", folder, "--format", "json")
    assert outcome.code == 0
    assert [unit["status"] for unit in json.loads(outcome.out)["functions"]] == ["complete", "complete"]


@pytest.mark.parametrize("code", ["../outside/", "/etc/", "../../../../../../"])
def test_code_outside_the_project(iamgen, project, tmp_path, code):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "other.py").write_text(GOOD)
    folder = project(code=code, other=None)
    outcome = iamgen("generate", folder, "--format", "json")
    good_and_incomplete(outcome)
    other = json.loads(outcome.out)["functions"][1]
    assert other["calls"] == []


def test_a_module_that_links_outside_the_project(iamgen, project, tmp_path):
    (tmp_path / "secret.py").write_text(GOOD.replace("bucket", "secret-bucket"))
    folder = project(other=None)
    (folder / "src" / "other.py").symlink_to(tmp_path / "secret.py")
    outcome = iamgen("generate", folder, "--format", "json")
    good_and_incomplete(outcome)
    assert "secret-bucket" not in outcome.out


def test_a_file_that_may_not_be_read(iamgen, project):
    folder = project()
    (folder / "src" / "other.py").chmod(0)
    if os.access(folder / "src" / "other.py", os.R_OK):
        pytest.skip("this user may read everything")
    good_and_incomplete(iamgen("generate", folder, "--format", "json"), "other.py")


def test_an_output_that_cannot_be_written(iamgen, project, tmp_path):
    (tmp_path / "file").write_text("")
    outcome = iamgen("generate", project(), "-o", tmp_path / "file" / "out")
    one_line(outcome, "cannot write")


def test_escape_sequences_of_the_project_never_reach_the_terminal(iamgen, project):
    folder = project(handler='"other.\\e[31mhandler"')
    for command in ("scan", "generate", "diff"):
        outcome = iamgen(command, folder)
        assert "\x1b" not in outcome.out + outcome.err
        assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[tool.iamgen]\nnope = 1\n", "`nope`"),
        ("[tool.iamgen]\nfail-on = 'always'\n", "`fail-on`"),
        ("[tool.iamgen]\nfunctions = 'A'\n", "`functions`"),
        ("[tool.iamgen\n", "`pyproject.toml`"),
    ],
)
def test_settings_that_are_wrong(iamgen, project, text, word):
    folder = project()
    (folder / "pyproject.toml").write_text(text)
    one_line(iamgen("scan", folder), word)


def test_a_policy_file_that_is_none(iamgen, project, tmp_path):
    bad = tmp_path / "role.json"
    for text in ("", "{", "[]", '{"Statement": [{"Effect": "Perhaps"}]}', "not json"):
        bad.write_text(text)
        one_line(iamgen("diff", project(), "-f", "Good", "--against", bad), "role.json")


def test_a_policy_file_that_is_not_there(iamgen, project, tmp_path):
    one_line(iamgen("diff", project(), "-f", "Good", "--against", tmp_path / "nowhere.json"), "nowhere.json")


def test_an_action_that_is_none(iamgen, project):
    one_line(iamgen("explain", "s3:GetObjekt", project()), "`s3:GetObjekt`", "s3:GetObject")


def test_a_rule_that_is_none(iamgen):
    one_line(iamgen("explain", "IG999"), "IG999")
