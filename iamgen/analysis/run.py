"""Running an entry: a handler, a script, or every function of a library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iamgen.analysis import limits
from iamgen.analysis.engine import Interpreter
from iamgen.analysis.interpreter.machine import Arguments, Diverges, Frame, LimitReached, present
from iamgen.analysis.pragmas import Pragma, apply
from iamgen.analysis.program.modules import Program, Unreadable
from iamgen.analysis.program.parse import Unparsable
from iamgen.analysis.program.syntax import Code, FunctionDef, Module
from iamgen.analysis.settings import Options
from iamgen.analysis.usage import ApiCall, GapKind, Usage
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import Atom, Function, Opaque, Value
from iamgen.analysis.values.classes import ClassInfo
from iamgen.analysis.values.heap import HeapObject
from iamgen.analysis.values.joins import Meter
from iamgen.analysis.values.modules import ModuleInfo
from iamgen.catalog.store import Catalog
from iamgen.core.location import Location
from iamgen.core.text import Hole, HoleKind
from iamgen.project.model import HandlerEntry, LibraryEntry, ScriptEntry, Unit


def run_entry(unit: Unit, program: Program, catalog: Catalog, settings: Options) -> Usage:
    """The calls, gaps and call graph of a unit's entry, pragmas of code and settings applied; not yet in order."""
    m = Interpreter(program, catalog, unit.environment)
    Meter.cost = 0
    m.noted = frozenset(one.file for one in settings.declared)
    place = Location(unit.source.template or unit.source.code or unit.name, max(unit.source.line, 1))
    try:
        match unit.entry:
            case HandlerEntry(module=module, function=function):
                m.own_package = module.split(".")[0]
                _handler(m, module, function, place)
            case ScriptEntry(module=module):
                m.own_package = module.split(".")[0]
                _script(m, module, place)
            case LibraryEntry(modules=modules):
                m.library = True
                for module in modules:
                    m.own_package = module.split(".")[0]
                    _library(m, module, place)
            case None:
                pass
    except LimitReached:
        m.gap(GapKind.LIMIT, _here(m, place), f"the analysis took more than {limits.STEPS:,} steps")
    except MemoryError:
        m.gap(GapKind.LIMIT, _here(m, place), "the analysis ran out of memory")
    except RecursionError:
        m.gap(GapKind.LIMIT, _here(m, place), "the code nests too deeply to follow")
    applied = apply(_pragmas(m, settings), _merged(m.calls.values()), m.gaps.values(), catalog)
    return Usage(unit.name, applied.calls, applied.gaps, applied.suppressed, tuple(m.edges))


def _pragmas(m: Interpreter, settings: Options) -> list[Pragma]:
    """The pragmas of the settings and of every module that was read; one alone on its line speaks of the next."""
    found = [
        Pragma(Location(one.file, one.line, 1), one.line, (one.file, one.line) in m.visited, one.text)
        for one in settings.declared
    ]
    counted = None if settings.counted is None else frozenset(settings.counted)
    for module in m.modules.values():
        above = {number for number, _, alone in module.data.pragmas if alone}
        for number, text, _ in module.data.pragmas:
            if counted is not None and (module.data.file, number, text) not in counted:
                continue
            line = number
            while line in above:  # several in a row speak of the same line
                line += 1
            reached = (module.data.file, line) in m.visited
            found.append(Pragma(Location(module.data.file, number, 1), line, reached, text))
    return found


def _here(m: Interpreter, place: Location) -> Location:
    return m.where(m.current) if m.current is not None else place


def _merged(calls: object) -> list[ApiCall]:
    """Calls of one place, at most so many; beyond that their arguments are no longer told apart."""
    from iamgen.analysis.usage import MappingOf

    by_site: dict[tuple[object, ...], list[ApiCall]] = {}
    for call in calls:  # type: ignore[attr-defined] # the machine's calls
        by_site.setdefault((call.service, call.operation, call.location, call.assumed_role), []).append(call)
    result: list[ApiCall] = []
    for found in by_site.values():
        if len(found) > limits.CALLS_PER_SITE:
            found = [replace(found[0], arguments=MappingOf((), open=True), region=None)]
        result.extend(found)
    return result


def _frame(m: Interpreter, module: HeapObject) -> Frame:
    frame = Frame(module, module, None, m.context(0, "entry", module.name), m.trail.mark())
    m.current = frame
    return frame


def _load(m: Interpreter, name: str, place: Location) -> HeapObject | None:
    start = HeapObject("module", name, ModuleInfo(name, package=False, file=place.file))
    frame = Frame(start, start, None, 0, 0)
    frame.at = place.line * 4096 + 1
    m.current = frame
    found = m.program.find(name)
    if found is None or found.path is None:
        m.gap(GapKind.UNKNOWN_ENTRY, place, f"the module `{name}` is not found")
        return None
    return m.load_module(frame, name, frame.at)


