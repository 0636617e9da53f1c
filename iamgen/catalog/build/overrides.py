"""Read `overrides/<service>.toml`; docs/recipes/service-quirk.md describes the format.

Reading is strict about form (unknown keys, wrong types), and says the file and the row; what a row's words mean
(operations, parameters, actions) is for `checks`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iamgen.catalog.model import Permission, Status
from iamgen.catalog.triggers import TriggerError, parse_path, parse_source, parse_trigger

_FOLDER = Path(__file__).parent.parent / "overrides"

_FILE_KEYS = frozenset({"source", "types"})
_ROW_KEYS = frozenset({"core", "status", "reason", "url", "when", "on", "pass"})
_WHEN_KEYS = frozenset({"trigger", "actions", "replaces", "reason", "url", "type", "variables", "whole", "resource"})
_ON_KEYS = frozenset({"action", "type", "variables", "whole", "reason", "url"})
_PASS_KEYS = frozenset({"role", "service", "trigger", "reason", "url"})
_TYPE_KEYS = frozenset({"variables", "whole", "reason", "url"})


class OverrideError(Exception):
    """A row that cannot be read; the message starts with file and row."""


@dataclass(frozen=True, slots=True)
class Filling:
    """How parameters fill one resource type's ARN."""

    variables: tuple[tuple[str, str], ...]
    whole: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnRow:
    """One `on` row: `action` is "" when the row leaves it to the operation's only core action."""

    action: str
    type: str
    filling: Filling


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation of an override file; `core` None means: the action of the same name stays."""

    service: str
    operation: str
    core: tuple[str, ...] | None
    status: Status | None
    reason: str
    url: str
    permissions: tuple[Permission, ...]  # those of `when` and `pass`
    on: tuple[OnRow, ...]

    @property
    def where(self) -> str:
        """The row's place in a message."""
        return f"overrides/{self.service}.toml [{self.operation}]"


@dataclass(frozen=True, slots=True)
class ServiceRows:
    """One override file: its operations, and how it fills resource types (several: the first that fits)."""

    service: str
    operations: tuple[OperationRow, ...]
    types: Mapping[str, tuple[Filling, ...]]


def read_overrides(folder: Path = _FOLDER) -> tuple[ServiceRows, ...]:
    """All override files, sorted by service; raises `OverrideError` at the first row that cannot be read."""
    return tuple(read_file(path) for path in sorted(folder.glob("*.toml")))


def read_file(path: Path) -> ServiceRows:
    """The rows of one file; the service is the file's name."""
    service = path.stem
    where = f"overrides/{path.name}"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise OverrideError(f"{where}: {error}") from error
    source = data.get("source", "")
    types = {
        name: tuple(
            _filling(row, f"{where} [types.{name}]", _TYPE_KEYS) for row in (rows if isinstance(rows, list) else [rows])
        )
        for name, rows in data.get("types", {}).items()
    }
    operations = tuple(
        _operation(service, name, row, source) for name, row in sorted(data.items()) if name not in _FILE_KEYS
    )
    return ServiceRows(service, operations, types)


def _operation(service: str, name: str, row: object, source: str) -> OperationRow:
    where = f"overrides/{service}.toml [{name}]"
    table = _table(row, where, _ROW_KEYS)
    reason, url = table.get("reason", ""), table.get("url", source)
    status = None
    if "status" in table:
        if table["status"] not in ("none", "unsupported"):
            raise OverrideError(f"{where}: status is `none` or `unsupported`, not `{table['status']}`")
        status = Status(table["status"])
        if table.keys() - {"status", "reason", "url"}:
            raise OverrideError(f"{where}: a row with a status has only reason and url beside it")
    core = _texts(table["core"], where, "core") if "core" in table else None
    permissions = [
        permission
        for i, when in enumerate(table.get("when", ()))
        for permission in _when(when, f"{where} when {i + 1}", reason, url)
    ]
    permissions += [_pass(passed, f"{where} pass {i + 1}", url) for i, passed in enumerate(table.get("pass", ()))]
    on = tuple(
        OnRow(entry.get("action", ""), _word(entry, "type", f"{where} on"), _filling(entry, f"{where} on", _ON_KEYS))
        for entry in table.get("on", ())
    )
    return OperationRow(service, name, core, status, reason, url, tuple(permissions), on)


def _when(row: object, where: str, reason: str, url: str) -> list[Permission]:
    table = _table(row, where, _WHEN_KEYS)
    trigger = _word(table, "trigger", where)
    _readable(where, lambda: parse_trigger(trigger))
    filling = _filling(table, where, _WHEN_KEYS)
    return [
        Permission(
            action=action,
            trigger=trigger,
            resource=table.get("resource", ""),
            reason=table.get("reason", reason),
            url=table.get("url", url),
            replaces=_texts(table.get("replaces", []), where, "replaces"),
            resource_type=table.get("type", ""),
            variables=filling.variables,
            whole=filling.whole,
        )
        for action in _texts(table.get("actions", []), where, "actions", empty=False)
    ]


def _pass(row: object, where: str, url: str) -> Permission:
    table = _table(row, where, _PASS_KEYS)
    role = table.get("role", "")
    if role:
        _readable(where, lambda: parse_path(role))
    # A role inside something else, as in an instance profile, is passed when the trigger holds; its name is open.
    trigger = table.get("trigger", role) or _word(table, "role", where)
    _readable(where, lambda: parse_trigger(trigger))
    service = table.get("service", [])
    return Permission(
        action="iam:PassRole",
        trigger=trigger,
        reason=table.get("reason", f"the role in `{role}` is passed to the service" if role else ""),
        url=table.get("url", url),
        resource_type="role",
        variables=(("RoleNameWithPath", role),) if role else (),
        whole=(role,) if role else (),
        passed_to_service=(service,) if isinstance(service, str) else _texts(service, where, "service"),
    )


def _filling(row: object, where: str, keys: frozenset[str]) -> Filling:
    table = _table(row, where, keys)
    variables = table.get("variables", {})
    if not isinstance(variables, dict) or not all(isinstance(v, str) for v in variables.values()):
        raise OverrideError(f"{where}: variables is a table of texts")
    whole = _texts(table.get("whole", []), where, "whole")
    for source in variables.values():
        _readable(where, lambda source=source: parse_source(source))
    for path in whole:
        _readable(where, lambda path=path: parse_path(path))
    return Filling(tuple(variables.items()), whole)


def _readable(where: str, parse: Any) -> None:
    try:
        parse()
    except TriggerError as error:
        raise OverrideError(f"{where}: {error.message}") from error


def _table(row: object, where: str, keys: frozenset[str]) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise OverrideError(f"{where}: is no table")
    if unknown := sorted(row.keys() - keys):
        raise OverrideError(f"{where}: unknown key `{unknown[0]}`; known are {', '.join(sorted(keys))}")
    for key in ("reason", "url", "trigger", "resource", "type", "action", "role"):
        if not isinstance(row.get(key, ""), str):
            raise OverrideError(f"{where}: `{key}` is a text")
    return row


def _word(table: Mapping[str, Any], key: str, where: str) -> str:
    if not table.get(key):
        raise OverrideError(f"{where}: `{key}` is missing")
    return str(table[key])


def _texts(value: object, where: str, key: str, *, empty: bool = True) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value) or not (value or empty):
        raise OverrideError(f"{where}: `{key}` is a list of texts")
    return tuple(value)
