"""One run over one unit: the state, and the way from a node to what evaluates it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from iamgen.analysis import limits
from iamgen.analysis.interpreter.state import Cell, Exit, Trail
from iamgen.analysis.program import syntax as s
from iamgen.analysis.usage import ApiCall, Gap, GapKind, Step
from iamgen.analysis.values.atoms import ABSENT, NOTHING, Atom, Function, Value
from iamgen.analysis.values.heap import CONTENT, EMPTY_MAP, EMPTY_SEQ, HeapObject, Map, Seq
from iamgen.analysis.values.joins import join
from iamgen.core.location import Location
from iamgen.core.text import Text

if TYPE_CHECKING:
    from iamgen.analysis.program.modules import Program
    from iamgen.catalog.store import Catalog


class Diverges(Exception):
    """The expression being evaluated never yields a value on this path."""


class LimitReached(Exception):
    """The run's budget is used up."""


@dataclass(slots=True)
class Arguments:
    """The arguments of a call; `more` joins positional ones of unknown number, `rest` keywords not known."""

    pos: tuple[Value, ...] = ()
    kw: dict[str, Value] = field(default_factory=dict)
    more: Value = NOTHING
    rest: Map | None = None

    def get(self, index: int, name: str) -> Value | None:
        """The argument given by position or by keyword; None when it is not given for certain."""
        if 0 <= index < len(self.pos):
            return self.pos[index]
        if name in self.kw:
            return self.kw[name]
        return self.more or None

    @property
    def open(self) -> bool:
        """Whether arguments may be given that are not known."""
        return bool(self.more) or self.rest is not None

    def all(self) -> Iterator[Value]:
        """Every argument's value."""
        yield from self.pos
        yield from self.kw.values()
        if self.more:
            yield self.more
        if self.rest is not None:
            yield from self.rest.entries.values()
            if self.rest.rest:
                yield self.rest.rest


class Frame:
    """An activation: of a function, a module's body or a class's body."""

    __slots__ = (
        "at",
        "branches",
        "code",
        "context",
        "exits",
        "function",
        "loops",
        "mark",
        "module",
        "receiver",
        "returns",
        "scope",
        "yields",
    )

    def __init__(self, scope: HeapObject, module: HeapObject, code: s.Code | None, context: int, mark: int) -> None:
        self.scope = scope
        self.module = module
        self.code = code
        self.context = context
        self.mark = mark
        self.branches = 0  # conditional blocks being executed; 0 means: for certain
        self.exits: list[Exit] = []
        self.loops: list[tuple[int, list[Exit], list[Exit], int]] = []
        self.returns: Value = NOTHING
        self.yields: Seq = EMPTY_SEQ
        self.function: Function | None = None
        self.receiver: Any = None
        self.at = 0  # the statement being executed


@dataclass(slots=True)
class Activation:
    """A call on the stack: for call paths, and to find recursion."""

    function: Function
    arguments: tuple[Value, ...]
    step: Step
    result: Value = NOTHING
    recursive: bool = False
    widened: list[Value] | None = None
    frame: Frame | None = None
    caller: Frame | None = None
    at: int = 0  # where the caller calls

    @property
    def stand_in(self) -> bool:
        """Whether the function is iamgen's own text of a library's."""
        return bool(self.function.module.data.stand_in)

    @property
    def public_name(self) -> str:
        """The name that a library offers it by: of a decorator's inner function, the decorator's."""
        names = self.function.qualname.partition(":")[2].split(".")
        if self.function.owner is not None:
            names = names[self.function.owner.data.qualname.count(".") + 1 :]
        return names[0]


@dataclass(slots=True)
class Summary:
    """What a function that runs very often does, over all its calls: arguments, what it read, changed and gave."""

    arguments: tuple[Value, ...]
    reads: dict[Cell, Any]
    effects: dict[Cell, Any]
    result: Value
    yields: Seq


