"""The analyzer against `fixtures/specs/analysis`: strict both ways."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from iamgen.core.text import Text
from iamgen.project.model import Entry, HandlerEntry, LibraryEntry, Project, ScriptEntry, Source, Unit

from .assertions import complaints, read
from .literate import Case, load

if TYPE_CHECKING:
    from iamgen.catalog.store import Catalog

SPECS = Path(__file__).parents[2] / "fixtures" / "specs" / "analysis"
CASES = load(SPECS)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalog inside the package."""
    from iamgen.catalog.store import Catalog

    return Catalog.open()


def unit_of(case: Case, root: Path) -> Unit:
    """The case as a bare unit; its settings are what a template or the command line would say."""
    written = case.settings.get("entry", "app:handler")
    module, _, function = written.partition(":")
    entry: Entry = HandlerEntry(module, function) if function else ScriptEntry(module)
    if case.settings.get("all_functions"):
        entry = LibraryEntry(tuple(sorted(_module(name) for name in case.files if name.endswith(".py"))))
    environment = case.settings.get("environment")
    return Unit(
        name=written,
        handler=written.replace(":", "."),
        entry=entry,
        source=Source(None, 1, "."),
        search_path=(root, *(root / name for name in case.settings.get("site_packages", ()))),
        environment=None if environment is None else MappingProxyType({k: _texts(v) for k, v in environment.items()}),
    )


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _texts(value: Any) -> tuple[Text, ...]:
    return tuple(Text.of(item) for item in ([value] if isinstance(value, str) else value))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_spec(case: Case, tmp_path: Path, catalog: Catalog) -> None:
    """The case's calls, gaps and arguments are those that its comments assert."""
    from iamgen.analysis.driver import analyse

    case.write(tmp_path)
    unit = unit_of(case, tmp_path)
    usage = analyse(unit, Project(tmp_path, "directory", (unit,)), catalog).usage
    found = complaints(read(case.files), usage)
    assert not found, f"\n{case.source}:{case.line}: {case.title}\n  " + "\n  ".join(found)
