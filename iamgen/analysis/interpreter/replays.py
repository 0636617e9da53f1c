"""Calls told again: a call that finds all that it read as it was does what it did before.

Loops run their bodies several times, helpers are called from them with the same arguments, and a
handler's `try` bodies are walked twice. Where a call made nothing that outlives it, the second of two
such calls is the first one's writes, requests, gaps and result, without executing a line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, Final

from iamgen.analysis import limits
from iamgen.analysis.interpreter.frames import Arguments, Diverges, Frame
from iamgen.analysis.interpreter.machine import Machine
from iamgen.analysis.interpreter.state import DEAD, EVERY, INHERITING, Cell
from iamgen.analysis.program import syntax as s
from iamgen.analysis.usage import ApiCall, Gap, Step
from iamgen.analysis.values.atoms import NOTHING, Const, External, Function, Opaque, Value
from iamgen.analysis.values.heap import EMPTY_SEQ, MADE, HeapObject, Map, Seq
from iamgen.analysis.values.joins import join_cell
from iamgen.core.location import Location
from iamgen.core.text import Text

_LEAVES: Final = (Text, Const, Opaque, External, str, int, float, bytes, type(None))
_DEPTH: Final = 8  # nested values that are searched for objects; deeper ones count as made in the call


@dataclass(frozen=True, slots=True)
class Recording:
    """One call: what it found, and what it did."""

    found: tuple[tuple[Cell, Any], ...]  # every cell that it read, set or joined, as it was at the start
    single: tuple[HeapObject, ...]  # objects that it set cells of while each stood for one object
    reads: frozenset[Cell]
    written: frozenset[Cell]
    stores: frozenset[Cell]
    effects: tuple[tuple[Cell, Any, Any], ...]  # cell, what it held on the way (None: nothing else), what it holds
    linked: frozenset[Cell]  # those whose contents lead to what it made
    calls: tuple[tuple[ApiCall, tuple[Step, ...]], ...]  # with the path from the call on
    gaps: tuple[tuple[tuple[Any, ...], Gap, tuple[Step, ...]], ...]
    raised: tuple[Value, ...]
    world: tuple[int, ...]
    result: Value
    yields: Seq
    ends: type[Diverges] | None = None  # how it stopped, where it gave no result
    made: tuple[tuple[HeapObject, bool, tuple[tuple[str, Any, Any], ...]], ...] = ()  # what it made that outlives it,
    # whether each stands for several, and its cells as in `effects`
    undone: tuple[tuple[Cell, Any], ...] = ()  # what cells held on paths that were taken back: a handler may see it
    leads: bool = False  # whether its result or exceptions lead to what it made


class Replays(Machine):
    """Recording calls, and telling them again."""

    def replay_key(
        self, f: Frame, function: Function, args: Arguments, at: int, receiver: Value | None
    ) -> tuple[Any, ...] | None:
        """What a call must have in common with an earlier one; None where calls are never told again.

        A library's stand-in speaks of the lines of whoever calls it; what runs beside the rest waits
        for queues; keywords that are not known are not compared.
        """
        if args.rest is not None or self.starved is not None or function.module.data.stand_in:
            return None
        keywords = tuple(sorted(args.kw.items(), key=_first)) if args.kw else ()
        return (function, args.pos, keywords, args.more, at, id(f.module), receiver, not self.raised)

    def replayed(
        self,
        f: Frame,
        function: Function,
        key: tuple[Any, ...],
        at: int,
        run: Callable[[], tuple[Value, Seq]],
    ) -> tuple[Value, Seq]:
        """The call's result and what it yields: told again, recorded, or simply run. Raises `Diverges`."""
        known = self.recordings.get(key)
        if known is not None:
            for recording in known:
                if self._holds(recording):
                    return self._tell(f, recording, function, at)
        number = hash(key)
        if number not in self.called:
            self.called.add(number)
            return run()
        place = (id(function.code), at)
        if self.vain.get(place, 0) >= limits.VAIN_RECORDINGS:
            return run()
        return self._record(key, place, run)

    def step_of(self, function: Function, at: int) -> Step:
        """A function as a step of a call path."""
        line, column = s.unpack(function.code.at or at)
        return Step(
            function.qualname.replace(":", ".", 1),
            Location(self.program.file_of(function.module), max(line, 1), max(column, 1)),
        )

    def _world(self) -> tuple[int, ...]:
        """What calls see beside the heap's cells: all of it only grows."""
        return (
            len(self.modules),
            len(self.all_classes),
            sum(map(len, self.subclasses.values())),
            len(self.escaped),
            len(self.escaped_objects),
            len(self.running),
            len(self.making),
        )

    def _holds(self, recording: Recording) -> bool:
        if recording.world != self._world():
            return False
        for (obj, key), content in recording.found:
            now = set(obj.cells) if key == EVERY else obj.cells.get(key)
            if now is not content and now != content:
                return False
        return not any(obj.shared for obj in recording.single)

    def _tell(self, f: Frame, recording: Recording, function: Function, at: int) -> tuple[Value, Seq]:
        trail = self.trail
        self.steps += (len(recording.found) + len(recording.effects)) >> 3
        trail.reads.update(cell for cell in recording.reads if cell not in trail.written)
        trail.written.update(recording.written)
        if trail.stores is not None:
            trail.stores.update(recording.stores)
        copies: dict[int, HeapObject] = {}
        site = ("again", id(function.code), at)
        for number, (obj, _, _) in enumerate(recording.made):
            copies[id(obj)] = self.place(self.context(f.context, *site), (*site, number), obj.kind, obj.name, obj.data)
        for obj, shared, cells in recording.made:
            copy = copies[id(obj)]
            for name, between, content in cells:
                if between is not None:
                    trail.write(copy, name, _with(between, copies))
                trail.write(copy, name, _with(content, copies))
            copy.shared = copy.shared or shared
        for cell, between, content in recording.effects:
            linked = cell in recording.linked
            if between is not None:
                trail.put(cell, _with(between, copies) if linked else between)
            trail.put(cell, _with(content, copies) if linked else content)
        if trail.watches:
            undone = {(copies.get(id(c[0]), c[0]), c[1]): _with(content, copies) for c, content in recording.undone}
            trail.take_back(undone)
        if self.stack:
            self.edges[(self.stack[-1].step, self.step_of(function, at))] = None
        here = self.path()
        for call, path in recording.calls:
            self.keep_call(call, (*here, *path))
        for key, gap, path in recording.gaps:
            self.keep_gap(key, replace(gap, path=(*here, *path)))
        for value in recording.raised:
            self.throw(_with(value, copies) if recording.leads else value)
        if recording.ends is not None:
            raise recording.ends
        if recording.leads:
            return _with(recording.result, copies), _with(recording.yields, copies)
        return recording.result, recording.yields

    def _record(
        self, key: tuple[Any, ...], place: tuple[int, int], run: Callable[[], tuple[Value, Seq]]
    ) -> tuple[Value, Seq]:
        trail, journal = self.trail, self.journal
        mark, made, depth = trail.mark(), HeapObject.count, len(self.stack)
        world, base = self._world(), len(self.path())
        starts = len(journal.calls), len(journal.gaps), len(journal.raised), len(journal.placed)
        outer = trail.reads, trail.written, trail.stores
        trail.reads, trail.written, trail.stores = set(), set(), set()
        lowest, self.lowest = self.lowest, depth
        watch: dict[Cell, Any] = {}
        trail.watches.append(watch)
        journal.open += 1
        result, yields, ends = NOTHING, EMPTY_SEQ, None
        finished = False
        try:
            result, yields = run()
            finished = True
        except Diverges as stopped:
            ends = type(stopped)
            finished = True
            raise
        finally:
            trail.watches.pop()
            trail.take_back(watch)
            reads, written, stores = trail.reads, trail.written, trail.stores
            trail.reads, trail.written, trail.stores = outer
            trail.reads.update(cell for cell in reads if cell not in trail.written)
            trail.written |= written
            if trail.stores is not None:
                trail.stores |= stores
            alone = self.lowest >= depth
            self.lowest = min(lowest, self.lowest)
            if finished and alone and world == self._world():
                recording = self._recording(
                    mark, made, base, starts, (reads, written, stores), watch, (result, yields, ends)
                )
            else:
                recording = None
            if recording is not None:
                self.recordings.setdefault(key, []).insert(0, recording)
                del self.recordings[key][limits.RECORDINGS :]
            else:
                self.vain[place] = self.vain.get(place, 0) + 1
            journal.open -= 1
            if not journal.open:
                journal.clear()
        return result, yields

    def _recording(
        self,
        mark: int,
        made: int,
        base: int,
        starts: tuple[int, int, int, int],
        cells: tuple[set[Cell], set[Cell], set[Cell]],
        watch: dict[Cell, Any],
        outcome: tuple[Value, Seq, type[Diverges] | None],
    ) -> Recording | None:
        """The call as it can be told again; None when something that it made outlives it, or it is too long."""
        trail, journal = self.trail, self.journal
        reads, written, stores = (frozenset(c for c in some if _lasts(c[0], made)) for some in cells)
        if len(reads) + len(stores) > limits.RECORDED_CELLS:
            return None
        calls, gaps = journal.calls[starts[0] :], journal.gaps[starts[1] :]
        raised, placed = journal.raised[starts[2] :], journal.placed[starts[3] :]
        before = trail.touched(mark)
        between = trail.values_since(mark)
        effects = []
        for cell, old in before.items():
            obj, name = cell
            if not _lasts(obj, made):
                continue
            content = obj.cells.get(name)
            way = between[cell]
            effects.append((cell, None if way == join_cell(old, content) else way, content))
        result, yields, ends = outcome
        leaving = [result, yields, *raised, *(part for _, way, content in effects for part in (way, content))]
        inner: dict[int, list[Any]] = {}
        for cell, content in (*between.items(), *watch.items()):
            if cell[0].serial > made:
                inner.setdefault(id(cell[0]), []).append(content)
        leaving.extend(content for cell, content in watch.items() if _lasts(cell[0], made))
        copies = _Copies(made, set(map(id, placed)), inner)
        if not copies.collect(leaving):
            return None
        found: list[tuple[Cell, Any]] = []
        there = {(obj, MADE) for obj, _ in stores if obj.kind in INHERITING}
        for cell in reads | stores | there:
            obj, name = cell
            if name == EVERY:
                had = {key for key in obj.cells if before.get((obj, key), True) is not None}
                gone = {key for (other, key), old in before.items() if other is obj and old is not None}
                found.append((cell, had | gone))
            else:
                found.append((cell, before[cell] if cell in before else obj.cells.get(name)))
        return Recording(
            tuple(found),
            tuple({obj: None for obj, _ in stores if not obj.shared}),
            reads,
            written,
            stores,
            tuple(effects),
            frozenset(cell for cell, way, content in effects if copies.lead((way, content))),
            tuple((call, path[base:]) for call, path in calls),
            tuple((key, gap, gap.path[base:]) for key, gap in gaps),
            tuple(raised),
            self._world(),
            result,
            yields,
            ends,
            tuple((obj, obj.shared, _on_the_way(obj, between)) for obj in copies.found.values()),
            tuple((c, content) for c, content in watch.items() if _lasts(c[0], made) or id(c[0]) in copies.found),
            copies.lead((result, yields, *raised)),
        )