class Machine(ABC):
    """The interpreter of one unit: its state, and the operations that the families of syntax implement.

    Each family is a subclass in a file of its own; `interpreter.Interpreter` is all of them. What one
    family needs of another is declared here, so that the files do not import one another.
    """

    def __init__(
        self,
        program: Program,
        catalog: Catalog,
        environment: Mapping[str, tuple[Text, ...]] | None,
    ) -> None:
        self.program = program
        self.catalog = catalog
        self.environment = environment
        self.trail = Trail()
        self.steps = 0
        self.stack: list[Activation] = []
        self.calls: dict[tuple[Any, ...], ApiCall] = {}
        self.call_counts: dict[tuple[Any, ...], int] = {}
        self.gaps: dict[tuple[Any, ...], Gap] = {}
        self.modules: dict[str, HeapObject] = {}
        self.contexts: dict[tuple[Any, ...], int] = {}
        self.allocated: dict[tuple[Any, ...], HeapObject] = {}
        self.escaped: dict[Any, Any] = {}
        self.escape_queue: list[tuple[Any, Location | None]] = []
        self.raised: list[list[Value]] = []
        self.subclasses: dict[HeapObject, list[HeapObject]] = {}
        self.current: Frame | None = None
        self.registry: Any = None
        self.library_packages: frozenset[str] = frozenset()
        self.library_classes: frozenset[str] = frozenset()
        self.environ = HeapObject("environment")  # what the code itself sets, and the SDK's default session
        self.function_attributes = HeapObject("attributes")
        self.remembered = HeapObject("remembered")  # results of functools.cache
        self.key_atoms: dict[str, Value] = {}
        self.import_depth = 0
        self.budget = limits.STEPS
        self.library = False  # every function is an entry, each with a budget of its own
        self.own_package = ""  # of the entry: followed even when it is installed as a dependency
        self.executions: dict[int, int] = {}
        self.summaries: dict[tuple[int, int], Summary] = {}
        self.running: set[str] = set()
        self.all_classes: list[HeapObject] = []
        self.reported_modules: set[str] = set()

    # --- evaluation ----------------------------------------------------------------------------

    def eval(self, f: Frame, node: s.Expr) -> Value:
        """The value of an expression. Raises `Diverges` when it has none."""
        self.steps += 1
        if self.steps > self.budget:
            raise LimitReached
        value = EVAL[type(node)](self, f, node)
        if not value:
            raise Diverges
        return value

    def block(self, f: Frame, statements: tuple[s.Stmt, ...]) -> bool:
        """Execute statements in order; whether the end is reached."""
        for statement in statements:
            self.steps += 1
            if self.steps > self.budget:
                raise LimitReached
            try:
                if not EXEC[type(statement)](self, f, statement):
                    return False
            except Diverges:
                return False
        return True

    # --- cells ---------------------------------------------------------------------------------

    def seq(self, obj: HeapObject) -> Seq:
        """The content of a list, tuple or set."""
        return self.trail.read(obj, CONTENT) or EMPTY_SEQ

    def map(self, obj: HeapObject) -> Map:
        """The content of a mapping."""
        return self.trail.read(obj, CONTENT) or EMPTY_MAP

    def set_content(self, obj: HeapObject, content: Seq | Map) -> None:
        self.trail.write(obj, CONTENT, content)

    def context(self, parent: int, *key: Any) -> int:
        """The number of a context below another."""
        full = (parent, *key)
        found = self.contexts.get(full)
        if found is None:
            found = len(self.contexts) + 1
            self.contexts[full] = found
        return found

    def alloc(self, f: Frame, site: Any, kind: str, name: str = "", data: Any = None) -> HeapObject:
        """The object that is made at a site in a context; made again, it stands for several."""
        key = (f.context, id(site) if isinstance(site, s.Node) else site, kind)
        found = self.allocated.get(key)
        if found is None:
            found = HeapObject(kind, name, data)
            self.allocated[key] = found
        else:
            found.shared = True
        return found

    def new_list(self, f: Frame, site: Any, kind: str, content: Seq) -> Value:
        obj = self.alloc(f, site, kind)
        self.set_content(obj, content)
        return (obj,)

    def new_dict(self, f: Frame, site: Any, content: Map) -> Value:
        obj = self.alloc(f, site, "dict")
        self.set_content(obj, content)
        return (obj,)

    # --- branches ------------------------------------------------------------------------------

    def either(self, f: Frame, *paths: Callable[[], bool]) -> bool:
        """Run alternatives from the same state and join those that fall through."""
        trail = self.trail
        mark = trail.mark()
        ends: list[dict[Cell, Any]] = []
        written = trail.written
        kept: set[Cell] | None = None
        f.branches += 1
        try:
            for path in paths:
                trail.written = set(written)
                try:
                    falls = path()
                except Diverges:
                    falls = False
                after = trail.undo(mark)
                self.steps += len(after) >> 2
                if falls:
                    ends.append(after)
                    kept = trail.written if kept is None else kept & trail.written
        finally:
            f.branches -= 1
            trail.written = written if kept is None else kept
        if ends:
            trail.merge(ends, base=False)
        return bool(ends)

    def choose(self, f: Frame, *paths: Callable[[], Value]) -> Value:
        """The join of the values of alternative evaluations. Raises `Diverges` when none has one."""
        found: list[Value] = []

        def run(path: Callable[[], Value]) -> Callable[[], bool]:
            def once() -> bool:
                found.append(path())
                return True

            return once

        if len(paths) == 1:
            return paths[0]()
        if not self.either(f, *(run(path) for path in paths)):
            raise Diverges
        result: Value = NOTHING
        for value in found:
            result = join(result, value)
        return result

    @contextmanager
    def tracked(self) -> Iterator[set[Cell]]:
        """The cells that are read in a window before they are written in it."""
        trail = self.trail
        outer_reads, outer_written = trail.reads, trail.written
        trail.reads, trail.written = set(), set()
        reads = trail.reads
        try:
            yield reads
        finally:
            outer_reads.update(cell for cell in reads if cell not in outer_written)
            trail.reads = outer_reads
            trail.written = outer_written

    # --- results -------------------------------------------------------------------------------

    def path(self) -> tuple[Step, ...]:
        """The functions on the way here."""
        return tuple(activation.step for activation in self.stack if not activation.stand_in)

    def where(self, f: Frame, at: int = 0) -> Location:
        """The location of a position in the frame's module, by default of its statement.

        Inside a library's stand-in it is where the program calls the library.
        """
        if f.module.data.stand_in:
            for activation in reversed(self.stack):
                caller = activation.caller
                if caller is not None and not caller.module.data.stand_in:
                    f, at = caller, activation.at
                    break
        line, column = s.unpack(at or f.at)
        return Location(self.program.file_of(f.module), max(line, 1), max(column, 1))

    def gap(self, kind: GapKind, location: Location, message: str, candidates: tuple[str, ...] = ()) -> None:
        """Record what could not be resolved; once for each place and message."""
        key = (kind, location, message)
        if key not in self.gaps:
            self.gaps[key] = Gap(kind, location, message, candidates[: limits.CANDIDATES], self.path())

    def emit(self, call: ApiCall) -> None:
        """Record a request; the same request from several paths is kept once, with the shortest path."""
        if self.stack and self.stack[-1].stand_in:
            called = next(
                item for item in reversed(self.stack) if item.caller is None or not item.caller.module.data.stand_in
            )
            call = replace(call, method=called.public_name)
        key = (call.service, call.operation, call.location, call.arguments, call.region, call.assumed_role)
        old = self.calls.get(key)
        if old is None:
            self.calls[key] = call
        elif len(call.path) < len(old.path):
            self.calls[key] = call

    # --- what the families implement -------------------------------------------------------------

    @abstractmethod
    def getattr(self, f: Frame, value: Value, name: str, at: int) -> Value:
        """`value.name`."""

    @abstractmethod
    def setattr(self, f: Frame, value: Value, name: str, new: Value) -> None:
        """`value.name = new`."""

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
    def program_builtin(self, f: Frame, name: str) -> Value | None:
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


def present(value: Value) -> Value:
    """A value without the mark of absence."""
    return tuple(atom for atom in value if atom is not ABSENT) if ABSENT in value else value


EVAL: dict[type, Callable[[Machine, Frame, Any], Value]] = {}
EXEC: dict[type, Callable[[Machine, Frame, Any], bool]] = {}


def evaluates(
    *nodes: type,
) -> Callable[[Callable[[Machine, Frame, Any], Value]], Callable[[Machine, Frame, Any], Value]]:
    """Register the evaluator of expression nodes."""

    def register(function: Callable[[Machine, Frame, Any], Value]) -> Callable[[Machine, Frame, Any], Value]:
        for node in nodes:
            EVAL[node] = function
        return function

    return register


def executes(*nodes: type) -> Callable[[Callable[[Machine, Frame, Any], bool]], Callable[[Machine, Frame, Any], bool]]:
    """Register the executor of statement nodes."""

    def register(function: Callable[[Machine, Frame, Any], bool]) -> Callable[[Machine, Frame, Any], bool]:
        for node in nodes:
            EXEC[node] = function
        return function

    return register
