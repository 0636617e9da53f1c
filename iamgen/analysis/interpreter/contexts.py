"""Context managers: what `with` binds and runs."""

from __future__ import annotations

from collections.abc import Callable

from iamgen.analysis import limits
from iamgen.analysis.interpreter.keywords import catches
from iamgen.analysis.interpreter.machine import Arguments, Diverges, Frame, Machine
from iamgen.analysis.interpreter.operators import truth
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, Const, External, Opaque, Value
from iamgen.analysis.values.heap import HeapObject
from iamgen.analysis.values.joins import join, join_all
from iamgen.core.text import Text


class Contexts(Machine):
    """`with` and `async with`."""

    def enter(self, f: Frame, manager: Value, at: int) -> Value:
        result: Value = NOTHING
        for atom in manager:
            result = join(result, self._enter(f, atom, at))
        return result or a.DATA

    def _enter(self, f: Frame, atom: Atom, at: int) -> Value:
        match atom:
            case HeapObject(kind="instance"):
                for name in ("__enter__", "__aenter__"):
                    if self.has_method(atom, name):
                        made = self.call_method(f, atom, name, (), at)
                        return self.await_value(f, made, at) if name == "__aenter__" else made
                entered = self.enter_external(f, atom, at)
                return entered if entered is not None else (atom,)
            case HeapObject(kind="contextmanager"):
                generator = self.trail.read(atom, "\0generator") or NOTHING
                content = self.iterate(f, generator, at)
                return join_all([*content.items, content.rest]) or a.NONE
            case HeapObject(kind="coroutine"):
                return self.enter(f, self.await_value(f, (atom,), at), at)
            case sdk.Client() | sdk.Resource() | sdk.Session() | sdk.BatchWriter() | sdk.Response():
                return (atom,)
            case a.Model():
                return self.enter_model(f, atom, at)
            case Opaque(hole=hole, client=client):
                return (Opaque(hole, client),)
            case External():
                return a.unknown("a context manager's value", client=True)
            case _:
                return (atom,)

    def leave(self, f: Frame, manager: Value, at: int) -> None:
        for atom in manager:
            if isinstance(atom, HeapObject) and atom.kind == "instance":
                for name in ("__exit__", "__aexit__"):
                    if self.has_method(atom, name):
                        made = self.call_method(f, atom, name, (a.NONE, a.NONE, a.NONE), at)
                        self.await_value(f, made, at)
                        break
                else:
                    self.leave_external(f, atom, at)
            elif isinstance(atom, a.Model):
                self.leave_model(f, atom, at)

    def sees_exceptions(self, manager: Value) -> bool:
        """Whether the program, or what it hands over, is told of an exception that leaves the block."""
        return any(
            (isinstance(atom, a.Model) and f"{atom.name}.__exit__" in self.registry.models)
            or (isinstance(atom, HeapObject) and atom.kind == "instance" and self._exit_of(atom) is not None)
            for atom in manager
        )

    def _exit_of(self, obj: HeapObject) -> str | None:
        return next((name for name in ("__exit__", "__aexit__") if self.has_method(obj, name)), None)

    def leave_raised(self, f: Frame, manager: Value, raised: Value, at: int) -> bool:
        """The end of a `with` block by an exception: whether it is swallowed."""
        error = join(raised, a.unknown("an exception"))
        classes = join(
            tuple(atom.data for atom in raised if isinstance(atom, HeapObject)), a.unknown("an exception's class")
        )
        told = (classes, error, a.unknown("a traceback"))
        swallowed = False
        for atom in manager:
            if isinstance(atom, HeapObject) and atom.kind == "instance":
                name = self._exit_of(atom)
                if name is not None:
                    answer = self.await_value(f, self.call_method(f, atom, name, told, at), at)
                    swallowed = swallowed or (bool(answer) and truth(self, answer)[0])
            elif isinstance(atom, a.Model):
                special = self.registry.models.get(f"{atom.name}.__exit__")
                if special is not None:
                    answer = special(self, f, atom, Arguments(told), at)
                    swallowed = swallowed or truth(self, answer)[0]
        return swallowed

    def ways_out(self, f: Frame) -> int:
        """How many paths have left what the frame is in, by `return`, `break` or `continue`."""
        return len(f.exits) + sum(len(breaks) + len(continues) for _, breaks, continues, _ in f.loops)

    # --- generators that are managers ------------------------------------------------------------

    def suspended(self, manager: Value) -> HeapObject | None:
        """The generator of a `@contextmanager`, None for any other manager."""
        if len(manager) != 1 or not isinstance(manager[0], HeapObject) or manager[0].kind != "contextmanager":
            return None
        held = self.trail.read(manager[0], "\0generator") or NOTHING
        if len(held) != 1 or not isinstance(held[0], HeapObject) or held[0].kind != "generator":
            return None
        function, args, *_ = held[0].data
        depth = sum(activation.function.code is function.code for activation in self.stack)
        known = all(isinstance(atom, Const | Text) for value in args.all() for atom in value)
        return held[0] if depth < (limits.RECURSION_KNOWN if known else limits.RECURSION) else None

    def run_around(self, f: Frame, generator: HeapObject, inner: Callable[[Value], bool]) -> bool:
        """Run a generator, and a `with` block where it yields: its `try` is around the block."""
        function, args, at, receiver = generator.data
        swallows = catches(function.code.body)
        outer, stack_height = list(self.raised), len(self.stack)
        entered = fell = left = False

        def around(value: Value) -> None:
            nonlocal entered, fell, left
            entered = True
            ways = self.ways_out(f)
            activations, current, handlers = self.stack[stack_height:], self.current, self.raised
            del self.stack[stack_height:]
            self.current = f
            if not swallows:  # what gets stuck in the block is not taken for an exception that it handles
                self.raised = outer
            try:
                falls = inner(value)
            except Diverges:
                falls = False
            finally:
                self.stack.extend(activations)
                self.current, self.raised = current, handlers
            fell = fell or falls
            left = left or self.ways_out(f) > ways
            if not falls and self.ways_out(f) == ways:
                raise Diverges

        ended = self.run_yielding(f, function, args, at, receiver, around)
        if not entered:
            return inner(a.unknown("a context manager that is not followed to its `yield`", client=True))
        return ended and (fell or not left or swallows)

    def may_suppress(self, manager: Value) -> bool:
        return any(
            (isinstance(atom, a.Model) and atom.name == "suppress") or isinstance(atom, Opaque | External)
            for atom in manager
        )
