"""The form in which a library is described, and the look-up over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.values.atoms import External, Model, Value
from iamgen.analysis.values.heap import HeapObject

CallModel = Callable[[Machine, Frame, Arguments, int], Value]
"""Answers a call of a dotted name."""

ModelCall = Callable[[Machine, Frame, Model, Arguments, int], Value]
"""Answers a call of a `Model` atom, which carries data."""

Resolve = Callable[[str], CallModel | None]
"""Answers dotted names by rule, for libraries that re-export from many places."""


@dataclass(frozen=True, slots=True)
class Library:
    """One library: the packages it stands for and the names it answers.

    `objects` tells that calling an unlisted name of the package gives an object that is followed
    by its name (`Tracer()`), so that methods can be answered: `aws_xray_sdk.core.xray_recorder.capture`.
    """

    packages: frozenset[str] = frozenset()
    calls: Mapping[str, CallModel] = field(default_factory=dict)
    values: Mapping[str, Callable[[Machine], Value]] = field(default_factory=dict)
    models: Mapping[str, ModelCall] = field(default_factory=dict)
    classes: Mapping[str, ClassModel] = field(default_factory=dict)
    resolve: Resolve | None = None
    objects: bool = False


@dataclass(frozen=True, slots=True)
class ClassModel:
    """How instances of the program's subclasses of a library class behave.

    `init` runs in place of the base's `__init__`; `method` answers methods that the base has.
    """

    init: Callable[[Machine, Frame, HeapObject, Arguments, int], None] | None = None
    method: Callable[[Machine, Frame, HeapObject, str, int], Value | None] | None = None
    escapes: bool = False


class Registry:
    """All libraries by name."""

    def __init__(self, libraries: Iterable[Library]) -> None:
        self.calls: dict[str, CallModel] = {}
        self.values: dict[str, Callable[[Machine], Value]] = {}
        self.models: dict[str, ModelCall] = {}
        self.classes: dict[str, ClassModel] = {}
        self.packages: set[str] = set()
        self.objects: set[str] = set()
        self._resolvers: dict[str, Resolve] = {}
        for library in libraries:
            self.calls.update(library.calls)
            self.values.update(library.values)
            self.models.update(library.models)
            self.classes.update(library.classes)
            self.packages |= library.packages
            if library.objects:
                self.objects |= library.packages
            if library.resolve is not None:
                for package in library.packages:
                    self._resolvers[package] = library.resolve

    def call(self, atom: External) -> CallModel | None:
        """What answers a call of a dotted name."""
        found = self.calls.get(atom.path)
        if found is None:
            resolver = self._resolvers.get(atom.module)
            if resolver is not None:
                found = resolver(atom.path)
        return found
