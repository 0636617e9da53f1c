"""Calls: binding arguments, running functions, and values that wait to be run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from iamgen.analysis import limits
from iamgen.analysis.interpreter.kept import kept_by_method
from iamgen.analysis.interpreter.keywords import keeps_to_itself
from iamgen.analysis.interpreter.machine import (
    Activation,
    Arguments,
    Diverges,
    Frame,
    Machine,
    Stuck,
    Summary,
    evaluates,
    present,
)
from iamgen.analysis.interpreter.replays import Replays
from iamgen.analysis.program import syntax as s
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import ABSENT, NOTHING, Atom, Const, External, Function, Opaque, Value
from iamgen.analysis.values.heap import CONTENT, EMPTY_SEQ, HeapObject, Map, Seq
from iamgen.analysis.values.joins import TOO_MANY, join, join_all, join_cell
from iamgen.catalog.model import Operation
from iamgen.core.text import Hole, HoleKind, Text


@evaluates(s.Call)
def call(m: Machine, f: Frame, node: s.Call) -> Value:
    func = node.func
    if isinstance(func, s.Attr):
        receiver = m.eval(f, func.value)
        args = arguments(m, f, node)
        links = _links(func.value)
        if not links:
            return m.call_attr(f, receiver, func.name, args, node.at)
        saved = f.context
        f.context = m.context(saved, "link", links)
        try:
            result = m.call_attr(f, receiver, func.name, args, node.at)
        finally:
            f.context = saved
    elif isinstance(func, s.Name) and func.id == "super" and not node.args:
        return _super(f)
    else:
        callee = m.eval(f, func)
        args = arguments(m, f, node)
        result = m.call(f, callee, args, node.at)
    return result


def _links(node: s.Expr) -> int:
    """How many calls come before in a chain `a.b().c()`: all begin at one place and make different objects."""
    count = 0
    while isinstance(node, s.Call | s.Attr | s.Subscript):
        if isinstance(node, s.Call):
            count += 1
            node = node.func
        else:
            node = node.value
    return count


def _super(f: Frame) -> Value:
    owner = f.function.owner if f.function is not None else None
    if owner is None or f.receiver is None:
        return a.unknown("super() outside a method", client=True)
    return tuple(a.Super(owner, atom) for atom in f.receiver)


def arguments(m: Machine, f: Frame, node: s.Call) -> Arguments:
    """Evaluate a call's arguments."""
    pos: list[Value] = []
    kw: dict[str, Value] = {}
    more: Value = NOTHING
    rest: Map | None = None
    for arg in node.args:
        value = m.eval(f, arg.value)
        if arg.star == 1:
            content = m.iterate(f, value, node.at)
            if more:
                more = join_all([more, *content.items, content.rest])
            else:
                pos.extend(content.items)
                more = content.rest
        elif arg.star == 2:
            for number, atom in enumerate(value):
                content_map = m.as_map(f, atom)
                for key, found in content_map.entries.items():
                    if key.startswith("\0"):  # a keyword whose name is only known by where it comes from
                        old = rest or Map()
                        rest = Map({}, join(old.rest, present(found)), old.keys, True)
                        continue
                    kw[key] = found if number == 0 and key not in kw else join(kw.get(key, (ABSENT,)), found)
                if number:
                    for key in [name for name in kw if name not in content_map.entries]:
                        kw[key] = join(kw[key], (ABSENT,))
                if content_map.rest or content_map.open:
                    old = rest or Map()
                    rest = Map({}, join(old.rest, content_map.rest), join(old.keys, content_map.keys), True)
        elif arg.name is not None:
            kw[arg.name] = value
        elif more:
            more = join(more, value)
        else:
            pos.append(value)
    return Arguments(tuple(pos), kw, more, rest)


