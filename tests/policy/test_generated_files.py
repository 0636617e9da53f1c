"""`generate --max-size`: a policy over several files, each in its place from run to run."""

from __future__ import annotations

import json

import pytest

from iamgen.cli.main import run
from iamgen.policy.parse import parse_policy
from iamgen.policy.serialise import size


def code(count, *more):
    lines = ["import boto3", "s3 = boto3.client('s3')", "sqs = boto3.client('sqs')", "def handler(event, context):"]
    lines += [f"    s3.get_object(Bucket='a-bucket-with-a-long-name-{n:03}', Key='k')" for n in range(count)]
    return "\n".join([*lines, *(f"    {line}" for line in more)]) + "\n"


@pytest.fixture
def generate(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("IAMGEN_TRACEBACK", raising=False)
    app, out = tmp_path / "app.py", tmp_path / "out"

    def call(text, *options):
        app.write_text(text, encoding="utf-8")
        capsys.readouterr()
        status = run(["generate", str(app), "-e", "app:handler", "--no-cache", "-j", "1", *options])
        return status, capsys.readouterr()

    call.out = out
    return call


def files(folder):
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.iterdir())}


def grants(documents):
    return {
        (name, action, resource)
        for name, document in documents.items()
        for statement in parse_policy(document).statements
        for action in statement.actions
        for resource in statement.resources
    }


def test_a_large_policy_becomes_several_files(generate):
    assert generate(code(60), "-o", str(generate.out), "--max-size", "1500")[0] == 0
    parts = files(generate.out)
    assert len(parts) > 2
    assert all(size(parse_policy(document)) <= 1_500 for document in parts.values())
    buckets = {
        resource.split(":::")[1].split("/")[0] for _, action, resource in grants(parts) if action == "s3:GetObject"
    }
    assert buckets == {f"a-bucket-with-a-long-name-{n:03}" for n in range(60)}


def test_a_small_one_is_one_file(generate):
    assert generate(code(2), "-o", str(generate.out), "--max-size", "6144")[0] == 0
    assert list(files(generate.out)) == ["app_handler.policy.json"]


def test_what_was_written_stays_where_it_is(generate):
    generate(code(60), "-o", str(generate.out), "--max-size", "1500")
    before = grants(files(generate.out))
    send = "sqs.send_message(QueueUrl='https://sqs.eu-west-1.amazonaws.com/123456789012/q', MessageBody='')"
    generate(code(60, send), "-o", str(generate.out), "--max-size", "1500")
    after = grants(files(generate.out))
    assert before < after
    assert {action for _, action, _ in after - before} == {"sqs:SendMessage"}


def test_files_that_are_no_policy_are_left_alone(generate):
    generate.out.mkdir()
    other = generate.out / "app_handler-01.policy.json"
    other.write_text("not json", encoding="utf-8")
    assert generate(code(2), "-o", str(generate.out), "--max-size", "6144")[0] == 0
    assert other.read_text(encoding="utf-8") == "not json"


def test_it_needs_a_directory_and_plain_policies(generate):
    for options in (("--max-size", "6144"), ("--max-size", "6144", "-o", "x", "--emit", "sam")):
        status, captured = generate(code(1), *options)
        assert status == 2
        assert "needs -o DIRECTORY and --emit policy" in captured.err


def test_a_policy_past_every_inline_limit_is_told(generate):
    _, captured = generate(code(300))
    assert "write managed policies with `-o DIRECTORY --max-size 6144`" in captured.err
    assert "write managed policies" not in generate(code(2))[1].err
