"""A project that means no good, and the command run in a child of bounded time and memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

HOSTILE_NAME = "Evil<img src=x>|`[a](javascript:1)%0A::error::"
INVISIBLE = "\x1b[31m\x07\u202e\u2028"
SECONDS, MEBIBYTES = 60, 3072  # of processor time and address space: what needs more is stuck
CODE = """
import boto3

def handler(event, context):
    boto3.client("s3").get_object(Bucket="bucket", Key="key")
"""
TEMPLATE = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Good": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Runtime": "python3.12", "Handler": "good.handler", "CodeUri": "good/"},
        },
        "Other": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Runtime": "python3.12", "Handler": "other.handler", "CodeUri": "other/"},
        },
    },
}


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    def unit(self, name):
        return next(one for one in json.loads(self.out)["functions"] if one["name"] == name)


@pytest.fixture
def iamgen(tmp_path):
    """`iamgen("scan", path)`, as it is installed."""

    def run(*arguments, cwd=None, **environment):
        command = [str(Path(sys.executable).with_name("iamgen")), *map(str, arguments)]
        return child(command, tmp_path, cwd, environment)

    return run


@pytest.fixture
def watched(tmp_path):
    """The same, with what the interpreter did."""

    def run(folder, *arguments, **environment):
        events = tmp_path / "events.json"
        events.unlink(missing_ok=True)
        program = [sys.executable, str(Path(__file__).with_name("watch.py")), str(events), str(folder)]
        outcome = child([*program, *map(str, arguments)], tmp_path, None, environment)
        return outcome, json.loads(events.read_text(encoding="utf-8"))

    return run


def child(command, folder, cwd, environment):
    names = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "IAMGEN_"))}
    names |= {"IAMGEN_CACHE_DIR": str(folder / ".cache"), "NO_COLOR": "1", "COLUMNS": "200", **environment}
    done = subprocess.run(
        command, cwd=cwd, env=names, capture_output=True, text=True, timeout=300, preexec_fn=_limit, check=False
    )
    assert done.returncode in (0, 1, 2), (done.returncode, done.stderr[-2000:])
    assert "Traceback" not in done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


def _limit():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEBIBYTES * 2**20, MEBIBYTES * 2**20))


@pytest.fixture
def project(tmp_path):
    """A template with a good function and another that a test makes bad."""

    def make(other=None, **properties):
        root = tmp_path / "project"
        for name in ("good", "other"):
            (root / name).mkdir(parents=True, exist_ok=True)
        (root / "good" / "good.py").write_text(CODE, encoding="utf-8")
        if other is not None:
            (root / "other" / "other.py").write_text(other, encoding="utf-8")
        template = json.loads(json.dumps(TEMPLATE))
        template["Resources"]["Other"]["Properties"].update(properties)
        (root / "template.json").write_text(json.dumps(template), encoding="utf-8")
        return root

    return make


def hostile_project(root: Path) -> Path:
    """Names, messages and roles that would be markup, commands or escapes somewhere."""
    name = HOSTILE_NAME + INVISIBLE
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            name: {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Runtime": "python3.12",
                    "Handler": "app.handler",
                    "CodeUri": ".",
                    "FunctionName": name,
                    "Policies": [
                        {"Statement": [{"Sid": "S", "Effect": "Allow", "Action": "sqs:*", "Resource": f"arn:x{name}"}]}
                    ],
                },
            }
        },
    }
    (root / "template.json").write_text(json.dumps(template), encoding="utf-8")
    code = (
        f"import boto3\n\ndef handler(event, context):\n    boto3.client('s3').get_object(Bucket={name!r}, Key='k')\n"
    )
    code += f"    getattr(boto3.client('sqs'), event['o'] + {name!r})()\n"
    (root / "app.py").write_text(code, encoding="utf-8")
    return root
