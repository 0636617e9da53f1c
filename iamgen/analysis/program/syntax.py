"""A module's Python in a small form of our own: what the interpreter executes and the cache keeps.

Nodes are compared by identity and never change after they are built. `at` packs a position:
`at // COLUMNS` is the line, `at % COLUMNS` the column, both from 1; 0 means not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

COLUMNS = 4096


def pack(line: int, column: int) -> int:
    """A position as one number; columns past the width are cut to it."""
    return line * COLUMNS + min(column, COLUMNS - 1)


def unpack(at: int) -> tuple[int, int]:
    """(line, column) of a packed position."""
    return divmod(at, COLUMNS)


class Node:
    """Any node."""

    __slots__ = ()


class Expr(Node):
    """An expression."""

    __slots__ = ()


class Stmt(Node):
    """A statement."""

    __slots__ = ()


ConstantValue = None | bool | int | float | complex | str | bytes


@dataclass(slots=True, eq=False)
class Const(Expr):
    """A literal; `...` is the constant `Ellipsis`, written as None with `ellipsis`."""

    value: ConstantValue


@dataclass(slots=True, eq=False)
class Name(Expr):
    id: str
    at: int


@dataclass(slots=True, eq=False)
class Attr(Expr):
    value: Expr
    name: str
    at: int


@dataclass(slots=True, eq=False)
class Subscript(Expr):
    value: Expr
    index: Expr
    at: int


@dataclass(slots=True, eq=False)
class Slice(Expr):
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Arg(NamedTuple):
    """An argument of a call: positional (`name` None), keyword, `*value` (star 1) or `**value` (star 2)."""

    value: Expr
    name: str | None
    star: int


@dataclass(slots=True, eq=False)
class Call(Expr):
    func: Expr
    args: tuple[Arg, ...]
    at: int


@dataclass(slots=True, eq=False)
class Binary(Expr):
    op: str
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False)
class Unary(Expr):
    op: str
    operand: Expr


@dataclass(slots=True, eq=False)
class BoolOp(Expr):
    op: str  # "and" | "or"
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False)
class Compare(Expr):
    left: Expr
    rest: tuple[tuple[str, Expr], ...]


@dataclass(slots=True, eq=False)
class IfExp(Expr):
    test: Expr
    body: Expr
    orelse: Expr


@dataclass(slots=True, eq=False)
class Lambda(Expr):
    code: Code
    at: int


@dataclass(slots=True, eq=False)
class Sequence(Expr):
    kind: str  # "list" | "tuple" | "set"
    items: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class Starred(Expr):
    value: Expr


@dataclass(slots=True, eq=False)
class Dict(Expr):
    items: tuple[tuple[Expr | None, Expr], ...]  # key None: `**value`


class Generator(NamedTuple):
    """One `for target in iter if ...` of a comprehension."""

    target: Expr
    iter: Expr
    ifs: tuple[Expr, ...]
    at: int


@dataclass(slots=True, eq=False)
class Comprehension(Expr):
    kind: str  # "list" | "set" | "dict" | "generator"
    element: Expr
    value: Expr | None  # of a dict comprehension; `element` is then the key
    generators: tuple[Generator, ...]


class Field(NamedTuple):
    """`{value!conversion:spec}` of an f-string."""

    value: Expr
    conversion: str
    spec: tuple[str | Field, ...]


@dataclass(slots=True, eq=False)
class FString(Expr):
    parts: tuple[str | Field, ...]


@dataclass(slots=True, eq=False)
class Await(Expr):
    value: Expr


@dataclass(slots=True, eq=False)
class Yield(Expr):
    value: Expr | None
    delegate: bool  # `yield from`


@dataclass(slots=True, eq=False)
class Walrus(Expr):
    target: Name
    value: Expr


# --- statements ------------------------------------------------------------------------------


class Param(NamedTuple):
    """A parameter; kind is "pos" (positional-only), "any", "star", "kw" or "dstar"."""

    name: str
    kind: str
    default: Expr | None
    annotation: Expr | None


@dataclass(slots=True, eq=False)
class Code(Node):
    """A function body (a lambda's is one `Return`): what a function value runs."""

    name: str
    params: tuple[Param, ...]
    body: tuple[Stmt, ...]
    is_async: bool
    is_generator: bool
    locals: frozenset[str]  # names bound here, parameters included
    captured: bool  # holds a nested function, lambda or comprehension that may see its scope
    returns: Expr | None
    at: int


@dataclass(slots=True, eq=False)
class FunctionDef(Stmt):
    code: Code
    decorators: tuple[Expr, ...]
    at: int


@dataclass(slots=True, eq=False)
class ClassDef(Stmt):
    name: str
    bases: tuple[Arg, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    at: int


@dataclass(slots=True, eq=False)
class ExprStmt(Stmt):
    value: Expr
    at: int


@dataclass(slots=True, eq=False)
class Assign(Stmt):
    targets: tuple[Expr, ...]
    value: Expr
    at: int


@dataclass(slots=True, eq=False)
class AnnAssign(Stmt):
    target: Expr
    annotation: Expr | None
    value: Expr | None
    at: int


@dataclass(slots=True, eq=False)
class AugAssign(Stmt):
    target: Expr
    op: str
    value: Expr
    at: int


@dataclass(slots=True, eq=False)
class Return(Stmt):
    value: Expr | None
    at: int


@dataclass(slots=True, eq=False)
class Raise(Stmt):
    value: Expr | None
    cause: Expr | None
    at: int


@dataclass(slots=True, eq=False)
class Assert(Stmt):
    test: Expr
    message: Expr | None
    at: int


@dataclass(slots=True, eq=False)
class Delete(Stmt):
    targets: tuple[Expr, ...]
    at: int


@dataclass(slots=True, eq=False)
class Jump(Stmt):
    kind: str  # "break" | "continue" | "pass"


@dataclass(slots=True, eq=False)
class Scope(Stmt):
    """`global` or `nonlocal`."""

    kind: str
    names: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Import(Stmt):
    names: tuple[tuple[str, str | None], ...]
    at: int


@dataclass(slots=True, eq=False)
class ImportFrom(Stmt):
    module: str
    level: int
    names: tuple[tuple[str, str | None], ...]  # (("*", None),) for a star import
    at: int


@dataclass(slots=True, eq=False)
class If(Stmt):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    at: int


@dataclass(slots=True, eq=False)
class While(Stmt):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    at: int


@dataclass(slots=True, eq=False)
class For(Stmt):
    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    at: int


class Handler(NamedTuple):
    """`except type as name:`."""

    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]


@dataclass(slots=True, eq=False)
class Try(Stmt):
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]
    at: int


