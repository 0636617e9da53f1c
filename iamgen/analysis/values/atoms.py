"""The atoms that are not the SDK's own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from iamgen.core.text import Hole, HoleKind, Text

if TYPE_CHECKING:
    from iamgen.analysis.program.syntax import Code
    from iamgen.analysis.values.heap import HeapObject

Atom: TypeAlias = object
Value: TypeAlias = tuple[Atom, ...]

NOTHING: Value = ()
CONTEXT: Final = "lambda context"  # the kind of a handler's second argument


@dataclass(frozen=True, slots=True)
class Const:
    """A known constant that is no text; `True` and `1` differ."""

    value: bool | int | float | complex | bytes | None
    kind: str = field(default="", init=True)

    @staticmethod
    def of(value: bool | complex | bytes | None) -> Const:
        return Const(value, type(value).__name__)


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something unknown that says where it comes from.

    `client` tells whether it may be an SDK client or a function of the program: a value from an
    unread library may, a field of the event may not. `kind` is the type where that is known
    (`str`, `int`, `list`, `dict`).
    """

    hole: Hole
    client: bool = False
    kind: str = ""

    def __hash__(self) -> int:
        return hash((self.hole.name, self.client, self.kind))


@dataclass(frozen=True, slots=True)
class External:
    """A name of code that is not read: `os.environ`, `functools.partial`, `requests.get`."""

    path: str

    @property
    def module(self) -> str:
        return self.path.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Absent:
    """Marks a mapping's value or a variable that is unset on some paths."""


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the program with the scope that it was made in."""

    code: Code
    scope: HeapObject | None
    module: HeapObject
    qualname: str
    defaults: tuple[tuple[str, Value], ...] = ()
    owner: HeapObject | None = None  # the class whose body defines it, for super()

    def __hash__(self) -> int:
        return hash((self.code, self.scope))  # few functions differ in their defaults alone


def spelled(atom: Atom, name: str) -> Atom:
    """A stand-in's function under the name that the program knows it by: `read_json` is told once, as `read_csv`."""
    if isinstance(atom, Function) and atom.code.name != name and atom.module.data.stand_in:
        return replace(atom, qualname=f"{atom.qualname[: -len(atom.code.name)]}{name}")
    return atom


@dataclass(frozen=True, slots=True)
class BoundMethod:
    """A function with its first argument."""

    function: Atom
    receiver: Atom


@dataclass(frozen=True, slots=True)
class Partial:
    """`functools.partial(callee, *args, **keywords)`."""

    callee: Value
    args: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A call that a library model answers: `name` is registered in `libraries`, `data` is what it needs."""

    name: str
    data: tuple[Atom | Value, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False, default=0)  # models hold models: each is hashed once

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.name, self.data)))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Property:
    """`property`, `cached_property` or another descriptor over a getter."""

    getter: Value
    setter: Value = ()
    cached: bool = False
    deleter: Value = ()


@dataclass(frozen=True, slots=True)
class StaticMethod:
    function: Value


@dataclass(frozen=True, slots=True)
class ClassMethod:
    function: Value


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` of a class body's method for one receiver."""

    owner: HeapObject
    receiver: Atom


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member of an enumeration of the program."""

    cls: HeapObject
    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class SliceValue:
    """`lower:upper:step` as a subscript."""

    lower: Value
    upper: Value
    step: Value


NONE: Value = (Const(None, "NoneType"),)
TRUE: Value = (Const(True, "bool"),)
FALSE: Value = (Const(False, "bool"),)
BOOL: Value = (*TRUE, *FALSE)


def constant(value: bool | complex | bytes | None) -> Value:
    """A value that is one known constant."""
    return (Const(value, type(value).__name__),)


def text(value: str | Text) -> Value:
    """A value that is one text."""
    return (value if isinstance(value, Text) else Text((value,) if value else ()),)


def unknown(reason: str, *, client: bool = False, kind: str = "") -> Value:
    """A value of which only a reason is known."""
    return (Opaque(Hole(HoleKind.UNKNOWN, "", reason), client, kind),)


DATA: Value = unknown("computed")
SOME_INT: Value = unknown("a number", kind="int")
SOME_TEXT: Value = unknown("a text", kind="str")
