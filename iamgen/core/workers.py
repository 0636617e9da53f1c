"""Many units of work on several processors, with results in the order of the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Shared = TypeVar("Shared")

WORTH_A_POOL: Final = 8  # below this, starting processes costs more than it saves

# What a worker process was started with; set once in the worker, never in the parent.
_shared: list[Any] = []


def map_in_order(
    work: Callable[[Item, Shared], Result], items: Sequence[Item], shared: Shared, jobs: int = 0
) -> Iterator[Result]:
    """`work(item, shared)` for each item; in a pool when there are enough of them, `jobs` processes at most.

    `jobs` of 0 means one a processor. Results and, where processes cannot be forked, `work` and `shared`
    must be picklable.
    """
    processes = min(jobs or _processors(), len(items))
    if processes < 2 or len(items) < WORTH_A_POOL:
        for item in items:
            yield work(item, shared)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("fork" if _may_fork() else "spawn")
    with ProcessPoolExecutor(processes, context, _start, (work, shared)) as pool:
        # Small chunks: one slow unit must not hold back a row of others.
        yield from pool.map(_do, items, chunksize=max(1, len(items) // (processes * 8)))


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # not on every platform
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _may_fork() -> bool:
    return sys.platform == "linux"


def _start(work: Any, shared: Any) -> None:
    _shared[:] = [work, shared]


def _do(item: Any) -> Any:
    work, shared = _shared
    return work(item, shared)
