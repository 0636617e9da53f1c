"""Regular expressions over known texts: `re.match(r"s3://([^/]+)/(.*)", URI).group(1)`.

Only small patterns of which the cost is bounded are tried: the analysed program chooses both sides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from re import _parser  # type: ignore[attr-defined]  # the tree of a pattern: there is no public way to it
from typing import Any, cast

from iamgen.analysis import limits
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.libraries.registry import CallModel, Library, ModelCall
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Value
from iamgen.analysis.values.heap import Map, Seq
from iamgen.analysis.values.joins import join
from iamgen.core.text import Text

_CHARACTERS = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN"})  # the steps that match one character

_WAYS: dict[str, Callable[[re.Pattern[str], str], re.Match[str] | None]] = {
    "match": lambda pattern, text: pattern.match(text),
    "search": lambda pattern, text: pattern.search(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
}


def _inlined(tree: Any) -> Iterator[tuple[str, Any]]:
    """The steps of a pattern in order, those of its groups among them."""
    for operator, argument in tree:
        if str(operator) == "SUBPATTERN":
            yield from _inlined(argument[3])
        else:
            yield str(operator), argument


def _excludes(step: tuple[str, Any], character: int) -> bool:
    """Whether a step of one character surely does not match this one."""
    operator, argument = step
    if operator == "LITERAL":
        return bool(argument != character)
    if operator == "NOT_LITERAL":
        return bool(argument == character)
    if operator != "IN":
        return False
    among = [(str(kind), value) for kind, value in argument]
    if among[0][0] == "NEGATE":
        return ("LITERAL", character) in among
    return not any(_holds(kind, value, chr(character)) for kind, value in among)


def _holds(kind: str, value: Any, character: str) -> bool:
    if kind == "LITERAL":
        return bool(value == ord(character))
    if kind == "RANGE":
        return bool(value[0] <= ord(character) <= value[1])
    digit, word = str(value) == "CATEGORY_DIGIT", str(value) == "CATEGORY_WORD"
    return not (digit or word) or character.isdigit() or (word and (character.isalnum() or character == "_"))


def _choices(tree: Any) -> int:
    """How many steps of a pattern may be tried in several ways; none where `[^/]+` ends at the next `/`."""
    steps = list(_inlined(tree))
    count = 0
    for index, (operator, argument) in enumerate(steps):
        if operator in ("MAX_REPEAT", "MIN_REPEAT"):
            body = list(_inlined(argument[2]))
            kind, character = steps[index + 1] if index + 1 < len(steps) else ("", None)
            ends = kind == "LITERAL" and _excludes(body[0], int(character or 0))
            if len(body) != 1 or body[0][0] not in _CHARACTERS:
                return limits.PATTERN_CHOICES + 1  # repetitions within repetitions may take for ever
            count += not ends
        elif operator == "BRANCH":
            count += 1 + sum(_choices(part) for part in argument[1])
        elif operator not in _CHARACTERS and operator != "AT":
            return limits.PATTERN_CHOICES + 1  # assertions, back references, ...: not tried
    return count


def _pattern(value: Value | None) -> re.Pattern[str] | None:
    """A known pattern that is cheap on any short text: few repetitions, none within another."""
    if value is None or len(value) != 1 or not isinstance(value[0], Text):
        return None
    literal = value[0].literal
    if literal is None or len(literal) > limits.PATTERN_TEXT:
        return None
    try:
        return re.compile(literal) if _choices(_parser.parse(literal)) <= limits.PATTERN_CHOICES else None
    except (re.error, RecursionError, OverflowError):
        return None


def _short(value: Value | None) -> list[str] | None:
    """The texts that a value may be, None when one is not known."""
    found: list[str] = []
    for atom in present(value or NOTHING):
        if not isinstance(atom, Text) or atom.literal is None or len(atom.literal) > limits.PATTERN_TEXT:
            return None
        found.append(atom.literal)
    return found if 0 < len(found) <= limits.PATTERN_TRIES else None


def _matched(pattern: re.Pattern[str] | None, value: Value | None, way: str) -> Value:
    texts = _short(value)
    if pattern is None or texts is None:
        return a.DATA
    result: Value = NOTHING
    for text in texts:
        found = _WAYS[way](pattern, text)
        made = a.Model("match", (found.group(), found.groups(), tuple(found.groupdict().items()))) if found else None
        result = join(result, (made,) if made is not None else a.NONE)
    return result


def _split(m: Machine, f: Frame, pattern: re.Pattern[str] | None, value: Value | None, at: int) -> Value:
    texts = _short(value)
    if pattern is None or texts is None or len(texts) != 1:
        return m.new_list(f, ("re.split", at), "list", Seq((), a.SOME_TEXT))
    parts = tuple(_text(part) for part in pattern.split(texts[0]))
    return m.new_list(f, ("re.split", at), "list", Seq(parts))


def _substituted(
    m: Machine, f: Frame, pattern: re.Pattern[str] | None, repl: Value | None, value: Value | None
) -> Value:
    if repl and not isinstance(repl[0], Text | a.Const):
        m.call_value(f, repl, a.unknown("a match"))
        return a.SOME_TEXT
    texts, by = _short(value), _short(repl)
    if pattern is None or texts is None or by is None or len(by) != 1:
        return a.SOME_TEXT
    result: Value = NOTHING
    for text in texts:
        try:
            result = join(result, a.text(pattern.sub(by[0], text)))
        except (re.error, IndexError):
            return a.SOME_TEXT
    return result


def _text(part: str | None) -> Value:
    return a.NONE if part is None else a.text(part)


# --- calls -----------------------------------------------------------------------------------------


def _plain(args: Arguments, count: int) -> bool:
    """Whether nothing but the pattern and texts is given: no flags, no counts."""
    named = {"pattern", "string", "repl"}
    return len(args.pos) <= count and not args.more and args.rest is None and set(args.kw) <= named


def _function(way: str) -> CallModel:
    def call(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        pattern = _pattern(args.get(0, "pattern")) if _plain(args, 2) else None
        return _matched(pattern, args.get(1, "string"), way)

    return call


def _method(way: str) -> ModelCall:
    def call(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
        return _matched(_pattern(_made_of(atom)) if _plain(args, 1) else None, args.get(0, "string"), way)

    return call


def _compile(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    given = args.get(0, "pattern")
    known = given is not None and _pattern(given) is not None and _plain(args, 1)
    return (a.Model("pattern", (given[0],)),) if known and given is not None else a.DATA


def _split_function(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return _split(m, f, _pattern(args.get(0, "pattern")) if _plain(args, 2) else None, args.get(1, "string"), at)


def _split_method(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return _split(m, f, _pattern(_made_of(atom)) if _plain(args, 1) else None, args.get(0, "string"), at)


def _sub_function(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    pattern = _pattern(args.get(0, "pattern")) if _plain(args, 3) else None
    return _substituted(m, f, pattern, args.get(1, "repl"), args.get(2, "string"))


def _sub_method(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    pattern = _pattern(_made_of(atom)) if _plain(args, 2) else None
    return _substituted(m, f, pattern, args.get(0, "repl"), args.get(1, "string"))


def _made_of(atom: a.Model) -> Value:
    return atom.data


def _some(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return m.new_list(f, ("re", at), "list", Seq((), a.DATA))


# --- what matched ----------------------------------------------------------------------------------


def _held(atom: a.Model) -> tuple[str, tuple[str | None, ...], dict[str, str | None]]:
    whole, groups, names = cast("tuple[str, tuple[str | None, ...], tuple[tuple[str, str | None], ...]]", atom.data)
    return whole, groups, dict(names)


def _part(atom: a.Model, which: Value) -> Value:
    whole, groups, names = _held(atom)
    result: Value = NOTHING
    for one in which:
        if isinstance(one, a.Const) and isinstance(one.value, int) and 0 <= one.value <= len(groups):
            result = join(result, _text(groups[one.value - 1] if one.value else whole))
        elif isinstance(one, Text) and one.literal in names:
            result = join(result, _text(names[one.literal]))
        else:
            return a.SOME_TEXT
    return result


def _group(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    if not args.pos:
        return a.text(_held(atom)[0])
    if len(args.pos) == 1:
        return _part(atom, args.pos[0])
    return m.new_list(f, ("re.group", at), "tuple", Seq(tuple(_part(atom, which) for which in args.pos)))


def _groups(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return m.new_list(f, ("re.groups", at), "tuple", Seq(tuple(_text(part) for part in _held(atom)[1])))


def _group_dict(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return m.new_dict(f, ("re.groupdict", at), Map({name: _text(part) for name, part in _held(atom)[2].items()}))


LIBRARY = Library(
    calls={
        **{f"re.{way}": _function(way) for way in _WAYS},
        "re.compile": _compile,
        "re.split": _split_function,
        "re.sub": _sub_function,
    },
    models={
        **{f"pattern.{way}": _method(way) for way in _WAYS},
        "pattern.split": _split_method,
        "pattern.sub": _sub_method,
        "pattern.findall": _some,
        "pattern.finditer": _some,
        "match.group": _group,
        "match.__getitem__": _group,
        "match.groups": _groups,
        "match.groupdict": _group_dict,
    },
)
