"""Read `passed_roles.toml`: which parameters hand a role to a service, so that `iam:PassRole` is needed on it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from iamgen.catalog.build.overrides import OperationRow, OverrideError, ServiceRows
from iamgen.catalog.model import Permission
from iamgen.catalog.triggers import TriggerError, parse_path

_ROWS = Path(__file__).parent.parent / "passed_roles.toml"
_REASON = "the role in `{}` is handed to the service"


def with_passed_roles(overrides: tuple[ServiceRows, ...], path: Path = _ROWS) -> tuple[ServiceRows, ...]:
    """The overrides with a permission for each passed role that they do not name themselves."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    source = data.pop("source")
    by_service = {rows.service: rows for rows in overrides}
    for service, table in data.items():
        principal = table.pop("service", [])
        rows = by_service.get(service, ServiceRows(service, (), {}))
        operations = {row.operation: row for row in rows.operations}
        for operation, roles in table.items():
            row = operations.get(operation, OperationRow(service, operation, None, None, "", source, (), ()))
            known = {p.whole for p in row.permissions if p.action == "iam:PassRole"}
            passed = tuple(_permission(role, principal, source, f"passed_roles.toml [{service}]") for role in roles)
            new = tuple(p for p in passed if p.whole not in known)
            operations[operation] = OperationRow(
                service, operation, row.core, row.status, row.reason, row.url, (*row.permissions, *new), row.on
            )
        by_service[service] = ServiceRows(service, tuple(row for _, row in sorted(operations.items())), rows.types)
    return tuple(rows for _, rows in sorted(by_service.items()))


def _permission(role: Any, principal: str | list[str], source: str, where: str) -> Permission:
    if isinstance(role, dict):
        role, principal = role["role"], role["service"]
    if not isinstance(role, str):
        raise OverrideError(f"{where}: a role is the path of a parameter")
    try:
        parse_path(role)
    except TriggerError as error:
        raise OverrideError(f"{where}: {error.message}") from error
    services = (principal,) if isinstance(principal, str) else tuple(principal)
    return Permission(
        action="iam:PassRole",
        trigger=role,
        reason=_REASON.format(role),
        url=source,
        resource_type="role",
        variables=(("RoleNameWithPath", role),),
        whole=(role,),
        passed_to_service=services,
    )
