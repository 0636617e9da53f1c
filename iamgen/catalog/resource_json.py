"""A resource type of boto3's models, read back from the JSON that the build stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iamgen.catalog.model import Binding, ResourceAction, ResourceLink, ResourceType, ResourceWaiter, SubResource


def resource_type_from(data: Mapping[str, Any]) -> ResourceType:
    """The resource type of one JSON object; its keys are the field names of `ResourceType`."""
    return ResourceType(
        service=data["service"],
        name=data["name"],
        identifiers=tuple(data["identifiers"]),
        attributes=tuple(data["attributes"]),
        aliases=tuple((alias, identifier) for alias, identifier in data["aliases"]),
        actions=tuple(_action(row) for row in data["actions"]),
        collections=tuple(_action(row) for row in data["collections"]),
        batch_actions=tuple(_action(row) for row in data["batch_actions"]),
        waiters=tuple(ResourceWaiter(w["name"], w["waiter"], _bindings(w["parameters"])) for w in data["waiters"]),
        subresources=tuple(
            SubResource(s["name"], _link(s["link"]), s["reference"], tuple(s["arguments"]))
            for s in data["subresources"]
        ),
        load=None if data["load"] is None else _action(data["load"]),
    )


def _action(data: Mapping[str, Any]) -> ResourceAction:
    resource = data["resource"]
    return ResourceAction(
        data["name"], data["operation"], _bindings(data["parameters"]), None if resource is None else _link(resource)
    )


def _link(data: Mapping[str, Any]) -> ResourceLink:
    return ResourceLink(data["type"], _bindings(data["identifiers"]), data["path"], data["many"])


def _bindings(rows: list[Mapping[str, Any]]) -> tuple[Binding, ...]:
    return tuple(Binding(r["target"], r["source"], r["name"], r["path"], r["value"]) for r in rows)
