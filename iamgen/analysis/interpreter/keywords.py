"""What can be told of a function's text: whether it keeps its `**keywords` to itself, and which names it uses."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, Final

from iamgen.analysis.program import syntax as s

_METHODS: Final = frozenset({"get", "items", "keys", "pop", "setdefault", "update", "values"})


def keeps_to_itself(code: s.Code, name: str) -> bool:
    """Whether the mapping of a parameter is only read, changed and passed on with `**`: nothing else can hold it."""
    return not code.captured and not any(_leaks(statement, name) for statement in code.body)


def _leaks(node: Any, name: str) -> bool:
    match node:
        case s.Name(id=found):
            return found == name
        case s.Call(func=s.Attr(value=s.Name(id=found), name=method), args=args) if found == name:
            return method not in _METHODS or _leaks(args, name)
        case s.Subscript(value=s.Name(id=found), index=index) if found == name:
            return _leaks(index, name)
        case s.Compare(left=left, rest=((("in" | "not in"), s.Name(id=found)),)) if found == name:
            return _leaks(left, name)
        case s.Arg(value=s.Name(), star=2):
            return False
        case tuple():
            return any(_leaks(item, name) for item in node)
    return is_dataclass(node) and any(_leaks(getattr(node, part.name), name) for part in fields(node))


def attributes_in(code: s.Code) -> frozenset[str]:
    """The names of all attributes that a function, or one inside it, uses."""
    found: set[str] = set()
    _collect(code.body, found)
    return frozenset(found)


def _collect(node: Any, found: set[str]) -> None:
    if isinstance(node, tuple):
        for item in node:
            _collect(item, found)
    elif is_dataclass(node):
        if isinstance(node, s.Attr):
            found.add(node.name)
        for part in fields(node):
            _collect(getattr(node, part.name), found)


def catches(node: Any) -> bool:
    """Whether a body has a handler of exceptions, or a `with` that may be one."""
    if isinstance(node, tuple):
        return any(catches(item) for item in node)
    if not is_dataclass(node) or isinstance(node, s.FunctionDef | s.ClassDef):
        return False
    if isinstance(node, s.With) or (isinstance(node, s.Try) and node.handlers):
        return True
    return any(catches(getattr(node, part.name)) for part in fields(node))
