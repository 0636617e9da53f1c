"""Positions for a libcst tree without libcst's metadata.

libcst computes positions by generating the code again, which triples the time of a parse.
CPython's `ast` has them for free. Both trees hold the same statements, calls, attributes and
names in the same source order, so a list taken from `ast` in that order is consumed by the
converter in step. Where `ast` cannot parse (syntax newer than the running Python) or the two
disagree, libcst's own provider is asked.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Protocol

from iamgen.analysis.program.syntax import pack


class PositionMismatch(Exception):  # noqa: N818 # a way to start again, no error
    """The two trees are out of step; start again with `ProviderPositions`."""


class Positions(Protocol):
    """A source of positions, asked once for each node that carries one, in source order."""

    def take(self, kind: str, node: Any) -> int:
        """The packed position of the next node; kind is "S"(tatement), "C"all, "A"ttribute or "N"ame."""

    def finish(self) -> None:
        """Check that nothing is left over."""


class OrderedPositions:
    """Positions listed from `ast` in source order."""

    def __init__(self, tree: ast.Module) -> None:
        self._items: list[tuple[str, int]] = []
        collect(tree, self._items)
        self._next = 0

    def take(self, kind: str, node: Any) -> int:
        index = self._next
        if index >= len(self._items):
            raise PositionMismatch
        found, at = self._items[index]
        if found != kind:
            raise PositionMismatch
        self._next = index + 1
        return at

    def finish(self) -> None:
        if self._next != len(self._items):
            raise PositionMismatch


class ProviderPositions:
    """Positions from libcst's metadata: slow, for what `ast` cannot read."""

    def __init__(self, ranges: Any) -> None:
        self._ranges = ranges

    def take(self, kind: str, node: Any) -> int:
        found = self._ranges.get(node)
        return pack(found.start.line, found.start.column + 1) if found is not None else 0

    def finish(self) -> None:
        return


def collect(node: ast.AST, out: list[tuple[str, int]]) -> None:
    """Append (kind, position) of every node below and including this one, in source order, outer first."""
    cls = type(node)
    kind = _KINDS.get(cls)
    if kind is not None:
        out.append((kind, pack(node.lineno, node.col_offset + 1)))  # type: ignore[attr-defined] # such nodes have one
    special = _SPECIAL.get(cls)
    if special is not None:
        special(node, out)
        return
    for name in cls._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST):
                    collect(item, out)
        elif isinstance(value, ast.AST):
            collect(value, out)


def _each(nodes: list[Any], out: list[tuple[str, int]]) -> None:
    for node in nodes:
        if node is not None:
            collect(node, out)


def _if_exp(node: Any, out: list[tuple[str, int]]) -> None:
    _each([node.body, node.test, node.orelse], out)


def _dict(node: Any, out: list[tuple[str, int]]) -> None:
    for key, value in zip(node.keys, node.values, strict=True):
        _each([key, value], out)


def _call(node: Any, out: list[tuple[str, int]]) -> None:
    collect(node.func, out)
    rest = [*node.args, *(keyword.value for keyword in node.keywords)]
    rest.sort(key=lambda item: (item.lineno, item.col_offset))
    _each(rest, out)


def _arguments(node: Any, out: list[tuple[str, int]]) -> None:
    plain = [*node.posonlyargs, *node.args]
    defaults = [None] * (len(plain) - len(node.defaults)) + list(node.defaults)
    for arg, default in zip(plain, defaults, strict=True):
        _each([arg.annotation, default], out)
    if node.vararg is not None:
        _each([node.vararg.annotation], out)
    for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        _each([arg.annotation, default], out)
    if node.kwarg is not None:
        _each([node.kwarg.annotation], out)


def _function(node: Any, out: list[tuple[str, int]]) -> None:
    _each(node.decorator_list, out)
    _arguments(node.args, out)
    _each([node.returns, *node.body], out)


def _class(node: Any, out: list[tuple[str, int]]) -> None:
    _each(node.decorator_list, out)
    rest = [*node.bases, *(keyword.value for keyword in node.keywords)]
    rest.sort(key=lambda item: (item.lineno, item.col_offset))
    _each([*rest, *node.body], out)


def _match_mapping(node: Any, out: list[tuple[str, int]]) -> None:
    for key, pattern in zip(node.keys, node.patterns, strict=True):
        _each([key, pattern], out)


def _type_alias(node: Any, out: list[tuple[str, int]]) -> None:
    _each([node.value], out)


_KINDS: dict[type, str] = {
    ast.Call: "C",
    ast.Attribute: "A",
    ast.Name: "N",
    **dict.fromkeys(ast.stmt.__subclasses__(), "S"),
}
_SPECIAL: dict[type, Callable[[Any, list[tuple[str, int]]], None]] = {
    ast.IfExp: _if_exp,
    ast.Dict: _dict,
    ast.Call: _call,
    ast.arguments: _arguments,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.MatchMapping: _match_mapping,
    **({ast.TypeAlias: _type_alias} if hasattr(ast, "TypeAlias") else {}),
}
