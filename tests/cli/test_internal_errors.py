"""A failure of iamgen itself is told as such, with its own exit code."""

import json

import pytest

from iamgen.core.errors import IamgenError
from iamgen.mapping import require as require_really

CODE = """
import boto3
def handler(event, context):
    boto3.client("s3").get_object(Bucket="bucket", Key="key")
"""


@pytest.fixture
def app(tmp_path):
    (tmp_path / "app.py").write_text(CODE)
    (tmp_path / "bad.py").write_text(CODE)
    return tmp_path


def test_a_failure_outside_the_functions(iamgen, app, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("iamgen.project.load", fail)
    outcome = iamgen("generate", app / "app.py", "--entry", "app:handler")
    assert outcome.code == 3
    assert len(outcome.err.splitlines()) == 1
    assert "internal error" in outcome.err
    assert "ZeroDivisionError" in outcome.err


def test_a_failure_on_one_function_leaves_the_others(iamgen, app, monkeypatch):
    def require(usage, unit, *rest):
        if unit.name == "bad:handler":
            raise ZeroDivisionError("division by zero")
        return require_really(usage, unit, *rest)

    monkeypatch.setattr("iamgen.mapping.require", require)
    outcome = iamgen("generate", app, "--format", "json")
    assert outcome.code == 3
    good, bad = json.loads(outcome.out)["functions"]
    assert good["status"] == "complete"
    assert bad["status"] == "incomplete"
    assert bad["gaps"][0]["kind"] == "internal-error"
    assert len(outcome.error_lines) == 1


def test_an_error_for_the_user_is_no_internal_error(iamgen, app, monkeypatch):
    def fail(*args, **kwargs):
        raise IamgenError("the moon is down", "wait")

    monkeypatch.setattr("iamgen.project.load", fail)
    outcome = iamgen("generate", app)
    assert (outcome.code, outcome.err) == (2, "iamgen: error: the moon is down (wait)\n")
