"""What a taken branch tells of a variable: `x is None`, `isinstance(x, C)`, `x == "put"`, `x in (...)`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from iamgen.analysis.interpreter.machine import Frame, Machine
from iamgen.analysis.program import syntax as s
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Opaque, Value
from iamgen.analysis.values.heap import HeapObject
from iamgen.analysis.values.joins import join_all
from iamgen.core.text import Text


@contextmanager
def narrowed(m: Machine, f: Frame, test: s.Expr, taken: bool) -> Iterator[None]:
    """Evaluate with a test's outcome known; the variables are put back afterwards."""
    from iamgen.analysis.interpreter.expressions import lookup, store_name

    restore: list[tuple[str, Value]] = []
    for name, value in facts(m, f, test, taken):
        old = lookup(m, f, name)
        if old is not None and value and value != old:
            restore.append((name, old))
            store_name(m, f, name, value)
    try:
        yield
    finally:
        for name, old in reversed(restore):
            store_name(m, f, name, old)


def assume(m: Machine, f: Frame, test: s.Expr, taken: bool) -> None:
    """Let a statement's branch know what its test says."""
    from iamgen.analysis.interpreter.expressions import lookup, store_name

    for name, value in facts(m, f, test, taken):
        old = lookup(m, f, name)
        if old is not None and value and value != old:
            store_name(m, f, name, value)


def facts(m: Machine, f: Frame, test: s.Expr, taken: bool) -> list[tuple[str, Value]]:
    """(variable, its value) as far as a test's outcome tells."""
    from iamgen.analysis.interpreter.operators import truth

    if isinstance(test, s.Unary) and test.op == "not":
        return facts(m, f, test.operand, not taken)
    if isinstance(test, s.BoolOp):
        if (test.op == "and") == taken:
            return [*facts(m, f, test.left, taken), *facts(m, f, test.right, taken)]
        return []
    if isinstance(test, s.Walrus):
        test = test.target
    if isinstance(test, s.Name):
        value = _local(m, f, test)
        if value is None:
            return []
        return [(test.id, tuple(atom for atom in value if truth(m, (atom,))[0 if taken else 1]))]
    if isinstance(test, s.Compare) and len(test.rest) == 1:
        return _comparison(m, f, test.left, test.rest[0][0], test.rest[0][1], taken)
    if isinstance(test, s.Call) and isinstance(test.func, s.Name) and test.func.id == "isinstance":
        return _instance_check(m, f, test, taken)
    return []


def _instance_check(m: Machine, f: Frame, test: s.Call, taken: bool) -> list[tuple[str, Value]]:
    variable = _named(test.args[0].value) if len(test.args) == 2 else None
    if not isinstance(variable, s.Name):
        return []
    value = _local(m, f, variable)
    classes = _pure(m, f, test.args[1].value)
    if value is None or classes is None:
        return []
    wanted = (True, None) if taken else (False, None)
    return [(variable.id, tuple(atom for atom in value if m.is_instance(atom, classes) in wanted))]


def _named(node: s.Expr) -> s.Expr:
    """What an expression leaves its value in: `x` of `(x := f())`."""
    return node.target if isinstance(node, s.Walrus) else node


def _local(m: Machine, f: Frame, node: s.Name) -> Value | None:
    """A variable's value, local or not; a builtin is none."""
    from iamgen.analysis.interpreter.expressions import lookup

    value = lookup(m, f, node.id)
    if value and any(isinstance(atom, a.External) and atom.path == f"builtins.{node.id}" for atom in value):
        return None
    return value


def _pure(m: Machine, f: Frame, node: s.Expr) -> Value | None:
    """The value of an expression that only names or lists things; None for anything else."""
    from iamgen.analysis.interpreter.expressions import lookup

    if isinstance(node, s.Const | s.Attr):
        return m.eval(f, node) if not isinstance(node, s.Attr) or isinstance(node.value, s.Name) else None
    if isinstance(node, s.Name):
        return lookup(m, f, node.id)
    if isinstance(node, s.Sequence):
        parts = [_pure(m, f, item) for item in node.items]
        if any(part is None for part in parts):
            return None
        return join_all([part for part in parts if part is not None])
    return None


def _comparison(m: Machine, f: Frame, left: s.Expr, op: str, right: s.Expr, taken: bool) -> list[tuple[str, Value]]:
    left, right = _named(left), _named(right)
    if not isinstance(left, s.Name):
        if not isinstance(right, s.Name) or op not in ("==", "!=", "is", "is not"):
            return []
        left, right = right, left
    value = _local(m, f, left)
    other = _pure(m, f, right)
    if value is None or other is None:
        return []
    positive = taken == (op in ("==", "is", "in"))
    if op in ("in", "not in"):
        other = _members(m, other)
        if other is None:
            return []
    elif op not in ("==", "!=", "is", "is not"):
        return []
    if not all(_is_itself(atom) for atom in other):
        return []
    if positive:
        kept: Value = NOTHING
        unknown = any(isinstance(atom, Opaque) or (isinstance(atom, Text) and atom.literal is None) for atom in value)
        if unknown:
            return [(left.id, other)]
        kept = tuple(atom for atom in value if atom in other or not _is_itself(atom))
        return [(left.id, kept)]
    if len(other) == 1 or op in ("in", "not in"):
        return [(left.id, tuple(atom for atom in value if atom not in other))]
    return []


def _is_itself(atom: a.Atom) -> bool:
    """Whether an alternative is one known constant, member, class or sentinel."""
    if isinstance(atom, HeapObject):
        return atom.kind in ("class", "object") and not atom.shared
    return isinstance(atom, a.Const | a.EnumMember) or (isinstance(atom, Text) and atom.literal is not None)


def _members(m: Machine, value: Value) -> Value | None:
    found: list[Value] = []
    for atom in value:
        if isinstance(atom, HeapObject) and atom.kind in ("list", "tuple", "set"):
            content = m.seq(atom)
            if content.rest:
                return None
            found.extend(content.items)
        elif isinstance(atom, HeapObject) and atom.kind == "dict":
            content_map = m.map(atom)
            if content_map.rest or content_map.open:
                return None
            found.extend((Text.of(key),) for key in content_map.entries if not key.startswith("\0"))
        elif isinstance(atom, a.Const | Text):
            found.append((atom,))
        else:
            return None
    return join_all(found)
