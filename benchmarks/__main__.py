"""`python -m benchmarks`: cold and warm runs on the example and on a monorepo, beside a neighbour's tool.

Each row is a whole process: its seconds (the best and the median of the runs) and the peak memory of
its largest process. Figures are printed, none is asserted.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.monorepo import write_monorepo

_ROOT = Path(__file__).resolve().parent.parent
_EXAMPLE = _ROOT / "fixtures" / "projects" / "orders"
_IAMGEN = (sys.executable, "-m", "iamgen")


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end."""

    seconds: float
    megabytes: float
    code: int


def run(command: Sequence[str], environment: dict[str, str]) -> Run:
    """Run a command with its output thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=_ROOT
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1024 if sys.platform != "darwin" else 1
    return Run(seconds, usage.ru_maxrss * unit / 1e6, process.returncode)


def compile_package() -> None:
    """Compile the package, as an installer does: a checkout under `PYTHONDONTWRITEBYTECODE` never is."""
    compileall.compile_dir(_ROOT / "iamgen", quiet=1)


def row(name: str, runs: Sequence[Run]) -> None:
    """Print one row."""
    seconds = [one.seconds for one in runs]
    print(
        f"{name:<52} {min(seconds):8.3f} {statistics.median(seconds):8.3f}"
        f" {max(one.megabytes for one in runs):8.0f}  {runs[-1].code}",
        flush=True,
    )


def cold(name: str, command: Sequence[str], repeat: int) -> None:
    """Each run with an empty cache."""
    runs = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as cache:
            runs.append(run(command, {**os.environ, "IAMGEN_CACHE_DIR": cache}))
    row(f"{name}, cold", runs)


def warm(name: str, command: Sequence[str], repeat: int) -> None:
    """All runs but an uncounted first one with the cache of the runs before."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "IAMGEN_CACHE_DIR": cache}
        run(command, environment)
        row(f"{name}, warm", [run(command, environment) for _ in range(repeat)])


def neighbour(name: str, files: Sequence[Path], repeat: int) -> None:
    """iam-policy-autopilot's own extraction of SDK calls, offline, over the same files."""
    program = shutil.which("iam-policy-autopilot") or shutil.which(
        "iam-policy-autopilot", path=str(Path(sys.executable).parent)
    )
    if program is None:
        print(f"{name:<52} not installed (pip install iam-policy-autopilot)")
        return
    command = (program, "extract-sdk-calls", *map(str, files))
    row(name, [run(command, dict(os.environ)) for _ in range(repeat)])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each row (default 3)")
    parser.add_argument("--functions", type=int, default=200, help="functions of the monorepo (default 200)")
    options = parser.parse_args()
    compile_package()
    print(f"{'':<52} {'best s':>8} {'median s':>8} {'peak MB':>8}  exit")
    lookup = (*_IAMGEN, "catalog", "show", "s3:ListObjectsV2")
    row("iamgen catalog show s3:ListObjectsV2", [run(lookup, dict(os.environ)) for _ in range(options.repeat * 3)])
    row("iamgen --help", [run((*_IAMGEN, "--help"), dict(os.environ)) for _ in range(options.repeat * 3)])
    example = (*_IAMGEN, "diff", str(_EXAMPLE))
    cold("iamgen diff, the example", example, options.repeat)
    warm("iamgen diff, the example", example, options.repeat)
    neighbour("iam-policy-autopilot, the example", sorted(_EXAMPLE.rglob("*.py")), options.repeat)
    with tempfile.TemporaryDirectory() as folder:
        monorepo = Path(folder) / "monorepo"
        write_monorepo(monorepo, options.functions)
        name = f"a monorepo of {options.functions} functions"
        command = (*_IAMGEN, "diff", str(monorepo))
        cold(f"iamgen diff, {name}", command, options.repeat)
        warm(f"iamgen diff, {name}", command, options.repeat)
        cold(f"iamgen diff --jobs 1, {name}", (*command, "--jobs", "1"), 1)
        neighbour(f"iam-policy-autopilot, {name}", sorted((monorepo / "src").rglob("*.py")), options.repeat)


if __name__ == "__main__":
    main()
