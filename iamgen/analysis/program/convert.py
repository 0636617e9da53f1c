"""libcst's tree to `syntax` nodes: expressions, patterns and the walk's state.

Children are visited in source order, because positions are handed out in that order. Names bound
by a comprehension get a mark of their own (`x` becomes `x#3`), so that the interpreter can run
a comprehension in the frame that holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from iamgen.analysis.program import syntax as s
from iamgen.analysis.program.positions import Positions


class ScopeBuilder:
    """What is learnt of a function while its body is walked."""

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.declared: set[str] = set()  # global or nonlocal
        self.yields = False
        self.nested = False


class Converter:
    """One walk over one module."""

    def __init__(self, positions: Positions) -> None:
        self.take = positions.take
        self.scopes: list[ScopeBuilder] = [ScopeBuilder()]
        self.renames: list[dict[str, str]] = [{}]
        self.marks = 0

    # --- expressions ---------------------------------------------------------------------------

    def expr(self, node: Any) -> s.Expr:
        return EXPRESSIONS[type(node)](self, node)

    def maybe(self, node: Any) -> s.Expr | None:
        return None if node is None else EXPRESSIONS[type(node)](self, node)

    def bind(self, name: str) -> None:
        self.scopes[-1].bound.add(name)

    def target(self, node: Any) -> s.Expr:
        """An expression that is assigned to."""
        for name in _target_names(node):
            if name not in self.renames[-1]:
                self.bind(name)
        return self.expr(node)

    def annotation(self, node: Any) -> s.Expr | None:
        """An annotation; a quoted one is read as the expression that it quotes."""
        if node is None:
            return None
        found = self.expr(node.annotation)
        return _unquoted(found)

    def arg(self, node: cst.Arg) -> s.Arg:
        value = self.expr(node.value)
        return s.Arg(value, node.keyword.value if node.keyword is not None else None, len(node.star))

    def code(self, name: str, node: Any, body: Callable[[], tuple[s.Stmt, ...]], at: int) -> s.Code:
        """A function's or lambda's code; parameters are read in the enclosing scope, the body in its own."""
        params = self.params(node.params)
        scope = ScopeBuilder()
        names = {param.name for param in params}
        scope.bound.update(names)
        self.scopes[-1].nested = True
        returns = self.annotation(node.returns) if isinstance(node, cst.FunctionDef) else None
        self.scopes.append(scope)
        self.renames.append({k: v for k, v in self.renames[-1].items() if k not in names})
        try:
            statements = body()
        finally:
            self.scopes.pop()
            self.renames.pop()
        return s.Code(
            name=name,
            params=params,
            body=statements,
            is_async=isinstance(node, cst.FunctionDef) and node.asynchronous is not None,
            is_generator=scope.yields,
            locals=frozenset(scope.bound - scope.declared),
            captured=scope.nested,
            returns=returns,
            at=at,
        )

    def params(self, node: cst.Parameters) -> tuple[s.Param, ...]:
        found: list[s.Param] = []

        def add(param: cst.Param, kind: str) -> None:
            annotation = self.annotation(param.annotation)
            found.append(s.Param(param.name.value, kind, self.maybe(param.default), annotation))

        for param in node.posonly_params:
            add(param, "pos")
        for param in node.params:
            add(param, "any")
        if isinstance(node.star_arg, cst.Param):
            add(node.star_arg, "star")
        for param in node.kwonly_params:
            add(param, "kw")
        if node.star_kwarg is not None:
            add(node.star_kwarg, "dstar")
        return tuple(found)


def _target_names(node: Any) -> list[str]:
    if isinstance(node, cst.Name):
        return [node.value]
    if isinstance(node, cst.Tuple | cst.List):
        return [name for element in node.elements for name in _target_names(element.value)]
    if isinstance(node, cst.StarredElement):
        return _target_names(node.value)
    return []


def _unquoted(node: s.Expr) -> s.Expr:
    """`"S3Client"` and `Optional["S3Client"]` as the expressions that they quote."""
    if isinstance(node, s.Const) and isinstance(node.value, str):
        if len(node.value) > 200:
            return node
        try:
            inner = cst.parse_expression(node.value.strip())
        except cst.ParserSyntaxError:
            return node
        return Converter(_NoPositions()).expr(inner)
    if isinstance(node, s.Subscript):
        return s.Subscript(node.value, _unquoted(node.index), node.at)
    if isinstance(node, s.Sequence):
        return s.Sequence(node.kind, tuple(_unquoted(item) for item in node.items))
    if isinstance(node, s.Binary):
        return s.Binary(node.op, _unquoted(node.left), _unquoted(node.right))
    return node


class _NoPositions:
    def take(self, kind: str, node: Any) -> int:
        return 0

    def finish(self) -> None:
        return


def _name(c: Converter, node: cst.Name) -> s.Expr:
    name = node.value
    return s.Name(c.renames[-1].get(name, name), c.take("N", node))


def _named_constant(c: Converter, node: cst.Name) -> s.Expr:
    value = _CONSTANTS.get(node.value, c)
    if value is not c:
        return s.Const(value)
    return _name(c, node)


_CONSTANTS: dict[str, Any] = {"None": None, "True": True, "False": False}


def _attribute(c: Converter, node: cst.Attribute) -> s.Expr:
    at = c.take("A", node)
    return s.Attr(c.expr(node.value), node.attr.value, at)


def _subscript(c: Converter, node: cst.Subscript) -> s.Expr:
    value = c.expr(node.value)
    items = [_subscript_element(c, element.slice) for element in node.slice]
    starred = any(getattr(element.slice, "star", None) for element in node.slice)
    trailing = isinstance(node.slice[-1].comma, cst.Comma)
    index = items[0] if len(items) == 1 and not trailing and not starred else s.Sequence("tuple", tuple(items))
    return s.Subscript(value, index, 0)


def _subscript_element(c: Converter, node: Any) -> s.Expr:
    if isinstance(node, cst.Slice):
        return s.Slice(c.maybe(node.lower), c.maybe(node.upper), c.maybe(node.step))
    value = c.expr(node.value)
    return s.Starred(value) if node.star else value


def _call(c: Converter, node: cst.Call) -> s.Expr:
    at = c.take("C", node)
    func = c.expr(node.func)
    return s.Call(func, tuple(c.arg(arg) for arg in node.args), at)


def _binary(c: Converter, node: cst.BinaryOperation) -> s.Expr:
    chain: list[cst.BinaryOperation] = []
    left: Any = node
    while isinstance(left, cst.BinaryOperation):
        chain.append(left)
        left = left.left
    result = c.expr(left)
    for item in reversed(chain):
        result = s.Binary(BINARY[type(item.operator)], result, c.expr(item.right))
    return result


def _boolean(c: Converter, node: cst.BooleanOperation) -> s.Expr:
    left = c.expr(node.left)
    return s.BoolOp("and" if isinstance(node.operator, cst.And) else "or", left, c.expr(node.right))


def _unary(c: Converter, node: cst.UnaryOperation) -> s.Expr:
    return s.Unary(UNARY[type(node.operator)], c.expr(node.expression))


def _compare(c: Converter, node: cst.Comparison) -> s.Expr:
    left = c.expr(node.left)
    return s.Compare(left, tuple((COMPARE[type(part.operator)], c.expr(part.comparator)) for part in node.comparisons))


def _if_exp(c: Converter, node: cst.IfExp) -> s.Expr:
    body = c.expr(node.body)
    test = c.expr(node.test)
    return s.IfExp(test, body, c.expr(node.orelse))


def _lambda(c: Converter, node: cst.Lambda) -> s.Expr:
    code = c.code("<lambda>", node, lambda: (s.Return(c.expr(node.body), 0),), 0)
    return s.Lambda(code, 0)


def _element(c: Converter, node: Any) -> s.Expr:
    value = c.expr(node.value)
    return s.Starred(value) if isinstance(node, cst.StarredElement) else value


def _sequence(kind: str) -> Callable[[Converter, Any], s.Expr]:
    return lambda c, node: s.Sequence(kind, tuple(_element(c, item) for item in node.elements))


def _dict(c: Converter, node: cst.Dict) -> s.Expr:
    items: list[tuple[s.Expr | None, s.Expr]] = []
    for element in node.elements:
        if not isinstance(element, cst.DictElement):  # `**value`
            items.append((None, c.expr(element.value)))
        else:
            key = c.expr(element.key)
            items.append((key, c.expr(element.value)))
    return s.Dict(tuple(items))


def _comprehension(kind: str) -> Callable[[Converter, Any], s.Expr]:
    def convert(c: Converter, node: Any) -> s.Expr:
        outer = c.renames[-1]
        c.marks += 1
        inner = dict(outer)
        clause = node.for_in
        while clause is not None:
            for name in _target_names(clause.target):
                inner[name] = f"{name}#{c.marks}"
            clause = clause.inner_for_in
        for renamed in inner.values():
            if renamed not in outer.values():
                c.bind(renamed)
        c.renames.append(inner)
        element = c.expr(node.key if kind == "dict" else node.elt)
        value = c.expr(node.value) if kind == "dict" else None
        generators: list[s.Generator] = []
        clause = node.for_in
        while clause is not None:
            target = c.expr(clause.target)
            if not generators:  # the first iterable is read outside the comprehension's scope
                c.renames.append(outer)
                source = c.expr(clause.iter)
                c.renames.pop()
            else:
                source = c.expr(clause.iter)
            ifs = tuple(c.expr(item.test) for item in clause.ifs)
            generators.append(s.Generator(target, source, ifs, 0))
            clause = clause.inner_for_in
        c.renames.pop()
        return s.Comprehension(kind, element, value, tuple(generators))

    return convert


def _integer(c: Converter, node: cst.Integer) -> s.Expr:
    return s.Const(int(node.value.replace("_", ""), 0) if len(node.value) < 4000 else 0)


def _number(c: Converter, node: Any) -> s.Expr:
    return s.Const(node.evaluated_value)


def _string(c: Converter, node: cst.SimpleString) -> s.Expr:
    raw = node.value
    if "\\" not in raw and raw[0] in "'\"" and "\r" not in raw:
        width = 3 if raw[:3] in ('"""', "'''") else 1
        return s.Const(raw[width:-width])
    try:
        value = node.evaluated_value
    except (ValueError, SyntaxError):
        value = ""
    return s.Const(value)


