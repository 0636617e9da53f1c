"""Calls told again: a call that finds all that it read as it was does what it did before.

Loops run their bodies several times, helpers are called from them with the same arguments, and a
handler's `try` bodies are walked twice. Where a call made nothing that outlives it, the second of two
such calls is the first one's writes, requests, gaps and result, without executing a line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from iamgen.analysis import limits
from iamgen.analysis.interpreter.frames import Arguments, Diverges, Frame
from iamgen.analysis.interpreter.machine import Machine
from iamgen.analysis.interpreter.recordings import Copies, Recording, copied, lasts, on_the_way
from iamgen.analysis.interpreter.state import EVERY, INHERITING, Cell
from iamgen.analysis.program import syntax as s
from iamgen.analysis.usage import Step
from iamgen.analysis.values.atoms import NOTHING, Function, Value
from iamgen.analysis.values.heap import EMPTY_SEQ, MADE, HeapObject, Seq
from iamgen.analysis.values.joins import join_cell
from iamgen.core.location import Location


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
        number = hash(key)
        if number not in self.called:
            self.called.add(number)
            return run()
        place = (id(function.code), at)
        for recording in self.recordings.get(key, ()):
            if self._holds(recording):
                self.vain[place] = max(0, self.vain.get(place, 0) - 1)
                return self._tell(f, recording, function, at)
        if self.journal.open >= limits.RECORDINGS_OPEN or self.vain.get(place, 0) >= limits.VAIN_RECORDINGS:
            return run()
        self.vain[place] = self.vain.get(place, 0) + 1
        return self._record(key, run)

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
            len(self.running),
            len(self.making),
        )

    def _escapes(self) -> tuple[int, int]:
        """What has left into code that is not read: of each such object made again it would be more."""
        return len(self.escaped), len(self.escaped_objects)

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
        self.steps += (len(recording.found) + len(recording.effects) + len(recording.undone)) >> 2
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
                for held in (content,) if between is None else (between, content):
                    trail.write(copy, name, copied(held, copies) if (obj, name) in recording.linked else held)
            copy.shared = copy.shared or shared
        for cell, between, content in recording.effects:
            now = cell[0].cells.get(cell[1]) if cell in recording.weak else None
            for held in (content,) if between is None else (between, content):
                told = copied(held, copies) if cell in recording.linked else held
                trail.put(cell, told if now is None else join_cell(now, told))
        if trail.watches:
            trail.take_back(
                {
                    (copies.get(id(obj), obj), name): copied(content, copies) if leads else content
                    for (obj, name), content, leads in recording.undone
                }
            )
        if self.stack:
            self.edges[(self.stack[-1].step, self.step_of(function, at))] = None
        here = self.path()
        for call, path in recording.calls:
            self.keep_call(call, (*here, *path))
        for key, gap, path in recording.gaps:
            self.keep_gap(key, replace(gap, path=(*here, *path)))
        for value in recording.raised:
            self.throw(copied(value, copies) if recording.leads else value)
        if recording.ends is not None:
            raise recording.ends
        if recording.leads:
            return copied(recording.result, copies), copied(recording.yields, copies)
        return recording.result, recording.yields

    def _record(self, key: tuple[Any, ...], run: Callable[[], tuple[Value, Seq]]) -> tuple[Value, Seq]:
        trail, journal = self.trail, self.journal
        mark, made, depth = trail.mark(), HeapObject.count, len(self.stack)
        world, escapes, base = self._world(), self._escapes(), len(self.path())
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
            if finished and alone and world == self._world() and escapes == self._escapes():
                recording = self._recording(
                    mark, made, base, starts, (reads, written, stores), watch, (result, yields, ends)
                )
            else:
                recording = None
            if recording is not None:
                self.recordings.setdefault(key, []).insert(0, recording)
                del self.recordings[key][limits.RECORDINGS :]
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
        reads, written, stores = (frozenset(c for c in some if lasts(c[0], made)) for some in cells)
        if len(reads) + len(stores) > limits.RECORDED_CELLS:
            return None
        calls, gaps = journal.calls[starts[0] :], journal.gaps[starts[1] :]
        raised, placed = journal.raised[starts[2] :], journal.placed[starts[3] :]
        self.steps += (len(trail.log) - mark + len(reads) + len(stores) + len(watch)) >> 2
        before = trail.touched(mark)
        between = trail.values_since(mark)
        effects = []
        for cell, old in before.items():
            obj, name = cell
            if not lasts(obj, made):
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
        leaving.extend(content for cell, content in watch.items() if lasts(cell[0], made))
        copies = Copies(made, set(map(id, placed)), inner)
        if not copies.collect(leaving):
            return None
        found: list[tuple[Cell, Any]] = []
        there = {(obj, MADE) for obj, _ in stores if obj.kind in INHERITING}
        weak = frozenset(cell for cell in stores - reads if cell[0].shared)
        for cell in (reads | stores | there) - weak:
            obj, name = cell
            if name == EVERY:
                had = {key for key in obj.cells if before.get((obj, key), True) is not None}
                gone = {key for (other, key), old in before.items() if other is obj and old is not None}
                found.append((cell, had | gone))
            else:
                found.append((cell, before[cell] if cell in before else obj.cells.get(name)))
        linked = {cell for cell, way, content in effects if copies.lead((way, content))}
        remade = [(obj, obj.shared, on_the_way(obj, between)) for obj in copies.found.values()]
        linked |= {(obj, name) for obj, _, held in remade for name, way, content in held if copies.lead((way, content))}
        return Recording(
            tuple(found),
            tuple({obj: None for obj, _ in stores if not obj.shared}),
            reads,
            written,
            stores,
            tuple(effects),
            weak,
            frozenset(linked),
            tuple((call, path[base:]) for call, path in calls),
            tuple((key, gap, gap.path[base:]) for key, gap in gaps),
            tuple(raised),
            self._world(),
            result,
            yields,
            ends,
            tuple(remade),
            tuple(
                (cell, content, copies.lead((content,)))
                for cell, content in watch.items()
                if lasts(cell[0], made) or id(cell[0]) in copies.found
            ),
            copies.lead((result, yields, *raised)),
        )


def _first(item: tuple[str, Value]) -> str:
    return item[0]
