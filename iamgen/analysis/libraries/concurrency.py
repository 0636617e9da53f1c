"""Threads, executors, asyncio and queues: functions that run later run for certain."""

from __future__ import annotations

from collections.abc import Callable

from iamgen.analysis.interpreter.machine import Arguments, Diverges, Frame, Machine
from iamgen.analysis.libraries.builtins import _map as builtin_map
from iamgen.analysis.libraries.builtins import data, first, nothing
from iamgen.analysis.libraries.registry import CallModel, ClassModel, Library
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Const, Value
from iamgen.analysis.values.heap import HeapObject, Seq
from iamgen.analysis.values.joins import join, join_all
from iamgen.core.text import Text


def later(m: Machine, f: Frame, function: Value, args: Arguments, at: int) -> Value:
    """Call a function in another thread, process or task: its result, in a future."""
    found: list[Value] = []

    def once() -> bool:
        found.append(m.consume(f, m.call(f, function, args, at), at))
        return True

    _beside(m, f, once, (a.Model("later", (a.Partial(function, args.pos, tuple(args.kw.items())),)),))
    future = m.alloc(f, ("future", at), "future")
    m.trail.write(future, "\0result", join_all(found) or a.NONE)
    return (future,)


def _beside(m: Machine, f: Frame, run: Callable[[], bool], again: Value) -> None:
    """Run what goes on beside the rest; what waits for a queue that is empty so far runs again at the end."""
    outer, m.starved = m.starved, False
    try:
        m.either(f, run, lambda: True)
        if m.starved:
            m.escape(f, again)
    finally:
        m.starved = outer


