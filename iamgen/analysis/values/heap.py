"""Objects that change: their contents are cells, and every write is on a trail.

Branches, loops and handlers run one path, take it back by the trail, run the other and join the
cells that either touched. So the cost of a join is the writes of the paths, not the heap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iamgen.analysis.values.atoms import NOTHING, Value

CONTENT: Final = "\0content"  # the cell of a list's or mapping's content
MADE: Final = "\0made"  # the cell that tells that an instance or class is there; unset on a path that does not make it


class HeapObject:
    """One abstract object, compared by identity.

    kind: module, class, instance, scope, list, tuple, set, dict, generator, ...; `shared` objects
    stand for several concrete ones, so writes to them join.
    """

    __slots__ = ("cells", "data", "kind", "name", "serial", "shared")
    count = 0  # objects made so far in this process: only ever compared

    def __init__(self, kind: str, name: str = "", data: Any = None) -> None:
        self.kind = kind
        self.name = name
        self.data = data
        self.cells: dict[str, Any] = {}
        self.shared = False
        HeapObject.count += 1
        self.serial = HeapObject.count

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


@dataclass(frozen=True, slots=True)
class Seq:
    """A list's content: items told apart by position, and what else may be in it at unknown places."""

    items: tuple[Value, ...] = ()
    rest: Value = NOTHING


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping's content: known keys (texts as `str`, constants by their repr), and the rest.

    `rest` joins the values under unknown keys; `keys` joins these keys; `open` tells that it may
    hold keys that nothing is known of.
    """

    entries: Mapping[str, Value] = field(default_factory=dict)
    rest: Value = NOTHING
    keys: Value = NOTHING
    open: bool = False


EMPTY_SEQ = Seq()
EMPTY_MAP = Map()
