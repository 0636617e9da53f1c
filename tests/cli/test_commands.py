"""What goes to standard output, what to standard error, and with which exit code."""

import json
import os

import pytest

CODE = """
import boto3

s3 = boto3.client("s3")

def read(key):
    return s3.get_object(Bucket="shop", Key=key)

def handler(event, context):
    return read("a")
"""


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "app.py").write_text(CODE)
    return folder


def test_one_policy_is_printed_as_such(iamgen, app):
    outcome = iamgen("generate", app, "-e", "app:handler")
    assert (outcome.code, outcome.err) == (0, "")
    assert json.loads(outcome.out) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "S3ShopA", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/a"}
        ],
    }


def test_several_are_printed_by_name(iamgen, app):
    (app / "other.py").write_text(CODE)
    outcome = iamgen("generate", app)
    assert list(json.loads(outcome.out)) == ["app:handler", "other:handler"]


def test_files_are_written_into_a_new_folder(iamgen, app, tmp_path):
    outcome = iamgen("generate", app, "-o", tmp_path / "new" / "out")
    assert (outcome.code, outcome.out) == (0, "")
    assert [file.name for file in (tmp_path / "new" / "out").iterdir()] == ["app_handler.policy.json"]
    assert "app_handler.policy.json" in outcome.err


def test_a_report_goes_into_its_file(iamgen, app, tmp_path):
    outcome = iamgen("scan", app, "--format", "json", "-o", tmp_path / "report.json")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert json.loads((tmp_path / "report.json").read_text())["functions"][0]["name"] == "app:handler"


def test_the_default_path_is_here(iamgen, app, monkeypatch):
    monkeypatch.chdir(app)
    assert "app.py:7  s3.GetObject" in iamgen("scan").out


@pytest.mark.parametrize("emitter", ["sam", "cloudformation", "terraform", "cdk", "serverless"])
def test_other_ways_to_write_a_policy(iamgen, app, emitter):
    outcome = iamgen("generate", app, "--emit", emitter)
    assert (outcome.code, outcome.err) == (0, "")
    assert "s3:GetObject" in outcome.out


def test_strict_commands_fail_for_what_is_incomplete(iamgen, app):
    (app / "app.py").write_text("import boto3\ndef handler(e, c):\n    boto3.client(e['service']).anything()\n")
    for command in ("scan", "generate"):
        assert iamgen(command, app).code == 0
        assert iamgen(command, app, "--strict").code == 1
    assert "may be incomplete: app.py:3" in iamgen("generate", app).err


def test_explain_shows_the_way(iamgen, app):
    outcome = iamgen("explain", "s3:GetObject", app)
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "app:handler needs s3:GetObject on arn:aws:s3:::shop/a"
    assert "  app.py:7  s3.GetObject by get_object" in lines
    assert [line.split()[-1] for line in lines if line.startswith("      ")] == ["app.handler", "app.read"]


def test_explain_takes_patterns_and_says_when_nobody_needs_it(iamgen, app):
    assert "needs s3:GetObject on" in iamgen("explain", "s3:Get*", app).out
    assert iamgen("explain", "s3:PutObject", app).out == "no function needs s3:PutObject\n"


def test_explain_as_data(iamgen, app):
    data = json.loads(iamgen("explain", "s3:GetObject", app, "--format", "json").out)
    assert data["reasons"][0]["evidence"][0]["path"] == ["app.handler", "app.read"]


def test_explain_a_rule(iamgen):
    outcome = iamgen("explain", "ig202")
    assert outcome.code == 0
    assert outcome.out.startswith("IG202 unused-action (warning)\n")
    assert iamgen("explain", "unused-action").out == outcome.out


def test_options_that_exclude_each_other(iamgen, app):
    for arguments in (
        ["--since", "HEAD", "--against", "live"],
        ["--profile", "x"],
        ["--live-name", "a=b"],
    ):
        outcome = iamgen("diff", app, *arguments)
        assert outcome.code == 2
        assert len(outcome.err.splitlines()) == 1


def test_nothing_is_written_into_the_project(iamgen, app):
    before = sorted(path for path in app.rglob("*"))
    for command in ("scan", "generate", "check"):
        iamgen(command, app)
    assert sorted(path for path in app.rglob("*")) == before


def test_the_analysed_code_is_never_run(iamgen, app):
    (app / "app.py").write_text(f"open({os.fspath(app / 'made')!r}, 'w')\n{CODE}")
    (app / "boto3.py").write_text(f"open({os.fspath(app / 'made')!r}, 'w')\n")
    iamgen("scan", app)
    assert not (app / "made").exists()


def test_colour_follows_the_terminal_and_no_color(app, monkeypatch):
    from iamgen.cli.output import wants_colour

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert wants_colour()
    monkeypatch.setenv("NO_COLOR", "")
    assert wants_colour()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_colour()


def test_a_handler_may_be_written_as_lambda_writes_it(iamgen, tmp_path):
    folder = tmp_path / "src" / "jobs"
    folder.mkdir(parents=True)
    (folder / "nightly.py").write_text(
        "import boto3\n\n\ndef run(event, context):\n    boto3.client('sns').publish(TopicArn=event['topic'])\n"
    )
    for handler in ("jobs.nightly.run", "jobs/nightly.run"):
        outcome = iamgen("scan", tmp_path / "src", "--handler", handler)
        assert outcome.code == 0
        assert "sns.Publish" in outcome.out
    both = iamgen("scan", tmp_path / "src", "--handler", "jobs.nightly.run", "--entry", "jobs.nightly:run")
    assert both.code == 2
    assert "exclude each other" in both.err
