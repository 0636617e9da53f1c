"""dataclasses, attrs, enum, typing, collections, pydantic and settings: what makes classes of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from iamgen.analysis.interpreter.attributes import attribute_key
from iamgen.analysis.interpreter.machine import Arguments, Diverges, Frame, Machine
from iamgen.analysis.interpreter.operators import joined_map, merge_maps
from iamgen.analysis.interpreter.validators import VALIDATES
from iamgen.analysis.libraries.builtins import first, nothing
from iamgen.analysis.libraries.registry import CallModel, Library
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Atom, Const, External, Function, Value
from iamgen.analysis.values.classes import ClassInfo, FieldInfo
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all
from iamgen.core.text import Text


def _dataclass(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`@dataclass` and `@dataclass(frozen=True)`; attrs' `@define` is the same here."""
    target = args.get(0, "cls")
    if not target:
        return (a.Model("dataclass"),)
    return _mark(target)


def _mark(target: Value) -> Value:
    for atom in target:
        if isinstance(atom, HeapObject) and isinstance(atom.data, ClassInfo):
            atom.data.kind = "dataclass"
            named = {item.name for item in atom.data.fields}
            for name, content in list(atom.cells.items()):  # attrs' fields need no annotation
                if name not in named and any(isinstance(one, a.Model) and one.name == "field" for one in content or ()):
                    later = list(atom.cells)[list(atom.cells).index(name) :]
                    place = next((i for i, item in enumerate(atom.data.fields) if item.name in later), None)
                    atom.data.fields.insert(len(atom.data.fields) if place is None else place, FieldInfo(name, None))
    return target


