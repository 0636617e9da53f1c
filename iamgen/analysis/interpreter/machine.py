"""One run over one unit: the state, and the way from a node to what evaluates it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from iamgen.analysis import limits
from iamgen.analysis.interpreter.frames import (
    Activation,
    Arguments,
    Diverges,
    Frame,
    LimitReached,
    Stuck,
    Summary,
    present,
    spoken,
)
from iamgen.analysis.interpreter.operations import Operations
from iamgen.analysis.interpreter.recordings import Journal, Recording
from iamgen.analysis.interpreter.state import Cell, Trail
from iamgen.analysis.program import syntax as s
from iamgen.analysis.usage import EXTENSION, ApiCall, Gap, GapKind, Step
from iamgen.analysis.values.atoms import External, Model, Value
from iamgen.analysis.values.heap import CONTENT, EMPTY_MAP, EMPTY_SEQ, MADE, HeapObject, Map, Seq
from iamgen.analysis.values.joins import Meter, join_all
from iamgen.core.location import Location
from iamgen.core.text import Text

if TYPE_CHECKING:
    from iamgen.analysis.program.modules import Program
    from iamgen.catalog.store import Catalog


class Answers(Protocol):
    """What the libraries answer: `libraries.registry.Registry`, one layer up."""

    @property
    def calls(self) -> dict[str, Callable[[Machine, Frame, Arguments, int], Value]]:
        """Answers to calls, by dotted name."""

    @property
    def values(self) -> dict[str, Callable[[Machine], Value]]:
        """Values of dotted names."""

    @property
    def models(self) -> dict[str, Callable[[Machine, Frame, Model, Arguments, int], Value]]:
        """Answers to calls of models, by the model's name."""

    @property
    def classes(self) -> Mapping[str, object]:
        """How instances of library classes behave, by dotted name."""

    @property
    def packages(self) -> set[str]:
        """The packages that are answered for."""

    @property
    def objects(self) -> set[str]:
        """The packages whose unlisted calls give an object that is followed by its name."""

    def call(self, atom: External) -> Callable[[Machine, Frame, Arguments, int], Value] | None:
        """What answers a call of a dotted name."""