def unknown_arguments(function: Function, skip: int) -> Arguments:
    """What code that is not read may pass to a function."""
    code = function.code
    defaults = dict(function.defaults)
    pos: list[Value] = []
    kw: dict[str, Value] = {}
    by_name = False
    for index, param in enumerate(code.params):
        if index < skip:
            continue
        value: Value = (Opaque(Hole(HoleKind.PARAMETER, param.name, "what code that is not read passes"), True),)
        default = defaults.get(param.name)
        if default is not None:
            if not all(_is_data(atom) for atom in default):  # a client or what a framework injects
                by_name = True
                kw[param.name] = default
                continue
            value = join(value, default)
        if param.kind in ("pos", "any") and not by_name:
            pos.append(value)
        elif param.kind in ("kw", "any"):
            kw[param.name] = value
    kinds = {param.kind for param in code.params}
    more = a.unknown("what code that is not read passes", client=True)
    rest = Map({}, more, a.SOME_TEXT, open=True) if "dstar" in kinds else None
    return Arguments(tuple(pos), kw, more if "star" in kinds else NOTHING, rest)


def _is_data(atom: Atom, depth: int = 0) -> bool:
    """Whether a default is plain data, which a caller may give in its own way."""
    if depth > limits.ESCAPE_DEPTH:
        return True
    if isinstance(atom, HeapObject) and atom.kind in ("list", "tuple", "set", "dict"):
        content = atom.cells.get(CONTENT)
        inner = (
            [*content.items, content.rest] if isinstance(content, Seq)
            else [*content.entries.values(), content.rest] if isinstance(content, Map) else []
        )  # fmt: skip
        return all(isinstance(held, Opaque) or _is_data(held, depth + 1) for value in inner for held in value)
    return isinstance(atom, Const | Text)


