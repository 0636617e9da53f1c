"""One source file to a `syntax.Module`, or the reason why not."""

from __future__ import annotations

import ast
import gc
import io
import re
import sys
import tokenize
import warnings
from contextlib import suppress
from dataclasses import dataclass

from iamgen.analysis.limits import DEPTH, NESTING
from iamgen.analysis.program import syntax as s
from iamgen.core.location import Location

_PRAGMA = re.compile(r"#\s*iamgen:\s*(.*?)\s*$")
_OPERATORS = re.compile(rb"[-+*/.|&^<>=@%~:]|\b(?:and|or|not|if|lambda|await)\b")


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A file that is not Python, with where and why."""

    location: Location
    message: str


def parse(source: bytes, file: str) -> s.Module | Unparsable:
    """Parse a file's bytes; `file` names it in the answer. Never raises."""
    trouble = _too_deep(source)
    if trouble is not None:
        return Unparsable(Location(file, trouble, 1), "nested too deeply to parse")
    collecting = gc.isenabled()
    gc.disable()  # a parse makes many objects and no garbage: collection only costs time
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, 20_000))
    try:
        return _parse(source, file)
    except RecursionError:
        return Unparsable(Location(file, 1, 1), "nested too deeply to parse")
    finally:
        sys.setrecursionlimit(depth)
        if collecting:
            gc.enable()


def _too_deep(source: bytes) -> int | None:
    """The line where brackets or indentation nest past the cap, if they do; cheap and before any parser."""
    level = 0
    for number, line in enumerate(source.split(b"\n"), 1):
        level += line.count(b"(") + line.count(b"[") + line.count(b"{")
        if level > NESTING and line.count(b"(") + line.count(b"[") + line.count(b"{") > NESTING // 2:
            return number
        level = max(0, level - line.count(b")") - line.count(b"]") - line.count(b"}"))
        if len(line) - len(line.lstrip(b" \t")) > 20 * NESTING:
            return number
        if line.count(b" not ") > 4 * NESTING or line.count(b"--") > 4 * NESTING or line.count(b"~~") > 4 * NESTING:
            return number
    return None


def _outline(source: bytes) -> ast.Module | int | None:
    """CPython's own tree, None for what it cannot parse, or the line where the tree is too deep for libcst's parser.

    libcst's parser recurses in native code, without a guard: what is too deep for it must not reach it.
    """
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)  # CPython's guard while it builds its tree counts by this
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (RecursionError, MemoryError):
        return 1
    except (SyntaxError, ValueError):
        return None  # perhaps newer syntax than the running Python's: libcst decides
    finally:
        sys.setrecursionlimit(depth)
    level: list[ast.AST] = [tree]
    for _ in range(DEPTH):
        below: list[ast.AST] = []
        for node in level:
            # libcst nests `a and b and c`, which is one node here.
            if isinstance(node, ast.BoolOp | ast.Compare) and _width(node) > DEPTH:
                return getattr(node, "lineno", 1)
            below.extend(ast.iter_child_nodes(node))
        if not below:
            return tree
        level = below
    return getattr(level[0], "lineno", 1)


def _width(node: ast.BoolOp | ast.Compare) -> int:
    return len(node.values if isinstance(node, ast.BoolOp) else node.comparators)


def _long_line(source: bytes) -> int | None:
    """The first line with so many operators that it may be a chain too long for libcst's parser."""
    for number, line in enumerate(source.split(b"\n"), 1):
        if len(line) > 4 * DEPTH and len(_OPERATORS.findall(line)) > DEPTH:
            return number
    return None


def _parse(source: bytes, file: str) -> s.Module | Unparsable:
    import libcst as cst

    from iamgen.analysis.program.convert import Converter
    from iamgen.analysis.program.positions import OrderedPositions, PositionMismatch, Positions, ProviderPositions
    from iamgen.analysis.program.statements import statement

    tree = _outline(source)
    if isinstance(tree, int) or (tree is None and (long := _long_line(source)) is not None):
        return Unparsable(Location(file, tree if isinstance(tree, int) else long or 1, 1), "nested too deeply to parse")
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        return Unparsable(Location(file, max(error.raw_line, 1), error.raw_column + 1), _reason(error))
    except UnicodeDecodeError as error:
        return Unparsable(Location(file, 1, 1), f"not text: {error.reason}")
    except Exception as error:  # noqa: BLE001 # libcst raises plain exceptions for odd encodings and tokens
        return Unparsable(Location(file, 1, 1), f"not readable as Python: {str(error).splitlines()[0][:80]}")

    def walk(positions: Positions) -> s.Module:
        converter = Converter(positions)
        body: list[s.Stmt] = []
        for node in module.body:
            statement(converter, node, body)
        positions.finish()
        return s.Module(tuple(body), pragmas(source))

    if tree is not None:
        try:
            return walk(OrderedPositions(tree))
        except PositionMismatch:
            pass
    from libcst.metadata import MetadataWrapper, PositionProvider

    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    return walk(ProviderPositions(wrapper.resolve(PositionProvider)))


def _reason(error: object) -> str:
    text = str(getattr(error, "message", error)).splitlines()
    return "not valid Python" + (f": {text[0][:100].rstrip('.')}" if text and text[0] else "")


def pragmas(source: bytes) -> tuple[tuple[int, str, bool], ...]:
    """The `# iamgen: ...` comments of a file: line, text, and whether the comment is alone on its line."""
    if b"iamgen:" not in source:
        return ()
    found: list[tuple[int, str, bool]] = []
    # Where the syntax is newer than the running Python's tokenizer, what was found so far stands.
    with suppress(tokenize.TokenError, SyntaxError, ValueError):
        found.extend(
            (token.start[0], match.group(1), token.line.lstrip().startswith("#"))
            for token in tokenize.tokenize(io.BytesIO(source).readline)
            if token.type == tokenize.COMMENT and (match := _PRAGMA.match(token.string))
        )
    return tuple(found)
