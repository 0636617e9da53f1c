"""`iamgen evaluate` and `iamgen diff OLD NEW` through the command line."""

from __future__ import annotations

import io
import json
import shlex
import sys
from pathlib import Path

import pytest

from iamgen.cli.main import run

ROOT = Path(__file__).parents[2]
READ = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
ALL = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}
NONE = "no statement of the identity policies allows it"
PLAIN_HTTP = {"Bool": {"aws:SecureTransport": "false"}}
HTTPS = {"Sid": "Https", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": PLAIN_HTTP}


@pytest.fixture
def write(tmp_path):
    def call(name, *statements, text=None):
        path = tmp_path / name
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        path.write_text(json.dumps(document) if text is None else text, encoding="utf-8")
        return str(path)

    return call


@pytest.fixture
def iamgen(capsys, monkeypatch):
    monkeypatch.delenv("IAMGEN_TRACEBACK", raising=False)

    def call(*arguments):
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_an_allowed_request(iamgen, write):
    code, out, err = iamgen(
        "evaluate", write("role.json", READ), "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/k"
    )
    assert (code, err) == (0, "")
    assert out == "allowed: s3:GetObject on arn:aws:s3:::b/k\n  allowed by role Statement[0] (Read)\n"


def test_an_implicit_deny(iamgen, write):
    code, out, _ = iamgen("evaluate", write("role.json", READ), "-a", "s3:PutObject", "-r", "arn:aws:s3:::b/k")
    assert code == 1
    assert out.startswith("implicit deny: s3:PutObject on arn:aws:s3:::b/k\n")


def test_an_explicit_deny_by_context(iamgen, write):
    path = write("role.json", READ, HTTPS)
    request = ("evaluate", path, "-a", "s3:GetObject", "-r", "arn:aws:s3:::b/k")
    assert iamgen(*request, "-c", "aws:SecureTransport=true")[0] == 0
    code, out, _ = iamgen(*request, "-c", "AWS:securetransport=false", "--format", "json")
    assert code == 1
    assert json.loads(out) == {
        "decision": "explicit deny",
        "statement": {"policy": "role", "index": 1, "sid": "Https"},
        "reason": "denied by role Statement[1] (Https)",
    }


def test_several_values_of_one_key(iamgen, write):
    team = READ | {"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}}
    request = ("evaluate", write("role.json", team), "-a", "s3:GetObject", "-r", "arn:aws:s3:::b/k")
    assert iamgen(*request, "-c", "aws:TagKeys=a", "-c", "aws:TagKeys=b")[0] == 0
    assert iamgen(*request, "-c", "aws:TagKeys=a", "-c", "aws:TagKeys=c")[0] == 1


def test_limits(iamgen, write):
    request = ("evaluate", write("role.json", ALL), "-a", "s3:PutObject", "-r", "arn:aws:s3:::b/k")
    limit = write("limit.json", READ)
    assert iamgen(*request)[0] == 0
    for option, said in (
        ("--boundary", "permissions boundary"),
        ("--session", "session policy"),
        ("--scp", "service control policies of level 1"),
    ):
        code, out, _ = iamgen(*request, option, limit)
        assert code == 1
        assert f"no statement of the {said} allows it" in out


@pytest.mark.parametrize("key", ["Resource", "NotResource"])
def test_a_session_policy_with_an_incomplete_arn_is_refused(iamgen, write, key):
    """What AWS completes in an identity policy it refuses in one that a session is given."""
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", key: ["*", "arn:aws:sqs"]}
    short, whole = write("short.json", statement), write("whole.json", {**statement, key: "arn:aws:sqs:*:*:*"})
    asked = ("--action", "sqs:SendMessage", "--resource", "arn:aws:sqs:eu-west-1:123456789012:q")
    assert iamgen("evaluate", short, *asked)[0] == iamgen("evaluate", whole, *asked)[0]
    assert iamgen("evaluate", short, "--session", whole, *asked)[0] == (0 if key == "Resource" else 1)
    code, out, err = iamgen("evaluate", whole, "--session", short, *asked)
    assert (code, out) == (2, "")
    assert f"`short.json`: invalid policy at `Statement[0].{key}`: `arn:aws:sqs` is an incomplete ARN" in err
    assert len(err.splitlines()) == 1


def test_several_files_are_one_identity(iamgen, write):
    files = write("one.json", READ), write("two.json", HTTPS)
    code, out, _ = iamgen("evaluate", *files, "-a", "s3:GetObject", "-r", "arn:aws:s3:::b/k")
    assert (code, "by one Statement[0]" in out) == (0, True)


def test_standard_input(iamgen, monkeypatch):
    text = json.dumps({"Version": "2012-10-17", "Statement": [READ]})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert iamgen("evaluate", "-", "-a", "s3:GetObject", "-r", "arn:aws:s3:::b/k")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-a", "s3:*"), "`s3:*` is not one action"),
        (("-a", "GetObject"), "`GetObject` is not one action"),
        (("-a", "s3:GetObject", "-c", "novalue"), "`novalue` is not of the form KEY=VALUE"),
        ((), "missing option"),
    ],
)
def test_wrong_arguments(iamgen, write, arguments, message):
    code, out, err = iamgen("evaluate", write("role.json", READ), *arguments)
    assert (code, out) == (2, "")
    assert message in err.lower() if message.islower() else message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        '{"Version": "2012-10-17"}',
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}',
        "[1]",
    ],
)
def test_files_that_are_no_policy(iamgen, write, text):
    code, out, err = iamgen("evaluate", write("role.json", text=text), "-a", "s3:GetObject")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("iamgen: error: ")