class Calls(Replays):
    """Calling values."""

    def call(self, f: Frame, callee: Value, args: Arguments, at: int) -> Value:
        callee = present(callee)
        if len(callee) == 1:
            return self._call_atom(f, callee[0], args, at)
        effectful = [atom for atom in callee if not isinstance(atom, Const)]
        if not effectful:
            raise Stuck
        return self.choose(f, *((lambda atom=atom: self._call_atom(f, atom, args, at)) for atom in effectful))

    def call_value(self, f: Frame, callee: Value, *args: Value) -> Value:
        """Call a value with positional arguments; no value when it does not return."""
        try:
            return self.call(f, callee, Arguments(tuple(args)), f.at)
        except Diverges:
            return NOTHING

    def call_attr(self, f: Frame, receiver: Value, name: str, args: Arguments, at: int) -> Value:
        receiver = present(receiver)
        if len(receiver) == 1:
            return self._call_attr(f, receiver[0], name, args, at)
        usable = [atom for atom in receiver if not (isinstance(atom, Const) and atom.value is None)]
        if not usable:
            raise Stuck
        if all(isinstance(atom, sdk.Client) for atom in usable):
            return self.call(f, self.getattr(f, tuple(usable), name, at), args, at)
        return self.choose(f, *((lambda atom=atom: self._call_attr(f, atom, name, args, at)) for atom in usable))

    def _call_attr(self, f: Frame, atom: Atom, name: str, args: Arguments, at: int) -> Value:
        builtin = self.builtin_method(f, atom, name, args, at)
        if builtin is not None:
            return builtin
        if isinstance(atom, Opaque):
            return self.call_opaque(f, atom, name, args, at)
        found = self.getattr(f, (atom,), name, at)
        if not found:
            raise Stuck
        return self.call(f, found, args, at)

    def call_method(self, f: Frame, receiver: Atom, name: str, args: tuple[Value, ...], at: int) -> Value:
        try:
            return self._call_attr(f, receiver, name, Arguments(args), at)
        except Diverges:
            return NOTHING

    def _call_atom(self, f: Frame, atom: Atom, args: Arguments, at: int) -> Value:
        match atom:
            case Function():
                return self.call_function(f, atom, args, at, None)
            case a.BoundMethod(function=function, receiver=receiver):
                bound = Arguments(((receiver,), *args.pos), args.kw, args.more, args.rest)
                if isinstance(function, Function):
                    return self.call_function(f, function, bound, at, (receiver,))
                return self._call_atom(f, function, bound, at)
            case HeapObject(kind="class"):
                return self.instantiate(f, atom, args, at)
            case HeapObject(kind="instance"):
                if self.has_method(atom, "__call__"):
                    return self._call_attr(f, atom, "__call__", args, at)
                return self.call_external_object(f, atom, args, at)
            case HeapObject(kind="contextmanager"):  # a generator's manager as a decorator
                return (a.Model("contextdecorator", (atom, args.get(0, "func") or NOTHING)),)
            case a.Partial(callee=callee, args=pos, keywords=keywords):
                kw = {**dict(keywords), **args.kw}
                return self.call(f, callee, Arguments((*pos, *args.pos), kw, args.more, args.rest), at)
            case External():
                return kept_by_method(self, f, atom, args, self.call_external(f, atom, args, at))
            case a.Model():
                return self.call_model(f, atom, args, at)
            case a.StaticMethod(function=inner) | a.ClassMethod(function=inner):
                return self.call(f, inner, args, at)
            case sdk.ClientMethod() | sdk.ResourceMethod() | sdk.CollectionMethod():
                return self.call_sdk(f, atom, args, at)
            case Opaque():
                return self.call_unknown(f, atom, args, at)
            case sdk.Response():
                return (atom,)
            case a.EnumMember() if self.has_method(atom.cls, "__call__"):
                return self.call(f, self.getattr(f, (atom,), "__call__", at), args, at)
            case Const() | Text():
                raise Stuck
            case _:
                for value in args.all():
                    self.escape(f, value)
                return a.unknown("the result of a call", client=True)

    # --- functions of the program ------------------------------------------------------------------

    def call_function(self, f: Frame, function: Function, args: Arguments, at: int, receiver: Value | None) -> Value:
        """Call a function: run it, or make what runs it later (generators, coroutines)."""
        code = function.code
        if code.is_generator or code.is_async:
            kind = "generator" if code.is_generator else "coroutine"
            site = ("pending", id(code), at, self._key(args))
            pending = self.alloc(f, site, kind, function.qualname, (function, args, at, receiver))
            pending.data = (function, args, at, receiver)
            self.trail.write(pending, "\0context", (Const(f.context, "context"),))
            return (pending,)
        return self.run_function(f, function, args, at, receiver)[0]

    @staticmethod
    def _key(args: Arguments) -> tuple[Any, ...]:
        return (args.pos, tuple(sorted(args.kw.items(), key=lambda item: item[0])), args.more)

    def run_function(
        self, f: Frame, function: Function, args: Arguments, at: int, receiver: Value | None
    ) -> tuple[Value, Seq]:
        """Run a function's body, or tell again what an equal run did: its result and what it yields."""
        key = self.replay_key(f, function, args, at, receiver)
        if key is None:
            return self._run_function(f, function, args, at, receiver)
        return self.replayed(f, function, key, at, lambda: self._run_function(f, function, args, at, receiver))

    def _run_function(
        self, f: Frame, function: Function, args: Arguments, at: int, receiver: Value | None
    ) -> tuple[Value, Seq]:
        code = function.code
        bound = self.bind(f, function, args)
        values = tuple(bound.values())
        depth = 0
        for place, activation in enumerate(self.stack):
            if activation.function.code is code and activation.function.scope is function.scope:
                if activation.arguments == values and activation.function == function:
                    self.lowest = min(self.lowest, place)
                    activation.recursive = True
                    if not activation.result:
                        raise Diverges
                    return activation.result, EMPTY_SEQ
                depth += 1
        if depth >= limits.RECURSION and not (depth < limits.RECURSION_KNOWN and self._tells(function, values)):
            return self._recurse(function, values)
        if len(self.stack) >= limits.CALL_DEPTH:
            self.lowest = -1
            self.gap(GapKind.LIMIT, self.where(f, at), f"calls nest deeper than {limits.CALL_DEPTH}")
            return a.unknown("calls nest too deeply", client=True), EMPTY_SEQ
        runs = self.executions.get(id(code), 0) + 1
        self.executions[id(code)] = runs
        before = self.steps
        try:
            if runs > limits.HOT or (runs > limits.WARM and self.work.get(id(code), 0) > limits.HOT_STEPS):
                return self._summarised(f, function, bound, at, receiver)
            return self._run(f, function, bound, at, receiver)
        finally:
            self.work[id(code)] = self.work.get(id(code), 0) + self.steps - before

    def _summarised(
        self, f: Frame, function: Function, bound: dict[str, Value], at: int, receiver: Value | None
    ) -> tuple[Value, Seq]:
        """A call of a function that has run very often: one joined summary stands for all further calls."""
        trail = self.trail
        key = (id(function.code), id(function.scope))
        known = self.summaries.get(key)
        if known is not None:
            joined = tuple(join(old, new) for old, new in zip(known.arguments, bound.values(), strict=True))
            self.steps += (len(known.reads) + len(known.effects)) >> 3
            if joined == known.arguments and _holds(known):
                settled = known.settled
                if trail.stores is not None:  # whatever holds them already: a recorded call depends on that
                    trail.stores.update(known.effects)
                for cell, content in known.effects.items():
                    old = cell[0].cells.get(cell[1])
                    if old is None or settled.get(cell) is not old:
                        trail.put(cell, join_cell(old, content))
                        settled[cell] = cell[0].cells.get(cell[1])
                trail.reads.update(cell for cell in known.reads if cell not in trail.written)
                if known.raised:
                    self.throw(known.raised)
                if not known.result and not function.code.is_generator:
                    raise Diverges
                return known.result, known.yields
            bound = dict(zip(bound, joined, strict=True))
        mark = trail.mark()
        saved = f.context
        f.context = self.context(0, "hot", id(function.code))
        result: Value = NOTHING
        yields = EMPTY_SEQ
        before = {}
        raised: list[Value] = []
        self.leaving.append(raised)
        try:
            with self.tracked() as reads:
                result, yields = self._run(f, function, bound, at, receiver)
        except Diverges:
            pass
        finally:
            self.leaving.pop()
            f.context = saved
            touched = trail.touched(mark)
            before = {cell: touched[cell] if cell in touched else cell[0].cells.get(cell[1]) for cell in reads}
            effects = {cell: cell[0].cells.get(cell[1]) for cell in touched}
        if known is not None:
            result = join(known.result, result)
            before = {
                **known.reads,
                **{cell: join_cell(known.reads.get(cell), content) for cell, content in before.items()},
            }
            effects = {
                **known.effects,
                **{c: join_cell(known.effects.get(c), content) for c, content in effects.items()},
            }
        thrown = join_all(raised if known is None else [known.raised, *raised])
        self.summaries[key] = Summary(tuple(bound.values()), before, effects, result, yields, thrown)
        if not result and not function.code.is_generator:
            raise Diverges
        return result, yields

    def run_yielding(
        self,
        f: Frame,
        function: Function,
        args: Arguments,
        at: int,
        receiver: Value | None,
        around: Callable[[Value], None],
    ) -> bool:
        """Run a generator function that calls back where it yields: whether its end is reached."""
        result, _ = self._run(f, function, self.bind(f, function, args), at, receiver, around)
        return bool(result)

    def _run(
        self,
        f: Frame,
        function: Function,
        bound: dict[str, Value],
        at: int,
        receiver: Value | None,
        around: Callable[[Value], None] | None = None,
    ) -> tuple[Value, Seq]:
        code = function.code
        values = tuple(bound.values())
        step = self.step_of(function, at)
        activation = Activation(function, values, step, caller=f, at=at, around=around)
        if self.stack:
            self.edges[(self.stack[-1].step, step)] = None
        self.stack.append(activation)
        current = self.current
        try:
            result, yields = self._activate(f, activation, bound, at, receiver)
            for _ in range(limits.ROUNDS):
                if not activation.recursive:
                    break
                grown = join(activation.result, result)
                wider = activation.widened
                if grown == activation.result and wider is None:
                    break
                activation.result = grown
                activation.widened = None
                if wider is not None:
                    joined = [join(old, new) for old, new in zip(values, wider, strict=False)]
                    if tuple(joined) == values and grown == result and not wider:
                        break
                    values = tuple(joined)
                    activation.arguments = values
                    bound = dict(zip(bound, values, strict=False))
                more, more_yields = self._activate(f, activation, bound, at, receiver)
                if join(result, more) == result and activation.widened is None:
                    break
                result = join(result, more)
                yields = more_yields
        finally:
            self.stack.pop()
            self.current = current
        if not result and not code.is_generator:
            raise Diverges
        if code.returns is not None and any(isinstance(atom, Opaque) and atom.client for atom in result):
            result = self.refine_parameter(function, result, code.returns)
        return result, yields

    def _tells(self, function: Function, values: tuple[Value, ...]) -> bool:
        """Whether an argument is one name, class or object that no activation of the function has had yet.

        `container.resolve("service")` asks for "repository", that for "table": steps of a plan, not a walk over data.
        """
        active = [item.arguments for item in self.stack if item.function.code is function.code]
        for index, value in enumerate(values):
            new = all(index < len(given) and given[index] != value for given in active)
            if new and len(value) == 1 and _is_named(value[0]):
                return True
        return False

    def _recurse(self, function: Function, values: tuple[Value, ...]) -> tuple[Value, Seq]:
        """A recursion that goes deeper than is told apart: its arguments join the outermost activation's."""
        place, outer = next(
            (place, item)
            for place, item in enumerate(self.stack)
            if item.function.code is function.code and item.function.scope is function.scope
        )
        self.lowest = min(self.lowest, place)
        outer.recursive = True
        if any(join(old, new) != old for old, new in zip(outer.arguments, values, strict=False)):
            known = outer.widened or list(outer.arguments)
            outer.widened = [join(old, new) for old, new in zip(known, values, strict=False)]
        if not outer.result:
            raise Diverges
        return outer.result, EMPTY_SEQ

    def _activate(
        self, f: Frame, activation: Activation, bound: dict[str, Value], at: int, receiver: Value | None
    ) -> tuple[Value, Seq]:
        function = activation.function
        code = function.code
        context = self.context(f.context, at, id(code))
        trail = self.trail
        if code.captured:
            key = (context, id(code), "scope")
            scope = self.allocated.get(key)
            if scope is None or scope.data[1] is not function.scope:
                scope = HeapObject("scope", code.name, (code, function.scope))
                self.allocated[key] = scope
            else:
                scope.shared = True
            if self.journal.open:
                self.journal.placed.append(scope)
        else:
            scope = HeapObject("scope", code.name, (code, function.scope))
        frame = Frame(scope, function.module, code, context, trail.mark())
        frame.function = function
        frame.around = activation.around
        frame.at = code.at or at
        frame.receiver = receiver or (next(iter(bound.values()), None) if function.owner is not None else None)
        activation.frame = frame
        self.current = frame
        try:
            for name, value in bound.items():
                trail.write(scope, name, value)
            falls = self.block(frame, code.body)
            if falls:
                frame.returns = join(frame.returns, a.NONE)
            exits = frame.exits
            if len(exits) == 1 and not falls and exits[0].at == trail.mark():
                pass  # the one way out is the state that is here
            else:
                trail.land(exits, frame.mark, falls=falls)
        finally:
            if not code.captured:
                trail.forget(scope, frame.mark)
        return frame.returns, frame.yields

    def bind(self, f: Frame, function: Function, args: Arguments) -> dict[str, Value]:
        """Parameters to values, as Python binds them; what is not given is unknown."""
        code = function.code
        bound: dict[str, Value] = {}
        defaults = dict(function.defaults)
        position = 0
        used: set[str] = set()
        for param in code.params:
            value: Value = NOTHING
            if param.kind in ("pos", "any"):
                if position < len(args.pos):
                    value = args.pos[position]
                    position += 1
                elif param.name in args.kw and param.kind == "any":
                    value = args.kw[param.name]
                    used.add(param.name)
                else:
                    value = self._missing(param, defaults, args)
                    position += 1
            elif param.kind == "kw":
                if param.name in args.kw:
                    value = args.kw[param.name]
                    used.add(param.name)
                else:
                    value = self._missing(param, defaults, args)
            elif param.kind == "star":
                content = Seq(args.pos[position:], args.more)
                value = self.new_list(f, ("star", id(code), f.at), "tuple", content)
            else:
                entries = {k: v for k, v in args.kw.items() if k not in used}
                rest = args.rest
                content_map = Map(entries, rest.rest, rest.keys, True) if rest is not None else Map(entries)
                if self._own_keywords(code, param.name):
                    own = HeapObject("dict")
                    self.set_content(own, content_map)
                    value = (own,)
                else:
                    value = self.new_dict(f, ("dstar", id(code), f.at), content_map)
            if ABSENT in value:
                value = join(present(value), self._missing(param, defaults, args))
            if param.annotation is not None and any(isinstance(atom, Opaque) for atom in value):
                value = self.marked(f, function, value, param.annotation)
                value = self.refine_parameter(function, value, param.annotation)
            if param.annotation is not None and _BY_HINT in value:
                hinted = a.Model("depends", (self.annotated(function, param.annotation),))
                value = tuple(hinted if atom == _BY_HINT else atom for atom in value)
            bound[param.name] = self.injected(f, value)
        return bound

    def _own_keywords(self, code: s.Code, name: str) -> bool:
        """Whether a call's keywords are a mapping of its own; a hot function's calls are told apart no more."""
        if self.executions.get(id(code), 0) > limits.HOT // 2:
            return False
        known = self.own_keywords.get(id(code))
        if known is None:
            known = self.own_keywords[id(code)] = keeps_to_itself(code, name)
        return known

    def _missing(self, param: s.Param, defaults: dict[str, Value], args: Arguments) -> Value:
        value = defaults.get(param.name, NOTHING)
        if args.more and param.kind != "kw":
            value = join(value, args.more)
        if args.rest is not None:
            value = join(value, args.rest.rest)
            if not args.rest.rest:
                value = join(value, a.unknown(f"`{param.name}` comes from keywords that are not known"))
        return value or (Opaque(Hole(HoleKind.PARAMETER, param.name), True),)

    # --- pending: generators and coroutines ----------------------------------------------------------

    def run_generator(self, f: Frame, obj: HeapObject, at: int) -> Seq:
        """What a generator yields; it runs when it is first asked."""
        known = self.trail.read(obj, "\0yields")
        if known is not None:
            return known if isinstance(known, Seq) else EMPTY_SEQ
        function, args, site, receiver = obj.data
        if any(activation.function.code is function.code for activation in self.stack) and obj.shared:
            self.lowest = -1
            return Seq((), a.unknown("a recursive generator", client=True))
        try:
            _, yields = self.run_function(f, function, args, site, receiver)
        except Diverges:
            yields = EMPTY_SEQ
        self.trail.write(obj, "\0yields", yields)
        return yields

    def await_value(self, f: Frame, value: Value, at: int) -> Value:
        result: Value = NOTHING
        for atom in value:
            result = join(result, self._await(f, atom, at))
        return result

    def _await(self, f: Frame, atom: Atom, at: int) -> Value:
        match atom:
            case HeapObject(kind="coroutine"):
                known = self.trail.read(atom, "\0result")
                if known is not None:
                    return known if isinstance(known, tuple) else NOTHING
                function, args, site, receiver = atom.data
                result, _ = self.run_function(f, function, args, site, receiver)
                self.trail.write(atom, "\0result", result)
                return result
            case HeapObject(kind="future"):
                result = self.trail.read(atom, "\0result") or NOTHING
                return result or a.DATA
            case HeapObject(kind="instance") if self.has_method(atom, "__await__"):
                return self.call_method(f, atom, "__await__", (), at)
            case _:
                return (atom,)

    def consume(self, f: Frame, value: Value, at: int) -> Value:
        result: Value = NOTHING
        for atom in value:
            if isinstance(atom, HeapObject) and atom.kind in ("coroutine", "future"):
                try:
                    result = join(result, self._await(f, atom, at))
                except Diverges:
                    continue
            else:
                result = join(result, (atom,))
        return result

    # --- unknown callees -----------------------------------------------------------------------------

    def call_opaque(self, f: Frame, atom: Opaque, name: str, args: Arguments, at: int) -> Value:
        """A method of something unknown: data answers data; what may be a client is a gap when it looks like AWS."""
        self._cut(f, atom, at)
        self.filled(args, name)
        if atom.client:
            self.hand_over(f, args, at, f"`{name}`")
        if atom.client:
            self.suspect(f, name, args, at, atom.hole.reason or str(atom.hole))
        from iamgen.analysis.interpreter.containers import extended

        if name in ("get", "pop", "setdefault") and args.pos:
            keys = self.keys_of(args.pos[0])
            found: Value = self.getitem(f, (atom,), args.pos[0], at) if keys else (extended(atom, "[]"),)
            default = args.get(1, "default")
            return join(found, default) if default else found
        if name in (
            "values",
            "items",
            "keys",
            "copy",
            "strip",
            "decode",
            "encode",
            "read",
            "lower",
            "upper",
            "rstrip",
            "lstrip",
        ):
            return (atom,)
        return (
            Opaque(
                Hole(HoleKind.UNKNOWN, "", f"the result of `{name}` of {atom.hole.reason or atom.hole}"), atom.client
            ),
        )

    def _cut(self, f: Frame, atom: Opaque, at: int) -> None:
        """A use of what stands for alternatives that were cut."""
        if atom.hole.reason == TOO_MANY:
            self.gap(GapKind.LIMIT, self.where(f, at), f"one value has more than {limits.OBJECTS} alternatives")

    def hand_over(self, f: Frame, args: Arguments, at: int, to: str) -> None:
        """Arguments go to code that is not read: functions escape, and a client may be used there for anything."""
        for value in args.all():
            self.escape(f, value)
            for atom in value:
                if isinstance(atom, sdk.Client | sdk.Resource | sdk.Session):
                    service = "a session" if isinstance(atom, sdk.Session) else f"a `{_service(atom)}` client"
                    self.gap(GapKind.UNKNOWN_CALL, self.where(f, at), f"{service} is handed to {to}, which is not read")

    def suspect(self, f: Frame, name: str, args: Arguments, at: int, reason: str) -> None:
        """Record a gap when a method's name and keywords can be an AWS request's."""
        if not args.kw and not args.rest and (name in _COMMON or "_" not in name):
            return
        if name in _SDK_ONLY and (args.pos or args.kw or args.open):
            where = self.where(f, at)
            self.gap(
                GapKind.UNKNOWN_RECEIVER, where, f"`{name}` is called on a value that may be an AWS object: {reason}"
            )
            return
        operations = self.catalog.methods_named(name)
        fitting = []
        for operation in operations:
            names = {parameter.name for parameter in operation.parameters}
            required = {parameter.name for parameter in operation.parameters if parameter.required}
            if args.pos or not set(args.kw) <= names or (args.rest is None and not args.kw and required):
                continue
            # A resource (`table.put_item(Item=...)`) fills the rest in itself: AWS's spelling of a keyword tells.
            spoken_like = any(keyword[:1].isupper() for keyword in args.kw)
            if not args.open and not required <= set(args.kw) and not spoken_like:
                continue
            fitting.append(operation)
        if not fitting and args.kw and not args.pos:
            fitting = [
                one for one in self.resource_operations(name) if set(args.kw) <= {p.name for p in one.parameters}
            ]
        if not fitting:
            return
        candidates = tuple(f"{operation.service}.{operation.name}" for operation in fitting)
        self.gap(
            GapKind.UNKNOWN_RECEIVER,
            self.where(f, at),
            f"`{name}` is called on a value that may be an AWS client: {reason}",
            candidates,
        )

    def call_unknown(self, f: Frame, atom: Opaque, args: Arguments, at: int) -> Value:
        """An unknown value is called."""
        self._cut(f, atom, at)
        self.hand_over(f, args, at, "a function that is not known")
        self.filled(args, "")
        if atom.client and args.kw and not args.pos:
            self.suspect_keywords(f, args, at, atom.hole.reason or str(atom.hole))
        reason = f"the result of calling {atom.hole.reason or atom.hole}"
        return (Opaque(Hole(HoleKind.UNKNOWN, "", reason[:120]), atom.client),)

    def resource_operations(self, name: str) -> list[Operation]:
        """The operations that an action or a collection's filter of this name sends, over all resource models."""
        if self.resource_actions is None:
            table: dict[str, dict[tuple[str, str], None]] = {}
            for service in self.catalog.resource_services():
                pending, seen = [""], {""}
                while pending:
                    model = self.catalog.resource_type(service, pending.pop())
                    if model is None:
                        continue
                    for action in (*model.actions, *model.batch_actions):
                        table.setdefault(action.name, {})[(service, action.operation)] = None
                    for action in model.collections:
                        for method in ("filter", "iterator"):
                            table.setdefault(method, {})[(service, action.operation)] = None
                    links = [sub.link.type for sub in model.subresources]
                    links += [one.resource.type for one in (*model.actions, *model.collections) if one.resource]
                    pending.extend(link for link in dict.fromkeys(links) if link not in seen)
                    seen.update(links)
            self.resource_actions = {key: sorted(value) for key, value in table.items()}
        found = [self.catalog.operation(service, one) for service, one in self.resource_actions.get(name, ())]
        return [operation for operation in found if operation is not None]

    def suspect_keywords(self, f: Frame, args: Arguments, at: int, reason: str) -> None:
        """A gap when the keywords of an unknown callee are an AWS request's: `fn(TableName=..., Key=...)`."""
        if not all(name[:1].isupper() for name in args.kw):
            return
        self.gap(
            GapKind.UNKNOWN_CALL,
            self.where(f, at),
            f"a value that may be an AWS client's method is called: {reason}",
        )


