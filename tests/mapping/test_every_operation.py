"""Every operation of the SDK maps without an error, to patterns that IAM accepts."""

from __future__ import annotations

import os
import re

import pytest

from iamgen.analysis.usage import ApiCall, Argument, Entry, ListOf, Literal, MappingOf, Unknown
from iamgen.catalog.model import Parameter
from iamgen.catalog.store import Catalog
from iamgen.core.location import Location
from iamgen.core.text import Hole, HoleKind, Text, symbol
from iamgen.mapping import needs_of
from iamgen.mapping.requirements import gaps_of
from iamgen.project.model import Configuration, Project, Source, Unit

from .literate import Case, call_of

CATALOG = Catalog.open()
BARE = Unit("x", "x", None, Source(None, 1, "x"), ())
DEPLOYED = Unit("x", "x", None, Source(None, 1, "x"), (), {}, Configuration())
PROJECT: Project = Case("x", call_of("s3.ListBuckets"), {}).project()
HOLE = Text((Hole(HoleKind.UNKNOWN),))

# All of them in a soak, every fourth else: a fault of a shape or a row seldom hits one operation alone.
EACH = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 4

PATTERN = re.compile(r"\*|arn:[^:]+:[a-z0-9-]+:[^:]*:[^:]*:.+|\$\{[^}]+\}.*")


def literal(parameter: Parameter) -> Argument:
    match parameter.type:
        case "string":
            return Text.of("abc")
        case "list":
            return ListOf((Text.of("abc"),))
        case "structure" | "map":
            return MappingOf((), open=True)
        case "boolean":
            return Literal(True)
    return Literal(3)


def symbolic(parameter: Parameter) -> Argument:
    match parameter.type:
        case "string":
            return symbol(f"The{parameter.name}")
        case "list":
            return ListOf((HOLE,), open=True)
    return Unknown()


@pytest.mark.parametrize("service", CATALOG.services())
def test_service(service: str) -> None:
    for method in CATALOG.methods(service)[::EACH]:
        operation = CATALOG.method(service, method)
        assert operation is not None
        for unit, arguments in (
            (BARE, MappingOf((), open=True)),
            (BARE, MappingOf(tuple(Entry(Text.of(p.name), literal(p)) for p in operation.parameters))),
            (DEPLOYED, MappingOf(tuple(Entry(Text.of(p.name), symbolic(p)) for p in operation.parameters))),
        ):
            call = ApiCall(service, operation.name, method, arguments, Location("app.py", 1))
            gaps_of(call, unit, PROJECT, CATALOG)
            for one in needs_of(call, unit, PROJECT, CATALOG):
                flat = re.sub(r"\$\{AWS::[A-Za-z]+\}", "x", one.resource)
                assert PATTERN.fullmatch(flat), (operation.name, one)
                assert CATALOG.action(one.action) is not None, (operation.name, one.action)
