"""Names of code that is not read: what the libraries answer, and what happens with the rest."""

from __future__ import annotations

from typing import Any

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.program.dependencies import STANDARD, is_transparent
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import ABSENT, NOTHING, Atom, Const, External, Opaque, Value
from iamgen.analysis.values.classes import ClassInfo
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join
from iamgen.core.text import Hole, HoleKind, Text


def carries(value: Value) -> bool:
    """Whether a value holds something that could make a request: a client, a function, an object."""
    return any(
        not isinstance(atom, Const | Text | External) and not (isinstance(atom, Opaque) and not atom.client)
        for atom in value
    )


class Externals(Machine):
    """Calls and attributes of names that are not read."""

    def external_import(self, f: Frame, module: str, name: str, at: int) -> Value:
        return self.external_attr(f, External(module), name, at)

    def external_names(self, module: str) -> tuple[str, ...]:
        """The names that `from module import *` gives of a library: those that are answered."""
        prefix = module + "."
        known = [path for path in (*self.registry.calls, *self.registry.values) if path.startswith(prefix)]
        return tuple(sorted({path[len(prefix) :].split(".")[0] for path in known}))

    def external_attr(self, f: Frame, atom: External, name: str, at: int) -> Value:
        path = f"{atom.path}.{name}"
        value = self.registry.values.get(path)
        if value is not None:
            return value(self)
        return (External(path),)

    def call_external(self, f: Frame, atom: External, args: Arguments, at: int) -> Value:
        model = self.registry.call(atom)
        if model is not None:
            return model(self, f, args, at)
        if atom.path.startswith("builtins.") and atom.path.endswith(
            ("Error", "Exception", "Iteration", "Exit", "Interrupt", "Warning")
        ):
            return a.unknown("an exception")
        values = list(args.all())
        base = atom.path.removesuffix("()")
        inert = atom.module in STANDARD or atom.module in ("builtins", *self.registry.objects)
        if inert or self.harmless(base):
            for value in values:
                self.escape(f, value)
        else:
            self.hand_over(f, args, at, f"`{base}`")
        self.filled(args, base)
        if is_transparent(base):
            return (External(f"{base}()"),)
        if atom.module in self.registry.objects:
            return (
                (External(f"{atom.path}()"),)
                if not atom.path.endswith("()()")
                else a.unknown(f"the result of `{base}`")
            )
        if atom.module in STANDARD or atom.module == "builtins":
            return a.unknown(f"the result of `{atom.path}`", client=any(carries(value) for value in values))
        harmless = self.harmless(base)
        method = base.rpartition(".")[2]
        if not harmless and "." in base and "()" in base:
            self.suspect(f, method, args, at, f"`{atom.module}` is not read")
        return a.unknown(f"the result of `{base}`", client=not harmless or any(carries(value) for value in values))

    def decorate_external(self, f: Frame, atom: External, function: Value, at: int) -> Value:
        """A decorator that is not read."""
        path = atom.path.removesuffix("()")
        if is_transparent(path):
            return function
        model = self.registry.call(atom)
        if model is not None:
            return model(self, f, Arguments((function,)), at)
        self.escape(f, function)
        return function

    def decorate_external_class(self, f: Frame, atom: External, cls: Value, at: int) -> Value:
        """A class decorator that is not read: the class, which may be instantiated elsewhere."""
        model = self.registry.call(atom)
        if model is not None:
            return model(self, f, Arguments((cls,)), at)
        path = atom.path.removesuffix("()")
        if not is_transparent(path) and atom.module not in STANDARD:
            self.escape(f, cls)
        return cls

    def external_getitem(self, f: Frame, atom: External, index: Value, at: int) -> Value:
        if atom.path == "os.environ":
            return self.environment_item(index, NOTHING, required=True)
        if atom.path in ("typing.Annotated", "typing_extensions.Annotated"):
            rows = [m for m in index if isinstance(m, HeapObject) and m.kind == "tuple"]
            return tuple(a.Model("annotated", self.seq(row).items) for row in rows) or (atom,)
        if atom.module in ("typing", "typing_extensions", "collections", "builtins"):
            return (atom,)
        if atom.path == "sys.version_info":
            if any(isinstance(one, a.SliceValue) for one in index):
                return (atom,)
            return a.constant(3) if index == a.constant(0) else a.SOME_INT
        if atom.path == "sys.modules":
            found = [self.modules[name] for name in self.keys_of(index) or () if name in self.modules]
            return tuple(found) or a.unknown("a module that is not known", client=True)
        return a.unknown(
            f"an item of `{atom.path}`",
            client=not self.harmless(atom.path) and atom.module not in STANDARD,
        )

    def external_iterate(self, f: Frame, atom: External, at: int) -> Seq:
        if atom.path == "os.environ":
            return Seq((), a.SOME_TEXT)
        return Seq(
            (),
            a.unknown(
                f"items of `{atom.path}`",
                client=not self.harmless(atom.path) and atom.module not in STANDARD,
            ),
        )

    def external_item(self, f: Frame, obj: HeapObject, index: Value, at: int) -> Value:
        """`obj[index]` of an instance without `__getitem__`: a named tuple's field by position."""
        cls = obj.data
        if isinstance(cls, HeapObject) and isinstance(cls.data, ClassInfo) and cls.data.kind == "namedtuple":
            names = [item.name for item in cls.data.fields]
            result: Value = NOTHING
            for atom in index:
                number = atom.value if isinstance(atom, Const) and isinstance(atom.value, int) else None
                chosen = names[number : number + 1] if number is not None and number >= 0 else names
                for name in chosen:
                    result = join(result, self.getattr(f, (obj,), name, at))
            return result or a.DATA
        return a.unknown(f"an item of a `{obj.name}`", client=self.open_object(obj))

    # --- models --------------------------------------------------------------------------------------

    def call_model(self, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
        model = self.registry.models.get(atom.name)
        if model is None:
            for value in args.all():
                self.escape(f, value)
            return a.unknown(f"the result of `{atom.name}`")
        return model(self, f, atom, args, at)

    def model_attr(self, f: Frame, atom: a.Model, name: str, at: int) -> Value:
        if atom.name in ("client.meta", "resource.meta"):
            return self.meta_attr(f, atom, name)
        special = self.registry.models.get(f"{atom.name}.{name}")
        if special is not None:
            return (a.Model(f"{atom.name}.{name}", atom.data),)
        if atom.name == "unmodelled":
            return (a.Model("unmodelled", (f"{atom.data[0]}.{name}",)),)
        if name in ("__name__", "__doc__", "__qualname__", "__module__"):
            return a.SOME_TEXT
        if atom.name in ("cached", "singledispatch") and atom.data and isinstance(atom.data[0], tuple):
            return self.getattr(f, atom.data[0], name, at)
        return (a.Model("ignored", ()),)

    def model_iterate(self, f: Frame, atom: a.Model, at: int) -> Seq:
        special = self.registry.models.get(f"{atom.name}.__iter__")
        if special is not None:
            return self.iterate(f, special(self, f, atom, Arguments(), at), at)
        return Seq((), a.DATA)

    def enter_model(self, f: Frame, atom: a.Model, at: int) -> Value:
        special = self.registry.models.get(f"{atom.name}.__enter__")
        if special is not None:
            return special(self, f, atom, Arguments(), at)
        return (atom,)

    def leave_model(self, f: Frame, atom: a.Model, at: int) -> None:
        """The end of a `with` block over a library's object."""
        special = self.registry.models.get(f"{atom.name}.__exit__")
        if special is not None:
            special(self, f, atom, Arguments((a.NONE, a.NONE, a.NONE)), at)

    # --- library classes that the program subclasses ---------------------------------------------------

    def _class_model(self, cls: Atom) -> object:
        if isinstance(cls, HeapObject) and isinstance(cls.data, ClassInfo) and cls.data.library:
            return self.registry.classes.get(cls.data.library)
        return None

    def external_class_attr(self, f: Frame, cls: HeapObject, name: str, at: int) -> Value:
        info: ClassInfo = cls.data
        if info.kind in ("model", "settings", "dataclass", "namedtuple") and name in (
            "parse_obj", "model_validate", "model_construct", "construct", "parse_raw",
            "model_validate_json", "_make", "from_orm",
        ):  # fmt: skip
            return (a.Model("class.parse", (cls, name)),)
        if info.library:
            made = self.registry.calls.get(f"{info.library}.{name}")
            if made is not None:
                return (a.Model("class.library", (cls, name)),)
        for base in info.external:
            if isinstance(base, External) and base.module in ("builtins", "typing", "abc", "enum"):
                continue
            if name in ("as_view", "as_asgi"):  # of Django, Flask, Channels
                return (a.Model("django.as_view", (cls,)),)
            return a.unknown(f"`{name}` of a base class that is not read", client=True)
        return (a.Model("class.method", (cls, name)),)

    def external_instance_attr(self, f: Frame, obj: HeapObject, name: str, at: int) -> Value | None:
        cls = obj.data
        model = self._class_model(cls)
        method = getattr(model, "method", None)
        if method is not None:
            found: Value | None = method(self, f, obj, name, at)
            if found is not None:
                return found
        wrapped = self.wrapped(obj)
        if wrapped is not None:
            return self.getattr(f, (wrapped,), name, at)
        if not isinstance(cls, HeapObject) or not isinstance(cls.data, ClassInfo):
            return a.DATA
        info: ClassInfo = cls.data
        if info.kind in ("dataclass", "namedtuple", "model", "settings") and name in _RECORD_METHODS:
            return (a.Model("record", (obj, name)),)
        unread = [base for base in info.external if not _inert(base)]
        if unread and model is None:
            return (a.Model("inherited", (obj, name)),)
        if (
            info.external
            and isinstance(info.external[0], External)
            and name in ("args", "response", "with_traceback", "add_note")
        ):
            return a.unknown("an exception's field")
        return None

    def super_external(self, f: Frame, atom: a.Super, cls: HeapObject, name: str, at: int) -> Value:
        receiver = atom.receiver
        if name == "__init__":
            return (a.Model("base.init", (receiver, cls)),)
        if isinstance(receiver, HeapObject) and receiver.kind == "instance":
            if name == "__setattr__":
                return (a.Model("object.setattr", (receiver,)),)
            if name in ("__getattribute__", "__getattr__"):
                return (a.Model("object.getattr", (receiver,)),)
            found = self.external_instance_attr(f, receiver, name, at)
            if found is not None:
                return found
        return (a.Model("ignored", ()),)

    def init_external(self, f: Frame, obj: HeapObject, cls: HeapObject, args: Arguments, at: int) -> None:
        """`__init__` of a base that is not read."""
        info: ClassInfo = cls.data
        model = self._class_model(cls)
        init = getattr(model, "init", None)
        if init is not None:
            init(self, f, obj, args, at)
            return
        if info.kind in ("dataclass", "namedtuple", "model", "settings"):
            self._fill_fields(f, obj, info, args)
            return
        for base in info.external:
            if isinstance(base, External):
                made = self.registry.calls.get(base.path)
                if base.path in _WRAPPED and made is not None:
                    self.trail.write(obj, "\0wrapped", made(self, f, args, at))
                    return
                if base.path in ("builtins.str", "str") and args.pos:
                    self.trail.write(obj, "\0text", args.pos[0])
                    return
        if any(isinstance(base, External) and base.path.startswith("collections.abc.") for base in info.external):
            self.escape(f, (obj,))  # the mixin's methods call those of the program
            self.escape_special(f, obj, every=True)
        if any(isinstance(base, External) and self.exception_class(base) for base in info.external):
            self.trail.write(obj, "args", self.common_tuple(("args", id(cls), at), Seq(args.pos, args.more)))
        if any(not _inert(base) for base in info.external):
            for value in args.all():
                self.escape(f, value)
            self.escape(f, (obj,))

    def wrapped(self, obj: HeapObject) -> Atom | None:
        """The dict, list or text that an instance of a subclass of it is."""
        value = self.trail.read(obj, "\0wrapped")
        return value[0] if isinstance(value, tuple) and value else None

    def enter_external(self, f: Frame, obj: HeapObject, at: int) -> Value | None:
        """`with` over an instance whose base is not read."""
        return None

    def leave_external(self, f: Frame, obj: HeapObject, at: int) -> None:
        """The end of such a block."""

    def call_external_object(self, f: Frame, obj: HeapObject, args: Arguments, at: int) -> Value:
        """An instance without a `__call__` of the program; a `ContextDecorator` wraps functions with itself."""
        info = obj.data.data if isinstance(obj.data, HeapObject) else None
        if isinstance(info, ClassInfo) and any(
            isinstance(base, External) and base.path.endswith("ContextDecorator") for base in info.external
        ):
            return (a.Model("contextdecorator", (obj, args.get(0, "func") or NOTHING)),)
        for value in args.all():
            self.escape(f, value)
        return a.unknown(f"the result of calling a `{obj.name}`", client=self.open_object(obj))

    def injected(self, f: Frame, value: Value) -> Value:
        """A parameter's value with what a framework injects: `Depends(get_table)`."""
        if not any(isinstance(atom, a.Model) and atom.name == "depends" for atom in value):
            return value
        result: Value = NOTHING
        for atom in value:
            if isinstance(atom, a.Model) and atom.name == "depends":
                saved = f.context
                f.context = self.context(saved, "injected", atom)
                made = self.call_value(f, atom.data[0]) if isinstance(atom.data[0], tuple) and atom.data[0] else NOTHING
                content = self.iterate(f, made, f.at) if _is_generator(made) else Seq((made,))
                for item in (*content.items, content.rest):
                    result = join(result, self.consume(f, item, f.at))
                f.context = saved
            elif not (isinstance(atom, Opaque) and atom.client):
                result = join(result, (atom,))
        return result or value

    # --- environment ---------------------------------------------------------------------------------

    def environment_item(self, name: Value, default: Value, *, required: bool) -> Value:
        """`os.environ[name]` or `os.environ.get(name, default)`."""
        result: Value = NOTHING
        for atom in name:
            literal = atom.literal if isinstance(atom, Text) else None
            if literal is None:
                result = join(result, (*a.SOME_TEXT, *default))
            else:
                result = join(result, self.environment_value(literal, default, required=required))
        return result or a.SOME_TEXT

    def environment_value(self, name: str, default: Value, *, required: bool) -> Value:
        """The value of one environment variable, with what the code itself set."""
        held = self.trail.read(self.environ, name) or NOTHING
        some = self.trail.read(self.environ, _SOME) or NOTHING
        if held and ABSENT not in held:
            return join(held, some)
        given = join(present(held), self._given(name, default, required=required))
        return join(given, some)

    def _given(self, name: str, default: Value, *, required: bool) -> Value:
        """The value of a variable that the code does not set."""
        if self.environment is not None:
            known = self.environment.get(name)
            if known:
                return tuple(dict.fromkeys(known))
            if not name.startswith(("AWS_", "LAMBDA_", "_HANDLER", "PYTHON", "PATH", "HOME", "LANG", "TZ")):
                if default:
                    return default
                if not required:
                    return a.NONE
        return join((Text((Hole(HoleKind.ENV, name),)),), default)

    def environment_with(self, f: Frame, site: Any, own: Map) -> Value:
        """A mapping of the environment's variables and of others: `os.environ | {...}`."""
        made = self.alloc(f, site, "dict")
        self.set_content(made, Map(own.entries, own.rest, own.keys, open=True))
        self.trail.write(made, "\0environ", a.TRUE)
        return (made,)

    def set_environment(self, name: Value, value: Value) -> None:
        """`os.environ[name] = value`."""
        for atom in name:
            literal = atom.literal if isinstance(atom, Text) else None
            key = literal or _SOME
            if literal:  # set by the code on no path so far: what is declared counts
                self.environ.cells.setdefault(key, (ABSENT,))
            certain = bool(literal) and len(name) == 1
            held = NOTHING if certain else self.trail.read(self.environ, key) or NOTHING
            self.trail.write(self.environ, key, join(held, value))

    def dynamic_code(self, f: Frame, at: int, what: str) -> None:
        """Record code that is made while the program runs."""
        self.gap(GapKind.DYNAMIC_CODE, self.where(f, at), f"`{what}` runs code that is not known")


_SOME = "\0some"  # the cell of what variables with names that are not known are set to


def _inert(base: Atom) -> bool:
    if not isinstance(base, External):
        return False
    return base.module in _INERT or base.path in _WRAPPED or base.path.startswith("collections.abc.")


def _is_generator(value: Value) -> bool:
    return any(isinstance(atom, HeapObject) and atom.kind in ("generator", "contextmanager") for atom in value)


_RECORD_METHODS = frozenset(
    {"model_dump", "dict", "_asdict", "json", "model_dump_json", "copy", "_replace", "model_copy"}
)
_WRAPPED = frozenset(
    {
        "builtins.dict",
        "builtins.list",
        "builtins.set",
        "collections.OrderedDict",
        "collections.UserDict",
        "collections.UserList",
        "collections.defaultdict",
        "collections.Counter",
    }
)
_INERT = frozenset(
    {"builtins", "abc", "typing", "typing_extensions", "enum", "exceptions", "dataclasses", "contextlib", "datetime"}
)  # their classes call no method of a subclass that is not answered elsewhere
