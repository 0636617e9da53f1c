"""On which resources each action of each operation is checked, and which parameters fill their ARNs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from iamgen.catalog.build.bindings import bind, things_by_name
from iamgen.catalog.build.content import Bound, Needs, Origin, Prefix
from iamgen.catalog.build.made import made_types
from iamgen.catalog.build.needs import APIGATEWAY
from iamgen.catalog.build.overrides import Filling, OperationRow
from iamgen.catalog.build.reference import Reference
from iamgen.catalog.build.sdk import SdkOperation, SdkService
from iamgen.catalog.build.tagging import sets_tags
from iamgen.catalog.model import Action, Permission

_MAX_TAGGED = 3  # types of which a request makes one; where there are more, its parameters tell which


def resolve_bindings(
    services: tuple[SdkService, ...],
    prefixes: Mapping[str, Prefix],
    reference: Reference,
    needs: Mapping[tuple[str, str], Needs],
    rows: Mapping[tuple[str, str], OperationRow],
    types: Mapping[str, Mapping[str, tuple[Filling, ...]]],
) -> Mapping[tuple[str, str], tuple[Bound, ...]]:
    """The bindings of each (service, operation); an operation without any is left out."""
    found = {}
    for service in services:
        prefix = prefixes[service.name].prefix if service.name in prefixes else None
        named = things_by_name(service)
        for operation in service.operations.values():
            key = (service.name, operation.name)
            bound = tuple(
                _operation(
                    service, operation, prefix, reference, needs[key], rows.get(key), types.get(service.name, {}), named
                )
            )
            if bound:
                found[key] = bound
    return found


def _operation(
    service: SdkService,
    operation: SdkOperation,
    prefix: str | None,
    reference: Reference,
    needs: Needs,
    row: OperationRow | None,
    types: Mapping[str, tuple[Filling, ...]],
    named: frozenset[str],
) -> Iterator[Bound]:
    permissions = [Permission(f"{prefix}:{needs.same_name}")] if needs.same_name else []
    permissions += needs.permissions
    core = [p.action for p in permissions if not p.trigger]
    done: set[str] = set()
    if row is not None:
        for on in row.on:
            on_action = on.action or (core[0] if core else "")
            done.add(on_action)
            yield Bound(on_action, on.type, on.filling.variables, on.filling.whole, Origin.COMPLETE)
    for permission in permissions:
        name = permission.action
        if name in done:
            continue
        done.add(name)
        action = reference.action(name)
        if action is None:
            continue
        own = name.partition(":")[0]
        if own == APIGATEWAY and prefix == APIGATEWAY:
            yield _request_path(service, operation, name)
        elif all(p.resource_type or p.resource for p in permissions if p.action == name):
            continue  # the rows themselves say on what it is checked
        else:
            rows_of_types = types if own == prefix else {}
            bound = list(bind(service, operation, action, reference.arns.get(own, {}), rows_of_types, named))
            if not (permission.trigger and sets_tags(action)):
                yield from bound
                continue
            makers = [one for one in map(reference.action, core) if one is not None and one.name.startswith(f"{own}:")]
            maker_bound = [
                one
                for maker in makers
                for one in bind(service, operation, maker, reference.arns.get(own, {}), rows_of_types, named)
            ]
            yield from _tagged((*bound, *maker_bound), operation, action, makers)


def _tagged(bound: tuple[Bound, ...], operation: SdkOperation, action: Action, makers: list[Action]) -> list[Bound]:
    """Tags are set on what the request makes: of the tagging action's many types, those that the name tells.

    They are named as where the action that makes them is checked, by the new one's parameters: `TargetSnapshotName`.
    """
    taggable = frozenset(r.type for r in action.resources)
    made = made_types(operation.name, taggable, frozenset(r.type for maker in makers for r in maker.resources))
    if not 0 < len(made) <= _MAX_TAGGED:
        return []
    filled = {b.resource_type: b for b in bound if not _of_a_model(b)}
    empty = Bound(action.name, "", (), (), Origin.COMPLETE)
    return [replace(filled.get(t, empty), action=action.name, resource_type=t, origin=Origin.COMPLETE) for t in made]


def _of_a_model(bound: Bound) -> bool:
    """Whether its parameter names what is copied, not the copy: `SourceSnapshotName`."""
    sources = [source for _, source in bound.variables] or list(bound.whole)
    return bool(sources) and sources[-1].lower().startswith(("source", "from", "original"))


def _request_path(service: SdkService, operation: SdkOperation, action: str) -> Bound:
    """API Gateway's resource is the request's path: `/restapis/{restApiId}/stages`."""
    names = {
        member.get("locationName", name): name
        for name, member in service.shapes.get(operation.input, {}).get("members", {}).items()
        if member.get("location") == "uri"
    }
    path = operation.request_uri.partition("?")[0].removeprefix("/v2")
    source = re.sub(r"\{([^}]+)\}", lambda found: "{" + names[found[1].rstrip("+")] + "}", path)
    return Bound(
        action,
        "",
        (("RequestPath", f"'{source}'"),),
        (),
        Origin.COMPLETE,
        "arn:${Partition}:apigateway:${Region}::${RequestPath}",
    )
