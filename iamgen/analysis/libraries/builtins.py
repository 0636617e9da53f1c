"""Python's builtin functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iamgen.analysis.interpreter.attributes import SOME, attribute_key, attribute_names
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present, spoken
from iamgen.analysis.interpreter.operators import joined_map, merge_maps, truth, unary
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.libraries.registry import CallModel, Library, ModelCall
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, Const, External, Function, Opaque, Value
from iamgen.analysis.values.classes import ClassInfo
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all
from iamgen.analysis.values.modules import ModuleInfo
from iamgen.core.text import Text


def data(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """A function that only computes."""
    return a.DATA


def number(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`int`, `float`, `round`, ...: a number that is not followed."""
    first = args.get(0, "")
    if first and len(first) == 1 and isinstance(first[0], Const) and isinstance(first[0].value, int):
        return first
    if first and len(first) == 1 and isinstance(first[0], Text) and (first[0].literal or "").isdigit():
        return a.constant(int(first[0].literal or "0"))
    if first and isinstance(first[0], Opaque):
        return (Opaque(first[0].hole, False, "int"),)
    return a.SOME_INT


def nothing(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """A function that is called for its effect elsewhere."""
    return a.NONE


def first(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """A function that gives back its argument."""
    return args.get(0, "") or a.DATA


def _str(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    value = args.get(0, "object")
    if value is None:
        return a.text("")
    return tuple(dict.fromkeys(to_text(m, atom) for atom in spoken(value)))


def _bool(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    value = args.get(0, "")
    return unary(m, "not", unary(m, "not", value)) if value else a.FALSE


def _len(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    value = args.get(0, "")
    if value and len(value) == 1 and isinstance(value[0], HeapObject) and value[0].kind in ("list", "tuple"):
        content = m.seq(value[0])
        if not content.rest and (not value[0].shared or not content.items):
            return a.constant(len(content.items))
    if value and len(value) == 1 and isinstance(value[0], HeapObject) and value[0].kind == "dict":
        size = _size(m.map(value[0]), shared=value[0].shared)
        if size is not None:
            return a.constant(size)
    if value and len(value) == 1 and isinstance(value[0], Text) and value[0].literal is not None:
        return a.constant(len(value[0].literal))
    if value and isinstance(value[0], HeapObject) and value[0].kind == "instance" and m.has_method(value[0], "__len__"):
        m.call_method(f, value[0], "__len__", (), at)
    return a.SOME_INT


def _size(content: Map, *, shared: bool) -> int | None:
    """The number of a mapping's keys, if it is known."""
    if content.rest or content.open:
        return None
    if not content.entries:
        return 0
    known = not shared and all(a.ABSENT not in value for value in content.entries.values())
    # keys that are texts with holes may be one and the same
    return len(content.entries) if known and not any(key.startswith("\0text:") for key in content.entries) else None


def _collection(kind: str) -> CallModel:
    def make(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        value = args.get(0, "iterable")
        content = m.iterate(f, value, at) if value else Seq()
        if kind == "set":
            content = Seq(tuple(dict.fromkeys(content.items)), content.rest)
        return m.new_list(f, (kind, at), kind, content)

    return make


def _dict(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = Map()
    value = args.get(0, "\0")
    if value and any(atom == External("os.environ") for atom in value):
        return m.environment_with(f, ("dict", at), Map(dict(args.kw)))
    if value:
        content = joined_map([m.as_map(f, atom) for atom in value])
    given = Map(dict(args.kw), args.rest.rest if args.rest else NOTHING, open=args.rest is not None)
    return m.new_dict(f, ("dict", at), merge_maps(content, given))


def _getattr(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    target = args.get(0, "") or a.DATA
    name = args.get(1, "") or a.SOME_TEXT
    default = args.get(2, "")
    names = attribute_names(name)
    if names is not None:
        result: Value = NOTHING
        for one in names:
            result = join(result, m.getattr(f, target, one, at))
        result = m.of_its_service(result)
        return join(result, default) if default else result
    return _dynamic(m, f, target, name, default, at)


def _dynamic(m: Machine, f: Frame, target: Value, name: Value, default: Value | None, at: int) -> Value:
    """`getattr` with a name that is not known: methods that the text's known parts allow."""
    result: Value = default or NOTHING
    patterns = [atom if isinstance(atom, Text) else Text() for atom in name if not isinstance(atom, Const)]
    for atom in target:
        if isinstance(atom, sdk.Client):
            methods = [one for one in m.catalog.methods(atom.service) if any(_fits(one, text) for text in patterns)]
            known = any(_tells(text) for text in patterns)
            candidates = tuple(
                f"{atom.service}.{operation.name}"
                for operation in (m.catalog.method(atom.service, one) for one in methods)
                if operation is not None
            )
            m.gap(
                GapKind.DYNAMIC_OPERATION,
                m.where(f, at),
                f"the method of the `{atom.service}` client is chosen by a text that is not known"
                + (f" ({len(candidates)} fit)" if known else ""),
                candidates if known else (f"{atom.service}.*",),
            )
            result = join(result, a.unknown("a client's method that is not known"))
        elif isinstance(atom, sdk.Resource):
            m.gap(
                GapKind.DYNAMIC_OPERATION,
                m.where(f, at),
                f"the method of a `{atom.client.service}` resource is chosen by a text that is not known",
                (f"{atom.client.service}.*",),
            )
            result = join(result, a.unknown("a resource's method that is not known"))
        elif isinstance(atom, HeapObject) and atom.kind in ("instance", "class", "module"):
            result = join(result, _members(m, f, atom, patterns, at))
        else:
            result = join(result, a.unknown("an attribute that is not known", client=not isinstance(atom, Text)))
    return result


def _fits(method: str, text: Text) -> bool:
    if not text.parts:
        return True
    head = text.parts[0] if isinstance(text.parts[0], str) else ""
    tail = text.parts[-1] if isinstance(text.parts[-1], str) else ""
    return method.startswith(head) and method.endswith(tail) and len(method) >= len(head) + len(tail)


def _tells(text: Text) -> bool:
    return any(isinstance(part, str) for part in text.parts)


def _members(m: Machine, f: Frame, obj: HeapObject, patterns: list[Text], at: int) -> Value:
    """Any public member of an object of the program whose name fits."""
    names: dict[str, None] = {}
    holders = [obj]
    cls = obj.data if obj.kind == "instance" else obj
    if isinstance(cls, HeapObject) and isinstance(cls.data, ClassInfo):
        holders.extend(cls.data.mro)
    elif isinstance(cls, ModuleInfo):
        pass
    for holder in holders:
        for name in m.trail.held(holder):
            if not name.startswith(("__", "\0")) and any(_fits(name, text) for text in patterns):
                names[name] = None
    result: Value = NOTHING
    for name in names:
        result = join(result, m.getattr(f, (obj,), name, at))
    return result


def _setattr(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    target, name, value = args.get(0, "") or NOTHING, args.get(1, "") or NOTHING, args.get(2, "") or a.DATA
    names = attribute_names(name)
    for one in names or ():
        m.setattr(f, target, one, value)
    if names is None:
        m.escape(f, value)
        _set_some(m, target, value)
    return a.NONE


def _set_some(m: Machine, target: Value, value: Value) -> None:
    """Set an attribute whose name is not known: any that there is, also by the class, may be the one."""
    for atom in target:
        if isinstance(atom, Function):
            m.trail.write(m.function_attributes, attribute_key(atom, SOME), value)
        if not isinstance(atom, HeapObject):
            continue
        for key, held in list(m.trail.held(atom).items()):
            if isinstance(held, tuple) and not key.startswith("\0"):
                m.trail.write(atom, key, join(held, value))
        info = atom.data.data if atom.kind == "instance" and isinstance(atom.data, HeapObject) else None
        for base in info.mro if isinstance(info, ClassInfo) else ():
            for key, held in list(m.trail.held(base).items()):
                data = isinstance(held, tuple) and all(isinstance(one, Const | Text) for one in held)
                if data and not key.startswith(("\0", "__")) and m.trail.read(atom, key) is None:
                    m.trail.write(atom, key, join(value, (a.ABSENT,)))


def _hasattr(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    target, names = args.get(0, "") or NOTHING, attribute_names(args.get(1, "") or NOTHING)
    if not names or len(names) != 1:
        return a.BOOL
    answers = {_has(m, atom, names[0]) for atom in present(target)}
    if None in answers or len(answers) != 1:
        return a.BOOL
    return a.TRUE if True in answers else a.FALSE


def _has(m: Machine, atom: Atom, name: str) -> bool | None:
    """Whether an object has an attribute, None when that is not known."""
    match atom:
        case HeapObject(kind="instance"):
            held = m.trail.read(atom, name)
            return True if (held and a.ABSENT not in held) or m.has_method(atom, name) else None
        case a.BoundMethod(function=inner):
            return None if name.startswith("__") else _has(m, inner, name)
        case Function():
            held = m.trail.read(m.function_attributes, attribute_key(atom, name))
            if held:
                return None if a.ABSENT in held else True
            # `functools.wraps` copies what the wrapped function has.
            inner = m.trail.read(m.function_attributes, attribute_key(atom, "__wrapped__")) or NOTHING
            if m.trail.read(m.function_attributes, attribute_key(atom, SOME)):
                return None
            return None if name.startswith("__") or any(_has(m, one, name) is not False for one in inner) else False
        case Text():
            return hasattr("", name)
        case Const(value=None | bool() | int() | float() | bytes() as value):
            return hasattr(value, name)
        case HeapObject(kind="list" | "tuple" | "set" | "dict" as kind):
            return None if kind in ("tuple", "dict") else hasattr([] if kind == "list" else set(), name)
    return None


def _isinstance(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    value, classes = args.get(0, "") or NOTHING, args.get(1, "") or NOTHING
    answers = {m.is_instance(atom, classes) for atom in value}
    if None in answers or len(answers) != 1:
        return a.BOOL
    return a.TRUE if True in answers else a.FALSE


def _issubclass(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    answers = {_is_subclass(m, one, args.get(1, "") or NOTHING) for one in args.get(0, "") or NOTHING}
    if None in answers or len(answers) != 1:
        return a.BOOL
    return a.TRUE if True in answers else a.FALSE


def _is_subclass(m: Machine, cls: Atom, bases: Value) -> bool | None:
    info = cls.data if isinstance(cls, HeapObject) else None
    wanted = m.flat_classes(bases)
    if not isinstance(info, ClassInfo):
        own = all(isinstance(base, HeapObject) and base.kind == "class" for base in wanted)
        return False if isinstance(cls, External) and own and wanted else None
    registered = [m.trail.read(base, "\0registered") or NOTHING for base in wanted if isinstance(base, HeapObject)]
    if any(base in info.mro or base in info.external for base in wanted):
        return True
    if any(one in held for held in registered for one in info.mro):
        return True
    own = all(isinstance(base, HeapObject) and base.kind == "class" and m.nominal(base.data) for base in wanted)
    return False if own and wanted else None


def _type(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    if len(args.pos) == 3:
        return m.dynamic_class(f, args, at)
    result: Value = NOTHING
    for atom in args.get(0, "") or NOTHING:
        if isinstance(atom, HeapObject) and atom.kind == "instance" and isinstance(atom.data, HeapObject):
            result = join(result, (atom.data,))
        elif isinstance(atom, a.EnumMember):
            result = join(result, (atom.cls,))
        elif isinstance(atom, Text):
            result = join(result, (External("builtins.str"),))
        elif isinstance(atom, HeapObject) and atom.kind in ("list", "dict", "tuple", "set"):
            result = join(result, (External(f"builtins.{atom.kind}"),))
        else:
            result = join(result, a.unknown("a type"))
    return result or a.DATA


def _map(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    function = args.get(0, "func") or a.DATA
    sources = [m.iterate(f, value, at) for value in args.pos[1:]]
    closed = all(not source.rest for source in sources) and sources
    if closed and max(len(source.items) for source in sources) <= 64:
        saved = f.context
        items = []
        for number, row in enumerate(zip(*(source.items for source in sources), strict=False)):
            f.context = m.context(saved, "map", at, number)
            made = m.call_value(f, function, *row)
            if made:
                items.append(made)
        f.context = saved
        return m.new_list(f, ("map", at), "list", Seq(tuple(items)))
    elements = [join_all([*source.items, source.rest]) or a.DATA for source in sources]
    made = _maybe(m, f, lambda: m.call_value(f, function, *elements))
    return m.new_list(f, ("map", at), "list", Seq((), made))


def _maybe(m: Machine, f: Frame, run: Callable[[], Value]) -> Value:
    """Evaluate what happens on some paths only, any number of times."""
    found: list[Value] = []

    def once() -> bool:
        found.append(run())
        return True

    m.either(f, once, lambda: True)
    return join_all(found)


def _filter(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    function = args.get(0, "function") or a.DATA
    content = m.iterate(f, args.get(1, "iterable") or a.DATA, at)
    kept: list[Value] = []
    sure = True
    for item in (*content.items, content.rest):
        if not item:
            continue
        if any(isinstance(atom, Const) and atom.value is None for atom in function):
            yes, no = truth(m, item)
        else:
            answer = m.call_value(f, function, item)
            yes, no = truth(m, answer) if answer else (False, True)
        if yes:
            kept.append(item)
        sure = sure and not (yes and no)
    if sure and not content.rest:
        return m.new_list(f, ("filter", at), "list", Seq(tuple(kept)))
    return m.new_list(f, ("filter", at), "list", Seq((), join_all(kept)))


def _sorted(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = m.iterate(f, args.get(0, "iterable") or a.DATA, at)
    everything = join_all([*content.items, content.rest])
    key = args.kw.get("key")
    if key is not None and everything:
        _maybe(m, f, lambda: m.call_value(f, key, everything))
    literals = [item[0].literal if len(item) == 1 and isinstance(item[0], Text) else None for item in content.items]
    if not content.rest and key is None and all(one is not None for one in literals):
        ordered = sorted(one for one in literals if one is not None)
        for atom in args.kw.get("reverse", NOTHING):
            if isinstance(atom, Const) and atom.value:
                ordered.reverse()
        return m.new_list(f, ("sorted", at), "list", Seq(tuple(a.text(one) for one in ordered)))
    return m.new_list(f, ("sorted", at), "list", Seq((), everything))


def _best(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`min` and `max`: one of the items."""
    if len(args.pos) == 1:
        content = m.iterate(f, args.pos[0], at)
        everything = join_all([*content.items, content.rest])
    else:
        everything = join_all(list(args.pos))
    key = args.kw.get("key")
    if key is not None and everything:
        _maybe(m, f, lambda: m.call_value(f, key, everything))
    return join(everything, args.kw.get("default", NOTHING)) or a.DATA


def _enumerate(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = m.iterate(f, args.get(0, "iterable") or a.DATA, at)
    pairs = tuple(
        m.new_list(f, ("enumerate", at, number), "tuple", Seq((a.constant(number), item)))
        for number, item in enumerate(content.items)
    )
    rest = m.new_list(f, ("enumerate", at), "tuple", Seq((a.SOME_INT, content.rest))) if content.rest else NOTHING
    return m.new_list(f, ("enumerated", at), "list", Seq(pairs, rest))


def _zip(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    sources = [m.iterate(f, value, at) for value in args.pos]
    if sources and all(not source.rest for source in sources):
        rows = tuple(
            m.new_list(f, ("zip", at, number), "tuple", Seq(tuple(row)))
            for number, row in enumerate(zip(*(source.items for source in sources), strict=False))
        )
        return m.new_list(f, ("zipped", at), "list", Seq(rows))
    elements = tuple(join_all([*source.items, source.rest]) or a.DATA for source in sources)
    row = m.new_list(f, ("zip", at), "tuple", Seq(elements))
    return m.new_list(f, ("zipped", at), "list", Seq((), row))


def _range(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    bounds = [value[0].value for value in args.pos if len(value) == 1 and isinstance(value[0], Const)]
    numbers = [bound for bound in bounds if isinstance(bound, int)]
    if numbers and len(numbers) == len(args.pos) and len(range(*numbers[:3])) <= 16:
        return m.new_list(f, ("range", at), "list", Seq(tuple(a.constant(n) for n in range(*numbers[:3]))))
    return m.new_list(f, ("range", at), "list", Seq((), a.SOME_INT))


def _next(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = m.iterate(f, args.get(0, "iterator") or a.DATA, at)
    found = join_all([*content.items, content.rest])
    default = args.get(1, "default")
    if default is None:
        return found
    return content.items[0] if content.items and not content.rest and len(content.items) == 1 else join(found, default)


def _reversed(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = m.iterate(f, args.get(0, "sequence") or a.DATA, at)
    items = tuple(reversed(content.items)) if not content.rest else content.items
    return m.new_list(f, ("reversed", at), "list", Seq(items, content.rest))


def _quantified(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    m.iterate(f, args.get(0, "iterable") or a.DATA, at)
    return a.BOOL


def _sum(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = m.iterate(f, args.get(0, "iterable") or a.DATA, at)
    found = join_all([*content.items, content.rest])
    lists = [atom for atom in found if isinstance(atom, HeapObject) and atom.kind == "list"]
    if lists:
        inner = [m.seq(atom) for atom in lists]
        return m.new_list(
            f, ("sum", at), "list", Seq((), join_all([v for one in inner for v in (*one.items, one.rest)]))
        )
    return a.SOME_INT


def _property(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    getter, setter, deleter = (args.get(i, name) or NOTHING for i, name in enumerate(("fget", "fset", "fdel")))
    return (a.Property(getter, setter, deleter=deleter),)


def _property_part(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    inner = atom.data[0]
    assert isinstance(inner, a.Property)
    given = args.get(0, "") or NOTHING
    match atom.name:
        case "property.setter":
            return (replace(inner, setter=given),)
        case "property.deleter":
            return (replace(inner, deleter=given),)
        case _:
            return (replace(inner, getter=given),)


def _delattr(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    target = args.get(0, "") or NOTHING
    for name in attribute_names(args.get(1, "") or NOTHING) or ():
        m.delattr(f, target, name)
    return a.NONE


def _vars(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    given = args.get(0, "")
    if given is None:
        return _locals(m, f, args, at)
    result: Value = NOTHING
    for atom in present(given):
        if isinstance(atom, HeapObject) and atom.kind == "instance":
            result = join(result, m.instance_dict(f, atom))
        elif isinstance(atom, HeapObject) and atom.kind in ("module", "class"):
            result = join(result, m.new_dict(f, ("vars", atom, at), Map(_cells(m, atom))))
        else:
            result = join(result, m.getattr(f, (atom,), "__dict__", at))
    return result


def _namespace(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`globals()`: the module's names as a mapping."""
    return m.new_dict(f, ("globals", at), Map(_cells(m, f.module)))


def _cells(m: Machine, obj: HeapObject) -> dict[str, Value]:
    return {k: v for k, v in m.trail.held(obj).items() if isinstance(v, tuple) and not k.startswith("\0")}


def _locals(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    entries = {k: v for k, v in m.trail.held(f.scope).items() if isinstance(v, tuple) and not k.startswith("\0")}
    return m.new_dict(f, ("locals", at), Map(entries))


def _code(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`exec`, `eval`, `compile`: code that is not known, unless it is a harmless literal."""
    value = args.get(0, "source")
    literals = [atom.literal for atom in value or () if isinstance(atom, Text)]
    if literals and all(text is not None and "(" not in text for text in literals):
        return a.DATA
    m.dynamic_code(f, at, "exec or eval")
    return a.unknown("the result of eval", client=True)


def _open(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return m.open_file(f, args.get(0, "file") or a.SOME_TEXT)


def _print(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    if "file" in args.kw:
        m.escape(f, args.kw["file"])
    for value in args.all():
        for atom in value:
            if isinstance(atom, HeapObject) and atom.kind == "instance":
                to_text(m, atom)
    return a.NONE


def _import(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    from iamgen.analysis.libraries.importing import import_module

    return import_module(m, f, args, at)


def _super(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    result: Value = NOTHING
    for owner in args.get(0, "") or NOTHING:
        for receiver in args.get(1, "") or f.receiver or NOTHING:
            if isinstance(owner, HeapObject):
                result = join(result, (a.Super(owner, receiver),))
    return result or a.unknown("super()", client=True)


def _static(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.StaticMethod(args.get(0, "") or NOTHING),)


def _class_method(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.ClassMethod(args.get(0, "") or NOTHING),)


def _iter(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    value = args.get(0, "") or a.DATA
    sentinel = args.get(1, "")
    if sentinel is not None:
        made = m.call_value(f, value)
        return m.new_list(f, ("iter", at), "list", Seq((), made or a.DATA))
    return m.new_list(f, ("iter", at), "list", m.iterate(f, value, at))


def _callable(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    value = args.get(0, "") or NOTHING
    if value and all(isinstance(atom, Function | a.BoundMethod | a.Partial) for atom in value):
        return a.TRUE
    return a.FALSE if value and all(_is_data(atom) for atom in value) else a.BOOL


def _is_data(atom: Atom) -> bool:
    """Whether a value is a constant, a text or a container, none of which can be called."""
    if isinstance(atom, HeapObject):
        return atom.kind in ("dict", "list", "set", "tuple")
    return isinstance(atom, Const | Text)


def _method(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A bound method of a builtin type, kept in a variable."""
    receiver, name = atom.data
    found = m.builtin_method(f, receiver, str(name), args, at)
    return found if found is not None else a.DATA


def _base_init(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    receiver, cls = atom.data
    if isinstance(receiver, HeapObject) and isinstance(cls, HeapObject):
        m.init_external(f, receiver, cls, args, at)
    return a.NONE


def _class_call(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    cls = atom.data[0]
    assert isinstance(cls, HeapObject)
    return m.construct(f, cls, args, at)


def _class_new(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    cls = atom.data[0]
    for found in args.get(0, "") or NOTHING:
        if isinstance(found, HeapObject) and found.kind == "class":
            cls = found
    assert isinstance(cls, HeapObject)
    if len(args.pos) >= 4 and _is_metaclass(m, cls):
        return m.new_class(f, cls, args, at)
    return (m.alloc(f, ("new", id(cls), at), "instance", cls.name, cls),)


def _is_metaclass(m: Machine, cls: HeapObject) -> bool:
    if any(made.data.meta is cls for made in m.making):
        return True
    paths = [base.path for base in cls.data.external if isinstance(base, External)]
    return any(path == "builtins.type" or path.endswith("Meta") for path in paths)


def _object(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`object()`: a sentinel, which is nothing but itself."""
    return (m.alloc(f, ("object", at), "object"),)


def _object_new(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    for found in args.get(0, "") or NOTHING:
        if isinstance(found, HeapObject) and found.kind == "class":
            if len(args.pos) >= 4 and _is_metaclass(m, found):
                return m.new_class(f, found, args, at)
            return (m.alloc(f, ("new", id(found), at), "instance", found.name, found),)
    return a.DATA


def _object_setattr(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    receiver = atom.data[0]
    for name in attribute_names(args.get(0, "") or NOTHING) or ():
        if isinstance(receiver, HeapObject):
            m.trail.write(receiver, name, args.get(1, "") or a.DATA)
    return a.NONE


def _subclasses(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    cls = atom.data[0]
    found = m.subclasses.get(cls, []) if isinstance(cls, HeapObject) else []
    return m.new_list(f, ("subclasses", at), "list", Seq(tuple((item,) for item in found)))


def _parse(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`Model.model_validate(data)`: an instance whose fields come from the data."""
    cls = atom.data[0]
    assert isinstance(cls, HeapObject)
    given: dict[str, Value] = {}
    source = args.get(0, "obj")
    rest = Map(open=True)
    for item in source or ():
        content = m.as_map(f, item)
        given.update({k: v for k, v in content.entries.items() if not k.startswith("\0")})
        rest = Map({}, content.rest, content.keys, content.open)
    return m.construct(f, cls, Arguments((), {**given, **args.kw}, rest=rest if rest.open or rest.rest else None), at)


def _record(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`model_dump()`, `_asdict()`, `_replace()`, `copy()` of a record."""
    obj, name = atom.data
    assert isinstance(obj, HeapObject)
    if name in ("json", "model_dump_json"):
        return a.SOME_TEXT
    if name in ("copy", "_replace", "model_copy"):
        made = m.alloc(f, ("copy", at), "instance", obj.name, obj.data)
        for key, value in list(m.trail.held(obj).items()):
            m.trail.write(made, key, args.kw.get(key, value))
        for given in args.kw.get("update", NOTHING) if name != "_replace" else NOTHING:
            for key, value in m.as_map(f, given).entries.items():
                m.set_own_attribute(made, key, value, certain=len(args.kw["update"]) == 1 and a.ABSENT not in value)
        return (made,)
    return m.instance_dict(f, obj)


def _inherited(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A method of a base class that is not read: it may call any method of the object."""
    obj, name = atom.data
    m.escape(f, (obj,))
    for value in args.all():
        m.escape(f, value)
    m.suspect(f, str(name), args, at, "a method of a base class that is not read")
    return a.unknown(f"the result of the inherited `{name}`", client=True)


def _vars_update(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`self.__dict__.update(...)`."""
    obj = atom.data[0]
    assert isinstance(obj, HeapObject)
    content = Map()
    for value in args.pos:
        content = merge_maps(content, joined_map([m.as_map(f, item) for item in value]))
    content = merge_maps(content, Map(dict(args.kw), args.rest.rest if args.rest else NOTHING, open=bool(args.rest)))
    if content.rest or content.open:
        _set_some(m, (obj,), content.rest or a.unknown("an attribute that is not known"))
    for name, value in content.entries.items():
        m.setattr(f, (obj,), name, value)
    return a.NONE


def _vars_get(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    found = m.getitem(f, (atom,), args.get(0, "key") or a.SOME_TEXT, at)
    return join(found, args.get(1, "default") or a.NONE)


def _vars_method(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A method of `vars(obj)` that reads all of it."""
    obj = atom.data[0]
    assert isinstance(obj, HeapObject)
    name = atom.name.rpartition(".")[2]
    made = m.instance_dict(f, obj)
    return made if name in ("__iter__", "copy") else m.call_attr(f, made, name, args, at)


def _unbound(name: str) -> CallModel:
    """`dict.__getitem__(obj, key)`: a method of a builtin type, called through the type."""

    def call(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        rest = Arguments(args.pos[1:], args.kw, args.more, args.rest)
        receiver = args.get(0, "") or NOTHING
        if name == "__setitem__" and len(args.pos) == 3:
            for atom in receiver:
                m.setitem(
                    f, (m.wrapped(atom) or atom if isinstance(atom, HeapObject) else atom,), args.pos[1], args.pos[2]
                )
            return a.NONE
        found = [m.builtin_method(f, _inner(m, atom), name, rest, at) or NOTHING for atom in receiver]
        return join_all(found) or a.DATA

    return call


def _from_keys(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`dict.fromkeys(keys, value)`."""
    obj = m.alloc(f, ("fromkeys", at), "dict")
    m.set_content(obj, Map())
    content = m.iterate(f, args.get(0, "iterable") or a.DATA, at)
    value = args.get(1, "value") or a.NONE
    for key in content.items:
        m.map_set(obj, key, value)
    if content.rest:
        m.map_set(obj, content.rest, value, certain=False)
    return (obj,)


def _inner(m: Machine, atom: a.Atom) -> a.Atom:
    return (m.wrapped(atom) or atom) if isinstance(atom, HeapObject) and atom.kind == "instance" else atom


_UNBOUND = {
    "dict": ("__getitem__", "__setitem__", "get", "items", "keys", "values", "update", "pop", "copy",
             "setdefault", "popitem", "__contains__"),
    "list": ("append", "extend", "__getitem__", "copy", "insert", "pop", "sort", "reverse", "index", "count"),
    "set": ("add", "update", "copy", "pop", "union", "intersection", "difference"),
    "str": ("format", "join", "lower", "upper", "strip", "replace", "split", "startswith", "lstrip", "rstrip", "rsplit",
            "title", "capitalize", "casefold", "swapcase", "removeprefix", "removesuffix", "partition", "rpartition",
            "format_map", "endswith", "splitlines", "encode", "zfill"),
}  # fmt: skip


def _exception(path: str) -> CallModel:
    """`ValueError(...)`: an exception that keeps its arguments."""

    def make(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        name = path.rpartition(".")[2]
        cls = m.allocated.setdefault((0, path, "class"), HeapObject("class", name))
        if cls.data is None:
            cls.data = ClassInfo(f.module, name, external=(External(path),), mro=(cls,))
        obj = m.alloc(f, ("exception", path, at), "instance", name, cls)
        m.trail.write(obj, "args", m.common_tuple(("args", path, at), Seq(args.pos, args.more)))
        if args.pos:
            m.trail.write(obj, "\0text", args.pos[0])
        return (obj,)

    return make


def _default(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    for value in args.all():
        m.escape(f, value)
    return a.DATA


def _class_own(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`Base.register(Other)` of an abstract class; any other method that every class has."""
    cls, name = atom.data
    if name == "register" and isinstance(cls, HeapObject):
        held = m.trail.read(cls, "\0registered") or NOTHING
        m.trail.write(cls, "\0registered", join(held, args.get(0, "subclass") or NOTHING))
        return args.get(0, "subclass") or a.DATA
    return _default(m, f, atom, args, at)


_CALLS: dict[str, CallModel] = {
    "str": _str, "bool": _bool, "len": _len, "list": _collection("list"), "tuple": _collection("tuple"),
    "set": _collection("set"), "frozenset": _collection("set"), "dict": _dict, "getattr": _getattr,
    "setattr": _setattr, "hasattr": _hasattr, "isinstance": _isinstance, "type": _type, "map": _map, "filter": _filter,
    "sorted": _sorted, "min": _best, "max": _best, "enumerate": _enumerate, "zip": _zip, "range": _range,
    "next": _next, "anext": _next, "reversed": _reversed, "any": _quantified, "all": _quantified, "sum": _sum,
    "property": _property, "vars": _vars, "globals": _namespace, "locals": _locals, "exec": _code, "eval": _code,
    "compile": _code, "open": _open, "print": _print, "__import__": _import, "super": _super, "staticmethod": _static,
    "classmethod": _class_method, "iter": _iter, "aiter": _iter, "callable": _callable, "repr": _str, "format": _str,
    "ascii": _str, "object.__new__": _object_new, "type.__new__": _object_new, "type.__init__": nothing,
    "str.__new__": _object_new, "int.__new__": _object_new,
    "int": number, "float": number, "round": number, "abs": number,
    "pow": data, "divmod": data, "hash": data, "id": data, "ord": data, "chr": data, "bin": data, "hex": data,
    "bytes": first, "bytearray": first, "memoryview": first, "input": data, "issubclass": _issubclass, "complex": data,
    "object": _object, "slice": data, "dir": data, "delattr": _delattr, "help": nothing, "breakpoint": nothing,
    "exit": data,
    "quit": data,
    "dict.fromkeys": _from_keys,
}  # fmt: skip

_MODELS: dict[str, ModelCall] = {
    "method": _method,
    "property.setter": _property_part,
    "property.getter": _property_part,
    "property.deleter": _property_part,
    "base.init": _base_init,
    "class.call": _class_call,
    "class.new": _class_new,
    "class.subclasses": _subclasses,
    "class.parse": _parse,
    "object.setattr": _object_setattr,
    "record": _record,
    "inherited": _inherited,
    "vars.update": _vars_update,
    "vars.get": _vars_get,
    "vars.items": _vars_method,
    "vars.values": _vars_method,
    "vars.keys": _vars_method,
    "vars.copy": _vars_method,
    "vars.__iter__": _vars_method,
    "ignored": _default,
    "class.method": _class_own,
    "class.mro": _default,
}

_EXCEPTIONS = [
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "Exception",
    "KeyError",
    "IndexError",
    "ValueError",
    "TypeError",
    "RuntimeError",
    "LookupError",
    "OSError",
    "IOError",
    "PermissionError",
    "TimeoutError",
    "ConnectionError",
    "NotImplementedError",
    "StopIteration",
    "FileNotFoundError",
    "ImportError",
    "UnicodeError",
]
_CALLS.update({f"{kind}.{name}": _unbound(name) for kind, names in _UNBOUND.items() for name in names})
_CALLS.update({name: _exception(f"builtins.{name}") for name in _EXCEPTIONS})

LIBRARY = Library(
    calls={
        **{f"builtins.{name}": model for name, model in _CALLS.items()},
        "collections.OrderedDict.fromkeys": _from_keys,
    },
    models=_MODELS,
)

BUILTINS = frozenset(name for name in _CALLS if "." not in name) | frozenset(
    [
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "BaseException",
        "BaseExceptionGroup",
        "BlockingIOError",
        "BrokenPipeError",
        "BufferError",
        "BytesWarning",
        "ConnectionError",
        "DeprecationWarning",
        "EOFError",
        "EnvironmentError",
        "Exception",
        "ExceptionGroup",
        "FileExistsError",
        "FileNotFoundError",
        "FutureWarning",
        "GeneratorExit",
        "IOError",
        "ImportError",
        "IndexError",
        "InterruptedError",
        "IsADirectoryError",
        "KeyError",
        "KeyboardInterrupt",
        "LookupError",
        "MemoryError",
        "ModuleNotFoundError",
        "NameError",
        "NotADirectoryError",
        "NotImplementedError",
        "OSError",
        "OverflowError",
        "PermissionError",
        "RecursionError",
        "ReferenceError",
        "RuntimeError",
        "RuntimeWarning",
        "StopAsyncIteration",
        "StopIteration",
        "SyntaxError",
        "SystemError",
        "SystemExit",
        "TimeoutError",
        "TypeError",
        "UnboundLocalError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "UnicodeError",
        "UserWarning",
        "ValueError",
        "Warning",
        "ZeroDivisionError",
        "NotImplemented",
        "Ellipsis",
        "__debug__",
        "__name__",
    ]
)
