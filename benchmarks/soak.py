"""Analyse every module of an installed site-packages as a library, and print what it took.

usage: soak.py [FOLDER] [--jobs N] [--seconds N] [--mebibytes N] [--only TEXT] [--sample N]

Thousands of real modules are the best hostile input there is: none may make the analyzer raise, run past its
time or grow past its memory. Exit 1 when one does.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import sysconfig
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from iamgen.catalog.store import Catalog
from iamgen.project.model import LibraryEntry, Project, Source, Unit

if TYPE_CHECKING:
    from iamgen.analysis.program.parse import Unparsable
    from iamgen.analysis.program.syntax import Module

SECONDS = 60  # of processor time for a module and what it imports; the slowest are tables of 10,000s of lines
MEBIBYTES = 1024  # address space of a worker beyond what it starts with: past it Python raises MemoryError
SKIPPED = {"tests", "test", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One module's run."""

    module: str
    seconds: float
    peak: int  # MiB, of the worker so far
    calls: int = 0
    gaps: tuple[str, ...] = ()
    failure: str = ""


class OutOfTimeError(BaseException):
    """Raised by the alarm; no `except Exception` of the analyzer may swallow it."""


@lru_cache(maxsize=300)
def load(source: bytes, file: str) -> Module | Unparsable:
    """Parse each file once a worker: neighbouring modules import the same ones."""
    from iamgen.analysis.program.parse import parse

    return parse(source, file)


@cache
def catalog() -> Catalog:
    """The worker's own catalog."""
    return Catalog.open()


def modules(folder: Path) -> list[str]:
    """Every module under the folder, dotted, in order."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if not SKIPPED.intersection(parts) and all(part.isidentifier() for part in parts):
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return [module for module in found if module]


def ring(_: int, __: FrameType | None) -> None:
    """The alarm's handler."""
    raise OutOfTimeError


def bound(mebibytes: int) -> None:
    """Bound the worker's memory, on top of what the interpreter and its modules take."""
    import iamgen.analysis.driver

    assert iamgen.analysis.driver
    limit = mebibytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.signal(signal.SIGPROF, ring)


def run(folder: Path, module: str, seconds: int) -> Outcome:
    """Analyse one module within its time."""
    from iamgen.analysis.driver import analyse

    unit = Unit(module, module, LibraryEntry((module,)), Source(None, 1, "."), (folder,))
    started = time.process_time()
    calls, failure = 0, ""
    gaps: tuple[str, ...] = ()
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        usage = analyse(unit, Project(folder, "directory", (unit,)), catalog(), load=load).usage
        calls, gaps = len(usage.calls), tuple(str(gap.kind) for gap in usage.gaps)
    except OutOfTimeError:
        failure = f"ran longer than {seconds} s: {traceback.format_exc(limit=-3).strip().splitlines()[-3:-1]}"
    except Exception:  # noqa: BLE001 - finding these is the point
        failure = traceback.format_exc(limit=-6)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Outcome(module, time.process_time() - started, peak, calls, gaps, failure)


def report(outcomes: list[Outcome], elapsed: float) -> int:
    """Print the figures; 1 when a module failed."""
    failed = [outcome for outcome in outcomes if outcome.failure]
    times = sorted(outcome.seconds for outcome in outcomes)
    print(f"{len(outcomes)} modules in {elapsed:.0f} s, {len(failed)} failed")
    if times:
        print(f"a module: median {times[len(times) // 2]:.3f} s, 99% {times[int(len(times) * 0.99)]:.2f} s")
        print(f"peak memory of a worker: {max(outcome.peak for outcome in outcomes)} MiB")
        print(f"{sum(outcome.calls for outcome in outcomes)} calls; gaps:")
        for kind, count in Counter(kind for outcome in outcomes for kind in outcome.gaps).most_common():
            print(f"  {count:6} {kind}")
        print("slowest:")
        for outcome in sorted(outcomes, key=lambda o: -o.seconds)[:10]:
            print(f"  {outcome.seconds:6.2f} s {outcome.module}")
    return 1 if failed else 0


def main() -> int:
    """Run the soak."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(sysconfig.get_path("purelib")))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--mebibytes", type=int, default=MEBIBYTES)
    parser.add_argument("--only", default="", help="only modules that start with TEXT")
    parser.add_argument("--sample", type=int, default=1, help="only each Nth module")
    args = parser.parse_args()
    folder = args.folder.resolve()
    chosen = [module for module in modules(folder) if module.startswith(args.only)][:: args.sample]
    outcomes: list[Outcome] = []
    started = time.perf_counter()
    with ProcessPoolExecutor(args.jobs, initializer=bound, initargs=(args.mebibytes,), max_tasks_per_child=200) as pool:
        futures = {pool.submit(run, folder, module, args.seconds): module for module in chosen}
        for number, future in enumerate(as_completed(futures), 1):
            try:
                outcomes.append(future.result())
            except BrokenProcessPool as error:
                outcomes.append(Outcome(futures[future], 0.0, 0, failure=f"the worker died: {error}"))
            if outcomes[-1].failure:
                print(f"{outcomes[-1].module}: {outcomes[-1].failure}\n", flush=True)
            if number % 100 == 0:
                print(f"{number} of {len(chosen)}", file=sys.stderr, flush=True)
    return report(sorted(outcomes, key=lambda outcome: outcome.module), time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())
