"""What one call found and did, and the objects that it made and gives: all that telling it again takes."""

from __future__ import annotations

from dataclasses import dataclass, field, is_dataclass
from typing import Any, Final

from iamgen.analysis import limits
from iamgen.analysis.interpreter.frames import Diverges
from iamgen.analysis.interpreter.state import DEAD, Cell
from iamgen.analysis.usage import ApiCall, Gap, Step
from iamgen.analysis.values.atoms import Const, External, Function, Opaque, Value
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.core.text import Text

_LEAVES: Final = (Text, Const, Opaque, External, str, int, float, bytes, type(None))
_DEPTH: Final = 8  # nested values that are searched for objects; deeper ones count as made in the call


@dataclass(slots=True)
class Journal:
    """What happens beside the heap while calls are recorded, in order."""

    open: int = 0  # recordings under way
    calls: list[tuple[ApiCall, tuple[Step, ...]]] = field(default_factory=list)
    gaps: list[tuple[tuple[Any, ...], Gap]] = field(default_factory=list)
    raised: list[Value] = field(default_factory=list)
    placed: list[HeapObject] = field(default_factory=list)  # objects that belong to a context

    def clear(self) -> None:
        """Nothing is being recorded any more."""
        for rows in (self.calls, self.gaps, self.raised, self.placed):
            rows.clear()


@dataclass(frozen=True, slots=True)
class Recording:
    """One call: what it found, and what it did."""

    found: tuple[tuple[Cell, Any], ...]  # every cell that it read, set or joined, as it was at the start
    single: tuple[HeapObject, ...]  # objects that it set cells of while each stood for one object
    reads: frozenset[Cell]
    written: frozenset[Cell]
    stores: frozenset[Cell]
    effects: tuple[tuple[Cell, Any, Any], ...]  # cell, what it held on the way (None: nothing else), what it holds
    weak: frozenset[Cell]  # those of objects that stand for several, unread: what is set joins what is there
    linked: frozenset[Cell]  # those, and of what it made, whose contents lead to what it made
    calls: tuple[tuple[ApiCall, tuple[Step, ...]], ...]  # with the path from the call on
    gaps: tuple[tuple[tuple[Any, ...], Gap, tuple[Step, ...]], ...]
    raised: tuple[Value, ...]
    world: tuple[int, ...]
    result: Value
    yields: Seq
    ends: type[Diverges] | None = None  # how it stopped, where it gave no result
    made: tuple[tuple[HeapObject, bool, tuple[tuple[str, Any, Any], ...]], ...] = ()  # what it made that outlives it,
    # whether each stands for several, and its cells as in `effects`
    undone: tuple[tuple[Cell, Any, bool], ...] = ()  # what cells held on paths that were taken back, since a handler
    # may see it, and whether that leads to what it made
    leads: bool = False  # whether its result or exceptions lead to what it made


def on_the_way(obj: HeapObject, between: dict[Cell, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """An object's cells: name, what it held before where a handler may see that, content."""
    ways = ((name, between.get((obj, name)), content) for name, content in obj.cells.items())
    return tuple((name, None if way == content else way, content) for name, way, content in ways)


def lasts(obj: HeapObject, made: int) -> bool:
    """Whether an object was there before the call began."""
    return obj.serial <= made and obj.kind != DEAD


class Copies:
    """The objects that a call made and that outlive it: told again, the call makes others like them."""

    def __init__(self, made: int, placed: set[int], inner: dict[int, list[Any]]) -> None:
        self.made = made
        self.placed = placed
        self.inner = inner  # what new objects, by identity, held on the way
        self.found: dict[int, HeapObject] = {}

    def collect(self, leaving: list[Any]) -> bool:
        """Whether all that these values lead to can be made again."""
        if not all(self._value(value, 0) for value in leaving):
            return False
        seen = 0
        while seen < len(self.found):
            held = list(self.found.values())[seen]
            seen += 1
            contents = [*held.cells.values(), *self.inner.get(id(held), ())]
            if seen > limits.RECORDED_OBJECTS or not all(self._value(value, 0) for value in contents):
                return False
        return True

    def lead(self, values: tuple[Any, ...]) -> bool:
        """Whether some of these values lead to an object that is made again."""
        if not self.found:
            return False
        inner = Copies(self.made, set(), {})
        return not all(inner._value(value, 0) for value in values) or bool(inner.found)

    def _value(self, value: Any, depth: int) -> bool:
        match value:
            case HeapObject():
                return self._object(value)
            case tuple():
                return all(self._value(item, depth) for item in value)
            case Seq(items=items, rest=rest):
                return self._value(items, depth) and self._value(rest, depth)
            case Map(entries=entries):
                if any(key.startswith(("\0object", "\0tuple")) for key in entries):
                    return False
                return all(self._value(part, depth) for part in (*entries.values(), value.rest, value.keys))
            case Function():
                held = (value.scope, value.module, value.owner)
                lasting = all(obj is None or (obj.serial <= self.made and id(obj) not in self.placed) for obj in held)
                return lasting and self._inside([default for _, default in value.defaults], depth)
        if isinstance(value, _LEAVES):
            return True
        return is_dataclass(value) and self._inside(
            [getattr(value, name) for name in value.__dataclass_fields__], depth
        )

    def _inside(self, parts: list[Any], depth: int) -> bool:
        return depth < _DEPTH and all(self._value(part, depth + 1) for part in parts)

    def _object(self, obj: HeapObject) -> bool:
        if obj.serial <= self.made:
            return id(obj) not in self.placed
        plain = obj.kind in ("list", "tuple", "set", "dict") and obj.data is None
        own = obj.kind == "instance" and isinstance(obj.data, HeapObject) and obj.data.serial <= self.made
        if plain or own:
            self.found[id(obj)] = obj
        return plain or own


def copied(value: Any, copies: dict[int, HeapObject]) -> Any:
    """A value in which the objects of the recorded call are those of the call that is told."""
    match value:
        case HeapObject():
            return copies.get(id(value), value)
        case tuple():
            return tuple([copied(item, copies) for item in value])
        case Seq():
            return Seq(copied(value.items, copies), copied(value.rest, copies))
        case Map():
            entries = {key: copied(held, copies) for key, held in value.entries.items()}
            return Map(entries, copied(value.rest, copies), copied(value.keys, copies), value.open)
    if isinstance(value, (*_LEAVES, Function, type)) or not is_dataclass(value):
        return value
    make: Any = type(value)
    return make(*(copied(getattr(value, name), copies) for name in make.__match_args__))
