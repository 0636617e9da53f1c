"""What a person types to look something up: an action, an operation or a method, with or without its service."""

from __future__ import annotations

from dataclasses import dataclass

from iamgen.catalog.model import Action, Operation
from iamgen.catalog.store import Catalog


@dataclass(frozen=True, slots=True)
class Found:
    """The operations and the actions that a text may mean; both when they share the name."""

    operations: tuple[Operation, ...] = ()
    actions: tuple[Action, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.operations or self.actions)


def look_up(catalog: Catalog, text: str) -> Found:
    """What `s3:ListBucket`, `s3:ListObjectsV2`, `s3.list_objects_v2`, `ListObjectsV2` or `list_objects_v2` mean.

    Before the colon stands an IAM service prefix or an SDK service (`states` or `stepfunctions`).
    """
    text = text.strip()
    service, separator, name = text.replace(".", ":", 1).partition(":")
    if not separator:
        return Found(_by_name(catalog, text))
    service = service.lower()
    services = [service] if catalog.has_service(service) else []
    services += [s for s in catalog.services() if s != service and catalog.service_prefix(s) == service]
    named = _by_name(catalog, name)
    operations = tuple(operation for operation in named if operation.service in services)
    prefixes = dict.fromkeys([service, *(p for s in services if (p := catalog.service_prefix(s)) is not None)])
    actions = tuple(found for prefix in prefixes if (found := catalog.action(f"{prefix}:{name}")) is not None)
    return Found(operations, actions)


def _by_name(catalog: Catalog, name: str) -> tuple[Operation, ...]:
    return catalog.operations_named(name) or catalog.methods_named(name.lower())


def search(catalog: Catalog, words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(`service:Operation` names, actions) that hold all words, in any case, sorted."""
    folded = [word.lower() for word in words]

    def holds(text: str) -> bool:
        return all(word in text for word in folded)

    operations = tuple(
        f"{service}:{name}"
        for service in catalog.services()
        for name in catalog.operations(service)
        if holds(f"{service}:{name}".lower())
    )
    return operations, tuple(action for action in catalog.all_actions() if holds(action.lower()))
