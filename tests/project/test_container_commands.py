"""What a container's command runs."""

# ruff: noqa: E501  # a command is easier to read on one line

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamgen.project.code.commands import Command, Run, Start, read_command

MOD = Run(Start.MODULE, "a.b")
APP = Run(Start.SCRIPT, "app.py")


@pytest.mark.parametrize(
    ("words", "run"),
    [
        (["python", "-m", "a.b"], MOD), (["python3.12", "-u", "-m", "a.b", "--day", "x"], MOD), (["python", "-ma.b"], MOD),
        (["/usr/local/bin/python3", "-Bum", "a.b"], MOD), (["python", "-W", "ignore", "-X", "dev", "app.py", "-m"], APP),
        (["python", "-Wignore", "app.py"], APP), (["python", "--check-hash-based-pycs", "never", "app.py"], APP),
        (["pypy3", "app.py"], APP), (["app.py"], APP), (["./jobs/app.py", "x"], Run(Start.SCRIPT, "./jobs/app.py")),
        (["python", "-c", "print(1)"], Run(Start.TEXT, "print(1)")),
        (["sh", "-c", "python app.py"], APP), (["/bin/bash", "-ec", "exec python -m a.b"], MOD),
        (["sh", "-c", "cd /app && export A=1; A=2 python app.py"], APP), (["sh", "-c", "python \\\n app.py"], APP),
        (["sh", "-c", "python\\\n  app.py --x 'a && b'"], APP), (["sh", "-c", "sh -c 'python app.py'"], APP),
        (["dumb-init", "--", "python", "app.py"], APP), (["tini", "-g", "--", "python", "app.py"], APP),
        (["env", "-i", "A=1", "python", "app.py"], APP), (["poetry", "run", "python", "-m", "a.b"], MOD),
        (["uv", "run", "app.py"], APP), (["opentelemetry-instrument", "python", "app.py"], APP),
        (["newrelic-admin", "run-program", "python", "app.py"], APP),
        (["gunicorn", "-w", "4", "app:app"], Run(Start.APPLICATION, "app:app")), (["python", "-m", "uvicorn", None, "a.b:make()"], Run(Start.APPLICATION, "a.b:make")),
        (["gunicorn", "-b", "0.0.0.0:80", "shop.wsgi"], Run(Start.APPLICATION, "shop.wsgi:application")), (["sh", "-c", "exec uvicorn --port=$PORT main:app"], Run(Start.APPLICATION, "main:app")),
        (["sh", "-c", "PATH=$PATH:/bin \\\n A=$B exec python app.py"], APP),
        (["gunicorn", "-c", "conf.py"], Run(Start.SERVER, "gunicorn")), (["fastapi", "run", "app.py"], APP), (["python", "-m", "flask", "run"], Run(Start.SERVER, "flask")), (["ddtrace-run", "celery", "worker"], Run(Start.SERVER, "celery")),
        (["python", None], Run(Start.OPEN)), ([None, "app.py"], Run(Start.OPEN)), (["python", "-m", None], Run(Start.OPEN)),
        (["sh", "-c", None], Run(Start.OPEN)), (["sh", "-c", "python $SCRIPT"], Run(Start.OPEN)),
        (["sh", "-c", "python 'app.py"], Run(Start.OPEN)),
    ],
)  # fmt: skip
def test_one_start_of_python(words, run):
    assert read_command(words) == Command((run,))


def test_several_starts_in_one_shell():
    found = read_command(["sh", "-c", "python app.py\naws s3 cp x y || python -m a.b & python app.py | tee log"])
    assert found == Command((APP, MOD), ("aws", "tee"))


@pytest.mark.parametrize(
    "words",
    [
        ["./start.sh", "python", "app.py"],
        ["sh", "/start.sh", "python3", "app.py"],
        ["start.sh", "db:1", "--", "python", "app.py"],
    ],
)
def test_a_script_that_runs_the_rest_of_its_words(words):
    assert read_command(words) == Command((APP,), ("start.sh",))


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ([], ()), (["nginx", "-g", "daemon off;"], ("nginx",)), (["./entrypoint.sh"], ("entrypoint.sh",)),
        (["python"], ("python",)), (["python", "-"], ("python",)), (["python", "-m"], ("python",)), (["python", "-V"], ("python",)),
        (["sh", "entrypoint.sh"], ("sh",)), (["sh", "-c", ""], ()), (["sh", "-c", "sleep 5 && true"], ()),
        (["pythonista", "app"], ("pythonista",)), (["echo", "python app.py"], ()), (["java", "-jar", "python.jar"], ("java",)),
        (["sh", "-c"], ()), (["exec"], ()), (["A=1"], ()), (["sh", "run.sh", "-c", "python app.py"], ("sh",)),
    ],
)  # fmt: skip
def test_no_python(words, others):
    found = read_command(words)
    assert found.others == others
    assert [run for run in found.runs if run.start is not Start.OPEN] == []


@given(st.lists(st.none() | st.text() | st.sampled_from(["sh", "-c", "python", "-m", "&&", "env", "'", "\\", "$("])))
def test_any_words_are_read(words):
    found = read_command(words)
    assert all(isinstance(run.target, str) for run in found.runs)


def test_a_long_command_is_read_in_bounded_time():
    nested = ["sh", "-c", "sh -c " * 50 + "x"]
    assert read_command(nested).runs == ()
    assert read_command(["env"] * 100_000).runs == ()
    assert read_command(["sh", "-c", "python app.py && " * 5_000 + "python app.py"]).runs == (APP,)