def _is_named(atom: Atom) -> bool:
    if isinstance(atom, HeapObject):
        return atom.kind == "class" or (atom.kind == "instance" and not atom.shared)
    return isinstance(atom, Function | a.BoundMethod | External) or (
        isinstance(atom, Text) and atom.literal is not None
    )


def _covers(known: Any, content: Any) -> bool:
    """Whether a cell's content adds nothing to what a summary has seen of it."""
    if content is known or content is None:
        return True
    joined = join_cell(known, content)
    return joined is known or joined == known


def _holds(known: Summary) -> bool:
    """Whether what a summary read is still covered by what it has seen."""
    seen = known.seen
    for cell, content in known.reads.items():
        now = cell[0].cells.get(cell[1])
        if now is None or seen.get(cell) is now:
            continue
        if not _covers(content, now):
            return False
        seen[cell] = now
    return True


def _service(atom: sdk.Client | sdk.Resource) -> str:
    return atom.service if isinstance(atom, sdk.Client) else atom.client.service


_BY_HINT = a.Model("depends", (NOTHING,))  # FastAPI's `Depends()`: what the parameter's hint says

# Names that only the SDK has: no keyword is needed to suspect them.
_SDK_ONLY = frozenset(
    {
        "upload_file", "upload_fileobj", "download_file", "download_fileobj", "generate_presigned_url",
        "generate_presigned_post", "get_paginator", "get_waiter",
    }
)  # fmt: skip
# Names that Python's own objects share with the SDK: without an AWS keyword they say nothing.
_COMMON = frozenset({"get_object", "get_session", "list_objects", "get_role", "list_users", "get_user"})
