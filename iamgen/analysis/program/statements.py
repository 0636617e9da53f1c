"""libcst's statements and patterns to `syntax` nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from iamgen.analysis.program import syntax as s
from iamgen.analysis.program.convert import BINARY, Converter


def block(c: Converter, node: Any) -> tuple[s.Stmt, ...]:
    """The statements of a suite, an else or a finally."""
    if node is None:
        return ()
    if isinstance(node, cst.Else | cst.Finally):
        node = node.body
    found: list[s.Stmt] = []
    for item in node.body:
        statement(c, item, found)
    return tuple(found)


def statement(c: Converter, node: Any, out: list[s.Stmt]) -> None:
    """Append the statements of one line or compound."""
    if isinstance(node, cst.SimpleStatementLine):
        out.extend(STATEMENTS[type(small)](c, small) for small in node.body)
    else:
        out.append(STATEMENTS[type(node)](c, node))


def _expr(c: Converter, node: cst.Expr) -> s.Stmt:
    at = c.take("S", node)
    return s.ExprStmt(c.expr(node.value), at)


def _assign(c: Converter, node: cst.Assign) -> s.Stmt:
    at = c.take("S", node)
    targets = tuple(c.target(item.target) for item in node.targets)
    return s.Assign(targets, c.expr(node.value), at)


def _ann_assign(c: Converter, node: cst.AnnAssign) -> s.Stmt:
    at = c.take("S", node)
    target = c.target(node.target)
    annotation = c.annotation(node.annotation)
    return s.AnnAssign(target, annotation, c.maybe(node.value), at)


def _aug_assign(c: Converter, node: cst.AugAssign) -> s.Stmt:
    at = c.take("S", node)
    target = c.target(node.target)
    return s.AugAssign(target, AUGMENTED[type(node.operator)], c.expr(node.value), at)


def _return(c: Converter, node: cst.Return) -> s.Stmt:
    at = c.take("S", node)
    return s.Return(c.maybe(node.value), at)


def _raise(c: Converter, node: cst.Raise) -> s.Stmt:
    at = c.take("S", node)
    value = c.maybe(node.exc)
    return s.Raise(value, c.maybe(node.cause.item if node.cause else None), at)


def _assert(c: Converter, node: cst.Assert) -> s.Stmt:
    at = c.take("S", node)
    test = c.expr(node.test)
    return s.Assert(test, c.maybe(node.msg), at)


def _delete(c: Converter, node: cst.Del) -> s.Stmt:
    at = c.take("S", node)
    target = c.target(node.target)
    items = target.items if isinstance(target, s.Sequence) else (target,)
    return s.Delete(items, at)


def _jump(kind: str) -> Callable[[Converter, Any], s.Stmt]:
    def convert(c: Converter, node: Any) -> s.Stmt:
        c.take("S", node)
        return s.Jump(kind)

    return convert


def _scope(kind: str) -> Callable[[Converter, Any], s.Stmt]:
    def convert(c: Converter, node: Any) -> s.Stmt:
        c.take("S", node)
        names = tuple(item.name.value for item in node.names)
        c.scopes[-1].declared.update(names)
        return s.Scope(kind, names)

    return convert


def dotted(node: Any) -> str:
    """`a.b.c` of an import."""
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{node.attr.value}"
    return str(node.value)


def _alias(node: cst.ImportAlias) -> tuple[str, str | None]:
    return dotted(node.name), dotted(node.asname.name) if node.asname else None


def _import(c: Converter, node: cst.Import) -> s.Stmt:
    at = c.take("S", node)
    names = tuple(_alias(item) for item in node.names)
    for name, alias in names:
        c.bind(alias or name.split(".")[0])
    return s.Import(names, at)


def _import_from(c: Converter, node: cst.ImportFrom) -> s.Stmt:
    at = c.take("S", node)
    module = dotted(node.module) if node.module else ""
    if isinstance(node.names, cst.ImportStar):
        return s.ImportFrom(module, len(node.relative), (("*", None),), at)
    names = tuple(_alias(item) for item in node.names)
    for name, alias in names:
        c.bind(alias or name)
    return s.ImportFrom(module, len(node.relative), names, at)


def _type_alias(c: Converter, node: cst.TypeAlias) -> s.Stmt:
    at = c.take("S", node)
    c.bind(node.name.value)
    return s.Assign((s.Name(node.name.value, at),), c.expr(node.value), at)


def _if(c: Converter, node: cst.If) -> s.Stmt:
    at = c.take("S", node)
    test = c.expr(node.test)
    body = block(c, node.body)
    orelse = (_if(c, node.orelse),) if isinstance(node.orelse, cst.If) else block(c, node.orelse)
    return s.If(test, body, orelse, at)


def _while(c: Converter, node: cst.While) -> s.Stmt:
    at = c.take("S", node)
    test = c.expr(node.test)
    body = block(c, node.body)
    return s.While(test, body, block(c, node.orelse), at)


def _for(c: Converter, node: cst.For) -> s.Stmt:
    at = c.take("S", node)
    target = c.target(node.target)
    source = c.expr(node.iter)
    body = block(c, node.body)
    return s.For(target, source, body, block(c, node.orelse), at)


def _try(c: Converter, node: Any) -> s.Stmt:
    at = c.take("S", node)
    body = block(c, node.body)
    handlers: list[s.Handler] = []
    for handler in node.handlers:
        kind = c.maybe(handler.type)
        name = handler.name.name.value if handler.name else None
        if name:
            c.bind(name)
        handlers.append(s.Handler(kind, name, block(c, handler.body)))
    orelse = block(c, node.orelse)
    return s.Try(body, tuple(handlers), orelse, block(c, node.finalbody), at)


def _with(c: Converter, node: cst.With) -> s.Stmt:
    at = c.take("S", node)
    items = []
    for item in node.items:
        value = c.expr(item.item)
        items.append((value, c.target(item.asname.name) if item.asname else None))
    return s.With(tuple(items), block(c, node.body), node.asynchronous is not None, at)


def _function(c: Converter, node: cst.FunctionDef) -> s.Stmt:
    at = c.take("S", node)
    c.bind(node.name.value)
    decorators = tuple(c.expr(item.decorator) for item in node.decorators)
    code = c.code(node.name.value, node, lambda: block(c, node.body), at)
    return s.FunctionDef(code, decorators, at)


def _class(c: Converter, node: cst.ClassDef) -> s.Stmt:
    at = c.take("S", node)
    c.bind(node.name.value)
    decorators = tuple(c.expr(item.decorator) for item in node.decorators)
    bases = tuple(c.arg(arg) for arg in (*node.bases, *node.keywords))
    outer = c.scopes[-1]
    outer.nested = True
    c.scopes.append(type(outer)())  # names bound in a class body are the class's, not the function's
    try:
        body = block(c, node.body)
    finally:
        c.scopes.pop()
    return s.ClassDef(node.name.value, bases, body, decorators, at)


def _match(c: Converter, node: cst.Match) -> s.Stmt:
    at = c.take("S", node)
    subject = c.expr(node.subject)
    cases: list[s.Case] = []
    for case in node.cases:
        found = pattern(c, case.pattern)
        guard = c.maybe(case.guard)
        cases.append(s.Case(found, guard, block(c, case.body)))
    return s.Match(subject, tuple(cases), at)


def pattern(c: Converter, node: Any) -> s.Pattern:
    """A pattern of a `case`."""
    match node:
        case cst.MatchValue():
            return s.MatchValue(c.expr(node.value))
        case cst.MatchSingleton():
            return s.MatchValue(s.Const({"None": None, "True": True, "False": False}[node.value.value]))
        case cst.MatchAs():
            inner = pattern(c, node.pattern) if node.pattern is not None else None
            name = node.name.value if node.name is not None else None
            if name is not None:
                c.bind(name)
            return s.MatchAs(inner, name)
        case cst.MatchOr():
            return s.MatchOr(tuple(pattern(c, item.pattern) for item in node.patterns))
        case cst.MatchStar():
            name = node.name.value if node.name is not None else None
            if name is not None:
                c.bind(name)
            return s.MatchStar(name)
        case cst.MatchMapping():
            items = tuple((c.expr(item.key), pattern(c, item.pattern)) for item in node.elements)
            rest = node.rest.value if node.rest is not None else None
            if rest is not None:
                c.bind(rest)
            return s.MatchMapping(items, rest)
        case cst.MatchClass():
            cls = c.expr(node.cls)
            patterns = tuple(pattern(c, item.value) for item in node.patterns)
            return s.MatchClass(cls, patterns, tuple((item.key.value, pattern(c, item.pattern)) for item in node.kwds))
        case cst.MatchList() | cst.MatchTuple():
            return s.MatchSequence(
                tuple(pattern(c, item if isinstance(item, cst.MatchStar) else item.value) for item in node.patterns)
            )
    return s.MatchAs(None, None)


STATEMENTS: dict[type, Callable[[Converter, Any], s.Stmt]] = {
    cst.Expr: _expr,
    cst.Assign: _assign,
    cst.AnnAssign: _ann_assign,
    cst.AugAssign: _aug_assign,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Pass: _jump("pass"),
    cst.Break: _jump("break"),
    cst.Continue: _jump("continue"),
    cst.Global: _scope("global"),
    cst.Nonlocal: _scope("nonlocal"),
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.TypeAlias: _type_alias,
    cst.If: _if,
    cst.While: _while,
    cst.For: _for,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.Match: _match,
}
AUGMENTED: dict[type, str] = {
    getattr(cst, f"{cls.__name__}Assign"): op for cls, op in BINARY.items() if hasattr(cst, f"{cls.__name__}Assign")
}
