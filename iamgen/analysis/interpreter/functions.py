"""Making functions, decorating them, and functions that escape into code that is not read."""

from __future__ import annotations

import re
from functools import partial

from iamgen.analysis import limits
from iamgen.analysis.interpreter.attributes import SENT, attribute_key
from iamgen.analysis.interpreter.calls import unknown_arguments
from iamgen.analysis.interpreter.keywords import attributes_in
from iamgen.analysis.interpreter.machine import Activation, Arguments, Diverges, Frame, LimitReached, Machine, present
from iamgen.analysis.program import syntax as s
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, External, Function, Opaque, Value
from iamgen.analysis.values.classes import ClassInfo
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join
from iamgen.core.location import Location

_FILLED: Value = a.unknown("put there by code that is not read", client=True)
_WRITING = re.compile(
    r"(?:^|_)(?:merge|update|populate|fill|extend|append|set|assign|insert|put|add|into|patch|insort)"
    r"|heap(?:ify|push|replace)|shuffle|insort|readinto",
    re.IGNORECASE,
)


class Functions(Machine):
    """Function values."""

    def make_function(self, f: Frame, code: s.Code) -> Function:
        defaults = []
        for param in code.params:
            if param.default is not None:
                try:
                    defaults.append((param.name, self.eval(f, param.default)))
                except Diverges:
                    continue
        owner: HeapObject | None = None
        scope: HeapObject | None = f.scope if f.scope.kind != "module" else None
        if f.scope.kind == "classbody":
            owner = f.scope.data[0]
            prefix = f"{owner.data.qualname}."
        elif f.function is not None:
            prefix = f.function.qualname.partition(":")[2] + "."
            owner = f.function.owner
        else:
            prefix = ""
        module = f.module.name
        return Function(code, scope, f.module, f"{module}:{prefix}{code.name}", tuple(defaults), owner)

    def decorate(self, f: Frame, decorator: Value, function: Value, at: int) -> Value:
        result: Value = NOTHING
        for atom in decorator:
            try:
                result = join(result, self._decorate(f, atom, function, at))
            except Diverges:
                continue
        return result or function

    def _decorate(self, f: Frame, atom: Atom, function: Value, at: int) -> Value:
        if isinstance(atom, External):
            return self.decorate_external(f, atom, function, at)
        if isinstance(atom, Opaque):
            for item in function:
                self.escape(f, (item,))
            return function
        return self.call(f, (atom,), Arguments((function,)), at)

    def decorate_class(self, f: Frame, decorator: Value, cls: Value, at: int) -> Value:
        result: Value = NOTHING
        for atom in decorator:
            if isinstance(atom, External):
                result = join(result, self.decorate_external_class(f, atom, cls, at))
            elif isinstance(atom, Opaque):
                self.escape(f, cls)
                result = join(result, cls)
            else:
                try:
                    result = join(result, self.call(f, (atom,), Arguments((cls,)), at))
                except Diverges:
                    continue
        return result or cls

    # --- escapes -----------------------------------------------------------------------------------

    def escape(self, f: Frame, value: Value) -> None:
        level: dict[Atom, None] = dict.fromkeys(present(value))
        seen: set[HeapObject] = set()  # nearest first: what is met again lies no nearer
        for _ in range(limits.ESCAPE_DEPTH + 1):
            deeper: dict[Atom, None] = {}
            for atom in level:
                if isinstance(atom, HeapObject) and atom.kind in ("list", "tuple", "set", "dict"):
                    if atom not in seen:
                        seen.add(atom)
                        deeper.update(dict.fromkeys(self._held(atom)))
                else:
                    self._escape(f, atom)
            level = deeper
            self.steps += len(level) >> 3
            if not level:
                break

    def _held(self, container: HeapObject) -> list[Atom]:
        """The alternatives of all that a container holds."""
        if container.kind == "dict":
            content_map = self.map(container)
            return [atom for item in (*content_map.entries.values(), content_map.rest) for atom in present(item)]
        content = self.seq(container)
        return [atom for item in (*content.items, content.rest) for atom in item]

    def _escape(self, f: Frame, atom: Atom) -> None:
        match atom:
            case Function() | a.BoundMethod() | a.Partial() | sdk.ClientMethod() | sdk.ResourceMethod():
                self._enqueue(f, atom)
                inner = atom.function if isinstance(atom, a.BoundMethod) else atom
                if isinstance(inner, Function) and inner.code.is_generator:
                    self._sent_elsewhere(inner)
            case a.StaticMethod(function=inner) | a.ClassMethod(function=inner):
                self.escape(f, inner)
            case a.Model(name="cached" | "wrapped", data=data) if data and isinstance(data[0], tuple):
                self.escape(f, data[0])
            case a.Model(name="later" | "contextmanager"):
                self._enqueue(f, atom)
            case a.Model(name="queue", data=(HeapObject() as held, *_)):
                self.trail.write(held, "\0items", join(self.trail.read(held, "\0items") or NOTHING, _FILLED))
            case HeapObject(kind="instance"):
                self._escape_object(f, atom)
            case HeapObject(kind="class"):
                self._enqueue(f, atom)
            case HeapObject(kind="coroutine" | "generator"):
                self._enqueue(f, atom)
                if atom.kind == "generator":
                    self._sent_elsewhere(atom.data[0])
            case _:
                return

    def _sent_elsewhere(self, function: Function) -> None:
        """Code that is not read may send anything into a generator that it gets."""
        key = attribute_key(function, SENT)
        held = self.trail.read(self.function_attributes, key) or NOTHING
        sent = join(held, a.unknown("sent into a generator", client=True))
        if sent != held:
            self.trail.write(self.function_attributes, key, sent)

    def _escape_object(self, f: Frame, obj: HeapObject) -> None:
        cls = obj.data
        if obj in self.escaped_objects or not isinstance(cls, HeapObject) or not isinstance(cls.data, ClassInfo):
            return
        self.escaped_objects.add(obj)
        if cls.data.kind in ("enum", "typeddict"):
            return
        for base in cls.data.mro:
            if base.data.module.data.stand_in:  # a library's object does by itself what its stand-in says
                for item in self.trail.read(base, "_leaves") or NOTHING:
                    self._enqueue(f, a.BoundMethod(item, obj))
                continue
            for name, content in list(self.trail.held(base).items()):
                if not isinstance(content, tuple) or (name.startswith("__") and name != "__call__"):
                    continue
                if name.startswith("_") and name != "__call__" and self._is_private(cls, name):
                    continue
                for item in content:
                    if isinstance(item, Function):
                        self._enqueue(f, a.BoundMethod(item, obj))

    def _is_private(self, cls: HeapObject, name: str) -> bool:
        """Whether only the program calls a method whose name begins with `_`.

        Code that is not read keeps to that convention. A base class that is not read may call a hook of such a
        name, but hardly one that the class calls itself.
        """
        mro: tuple[HeapObject, ...] = cls.data.mro
        if not any(base.data.external for base in mro):
            return True
        held = (
            atom
            for base in mro
            for value in self.trail.held(base).values()
            if isinstance(value, tuple)
            for atom in value
        )
        return any(isinstance(atom, Function) and name in self._used_in(atom.code) for atom in held)

    def _used_in(self, code: s.Code) -> frozenset[str]:
        found = self.used_attributes.get(id(code))
        if found is None:
            found = self.used_attributes[id(code)] = attributes_in(code)
        return found

    def filled(self, args: Arguments, name: str) -> None:
        """Code that is not read gets containers: what it may put into them is not known.

        It is taken to do so where the container is empty, or where its name says so (`merge`, `heappush`, ...).
        """
        writes = bool(_WRITING.search(name.rpartition(".")[2]))
        for value in args.all():
            for atom in value:
                if not isinstance(atom, HeapObject):
                    continue
                if atom.kind in ("list", "set"):
                    content = self.seq(atom)
                    if writes or not (content.items or content.rest):
                        self.set_content(atom, Seq(content.items, join(content.rest, _FILLED)))
                elif atom.kind == "dict":
                    entries = self.map(atom)
                    if writes or not (entries.entries or entries.rest or entries.open):
                        self.set_content(
                            atom, Map(entries.entries, join(entries.rest, _FILLED), entries.keys, open=True)
                        )

    def escape_special(self, f: Frame, obj: HeapObject, *, every: bool = False) -> None:
        """The special methods that Python may call of itself and that are not followed where it does.

        `__repr__`, `__hash__`, `__lt__`, ... are called from many places; any of them may happen. `every` takes
        those too that are followed, for a base class that calls them.
        """
        cls = obj.data
        if not isinstance(cls, HeapObject) or not isinstance(cls.data, ClassInfo):
            return
        for base in cls.data.mro:
            if base.data.module.data.stand_in:
                continue  # what a stand-in defines is followed where it is used
            for name, content in list(self.trail.held(base).items()):
                if not (name.startswith("__") and name.endswith("__") and isinstance(content, tuple)):
                    continue
                if name in _FOLLOWED and not (every and name not in _MAKING):
                    continue
                for item in content:
                    if isinstance(item, Function):
                        self._enqueue(f, a.BoundMethod(item, obj))

    def _enqueue(self, f: Frame, atom: Atom) -> None:
        if atom not in self.escaped:
            self.escaped[atom] = self.stack_snapshot(f)
            self.escape_queue.append((atom, self.escaped[atom]))

    def stack_snapshot(self, f: Frame) -> tuple[Frame, list[Activation], int]:
        """Where a value escaped, for call paths."""
        return (f, list(self.stack), f.at)

    def run_escapes(self) -> None:
        """Call what has escaped with unknown arguments, in any order and any number of times.

        What one of them leaves behind another may read: all run again until what was read stays as it is.
        """
        for number in range(1, limits.HANDLER_ROUNDS + 1):
            if not self.escape_queue:
                return
            start, made = self.trail.mark(), HeapObject.count
            known = dict(self.gaps)
            with self.tracked() as reads:
                self._drain(number)
            before = self.trail.touched(start)
            lasting = [(cell, old) for cell, old in before.items() if cell[0].serial <= made]
            changed = {cell for cell, old in lasting if cell[0].cells.get(cell[1]) != old}
            if not changed & reads or (self.library and self.steps > limits.LIBRARY_STEPS):
                return
            # What stood still in this round may go on with what the others left.
            for key, gap in list(self.gaps.items()):
                if gap.kind is GapKind.DEAD_END and key not in known:
                    del self.gaps[key]
            self.escape_queue.extend(self.escaped.items())

    def _drain(self, number: int) -> None:
        while self.escape_queue:
            if self.library and self.steps > limits.LIBRARY_STEPS:
                left = len(self.escape_queue)
                self.gap(
                    GapKind.LIMIT, self.escape_place(), f"{left} functions were not followed: the library took too long"
                )
                self.escape_queue.clear()
                break
            atom, snapshot = self.escape_queue.pop(0)
            f, stack, place = snapshot
            saved = self.stack
            self.stack = list(stack)
            frame = Frame(
                f.scope, f.module, f.code, self.context(0, "escape", id(f.code), min(number, 2)), self.trail.mark()
            )
            frame.function, frame.receiver, frame.at = f.function, f.receiver, place
            self.current = frame
            self.stack = [] if f.code is None else self.stack
            budget = self.budget
            self.budget = (
                min(budget, self.steps + limits.ESCAPE_STEPS) if not self.library else self.steps + limits.ESCAPE_STEPS
            )
            try:
                self.either(frame, partial(self.call_escaped, frame, atom), lambda: True)
            except LimitReached:
                if self.steps > budget and not self.library:
                    raise
                self.gap(GapKind.LIMIT, self.where(frame), f"one function took more than {limits.ESCAPE_STEPS:,} steps")
            finally:
                self.budget = budget
                self.stack = saved

    def escape_place(self) -> Location:
        """Where the next escaped value left the code that is read."""
        f, _, place = self.escape_queue[0][1]
        return self.where(f, place)

    def call_escaped(self, f: Frame, atom: Atom) -> bool:
        """Call one value with arguments that nothing is known of."""
        match atom:
            case Function():
                result = self.call(f, (atom,), unknown_arguments(atom, 0), f.at)
            case a.BoundMethod(function=Function() as function):
                result = self.call(f, (atom,), unknown_arguments(function, 1), f.at)
            case a.Partial(callee=callee, args=given):
                args = Arguments(more=a.unknown("what code that is not read passes"), rest=Map(open=True))
                for inner in callee:
                    if isinstance(inner, Function):
                        args = unknown_arguments(inner, len(given))
                        args.kw = {k: v for k, v in args.kw.items() if k not in dict(atom.keywords)}
                result = self.call(f, (atom,), args, f.at)
            case HeapObject(kind="class"):
                made = self.instantiate(
                    f, atom, Arguments(more=a.unknown("what code that is not read passes", client=True)), f.at
                )
                self.escape(f, made)
                return True
            case a.Model(name="contextmanager", data=(tuple() as inner,)):  # entered and left, with what it is given
                for one in inner:
                    self.call_escaped(f, one)
                return True
            case HeapObject(kind="coroutine"):
                result = self.await_value(f, (atom,), f.at)
            case HeapObject(kind="generator"):
                self.iterate(f, (atom,), f.at)
                return True
            case _:
                args = Arguments(more=a.unknown("what code that is not read passes"), rest=Map(open=True))
                result = self.call(f, (atom,), args, f.at)
        result = self.consume(f, result, f.at)
        # A wrapper that a middleware or a decorator makes is made to be called; an object may be mere data.
        self.escape(f, tuple(item for item in result if isinstance(item, Function | a.Partial)))
        for item in result:
            if isinstance(item, HeapObject) and item.kind == "generator":
                self.iterate(f, (item,), f.at)
        return True


_MAKING = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__", "__class_getitem__"})
_FOLLOWED = _MAKING | frozenset(
    {
        "__call__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__getattr__", "__getattribute__",
        "__setattr__", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__iter__", "__next__",
        "__aiter__", "__anext__", "__len__", "__bool__", "__eq__", "__str__", "__add__", "__sub__", "__mul__",
        "__truediv__", "__or__", "__and__", "__matmul__", "__mod__", "__lshift__", "__rshift__", "__floordiv__",
        "__radd__", "__rsub__", "__rmul__", "__rtruediv__", "__ror__", "__rand__", "__rmatmul__", "__rmod__",
        "__rfloordiv__", "__rrshift__", "__rlshift__", "__await__", "__del__", "__get__", "__missing__",
        "__module__", "__qualname__", "__set__", "__delete__", "__delattr__",
    }
)  # fmt: skip
