"""Texts: what an atom is as a text, and the string operations that keep what is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from iamgen.analysis import limits
from iamgen.analysis.interpreter.frames import spoken
from iamgen.analysis.program import syntax as s
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import Atom, Const, Opaque, Value
from iamgen.analysis.values.heap import HeapObject
from iamgen.core.text import Hole, HoleKind, Text

if TYPE_CHECKING:
    from iamgen.analysis.interpreter.machine import Frame, Machine


def hole(reason: str) -> Text:
    """A text of which only a reason is known."""
    return Text((Hole(HoleKind.UNKNOWN, "", reason),))


def to_text(m: Machine, atom: Atom) -> Text:
    """`str(atom)`, with a hole for what is not known."""
    match atom:
        case Text():
            return atom
        case Const(value=value):
            if isinstance(value, bytes):
                return hole("bytes")
            return Text.of(str(value))
        case Opaque(hole=found):
            return Text((found,))
        case sdk.Response():
            return m.response_text(atom)
        case a.EnumMember() if m.has_method(atom.cls, "__str__") and m.current is not None:
            made = m.call_value(m.current, m.getattr(m.current, (atom,), "__str__", m.current.at))
            return made[0] if len(made) == 1 and isinstance(made[0], Text) else hole("a computed text")
        case a.EnumMember():
            return m.enum_text(atom)
        case HeapObject(kind="path"):
            return path_text(m, atom)
        case HeapObject(kind="instance") if m.has_method(atom, "__str__") and m.current is not None:
            made = m.call_method(m.current, atom, "__str__", (), m.current.at)
            return made[0] if len(made) == 1 and isinstance(made[0], Text) else hole("a computed text")
        case HeapObject(kind="instance"):
            wrapped = m.trail.read(atom, "\0text")
            if wrapped and isinstance(wrapped[0], Text):
                return wrapped[0]
            return hole("an object's text")
        case _:
            return hole("an object's text")


def path_text(m: Machine, obj: HeapObject) -> Text:
    """The text of a pathlib path."""
    value = m.trail.read(obj, "\0text")
    return value[0] if value and isinstance(value[0], Text) else hole("a path")


def capped(text: Text) -> Text:
    """A text of a bounded number of parts."""
    if len(text.parts) <= limits.TEXT_PARTS:
        return text
    return Text.of(*text.parts[: limits.TEXT_PARTS], Hole(HoleKind.UNKNOWN, "", "a long text"))


def add(left: Text, right: Text) -> Text:
    """Concatenation; a text that grows past the cap ends in a hole."""
    if _length(left) + _length(right) > limits.TEXT_CHARACTERS:
        return hole("a very long text")
    return capped(Text.of(left, right))


def repeated(text: Text, times: int) -> Text:
    """`text * times`."""
    return hole("a very long text") if _length(text) * times > limits.TEXT_CHARACTERS else Text.of(*([text] * times))


def _length(text: Text) -> int:
    return sum(len(part) for part in text.parts if isinstance(part, str))


def format_value(m: Machine, f: Frame, atom: Atom, conversion: str, spec: tuple[str | s.Field, ...]) -> Text:
    """A field of an f-string or of `str.format`."""
    if spec:
        literal = spec[0] if len(spec) == 1 and isinstance(spec[0], str) else None
        if literal is None or not _SPEC.fullmatch(literal) or not isinstance(atom, Const | Text):
            if literal == "s":
                return to_text(m, atom)
            return hole("a formatted value") if not isinstance(atom, Opaque) else Text((atom.hole,))
        raw = atom.literal if isinstance(atom, Text) else atom.value
        if raw is None:
            return to_text(m, atom) if isinstance(atom, Text) else Text.of("None")
        try:
            return Text.of(format(raw, literal))
        except (ValueError, TypeError):
            return hole("a formatted value")
    if conversion in ("r", "a") and isinstance(atom, Text):
        return Text.of("'", atom, "'")
    return to_text(m, atom)


_SPEC = re.compile(r"[ ._-]?[<>^]?[+ -]?0?\d{0,2}[,_]?(?:\.\d{1,2})?[sdxXofeg%]?")  # short enough to run
_FORMAT = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(![rsa])?(:[^{}]*)?\}")
_PERCENT = re.compile(r"%(?:\(([^)]*)\))?[-+ #0]*\d*(?:\.\d+)?([sdrifxXeEgGc%])")


def str_format(m: Machine, f: Frame, template: Text, args: Any) -> Value:
    """`template.format(...)`: fields by position, by name, with attributes or items."""
    out: list[str | Hole | Text] = []
    automatic = 0
    for part in template.parts:
        if isinstance(part, Hole):
            out.append(part)
            continue
        position = 0
        for match in _FORMAT.finditer(part):
            out.append(part[position : match.start()])
            position = match.end()
            if match.group() in ("{{", "}}"):
                out.append(match.group()[0])
                continue
            field = match.group(1)
            head = re.split(r"[.\[]", field, maxsplit=1)[0]
            if head == "":
                index, automatic = automatic, automatic + 1
                value = args.get(index, "\0")
            elif head.isdigit():
                value = args.get(int(head), "\0")
            else:
                value = args.get(-1, head)
                if value is None and args.rest is not None:
                    value = args.rest.entries.get(head)
            value = _follow(m, f, value, field[len(head) :])
            value = spoken(value) if value else value
            if value is None or len(value) != 1:
                out.append(hole("a formatted value"))
            else:
                spec = (match.group(3) or ":")[1:]
                out.append(format_value(m, f, value[0], (match.group(2) or " ")[1:], (spec,) if spec else ()))
        out.append(part[position:])
    return (capped(Text.of(*out)),)


def _follow(m: Machine, f: Frame, value: Value | None, path: str) -> Value | None:
    for name in re.findall(r"\.(\w+)|\[([^\]]+)\]", path):
        if value is None:
            return None
        if name[0]:
            value = m.getattr(f, value, name[0], f.at)
        else:
            index: Value = a.constant(int(name[1])) if name[1].isdigit() else a.text(name[1])
            value = m.getitem(f, value, index, f.at)
    return value


def percent(m: Machine, f: Frame, template: Text, right: Atom) -> Value:
    """`template % right`."""
    items: list[Value] = []
    mapping = None
    if isinstance(right, HeapObject) and right.kind == "tuple":
        items = list(m.seq(right).items)
    elif isinstance(right, HeapObject) and right.kind == "dict":
        mapping = m.map(right)
    else:
        items = [(right,)]
    out: list[str | Hole | Text] = []
    index = 0
    for part in template.parts:
        if isinstance(part, Hole):
            out.append(part)
            continue
        position = 0
        for match in _PERCENT.finditer(part):
            out.append(part[position : match.start()])
            position = match.end()
            if match.group(2) == "%":
                out.append("%")
                continue
            if match.group(1) is not None:
                value = mapping.entries.get(match.group(1)) if mapping is not None else None
            else:
                value = items[index] if index < len(items) else None
                index += 1
            value = spoken(value) if value else value
            if value is None or len(value) != 1:
                out.append(hole("a formatted value"))
            else:
                out.append(to_text(m, value[0]))
        out.append(part[position:])
    return (capped(Text.of(*out)),)


def strip(text: Text, characters: str | None, *, left: bool, right: bool) -> Text:
    """Strip the known ends; a hole at an end is taken as it is."""
    parts = list(text.parts)
    if left:
        while parts and isinstance(parts[0], str):
            parts[0] = parts[0].lstrip(characters)
            if parts[0]:
                break
            parts.pop(0)
    if right:
        while parts and isinstance(parts[-1], str):
            parts[-1] = parts[-1].rstrip(characters)
            if parts[-1]:
                break
            parts.pop()
    return Text.of(*parts)


def split(text: Text, separator: str, most: int = -1, *, from_right: bool = False) -> list[Text] | None:
    """The pieces of a text, None when a hole may hold the separator and so the number is not known.

    A hole is taken to hold no `/` and no `:` next to known parts of an ARN or URL only where it is
    a region, an account or a single name; everything else makes the number of pieces unknown.
    """
    pieces: list[list[str | Hole]] = [[]]
    if from_right and most >= 0:
        found = split(text, separator)
        if found is None:
            return None
        while len(found) > most + 1:
            found[0:2] = [Text.of(found[0], separator, found[1])]
        return found
    count = 0
    for part in text.parts:
        if isinstance(part, Hole):
            if not simple(part) and (most < 0 or count < most):
                return None
            pieces[-1].append(part)
            continue
        rest = part
        while separator in rest and (most < 0 or count < most):
            head, _, rest = rest.partition(separator)
            pieces[-1].append(head)
            pieces.append([])
            count += 1
        pieces[-1].append(rest)
    return [Text.of(*piece) for piece in pieces]


def split_ends(text: Text, separator: str) -> tuple[list[Text], list[Text]]:
    """The pieces before the first hole that may hold the separator, and those after the last one."""
    heads: list[list[str | Hole]] = [[]]
    for part in text.parts:
        if isinstance(part, Hole):
            if not simple(part):
                break
            heads[-1].append(part)
            continue
        first, *others = part.split(separator)
        heads[-1].append(first)
        heads.extend([one] for one in others)
    tails: list[list[str | Hole]] = [[]]
    for part in reversed(text.parts):
        if isinstance(part, Hole):
            if not simple(part):
                break
            tails[0].insert(0, part)
            continue
        *others, last = part.split(separator)
        tails[0].insert(0, last)
        tails[:0] = [[one] for one in others]
    # The piece that such a hole is in or beside is not whole.
    return [Text.of(*one) for one in heads[:-1]], [Text.of(*one) for one in tails[1:]]


def simple(part: Hole) -> bool:
    """Whether a hole is a single name without separators: a region, an account, a resource's name."""
    return part.kind is HoleKind.SYMBOL and (part.name.startswith("AWS::") or not part.name.endswith("Arn"))


def prefix_until(text: Text, separator: str) -> Text | None:
    """What stands before the first separator, when that is known."""
    out: list[str | Hole] = []
    for part in text.parts:
        if isinstance(part, str):
            head, found, _ = part.partition(separator)
            out.append(head)
            if found:
                return Text.of(*out)
        elif simple(part):
            out.append(part)
        else:
            return None
    return None


def suffix_after(text: Text, separator: str) -> Text | None:
    """What stands after the last separator, when that is known."""
    out: list[str | Hole] = []
    for part in reversed(text.parts):
        if isinstance(part, str):
            _, found, tail = part.rpartition(separator)
            out.append(tail)
            if found:
                return Text.of(*reversed(out))
        elif simple(part):
            out.append(part)
        else:
            return None
    return None
