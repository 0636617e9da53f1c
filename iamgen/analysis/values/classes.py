"""What is known of a class of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iamgen.analysis.values.atoms import Atom

if TYPE_CHECKING:
    from iamgen.analysis.program.syntax import Expr
    from iamgen.analysis.values.heap import HeapObject


@dataclass(slots=True)
class FieldInfo:
    """An annotated name of a class body."""

    name: str
    annotation: Expr | None


@dataclass(slots=True, eq=False)
class ClassInfo:
    """Bases, kind and fields; kind is "", "enum", "dataclass", "namedtuple", "typeddict", "settings", "model", ..."""

    module: HeapObject
    qualname: str
    bases: tuple[HeapObject, ...] = ()
    external: tuple[Atom, ...] = ()  # bases that are not read
    mro: tuple[HeapObject, ...] = ()
    meta: HeapObject | None = None
    kind: str = ""
    abstract: bool = False
    fields: list[FieldInfo] = field(default_factory=list)
    members: list[str] = field(default_factory=list)  # of an enumeration
    scope: HeapObject | None = None
    library: str = ""  # the dotted name of the library class that decides how instances behave