@dataclass(slots=True, eq=False)
class With(Stmt):
    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Stmt, ...]
    is_async: bool
    at: int


class Case(NamedTuple):
    """`case pattern if guard:`."""

    pattern: Pattern
    guard: Expr | None
    body: tuple[Stmt, ...]


@dataclass(slots=True, eq=False)
class Match(Stmt):
    subject: Expr
    cases: tuple[Case, ...]
    at: int


class Pattern(Node):
    """A pattern of a `case`."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class MatchValue(Pattern):
    value: Expr


@dataclass(slots=True, eq=False)
class MatchAs(Pattern):
    pattern: Pattern | None
    name: str | None  # both None: the wildcard `_`


@dataclass(slots=True, eq=False)
class MatchOr(Pattern):
    patterns: tuple[Pattern, ...]


@dataclass(slots=True, eq=False)
class MatchSequence(Pattern):
    patterns: tuple[Pattern, ...]


@dataclass(slots=True, eq=False)
class MatchStar(Pattern):
    name: str | None


@dataclass(slots=True, eq=False)
class MatchMapping(Pattern):
    items: tuple[tuple[Expr, Pattern], ...]
    rest: str | None


@dataclass(slots=True, eq=False)
class MatchClass(Pattern):
    cls: Expr
    patterns: tuple[Pattern, ...]
    keywords: tuple[tuple[str, Pattern], ...]


@dataclass(slots=True, eq=False)
class Module(Node):
    """A parsed module; `pragmas` are its `# iamgen:` comments as (line, text, alone on its line)."""

    body: tuple[Stmt, ...]
    pragmas: tuple[tuple[int, str, bool], ...]
    exports: tuple[str, ...] | None = None
