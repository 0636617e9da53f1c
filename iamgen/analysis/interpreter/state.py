"""The trail: writes to the heap, branches that are taken back and joined, and paths that leave early."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from iamgen.analysis.values.atoms import ABSENT
from iamgen.analysis.values.heap import MADE, HeapObject
from iamgen.analysis.values.joins import join_cell

Cell = tuple[HeapObject, str]
INHERITING: Final = frozenset({"instance", "class"})  # the kinds whose unset attributes are another object's
EVERY: Final = "\0every"  # as a cell that is read: which cells an object has
DEAD: Final = "dead"  # the kind of an object that nothing can reach any more


@dataclass(slots=True)
class Exit:
    """A path that left a block early: what it had changed against the state at trail position `mark`."""

    kind: str  # "return", "break", "continue"
    mark: int
    changes: dict[Cell, Any]
    at: int = 0  # the trail's length when the path left


def _beneath(cell: Cell, made: bool) -> Any:
    """What an unset cell holds: an attribute of an object that is there may be its class's on this path."""
    obj, key = cell
    return (ABSENT,) if made and obj.kind in INHERITING and not key.startswith("\0") else None


class Trail:
    """Every write since the run began, newest last, as (object, key, old content)."""

    __slots__ = ("log", "reads", "stores", "watches", "written")

    def __init__(self) -> None:
        self.log: list[tuple[HeapObject, str, Any]] = []
        self.reads: set[Cell] = set()  # cells read, in the window being tracked, before they were written in it
        self.written: set[Cell] = set()
        self.watches: list[dict[Cell, Any]] = []  # of each `try` that is being run: what was taken back within it
        self.stores: set[Cell] | None = None  # while a call is recorded: cells that are set or joined, on any path

    def read(self, obj: HeapObject, key: str) -> Any:
        """A cell's content, None when it is unset."""
        cell = (obj, key)
        if cell not in self.written:
            self.reads.add(cell)
        return obj.cells.get(key)

    def held(self, obj: HeapObject) -> dict[str, Any]:
        """All cells of an object, for reading: each counts as read, and which there are too."""
        self.reads.add((obj, EVERY))
        self.reads.update(cell for key in obj.cells if (cell := (obj, key)) not in self.written)
        return obj.cells

    def write(self, obj: HeapObject, key: str, content: Any) -> None:
        """Set a cell; None unsets it. A shared object's cell joins."""
        cells = obj.cells
        old = cells.get(key)
        if obj.shared:
            content = join_cell(old if old is not None else _beneath((obj, key), MADE in cells), content)
        self.written.add((obj, key))
        if self.stores is not None:
            self.stores.add((obj, key))
        if old is content:
            return
        self.log.append((obj, key, old))
        if content is None:
            cells.pop(key, None)
        else:
            cells[key] = content

    def forget(self, obj: HeapObject, mark: int) -> None:
        """Nothing can reach an object any more: what it holds need not be undone or joined."""
        obj.kind = DEAD
        log = self.log
        while len(log) > mark and log[-1][0] is obj:
            log.pop()

    def mark(self) -> int:
        return len(self.log)

    def touched(self, mark: int) -> dict[Cell, Any]:
        """The cells written since `mark`, with their content at `mark`."""
        before: dict[Cell, Any] = {}
        for obj, key, old in reversed(self.log[mark:]):
            if obj.kind != DEAD:
                before[(obj, key)] = old
        return before

    def undo(self, mark: int) -> dict[Cell, Any]:
        """Take back all writes since `mark`; the answer is what the cells had come to hold.

        A handler of a `try` around them may still see what they held on the way: a path that is taken back may
        have ended with the exception.
        """
        before = self.touched(mark)
        if before and self.watches:
            self.take_back(self.values_since(mark))
        after = {cell: cell[0].cells.get(cell[1]) for cell in before}
        for (obj, key), old in before.items():
            if old is None:
                obj.cells.pop(key, None)
            else:
                obj.cells[key] = old
        del self.log[mark:]
        return after

    def take_back(self, contents: dict[Cell, Any]) -> None:
        """Remember, for the innermost `try`, what cells held on a path that is taken back."""
        if self.watches:
            watch = self.watches[-1]
            for cell, content in contents.items():
                watch[cell] = join_cell(watch[cell], content) if cell in watch else content

    def put(self, cell: Cell, content: Any) -> None:
        """Write a cell without regard to sharing (the content is already a join)."""
        obj, key = cell
        old = obj.cells.get(key)
        if self.stores is not None:
            self.stores.add(cell)
        if old is content or (content is not None and old == content):
            return
        self.log.append((obj, key, old))
        if content is None:
            obj.cells.pop(key, None)
        else:
            obj.cells[key] = content

    def merge(self, paths: list[dict[Cell, Any]], base: bool) -> None:
        """Make the current state the join of these paths' changes (and of itself when `base`)."""
        cells: dict[Cell, None] = {}
        for path in paths:
            for cell in path:
                cells[cell] = None
        merged: dict[Cell, Any] = {}
        for cell in cells:
            obj, key = cell
            original = obj.cells.get(key)
            made = obj.cells.get(MADE)
            held = [path.get(cell, original) for path in paths]
            there = [path.get((obj, MADE), made) is not None for path in paths]
            if base:
                held.insert(0, original)
                there.insert(0, made is not None)
            content = None
            for value, is_there in zip(held, there, strict=True):
                if value is not None:
                    content = join_cell(content, value)
                elif any(other is not None for other in held):
                    content = join_cell(content, _beneath(cell, is_there))
            merged[cell] = content
        for cell, content in merged.items():
            self.put(cell, content)

    @contextmanager
    def watch(self) -> Iterator[dict[Cell, Any]]:
        """What is taken back in a window, as far as the cells' objects live on."""
        watch: dict[Cell, Any] = {}
        self.watches.append(watch)
        try:
            yield watch
        finally:
            self.watches.pop()

    def seen_since(self, mark: int, watch: dict[Cell, Any], last: frozenset[Cell] = frozenset()) -> dict[Cell, Any]:
        """Every content that a cell had since `mark`, on whatever path: what an exception handler may see."""
        seen = self.values_since(mark, last)
        for cell, content in watch.items():
            if cell[0].kind != DEAD:
                now = seen[cell] if cell in seen else cell[0].cells.get(cell[1])
                seen[cell] = join_cell(_beneath(cell, MADE in cell[0].cells) if now is None else now, content)
        return seen

    def values_since(self, mark: int, last: frozenset[Cell] = frozenset()) -> dict[Cell, Any]:
        """Every content that a cell had since `mark`, joined, on the path that is followed.

        What the cells of `last` hold by now came after everything that could raise, so a handler does not see it.
        """
        joined: dict[Cell, Any] = {}
        for obj, key, old in self.log[mark:]:
            if obj.kind == DEAD:
                continue
            cell = (obj, key)
            held = _beneath(cell, MADE in obj.cells and (obj, MADE) not in joined) if old is None else old
            joined[cell] = join_cell(joined[cell], held) if cell in joined else held
        return {
            cell: content if cell in last else join_cell(content, cell[0].cells.get(cell[1]))
            for cell, content in joined.items()
        }

    def leave(self, kind: str, mark: int) -> Exit:
        """The current state as an early exit, relative to `mark`."""
        changes = {cell: cell[0].cells.get(cell[1]) for cell in self.touched(mark)}
        return Exit(kind, mark, changes, len(self.log))

    def land(self, exits: list[Exit], mark: int, *, falls: bool) -> None:
        """Join early exits into the state at the end of the block that began at `mark`.

        `falls` tells whether the block's own end is reached too.
        """
        if not exits:
            return
        paths = [found.changes for found in exits]
        after = self.undo(mark)
        if falls:
            paths.append(after)
        self.merge(paths, base=False)
