"""`[tool.iamgen.pragmas]`: what the code cannot tell, kept outside the code."""

import pytest

APP = "import boto3\n\n\ndef handler(event, context):\n    do = event['do']\n    getattr(boto3.client('sqs'), do)()\n"
CALLS = '"src/app.py:6" = "calls sqs.PurgeQueue QueueUrl=*"'


@pytest.fixture
def project(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text(APP)

    def settle(*lines: str):
        (tmp_path / "pyproject.toml").write_text("\n".join(["[tool.iamgen.pragmas]", *lines, ""]))
        return tmp_path / "src"

    return settle


@pytest.fixture
def scan(iamgen, project):
    return lambda *lines: iamgen("scan", project(*lines), "--entry", "app:handler", "--strict")


def test_without_it_the_line_is_a_gap(scan):
    done = scan()
    assert done.code == 1
    assert "dynamic-operation" in done.out


def test_it_states_the_request(scan):
    done = scan(CALLS)
    assert done.code == 0
    assert "sqs.PurgeQueue" in done.out


def test_a_change_of_it_changes_the_answer(scan):
    assert scan(CALLS).code == 0
    assert scan().code == 1


def test_a_list_states_several(scan):
    done = scan('"src/app.py:6" = ["calls sqs.PurgeQueue QueueUrl=*", "calls sqs.ListQueues"]')
    assert done.code == 0
    assert "sqs.PurgeQueue" in done.out
    assert "sqs.ListQueues" in done.out


def test_one_that_stands_for_nothing_is_a_finding(scan):
    done = scan(CALLS, '"src/app.py:5" = "ignore only a name"')
    assert done.code == 1
    assert "app.py:5" in done.out
    assert "stands for nothing" in done.out


def test_one_for_a_file_outside_the_path_changes_nothing(scan, tmp_path):
    (tmp_path / "other.py").write_text("x = 1\n")
    assert scan(CALLS, '"other.py:1" = "ignore elsewhere"').code == 0


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('"src/app.py" = "calls sqs.PurgeQueue"', "names no line"),
        ('"src/app.py:0" = "calls sqs.PurgeQueue"', "names no line"),
        ('"src/gone.py:5" = "calls sqs.PurgeQueue"', "is not there"),
        ('"src/app.py:6" = 3', "no text"),
        ('"src/app.py:6" = []', "no text"),
    ],
)
def test_a_malformed_one_is_an_error(scan, line, what):
    done = scan(line)
    assert done.code == 2
    assert what in done.err
    assert "Traceback" not in done.err
