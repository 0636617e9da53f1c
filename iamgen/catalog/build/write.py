"""Write the catalog's SQLite file: sorted rows, fixed page size, no clock, so that two builds are the same bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from iamgen.catalog.build.content import Bound, Content
from iamgen.catalog.build.sdk import SdkOperation, SdkService
from iamgen.catalog.model import PARAMETER_TYPES, Action, Permission, Status
from iamgen.catalog.resource_model import ResourceType

_SCHEMA = Path(__file__).with_name("schema.sql")
_PAGE_SIZE = 4096


def write(content: Content, path: Path) -> None:
    """Write the file beside its place and move it there, so that nobody sees half a catalog."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    connection = sqlite3.connect(temporary, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA encoding = 'UTF-8'")
        schema = _SCHEMA.read_text(encoding="utf-8")
        # Comments of the schema would be stored in sqlite_master; leave them out.
        bare = "\n".join(line.split("--")[0].rstrip() for line in schema.splitlines())
        connection.executescript(bare)
        connection.execute("BEGIN")
        _fill(connection, content)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    finally:
        connection.close()
    temporary.replace(path)


class _Interned:
    """Numbers for values in the order in which they are first met."""

    def __init__(self, first: Iterable[tuple[object, ...]] = ()) -> None:
        self.ids: dict[tuple[object, ...], int] = {value: number for number, value in enumerate(first)}

    def number(self, *value: object) -> int:
        return self.ids.setdefault(value, len(self.ids))


def _fill(connection: sqlite3.Connection, content: Content) -> None:
    digest = hashlib.sha256()

    def insert(table: str, rows: Iterable[Sequence[object]]) -> None:
        listed = [tuple(row) for row in rows]
        digest.update(json.dumps([table, listed], separators=(",", ":")).encode())
        if listed:
            marks = ",".join("?" * len(listed[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", listed)  # noqa: S608  our own table names

    key_sets = _Interned()
    parameters = _Interned(_by_frequency(content.services))
    numbers = {service.name: number for number, service in enumerate(content.services, start=1)}

    insert(
        "service",
        (
            (
                numbers[s.name],
                s.name,
                content.prefixes[s.name].prefix,
                content.prefixes[s.name].reason,
                content.prefixes[s.name].url,
            )
            for s in content.services
        ),
    )
    operations = []
    fillings, sources = _Interned(), _Interned()
    statuses = list(Status)
    number_of: dict[tuple[str, str], tuple[int, int]] = {}
    for service in content.services:
        for number, operation in enumerate(service.operations.values()):
            number_of[service.name, operation.name] = (numbers[service.name], number)
            needs = content.needs[service.name, operation.name]
            operations.append(
                (
                    numbers[service.name],
                    operation.name,
                    number,
                    operation.method,
                    operation.http_method,
                    operation.request_uri,
                    operation.auth,
                    int(operation.paginated),
                    " ".join(str(parameters.number(*parameter)) for parameter in _parameters(service, operation)),
                    statuses.index(needs.status),
                    "=" if needs.same_name == operation.name else needs.same_name,
                    sources.number(needs.reason, needs.url),
                )
            )
    insert("operation", operations)
    insert("parameter", ((number, *value) for value, number in parameters.ids.items()))
    insert("waiter", ((numbers[s.name], *waiter) for s in content.services for waiter in s.waiters))
    insert("resource_type", ((t.service, t.name, _model(t)) for t in content.resource_types))
    insert(
        "permission",
        (
            (*number_of[key], position, *_permission(permission, fillings, sources))
            for key, needs in sorted(content.needs.items())
            for position, permission in enumerate(needs.permissions)
        ),
    )
    insert(
        "action",
        (
            (prefix, *_action(action, key_sets))
            for prefix, actions in sorted(content.reference.actions.items())
            for _, action in sorted(actions.items())
        ),
    )
    insert(
        "arn_format",
        (
            (prefix, arn.type, " ".join((arn.arn, *arn.others)), key_sets.number(" ".join(arn.condition_keys)))
            for prefix, arns in sorted(content.reference.arns.items())
            for _, arn in sorted(arns.items())
        ),
    )
    insert("key_set", ((number, value[0]) for value, number in key_sets.ids.items()))
    insert(
        "binding",
        (
            (*number_of[key], position, *_binding(binding, _same_name(content, key), fillings))
            for key, bindings in sorted(content.bindings.items())
            for position, binding in enumerate(bindings)
        ),
    )
    insert("filling", ((number, *value) for value, number in fillings.ids.items()))
    insert("source", ((number, *value) for value, number in sources.ids.items()))
    insert("meta", sorted({**content.versions, "digest": digest.hexdigest()[:16]}.items()))


def _parameters(service: SdkService, operation: SdkOperation) -> Iterator[tuple[str, int, int]]:
    required = service.required(operation.input)
    for name, shape in service.members(operation.input).items():
        yield name, PARAMETER_TYPES.index(service.kind(shape)), int(name in required)


def _by_frequency(services: tuple[SdkService, ...]) -> list[tuple[str, int, int]]:
    # The commonest parameters get the shortest numbers: operations hold 70,000 of them.
    counts = Counter(p for s in services for o in s.operations.values() for p in _parameters(s, o))
    return sorted(counts, key=lambda parameter: (-counts[parameter], parameter))


def _model(resource_type: ResourceType) -> str:
    return json.dumps(_lean(dataclasses.asdict(resource_type)), separators=(",", ":"), sort_keys=True)


def _lean(value: object) -> object:
    """The value without what is None, False or empty: the reader puts it back. A binding's `value` stays."""
    if isinstance(value, dict):
        kept = {key: _lean(v) for key, v in value.items()}
        return {k: v for k, v in kept.items() if v not in (None, [], ()) and (v is not False or k == "value")}
    if isinstance(value, list | tuple):
        return [_lean(v) for v in value]
    return value


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(pairs, separators=(",", ":")) if pairs else ""


def _permission(row: Permission, fillings: _Interned, sources: _Interned) -> tuple[object, ...]:
    return (
        row.action,
        row.trigger,
        " ".join(row.replaces),
        row.resource,
        row.resource_type,
        fillings.number(_pairs(row.variables), " ".join(row.whole)),
        " ".join(row.passed_to_service),
        sources.number(row.reason, row.url),
    )


def _action(action: Action, key_sets: _Interned) -> tuple[object, ...]:
    return (
        action.name.partition(":")[2],
        action.access_level,
        key_sets.number(" ".join(action.condition_keys)),
        " ".join(action.dependent_actions),
        "\t".join(
            f"{r.type}{'!' if r.required else ''}:{key_sets.number(' '.join(r.condition_keys))}"
            for r in action.resources
        ),
    )


def _same_name(content: Content, key: tuple[str, str]) -> str:
    return f"{content.prefixes[key[0]].prefix}:{content.needs[key].same_name}"


def _binding(row: Bound, same_name: str, fillings: _Interned) -> tuple[object, ...]:
    return (
        "=" if row.action == same_name else row.action,
        row.resource_type,
        row.arn,
        fillings.number(_pairs(row.variables), " ".join(row.whole)),
        int(row.origin),
    )
