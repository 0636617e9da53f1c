"""Python that stands in a template and holds references of the template: `ZipFile: !Sub "... '${Table}' ..."`.

What a reference comes to is the deployment's, like a variable of the environment, so that is what
it becomes: `'${Table}-log'` is read as the text in which `os.environ["${Table}"]` stands in its place,
and the unit's environment says that this is the template's symbol. Lines stay where they are.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from iamgen.core.text import Hole, Text
from iamgen.project.model import EMPTY

_STANDS_FOR: Final = "IamgenReference{}x"  # a name wherever a text or an expression may stand


def inline_python(text: Text) -> tuple[str | None, Mapping[str, tuple[Text, ...]]]:
    """The source, None where a reference is more than a value, and the environment that its references became."""
    if text.literal is not None:
        return text.literal, EMPTY
    holes = tuple(dict.fromkeys(text.holes))
    marks = {hole: _STANDS_FOR.format(number) for number, hole in enumerate(holes)}
    source = "".join(part if isinstance(part, str) else marks[part] for part in text.parts)
    names = {marks[hole]: "${" + (hole.name or str(number)) + "}" for number, hole in enumerate(holes)}
    tree = _parsed(source)
    if tree is None:
        # What cannot be parsed is told of as it was written.
        written = "".join(part if isinstance(part, str) else names[marks[part]] for part in text.parts)
        return written, EMPTY
    lines = source.splitlines(keepends=True)
    for line, start, end, replacement in sorted(_changes(tree, lines, names), reverse=True):
        encoded = lines[line].encode()
        lines[line] = (encoded[:start] + replacement.encode() + encoded[end:]).decode()
    source = "".join(lines)
    if _parsed(source) is None:
        return None, EMPTY
    environment = {names[marks[hole]]: (Text((hole,)),) for hole in holes if isinstance(hole, Hole)}
    return source, MappingProxyType(environment)


def _parsed(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _changes(tree: ast.AST, lines: list[str], names: Mapping[str, str]) -> Iterator[tuple[int, int, int, str]]:
    """What to put where: line, start and end in bytes, text."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        match node:
            case ast.Name(id=name) if name in names:
                yield node.lineno - 1, node.col_offset, node.end_col_offset or 0, _variable(names[name])
            case ast.Constant(value=str()) | ast.JoinedStr():
                written = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
                place = (node.end_lineno or node.lineno) - 1, node.end_col_offset or 0
                calls = [
                    f".replace({mark!r}, {_variable(name)})"
                    for mark, name in names.items()
                    if any(isinstance(one, str) and mark in one for one in written)
                ]
                if calls and place[0] < len(lines):
                    yield place[0], place[1], place[1], "".join(calls)
            case _:
                pending.extend(ast.iter_child_nodes(node))


def _variable(name: str) -> str:
    return f"__import__('os').environ[{name!r}]"
