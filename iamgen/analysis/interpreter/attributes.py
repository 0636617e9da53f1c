"""Attributes: of modules, classes, instances and everything else."""

from __future__ import annotations

from iamgen.analysis.interpreter.containers import extended
from iamgen.analysis.interpreter.kept import keep, kept, replace, replaced
from iamgen.analysis.interpreter.machine import Arguments, Diverges, Frame, Machine, present
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, Const, External, Function, Opaque, Value
from iamgen.analysis.values.classes import ClassInfo
from iamgen.analysis.values.heap import HeapObject
from iamgen.analysis.values.joins import join, join_all
from iamgen.core.text import ACCOUNT, PARTITION, REGION, Hole, HoleKind, Text

# Models that stand for functions, and bind like them when they are found on a class.
_BINDING = frozenset({"cached", "partialmethod", "singledispatch", "contextmanager", "contextdecorator"})

SENT = "\0sent"  # what was sent into the generators of a function
SOME = "\0some"  # marks what may have attributes whose names are not known

# A context's attributes that an environment variable tells too.
_CONTEXT = {
    "function_name": "AWS_LAMBDA_FUNCTION_NAME",
    "log_group_name": "AWS_LAMBDA_LOG_GROUP_NAME",
    "log_stream_name": "AWS_LAMBDA_LOG_STREAM_NAME",
}


