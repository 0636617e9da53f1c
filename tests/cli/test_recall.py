"""A run is told again only when nothing has changed that it could have depended on."""

import os
import sys
import time

import pytest

import iamgen.__main__ as program
import iamgen.cli.main
from iamgen.cli import recall

CODE = """
import boto3


def handler(event, context):
    boto3.client("sqs").purge_queue(QueueUrl=event["url"])
"""
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Purge:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.12, CodeUri: src/}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "above" / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "app.py").write_text(CODE)
    (folder / "template.yaml").write_text(TEMPLATE)
    (folder / ".git").mkdir()
    monkeypatch.setenv("IAMGEN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(recall, "_FRESH", 0)
    monkeypatch.chdir(folder)
    time.sleep(0.02)
    return folder


@pytest.fixture
def start(monkeypatch, capsys):
    """Runs the program; gives its exit code, its output, its errors, and whether anything was computed for them."""
    real = iamgen.cli.main.run

    def go(*arguments):
        computed = []
        monkeypatch.setattr(
            iamgen.cli.main, "run", lambda words, recording: computed.append(words) or real(words, recording)
        )
        monkeypatch.setattr(sys, "argv", ["iamgen", *arguments])
        with pytest.raises(SystemExit) as ended:
            program.main()
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err, bool(computed)

    return go


@pytest.mark.parametrize(
    "command",
    [("scan", "."), ("diff",), ("generate", "."), ("check", "--format", "json"), ("explain", "sqs:PurgeQueue")],
)
def test_an_equal_run_is_told_again(project, start, command):
    first = start(*command)
    second = start(*command)
    assert first[3]
    assert not second[3]
    assert first[:3] == second[:3]
    assert first[1]


def edit(project):
    (project / "src" / "app.py").write_text(CODE.replace("purge_queue", "delete_queue"))


def same_size_and_time(project):
    file = project / "src" / "app.py"
    times = file.stat()
    file.write_text(CODE.replace("sqs", "sns"))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def shadow(project):
    (project / "src" / "boto3.py").write_text("")


def removal(project):
    (project / "src" / "app.py").unlink()


def renaming(project):
    (project / "src" / "app.py").rename(project / "src" / "other.py")


def folder(project):
    (project / "src" / "boto3").mkdir()


def link(project):
    (project / "src" / "boto3").symlink_to("app.py")


def settings_above(project):
    (project.parent / "pyproject.toml").write_text("[tool.iamgen]\n")


def no_longer_the_top(project):
    (project / ".git").rmdir()


@pytest.mark.parametrize(
    "change",
    [
        edit, same_size_and_time, shadow, removal, renaming, folder, link, settings_above, no_longer_the_top,
    ],
)  # fmt: skip
def test_after_a_change_all_is_computed_anew(project, start, change):
    start("scan", ".")
    change(project)
    assert start("scan", ".")[3]


@pytest.mark.parametrize("words", [("scan", ".", "--strict"), ("scan", "src"), ("diff", ".")])
def test_other_arguments_are_another_run(project, start, words):
    start("scan", ".")
    assert start(*words)[3]


def test_another_folder_is_another_run(project, start, monkeypatch):
    start("scan", str(project))
    monkeypatch.chdir(project.parent)
    assert start("scan", str(project))[3]


def test_another_state_of_iamgen_is_another_run(project, start, monkeypatch):
    start("scan", ".")
    monkeypatch.setattr(recall, "_stamp", lambda: "another")
    assert start("scan", ".")[3]


def test_a_policy_outside_the_project_is_looked_at(project, start, tmp_path):
    policy = tmp_path / "policy.json"
    policy.write_text('{"Version": "2012-10-17", "Statement": []}')
    time.sleep(0.02)
    words = ("diff", "--against", str(policy))
    start(*words)
    assert not start(*words)[3]
    policy.write_text('{"Version": "2012-10-17", "Statement": {"Effect":"Allow","Action":"sqs:*","Resource":"*"}}')
    code, out, _, computed = start(*words)
    assert computed
    assert "sqs:*" in out
    assert code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("generate", "-o", "policies"), ("scan", "-ograph.txt"), ("scan", "--graph", "graph.dot"),
        ("scan", "--no-cache"), ("diff", "--since", "HEAD"), ("diff", "--against", "live"),
        ("diff", "--against=live"), ("check", "--accept", "--baseline", "base.json"), ("catalog", "stats"), (),
    ],
)  # fmt: skip
def test_a_run_with_other_effects_or_sources_is_not_remembered(project, words):
    assert recall.Recording.of(words) is None


def test_an_error_is_not_remembered(project, start):
    words = ("scan", ".", "--function", "Nobody")
    assert start(*words)[0] == 2
    assert start(*words)[3]


def test_a_file_written_during_the_run_makes_it_unsafe_to_keep(project, start, monkeypatch):
    monkeypatch.setattr(recall, "_FRESH", 3_600 * 10**9)
    start("scan", ".")
    assert start("scan", ".")[3]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_in_the_project_is_not_opened(project, start):
    os.mkfifo(project / "src" / "pipe")
    start("scan", ".")
    assert start("scan", ".")[3]


@pytest.mark.parametrize("bound", ["_FILES", "_BYTES"])
def test_a_project_that_is_too_large_is_computed_each_time(project, start, monkeypatch, bound):
    monkeypatch.setattr(recall, bound, 1)
    start("scan", ".")
    assert start("scan", ".")[3]


def test_a_damaged_record_is_a_miss(project, start, tmp_path):
    first = start("scan", ".")
    for file in (tmp_path / "cache").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[:-1])
    again = start("scan", ".")
    assert again[3]
    assert again[:3] == first[:3]