def _formatted(c: Converter, node: Any) -> s.Expr:
    return s.FString(_fstring_parts(c, node.parts, node.prefix))


def _fstring_parts(c: Converter, parts: Any, prefix: str) -> tuple[str | s.Field, ...]:
    found: list[str | s.Field] = []
    for part in parts:
        if isinstance(part, cst.FormattedStringText | cst.TemplatedStringText):
            found.append(_fstring_text(part.value, raw="r" in prefix.lower()))
        else:
            value = c.expr(part.expression)
            spec = _fstring_parts(c, part.format_spec, prefix) if part.format_spec else ()
            found.append(s.Field(value, part.conversion or "", spec))
    return tuple(found)


def _fstring_text(text: str, *, raw: bool) -> str:
    text = text.replace("{{", "{").replace("}}", "}")
    if raw or "\\" not in text:
        return text
    try:
        return cst.SimpleString('"""' + text.replace('"', '\\"') + '"""').evaluated_value.__str__()
    except (ValueError, SyntaxError):
        return text


def _concatenated(c: Converter, node: cst.ConcatenatedString) -> s.Expr:
    parts: list[Any] = []
    rest: Any = node
    while isinstance(rest, cst.ConcatenatedString):
        parts.append(rest.left)
        rest = rest.right
    parts.append(rest)
    values = [c.expr(part) for part in parts]
    if all(isinstance(value, s.Const) for value in values):
        constants = [value.value for value in values if isinstance(value, s.Const)]
        if all(isinstance(value, str) for value in constants):
            return s.Const("".join(str(value) for value in constants))
        return s.Const(b"".join(value for value in constants if isinstance(value, bytes)))
    pieces: list[str | s.Field] = []
    for value in values:
        if isinstance(value, s.FString):
            pieces.extend(value.parts)
        elif isinstance(value, s.Const):
            pieces.append(str(value.value))
    return s.FString(tuple(pieces))


