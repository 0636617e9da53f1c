"""Joining values and cells, and widening those that keep growing."""

from __future__ import annotations

from typing import Any, Final

from iamgen.analysis import limits
from iamgen.analysis.values.atoms import ABSENT, NOTHING, SOME_INT, Atom, Const, Opaque, Value
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.sdk import Response
from iamgen.core.text import Hole, HoleKind, Text

TOO_MANY: Final = "too many alternatives"  # the reason of an unknown that stands for what was cut: a use of it is a gap

_MANY: Final = Opaque(Hole(HoleKind.UNKNOWN, "", "one of too many alternatives"))  # plain data that was cut


class Meter:
    """What joins of many alternatives cost, in steps, since it was last read; the machine counts them."""

    cost = 0


def _plain(atom: Atom) -> bool:
    """Whether an alternative is data of which little is known, and no AWS object."""
    if isinstance(atom, HeapObject):
        return atom.kind == "path"
    return isinstance(atom, Response) or (isinstance(atom, Opaque) and not atom.client)


def join(left: Value, right: Value) -> Value:
    """All alternatives of both; `left` itself when `right` adds none."""
    if left is right or not right:
        return left
    if not left:
        return right
    if len(left) == 1 and len(right) == 1:
        return left if left[0] == right[0] else left + right
    known = set(left)
    Meter.cost += len(left) >> 4
    return _joined(left, known, tuple(atom for atom in right if atom not in known))


def _joined(left: Value, known: set[Atom], extra: Value) -> Value:
    """`left` with alternatives that it has not; `known` holds those that it has."""
    if not extra:
        return left
    if _MANY in known or _MANY in extra:
        # more plain data says nothing new; so a value that was narrowed stays as it is
        extra = tuple(atom for atom in extra if atom == _MANY or not _plain(atom))
        if not extra:
            return left
    joined = left + extra
    if len(joined) <= limits.NUMBERS:
        return joined
    numbers = [atom for atom in joined if isinstance(atom, Const) and atom.kind in ("int", "float")]
    if len(numbers) > limits.NUMBERS:
        joined = tuple(dict.fromkeys((*(atom for atom in joined if atom not in numbers), *SOME_INT)))
    if len(joined) <= limits.ALTERNATIVES:
        return joined
    Meter.cost += len(joined) >> 3
    narrowed = narrow(joined)
    return left if narrowed == left else narrowed


def join_all(values: list[Value] | tuple[Value, ...]) -> Value:
    """The join of several values."""
    given = [value for value in values if value]
    if len(given) < 3:
        return join(given[0], given[1]) if len(given) == 2 else given[0] if given else NOTHING
    # One after the other, each would be compared with all before it.
    first, *others = given
    known = set(first)
    Meter.cost += (len(first) + len(given)) >> 4
    return _joined(first, known, tuple(dict.fromkeys(atom for value in others for atom in value if atom not in known)))


def narrow(value: Value) -> Value:
    """A value with too many alternatives.

    Texts become one with what they begin and end with in common, plain data becomes unknown.
    """
    texts = [atom for atom in value if isinstance(atom, Text)]
    others = tuple(atom for atom in value if not isinstance(atom, Text))
    if len(texts) > limits.ALTERNATIVES // 2:
        others = (*others, widened(texts))
    data = {atom for atom in others if _plain(atom)}
    if len(data) > limits.ALTERNATIVES // 2:
        others = (*(atom for atom in others if atom not in data), _MANY)
    if len(others) > limits.OBJECTS:
        others = (*others[: limits.OBJECTS], Opaque(Hole(HoleKind.UNKNOWN, "", TOO_MANY), client=True))
    return others


def widened(texts: list[Text]) -> Text:
    """One text that covers these: their common beginning and end around a hole."""
    first = texts[0].parts[0] if texts[0].parts else ""
    prefix = first if isinstance(first, str) else ""
    last = texts[0].parts[-1] if texts[0].parts else ""
    suffix = last if isinstance(last, str) else ""
    for item in texts[1:]:
        head = item.parts[0] if item.parts and isinstance(item.parts[0], str) else ""
        tail = item.parts[-1] if item.parts and isinstance(item.parts[-1], str) else ""
        while prefix and not head.startswith(prefix):
            prefix = prefix[:-1]
        while suffix and not tail.endswith(suffix):
            suffix = suffix[1:]
    if any(item.literal is not None and len(item.literal) < len(prefix) + len(suffix) for item in texts):
        suffix = ""
    return Text.of(prefix, Hole(HoleKind.UNKNOWN, "", "too many alternatives"), suffix)


def join_seq(left: Seq, right: Seq) -> Seq:
    """Lists of one length join item by item; others lose the positions."""
    if left is right:
        return left
    if len(left.items) == len(right.items):
        items = tuple(join(a, b) for a, b in zip(left.items, right.items, strict=True))
        rest = join(left.rest, right.rest)
        if rest is left.rest and all(one is other for one, other in zip(items, left.items, strict=True)):
            return left
        return Seq(items, rest)
    common = min(len(left.items), len(right.items))
    longer = left if len(left.items) > common else right
    items = tuple(join(a, b) for a, b in zip(left.items[:common], right.items[:common], strict=True))
    # positions past the shorter list may be missing, and what is at unknown places may be there
    rest = join(join(left.rest, right.rest), join_all(longer.items[common:]))
    return Seq(items, rest)


def join_map(left: Map, right: Map) -> Map:
    """Keys of one side only may be absent."""
    if left is right:
        return left
    entries: dict[str, Value] = {}
    same = True
    for key, value in left.entries.items():
        joined = join(value, right.entries.get(key, (ABSENT,)))
        same = same and joined is value
        entries[key] = joined
    for key, value in right.entries.items():
        if key not in left.entries:
            same = False
            entries[key] = join(value, (ABSENT,))
    rest, keys, is_open = join(left.rest, right.rest), join(left.keys, right.keys), left.open or right.open
    if same and rest is left.rest and keys is left.keys and is_open == left.open:
        return left
    return Map(entries, rest, keys, is_open)


def join_cell(left: Any, right: Any) -> Any:
    """The join of two contents of one cell; None is an unset cell."""
    if left is right or right is None:
        return left
    if left is None:
        return right
    if isinstance(left, Seq) and isinstance(right, Seq):
        return join_seq(left, right)
    if isinstance(left, Map) and isinstance(right, Map):
        return join_map(left, right)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return join(left, right)
    return right
