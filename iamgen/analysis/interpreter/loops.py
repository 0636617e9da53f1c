"""Loops: known items one by one, anything else until the state is stable."""

from __future__ import annotations

from collections.abc import Callable

from iamgen.analysis import limits
from iamgen.analysis.interpreter.assignment import assign
from iamgen.analysis.interpreter.machine import Diverges, Frame, Machine
from iamgen.analysis.interpreter.state import Cell, Exit
from iamgen.analysis.program import syntax as s
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values.atoms import Opaque, Value
from iamgen.analysis.values.heap import MADE, HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all, widened
from iamgen.core.text import Hole, HoleKind, Text


class Loops(Machine):
    """Loops of statements and comprehensions."""

    def for_loop(self, f: Frame, node: s.For, source: Value) -> bool:
        content = self.iterate(f, source, f.at)
        if not content.rest and len(content.items) <= limits.UNROLL:
            return self._unrolled(f, node, content)
        element = join_all([*content.items, content.rest])

        def once() -> bool:
            assign(self, f, node.target, element)
            return self.block(f, node.body)

        return self.loop(
            f,
            node,
            once,
            at_least_once=bool(content.items),
            endless=False,
            after=lambda: self.block(f, node.orelse),
        )

    def _unrolled(self, f: Frame, node: s.For, content: Seq) -> bool:
        trail = self.trail
        mark = trail.mark()
        breaks: list[Exit] = []
        falls = True
        conditional = False
        saved = f.context
        try:
            for number, item in enumerate(content.items):
                if not item:
                    continue
                f.context = self.context(saved, id(node), number)
                start = trail.mark()
                continues: list[Exit] = []
                f.loops.append((mark, breaks, continues, start))
                jumped = len(breaks)
                try:
                    assign(self, f, node.target, item)
                    falls = self.block(f, node.body)
                except Diverges:
                    falls = False
                finally:
                    f.loops.pop()
                if continues:
                    trail.land(continues, start, falls=falls)
                    falls = True
                if not falls:
                    break
                if len(breaks) > jumped and not conditional:
                    conditional = True
                    f.branches += 1  # what follows happens on some paths only
        finally:
            f.context = saved
            if conditional:
                f.branches -= 1
        extra = bool(breaks)
        if falls and node.orelse:
            falls = self.block(f, node.orelse)
        trail.land(breaks, mark, falls=falls)
        return falls or extra

    def loop(
        self,
        f: Frame,
        site: s.Node,
        once: Callable[[], bool],
        *,
        at_least_once: bool,
        endless: bool,
        after: Callable[[], bool],
    ) -> bool:
        trail = self.trail
        mark = trail.mark()
        breaks: list[Exit] = []
        saved = f.context
        reads: set[Cell] = set()
        finished = not endless
        f.branches += 1
        try:
            for number in range(1, limits.ROUNDS + 1):
                f.context = self.context(saved, id(site), min(number, 2))
                start = trail.mark()
                made = HeapObject.count
                continues: list[Exit] = []
                f.loops.append((mark, breaks, continues, start))
                with self.tracked() as seen:
                    try:
                        falls = once()
                    except Diverges:
                        falls = False
                    if continues:
                        trail.land(continues, start, falls=falls)
                        falls = True
                f.loops.pop()
                reads |= seen
                end = trail.undo(start)
                if not falls:
                    break
                base = not (at_least_once and number == 1)
                before = {cell: cell[0].cells.get(cell[1]) for cell in end}
                trail.merge([end], base=base)
                changed = {cell for cell, old in before.items() if cell[0].cells.get(cell[1]) != old}
                if number >= limits.ROUNDS - 2:
                    self._widen(changed, before, last=number == limits.ROUNDS)
                    changed = {cell for cell, old in before.items() if cell[0].cells.get(cell[1]) != old}
                # What this round made itself is reached only through cells that were there, which then changed.
                if not any(cell[0].serial <= made for cell in changed & reads):
                    break
            else:
                self.gap(
                    GapKind.LIMIT,
                    self.where(f),
                    f"the loop's state was still changing after {limits.ROUNDS} rounds",
                )
        finally:
            f.context = saved
            f.branches -= 1
        falls = finished and after()
        trail.land(breaks, mark, falls=falls)
        return falls or bool(breaks)

    def _widen(self, changed: set[Cell], before: dict[Cell, object], *, last: bool) -> None:
        """Make cells that keep changing stop: growing texts become what they have in common."""
        for cell in changed:
            content = cell[0].cells.get(cell[1])
            old = before.get(cell)
            if isinstance(content, tuple):
                self.trail.put(cell, _widen_value(content, old if isinstance(old, tuple) else ()))
            elif isinstance(content, Seq):
                self.trail.put(cell, Seq((), join_all([*content.items, content.rest])))
            elif isinstance(content, Map) and last:
                values = join_all(list(content.entries.values()))
                self.trail.put(cell, Map({}, join(content.rest, values), content.keys, open=True))

    def each(
        self, f: Frame, target: s.Expr, source: Value, site: s.Node, body: Callable[[bool], None], certain: bool
    ) -> None:
        content = self.iterate(f, source, f.at)
        if not content.rest and len(content.items) <= limits.UNROLL:
            saved = f.context
            try:
                for number, item in enumerate(content.items):
                    if item:
                        f.context = self.context(saved, id(site), number)
                        assign(self, f, target, item)
                        body(certain)
            finally:
                f.context = saved
            return
        element = join_all([*content.items, content.rest])

        def once() -> bool:
            assign(self, f, target, element)
            body(False)
            return True

        mark = self.trail.mark()
        self.loop(f, site, once, at_least_once=False, endless=False, after=lambda: True)
        for obj, key, _ in self.trail.log[mark:]:
            if key == MADE:  # one for each element: what is set on it later is set on one of them
                obj.shared = True


def _widen_value(value: Value, old: Value) -> Value:
    texts = [atom for atom in value if isinstance(atom, Text)]
    if len(texts) > 1 and any(atom not in old for atom in texts):
        return (*(atom for atom in value if not isinstance(atom, Text)), widened(texts))
    numbers = [atom for atom in value if getattr(atom, "kind", "") == "int"]
    if len(numbers) > 1:
        kept = tuple(atom for atom in value if atom not in numbers)
        return (*kept, Opaque(Hole(HoleKind.UNKNOWN, "", "a number"), kind="int"))
    return value
