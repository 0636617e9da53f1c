"""Statements: assignment, branches, loops, exceptions, contexts, definitions."""

from __future__ import annotations

from iamgen.analysis.interpreter.assignment import assign, delete
from iamgen.analysis.interpreter.expressions import store_name
from iamgen.analysis.interpreter.machine import Diverges, Frame, Machine, executes
from iamgen.analysis.interpreter.narrowing import assume
from iamgen.analysis.interpreter.operators import binary, truth
from iamgen.analysis.interpreter.state import Cell
from iamgen.analysis.program import syntax as s
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Value
from iamgen.analysis.values.joins import join, join_all


@executes(s.ExprStmt)
def expr_stmt(m: Machine, f: Frame, node: s.ExprStmt) -> bool:
    f.at = node.at
    m.eval(f, node.value)
    return True


@executes(s.Assign)
def assign_(m: Machine, f: Frame, node: s.Assign) -> bool:
    f.at = node.at
    value = m.eval(f, node.value)
    for target in node.targets:
        assign(m, f, target, value)
    return True


@executes(s.AnnAssign)
def ann_assign(m: Machine, f: Frame, node: s.AnnAssign) -> bool:
    f.at = node.at
    if f.scope.kind == "classbody" and isinstance(node.target, s.Name):
        m.note_field(f, node)
    if node.value is None:
        return True
    value = m.eval(f, node.value)
    if node.annotation is not None:
        value = m.refine(f, value, node.annotation)
    assign(m, f, node.target, value)
    return True


@executes(s.AugAssign)
def aug_assign(m: Machine, f: Frame, node: s.AugAssign) -> bool:
    f.at = node.at
    old = m.eval(f, node.target)
    value = m.eval(f, node.value)
    if m.augment_in_place(f, node.op, old, value):
        return True
    assign(m, f, node.target, binary(m, f, node.op, old, value, node))
    return True


@executes(s.Return)
def return_(m: Machine, f: Frame, node: s.Return) -> bool:
    if node.at:
        f.at = node.at
    value = m.eval(f, node.value) if node.value is not None else a.NONE
    f.returns = join(f.returns, value)
    f.exits.append(m.trail.leave("return", f.mark))
    return False


@executes(s.Raise)
def raise_(m: Machine, f: Frame, node: s.Raise) -> bool:
    f.at = node.at
    if node.value is not None:
        value = m.eval(f, node.value)
        made: Value = NOTHING
        for atom in value:
            made = join(made, m.exception_of(f, atom, node))
        m.throw(made)
    if node.cause is not None:
        m.eval(f, node.cause)
    return False


@executes(s.Assert)
def assert_(m: Machine, f: Frame, node: s.Assert) -> bool:
    f.at = node.at
    yes, _ = truth(m, m.eval(f, node.test))
    if yes:
        assume(m, f, node.test, True)
    return yes


@executes(s.Delete)
def delete_(m: Machine, f: Frame, node: s.Delete) -> bool:
    f.at = node.at
    for target in node.targets:
        delete(m, f, target)
    return True


@executes(s.Jump)
def jump(m: Machine, f: Frame, node: s.Jump) -> bool:
    if node.kind == "pass" or not f.loops:
        return node.kind == "pass"
    mark, breaks, continues, start = f.loops[-1]
    if node.kind == "break":
        breaks.append(m.trail.leave("break", mark))
    else:
        continues.append(m.trail.leave("continue", start))
    return False


@executes(s.Scope)
def scope(m: Machine, f: Frame, node: s.Scope) -> bool:
    return True


@executes(s.If)
def if_(m: Machine, f: Frame, node: s.If) -> bool:
    f.at = node.at
    if m.typing_only(f, node.test):
        m.read_typing_imports(f, node.body)
        return m.block(f, node.orelse)
    yes, no = truth(m, m.eval(f, node.test))

    def branch(body: tuple[s.Stmt, ...], taken: bool) -> bool:
        assume(m, f, node.test, taken)
        return m.block(f, body)

    if yes and no:
        return m.either(f, lambda: branch(node.body, True), lambda: branch(node.orelse, False))
    return m.block(f, node.body if yes else node.orelse)


@executes(s.While)
def while_(m: Machine, f: Frame, node: s.While) -> bool:
    f.at = node.at

    def test() -> tuple[bool, bool]:
        return truth(m, m.eval(f, node.test))

    def once() -> bool:
        yes, _ = test()
        if not yes:
            return False
        assume(m, f, node.test, True)
        return m.block(f, node.body)

    yes, no = test()
    if not yes:
        return m.block(f, node.orelse)
    endless = isinstance(node.test, s.Const)
    return m.loop(f, node, once, at_least_once=not no, endless=endless, after=lambda: m.block(f, node.orelse))


@executes(s.For)
def for_(m: Machine, f: Frame, node: s.For) -> bool:
    f.at = node.at
    source = m.eval(f, node.iter)
    return m.for_loop(f, node, source)


