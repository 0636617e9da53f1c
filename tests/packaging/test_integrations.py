"""The GitHub action's script and the pre-commit hooks call a command line that exists."""

import os
import shlex
import subprocess
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from iamgen.cli.main import cli

ROOT = Path(__file__).parents[2]
ACTION = YAML(typ="safe").load((ROOT / "action.yml").read_text())
HOOKS = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text())


def check_step():
    return next(step for step in ACTION["runs"]["steps"] if step.get("id") == "check")


@pytest.fixture
def act(tmp_path):
    """Run the action's own script with a stand-in for iamgen that notes its arguments."""
    program = tmp_path / "iamgen" / "bin" / "iamgen"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nfor a in "$@"; do echo "$a" >> "$NOTED"; done\nexit "$CODE"\n')
    program.chmod(0o755)

    def run(code=0, **inputs):
        values = {name: str(spec.get("default", "")) for name, spec in ACTION["inputs"].items()} | inputs
        environment = {
            name: values[expression.removeprefix("${{ inputs.").removesuffix(" }}")]
            for name, expression in check_step()["env"].items()
        }
        noted, outputs = tmp_path / "noted", tmp_path / "outputs"
        noted.unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", check_step()["run"]],
            env={
                **os.environ,
                **environment,
                "RUNNER_TEMP": str(tmp_path),
                "GITHUB_OUTPUT": str(outputs),
                "NOTED": str(noted),
                "CODE": str(code),
            },
            cwd=tmp_path,
        )
        return done.returncode, noted.read_text().splitlines(), outputs.read_text().splitlines()[-1]

    return run


def test_the_action_checks_the_current_directory(act):
    assert act() == (0, ["check", "--format", "github", "--", "."], "exit-code=0")


def test_the_action_passes_arguments_line_by_line(act):
    code, arguments, _ = act(arguments="--fail-on\nerror\n", path="my app", output="out.sarif", format="sarif")
    assert arguments == ["check", "--format", "sarif", "--fail-on", "error", "--output", "out.sarif", "--", "my app"]
    assert code == 0


def test_the_action_passes_the_base(act):
    assert act(base=".base/my app")[1] == ["check", "--format", "github", "--base", ".base/my app", "--", "."]


def test_what_inputs_hold_is_never_run(act, tmp_path):
    evil = f'$(touch {tmp_path}/made)`touch {tmp_path}/made`"; touch {tmp_path}/made; "'
    _, arguments, _ = act(path=evil, arguments=evil)
    assert not (tmp_path / "made").exists()
    assert arguments[-1] == evil


@pytest.mark.parametrize(
    ("code", "fail", "expected"), [(1, "true", 1), (1, "false", 0), (2, "false", 2), (3, "true", 3), (0, "true", 0)]
)
def test_the_actions_exit_code(act, code, fail, expected):
    assert act(code, fail=fail)[0] == expected
    assert act(code, fail=fail)[2] == f"exit-code={code}"


def test_no_step_puts_an_input_into_a_script():
    assert all("${{" not in step.get("run", "") for step in ACTION["runs"]["steps"])


def test_the_actions_formats_and_options_exist():
    options = {name for parameter in command("check").params for name in parameter.opts}
    assert {"--format", "--output", "--fail-on", "--base"} <= options
    formats = next(parameter.type.choices for parameter in command("check").params if parameter.name == "format_")
    assert {"github", "sarif", "markdown", "html"} <= set(formats)


def command(name):
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_the_hooks_call_commands_that_exist(hook):
    program, name, *options = shlex.split(hook["entry"])
    assert program == "iamgen"
    known = {name for parameter in command(name).params for name in parameter.opts}
    assert set(options) <= known
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False
