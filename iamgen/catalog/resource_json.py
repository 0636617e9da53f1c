"""A resource type of boto3's models, read back from the JSON that the build stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from iamgen.catalog.resource_model import (
    Binding,
    ResourceAction,
    ResourceLink,
    ResourceType,
    ResourceWaiter,
    SubResource,
)


def resource_type_from(data: Mapping[str, Any]) -> ResourceType:
    """The resource type of one JSON object: the fields of `ResourceType`, without what is None, False or empty."""
    return ResourceType(
        service=data["service"],
        name=data["name"],
        identifiers=tuple(data.get("identifiers", ())),
        attributes=tuple(data.get("attributes", ())),
        aliases=tuple((alias, identifier) for alias, identifier in data.get("aliases", ())),
        actions=_actions(data, "actions"),
        collections=_actions(data, "collections"),
        batch_actions=_actions(data, "batch_actions"),
        waiters=tuple(
            ResourceWaiter(w["name"], w["waiter"], _bindings(w.get("parameters", ()))) for w in data.get("waiters", ())
        ),
        subresources=tuple(
            SubResource(s["name"], _link(s["link"]), s.get("reference", False), tuple(s.get("arguments", ())))
            for s in data.get("subresources", ())
        ),
        load=_action(data["load"]) if "load" in data else None,
    )


def _actions(data: Mapping[str, Any], key: str) -> tuple[ResourceAction, ...]:
    return tuple(_action(row) for row in data.get(key, ()))


def _action(data: Mapping[str, Any]) -> ResourceAction:
    return ResourceAction(
        data["name"],
        data.get("operation", ""),
        _bindings(data.get("parameters", ())),
        _link(data["resource"]) if "resource" in data else None,
    )


def _link(data: Mapping[str, Any]) -> ResourceLink:
    return ResourceLink(data["type"], _bindings(data.get("identifiers", ())), data.get("path"), data.get("many", False))


def _bindings(rows: Iterable[Mapping[str, Any]]) -> tuple[Binding, ...]:
    return tuple(Binding(r["target"], r["source"], r.get("name"), r.get("path"), r.get("value")) for r in rows)
