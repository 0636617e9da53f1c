"""Every stand-in by itself: it is followed to its end, and what it sends are requests that the SDK has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from iamgen.analysis.libraries.boto3 import clients, requests, transfers
from iamgen.analysis.program.modules import STAND_INS
from iamgen.analysis.usage import GapKind
from iamgen.project.model import LibraryEntry, Project, Source, Unit

if TYPE_CHECKING:
    from iamgen.catalog.store import Catalog


def name_of(path: Path) -> str:
    parts = path.relative_to(STAND_INS).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = sorted(name_of(path) for path in STAND_INS.rglob("*.py"))
# What a stand-in itself says it does not know, and what follows of parameters that here nobody gives.
SAID = {
    GapKind.UNREAD_DEPENDENCY: ("is not known",),
    GapKind.UNKNOWN_ROLE: ("credentials",),
    GapKind.DYNAMIC_SERVICE: ("signs", "what code that is not read passes"),
    GapKind.UNKNOWN_RECEIVER: ("what code that is not read passes",),
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    from iamgen.catalog.store import Catalog

    return Catalog.open()


def unit_of(root: Path, module: str) -> Unit:
    return Unit(
        name=module,
        handler=module,
        entry=LibraryEntry((module,)),
        source=Source(None, 1, "."),
        search_path=(root,),
        environment=None,
    )


@pytest.mark.parametrize("module", MODULES)
def test_stand_in_is_followed(module: str, tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every function of a stand-in runs, with names that exist and parameters that the operations have."""
    from iamgen.analysis.driver import analyse

    wrong: list[str] = []

    def checked(m: Any, f: Any, client: Any, operation: str, method: str, arguments: Any, at: int, **more: Any) -> Any:
        known = m.catalog.operation(client.service, operation)
        names = {parameter.name for parameter in known.parameters}
        given = {key for key in arguments.entries if not key.startswith("\0")}
        if method not in transfers.NAMES:
            wrong.extend(f"{client.service}.{operation} has no {name}" for name in sorted(given - names))
        return requests.send(m, f, client, operation, method, arguments, at, **more)

    attribute = clients.client_attr

    def known_attribute(m: Any, client: Any, name: str) -> Any:
        found = attribute(m, client, name)
        if not found:
            wrong.append(f"{client.service} has no method {name}")
        return found

    monkeypatch.setattr(clients, "send", checked)
    monkeypatch.setattr(clients, "client_attr", known_attribute)
    unit = unit_of(tmp_path, module)
    usage = analyse(unit, Project(tmp_path, "directory", (unit,)), catalog).usage
    unsaid = [gap for gap in usage.gaps if not any(said in gap.message for said in SAID.get(gap.kind, ()))]
    assert not wrong
    assert not unsaid


def test_stand_ins_are_data() -> None:
    """The folder is no package: nothing can import a stand-in by accident."""
    assert MODULES
    assert not (STAND_INS / "__init__.py").exists()


@pytest.mark.parametrize("library", sorted({path.stem for path in STAND_INS.iterdir() if path.stem[0] != "_"}))
def test_library_is_documented(library: str) -> None:
    """The page of libraries names each stand-in."""
    page = Path(__file__).parents[2] / "docs" / "libraries.md"
    assert f"`{library}`" in page.read_text("utf-8")


PROGRAM = """\
import pandas as pd
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, idempotent


@idempotent(persistence_store=DynamoDBPersistenceLayer(table_name="seen"))
def handler(event, context):
    return pd.read_json(
        "s3://lake/a.json",
    )
"""


def test_requests_are_reported_where_the_library_is_called(tmp_path: Path, catalog: Catalog) -> None:
    """Place, path and name are the program's: nothing of a stand-in's own shows."""
    from iamgen.analysis.driver import analyse
    from iamgen.project.model import HandlerEntry

    (tmp_path / "app.py").write_text(PROGRAM, "utf-8")
    unit = Unit("f", "app.handler", HandlerEntry("app", "handler"), Source(None, 1, "."), (tmp_path,))
    usage = analyse(unit, Project(tmp_path, "directory", (unit,)), catalog).usage
    found = {(call.operation, call.method, call.location.line) for call in usage.calls}
    assert ("GetObject", "read_json", 7) in found
    assert {one[1:] for one in found if one[0] == "PutItem"} == {("idempotent", 6)}
    assert {call.location.file for call in usage.calls} == {"app.py"}
    assert {step.location.file for call in usage.calls for step in call.path} == {"app.py"}
    assert not usage.gaps