def test_a_file_that_is_missing(iamgen, tmp_path):
    code, _, err = iamgen("evaluate", str(tmp_path / "none.json"), "-a", "s3:GetObject")
    assert code == 2
    assert "does not exist" in err


def test_equal_policies(iamgen, write):
    old = write("old.json", READ, ALL)
    new = write("new.json", ALL)
    assert iamgen("diff", old, new)[:2] == (0, "both allow the same\n")


def test_a_change_in_words(iamgen, write):
    put = READ | {"Action": ["s3:GetObject", "s3:PutObject"]}
    code, out, err = iamgen("diff", write("old.json", READ), write("new.json", put))
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "old.json -> new.json",
        "  + s3:PutObject on arn:aws:s3:::b/*",
        "      by new Statement[0] (Read)",
        f"      for example s3:PutObject on arn:aws:s3:::b/; before: implicit deny, {NONE}",
        "",
        "1 newly allowed, 0 no longer allowed, 0 undecided",
    ]


def test_a_change_as_data(iamgen, write):
    narrow = READ | {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}
    code, out, _ = iamgen("diff", write("old.json", READ), write("new.json", narrow), "--format", "json")
    assert code == 1
    (role,) = json.loads(out)["roles"]
    assert role["newly_allowed"] == []
    (lost,) = role["no_longer_allowed"]
    assert lost["actions"] == ["s3:GetObject"]
    assert lost["other"]["decision"] == "implicit deny"
    # The witness lies outside the condition.
    assert lost["witness"]["context"].get("aws:RequestedRegion") != ["eu-west-1"]


def test_a_wildcard_against_today_s_actions_written_out(iamgen, write):
    from iamgen.catalog.store import Catalog

    every = READ | {"Action": [action for action in Catalog.open().all_actions() if action.startswith("s3:")]}
    assert iamgen("diff", write("old.json", ALL), write("new.json", every))[0] == 0
    fewer = every | {"Action": every["Action"][:-1]}
    code, out, _ = iamgen("diff", write("old.json", ALL), write("new.json", fewer))
    assert (code, f"  - {every['Action'][-1]} on arn:aws:s3:::b/*" in out) == (1, True)


def test_other_forms_are_refused(iamgen, write):
    code, _, err = iamgen("diff", write("old.json", READ), write("new.json", READ), "--format", "sarif")
    assert code == 2
    assert "use terminal or json" in err


def test_control_characters_do_not_reach_the_terminal(iamgen, write):
    evil = READ | {"Resource": "arn:aws:s3:::b\u001b[31m/*"}
    _, out, _ = iamgen("diff", write("old.json"), write("new.json", evil))
    assert "\x1b" not in out


def examples():
    """The commands of docs/policies.md with what they print."""
    lines = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8").splitlines()
    out = []
    inside = False
    for line in lines:
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ iamgen "):
            out.append((line.removeprefix("$ iamgen "), []))
        elif inside:
            out[-1][1].append(line)
    return out


@pytest.mark.parametrize(("command", "printed"), examples(), ids=lambda value: value if isinstance(value, str) else "")
def test_the_examples_of_the_page_are_true(iamgen, monkeypatch, command, printed):
    monkeypatch.chdir(ROOT / "fixtures" / "policy" / "documents")
    _, out, err = iamgen(*shlex.split(command))
    assert (out.splitlines(), err) == (printed, "")
