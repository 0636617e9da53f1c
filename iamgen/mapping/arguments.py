"""Reading a request's arguments: what a parameter path holds, and whether it is given at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from iamgen.analysis.usage import Argument, Choice, Entry, ListOf, Literal, MappingOf, Unknown
from iamgen.catalog.triggers import ITEMS, KEYS, VALUES, parse_path
from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.limits import MAX_ALTERNATIVES, MAX_ITEMS
from iamgen.mapping.place import OPEN


class Presence(IntEnum):
    """Whether a request carries a parameter, from the surest no to the surest yes."""

    ABSENT = 0
    UNTOLD = 1  # the arguments are open (`**options`): nothing says that it is given
    MAYBE = 2  # given on some paths
    GIVEN = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What a path holds: the alternatives, in order, and how surely there is one."""

    values: tuple[Argument, ...] = ()
    presence: Presence = Presence.ABSENT


def find(argument: Argument, path: str | tuple[str, ...]) -> Found:
    """What the path holds in this argument."""
    todo = parse_path(path).parts if isinstance(path, str) else path
    values: list[Argument] = []
    presence = _walk(argument, todo, values)
    if len(values) > MAX_ITEMS:
        values = [*values[: MAX_ITEMS - 1], Unknown("there are more than are looked at")]
    return Found(tuple(values), presence)


def _walk(argument: Argument, todo: tuple[str, ...], out: list[Argument]) -> Presence:
    """Collects the values at the end of the path and says how surely one is there."""
    match argument:
        case Choice(alternatives):
            return _either([_walk(one, todo, out) for one in alternatives])
        case Literal(None):
            return Presence.ABSENT
        case Text() if todo and any(isinstance(part, str) for part in argument.parts):
            return Presence.ABSENT  # a text has no members: `CopySource="bucket/key"` names no VersionId
        case Unknown() | Text() if todo:
            return _untold(out)
    if not todo:
        out.append(argument)
        return Presence.GIVEN
    step, rest = todo[0], todo[1:]
    match argument:
        case ListOf(items, is_open) if step == ITEMS:
            # A list of unknown length holds more of what it is known to hold; only an empty one tells nothing.
            more = len(items) > MAX_ITEMS or (is_open and not items)
            return _some([_walk(item, rest, out) for item in items[:MAX_ITEMS]], more, out)
        case MappingOf(entries, is_open) if step in (VALUES, KEYS):
            inner = [
                min(_certainty(entry), _walk(entry.key if step == KEYS else entry.value, rest, out))
                for entry in entries[:MAX_ITEMS]
            ]
            return _some(inner, is_open or len(entries) > MAX_ITEMS, out)
        case MappingOf(entries, is_open):
            return _member(entries, is_open, step, rest, out)
    return Presence.ABSENT


def _member(
    entries: tuple[Entry, ...], is_open: bool, name: str, rest: tuple[str, ...], out: list[Argument]
) -> Presence:
    found = [entry for entry in entries if entry.key.literal == name]
    if found:
        return _either([min(_certainty(entry), _walk(entry.value, rest, out)) for entry in found])
    # A key that is not known may be this one.
    may_be = is_open or any(entry.key.literal is None for entry in entries)
    return _untold(out) if may_be else Presence.ABSENT


def _untold(out: list[Argument]) -> Presence:
    out.append(Unknown("the arguments are not all known"))
    return Presence.UNTOLD


def _certainty(entry: Entry) -> Presence:
    return Presence.MAYBE if entry.maybe else Presence.GIVEN


def _either(found: list[Presence]) -> Presence:
    """Of alternatives: sure only when all agree."""
    low, high = min(found), max(found)
    if low is high:
        return high
    return min(Presence.MAYBE, high)


def _some(found: list[Presence], is_open: bool, out: list[Argument]) -> Presence:
    """Of the members of a collection: one is enough; there may be others when it is open."""
    return max((_untold(out) if is_open else Presence.ABSENT, *found))


def texts_of(value: Argument) -> tuple[Text, ...]:
    """The value as text: numbers as they are written, anything that is no text open."""
    match value:
        case Text():
            return (value,)
        case Literal(None):
            return ()
        case Literal(number) if isinstance(number, (int, float)) and not isinstance(number, bool):
            return (Text.of(str(number)),)
        case Choice(alternatives):
            return tuple(text for one in alternatives for text in texts_of(one))
        case Unknown(reason):
            return (Text((Hole(HoleKind.UNKNOWN, reason=reason),)),)
        case _:
            return (OPEN,)


def distinct(texts: Iterable[Text]) -> tuple[Text, ...]:
    """The texts in order, each once."""
    return tuple(dict.fromkeys(texts))


def fill(text: Text, lookup: Callable[[Hole], tuple[Text, ...] | None]) -> tuple[Text, ...]:
    """The alternatives of a text when each hole has those that `lookup` knows; they multiply out."""
    found: tuple[Text, ...] = (Text(),)
    for part in text.parts:
        options: tuple[Text, ...] = (Text((part,)),)
        if isinstance(part, Hole) and (known := lookup(part)):
            options = known
        if len(found) * len(options) > MAX_ALTERNATIVES:
            options = (OPEN,)
        found = distinct(Text.of(one, option) for one in found for option in options)
    return found
