"""The gate: severities, the baseline and the settings decide the exit code."""

import json

import pytest

ROLE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::shop/*"}],
}
CODE = """
import boto3
def handler(event, context):
    boto3.client("s3").get_object(Bucket="shop", Key="a")
"""


@pytest.fixture
def app(tmp_path):
    """A function and a role that is too wide: two warnings."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "app.py").write_text(CODE)
    (folder / "role.json").write_text(json.dumps(ROLE))
    return folder


@pytest.fixture
def check(iamgen, app):
    def run(*arguments):
        return iamgen("check", app, "-e", "app:handler", "--against", app / "role.json", *arguments)

    return run


def rules(outcome):
    return [finding["rule"] for finding in json.loads(outcome.out)["findings"]]


def test_a_warning_fails(check):
    outcome = check()
    assert outcome.code == 1
    first, second, last = outcome.out.splitlines()
    assert "warning IG202: app:handler: " in first
    assert "warning IG203: app:handler: " in second
    assert last == "1 function: 0 errors, 2 warnings, 0 notes"


def test_it_passes_when_only_errors_fail(check):
    assert check("--fail-on", "error").code == 0


def test_ignored_rules_are_left_out(check):
    outcome = check("--ignore", "IG202", "--format", "json")
    assert (outcome.code, rules(outcome)) == (1, ["IG203"])
    assert check("--ignore", "IG202", "--ignore", "IG203").code == 0


def test_a_rule_that_is_none(check):
    outcome = check("--ignore", "IG999")
    assert (outcome.code, outcome.out) == (2, "")
    assert "no rule `IG999`" in outcome.err


def test_what_is_accepted_passes_and_what_is_new_fails(check, app):
    baseline = app / "baseline.json"
    outcome = check("--baseline", baseline, "--accept")
    assert outcome.code == 0
    assert "accepted 2 findings" in outcome.err
    accepted = check("--baseline", baseline)
    assert accepted.code == 0
    assert accepted.out == "1 function: 0 errors, 0 warnings, 0 notes, 2 accepted by the baseline\n"
    (app / "app.py").write_text(
        CODE + '    boto3.client("sns").publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:t")\n'
    )
    new = check("--baseline", baseline, "--format", "json")
    assert (new.code, rules(new)) == (1, ["IG301"])
    assert json.loads(new.out)["accepted"] == 2


def test_moving_code_keeps_the_baseline(check, app):
    baseline = app / "baseline.json"
    check("--baseline", baseline, "--accept")
    (app / "app.py").write_text("\n\n# moved\n" + CODE)
    assert check("--baseline", baseline).code == 0


def test_what_is_gone_is_told(check, app):
    baseline = app / "baseline.json"
    check("--baseline", baseline, "--accept")
    narrower = {**ROLE, "Statement": [{**ROLE["Statement"][0], "Action": ["s3:GetObject"]}]}
    (app / "role.json").write_text(json.dumps(narrower))
    outcome = check("--baseline", baseline)
    assert outcome.code == 0
    assert "accepted but no longer found: IG202 app:handler" in outcome.err


def test_accepting_needs_a_file(check):
    outcome = check("--accept")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--baseline" in outcome.err


@pytest.mark.parametrize("text", ["", "{}", '{"version": 9, "accepted": []}', '{"version": 1, "accepted": [3]}'])
def test_a_baseline_that_is_none(check, app, text):
    (app / "baseline.json").write_text(text)
    outcome = check("--baseline", app / "baseline.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "baseline.json" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_baseline_that_is_not_there_fails(check, app):
    assert check("--baseline", app / "nowhere.json").code == 2


def test_the_settings_of_the_project(iamgen, app):
    (app / "pyproject.toml").write_text(
        '[tool.iamgen]\nentry = "app:handler"\nbaseline = "accepted.json"\nfail-on = "error"\nignore = ["IG203"]\n'
    )
    outcome = iamgen("check", app, "--against", app / "role.json", "--accept")
    assert outcome.code == 0
    assert len(json.loads((app / "accepted.json").read_text())["accepted"]) == 1
    assert iamgen("check", app, "--against", app / "role.json").code == 0


def test_the_command_line_counts_before_the_settings(iamgen, app):
    (app / "pyproject.toml").write_text('[tool.iamgen]\nentry = "app:handler"\nfail-on = "error"\n')
    assert iamgen("check", app, "--against", app / "role.json").code == 0
    assert iamgen("check", app, "--against", app / "role.json", "--fail-on", "warning").code == 1


def test_settings_above_the_repository_do_not_count(iamgen, app, tmp_path):
    (app / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.iamgen]\nfail-on = "error"\n')
    assert iamgen("check", app, "-e", "app:handler", "--against", app / "role.json").code == 1


def test_a_function_that_cannot_be_read_to_the_end_fails(iamgen, app):
    (app / "app.py").write_text("import boto3\ndef handler(e, c):\n    boto3.client(e['service']).anything()\n")
    outcome = iamgen("check", app, "-e", "app:handler")
    assert outcome.code == 1
    assert "IG102" in outcome.out
