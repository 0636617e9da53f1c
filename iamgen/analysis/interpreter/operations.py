"""What the families of syntax offer one another: the interpreter's operations by name.

Each is implemented in one family's file; declared here, the files need not import one another.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamgen.analysis.interpreter.frames import Arguments, Frame
    from iamgen.analysis.program import syntax as s
    from iamgen.analysis.values import atoms as a
    from iamgen.analysis.values import sdk
    from iamgen.analysis.values.atoms import Atom, External, Function, Value
    from iamgen.analysis.values.classes import ClassInfo
    from iamgen.analysis.values.heap import HeapObject, Map, Seq
    from iamgen.core.text import Text


class Operations(ABC):
    """The operations of the interpreter."""

    # --- what the families implement -------------------------------------------------------------

    @abstractmethod
    def getattr(self, f: Frame, value: Value, name: str, at: int) -> Value:
        """`value.name`."""

    @abstractmethod
    def setattr(self, f: Frame, value: Value, name: str, new: Value) -> None:
        """`value.name = new`."""

    @abstractmethod
    def own_attribute(self, f: Frame, obj: HeapObject, name: str, at: int) -> Value:
        """`obj.__dict__[name]`."""

    @abstractmethod
    def set_own_attribute(self, obj: HeapObject, name: str, new: Value, *, certain: bool) -> None:
        """`obj.__dict__[name] = new`."""

    @abstractmethod
    def delattr(self, f: Frame, value: Value, name: str) -> None:
        """Unset an attribute, as `del` does."""

    @abstractmethod
    def has_method(self, obj: HeapObject, name: str) -> bool:
        """Whether an instance's class defines a method in the program."""

    @abstractmethod
    def getitem(self, f: Frame, value: Value, index: Value, at: int) -> Value:
        """`value[index]`."""

    @abstractmethod
    def setitem(self, f: Frame, value: Value, index: Value, new: Value) -> None:
        """`value[index] = new`."""

    @abstractmethod
    def delitem(self, f: Frame, value: Value, index: Value) -> None:
        """`del value[index]`."""

    @abstractmethod
    def as_map(self, f: Frame, atom: Atom) -> Map:
        """An atom's content as a mapping."""

    @abstractmethod
    def as_seq(self, f: Frame, atom: Atom) -> Seq:
        """An atom's items."""

    @abstractmethod
    def iterate(self, f: Frame, value: Value, at: int) -> Seq:
        """What a loop over the value binds; runs what iterating runs."""

    @abstractmethod
    def unpackable(self, f: Frame, atom: Atom, count: int) -> Seq:
        """The items that unpacking into `count` targets gives."""

    @abstractmethod
    def keys_of(self, value: Value) -> list[str] | None:
        """The mapping keys that a value may be, None when one is not known."""

    @abstractmethod
    def key_value(self, key: str) -> Value:
        """The value that a mapping key stands for."""

    @abstractmethod
    def augment_in_place(self, f: Frame, op: str, old: Value, value: Value) -> bool:
        """`old op= value` where that changes an object instead of binding a name."""

    @abstractmethod
    def each(
        self, f: Frame, target: s.Expr, source: Value, site: s.Node, body: Callable[[bool], None], certain: bool
    ) -> None:
        """Run a comprehension's clause for each item."""

    @abstractmethod
    def loop(
        self,
        f: Frame,
        site: s.Node,
        once: Callable[[], bool],
        *,
        at_least_once: bool,
        endless: bool,
        after: Callable[[], bool],
    ) -> bool:
        """Run a loop's body until its state is stable."""

    @abstractmethod
    def for_loop(self, f: Frame, node: s.For, source: Value) -> bool:
        """A `for` statement over a value."""

    @abstractmethod
    def call(self, f: Frame, callee: Value, args: Arguments, at: int) -> Value:
        """Call a value. Raises `Diverges` when it does not return."""

    @abstractmethod
    def call_attr(self, f: Frame, receiver: Value, name: str, args: Arguments, at: int) -> Value:
        """`receiver.name(args)`."""

    @abstractmethod
    def call_method(self, f: Frame, receiver: Atom, name: str, args: tuple[Value, ...], at: int) -> Value:
        """Call a method of one atom with positional arguments."""

    @abstractmethod
    def make_function(self, f: Frame, code: s.Code) -> Function:
        """The function value that a `def` or `lambda` makes."""

    @abstractmethod
    def make_class(self, f: Frame, node: s.ClassDef) -> Value:
        """The class that a `class` statement makes."""

    @abstractmethod
    def instantiate(self, f: Frame, cls: HeapObject, args: Arguments, at: int) -> Value:
        """Call a class of the program."""

    @abstractmethod
    def decorate(self, f: Frame, decorator: Value, function: Value, at: int) -> Value:
        """Apply a decorator to a function."""

    @abstractmethod
    def decorate_class(self, f: Frame, decorator: Value, cls: Value, at: int) -> Value:
        """Apply a decorator to a class."""

    @abstractmethod
    def note_field(self, f: Frame, node: s.AnnAssign) -> None:
        """Remember an annotated name of a class body."""

    @abstractmethod
    def refine(self, f: Frame, value: Value, annotation: s.Expr) -> Value:
        """A value with what an annotation tells of its unknown alternatives."""

    @abstractmethod
    def is_instance(self, atom: Atom, classes: Value) -> bool | None:
        """`isinstance(atom, classes)`; None when that is not known."""

    @abstractmethod
    def program_builtin(self, name: str) -> Value | None:
        """A builtin's value, None when there is none of the name."""

    @abstractmethod
    def await_value(self, f: Frame, value: Value, at: int) -> Value:
        """`await value`."""

    @abstractmethod
    def consume(self, f: Frame, value: Value, at: int) -> Value:
        """Run what is pending in a value (coroutines), giving its result."""

    @abstractmethod
    def path_join(self, f: Frame, op: str, left: Atom, right: Atom) -> Value | None:
        """`path / name` of pathlib, None for anything else."""

    @abstractmethod
    def enum_text(self, member: Atom) -> Text:
        """`str(member)`."""

    @abstractmethod
    def response_text(self, response: Atom) -> Text:
        """A response field as a text: what the request tells of it, else a hole."""

    @abstractmethod
    def exception_of(self, f: Frame, atom: Atom, site: s.Node) -> Value:
        """The exception that `raise atom` raises."""

    @abstractmethod
    def caught(self, classes: Value) -> Value:
        """An exception of these classes that unread code raised."""

    @abstractmethod
    def is_exception(self, cls: Any) -> bool:
        """Whether a class of the program is derived from one of Python's own exceptions."""

    @abstractmethod
    def program_exception(self, atom: Atom) -> bool:
        """Whether an exception class is the program's own."""

    @abstractmethod
    def flat_classes(self, classes: Value) -> Value:
        """The classes of a class or a tuple of classes."""

    @abstractmethod
    def typing_only(self, f: Frame, test: s.Expr) -> bool:
        """Whether a test is `TYPE_CHECKING`."""

    @abstractmethod
    def read_typing_imports(self, f: Frame, body: tuple[s.Stmt, ...]) -> None:
        """Remember the names that are imported for annotations only."""

    @abstractmethod
    def enter(self, f: Frame, manager: Value, at: int) -> Value:
        """`with manager as ...`: what is bound."""

    @abstractmethod
    def leave(self, f: Frame, manager: Value, at: int) -> None:
        """The end of a `with` block."""

    @abstractmethod
    def sees_exceptions(self, manager: Value) -> bool:
        """Whether the program is told of an exception that leaves a `with` block."""

    @abstractmethod
    def leave_raised(self, f: Frame, manager: Value, raised: Value, at: int) -> bool:
        """The end of a `with` block by an exception: whether it is swallowed."""

    @abstractmethod
    def ways_out(self, f: Frame) -> int:
        """How many paths have left what a frame is in, by `return`, `break` or `continue`."""

    @abstractmethod
    def suspended(self, manager: Value) -> HeapObject | None:
        """The generator of a `@contextmanager`, None for any other manager."""

    @abstractmethod
    def run_around(self, f: Frame, generator: HeapObject, inner: Callable[[Value], bool]) -> bool:
        """Run a generator, and a `with` block where it yields."""

    @abstractmethod
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

    @abstractmethod
    def may_suppress(self, manager: Value) -> bool:
        """Whether a context manager may swallow exceptions."""

    @abstractmethod
    def import_name(self, f: Frame, name: str, at: int) -> Value:
        """`import name`: the module itself."""

    @abstractmethod
    def absolute_module(self, f: Frame, module: str, level: int) -> str | None:
        """The absolute name of a possibly relative import, None when it leads outside."""

    @abstractmethod
    def import_star(self, f: Frame, module: str, at: int) -> None:
        """`from module import *`."""

    @abstractmethod
    def import_from(self, f: Frame, module: str, name: str, at: int) -> Value:
        """`from module import name`."""

    @abstractmethod
    def escape(self, f: Frame, value: Value) -> None:
        """A value leaves into code that is not read: functions in it may be called with anything."""

    @abstractmethod
    def class_lookup(
        self, cls: HeapObject, name: str, after: HeapObject | None = None
    ) -> tuple[Value, HeapObject] | None:
        """What a class or its bases hold under a name, with the class that has it."""

    @abstractmethod
    def call_function(self, f: Frame, function: Function, args: Arguments, at: int, receiver: Value | None) -> Value:
        """Call a function: run it, or make what runs it later (generators, coroutines)."""

    @abstractmethod
    def call_value(self, f: Frame, callee: Value, *args: Value) -> Value:
        """Call a value with positional arguments; no value when it does not return."""

    @abstractmethod
    def hand_over(self, f: Frame, args: Arguments, at: int, to: str) -> None:
        """Arguments go to code that is not read: functions escape, and a client may be used there for anything."""

    @abstractmethod
    def run_generator(self, f: Frame, obj: HeapObject, at: int) -> Seq:
        """What a generator yields; it runs when it is first asked."""

    @abstractmethod
    def suspect(self, f: Frame, name: str, args: Arguments, at: int, reason: str) -> None:
        """Record a gap when a method's name and keywords can be an AWS request's."""

    @abstractmethod
    def _fill_fields(self, f: Frame, obj: HeapObject, info: ClassInfo, args: Arguments) -> tuple[Value, ...]:
        """See the implementing family."""

    @abstractmethod
    def _initialise(self, f: Frame, obj: HeapObject, cls: HeapObject, args: Arguments, at: int) -> None:
        """See the implementing family."""

    @abstractmethod
    def class_item(self, f: Frame, cls: HeapObject, index: Value, at: int) -> Value:
        """`Colour["RED"]`, `Generic[T]`."""

    @abstractmethod
    def construct(self, f: Frame, cls: HeapObject, args: Arguments, at: int) -> Value:
        """Make an instance: `__new__`, `__init__`, or the record's own way."""

    @abstractmethod
    def dynamic_class(self, f: Frame, args: Arguments, at: int) -> Value:
        """`type(name, bases, namespace)`."""

    @abstractmethod
    def enum_members(self, cls: HeapObject) -> tuple[Value, ...] | None:
        """An enumeration's members in order, None for any other class."""

    @abstractmethod
    def exception_class(self, atom: External) -> bool:
        """Whether a name is one of Python's own exceptions."""

    @abstractmethod
    def new_class(self, f: Frame, meta: HeapObject, args: Arguments, at: int) -> Value:
        """`type.__new__(meta, name, bases, namespace)`."""

    @abstractmethod
    def instance_dict(self, f: Frame, obj: HeapObject) -> Value:
        """`vars(obj)`."""

    @abstractmethod
    def members_mapping(self, f: Frame, cls: HeapObject, members: tuple[Value, ...]) -> Value:
        """`Colour.__members__`."""

    @abstractmethod
    def open_object(self, obj: HeapObject) -> bool:
        """Whether unread code may have given an object attributes that are clients."""

    @abstractmethod
    def record_fields(self, f: Frame, obj: HeapObject, at: int) -> Seq | None:
        """A named tuple's fields in order, None for any other object."""

    @abstractmethod
    def extend(self, obj: HeapObject, more: Seq, f: Frame) -> None:
        """Append items to a list or set."""

    @abstractmethod
    def map_get(self, obj: HeapObject, index: Value, default: Value = ()) -> Value:
        """The value under a key; what an absent key gives is `default`."""

    @abstractmethod
    def map_remove(self, obj: HeapObject, index: Value, *, certain: bool = True) -> None:
        """Unset a mapping's key."""

    @abstractmethod
    def map_set(self, obj: HeapObject, index: Value, new: Value, *, certain: bool = True) -> None:
        """Set a mapping's key."""

    @abstractmethod
    def call_external(self, f: Frame, atom: External, args: Arguments, at: int) -> Value:
        """See the implementing family."""

    @abstractmethod
    def call_external_object(self, f: Frame, obj: HeapObject, args: Arguments, at: int) -> Value:
        """An instance without a `__call__` of the program; a `ContextDecorator` wraps functions with itself."""

    @abstractmethod
    def call_model(self, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
        """See the implementing family."""

    @abstractmethod
    def decorate_external(self, f: Frame, atom: External, function: Value, at: int) -> Value:
        """A decorator that is not read."""

    @abstractmethod
    def decorate_external_class(self, f: Frame, atom: External, cls: Value, at: int) -> Value:
        """A class decorator that is not read: the class, which may be instantiated elsewhere."""

    @abstractmethod
    def dynamic_code(self, f: Frame, at: int, what: str) -> None:
        """Record code that is made while the program runs."""

    @abstractmethod
    def enter_external(self, f: Frame, obj: HeapObject, at: int) -> Value | None:
        """`with` over an instance whose base is not read."""

    @abstractmethod
    def enter_model(self, f: Frame, atom: a.Model, at: int) -> Value:
        """See the implementing family."""

    @abstractmethod
    def environment_item(self, name: Value, default: Value, *, required: bool) -> Value:
        """`os.environ[name]` or `os.environ.get(name, default)`."""

    @abstractmethod
    def environment_value(self, name: str, default: Value, *, required: bool) -> Value:
        """The value of one environment variable, with what the code itself set."""

    @abstractmethod
    def external_attr(self, f: Frame, atom: External, name: str, at: int) -> Value:
        """See the implementing family."""

    @abstractmethod
    def external_class_attr(self, f: Frame, cls: HeapObject, name: str, at: int) -> Value:
        """See the implementing family."""

    @abstractmethod
    def external_getitem(self, f: Frame, atom: External, index: Value, at: int) -> Value:
        """See the implementing family."""

    @abstractmethod
    def external_import(self, f: Frame, module: str, name: str, at: int) -> Value:
        """See the implementing family."""

    @abstractmethod
    def external_instance_attr(self, f: Frame, obj: HeapObject, name: str, at: int) -> Value | None:
        """See the implementing family."""

    @abstractmethod
    def external_item(self, f: Frame, obj: HeapObject, index: Value, at: int) -> Value:
        """`obj[index]` of an instance without `__getitem__`: a named tuple's field by position."""

    @abstractmethod
    def external_iterate(self, f: Frame, atom: External, at: int) -> Seq:
        """See the implementing family."""

    @abstractmethod
    def external_names(self, module: str) -> tuple[str, ...]:
        """The names that `from module import *` gives of a library: those that are answered."""

    @abstractmethod
    def init_external(self, f: Frame, obj: HeapObject, cls: HeapObject, args: Arguments, at: int) -> None:
        """`__init__` of a base that is not read."""

    @abstractmethod
    def injected(self, f: Frame, value: Value) -> Value:
        """A parameter's value with what a framework injects: `Depends(get_table)`."""

    @abstractmethod
    def leave_external(self, f: Frame, obj: HeapObject, at: int) -> None:
        """The end of such a block."""

    @abstractmethod
    def missing(self, f: Frame, name: str, at: int) -> None:
        """Note an import of what is not here, when it could reach AWS."""

    @abstractmethod
    def leave_model(self, f: Frame, atom: a.Model, at: int) -> None:
        """The end of a `with` block over a library's object."""

    @abstractmethod
    def class_hint(self, cls: HeapObject, annotation: s.Expr) -> Value:
        """The classes that the hint of a class's field names."""

    @abstractmethod
    def bind(self, f: Frame, function: Function, args: Arguments) -> dict[str, Value]:
        """Parameters to values, as Python binds them."""

    @abstractmethod
    def marked(self, f: Frame, function: Function, value: Value, annotation: s.Expr) -> Value:
        """A parameter's value with what its hint says is injected."""

    @abstractmethod
    def nominal(self, info: ClassInfo) -> bool:
        """Whether a class has those instances only that its subclasses make."""

    @abstractmethod
    def annotated(self, function: Function, annotation: s.Expr) -> Value:
        """The classes that a parameter's hint names."""

    @abstractmethod
    def model_attr(self, f: Frame, atom: a.Model, name: str, at: int) -> Value:
        """See the implementing family."""

    @abstractmethod
    def model_iterate(self, f: Frame, atom: a.Model, at: int) -> Seq:
        """See the implementing family."""

    @abstractmethod
    def environment_with(self, f: Frame, site: Any, own: Map) -> Value:
        """A mapping of the environment's variables and of others: `os.environ | {...}`."""

    @abstractmethod
    def set_environment(self, name: Value, value: Value) -> None:
        """`os.environ[name] = value`."""

    @abstractmethod
    def super_external(self, f: Frame, atom: a.Super, cls: HeapObject, name: str, at: int) -> Value:
        """See the implementing family."""

    @abstractmethod
    def wrapped(self, obj: HeapObject) -> Atom | None:
        """The dict, list or text that an instance of a subclass of it is."""

    @abstractmethod
    def file_text(self, name: Value) -> Value:
        """The text of a data file of the code root, or a hole that names it."""

    @abstractmethod
    def make_path(self, f: Frame, text: Text, at: int) -> Value:
        """A pathlib path."""

    @abstractmethod
    def open_file(self, f: Frame, name: Value) -> Value:
        """`open(name)`: a file whose text is read when it is a data file of the code root."""

    @abstractmethod
    def parse_text(self, f: Frame, value: Value, kind: str, at: int) -> Value:
        """`json.loads(text)` of a text that is known; data that is not known otherwise."""

    @abstractmethod
    def path_attr(self, f: Frame, obj: HeapObject, name: str, at: int) -> Value:
        """`path.name`, `path.parent`, `path.stem`, `path.suffix`, `path.parts`."""

    @abstractmethod
    def path_method(self, f: Frame, obj: HeapObject, name: str, args: Arguments, at: int) -> Value:
        """A method of a path."""

    @abstractmethod
    def field_hint(self, obj: HeapObject, name: str, value: Value) -> Value:
        """An attribute's value with what the class body's annotation says."""

    @abstractmethod
    def refine_cast(self, f: Frame, value: Value, target: Value) -> Value:
        """`typing.cast(target, value)`: the target is a class or the text of an annotation."""

    @abstractmethod
    def refine_in(self, module: HeapObject, scope: HeapObject | None, value: Value, annotation: s.Expr) -> Value:
        """Replace the unknown alternatives that may be clients by what the annotation says they are."""

    @abstractmethod
    def refine_parameter(self, function: Function, value: Value, annotation: s.Expr) -> Value:
        """A parameter's value with its hint."""

    @abstractmethod
    def harmless(self, path: str) -> bool:
        """Whether a package that is not followed cannot reach AWS by itself."""

    @abstractmethod
    def load_module(self, f: Frame, name: str, at: int) -> HeapObject | None:
        """The module object of a dotted name, executed; None when it is not the program's."""

    @abstractmethod
    def module_attr(self, f: Frame, module: HeapObject, name: str, at: int) -> Value:
        """`module.name`."""

    @abstractmethod
    def unmodelled(self, f: Frame, name: str, at: int) -> None:
        """Note a part of a known library of which iamgen does not know what it sends."""

    @abstractmethod
    def builtin_method(self, f: Frame, atom: Atom, name: str, args: Arguments, at: int) -> Value | None:
        """What a method of a builtin type answers; None when the atom is not of one."""

    @abstractmethod
    def text_method(self, f: Frame, text: Text, name: str, args: Arguments, at: int) -> Value:
        """A method of `str`."""

    @abstractmethod
    def call_sdk(self, f: Frame, atom: Atom, args: Arguments, at: int) -> Value:
        """Call a bound method of an SDK object."""

    @abstractmethod
    def db_connect(
        self, f: Frame, client: sdk.Client, entries: dict[str, Value], at: int, operation: str = "GenerateDBAuthToken"
    ) -> None:
        """`generate_db_auth_token`: a signed request that needs `rds-db:connect`."""

    @abstractmethod
    def hinted(self, item: External) -> Value:
        """The SDK object that a type stub names: `mypy_boto3_s3.client.S3Client`."""

    @abstractmethod
    def iterate_collection(self, f: Frame, atom: sdk.Collection, at: int) -> Seq:
        """Iterate a resource collection."""

    @abstractmethod
    def meta_attr(self, f: Frame, atom: a.Model, name: str) -> Value:
        """`client.meta.x` and `resource.meta.x`."""

    @abstractmethod
    def response_item(self, f: Frame, atom: sdk.Response, index: Value, at: int) -> Value:
        """`response[key]`."""

    @abstractmethod
    def response_items(self, f: Frame, atom: sdk.Response, at: int) -> Value:
        """What iterating a response gives."""

    @abstractmethod
    def sdk_attr(self, f: Frame, atom: Atom, name: str, at: int) -> Value:
        """An attribute of an SDK object."""

    @abstractmethod
    def set_session_credentials(self, session: Atom, value: Value) -> None:
        """`session._credentials = value`."""

    @abstractmethod
    def set_default_session(self, value: Value) -> None:
        """`boto3.DEFAULT_SESSION = value`."""

    @abstractmethod
    def escape_special(self, f: Frame, obj: HeapObject, *, every: bool = False) -> None:
        """The special methods that Python may call of itself and that are not followed where it does."""

    @abstractmethod
    def of_its_service(self, value: Value) -> Value:
        """Methods of clients, without those that only another service's client has when there is one that fits."""

    @abstractmethod
    def filled(self, args: Arguments, name: str) -> None:
        """Code that is not read gets containers: what it may put into them is not known."""