class Machine(Operations):
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
        self.sites: dict[tuple[Any, ...], int] = {}  # objects made at each site or of each class, in all contexts
        self.escaped: dict[Any, tuple[Frame, list[Activation], int]] = {}
        self.escaped_objects: set[HeapObject] = set()
        self.escape_queue: list[tuple[Any, tuple[Frame, list[Activation], int]]] = []
        self.raised: list[list[Value]] = []
        self.leaving: list[list[Value]] = []  # of each `with` whose manager is told of exceptions: which were raised
        self.subclasses: dict[HeapObject, list[HeapObject]] = {}
        self.current: Frame | None = None
        self.registry: Answers
        self.library_packages: frozenset[str] = frozenset()
        self.library_classes: frozenset[str] = frozenset()
        self.environ = HeapObject("environment")  # what the code itself sets, and the SDK's default session
        self.function_attributes = HeapObject("attributes")
        self.foreign = HeapObject("foreign")  # what the program keeps on objects of code that is not read
        self.foreign.shared = True
        self.remembered = HeapObject("remembered")  # results of functools.cache
        self.key_atoms: dict[str, Value] = {}
        self.import_depth = 0
        self.was_stuck = False  # whether an alternative of the last `either` was stuck
        self.resource_actions: dict[str, list[tuple[str, str]]] | None = None
        self.visited: set[tuple[str, int]] = set()  # (file, line) of statements executed, in files with pragmas
        self.noted: frozenset[str] = frozenset()  # files that the settings keep pragmas for
        self.edges: dict[tuple[Step, Step], None] = {}
        self.budget = limits.STEPS
        self.library = False  # every function is an entry, each with a budget of its own
        self.own_package = ""  # of the entry: followed even when it is installed as a dependency
        self.executions: dict[int, int] = {}
        self.own_keywords: dict[int, bool] = {}  # of functions, by their code: see `keywords`
        self.used_attributes: dict[int, frozenset[str]] = {}  # the same
        self.work: dict[int, int] = {}  # steps that all executions of a function took, with those it called
        self.summaries: dict[tuple[int, int], Summary] = {}
        self.recordings: dict[tuple[Any, ...], list[Recording]] = {}
        self.called: set[int] = set()  # hashes of what makes two calls alike
        self.vain: dict[tuple[int, int], int] = {}  # recordings beyond what was told, by function and place
        self.journal = Journal()
        self.lowest = 0  # the lowest place of the stack that decided something since a recording began
        self.starved: bool | None = None  # beside the rest: whether it waits for a queue; None in the main flow
        self.waits_for: HeapObject | None = None  # the queue that was empty last
        self.running: set[str] = set()
        self.all_classes: list[HeapObject] = []
        self.making: list[HeapObject] = []  # classes whose metaclass is at work
        self.reported_modules: set[str] = set()

    # --- evaluation ----------------------------------------------------------------------------

    def eval(self, f: Frame, node: s.Expr) -> Value:
        """The value of an expression. Raises `Diverges` when it has none."""
        self.steps += 1
        if self.steps > self.budget:
            raise LimitReached
        value = EVAL[type(node)](self, f, node)
        if not value:
            raise Stuck
        return value

    def block(self, f: Frame, statements: tuple[s.Stmt, ...]) -> bool:
        """Execute statements in order; whether the end is reached."""
        info = f.module.data
        noted = info.file if info.pragmas or info.file in self.noted else ""
        for statement in statements:
            if noted:
                self.visited.add((noted, getattr(statement, "at", 0) // s.COLUMNS))
            self.steps += 1 + Meter.cost
            Meter.cost = 0
            if self.steps > self.budget:
                raise LimitReached
            try:
                if not EXEC[type(statement)](self, f, statement):
                    return False
            except Stuck:
                if not self.raised:
                    self.gap(GapKind.DEAD_END, self.where(f), "the code cannot go on here, as far as it is followed")
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
        """The object that is made at a site in a frame's context; made again, it stands for several."""
        return self.place(f.context, site, kind, name, data)

    def place(self, context: int, site: Any, kind: str, name: str, data: Any) -> HeapObject:
        """The object that is made at a site in a context."""
        place = (id(site) if isinstance(site, s.Node) else site, kind)
        counted = ("class", id(data)) if kind == "instance" else place
        made = self.sites.get(counted, 0)
        if made >= limits.OBJECTS_PER_SITE or self.is_exception(data):
            key: tuple[Any, ...] = (0, *place)  # one for all contexts
        else:
            key = (context, *place)
        found = self.allocated.get(key)
        if found is None:
            found = HeapObject(kind, name, data)
            self.allocated[key] = found
            self.sites[counted] = made + 1
        else:
            found.shared = True
        if kind in ("instance", "class") and MADE not in found.cells:
            self.trail.write(found, MADE, ())
        if self.journal.open and key[0]:
            self.journal.placed.append(found)
        return found

    def new_list(self, f: Frame, site: Any, kind: str, content: Seq) -> Value:
        obj = self.alloc(f, site, kind)
        self.set_content(obj, content)
        return (obj,)

    def common_tuple(self, site: Any, content: Seq) -> Value:
        """A tuple that is one for all contexts, as the exceptions are that hold it."""
        obj = self.place(0, site, "tuple", "", None)
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
        stuck = False
        try:
            for path in paths:
                trail.written = set(written)
                try:
                    falls = path()
                except Diverges as error:
                    falls = False
                    stuck = stuck or isinstance(error, Stuck)
                after = trail.undo(mark)
                self.steps += len(after) >> 2
                if falls:
                    ends.append(after)
                    kept = trail.written if kept is None else kept & trail.written
        finally:
            f.branches -= 1
            trail.written = written if kept is None else kept
        self.was_stuck = stuck
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
            raise Stuck if self.was_stuck else Diverges
        return join_all(found)

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

    def within(self, functions: Value) -> bool:
        """Whether one of these functions is being run."""
        for place, activation in enumerate(self.stack):
            if activation.function in functions:
                self.lowest = min(self.lowest, place)
                return True
        return False

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
        if key not in self.gaps or self.journal.open:
            self.keep_gap(key, Gap(kind, location, message, candidates[: limits.CANDIDATES], self.path()))

    def keep_gap(self, key: tuple[Any, ...], gap: Gap) -> None:
        """Keep a gap, if it is the first of its place and message."""
        self.gaps.setdefault(key, gap)
        if self.journal.open:
            self.journal.gaps.append((key, gap))

    def emit(self, call: ApiCall) -> None:
        """Record a request; the same request from several paths is kept once, with the shortest path."""
        if self.stack and self.stack[-1].stand_in and call.method != EXTENSION:
            outside = (item for item in reversed(self.stack) if not (item.caller and item.caller.module.data.stand_in))
            called = next(outside, self.stack[0])
            call = replace(call, method=called.public_name)
        self.keep_call(call, call.path)

    def keep_call(self, call: ApiCall, path: tuple[Step, ...]) -> None:
        """Keep a request that is reached on a path."""
        key = (call.service, call.operation, call.location, call.arguments, call.region, call.assumed_role)
        old = self.calls.get(key)
        if old is None or len(path) < len(old.path):
            self.calls[key] = call if call.path is path else replace(call, path=path)
        if self.journal.open:
            self.journal.calls.append((call, path))

    def throw(self, value: Value) -> None:
        """An exception is raised: every handler on the way out may catch it."""
        for handlers in (*self.raised, *self.leaving):
            handlers.append(value)
        if self.journal.open:
            self.journal.raised.append(value)


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


__all__ = [
    "Activation",
    "Arguments",
    "Diverges",
    "Frame",
    "LimitReached",
    "Machine",
    "Stuck",
    "Summary",
    "evaluates",
    "executes",
    "present",
    "spoken",
]
