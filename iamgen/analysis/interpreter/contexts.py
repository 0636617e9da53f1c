"""Context managers: what `with` binds and runs."""

from __future__ import annotations

from iamgen.analysis.interpreter.machine import Frame, Machine
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, External, Opaque, Value
from iamgen.analysis.values.heap import HeapObject
from iamgen.analysis.values.joins import join, join_all


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

    def may_suppress(self, manager: Value) -> bool:
        return any(
            (isinstance(atom, a.Model) and atom.name == "suppress") or isinstance(atom, Opaque | External)
            for atom in manager
        )