class Attributes(Machine):
    """Reading and writing attributes."""

    def getattr(self, f: Frame, value: Value, name: str, at: int) -> Value:
        value = present(value)
        if len(value) == 1:
            return self.of_its_service(self._attr(f, value[0], name, at))
        return self.of_its_service(join_all([self._attr(f, atom, name, at) for atom in value]))

    def of_its_service(self, value: Value) -> Value:
        """Methods of clients, without those that only another service's client has when there is one that fits.

        Where services and method names come from one table, their join pairs each with each.
        """
        if len(value) < 2:
            return value
        strange = [
            atom
            for atom in value
            if isinstance(atom, a.Model) and atom.name == "newer" and self.catalog.methods_named(str(atom.data[1]))
        ]
        return tuple(atom for atom in value if atom not in strange) if len(strange) < len(value) else value

    def _attr(self, f: Frame, atom: Atom, name: str, at: int) -> Value:
        match atom:
            case HeapObject(kind="module"):
                return self.module_attr(f, atom, name, at)
            case HeapObject(kind="class"):
                return self._class_attr(f, atom, name, at)
            case HeapObject(kind="instance"):
                return self._instance_attr(f, atom, name, at)
            case HeapObject(kind="path"):
                return self.path_attr(f, atom, name, at)
            case HeapObject():
                found = self.trail.read(atom, name)
                if isinstance(found, tuple) and found:
                    return present(found)
                return (a.Model("method", (atom, name)),)
            case External():
                return kept(self, atom, name, self.external_attr(f, atom, name, at))
            case Opaque(kind=a.CONTEXT):
                return self._context_attr(name) or kept(self, atom, name, (extended(atom, name),))
            case Opaque():
                return kept(self, atom, name, (extended(atom, name),))
            case Text() | Const():
                if isinstance(atom, Const) and atom.value is None:
                    return NOTHING
                return (a.Model("method", (atom, name)),)
            case a.EnumMember():
                return self._member_attr(f, atom, name, at)
            case a.Super():
                return self._super_attr(f, atom, name, at)
            case Function():
                return self._function_attr(atom, name)
            case a.BoundMethod():
                if name == "__self__":
                    return (atom.receiver,)
                if name == "__func__":
                    return (atom.function,)
                return self._attr(f, atom.function, name, at)
            case a.Partial():
                if name == "func":
                    return atom.callee
                return a.unknown("an attribute of a partial", client=False)
            case a.Property():
                if name in ("setter", "deleter", "getter"):
                    return (a.Model("property." + name, (atom,)),)
                return a.unknown("an attribute of a property")
            case a.StaticMethod(function=inner) | a.ClassMethod(function=inner):
                return self.getattr(f, inner, name, at)
            case a.Model():
                return self.model_attr(f, atom, name, at)
            case _:
                return replaced(self, atom, name, self.sdk_attr(f, atom, name, at))

    def _context_attr(self, name: str) -> Value:
        """What the handler's context tells of the function, where its declaration is known; the rest has no value.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
        """
        known = self.environment or {}
        variable = _CONTEXT.get(name)
        if variable is not None and known.get(variable):
            return tuple(dict.fromkeys(known[variable]))
        if name != "invoked_function_arn":
            return NOTHING
        arns = [
            Text.of("arn:", PARTITION, ":lambda:", REGION, ":", ACCOUNT, ":function:", function)
            for function in known.get(_CONTEXT["function_name"], ())
        ]
        # With the alias or the version that was invoked, if one was.
        qualifier = Hole(HoleKind.UNKNOWN, "", "the qualifier that the function was invoked with")
        return tuple(dict.fromkeys([*arns, *(Text.of(arn, ":", qualifier) for arn in arns)]))

    # --- classes and instances -------------------------------------------------------------------

    def has_method(self, obj: HeapObject, name: str) -> bool:
        cls = obj if obj.kind == "class" else obj.data
        return isinstance(cls, HeapObject) and self.class_lookup(cls, name) is not None

    def class_lookup(
        self, cls: HeapObject, name: str, after: HeapObject | None = None
    ) -> tuple[Value, HeapObject] | None:
        """What a class or its bases hold under a name, with the class that has it."""
        info = cls.data
        if not isinstance(info, ClassInfo):
            return None
        mro = info.mro
        if after is not None and after in mro:
            mro = mro[mro.index(after) + 1 :]
        result: Value = NOTHING
        owner = None
        for base in mro:
            found = self.trail.read(base, name)
            if found:
                value = present(found)
                if value:
                    result = join(result, value)
                    owner = owner or base
                    if value is found:
                        break
        return (result, owner) if owner is not None else None

    def _class_attr(self, f: Frame, cls: HeapObject, name: str, at: int) -> Value:
        info = cls.data
        found = self.class_lookup(cls, name)
        if found is not None:
            result: Value = NOTHING
            for item in found[0]:
                if isinstance(item, a.ClassMethod):
                    result = join(result, tuple(self._bind(a.spelled(inner, name), cls) for inner in item.function))
                elif isinstance(item, a.StaticMethod):
                    result = join(result, item.function)
                elif isinstance(item, HeapObject) and item.kind == "instance" and self.has_method(item, "__get__"):
                    result = join(result, self.call_method(f, item, "__get__", (a.NONE, (cls,)), at))
                else:
                    result = join(result, (item,))
            return result
        if name in ("__name__", "__qualname__"):
            return a.text(cls.name)
        if name == "__members__":
            members = self.enum_members(cls)
            if members is not None:
                return self.members_mapping(f, cls, members)
        if name in ("__module__", "__doc__"):
            return a.SOME_TEXT
        if name == "__class__":
            return (External("builtins.type"),)
        if name == "__subclasses__":
            return (a.Model("class.subclasses", (cls,)),)
        if isinstance(info, ClassInfo):
            if info.meta is not None:
                meta = self.class_lookup(info.meta, name)
                if meta is not None:
                    return join_all([self._of_metaclass(f, item, cls, name, at) for item in meta[0]])
                dynamic = self.class_lookup(info.meta, "__getattr__")
                if dynamic is not None and not name.startswith("__"):
                    receiver = tuple(self._bind(item, cls) for item in dynamic[0])
                    return self.call(f, receiver, Arguments((a.text(name),)), at)
            if info.kind == "enum" and name == "from_bytes":
                return a.DATA
            if info.external:
                return self.external_class_attr(f, cls, name, at)
        if name == "mro":
            return (a.Model("class.mro", (cls,)),)
        library = self.stand_in_of(cls)
        if library is not None and not name.startswith("__"):
            return (a.Model("unmodelled", (f"{library}.{name}",)),)
        return (a.Model("class.method", (cls, name)),) if name.startswith("__") else NOTHING

    def _of_metaclass(self, f: Frame, item: Atom, cls: HeapObject, name: str, at: int) -> Value:
        """What a metaclass holds under a name, asked of a class of it: the class is the instance."""
        if not isinstance(item, a.Property):
            return (self._bind(item, cls),)
        value = self.call(f, item.getter, Arguments(((cls,),)), at)
        if item.cached:
            self.trail.write(cls, name, value)
        return value

    @staticmethod
    def _bind(item: Atom, receiver: Atom) -> Atom:
        return a.BoundMethod(item, receiver) if isinstance(item, Function | a.Model) else item

    def _instance_attr(self, f: Frame, obj: HeapObject, name: str, at: int) -> Value:
        cls = obj.data
        custom = self.class_lookup(cls, "__getattribute__") if isinstance(cls, HeapObject) else None
        if custom is not None and not self.within(custom[0]):
            return self.call(f, self._bound(f, obj, custom, at, name), Arguments((a.text(name),)), at)
        held = self.trail.read(obj, name)
        own = present(held) if isinstance(held, tuple) else NOTHING
        found = self.class_lookup(cls, name) if isinstance(cls, HeapObject) else None
        if found is not None and any(self._comes_first(item) for item in found[0]):
            return self._bound(f, obj, found, at, name)
        if own and any(isinstance(item, Opaque) and item.client for item in own):
            own = self.field_hint(obj, name, own)
        if own and (held is None or a.ABSENT not in held):
            return own
        if name == "__class__" and isinstance(cls, HeapObject):
            return (cls,)
        if name == "__dict__":
            return (a.Model("vars", (obj,)),)
        if found is not None:
            return join(own, self._bound(f, obj, found, at, name))
        if isinstance(cls, HeapObject):
            dynamic = self.class_lookup(cls, "__getattr__")
            if dynamic is not None:
                receiver = self._bound(f, obj, dynamic, at, "__getattr__")
                try:
                    return join(own, self.call(f, receiver, Arguments((a.text(name),)), at))
                except Diverges:
                    if not own:
                        raise
        if own:
            return own
        external = self.external_instance_attr(f, obj, name, at)
        if external is not None:
            return external
        return self._late(f, obj, name)

    def _comes_first(self, item: Atom) -> bool:
        """Whether what a class holds goes before its instance's own attribute: a descriptor that also sets."""
        if isinstance(item, HeapObject):
            return item.kind == "instance" and self.has_method(item, "__get__") and self.has_method(item, "__set__")
        return isinstance(item, a.Property) and not item.cached

    @staticmethod
    def stand_in_of(owner: object) -> str | None:
        """The library class that a class is or extends, when iamgen's own text stands for it."""
        info = owner.data if isinstance(owner, HeapObject) else None
        for base in info.mro if isinstance(info, ClassInfo) else ():
            if base.data.module.data.stand_in:
                return f"{base.data.module.name}.{base.name}"
        return None

    def _late(self, f: Frame, obj: HeapObject, name: str) -> Value:
        """An attribute that nothing has set yet: it may be set later, or by code that is not read."""
        library = self.stand_in_of(obj.data)
        if library is not None:
            return (a.Model("unmodelled", (f"{library}.{name}",)),)
        return a.unknown(
            f"the attribute `{name}` of `{obj.name}` is not set by code that is read", client=self.open_object(obj)
        )

    def _bound(self, f: Frame, obj: HeapObject, found: tuple[Value, HeapObject], at: int, name: str) -> Value:
        result: Value = NOTHING
        for item in found[0]:
            match item:
                case Function():
                    result = join(result, (a.BoundMethod(a.spelled(item, name), obj),))
                case a.Property():
                    value = self.call(f, item.getter, Arguments(((obj,),)), at)
                    if item.cached:
                        self.trail.write(obj, name, value)
                    result = join(result, value)
                case a.ClassMethod():
                    result = join(result, tuple(self._bind(inner, obj.data) for inner in item.function))
                case a.StaticMethod():
                    result = join(result, item.function)
                case a.Model(
                    name="cached" | "partialmethod" | "singledispatch" | "contextmanager" | "contextdecorator"
                ):
                    result = join(result, (a.BoundMethod(item, obj),))
                case External(path=path) if path.startswith("builtins.") and path.count(".") == 2:
                    result = join(result, (a.BoundMethod(item, obj),))
                case HeapObject(kind="instance") if self.has_method(item, "__get__"):
                    result = join(result, self.call_method(f, item, "__get__", ((obj,), (obj.data,)), at))
                case _:
                    result = join(result, (item,))
        return result

    def _super_attr(self, f: Frame, atom: a.Super, name: str, at: int) -> Value:
        receiver = atom.receiver
        cls = (
            receiver
            if isinstance(receiver, HeapObject) and receiver.kind == "class"
            else getattr(receiver, "data", None)
        )
        if not isinstance(cls, HeapObject) or not isinstance(cls.data, ClassInfo):
            return a.unknown("super() of something unknown", client=True)
        if atom.owner not in cls.data.mro:  # a metaclass's method: the receiver is a class of it
            if name == "__call__" and isinstance(receiver, HeapObject):
                return (a.Model("class.call", (receiver,)),)
            return (External("builtins.type.__init__"),) if name == "__init__" else a.unknown("super() of a metaclass")
        found = self.class_lookup(cls, name, after=atom.owner)
        if found is not None:
            if isinstance(receiver, HeapObject) and receiver.kind == "class":
                result: Value = NOTHING
                for item in found[0]:
                    if isinstance(item, a.ClassMethod):
                        result = join(result, tuple(self._bind(inner, receiver) for inner in item.function))
                    elif isinstance(item, a.StaticMethod):
                        result = join(result, item.function)
                    else:
                        result = join(result, (item,))
                return result
            assert isinstance(receiver, HeapObject)
            return self._bound(f, receiver, found, at, name)
        if name == "__new__":
            return (a.Model("class.new", (cls,)),)
        return self.super_external(f, atom, cls, name, at)

    def _member_attr(self, f: Frame, member: a.EnumMember, name: str, at: int) -> Value:
        if name in ("value", "_value_"):
            return member.value
        if name in ("name", "_name_"):
            return a.text(member.name)
        found = self.class_lookup(member.cls, name)
        if found is not None:
            result: Value = NOTHING
            for item in found[0]:
                if isinstance(item, Function):
                    result = join(result, (a.BoundMethod(item, member),))
                elif isinstance(item, a.Property):
                    result = join(result, self.call(f, item.getter, Arguments(((member,),)), at))
                elif isinstance(item, a.ClassMethod):
                    result = join(result, tuple(self._bind(inner, member.cls) for inner in item.function))
                else:
                    result = join(result, (item,))
            return result
        held = self.trail.read(member.cls, f"\0{member.name}.{name}")
        if isinstance(held, tuple) and held:
            return held
        if any(isinstance(atom, Text) for atom in member.value):
            return tuple(a.Model("method", (atom, name)) for atom in member.value)
        return a.unknown("an attribute of an enumeration's member")

    def _function_attr(self, function: Function, name: str) -> Value:
        held = self.trail.read(self.function_attributes, attribute_key(function, name))
        if isinstance(held, tuple) and held:
            return present(held)
        if name in ("__name__", "__qualname__"):
            return a.text(function.code.name)
        if name == "__dict__":  # for reading or for writing: it may get any attribute
            self.trail.write(self.function_attributes, attribute_key(function, SOME), a.DATA)
            return a.DATA
        if name in ("__doc__", "__module__", "__annotations__"):
            return a.SOME_TEXT
        wrapped = self.trail.read(self.function_attributes, attribute_key(function, "__wrapped__"))
        if isinstance(wrapped, tuple) and wrapped and wrapped != (function,):  # `functools.wraps` copies attributes
            return join_all([self._function_attr(one, name) for one in wrapped if isinstance(one, Function)]) or a.DATA
        return a.unknown(f"the attribute `{name}` of a function", client=True)

    # --- writing ---------------------------------------------------------------------------------

    def setattr(self, f: Frame, value: Value, name: str, new: Value) -> None:
        certain = len(value) == 1
        for atom in value:
            match atom:
                case HeapObject(kind="instance"):
                    self._set_instance(f, atom, name, new, certain)
                case HeapObject():
                    self.set_own_attribute(atom, name, new, certain=certain)
                case Function():
                    self.trail.write(self.function_attributes, attribute_key(atom, name), new)
                case a.EnumMember():
                    self.trail.write(atom.cls, f"\0{atom.name}.{name}", new)
                case sdk.Client() | sdk.Resource():
                    replace(self, atom, name, new)
                case sdk.Session() if name == "_credentials":
                    self.set_session_credentials(atom, new)
                case External(path="boto3") if name == "DEFAULT_SESSION":
                    self.set_default_session(new)
                case External() | Opaque():
                    keep(self, atom, name, new)
                    if not isinstance(atom, Opaque) or atom.client:
                        self.escape(f, new)
                case _:
                    continue

    def own_attribute(self, f: Frame, obj: HeapObject, name: str, at: int) -> Value:
        """`obj.__dict__[name]`: no descriptor or `__getattr__` of its class is asked."""
        held = self.trail.read(obj, name)
        own = present(held) if isinstance(held, tuple) else NOTHING
        found = self.class_lookup(obj.data, name) if isinstance(obj.data, HeapObject) else None
        if own or any(self._comes_first(item) for item in (found[0] if found is not None else ())):
            return own
        return self.getattr(f, (obj,), name, at)

    def set_own_attribute(self, obj: HeapObject, name: str, new: Value, *, certain: bool) -> None:
        """`obj.__dict__[name] = new`."""
        old = self.trail.read(obj, name)
        if not certain:
            new = join(old if isinstance(old, tuple) else (a.ABSENT,), new)
        self.trail.write(obj, name, new)

    def _set_instance(self, f: Frame, obj: HeapObject, name: str, new: Value, certain: bool) -> None:
        cls = obj.data
        found = self.class_lookup(cls, name) if isinstance(cls, HeapObject) else None
        if found is not None:
            for item in found[0]:
                if isinstance(item, a.Property) and item.setter:
                    self.call(f, item.setter, Arguments(((obj,), new)), f.at)
                    return
                if isinstance(item, HeapObject) and item.kind == "instance" and self.has_method(item, "__set__"):
                    self.call_method(f, item, "__set__", ((obj,), new), f.at)
                    return
        if isinstance(cls, HeapObject):
            custom = self.class_lookup(cls, "__setattr__")
            if custom is not None and not self.within(custom[0]):
                self.call(f, self._bound(f, obj, custom, f.at, "__setattr__"), Arguments((a.text(name), new)), f.at)
                return
        self.set_own_attribute(obj, name, new, certain=certain)

    def delattr(self, f: Frame, value: Value, name: str) -> None:
        """`del x.name`: the class's own attribute, if it has one, is what is found next."""
        for atom in value:
            if not isinstance(atom, HeapObject) or atom.kind not in ("instance", "class"):
                continue
            if atom.kind == "instance" and self._deleted_by_class(f, atom, name):
                continue
            held = self.trail.read(atom, name)
            if isinstance(held, tuple):
                certain = len(value) == 1 and not atom.shared
                self.trail.write(atom, name, None if certain else join(held, (a.ABSENT,)))

    def _deleted_by_class(self, f: Frame, obj: HeapObject, name: str) -> bool:
        cls = obj.data
        custom = self.class_lookup(cls, "__delattr__") if isinstance(cls, HeapObject) else None
        if custom is not None and not self.within(custom[0]):
            self.call(f, self._bound(f, obj, custom, f.at, "__delattr__"), Arguments((a.text(name),)), f.at)
            return True
        found = self.class_lookup(cls, name) if isinstance(cls, HeapObject) else None
        for item in found[0] if found is not None else ():
            if isinstance(item, a.Property) and item.deleter:
                self.call(f, item.deleter, Arguments(((obj,),)), f.at)
                return True
            if isinstance(item, HeapObject) and item.kind == "instance" and self.has_method(item, "__delete__"):
                self.call_method(f, item, "__delete__", ((obj,),), f.at)
                return True
        return False


def attribute_key(function: Function, name: str) -> str:
    """The cell of a function's attribute: one for each function object, not for each `def`."""
    return f"{id(function.code)}:{id(function.scope)}.{name}"


def attribute_names(value: Value) -> list[str] | None:
    """The names that `getattr(x, value)` may ask for, None when one is not known."""
    names: list[str] = []
    for atom in value:
        if isinstance(atom, Text) and atom.literal is not None:
            names.append(atom.literal)
        elif isinstance(atom, a.EnumMember):
            inner = attribute_names(atom.value)
            if inner is None:
                return None
            names.extend(inner)
        else:
            return None
    return names
