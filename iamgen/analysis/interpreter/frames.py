"""What is passed between the families of syntax: frames, arguments, activations and the ways to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from iamgen.analysis.interpreter.state import Cell, Exit
from iamgen.analysis.program import syntax as s
from iamgen.analysis.usage import Step
from iamgen.analysis.values.atoms import ABSENT, NOTHING, Const, Function, Value
from iamgen.analysis.values.heap import EMPTY_SEQ, HeapObject, Map, Seq


class Diverges(Exception):  # noqa: N818 # a way to stop, no error
    """The expression being evaluated never yields a value on this path."""


class Stuck(Diverges):
    """It has none because Python would raise here: a key, an attribute or a name that is not there.

    Outside a `try` no working program goes this way; that the analysis does may be its own imprecision.
    """


class LimitReached(Exception):  # noqa: N818 # a way to stop, no error
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
        "around",
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
        self.around: Callable[[Value], None] | None = None  # runs a `with` block where a context manager yields


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
    around: Callable[[Value], None] | None = None  # as of its frame

    @property
    def stand_in(self) -> bool:
        """Whether the function is iamgen's own text of a library's."""
        return bool(self.function.module.data.stand_in)

    @property
    def public_name(self) -> str:
        """What a library calls it: a decorator's inner function is the decorator, `__call__` the class."""
        names = self.function.qualname.partition(":")[2].split(".")
        if self.function.owner is not None:
            names = names[self.function.owner.data.qualname.count(".") + 1 :]
            if names[0].startswith("_"):
                return self.function.owner.name
        return names[0]


@dataclass(slots=True)
class Summary:
    """What a function that runs very often does, over all its calls: arguments, what it read, changed and gave."""

    arguments: tuple[Value, ...]
    reads: dict[Cell, Any]
    effects: dict[Cell, Any]
    result: Value
    yields: Seq
    raised: Value  # every exception that left it
    seen: dict[Cell, Any] = field(default_factory=dict)  # contents that were found to be covered by `reads`
    settled: dict[Cell, Any] = field(default_factory=dict)  # contents that hold `effects` already


def spoken(value: Value) -> Value:
    """The alternatives that a text is made of: None where nothing else can be.

    A variable that may be unset gives None beside its value; code that formats it means the value.
    """
    kept = tuple(atom for atom in value if not (isinstance(atom, Const) and atom.value is None))
    return kept or value


def present(value: Value) -> Value:
    """A value without the mark of absence."""
    return tuple(atom for atom in value if atom is not ABSENT) if ABSENT in value else value
