"""inspect, typing and pkgutil: code that looks at its own functions, hints and modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iamgen.analysis.interpreter.attributes import attribute_key
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.interpreter.operators import truth
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.libraries.builtins import first
from iamgen.analysis.libraries.records import namespace
from iamgen.analysis.libraries.registry import CallModel, Library
from iamgen.analysis.program import syntax as s
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Atom, External, Function, Value
from iamgen.analysis.values.classes import ClassInfo
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join

_EMPTY: Value = (External("inspect.Parameter.empty"),)
_KINDS = {
    "pos": "POSITIONAL_ONLY",
    "any": "POSITIONAL_OR_KEYWORD",
    "star": "VAR_POSITIONAL",
    "kw": "KEYWORD_ONLY",
    "dstar": "VAR_KEYWORD",
}


def _functions(m: Machine, f: Frame, atom: Atom, given: int = 0) -> Iterator[tuple[Function, int]]:
    """The functions that a callable runs, each with how many of its parameters are bound already."""
    match atom:
        case Function():
            held = m.trail.read(m.function_attributes, attribute_key(atom, "__wrapped__"))
            if isinstance(held, tuple) and held:
                for inner in held:
                    yield from _functions(m, f, inner, given)
            else:
                yield atom, given
        case a.BoundMethod(function=inner):
            yield from _functions(m, f, inner, given + 1)
        case a.Partial(callee=callee, args=args):
            for inner in callee:
                yield from _functions(m, f, inner, given + len(args))
        case a.StaticMethod(function=value) | a.ClassMethod(function=value):
            for inner in value:
                yield from _functions(m, f, inner, given)
        case a.Model(data=(tuple() as value, *_)):
            for inner in value:
                yield from _functions(m, f, inner, given)
        case HeapObject(kind="class"):
            init = m.class_lookup(atom, "__init__")
            for inner in init[0] if init is not None else NOTHING:
                yield from _functions(m, f, inner, 1)
        case HeapObject(kind="instance") if m.has_method(atom, "__call__"):
            for inner in m.getattr(f, (atom,), "__call__", f.at):
                yield from _functions(m, f, inner, given)
        case _:
            return


def _hint(m: Machine, function: Function, annotation: s.Expr | None) -> Value:
    if annotation is None:
        return _EMPTY
    return m.annotated(function, annotation) or a.unknown("a type")


def _parameter(m: Machine, f: Frame, key: tuple[object, ...], name: str, **fields: Value) -> Value:
    return namespace(m, f, key, {"name": a.text(name), "empty": _EMPTY, **fields})


def _signature(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`inspect.signature(callable)`: its parameters by name, with defaults and hints."""
    result: Value = NOTHING
    target = args.get(0, "obj") or NOTHING
    for atom in target:
        for function, given in _functions(m, f, atom):
            entries: dict[str, Value] = {}
            defaults = dict(function.defaults)
            for param in function.code.params[given:]:
                entries[param.name] = _parameter(
                    m,
                    f,
                    ("parameter", id(function.code), param.name),
                    param.name,
                    default=defaults.get(param.name) or _EMPTY,
                    annotation=_hint(m, function, param.annotation),
                    kind=(External(f"inspect.Parameter.{_KINDS[param.kind]}"),),
                )
            result = join(result, _described(m, f, ("signature", id(function.code)), entries, target))
        if isinstance(atom, HeapObject) and atom.kind == "class" and m.class_lookup(atom, "__init__") is None:
            info: ClassInfo = atom.data
            entries = {}
            for item in info.fields:
                default = m.class_lookup(atom, item.name)
                hint = m.class_hint(atom, item.annotation) if item.annotation is not None else _EMPTY
                entries[item.name] = _parameter(
                    m,
                    f,
                    ("parameter", id(atom), item.name),
                    item.name,
                    default=default[0] if default is not None else _EMPTY,
                    annotation=hint or a.unknown("a type"),
                    kind=(External("inspect.Parameter.POSITIONAL_OR_KEYWORD"),),
                )
            result = join(result, _described(m, f, ("signature", id(atom)), entries, target))
    return result or a.unknown("a signature")


def _described(m: Machine, f: Frame, key: tuple[object, ...], entries: dict[str, Value], target: Value) -> Value:
    parameters = m.new_dict(f, (*key, "parameters"), Map(entries))
    fields = {
        "parameters": parameters,
        "empty": _EMPTY,
        "return_annotation": a.unknown("a type"),
        "bind": (a.Model("signature.bind", (target,)),),
        "bind_partial": (a.Model("signature.bind", (target,)),),
    }
    return namespace(m, f, key, fields)