def _first(item: tuple[str, Value]) -> str:
    return item[0]


def _on_the_way(obj: HeapObject, between: dict[Cell, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """An object's cells: name, what it held before where a handler may see that, content."""
    ways = ((name, between.get((obj, name)), content) for name, content in obj.cells.items())
    return tuple((name, None if way == content else way, content) for name, way, content in ways)


def _lasts(obj: HeapObject, made: int) -> bool:
    """Whether an object was there before the call began."""
    return obj.serial <= made and obj.kind != DEAD


class _Copies:
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
        inner = _Copies(self.made, set(), {})
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


def _with(value: Any, copies: dict[int, HeapObject]) -> Any:
    """A value in which the objects of the recorded call are those of the call that is told."""
    match value:
        case HeapObject():
            return copies.get(id(value), value)
        case tuple():
            return tuple([_with(item, copies) for item in value])
        case Seq():
            return Seq(_with(value.items, copies), _with(value.rest, copies))
        case Map():
            entries = {key: _with(held, copies) for key, held in value.entries.items()}
            return Map(entries, _with(value.rest, copies), _with(value.keys, copies), value.open)
    if isinstance(value, (*_LEAVES, Function, type)) or not is_dataclass(value):
        return value
    told = {name: _with(getattr(value, name), copies) for name in value.__dataclass_fields__}
    make: Any = type(value)
    return make(**told)