def _await(c: Converter, node: cst.Await) -> s.Expr:
    return s.Await(c.expr(node.expression))


def _yield(c: Converter, node: cst.Yield) -> s.Expr:
    c.scopes[-1].yields = True
    if isinstance(node.value, cst.From):
        return s.Yield(c.expr(node.value.item), delegate=True)
    return s.Yield(c.maybe(node.value), delegate=False)


def _walrus(c: Converter, node: cst.NamedExpr) -> s.Expr:
    target = c.target(node.target)
    assert isinstance(target, s.Name)
    return s.Walrus(target, c.expr(node.value))


EXPRESSIONS: dict[type, Callable[[Converter, Any], s.Expr]] = {
    cst.Name: _named_constant,
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.UnaryOperation: _unary,
    cst.Comparison: _compare,
    cst.IfExp: _if_exp,
    cst.Lambda: _lambda,
    cst.Tuple: _sequence("tuple"),
    cst.List: _sequence("list"),
    cst.Set: _sequence("set"),
    cst.Dict: _dict,
    cst.ListComp: _comprehension("list"),
    cst.SetComp: _comprehension("set"),
    cst.GeneratorExp: _comprehension("generator"),
    cst.DictComp: _comprehension("dict"),
    cst.Integer: _integer,
    cst.Float: _number,
    cst.Imaginary: _number,
    cst.SimpleString: _string,
    cst.FormattedString: _formatted,
    cst.TemplatedString: _formatted,
    cst.ConcatenatedString: _concatenated,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.NamedExpr: _walrus,
    cst.Ellipsis: lambda c, node: s.Const(None),
    cst.StarredElement: _element,
}
BINARY: dict[type, str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.BitXor: "^",
    cst.MatrixMultiply: "@",
}
UNARY: dict[type, str] = {cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~"}
COMPARE: dict[type, str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}
