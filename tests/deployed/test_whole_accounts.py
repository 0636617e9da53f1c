"""The benchmark of whole accounts runs to its end, and its work is what it says: linear in the functions."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def figures(roles: int, functions: int) -> tuple[int, int, int]:
    command = [sys.executable, "-m", "benchmarks.accounts", str(roles), str(functions)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = re.match(
        r"(\d+) roles, [\d.]+ MB: read in [\d.]+ s\n"
        r"(\d+) functions compared in [\d.]+ s \([\d.]+ ms each\)\n"
        r"(\d+) findings, peak memory \d+ MB\n$",
        done.stdout,
    )
    assert found is not None, done.stdout
    return int(found[1]), int(found[2]), int(found[3])


@pytest.mark.skipif(not (ROOT / "benchmarks").is_dir(), reason="the benchmarks are no part of the wheel")
def test_the_figures_of_a_whole_account():
    roles, functions, findings = figures(2, 2)
    assert (roles, functions) == (2, 2)
    assert findings > 2
    # Four functions on the same two roles: the same findings twice.
    assert figures(2, 4) == (2, 4, 2 * findings)
