"""Classes: making them, their instances, and the record kinds (dataclasses, enumerations, models, settings)."""

from __future__ import annotations

from typing import Any

from iamgen.analysis.interpreter.machine import Arguments, Diverges, Frame, Machine, present
from iamgen.analysis.interpreter.validators import validate
from iamgen.analysis.program import syntax as s
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, Const, External, Function, Opaque, Value
from iamgen.analysis.values.classes import ClassInfo, FieldInfo
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join
from iamgen.core.text import Hole, HoleKind, Text

ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"})
RECORD_BASES = {
    "typing.NamedTuple": "namedtuple",
    "typing.TypedDict": "typeddict",
    "typing_extensions.TypedDict": "typeddict",
    "pydantic.BaseModel": "model",
    "pydantic.main.BaseModel": "model",
    "pydantic.v1.BaseModel": "model",
    "pydantic_settings.BaseSettings": "settings",
    "pydantic.BaseSettings": "settings",
    "pydantic.v1.BaseSettings": "settings",
    "sqlmodel.SQLModel": "model",
    "msgspec.Struct": "model",
}
ABSTRACT = frozenset({"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})


def linearise(cls: HeapObject, bases: tuple[HeapObject, ...]) -> tuple[HeapObject, ...]:
    """Python's C3 order, or a plain depth-first order where C3 has none."""
    lists = [list(base.data.mro) for base in bases if isinstance(base.data, ClassInfo)]
    lists.append(list(bases))
    order = [cls]
    while any(lists):
        lists = [items for items in lists if items]
        for items in lists:
            head = items[0]
            if not any(head in other[1:] for other in lists):
                break
        else:
            head = lists[0][0]
        order.append(head)
        lists = [[item for item in items if item is not head] for items in lists]
    return tuple(order)


class Classes(Machine):
    """Class statements and instances."""

    def make_class(self, f: Frame, node: s.ClassDef) -> Value:
        bases: list[HeapObject] = []
        external: list[Atom] = []
        meta: HeapObject | None = None
        keywords: dict[str, Value] = {}
        for arg in node.bases:
            value = self.eval(f, arg.value)
            if arg.name == "metaclass":
                meta = next((atom for atom in value if isinstance(atom, HeapObject) and atom.kind == "class"), None)
                external.extend(_of_metaclass(atom) for atom in value if isinstance(atom, External | Opaque))
                continue
            if arg.name is not None or arg.star:
                if arg.name is not None:
                    keywords[arg.name] = value
                continue
            for atom in value:
                if isinstance(atom, HeapObject) and atom.kind == "class":
                    bases.append(atom)
                elif isinstance(atom, External | Opaque):
                    external.append(atom)
                elif isinstance(atom, a.Model) and atom.name == "generic":
                    external.append(External("typing.Generic"))
                elif isinstance(atom, a.Model) and atom.name == "unmodelled":
                    self.unmodelled(f, str(atom.data[0]), node.at)
                    external.append(External(str(atom.data[0])))
        cls = self.alloc(f, node, "class", node.name)
        scopes = f.scope.data[0].data.qualname + "." if f.scope.kind == "classbody" else ""
        inherited = [base.data for base in bases if isinstance(base.data, ClassInfo)]
        info = ClassInfo(
            module=f.module,
            qualname=scopes + node.name,
            bases=tuple(bases),
            external=tuple(dict.fromkeys([*external, *(item for one in inherited for item in one.external)])),
            meta=meta or next((one.meta for one in inherited if one.meta is not None), None),
            kind=next((one.kind for one in inherited if one.kind), ""),
            library=next((one.library for one in inherited if one.library), ""),
        )
        cls.data = info
        info.mro = linearise(cls, info.bases)
        info.scope = f.scope
        for atom in external:
            path = atom.path if isinstance(atom, External) else ""
            if path.startswith("enum.") and path[5:] in ENUMS:
                info.kind = "enum"
            elif path in RECORD_BASES:
                info.kind = RECORD_BASES[path]
            elif path in ABSTRACT:
                info.abstract = True
            if path in self.library_classes:
                info.library = path
        for one in inherited:
            for item in one.fields:
                info.fields.append(item)
        body = HeapObject("classbody", node.name, (cls, f.scope))
        frame = Frame(body, f.module, f.code, f.context, f.mark)
        frame.at = f.at
        frame.branches = f.branches
        frame.loops = f.loops
        frame.exits = f.exits
        self.block(frame, node.body)
        if info.kind == "enum":
            self._make_members(f, cls)
        for base in bases:
            known = self.subclasses.setdefault(base, [])
            if cls not in known:
                known.append(cls)
        if cls not in self.all_classes:
            self.all_classes.append(cls)
        if info.meta is None:
            self._class_hooks(f, cls, bases, keywords)
            return (cls,)
        return self._by_metaclass(f, cls, bases, keywords)

    def _by_metaclass(self, f: Frame, cls: HeapObject, bases: list[HeapObject], keywords: dict[str, Value]) -> Value:
        """What a metaclass's `__new__` and `__init__` make of a class whose body was run."""
        meta = cls.data.meta
        held = {k: v for k, v in self.trail.held(cls).items() if isinstance(v, tuple) and not k.startswith("\0")}
        namespace = self.new_dict(f, ("namespace", id(cls)), Map(held))
        parents = Seq(tuple((base,) for base in (*bases, *cls.data.external)))
        given = (a.text(cls.name), self.new_list(f, ("bases", id(cls)), "tuple", parents), namespace)
        made: Value = (cls,)
        new = self.class_lookup(meta, "__new__")
        if new is not None:
            functions = tuple(
                one for item in new[0] for one in (item.function if isinstance(item, a.StaticMethod) else (item,))
            )
            self.making.append(cls)
            try:
                made = self.call(f, functions, Arguments(((meta,), *given), keywords), f.at)
            finally:
                self.making.pop()
            if not any(isinstance(atom, HeapObject) and atom.kind == "class" for atom in made):
                made = join((cls,), made)  # how it was made is not seen
        self._class_hooks(f, cls, bases, keywords)
        init = self.class_lookup(meta, "__init__")
        for item in init[0] if init is not None and cls in made else NOTHING:
            if isinstance(item, Function):
                self.call(f, (a.BoundMethod(item, cls),), Arguments(given, keywords), f.at)
        return made

    def new_class(self, f: Frame, meta: HeapObject, args: Arguments, at: int) -> Value:
        """`type.__new__(meta, name, bases, namespace)`: the class that is being made gets what the namespace holds."""
        cls = next((cls for cls in reversed(self.making) if cls.data.meta is meta), None)
        if cls is None:
            (made,) = self.dynamic_class(f, Arguments(args.pos[1:4]), at)
            assert isinstance(made, HeapObject)
            made.data.meta = meta
            self._class_hooks(f, made, list(made.data.bases), args.kw)
            return (made,)
        for atom in args.pos[3]:
            content = self.as_map(f, atom)
            for key, value in content.entries.items():
                if not key.startswith("\0") and self.trail.read(cls, key) != value:
                    self.trail.write(cls, key, value)
            if not content.open and not content.rest and len(args.pos[3]) == 1:
                for key in [
                    key for key in self.trail.held(cls) if key not in content.entries and not key.startswith("\0")
                ]:
                    self.trail.write(cls, key, None)
        return (cls,)

    def dynamic_class(self, f: Frame, args: Arguments, at: int) -> Value:
        """`type(name, bases, namespace)`."""
        name = args.pos[0][0].literal if isinstance(args.pos[0][0], Text) else None
        cls = self.alloc(f, ("type", at), "class", name or "type")
        bases: list[HeapObject] = []
        external: list[Atom] = []
        for atom in args.pos[1]:
            for item in self.as_seq(f, atom).items:
                for base in item:
                    (bases if isinstance(base, HeapObject) else external).append(base)  # type: ignore[arg-type] # by kind
        info = ClassInfo(
            f.module, name or "type", tuple(bases), tuple(item for item in external if isinstance(item, External))
        )
        cls.data = info
        info.mro = linearise(cls, info.bases)
        for atom in args.pos[2]:
            for key, value in self.as_map(f, atom).entries.items():
                self.trail.write(cls, key, present(value))
        return (cls,)

    def _class_hooks(self, f: Frame, cls: HeapObject, bases: list[HeapObject], keywords: dict[str, Value]) -> None:
        """`__set_name__`, `__init_subclass__`, and the special methods of a metaclass."""
        for name, content in list(self.trail.held(cls).items()):
            for item in content if isinstance(content, tuple) else ():
                if isinstance(item, HeapObject) and item.kind == "instance" and self.has_method(item, "__set_name__"):
                    self.call_method(f, item, "__set_name__", ((cls,), a.text(name)), f.at)
        meta = cls.data.meta
        for name, content in list(self.trail.held(meta).items()) if meta is not None else ():
            followed = name in _OF_CLASSES or (name in _OF_PLAIN_CLASSES and cls.data.kind != "enum")
            if name.startswith("__") and not followed and isinstance(content, tuple):
                for item in content:
                    if isinstance(item, Function):
                        self.escape(f, (a.BoundMethod(item, cls),))
        for base in bases:
            found = self.class_lookup(base, "__init_subclass__")
            if found is not None:
                for item in found[0]:
                    inner = item.function[0] if isinstance(item, a.ClassMethod) and item.function else item
                    if isinstance(inner, Function):
                        try:
                            self.call(f, (a.BoundMethod(inner, cls),), Arguments((), keywords), f.at)
                        except Diverges:
                            continue
                break

    def note_field(self, f: Frame, node: s.AnnAssign) -> None:
        cls = f.scope.data[0]
        info = cls.data
        assert isinstance(node.target, s.Name)
        name = node.target.id
        if node.annotation is not None and _head(node.annotation) in ("ClassVar", "KW_ONLY"):
            return
        info.fields[:] = [item for item in info.fields if item.name != name]
        info.fields.append(FieldInfo(name, node.annotation))

    def _make_members(self, f: Frame, cls: HeapObject) -> None:
        info: ClassInfo = cls.data
        for name, content in list(self.trail.held(cls).items()):
            if name.startswith("_") or not isinstance(content, tuple) or not content:
                continue
            if isinstance(content[0], Function | a.Property | a.StaticMethod | a.ClassMethod | a.EnumMember):
                continue
            value = present(content)
            if any(isinstance(atom, External) and atom.path == "enum.auto" for atom in value):
                value = a.text(name.lower())
            saved = f.context
            f.context = self.context(saved, "member", name)
            try:
                self._make_member(f, cls, name, value)
            except Diverges:
                self.trail.write(cls, name, (a.EnumMember(cls, name, value),))
            finally:
                f.context = saved
            if name not in info.members:
                info.members.append(name)

    def _make_member(self, f: Frame, cls: HeapObject, name: str, value: Value) -> None:
        """A member, with what `__new__` and `__init__` of the enumeration make of its value."""
        row = value[0] if len(value) == 1 else None
        given = self.seq(row).items if isinstance(row, HeapObject) and row.kind == "tuple" else (value,)
        new, init = self.class_lookup(cls, "__new__"), self.class_lookup(cls, "__init__")
        made: list[HeapObject] = []
        for item in new[0] if new is not None else NOTHING:
            if isinstance(item, Function):
                found = self.call_function(f, item, Arguments(((cls,), *given)), f.at, (cls,))
                made += [atom for atom in found if isinstance(atom, HeapObject) and atom.kind == "instance"]
        for obj in made:
            value = self.trail.read(obj, "_value_") or value
        member = a.EnumMember(cls, name, value)
        for obj in made:
            for key, content in list(self.trail.held(obj).items()):
                self.trail.write(cls, f"\0{name}.{key}", content)
        self.trail.write(cls, name, (member,))
        for item in init[0] if init is not None else NOTHING:
            if isinstance(item, Function):
                self.call_function(f, item, Arguments(((member,), *given)), f.at, (member,))

    def enum_members(self, cls: HeapObject) -> tuple[Value, ...] | None:
        """An enumeration's members in order, None for any other class."""
        info = cls.data
        if not isinstance(info, ClassInfo) or info.kind != "enum":
            return None
        members = []
        for base in reversed(info.mro):
            for name in base.data.members:
                found = self.trail.read(base, name)
                if isinstance(found, tuple):
                    members.append(found)
        return tuple(members)

    def enum_text(self, member: Atom) -> Text:
        assert isinstance(member, a.EnumMember)
        info: ClassInfo = member.cls.data
        texts = [atom for atom in member.value if isinstance(atom, Text)]
        if len(texts) == 1 and any(
            isinstance(item, External) and item.path in ("enum.StrEnum", "builtins.str", "str")
            for item in info.external
        ):
            return texts[0]
        return Text.of(f"{member.cls.name}.{member.name}")

    def class_item(self, f: Frame, cls: HeapObject, index: Value, at: int) -> Value:
        """`Colour["RED"]`, `Generic[T]`."""
        members = self.enum_members(cls)
        if members is None:
            custom = self.class_lookup(cls, "__class_getitem__")
            if custom is not None:
                inner = [
                    one for item in custom[0] for one in (item.function if isinstance(item, a.ClassMethod) else (item,))
                ]
                saved = f.context
                f.context = self.context(saved, "item", index)  # several stand in one line
                made = self.call_value(f, tuple(a.BoundMethod(one, cls) for one in inner), index)
                f.context = saved
                return made or (cls,)
            meta = self.class_lookup(cls.data.meta, "__getitem__") if cls.data.meta is not None else None
            if meta is not None:
                return self.call(f, tuple(a.BoundMethod(item, cls) for item in meta[0]), Arguments((index,)), at)
            return (cls,)
        result: Value = NOTHING
        for atom in index:
            literal = atom.literal if isinstance(atom, Text) else None
            for member in members:
                if literal is None or (isinstance(member[0], a.EnumMember) and member[0].name == literal):
                    result = join(result, member)
        return result

    # --- instances ---------------------------------------------------------------------------------

    def instantiate(self, f: Frame, cls: HeapObject, args: Arguments, at: int) -> Value:
        info: ClassInfo = cls.data
        if info.meta is not None:
            custom = self.class_lookup(info.meta, "__call__")
            if custom is not None:
                bound = tuple(a.BoundMethod(item, cls) for item in custom[0])
                return self.call(f, bound, args, at)
        return self.construct(f, cls, args, at)

    def construct(self, f: Frame, cls: HeapObject, args: Arguments, at: int) -> Value:
        """Make an instance: `__new__`, `__init__`, or the record's own way."""
        info: ClassInfo = cls.data
        if info.kind == "enum":
            return self._member_of(f, cls, args)
        if info.kind == "typeddict":
            entries = dict(args.kw)
            content = Map(entries, open=args.rest is not None)
            for value in args.pos[:1]:
                for atom in value:
                    other = self.as_map(f, atom)
                    content = Map({**other.entries, **entries}, other.rest, other.keys, other.open)
            return self.new_dict(f, ("typeddict", id(cls), at), content)
        new = self.class_lookup(cls, "__new__")
        if new is not None:
            made: Value = NOTHING
            for item in new[0]:
                inner = item.function[0] if isinstance(item, a.StaticMethod) and item.function else item
                bound = Arguments(((cls,), *args.pos), args.kw, args.more, args.rest)
                made = join(made, self.call(f, (inner,), bound, at))
            for atom in made:
                if isinstance(atom, HeapObject) and atom.kind == "instance" and atom.data is cls:
                    self._initialise(f, atom, cls, args, at)
            return made
        obj = self.alloc(f, ("instance", id(cls), at), "instance", cls.name, cls)
        self._initialise(f, obj, cls, args, at)
        self.escape_special(f, obj)
        destructor = self.class_lookup(cls, "__del__")
        for item in destructor[0] if destructor is not None else NOTHING:
            self.escape(f, (a.BoundMethod(item, obj),))
        return (obj,)

    def _initialise(self, f: Frame, obj: HeapObject, cls: HeapObject, args: Arguments, at: int) -> None:
        info: ClassInfo = cls.data
        init = self.class_lookup(cls, "__init__")
        if info.kind in ("dataclass", "namedtuple", "model", "settings") and init is None:
            passed = self._fill_fields(f, obj, info, args)
            if info.kind in ("model", "settings"):
                validate(self, f, obj, args)
            for name in ("__post_init__", "__attrs_post_init__", "model_post_init"):
                post = self.class_lookup(cls, name)
                if post is not None:
                    extra = (a.NONE,) if name == "model_post_init" else passed
                    self.call(f, tuple(a.BoundMethod(item, obj) for item in post[0]), Arguments(extra), at)
                    break
            return
        if init is not None:
            for item in init[0]:
                if isinstance(item, Function):
                    bound = Arguments(((obj,), *args.pos), args.kw, args.more, args.rest)
                    self.call_function(f, item, bound, at, (obj,))
            return
        self.init_external(f, obj, cls, args, at)

    def _fill_fields(self, f: Frame, obj: HeapObject, info: ClassInfo, args: Arguments) -> tuple[Value, ...]:
        """Set a record's fields; what its `InitVar`s are given, which `__post_init__` takes."""
        positional = info.kind in ("dataclass", "namedtuple")
        passed: list[Value] = []
        index = 0
        for item in info.fields:
            given = args.kw.get(item.name) or args.kw.get(item.name.lstrip("_"))  # attrs takes `x` for `_x`
            if positional and self._has_place(obj.data, item):
                if given is None and index < len(args.pos):
                    given = args.pos[index]
                index += 1
            value = present(given) if given is not None else NOTHING
            if given is None or a.ABSENT in given:
                value = join(value, self._default_of(f, obj, info, item, args))
            if item.annotation is not None and any(isinstance(atom, Opaque) for atom in value):
                value = self.refine_in(info.module, info.scope, value, item.annotation)
            value = self._converted(f, obj.data, item, value)
            if item.annotation is not None and _head(item.annotation) == "InitVar":
                passed.append(value)
            else:
                self.trail.write(obj, item.name, value)
        if info.kind in ("model", "settings"):
            for name, value in args.kw.items():
                if self.trail.read(obj, name) is None:
                    self.trail.write(obj, name, present(value) or a.DATA)
        return tuple(passed)

    def _converted(self, f: Frame, cls: HeapObject, item: FieldInfo, value: Value) -> Value:
        """What attrs' `converter=` makes of a field's value."""
        found = self.class_lookup(cls, item.name)
        for atom in found[0] if found is not None else NOTHING:
            if isinstance(atom, a.Model) and atom.name == "field" and isinstance(atom.data[5], tuple) and atom.data[5]:
                value = self.call_value(f, atom.data[5], value)
        return value

    def _has_place(self, cls: HeapObject, item: FieldInfo) -> bool:
        """Whether a field takes a positional argument: not `field(init=False)`, not `field(kw_only=True)`."""
        found = self.class_lookup(cls, item.name)
        return found is None or not any(
            isinstance(atom, a.Model) and atom.name == "field" and atom.data[3] for atom in found[0]
        )

    def _default_of(self, f: Frame, obj: HeapObject, info: ClassInfo, item: FieldInfo, args: Arguments) -> Value:
        found = self.class_lookup(obj.data, item.name)
        default: Value = NOTHING
        for atom in found[0] if found is not None else NOTHING:
            if isinstance(atom, a.Model) and atom.name == "field":
                value, factory, names, _, holder, _ = atom.data
                method = self.trail.read(holder, "\0default") if isinstance(holder, HeapObject) else None
                if method:
                    default = join(default, self.call_value(f, method, (obj,)))
                elif isinstance(factory, tuple) and factory:
                    default = join(default, self.call_value(f, factory))
                elif isinstance(value, tuple):
                    default = join(default, value)
                if info.kind == "settings" and isinstance(names, tuple) and names:
                    return self._setting(f, obj.data, item, default, names)
            else:
                default = join(default, (atom,))
        if info.kind == "settings":
            return self._setting(f, obj.data, item, default, NOTHING)
        if default and not (args.rest is not None and args.rest.open):
            return default
        if default and args.rest is not None:
            return join(
                default,
                args.rest.rest or a.unknown(f"the field `{item.name}` comes from data that is not known"),
            )
        if args.rest is not None or args.more:
            return join(args.rest.rest if args.rest else NOTHING, args.more) or a.unknown(
                f"the field `{item.name}` comes from arguments that are not known"
            )
        return (Opaque(Hole(HoleKind.UNKNOWN, "", f"the field `{item.name}` is not given"), True),)

    def _setting(self, f: Frame, cls: HeapObject, item: FieldInfo, default: Value, names: Value) -> Value:
        """A field of a settings class: the environment variable of its name, else its default."""
        if names:
            variables = [atom.literal for atom in names if isinstance(atom, Text) and atom.literal]
        else:
            variables = [f"{self._env_prefix(cls)}{item.name}".upper()]
        result: Value = NOTHING
        for variable in variables:
            result = join(result, self.environment_value(variable, default, required=not default))
        if (
            item.annotation is not None
            and isinstance(item.annotation, s.Name)
            and item.annotation.id in ("int", "float", "bool")
        ):
            return join(default, a.SOME_INT)
        return result

    def _env_prefix(self, cls: HeapObject) -> str:
        for name in ("model_config", "Config"):
            found = self.class_lookup(cls, name)
            if found is None:
                continue
            for atom in found[0]:
                value: Value = NOTHING
                if isinstance(atom, HeapObject) and atom.kind == "dict":
                    value = self.map(atom).entries.get("env_prefix", NOTHING)
                elif isinstance(atom, HeapObject) and atom.kind == "class":
                    value = self.trail.read(atom, "env_prefix") or NOTHING
                for text in value:
                    if isinstance(text, Text) and text.literal:
                        return text.literal
        return ""

    def _member_of(self, f: Frame, cls: HeapObject, args: Arguments) -> Value:
        """`Colour("red")`: the members whose value it may be."""
        from iamgen.analysis.interpreter.operators import equal

        members = self.enum_members(cls) or ()
        wanted = args.get(0, "value") or a.DATA
        result: Value = NOTHING
        for member in members:
            for atom in member:
                if not isinstance(atom, a.EnumMember):
                    continue
                answers = [equal(self, one, other) for one in wanted for other in atom.value]
                answers += [True for one in wanted if one == atom]
                if any(answer is not False for answer in answers):
                    result = join(result, (atom,))
        missing = self.class_lookup(cls, "_missing_")
        for item in missing[0] if missing is not None else NOTHING:
            inner = item.function if isinstance(item, a.ClassMethod) else (item,)
            for one in inner:
                result = join(result, self.call_value(f, (a.BoundMethod(one, cls),), wanted))
        if not result:
            raise Diverges
        return result

    def instance_dict(self, f: Frame, obj: HeapObject) -> Value:
        """`vars(obj)`."""
        entries = {k: v for k, v in self.trail.held(obj).items() if isinstance(v, tuple) and not k.startswith("\0")}
        return self.new_dict(f, ("vars", id(obj)), Map(entries))

    def record_fields(self, f: Frame, obj: HeapObject, at: int) -> Seq | None:
        """A named tuple's fields in order, None for any other object."""
        cls = obj.data
        if isinstance(cls, HeapObject) and isinstance(cls.data, ClassInfo) and cls.data.kind == "namedtuple":
            return Seq(tuple(self.getattr(f, (obj,), item.name, at) for item in cls.data.fields))
        return None

    def open_object(self, obj: HeapObject) -> bool:
        """Whether unread code may have given an object attributes that are clients."""
        cls = obj.data
        return isinstance(cls, HeapObject) and isinstance(cls.data, ClassInfo) and bool(cls.data.external)

    def members_mapping(self, f: Frame, cls: HeapObject, members: tuple[Value, ...]) -> Value:
        """`Colour.__members__`."""
        entries = {atom.name: (atom,) for value in members for atom in value if isinstance(atom, a.EnumMember)}
        return self.new_dict(f, ("members", id(cls)), Map(entries))

    # --- isinstance and exceptions --------------------------------------------------------------------

    def flat_classes(self, classes: Value) -> Value:
        result: Value = NOTHING
        for atom in classes:
            if isinstance(atom, HeapObject) and atom.kind in ("tuple", "list"):
                for item in self.seq(atom).items:
                    result = join(result, self.flat_classes(item))
            else:
                result = join(result, (atom,))
        return result

    def is_instance(self, atom: Atom, classes: Value) -> bool | None:
        answers = [self._is_instance(atom, cls) for cls in self.flat_classes(classes)]
        if True in answers:
            return True
        return None if None in answers or not answers else False

    def _is_instance(self, atom: Atom, cls: Atom) -> bool | None:
        if isinstance(atom, a.EnumMember):
            atom_class: object = atom.cls
        else:
            atom_class = atom.data if isinstance(atom, HeapObject) and atom.kind == "instance" else None
        if isinstance(atom_class, HeapObject) and isinstance(atom_class.data, ClassInfo):
            if isinstance(cls, HeapObject):
                registered = self.trail.read(cls, "\0registered") or NOTHING
                if cls in atom_class.data.mro or any(one in registered for one in atom_class.data.mro):
                    return True
                info = cls.data
                if isinstance(info, ClassInfo) and not self.nominal(info) and not atom_class.data.external:
                    return None
                return False
            if isinstance(cls, External):
                external = atom_class.data.external
                if cls in external:
                    return True
                return None if external else cls.path == "builtins.object"
            return None
        if isinstance(atom, Opaque):
            return None
        names = _TYPE_NAMES.get(cls.path) if isinstance(cls, External) else None
        if names is not None and isinstance(atom, _OF_THE_SDK):
            return False
        if names is None:
            return False if self._plain_class(cls) and _made_by_none(atom) else None
        found = _type_name(atom)
        if found is None:
            return None
        return found in names

    def nominal(self, info: ClassInfo) -> bool:
        """Whether a class has those instances only that its subclasses make: no protocol."""
        if not info.abstract:
            return True
        protocol = any(isinstance(base, External) and base.path.endswith(".Protocol") for base in info.external)
        cls = info.mro[0]
        return not protocol and not self.trail.read(cls, "__subclasshook__")

    @staticmethod
    def _plain_class(owner: Atom) -> bool:
        """Whether a class of the program has only instances that it made itself."""
        info = owner.data if isinstance(owner, HeapObject) else None
        if not isinstance(info, ClassInfo) or info.abstract or info.meta is not None:
            return False
        return External("builtins.type") not in info.external

    def exception_class(self, atom: External) -> bool:
        """Whether a name is one of Python's own exceptions."""
        return atom.path.startswith("builtins.") and atom.path.endswith(("Error", "Exception", "Iteration"))

    def is_exception(self, cls: Any) -> bool:
        """Whether a class of the program is derived from one of Python's own exceptions."""
        info = cls.data if isinstance(cls, HeapObject) else None
        return isinstance(info, ClassInfo) and any(
            isinstance(item, External) and self.exception_class(item) for item in info.external
        )

    def exception_of(self, f: Frame, atom: Atom, site: s.Node) -> Value:
        if isinstance(atom, HeapObject) and atom.kind == "class":
            try:
                return self.instantiate(f, atom, Arguments(), f.at)
            except Diverges:
                return NOTHING
        if isinstance(atom, External) and self.exception_class(atom):
            return self.call(f, (atom,), Arguments(), f.at)
        return (atom,)

    def caught(self, classes: Value) -> Value:
        return a.unknown("an exception")

    def program_exception(self, atom: Atom) -> bool:
        if not isinstance(atom, HeapObject) or not isinstance(atom.data, ClassInfo):
            return False
        return all(
            isinstance(item, External) and item.module in ("builtins", "abc", "typing") for item in atom.data.external
        )


# Of a metaclass's methods, those that are followed where classes are made and called.
_OF_THE_SDK = (sdk.Session, sdk.Client, sdk.Resource, sdk.Paginator, sdk.Waiter)  # of no class of `_TYPE_NAMES`
_OF_PLAIN_CLASSES = frozenset({"__getattr__", "__getitem__", "__iter__"})  # followed where a class is asked for them
_OF_CLASSES = frozenset({"__call__", "__init__", "__init_subclass__", "__new__"})


def _of_metaclass(atom: External | Opaque) -> External | Opaque:
    """The base that stands for a metaclass that is not read."""
    return _BASES.get(atom.path, atom) if isinstance(atom, External) else atom


_BASES = {"abc.ABCMeta": External("abc.ABC"), "builtins.type": External("builtins.object")}
_NO_INSTANCES = (
    Text,
    Const,
    Function,
    sdk.Client,
    sdk.Resource,
    sdk.Session,
    sdk.Response,
    sdk.Collection,
    sdk.Paginator,
    sdk.Waiter,
    External,
    a.BoundMethod,
    a.Partial,
)


def _made_by_none(atom: Atom) -> bool:
    """Whether a value is of a kind that no class of the program makes."""
    containers = ("list", "dict", "tuple", "set", "module", "generator", "coroutine", "object", "class")
    return isinstance(atom, _NO_INSTANCES) or (isinstance(atom, HeapObject) and atom.kind in containers)


_TYPE_NAMES = {
    "builtins.str": ("str",),
    "builtins.dict": ("dict",),
    "builtins.list": ("list",),
    "builtins.tuple": ("tuple",),
    "builtins.set": ("set",),
    "builtins.int": ("int", "bool"),
    "builtins.bool": ("bool",),
    "builtins.float": ("float",),
    "builtins.bytes": ("bytes",),
    "collections.abc.Mapping": ("dict",),
    "typing.Mapping": ("dict",),
    "types.GeneratorType": ("generator",),
    "collections.abc.Generator": ("generator",),
    "types.FunctionType": ("function",),
    "builtins.type": ("class",),
}


def _type_name(atom: Atom) -> str | None:
    match atom:
        case Text():
            return "str"
        case Const(kind=kind):
            return kind
        case HeapObject(kind="list" | "dict" | "tuple" | "set"):
            return atom.kind
        case Function():
            return "function"
        case HeapObject(kind="generator" | "class"):
            return atom.kind
        case HeapObject() | a.BoundMethod() | a.Partial():
            return "object"
        case _:
            return None


def _head(node: s.Expr) -> str:
    if isinstance(node, s.Subscript):
        return _head(node.value)
    if isinstance(node, s.Attr):
        return node.name
    return node.id if isinstance(node, s.Name) else ""
