"""Binding targets: names, attributes, items, unpacking."""

from __future__ import annotations

from iamgen.analysis.interpreter.expressions import store_name
from iamgen.analysis.interpreter.machine import Frame, Machine
from iamgen.analysis.program import syntax as s
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Value
from iamgen.analysis.values.heap import Seq
from iamgen.analysis.values.joins import join_all


def assign(m: Machine, f: Frame, target: s.Expr, value: Value) -> None:
    """Bind a value to a target."""
    match target:
        case s.Name():
            store_name(m, f, target.id, value)
        case s.Attr():
            m.setattr(f, m.eval(f, target.value), target.name, value)
        case s.Subscript():
            m.setitem(f, m.eval(f, target.value), m.eval(f, target.index), value)
        case s.Sequence():
            unpack(m, f, target.items, value)
        case s.Starred():
            assign(m, f, target.value, value)
        case _:
            m.eval(f, target)


def unpack(m: Machine, f: Frame, targets: tuple[s.Expr, ...], value: Value) -> None:
    """`a, *b, c = value`."""
    contents = [m.unpackable(f, atom, len(targets)) for atom in value]
    star = next((i for i, target in enumerate(targets) if isinstance(target, s.Starred)), None)
    for index, target in enumerate(targets):
        found: Value = NOTHING
        if star is None or index < star:
            found = join_all([_at(content, index) for content in contents])
        elif index > star:
            found = join_all([_from_end(content, len(targets) - index) for content in contents])
        else:
            after = len(targets) - index - 1
            if len(contents) == 1 and not contents[0].rest:
                items = contents[0].items[index : len(contents[0].items) - after]
                found = m.new_list(f, target, "list", Seq(items))
            else:
                rest = join_all(
                    [*(join_all(content.items[index:]) for content in contents), *(c.rest for c in contents)]
                )
                found = m.new_list(f, target, "list", Seq((), rest))
        assign(m, f, target, found or a.unknown("nothing to unpack", client=True))


def _at(content: Seq, index: int) -> Value:
    return content.items[index] if index < len(content.items) else content.rest


def _from_end(content: Seq, index: int) -> Value:
    if content.rest:
        return join_all([*content.items, content.rest])
    return content.items[-index] if index <= len(content.items) else NOTHING


def delete(m: Machine, f: Frame, target: s.Expr) -> None:
    """`del target`."""
    match target:
        case s.Subscript():
            m.delitem(f, m.eval(f, target.value), m.eval(f, target.index))
        case s.Attr():
            m.delattr(f, m.eval(f, target.value), target.name)
        case s.Sequence():
            for item in target.items:
                delete(m, f, item)
        case _:
            return
