"""collections.abc: what its classes add to a class that has the few methods of a mapping, a sequence or a set.

`store.get(key)` of a MutableMapping is its own `__getitem__`, `store.update(...)` its `__setitem__`.
Source: https://docs.python.org/3/library/collections.abc.html
"""

from __future__ import annotations

from typing import Final

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.libraries.registry import ClassModel, Library
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Value
from iamgen.analysis.values.heap import HeapObject, Seq
from iamgen.analysis.values.joins import join

# The methods that a mixin method calls, in the order in which it may.
_MIXINS: Final = {
    "get": ("__getitem__",),
    "keys": ("__iter__",),
    "values": ("__iter__", "__getitem__"),
    "items": ("__iter__", "__getitem__"),
    "pop": ("__getitem__", "__delitem__", "__iter__", "discard"),
    "popitem": ("__iter__", "__getitem__", "__delitem__"),
    "clear": ("__iter__", "__getitem__", "__delitem__", "discard"),
    "update": ("__setitem__",),
    "setdefault": ("__getitem__", "__setitem__"),
    "index": ("__getitem__", "__len__"),
    "count": ("__iter__", "__getitem__", "__len__"),
    "append": ("__len__", "insert"),
    "extend": ("__len__", "insert"),
    "reverse": ("__len__", "__getitem__", "__setitem__"),
    "remove": ("__getitem__", "__delitem__", "__contains__", "discard"),
    "isdisjoint": ("__iter__", "__contains__"),
}
_BASES = ("Mapping", "MutableMapping", "Sequence", "MutableSequence", "Set", "MutableSet", "Collection")


def _method(m: Machine, f: Frame, obj: HeapObject, name: str, at: int) -> Value | None:
    return (a.Model("collections.mixin", (obj, name)),) if name in _MIXINS else None


def _call(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A mixin method: the class's own methods, with the keys and values of the call."""
    obj, name = atom.data
    assert isinstance(obj, HeapObject)
    assert isinstance(name, str)
    key = args.get(0, "key") or a.unknown("a key")
    value = args.get(1, "default") or a.unknown("a value")
    if name == "update":
        return _update(m, f, obj, args, at)
    if name in ("append", "extend"):
        key, value = a.SOME_INT, key
    found: Value = NOTHING
    keys: Value = NOTHING
    for method in _MIXINS[name]:
        if not m.has_method(obj, method):
            continue
        match method:
            case "__iter__":
                content_of = m.iterate(f, m.call_method(f, obj, method, (), at), at)
                for item in (*content_of.items, content_of.rest):
                    keys = join(keys, item)
                key = keys or key
            case "__len__":
                m.call_method(f, obj, method, (), at)
            case "__setitem__" | "insert":
                m.call_method(f, obj, method, (key, value), at)
            case _:
                result = m.call_method(f, obj, method, (key,), at)
                found = result if method == "__getitem__" else found
    match name:
        case "keys":
            return m.new_list(f, ("keys", at), "list", Seq((), keys or a.DATA))
        case "values":
            return m.new_list(f, ("values", at), "list", Seq((), found or a.DATA))
        case "items":
            pair = m.new_list(f, ("pair", at), "tuple", Seq((keys or a.DATA, found or a.DATA)))
            return m.new_list(f, ("items", at), "list", Seq((), pair))
        case "get":
            return join(found, args.get(1, "default") or a.NONE)
        case _:
            return join(found, args.get(1, "default") or NOTHING) or a.DATA


def _update(m: Machine, f: Frame, obj: HeapObject, args: Arguments, at: int) -> Value:
    """`store.update(others, name=value)`: an item for each."""
    items: list[tuple[Value, Value]] = [(a.text(name), value) for name, value in args.kw.items()]
    for given in args.pos[0] if args.pos else ():
        content = m.as_map(f, given)
        items.extend((m.key_value(name), value) for name, value in content.entries.items())
        if content.rest or content.open:
            items.append((content.keys or a.unknown("a key"), content.rest or a.unknown("a value")))
    for name, value in items:
        if m.has_method(obj, "__setitem__"):
            m.call_method(f, obj, "__setitem__", (name, value), at)
    return a.NONE


_MODEL = ClassModel(method=_method)

LIBRARY = Library(
    models={"collections.mixin": _call},
    classes={f"{module}.{base}": _MODEL for module in ("collections.abc", "typing", "collections") for base in _BASES},
)
