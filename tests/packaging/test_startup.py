"""What a command does not need it does not import: start-up time is part of the product."""

import subprocess
import sys

import pytest

HEAVY = (
    "boto3",
    "botocore",
    "networkx",
    "policyuniverse",
    "libcst",
    "samtranslator",
    "rich",
    "ruamel.yaml",
    "jsonschema",
)


def imported(*arguments, allowed=()):
    """The heavy modules that a run of the command line leaves imported."""
    program = (
        "import sys, io, contextlib\n"
        "from iamgen.cli.main import run\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        f"    code = run({list(arguments)!r})\n"
        f"print(code, *[name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    code, *names = done.stdout.split()
    return code, [name for name in names if name not in allowed]


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["catalog", "show", "s3:ListObjectsV2"], ["catalog", "versions"], ["explain", "IG201"]],
    ids=" ".join,
)
def test_a_light_command_imports_nothing_heavy(arguments):
    assert imported(*arguments) == ("0", [])


def test_generate_needs_neither_the_sdk_nor_the_terminal(tmp_path):
    (tmp_path / "app.py").write_text("def handler(event, context): pass\n")
    arguments = ["generate", str(tmp_path / "app.py"), "--entry", "app:handler", "--no-cache"]
    assert imported(*arguments, allowed=("libcst",)) == ("0", [])


def test_an_unchanged_project_is_not_parsed(tmp_path, monkeypatch):
    monkeypatch.setenv("IAMGEN_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "app.py").write_text("import boto3\ndef handler(event, context): boto3.client('s3').list_buckets()\n")
    arguments = ["generate", str(tmp_path / "app.py"), "--entry", "app:handler"]
    assert "libcst" in imported(*arguments)[1]
    assert imported(*arguments) == ("0", [])
