"""What fails the build: a catalog that contradicts its sources or cannot say where a fact is from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iamgen.catalog.build.bindings import arn_variables
from iamgen.catalog.build.content import Prefix
from iamgen.catalog.build.overrides import Filling, OperationRow, ServiceRows
from iamgen.catalog.build.reference import Reference
from iamgen.catalog.build.sdk import SdkOperation, SdkService
from iamgen.catalog.model import ArnFormat, Permission
from iamgen.catalog.triggers import ParameterPath, parse_path, parse_source, parse_trigger, paths_of, source_paths

_URL_START = "https://"


class CatalogBuildError(Exception):
    """The catalog must not be written; the message lists every problem, one a line."""


def check(
    services: tuple[SdkService, ...],
    prefixes: Mapping[str, Prefix],
    reference: Reference,
    overrides: tuple[ServiceRows, ...],
) -> None:
    """Raise `CatalogBuildError` when anything is wrong."""
    found = [*_prefixes(services, prefixes, reference), *_overrides(services, prefixes, reference, overrides)]
    if found:
        raise CatalogBuildError("the catalog is not sound:\n  " + "\n  ".join(found))


def _prefixes(services: tuple[SdkService, ...], prefixes: Mapping[str, Prefix], reference: Reference) -> Iterator[str]:
    known = {service.name for service in services}
    for service in services:
        prefix = prefixes.get(service.name)
        if prefix is None:
            yield f"service `{service.name}` has no prefix and no reason: add a row to prefixes.toml"
        elif prefix.prefix is not None and prefix.prefix not in reference.actions:
            yield f"prefixes.toml [{service.name}]: `{prefix.prefix}` is no service prefix of the reference"
        elif not prefix.reason or (prefix.prefix is None and not prefix.url.startswith(_URL_START)):
            yield f"prefixes.toml [{service.name}]: the row has no source"
    for name in sorted(prefixes.keys() - known):
        yield f"prefixes.toml [{name}]: botocore has no such service"


def _overrides(
    services: tuple[SdkService, ...],
    prefixes: Mapping[str, Prefix],
    reference: Reference,
    overrides: tuple[ServiceRows, ...],
) -> Iterator[str]:
    by_name = {service.name: service for service in services}
    for rows in overrides:
        service = by_name.get(rows.service)
        if service is None:
            yield f"overrides/{rows.service}.toml: botocore has no such service"
            continue
        prefix = prefixes[rows.service].prefix if rows.service in prefixes else None
        for type_, fillings in rows.types.items():
            arn = reference.arns.get(prefix or "", {}).get(type_)
            where = f"overrides/{rows.service}.toml [types.{type_}]"
            yield from _type(where, type_, arn, fillings)
            yield from _unused(where, service, fillings)
        for row in rows.operations:
            operation = service.operations.get(row.operation)
            if operation is None:
                yield f"{row.where}: `{rows.service}` has no operation `{row.operation}`"
            else:
                yield from _row(service, operation, prefix, reference, row)


def _row(
    service: SdkService, operation: SdkOperation, prefix: str | None, reference: Reference, row: OperationRow
) -> Iterator[str]:
    where = row.where
    if operation.auth:
        yield f"{where}: the request is not signed, so no row is needed"
    if row.core is None and row.status is None and not row.permissions and not row.on:
        yield f"{where}: the row says nothing"
    if (row.core is not None or row.status is not None) and not (row.reason and row.url.startswith(_URL_START)):
        yield f"{where}: the row has no source: give reason and url"
    same_name = reference.action(f"{prefix}:{operation.name}")
    core = row.core if row.core is not None else ((same_name.name,) if same_name is not None else ())
    only_passes = all(p.action == "iam:PassRole" for p in row.permissions) and not row.on
    if row.core is None and row.status is None and same_name is None and prefix != "apigateway" and not only_passes:
        yield f"{where}: no action has the operation's name, so the row needs `core`"
    for action in row.core or ():
        yield from _action(where, action, reference)
    if row.core is not None and len(set(row.core)) < len(row.core):
        yield f"{where}: an action stands twice in `core`"
    for permission in row.permissions:
        yield from _permission(where, service, operation, permission, core, reference)
    for on in row.on:
        if not on.action and len(core) != 1:
            yield f"{where} on: `action` is needed, since the operation has {len(core)} core actions"
            continue
        action = on.action or core[0]
        yield from _action(where, action, reference)
        if action not in core and action not in {p.action for p in row.permissions}:
            yield f"{where} on: the operation does not need `{action}`"
        yield from _filling(f"{where} on", service, operation, action, on.type, on.filling, reference)


def _permission(
    where: str,
    service: SdkService,
    operation: SdkOperation,
    permission: Permission,
    core: tuple[str, ...],
    reference: Reference,
) -> Iterator[str]:
    yield from _action(where, permission.action, reference)
    if not (permission.reason and permission.url.startswith(_URL_START)):
        yield f"{where}: `{permission.action}` when `{permission.trigger}` has no source: give reason and url"
    for replaced in permission.replaces:
        if replaced not in core:
            yield f"{where}: `{replaced}` is replaced but no core action"
    for path in paths_of(parse_trigger(permission.trigger)):
        yield from _path(where, service, operation, path)
    filling = Filling(permission.variables, permission.whole)
    if permission.resource_type:
        yield from _filling(where, service, operation, permission.action, permission.resource_type, filling, reference)
    elif filling.variables or filling.whole:
        yield f"{where}: `variables` and `whole` need a `type`"


def _filling(
    where: str,
    service: SdkService,
    operation: SdkOperation,
    action: str,
    type_: str,
    filling: Filling,
    reference: Reference,
) -> Iterator[str]:
    if type_ == "*":
        if filling.variables or filling.whole:
            yield f"{where}: type `*` is filled by nothing"
        return
    arn = reference.arns.get(action.partition(":")[0], {}).get(type_)
    yield from _type(where, type_, arn, (filling,))
    for path in _paths(filling):
        yield from _path(where, service, operation, path)


def _type(where: str, type_: str, arn: ArnFormat | None, fillings: tuple[Filling, ...]) -> Iterator[str]:
    if arn is None:
        yield f"{where}: the reference has no resource type `{type_}` there"
        return
    known = {variable for form in (arn.arn, *arn.others) for variable in arn_variables(form)}
    for filling in fillings:
        for variable, _ in filling.variables:
            if variable not in known:
                yield f"{where}: `{arn.arn}` has no variable `{variable}`"


def _unused(where: str, service: SdkService, fillings: tuple[Filling, ...]) -> Iterator[str]:
    for filling in fillings:
        paths = _paths(filling)
        if not any(all(service.at(o.input, str(p)) is not None for p in paths) for o in service.operations.values()):
            yield f"{where}: no operation has all of {', '.join(f'`{p}`' for p in paths)}"


def _paths(filling: Filling) -> list[ParameterPath]:
    found = [path for _, source in filling.variables for path in source_paths(parse_source(source))]
    return [*found, *(parse_path(text) for text in filling.whole)]


def _path(where: str, service: SdkService, operation: SdkOperation, path: ParameterPath) -> Iterator[str]:
    if service.at(operation.input, str(path)) is None:
        yield f"{where}: the operation has no parameter `{path}`"


def _action(where: str, action: str, reference: Reference) -> Iterator[str]:
    known = reference.action(action)
    if known is None:
        yield f"{where}: the reference has no action `{action}`"
    elif known.name != action:
        yield f"{where}: the reference spells `{action}` as `{known.name}`"