@executes(s.Try)
def try_(m: Machine, f: Frame, node: s.Try) -> bool:
    f.at = node.at
    trail = m.trail
    mark = trail.mark()
    raised: list[Value] = []
    m.raised.append(raised)
    f.branches += 1
    outer_written = trail.written
    trail.written = set(outer_written)
    falls = False
    try:
        with trail.watch() as watch:
            falls, last = _attempt(m, f, node.body)
    finally:
        m.raised.pop()
        f.branches -= 1
        trail.written = outer_written
    seen = trail.seen_since(mark, watch, last)
    after = trail.undo(mark)
    ends: list[dict[Cell, object]] = []

    def run(start: dict[Cell, object], body: tuple[s.Stmt, ...]) -> None:
        f.branches += 1
        trail.written = set(outer_written)
        try:
            for cell, content in start.items():
                trail.put(cell, content)
            done = m.block(f, body)
        finally:
            f.branches -= 1
            trail.written = outer_written
        state = trail.undo(mark)
        if done:
            ends.append(state)

    if falls:
        run(after, node.orelse)
    for handler in node.handlers:
        f.branches += 1
        trail.written = set(outer_written)
        try:
            for cell, content in seen.items():
                trail.put(cell, content)
            done = _handle(m, f, handler, join_all(raised))
        finally:
            f.branches -= 1
            trail.written = outer_written
        state = trail.undo(mark)
        if done:
            ends.append(state)
    if ends:
        trail.merge(ends, base=False)
        return m.block(f, node.final)
    if node.final:  # it runs on the way out; nothing after it does
        for cell, content in seen.items():
            trail.put(cell, content)
        m.block(f, node.final)
        trail.undo(mark)
    return False


def _attempt(m: Machine, f: Frame, body: tuple[s.Stmt, ...]) -> tuple[bool, frozenset[Cell]]:
    """Execute the body of a `try`; whether its end is reached, and the variable that its last step binds anew.

    Nothing can raise after that step, so a handler sees what the variable held before:
    in `try: item = find(item)`, `except NotFound: create(item)` creates what was looked for.
    """
    end = len(body)
    while end and isinstance(body[end - 1], s.Jump):
        end -= 1
    last = body[end - 1] if end else None
    target = last.targets[0] if isinstance(last, s.Assign) and len(last.targets) == 1 else None
    if not isinstance(target, s.Name):
        return m.block(f, body), frozenset()
    log = m.trail.log
    if not m.block(f, body[: end - 1]):
        return False, frozenset()
    before = len(log)
    if not m.block(f, body[end - 1 : end]):
        return False, frozenset()
    # A variable that was not bound before keeps its value: a handler that reads it is followed all the same.
    bound = log[-1] if len(log) > before else None
    anew = bound is not None and bound[1] == target.id and bound[2] is not None and not bound[0].shared
    cells = frozenset({(bound[0], bound[1])}) if bound is not None and anew else frozenset()
    return m.block(f, body[end:]), cells


def _handle(m: Machine, f: Frame, handler: s.Handler, raised: Value) -> bool:
    try:
        classes = m.eval(f, handler.type) if handler.type is not None else NOTHING
    except Diverges:
        classes = NOTHING
    if handler.name is not None:
        caught = tuple(atom for atom in raised if not classes or m.is_instance(atom, classes) is not False)
        own = bool(classes) and all(m.program_exception(atom) for atom in m.flat_classes(classes))
        if not own or not caught:
            caught = join(caught, m.caught(classes))
        store_name(m, f, handler.name, caught)
    return m.block(f, handler.body)


@executes(s.FunctionDef)
def function_def(m: Machine, f: Frame, node: s.FunctionDef) -> bool:
    f.at = node.at
    value: Value = (m.make_function(f, node.code),)
    for decorator in reversed(node.decorators):
        callee = m.eval(f, decorator)
        value = m.decorate(f, callee, value, node.at)
    store_name(m, f, node.code.name, value)
    return True


@executes(s.ClassDef)
def class_def(m: Machine, f: Frame, node: s.ClassDef) -> bool:
    f.at = node.at
    value = m.make_class(f, node)
    for decorator in reversed(node.decorators):
        callee = m.eval(f, decorator)
        value = m.decorate_class(f, callee, value, node.at)
    store_name(m, f, node.name, value)
    return True


@executes(s.Import)
def import_(m: Machine, f: Frame, node: s.Import) -> bool:
    f.at = node.at
    for name, alias in node.names:
        if alias is not None:
            store_name(m, f, alias, m.import_name(f, name, node.at))
        else:
            m.import_name(f, name, node.at)
            head = name.split(".")[0]
            store_name(m, f, head, m.import_name(f, head, node.at))
    return True


@executes(s.ImportFrom)
def import_from(m: Machine, f: Frame, node: s.ImportFrom) -> bool:
    f.at = node.at
    base = m.absolute_module(f, node.module, node.level)
    if base is None:
        m.gap(GapKind.UNREAD_DEPENDENCY, m.where(f), "a relative import leads outside the package")
        for name, alias in node.names:
            store_name(m, f, alias or name, a.unknown(f"`{name}` is not found", client=True))
        return True
    if node.names == (("*", None),):
        m.import_star(f, base, node.at)
        return True
    for name, alias in node.names:
        store_name(m, f, alias or name, m.import_from(f, base, name, node.at))
    return True


@executes(s.Match)
def match_(m: Machine, f: Frame, node: s.Match) -> bool:
    from iamgen.analysis.interpreter.matching import match_statement

    f.at = node.at
    return match_statement(m, f, node)
