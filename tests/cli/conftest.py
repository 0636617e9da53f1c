"""The command line run inside the test's process, with its output and exit code."""

from dataclasses import dataclass

import pytest

from iamgen.cli.main import run


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def error_lines(self):
        return [line for line in self.err.splitlines() if line.startswith("iamgen: error:")]


@pytest.fixture
def iamgen(capsys, tmp_path, monkeypatch):
    """`iamgen("scan", path)`; nothing is remembered between tests."""
    monkeypatch.setenv("IAMGEN_CACHE_DIR", str(tmp_path / ".cache"))
    monkeypatch.delenv("IAMGEN_TRACEBACK", raising=False)

    def call(*arguments):
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call