def _bind(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`signature.bind(*args, **kwargs)`: the arguments by the names of their parameters."""
    target = atom.data[0]
    assert isinstance(target, tuple)
    result: Value = NOTHING
    for item in target:
        for function, given in _functions(m, f, item):
            skipped = tuple(a.unknown("an argument that is bound already") for _ in range(given))
            bound = m.bind(f, function, Arguments((*skipped, *args.pos), args.kw, args.more, args.rest))
            entries = {param.name: bound[param.name] for param in function.code.params[given:]}
            fields = {
                "arguments": m.new_dict(f, ("arguments", at), Map(entries)),
                "args": m.new_list(f, ("args", at), "tuple", Seq(args.pos, args.more)),
                "kwargs": m.new_dict(f, ("kwargs", at), Map(dict(args.kw), open=args.rest is not None)),
                "apply_defaults": (a.Model("ignored"),),
            }
            result = join(result, namespace(m, f, ("bound", at), fields))
    return result or a.unknown("bound arguments")


def _hints(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`typing.get_type_hints(function or class)`."""
    entries: dict[str, Value] = {}
    for atom in args.get(0, "obj") or NOTHING:
        if isinstance(atom, HeapObject) and atom.kind in ("class", "instance"):
            cls = atom if atom.kind == "class" else atom.data
            for item in cls.data.fields if isinstance(cls, HeapObject) and isinstance(cls.data, ClassInfo) else ():
                if item.annotation is not None:
                    entries[item.name] = m.class_hint(cls, item.annotation) or a.unknown("a type")
            continue
        for function, _ in _functions(m, f, atom):
            for param in function.code.params:
                if param.annotation is not None:
                    entries[param.name] = _hint(m, function, param.annotation)
    return m.new_dict(f, ("hints", at), Map(entries))


def _specification(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`inspect.getfullargspec(function)`."""
    names: list[Value] = []
    only: list[Value] = []
    for atom in args.get(0, "func") or NOTHING:
        for function, _ in _functions(m, f, atom):
            names += [a.text(one.name) for one in function.code.params if one.kind in ("pos", "any")]
            only += [a.text(one.name) for one in function.code.params if one.kind == "kw"]
    fields = {
        "args": m.new_list(f, ("args", at), "list", Seq(tuple(names))),
        "kwonlyargs": m.new_list(f, ("kwonlyargs", at), "list", Seq(tuple(only))),
        "annotations": _hints(m, f, args, at),
    }
    return namespace(m, f, ("specification", at), fields)


def _unwrap(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`inspect.unwrap(function)`."""
    found = [function for atom in args.get(0, "func") or NOTHING for function, _ in _functions(m, f, atom)]
    return tuple(dict.fromkeys(found)) or args.get(0, "func") or a.DATA


# --- what something is ---------------------------------------------------------------------------------


def _coroutine_function(m: Machine, f: Frame, atom: Atom) -> bool | None:
    found = {function.code.is_async for function, _ in _functions(m, f, atom)}
    return found.pop() if len(found) == 1 else None


def _generator_function(m: Machine, f: Frame, atom: Atom) -> bool | None:
    found = {function.code.is_generator for function, _ in _functions(m, f, atom)}
    return found.pop() if len(found) == 1 else None


def _abstract(m: Machine, f: Frame, atom: Atom) -> bool | None:
    if not isinstance(atom, HeapObject) or atom.kind != "class":
        return None if isinstance(atom, a.Opaque) else False
    names = {name for base in atom.data.mro for name in m.trail.held(base)}
    for name in names:
        found = m.class_lookup(atom, name)
        for item in found[0] if found is not None else NOTHING:
            for one in item.getter if isinstance(item, a.Property) else (item,):
                if isinstance(one, Function):
                    key = attribute_key(one, "__isabstractmethod__")
                    if m.trail.read(m.function_attributes, key):
                        return True
    return False


def _kind(*kinds: str) -> Callable[[Machine, Frame, Atom], bool | None]:
    def check(m: Machine, f: Frame, atom: Atom) -> bool | None:
        match atom:
            case Function():
                return "function" in kinds
            case a.BoundMethod():
                return "method" in kinds
            case HeapObject():
                return atom.kind in kinds
            case External(path=path):
                kind = "module" if "." not in path else "class" if path.rpartition(".")[2][:1].isupper() else ""
                return None if kind == "class" and "class" in kinds else kind in kinds
            case a.Model() | a.Opaque():
                return None
            case _:
                return False

    return check


def _predicate(check: Callable[[Machine, Frame, Atom], bool | None]) -> CallModel:
    def run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        answers = {check(m, f, atom) for atom in args.get(0, "object") or a.DATA}
        if None in answers or len(answers) != 1:
            return a.BOOL
        return a.TRUE if True in answers else a.FALSE

    return run


def _members(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`inspect.getmembers(object, predicate)`: (name, value) of what an object, a class or a module has."""
    predicate = args.get(1, "predicate")
    pairs: list[Value] = []
    for atom in args.get(0, "object") or a.DATA:
        if not isinstance(atom, HeapObject) or atom.kind not in ("instance", "class", "module"):
            return a.unknown("members", client=True)
        holders = [atom]
        cls = atom.data if atom.kind == "instance" else atom
        if isinstance(cls, HeapObject) and isinstance(cls.data, ClassInfo):
            holders.extend(cls.data.mro)
        names = {name for holder in holders for name, held in m.trail.held(holder).items() if isinstance(held, tuple)}
        for name in sorted(one for one in names if not one.startswith(("\0", "__"))):
            value = m.getattr(f, (atom,), name, at)
            if predicate is not None and value:
                answer = m.call_value(f, predicate, value)
                if answer and not truth(m, answer)[0]:
                    continue
            if value:
                pairs.append(m.new_list(f, ("member", at, id(atom), name), "tuple", Seq((a.text(name), value))))
    return m.new_list(f, ("members", at), "list", Seq(tuple(pairs)))


# --- pkgutil -----------------------------------------------------------------------------------------


def _modules(m: Machine, f: Frame, args: Arguments, at: int, *, deep: bool) -> Value:
    """`pkgutil.iter_modules(path, prefix)`: what lies in the folders of a package."""
    given = args.get(1, "prefix") or a.text("")
    prefix = to_text(m, given[0]).literal if len(given) == 1 else None
    names: dict[str, bool] = {}
    known = True
    for atom in args.get(0, "path") or NOTHING:
        content = m.iterate(f, (atom,), at)
        known = known and not content.rest
        for item in content.items:
            for one in item:
                folder = to_text(m, one).literal
                held = m.program.modules_in(folder, deep=deep) if folder is not None else None
                known = known and held is not None
                names.update(held or ())
    if not known or prefix is None:
        return a.unknown("the modules of a folder")
    found = tuple(_module_info(m, f, at, prefix + name, package) for name, package in names.items())
    return m.new_list(f, ("modules", at), "list", Seq(found))


def _module_info(m: Machine, f: Frame, at: int, name: str, package: bool) -> Value:
    row = m.alloc(f, ("module", at, name), "tuple")
    fields = {"module_finder": a.unknown("a finder"), "name": a.text(name), "ispkg": a.constant(package)}
    m.set_content(row, Seq(tuple(fields.values())))
    for key, value in fields.items():
        m.trail.write(row, key, value)
    return (row,)


def _iter_modules(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return _modules(m, f, args, at, deep=False)


def _walk_packages(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return _modules(m, f, args, at, deep=True)


_CALLS: dict[str, CallModel] = {
    "inspect.signature": _signature,
    "inspect.Signature.from_callable": _signature,
    "inspect.getfullargspec": _specification,
    "inspect.get_annotations": _hints,
    "inspect.unwrap": _unwrap,
    "inspect.getmembers": _members,
    "inspect.getmembers_static": _members,
    "inspect.isclass": _predicate(_kind("class")),
    "inspect.isfunction": _predicate(_kind("function")),
    "inspect.ismethod": _predicate(_kind("method")),
    "inspect.isroutine": _predicate(_kind("function", "method")),
    "inspect.ismodule": _predicate(_kind("module")),
    "inspect.isgenerator": _predicate(_kind("generator")),
    "inspect.iscoroutine": _predicate(_kind("coroutine")),
    "inspect.isawaitable": _predicate(_kind("coroutine", "future")),
    "inspect.isgeneratorfunction": _predicate(_generator_function),
    "inspect.iscoroutinefunction": _predicate(_coroutine_function),
    "inspect.isasyncgenfunction": _predicate(_generator_function),
    "inspect.isabstract": _predicate(_abstract),
    "asyncio.iscoroutinefunction": _predicate(_coroutine_function),
    "asyncio.iscoroutine": _predicate(_kind("coroutine")),
    "inspect.cleandoc": first,
    "typing.get_type_hints": _hints,
    "typing_extensions.get_type_hints": _hints,
    "pkgutil.iter_modules": _iter_modules,
    "pkgutil.walk_packages": _walk_packages,
}

LIBRARY = Library(calls=_CALLS, models={"signature.bind": _bind})