def _make_dataclass(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return _mark(args.get(0, "") or NOTHING)


def _field(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`field(default=...)`, `Field(default_factory=...)`, `attr.ib(...)`: (default, factory, environment names)."""
    default = args.kw.get("default") or NOTHING
    if not default and args.pos and not (isinstance(args.pos[0][0], Const) and args.pos[0][0].value is None):
        default = args.pos[0]
    factory = args.kw.get("default_factory") or args.kw.get("factory") or NOTHING
    holder: Atom = m.alloc(f, ("field", at), "queue")
    for atom in default:
        if isinstance(atom, a.Model) and atom.name == "field" and isinstance(atom.data[1], tuple):
            default, factory, holder = NOTHING, atom.data[1], cast("HeapObject", atom.data[4])
    names = args.kw.get("env") or args.kw.get("validation_alias") or args.kw.get("alias") or NOTHING
    expanded: Value = NOTHING
    for atom in names:
        if isinstance(atom, HeapObject) and atom.kind in ("list", "tuple"):
            for item in m.seq(atom).items:
                expanded = join(expanded, item)
        elif isinstance(atom, a.Model) and atom.name == "aliases":
            for name in atom.data:
                if isinstance(name, tuple):
                    expanded = join(expanded, name)
        else:
            expanded = join(expanded, (atom,))
    placed = args.kw.get("init") != a.FALSE and args.kw.get("kw_only") != a.TRUE
    taken: Value = NOTHING if placed else a.TRUE
    for value in (args.kw.get("validator"), args.kw.get("on_setattr")):  # attrs'
        m.escape(f, value or NOTHING)
    return (a.Model("field", (default, factory, expanded, taken, holder, args.kw.get("converter") or NOTHING)),)


def _default_method(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`@x.default` of attrs: a method of the class makes the field's default."""
    function = args.get(0, "meth") or NOTHING
    if isinstance(atom.data[4], HeapObject):
        m.trail.write(atom.data[4], "\0default", function)
    return function


def _checked_by(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`@x.validator` of attrs: run for each object that is made."""
    m.escape(f, args.get(0, "meth") or NOTHING)
    return args.get(0, "meth") or NOTHING


def _computed_field(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`@computed_field` of pydantic over a property, or over a function that becomes one."""
    if not args.pos:
        return (External("pydantic.computed_field"),)
    return tuple(a.Property((atom,)) if isinstance(atom, Function) else atom for atom in args.pos[0])


def _validator(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`@field_validator("name")`, `@model_validator(mode="after")`: what runs when a model is made."""
    always = args.kw.get("always") or args.kw.get("validate_default") or a.FALSE
    return (a.Model("validator", (join_all(list(args.pos)), always)),)


def _validates(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """The decorator itself: the class knows the method as one that validates these fields."""
    function = args.get(0, "") or NOTHING
    for item in function:
        for inner in item.function if isinstance(item, a.ClassMethod | a.StaticMethod) else (item,):
            if isinstance(inner, Function):
                m.trail.write(m.function_attributes, attribute_key(inner, VALIDATES), (atom,))
    return function


def _aliases(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("aliases", tuple(args.pos)),)


def _namedtuple(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`collections.namedtuple("Point", "x y")` and `typing.NamedTuple("Point", [...])`."""
    name = args.get(0, "typename") or a.text("record")
    names: list[str] = []
    for atom in args.get(1, "field_names") or NOTHING:
        if isinstance(atom, Text) and atom.literal is not None:
            names = atom.literal.replace(",", " ").split()
        elif isinstance(atom, HeapObject):
            for item in m.seq(atom).items:
                for one in item:
                    if isinstance(one, HeapObject):
                        one = (m.seq(one).items or (NOTHING,))[0][0] if m.seq(one).items else one
                    if isinstance(one, Text) and one.literal is not None:
                        names.append(one.literal)
    title = name[0].literal if isinstance(name[0], Text) and name[0].literal else "record"
    cls = m.alloc(f, ("namedtuple", at), "class", title)
    info = ClassInfo(module=f.module, qualname=title, kind="namedtuple")
    info.mro = (cls,)
    info.fields = [FieldInfo(one, None) for one in names]
    cls.data = info
    defaults = args.kw.get("defaults")
    for atom in defaults or NOTHING:
        if isinstance(atom, HeapObject):
            items = m.seq(atom).items
            for one, value in zip(names[len(names) - len(items) :], items, strict=False):
                m.trail.write(cls, one, value)
    return (cls,)


def _auto(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (External("enum.auto"),)


def _enum(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`Enum("Colour", {"RED": "red"})`."""
    cls = m.alloc(f, ("enum", at), "class", "Enum")
    info = ClassInfo(module=f.module, qualname="Enum", kind="enum")
    info.mro = (cls,)
    cls.data = info
    for atom in args.get(1, "names") or NOTHING:
        if isinstance(atom, HeapObject) and atom.kind == "dict":
            for key, value in m.map(atom).entries.items():
                m.trail.write(cls, key, (a.EnumMember(cls, key, value),))
                info.members.append(key)
    return (cls,)


def _abstract(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    function = args.get(0, "") or NOTHING
    for atom in function:
        if isinstance(atom, Function):
            m.trail.write(m.function_attributes, attribute_key(atom, "__isabstractmethod__"), a.TRUE)
    return function


def _second(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`typing.cast(T, value)`."""
    return m.refine_cast(f, args.get(1, "val") or a.DATA, args.get(0, "typ") or NOTHING)


def _factory(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`attr.Factory(function)`."""
    factory = args.get(0, "factory") or NOTHING
    holder = m.alloc(f, ("field", at), "queue")
    if args.get(1, "takes_self") == a.TRUE:
        m.trail.write(holder, "\0default", factory)
    return (a.Model("field", (NOTHING, factory, NOTHING, NOTHING, holder, NOTHING)),)


def _generic(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (External("typing.Any"),)


def _defaultdict(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = Map()
    for atom in args.get(1, "") or NOTHING:
        content = m.as_map(f, atom)
    obj = m.alloc(f, ("defaultdict", at), "dict")
    m.set_content(obj, Map({**content.entries, **args.kw}, content.rest, content.keys, content.open))
    factory = args.get(0, "default_factory")
    if factory and not any(isinstance(atom, Const) for atom in factory):
        m.trail.write(obj, "\0factory", factory)
    return (obj,)


def _as_dict(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`OrderedDict`, `Counter`, `ChainMap`, `MappingProxyType`: a mapping."""
    content = Map()
    for value in reversed(args.pos):  # of several, the first that has a key counts
        content = merge_maps(content, joined_map([m.as_map(f, atom) for atom in value]))
    return m.new_dict(f, ("mapping", at), Map({**content.entries, **args.kw}, content.rest, content.keys, content.open))


def _as_list(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    value = args.get(0, "iterable")
    return m.new_list(f, ("deque", at), "list", m.iterate(f, value, at) if value else Seq())


def _namespace(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`SimpleNamespace(**fields)`, `threading.local()`, `Mock()`: an object with plain attributes."""
    return namespace(m, f, ("namespace", at), args.kw)


def namespace(m: Machine, f: Frame, site: object, fields: Mapping[str, Value]) -> Value:
    """An object with plain attributes."""
    cls = HeapObject("class", "SimpleNamespace", ClassInfo(module=f.module, qualname="SimpleNamespace"))
    cls.data.mro = (cls,)
    known = m.allocated.setdefault((0, "SimpleNamespace", "class"), cls)
    obj = m.alloc(f, site, "instance", "SimpleNamespace", known)
    for name, value in fields.items():
        m.trail.write(obj, name, value)
    return (obj,)


def _asdict(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    for atom in args.get(0, "obj") or NOTHING:
        if isinstance(atom, HeapObject) and atom.kind == "instance":
            return m.instance_dict(f, atom)
    return m.new_dict(f, ("asdict", at), Map(open=True))


def _replace(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    result: Value = NOTHING
    for atom in args.get(0, "obj") or NOTHING:
        if isinstance(atom, HeapObject) and atom.kind == "instance":
            made = m.alloc(f, ("replace", at), "instance", atom.name, atom.data)
            for key, value in list(m.trail.held(atom).items()):
                m.trail.write(made, key, args.kw.get(key, value))
            if m.has_method(made, "__post_init__"):
                m.call_method(f, made, "__post_init__", (), at)
            result = join(result, (made,))
    return result or a.DATA


def _depends(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`fastapi.Depends(function)` as a default: what the function gives is injected."""
    return (a.Model("depends", (args.get(0, "dependency") or NOTHING,)),)


def _inject(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`Depends(Provide[...])`: a marker in a marker."""
    return m.injected(f, (atom,))


def _never(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    raise Diverges


def _fields_of(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return m.new_list(f, ("fields", at), "tuple", Seq((), a.DATA))


_DATACLASSES = (
    "dataclasses.dataclass", "pydantic.dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attr.frozen",
    "attrs.define", "attrs.frozen", "attrs.mutable", "attr.dataclass",
)  # fmt: skip
_FIELDS = (
    "dataclasses.field",
    "attr.ib",
    "attr.attrib",
    "attr.field",
    "attrs.field",
    "pydantic.Field",
    "pydantic.fields.Field",
    "sqlmodel.Field",
    "msgspec.field",
)
_CALLS: dict[str, CallModel] = {
    **dict.fromkeys(_DATACLASSES, _dataclass),
    **dict.fromkeys(_FIELDS, _field),
    "attr.Factory": _factory,
    "attrs.Factory": _factory,
    "pydantic.AliasChoices": _aliases,
    "collections.namedtuple": _namedtuple,
    "typing.NamedTuple": _namedtuple,
    "enum.auto": _auto,
    "enum.unique": first,
    "enum.Enum": _enum,
    "abc.abstractmethod": _abstract,
    "abc.abstractproperty": lambda m, f, args, at: (a.Property(args.get(0, "") or NOTHING),),
    "typing.cast": _second,
    "typing.TypeVar": _generic,
    "typing.NewType": lambda m, f, args, at: (a.Model("identity"),),
    "typing.ParamSpec": _generic,
    "typing_extensions.TypeVar": _generic,
    "typing.overload": first,
    "typing.final": first,
    "typing.runtime_checkable": first,
    "typing.assert_never": _never,
    "typing_extensions.assert_never": _never,
    "typing_extensions.override": first,
    "typing.override": first,
    "collections.defaultdict": _defaultdict,
    "collections.OrderedDict": _as_dict,
    "collections.Counter": _as_dict,
    "collections.ChainMap": _as_dict,
    "collections.UserDict": _as_dict,
    "collections.UserList": _as_list,
    "collections.deque": _as_list,
    "types.MappingProxyType": _as_dict,
    "frozendict.frozendict": _as_dict,
    "types.SimpleNamespace": _namespace,
    "argparse.Namespace": _namespace,
    "threading.local": _namespace,
    "dataclasses.asdict": _asdict,
    "attr.asdict": _asdict,
    "attrs.asdict": _asdict,
    "dataclasses.replace": _replace,
    "attr.evolve": _replace,
    "dataclasses.fields": _fields_of,
    "fastapi.Depends": _depends,
    "fastapi.Security": _depends,
    "pydantic.ConfigDict": _as_dict,
    "pydantic_settings.SettingsConfigDict": _as_dict,
    "pydantic.PrivateAttr": _field,
    "pydantic.validator": _validator,
    "pydantic.field_validator": _validator,
    "pydantic.model_validator": _validator,
    "pydantic.computed_field": _computed_field,
    "pydantic.root_validator": _validator,
    "weakref.ref": lambda m, f, args, at: (a.Partial((a.Model("identity"),), (args.get(0, "") or a.DATA,)),),
    "weakref.proxy": first,
    "weakref.WeakValueDictionary": _as_dict,
    "weakref.WeakKeyDictionary": _as_dict,
    "atexit.unregister": nothing,
}  # fmt: skip

LIBRARY = Library(
    calls=_CALLS,
    models={
        "dataclass": _make_dataclass,
        "depends": _inject,
        "field.default": _default_method,
        "field.validator": _checked_by,
        "validator": _validates,
    },
)
