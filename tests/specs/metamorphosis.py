"""Rewritings of a program that change nothing of what it sends.

Each takes a case's files and gives others; lines change, so only operations and arguments may be compared.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

Files = Mapping[str, str]
Rewriting = Callable[[Files], Files | None]

HANDLER = "handler"


def _handler(tree: ast.Module) -> ast.FunctionDef | None:
    found = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == HANDLER]
    return found[-1] if len(found) == 1 and not found[0].decorator_list else None


def _with_body(files: Files, change: Callable[[list[ast.stmt]], list[ast.stmt]]) -> Files | None:
    """The files with the handler's body changed; None when there is no plain handler."""
    tree = ast.parse(files["app.py"])
    handler = _handler(tree)
    if handler is None:
        return None
    body = handler.body
    head = [body[0]] if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) else []
    declarations = [s for s in body if isinstance(s, (ast.Global, ast.Nonlocal))]
    rest = [s for s in body[len(head) :] if s not in declarations]
    handler.body = [*head, *declarations, *change(rest or [ast.Pass()])]
    return {**files, "app.py": ast.unparse(ast.fix_missing_locations(tree))}


def _code(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


def unparsed(files: Files) -> Files:
    """Other layout, the same tree."""
    return {name: ast.unparse(ast.parse(text)) if name.endswith(".py") else text for name, text in files.items()}


def in_try(files: Files) -> Files | None:
    """The handler's body in try and finally."""
    return _with_body(files, lambda body: [ast.Try(body, [], [], _code("done_ = True"))])


def in_loop(files: Files) -> Files | None:
    """The handler's body in a loop of one round."""
    return _with_body(files, lambda body: [ast.For(ast.Name("round_"), ast.Constant("a"), body, [])])


def in_condition(files: Files) -> Files | None:
    """The handler's body under a condition that the event decides."""
    return _with_body(files, lambda body: [ast.If(_expression('event.get("zz") is None'), body, [])])


def in_context(files: Files) -> Files | None:
    """The handler's body in a context manager."""
    context = ast.withitem(_expression('__import__("contextlib").nullcontext()'))
    return _with_body(files, lambda body: [ast.With([context], body)])


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def behind_a_function(files: Files) -> Files | None:
    """A handler that only calls what was the handler, through star-arguments."""
    tree = ast.parse(files["app.py"])
    handler = _handler(tree)
    if handler is None:
        return None
    handler.name = "inner_"
    tree.body += _code("def handler(*args, **kwargs):\n    return inner_(*args, **kwargs)")
    return {**files, "app.py": ast.unparse(ast.fix_missing_locations(tree))}


def behind_a_decorator(files: Files) -> Files | None:
    """The handler under a decorator of the program's own."""
    tree = ast.parse(files["app.py"])
    handler = _handler(tree)
    if handler is None:
        return None
    handler.decorator_list = [ast.Name("plain_")]
    place = tree.body.index(handler)
    tree.body[place:place] = _code(
        "def plain_(fn):\n    @__import__('functools').wraps(fn)\n"
        "    def wrapper(*args, **kwargs):\n        return fn(*args, **kwargs)\n    return wrapper"
    )
    return {**files, "app.py": ast.unparse(ast.fix_missing_locations(tree))}


def as_a_method(files: Files) -> Files | None:
    """The handler as a static method's value of a class."""
    tree = ast.parse(files["app.py"])
    handler = _handler(tree)
    if handler is None:
        return None
    handler.name = "inner_"
    tree.body += _code("class App_:\n    run = staticmethod(inner_)\n\nhandler = App_().run")
    return {**files, "app.py": ast.unparse(ast.fix_missing_locations(tree))}


def in_another_module(files: Files) -> Files | None:
    """The program in a module of a package, the handler imported from there."""
    if len(files) != 1 or "__file__" in files["app.py"] or "import app" in files["app.py"]:
        return None
    if _handler(ast.parse(files["app.py"])) is None or "__name__" in files["app.py"]:
        return None
    return {"deep/__init__.py": "", "deep/impl.py": files["app.py"], "app.py": "from deep.impl import handler\n"}


def through_a_star(files: Files) -> Files | None:
    """The program in another module, taken over with a star import."""
    moved = in_another_module(files)
    return None if moved is None else {**moved, "app.py": "from deep.impl import *\n"}


class _Getattr(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and not node.func.attr.startswith("__"):
            owner = node.func.value
            if not (isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super"):
                node.func = ast.Call(ast.Name("getattr"), [owner, ast.Constant(node.func.attr)], [])
        return node


def by_getattr(files: Files) -> Files:
    """Each method called through getattr."""
    out = {}
    for name, text in files.items():
        tree = _Getattr().visit(ast.parse(text)) if name.endswith(".py") else None
        out[name] = text if tree is None else ast.unparse(ast.fix_missing_locations(tree))
    return out


class _Split(ast.NodeTransformer):
    """`"abc"` as `"a" + "bc"` where a call takes it by keyword."""

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        self.generic_visit(node)
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and len(value.value) > 1:
            node.value = ast.BinOp(ast.Constant(value.value[:1]), ast.Add(), ast.Constant(value.value[1:]))
        return node


def split_texts(files: Files) -> Files:
    """Each text that is a keyword argument put together from two."""
    out = {}
    for name, text in files.items():
        tree = _Split().visit(ast.parse(text)) if name.endswith(".py") else None
        out[name] = text if tree is None else ast.unparse(ast.fix_missing_locations(tree))
    return out


class _Stars(ast.NodeTransformer):
    """`f(a=1)` as `f(**{"a": 1})`."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if node.keywords and all(keyword.arg for keyword in node.keywords):
            keys: list[ast.expr | None] = [ast.Constant(keyword.arg) for keyword in node.keywords]
            node.keywords = [ast.keyword(None, ast.Dict(keys, [keyword.value for keyword in node.keywords]))]
        return node


def by_stars(files: Files) -> Files:
    """Keyword arguments from a dictionary."""
    out = {}
    for name, text in files.items():
        tree = _Stars().visit(ast.parse(text)) if name.endswith(".py") else None
        out[name] = text if tree is None else ast.unparse(ast.fix_missing_locations(tree))
    return out


REWRITINGS: Final[tuple[Rewriting, ...]] = (
    unparsed,
    in_try,
    in_loop,
    in_condition,
    in_context,
    behind_a_function,
    behind_a_decorator,
    as_a_method,
    in_another_module,
    through_a_star,
    by_getattr,
    split_texts,
    by_stars,
)
