"""`with`: what is entered, the block, and how it is left, in order or by an exception."""

from __future__ import annotations

from collections.abc import Callable

from iamgen.analysis.interpreter.assignment import assign
from iamgen.analysis.interpreter.machine import Diverges, Frame, Machine, executes
from iamgen.analysis.program import syntax as s
from iamgen.analysis.values.atoms import Value
from iamgen.analysis.values.joins import join_all


@executes(s.With)
def with_(m: Machine, f: Frame, node: s.With) -> bool:
    f.at = node.at
    return _items(m, f, node, 0)


def _items(m: Machine, f: Frame, node: s.With, index: int) -> bool:
    """Enter the managers from this one on, run the block, leave them; whether what follows is reached."""
    if index == len(node.items):
        return m.block(f, node.body)
    expression, target = node.items[index]
    manager = m.eval(f, expression)

    def inner(entered: Value) -> bool:
        if target is not None:
            assign(m, f, target, entered)
        return _items(m, f, node, index + 1)

    return manage(m, f, manager, node.at, inner)


def manage(m: Machine, f: Frame, manager: Value, at: int, inner: Callable[[Value], bool]) -> bool:
    """Enter a manager, run what it manages, leave it; whether what follows is reached."""
    generator = m.suspended(manager)
    if generator is not None:
        return m.run_around(f, generator, inner)
    entered = m.enter(f, manager, at)
    if m.may_suppress(manager):
        return _quietly(m, f, manager, at, lambda: inner(entered))
    if m.sees_exceptions(manager):
        return _watched(m, f, manager, at, lambda: inner(entered))
    try:
        falls = inner(entered)
    finally:
        left = _leave(m, f, manager, at)
    return falls and left


def _leave(m: Machine, f: Frame, manager: Value, at: int) -> bool:
    try:
        m.leave(f, manager, at)
    except Diverges:
        return False
    return True


def _quietly(m: Machine, f: Frame, manager: Value, at: int, inner: Callable[[], bool]) -> bool:
    """A block whose exceptions a library swallows."""
    mark = m.trail.mark()
    m.raised.append([])
    try:
        with m.trail.watch() as watch:
            _falls(inner)
    finally:
        m.raised.pop()
    for cell, content in m.trail.seen_since(mark, watch).items():
        m.trail.put(cell, content)
    return _leave(m, f, manager, at)


def _watched(m: Machine, f: Frame, manager: Value, at: int, inner: Callable[[], bool]) -> bool:
    """A block that the program's own `__exit__` leaves: with nothing, or with any exception of the block."""
    mark = m.trail.mark()
    raised: list[Value] = []
    m.leaving.append(raised)
    left = m.ways_out(f)
    try:
        with m.trail.watch() as watch:
            falls = _falls(inner)
    finally:
        m.leaving.pop()
    seen = m.trail.seen_since(mark, watch)

    def in_order() -> bool:
        m.leave(f, manager, at)
        return falls

    def by_exception() -> bool:
        for cell, content in seen.items():
            m.trail.put(cell, content)
        return m.leave_raised(f, manager, join_all(raised), at)

    ways = [by_exception]
    if falls or m.ways_out(f) > left:
        ways.insert(0, in_order)
    return m.either(f, *ways)


def _falls(inner: Callable[[], bool]) -> bool:
    try:
        return inner()
    except Diverges:
        return False