def _handler(m: Interpreter, module_name: str, function: str, place: Location) -> None:
    module = _load(m, module_name, place)
    if module is None:
        return
    frame = _frame(m, module)
    frame.at = _definition(m, module_name, function)
    if module.data.broken:
        m.run_escapes()
        return
    value: Value = (module,)
    for step in function.split("."):
        held = m.trail.read(module, step) if value == (module,) else None
        if value == (module,) and not (isinstance(held, tuple) and present(held)):
            stopped = module.data.stopped
            where = m.where(frame, stopped) if stopped else Location(module.data.file or place.file, 1, 1)
            message = f"the module `{module_name}` has no `{step}`"
            if stopped:
                message = f"the body of the module `{module_name}` never ends: it stops here, before it has a `{step}`"
            m.gap(GapKind.UNKNOWN_ENTRY, where, message)
            m.run_escapes()
            return
        value = m.getattr(frame, value, step, 0)
    repeat(m, frame, lambda: _invoke(m, frame, value))


def _definition(m: Interpreter, module: str, function: str) -> int:
    """Where the module defines the entry: what its decorators send is reported there."""
    found = m.program.find(module)
    loaded = m.program.load(found) if found is not None and found.path is not None else None
    for statement in loaded.body if isinstance(loaded, Module) else ():
        if isinstance(statement, FunctionDef) and statement.code.name == function:
            return statement.at
    return 0


def repeat(m: Interpreter, frame: Frame, once: Callable[[], object]) -> None:
    """A warm function is invoked again with what earlier invocations left in its globals.

    Each round starts from the state that the one before left: the first is the cold start.
    """
    saved = frame.context
    for number in range(1, limits.HANDLER_ROUNDS + 1):
        frame.context = m.context(saved, "invocation", min(number, 2))
        start = m.trail.mark()
        made = HeapObject.count
        with m.tracked() as reads:
            once()
            m.run_escapes()
        before = m.trail.touched(start)
        # What this round made itself is reached only through cells that were there, which then changed.
        lasting = [(cell, old) for cell, old in before.items() if cell[0].serial <= made]
        changed = {cell for cell, old in lasting if cell[0].cells.get(cell[1]) != old}
        if not changed & reads:
            break
    frame.context = saved


def _invoke(m: Interpreter, frame: Frame, value: Value) -> bool:
    event = (Opaque(Hole(HoleKind.EVENT, ""), False),)
    context = (Opaque(Hole(HoleKind.UNKNOWN, "", "the invocation's context"), False, a.CONTEXT),)
    m.current = frame
    for atom in value:
        code = _code_of(atom)
        pos: list[Value] = [event, context]
        if code is not None:
            skip = 1 if isinstance(atom, a.BoundMethod) else 0
            if not any(param.kind == "star" for param in code.params):
                pos = pos[: len([param for param in code.params if param.kind in ("pos", "any")]) - skip]
        try:
            result = m.call(frame, (atom,), Arguments(tuple(pos)), 0)
            result = m.consume(frame, result, 0)
            for item in result:
                if isinstance(item, HeapObject) and item.kind == "generator":
                    m.iterate(frame, (item,), 0)
        except Diverges:
            continue
    return True


def _code_of(atom: Atom) -> Code | None:
    if isinstance(atom, Function):
        return atom.code
    if isinstance(atom, a.BoundMethod):
        return _code_of(atom.function)
    return None


def _script(m: Interpreter, name: str, place: Location) -> None:
    found = m.program.find(name)
    if found is None or found.path is None:
        m.gap(GapKind.UNKNOWN_ENTRY, place, f"the module `{name}` is not found")
        return
    info = ModuleInfo(name, found.package, m.program.relative(found.path))
    module = HeapObject("module", name, info)
    m.modules[name] = module
    loaded = m.program.load(found)
    if isinstance(loaded, Unparsable | Unreadable):
        kind = GapKind.UNPARSABLE_FILE if isinstance(loaded, Unparsable) else GapKind.UNREADABLE_FILE
        m.gap(kind, loaded.location, loaded.message)
        return
    m.run_module(None, module, loaded, name="__main__")
    frame = _frame(m, module)
    del frame
    m.run_escapes()


def _library(m: Interpreter, name: str, place: Location) -> None:
    """Every function and method of a module may be called."""
    module = _load(m, name, place)
    if module is None:
        return
    frame = _frame(m, module)
    for held in list(module.cells.values()):
        if not isinstance(held, tuple):
            continue
        for atom in present(held):
            if isinstance(atom, HeapObject) and atom.kind == "class" and isinstance(atom.data, ClassInfo):
                if atom.data.module is module:
                    _class_members(m, frame, atom)
            elif isinstance(atom, Function):
                if atom.module is module:
                    m.escape(frame, (atom,))
            elif isinstance(atom, a.BoundMethod | a.Partial | a.Model):
                m.escape(frame, (atom,))
    m.run_escapes()


def _class_members(m: Interpreter, frame: Frame, cls: HeapObject) -> None:
    made = m.any_instance(cls)
    for base in (cls,):
        for name, held in list(base.cells.items()):
            if not isinstance(held, tuple):
                continue
            for atom in present(held):
                if isinstance(atom, Function):
                    for instance in made or (None,):
                        if instance is not None and not (name.startswith("__") and name in ("__init__", "__new__")):
                            m.escape(frame, (a.BoundMethod(atom, instance),))
                elif isinstance(atom, a.StaticMethod):
                    m.escape(frame, atom.function)
                elif isinstance(atom, a.ClassMethod):
                    for inner in atom.function:
                        m.escape(frame, (a.BoundMethod(inner, cls),))
                elif isinstance(atom, a.Property):
                    for getter in atom.getter:
                        for instance in made:
                            m.escape(frame, (a.BoundMethod(getter, instance),))