def _again(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A function that has waited for what others put into a queue."""
    held = atom.data[0]
    outer, m.starved = m.starved, False
    try:
        return m.consume(f, m.call(f, (held,), Arguments(), at), at)
    finally:
        # A module's queue others may fill. The gap is forgotten when what fills it comes later.
        if m.starved and any(_holds(module, m.waits_for) for module in m.modules.values()):
            m.lowest = -1
            m.gap(GapKind.DEAD_END, m.where(f, at), "what runs here waits for a queue that nothing is seen to fill")
        m.starved = outer


def _holds(module: HeapObject, queue: HeapObject | None) -> bool:
    """Whether a module has a queue under a name of its own."""
    held = (atom for value in module.cells.values() if isinstance(value, tuple) for atom in value)
    return any(isinstance(atom, a.Model) and atom.name == "queue" and atom.data[:1] == (queue,) for atom in held)


def _consume(m: Machine, f: Frame, value: Value, at: int) -> Value:
    """Run coroutines beside the rest."""
    found: list[Value] = []

    def once() -> bool:
        found.append(m.consume(f, value, at))
        return True

    _beside(m, f, once, tuple(atom for atom in value if isinstance(atom, HeapObject) and atom.kind == "coroutine"))
    return join_all(found)


def _submit(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return later(m, f, args.get(0, "fn") or a.DATA, Arguments(args.pos[1:], args.kw, args.more, args.rest), at)


def _executor_map(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    kw = {name: value for name, value in args.kw.items() if name not in ("timeout", "chunksize")}
    return builtin_map(m, f, Arguments(args.pos, kw, args.more), at)


def _apply(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`Pool.apply(function, args, kwds)`."""
    given: list[Value] = []
    for item in args.get(1, "args") or NOTHING:
        given.extend(m.as_seq(f, item).items)
    kw: dict[str, Value] = {}
    for item in args.get(2, "kwds") or NOTHING:
        kw.update(m.as_map(f, item).entries)
    return later(m, f, args.get(0, "func") or a.DATA, Arguments(tuple(given), kw), at)


def _starmap(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return m.call(f, (a.External("itertools.starmap"),), args, at)


def _executor(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """An executor or pool; what starts its workers stands second (`Pool`) or third, and before its arguments."""
    places = [index for index, value in enumerate(args.pos) if index and not all(_is_plain(atom) for atom in value)]
    start = args.kw.get("initializer") or (args.pos[places[0]] if places else None)
    if start is not None:
        following = args.pos[places[0] + 1 :][:1] if places else ()
        given: list[Value] = []
        for item in args.kw.get("initargs") or (following[0] if following else NOTHING):
            given.extend(m.as_seq(f, item).items)
        m.call_value(f, start, *given)
    return (a.Model("executor"),)


def _is_plain(atom: a.Atom) -> bool:
    return isinstance(atom, Const | Text | HeapObject) or (isinstance(atom, a.Model) and atom.name == "executor")


def _thread(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`Thread(target=..., args=(...), kwargs={...})`: taken to be started where it is made."""
    target = args.kw.get("target") or (args.pos[1] if len(args.pos) > 1 else None)
    if target is None or all(isinstance(atom, Const) for atom in target):
        return (a.Model("thread"),)
    given: list[Value] = []
    for item in args.kw.get("args") or NOTHING:
        given.extend(m.as_seq(f, item).items)
    kw: dict[str, Value] = {}
    for item in args.kw.get("kwargs") or NOTHING:
        kw.update(m.as_map(f, item).entries)
    later(m, f, target, Arguments(tuple(given), kw), at)
    return (a.Model("thread"),)


def _timer(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    given: list[Value] = []
    for item in args.get(2, "args") or NOTHING:
        given.extend(m.as_seq(f, item).items)
    later(m, f, args.get(1, "function") or a.DATA, Arguments(tuple(given)), at)
    return (a.Model("thread"),)


def _thread_init(m: Machine, f: Frame, obj: HeapObject, args: Arguments, at: int) -> None:
    """`super().__init__(target=...)` of a `Thread` subclass."""
    _thread(m, f, args, at)


def _thread_method(m: Machine, f: Frame, obj: HeapObject, name: str, at: int) -> Value | None:
    if name in ("start", "run"):
        return (a.Model("thread.start", (obj,)),)
    return (a.Model("ignored"),)


def _start(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    obj = atom.data[0] if atom.data else None
    if isinstance(obj, HeapObject) and m.has_method(obj, "run"):
        later(m, f, m.getattr(f, (obj,), "run", at), Arguments(), at)
    return a.NONE


def _run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`asyncio.run(coroutine)`, `create_task`, `wait_for`, `shield`."""
    return m.consume(f, args.get(0, "") or a.DATA, at) or a.NONE


def _run_named(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return _run(m, f, args, at)


def _task(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    future = m.alloc(f, ("task", at), "future")
    m.trail.write(future, "\0result", _consume(m, f, args.get(0, "") or a.DATA, at) or a.NONE)
    return (future,)


def _task_named(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return _task(m, f, args, at)


def _gather(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    found = [_consume(m, f, value, at) or a.NONE for value in args.pos]
    rest = _consume(m, f, args.more, at) if args.more else NOTHING
    return m.new_list(f, ("gather", at), "list", Seq(tuple(found), rest))


def _wait(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`asyncio.wait(tasks)`, `concurrent.futures.wait(futures)`: (done, pending)."""
    done = _completed(m, f, args, at)
    return m.new_list(f, ("wait", at), "tuple", Seq((done, done)))


def _completed(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = m.iterate(f, args.get(0, "fs") or a.DATA, at)
    rest = join_all([*content.items, content.rest])
    for atom in rest:
        if isinstance(atom, HeapObject) and atom.kind == "coroutine":
            m.consume(f, (atom,), at)
    return m.new_list(f, ("completed", at), "list", Seq((), rest))


def _to_thread(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`asyncio.to_thread(function, *args)`: awaiting it gives the result."""
    return later(m, f, args.get(0, "func") or a.DATA, Arguments(args.pos[1:], args.kw, args.more, args.rest), at)


def _in_executor(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`loop.run_in_executor(executor, function, *args)`."""
    return later(m, f, args.get(1, "func") or a.DATA, Arguments(args.pos[2:], {}, args.more), at)


def _anyio_run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`anyio.run(function, *args)`."""
    return m.consume(f, m.call(f, args.get(0, "") or a.DATA, Arguments(args.pos[1:]), at), at)


def _call_soon(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    index = 1 if atom.name.endswith(("call_later", "call_at")) else 0
    return later(m, f, args.get(index, "callback") or a.DATA, Arguments(args.pos[index + 1 :]), at)


def _loop(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("loop"),)


def _group(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("taskgroup"),)


def _start_soon(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return later(m, f, args.get(0, "") or a.DATA, Arguments(args.pos[1:]), at)


def _queue(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("queue", (m.alloc(f, ("queue", at), "queue", "queue"),)),)


def _put(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    obj = atom.data[0]
    assert isinstance(obj, HeapObject)
    held = m.trail.read(obj, "\0items") or NOTHING
    m.trail.write(obj, "\0items", join(held, args.get(0, "item") or NOTHING))
    return a.NONE


def _get(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    obj = atom.data[0]
    assert isinstance(obj, HeapObject)
    held: Value | None = m.trail.read(obj, "\0items")
    if not held and m.starved is not None and obj.name == "queue":
        m.starved = True
        m.lowest = -1
        m.waits_for = obj
        raise Diverges
    return held or a.unknown("an item of a queue", client=True)


def _variable(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    obj = m.alloc(f, ("contextvar", at), "queue")
    if "default" in args.kw:
        m.trail.write(obj, "\0items", args.kw["default"])
    return (a.Model("queue", (obj,)),)


_EXECUTORS = ("concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor",
              "concurrent.futures.thread.ThreadPoolExecutor", "multiprocessing.Pool", "multiprocessing.pool.ThreadPool",
              "multiprocessing.pool.Pool", "multiprocessing.dummy.Pool", "concurrent.futures.InterpreterPoolExecutor",
              "concurrent.futures.process.ProcessPoolExecutor", "multiprocessing.get_context")  # fmt: skip
_THREADS = ("threading.Thread", "multiprocessing.Process", "multiprocessing.context.Process")
_QUEUES = (
    "queue.Queue",
    "queue.SimpleQueue",
    "queue.LifoQueue",
    "queue.PriorityQueue",
    "asyncio.Queue",
    "asyncio.LifoQueue",
    "asyncio.PriorityQueue",
    "multiprocessing.Queue",
    "multiprocessing.SimpleQueue",
    "multiprocessing.JoinableQueue",
)
_CALLS: dict[str, CallModel] = {
    **dict.fromkeys(_EXECUTORS, _executor),
    **dict.fromkeys(_THREADS, _thread),
    **dict.fromkeys(_QUEUES, _queue),
    "threading.Timer": _timer,
    "concurrent.futures.wait": _wait,
    "concurrent.futures.as_completed": _completed,
    "asyncio.run": _run,
    "asyncio.wait_for": _run,
    "asyncio.shield": _run,
    "asyncio.create_task": _task,
    "asyncio.ensure_future": _task,
    "asyncio.gather": _gather,
    "asyncio.wait": _wait,
    "asyncio.as_completed": _completed,
    "asyncio.to_thread": _to_thread,
    "anyio.to_thread.run_sync": _to_thread,
    "starlette.concurrency.run_in_threadpool": _to_thread,
    "fastapi.concurrency.run_in_threadpool": _to_thread,
    "asgiref.sync.sync_to_async": first,
    "asgiref.sync.async_to_sync": first,
    "anyio.run": _anyio_run,
    "trio.run": _anyio_run,
    "asyncio.run_coroutine_threadsafe": _task,
    "asyncio.get_event_loop": _loop,
    "asyncio.get_running_loop": _loop,
    "asyncio.new_event_loop": _loop,
    "asyncio.set_event_loop": nothing,
    "uvloop.new_event_loop": _loop,
    "asyncio.Runner": _loop,
    "asyncio.TaskGroup": _group,
    "anyio.create_task_group": _group,
    "asyncio.sleep": data,
    "asyncio.Semaphore": lambda m, f, args, at: (a.Model("ignored"),),
    "asyncio.Lock": lambda m, f, args, at: (a.Model("ignored"),),
    "asyncio.timeout": lambda m, f, args, at: (a.Model("ignored"),),
    "threading.Lock": lambda m, f, args, at: (a.Model("ignored"),),
    "threading.RLock": lambda m, f, args, at: (a.Model("ignored"),),
    "threading.Event": lambda m, f, args, at: (a.Model("ignored"),),
    "threading.Semaphore": lambda m, f, args, at: (a.Model("ignored"),),
    "contextvars.ContextVar": _variable,
}

LIBRARY = Library(
    calls=_CALLS,
    models={
        "executor.submit": _submit,
        "executor.map": _executor_map,
        "executor.imap": _executor_map,
        "executor.imap_unordered": _executor_map,
        "executor.map_async": _executor_map,
        "executor.starmap": _starmap,
        "executor.apply": _apply,
        "executor.apply_async": _apply,
        "executor.Process": lambda m, f, atom, args, at: _thread(m, f, args, at),
        "executor.Pool": lambda m, f, atom, args, at: _executor(m, f, args, at),
        "executor.Queue": lambda m, f, atom, args, at: _queue(m, f, args, at),
        "executor.SimpleQueue": lambda m, f, atom, args, at: _queue(m, f, args, at),
        "executor.JoinableQueue": lambda m, f, atom, args, at: _queue(m, f, args, at),
        "later": _again,
        "thread.start": _start,
        "loop.run_until_complete": _run_named,
        "loop.run": _run_named,
        "loop.create_task": _task_named,
        "loop.run_in_executor": _in_executor,
        "loop.call_soon": _call_soon,
        "loop.call_soon_threadsafe": _call_soon,
        "loop.call_later": _call_soon,
        "loop.call_at": _call_soon,
        "taskgroup.create_task": _task_named,
        "taskgroup.start_soon": _start_soon,
        "queue.put": _put,
        "queue.put_nowait": _put,
        "queue.set": _put,
        "queue.get": _get,
        "queue.get_nowait": _get,
    },
    classes={name: ClassModel(init=_thread_init, method=_thread_method) for name in _THREADS},
)
