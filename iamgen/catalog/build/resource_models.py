"""Read boto3's resource models with boto3's own reader, so that names and renames are exactly boto3's.

Its reader is not typed truly (a sub-resource is an `Action` there), hence the `Any` at this edge.
"""

from __future__ import annotations

from typing import Any

import boto3.session
import botocore.session
from boto3.resources.model import ResourceModel
from botocore import xform_name
from botocore.model import ServiceModel

from iamgen.catalog.resource_model import (
    Binding,
    ResourceAction,
    ResourceLink,
    ResourceType,
    ResourceWaiter,
    SubResource,
)


def read_resource_types() -> tuple[ResourceType, ...]:
    """Every resource type of the installed boto3, the service resources (name "") included, sorted."""
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    found: list[ResourceType] = []
    for service in sorted(boto3.session.Session(botocore_session=session).get_available_resources()):
        definition = loader.load_service_model(service, "resources-1")
        resources = definition["resources"]
        service_model = ServiceModel(loader.load_service_model(service, "service-2"), service)
        found.append(_read(service, "", ResourceModel(service, definition["service"], resources), service_model))
        found.extend(
            _read(service, name, ResourceModel(name, resources[name], resources), service_model)
            for name in sorted(resources)
        )
    return tuple(found)


def _read(service: str, name: str, model: Any, service_model: ServiceModel) -> ResourceType:
    shape = service_model.shape_for(model.shape) if model.shape else None
    model.load_rename_map(shape)
    identifiers = model.identifiers
    aliases = {i.member_name: i.name for i in identifiers if i.member_name}
    attributes = sorted(model.get_attributes(shape)) if shape is not None else []
    return ResourceType(
        service=service,
        name=name,
        identifiers=tuple(i.name for i in identifiers),
        attributes=tuple(a for a in attributes if a not in aliases),
        aliases=tuple(sorted((a, aliases[a]) for a in attributes if a in aliases)),
        actions=tuple(sorted((_action(a) for a in model.actions), key=lambda a: a.name)),
        collections=tuple(sorted((_action(c) for c in model.collections), key=lambda a: a.name)),
        batch_actions=tuple(sorted((_action(a) for a in model.batch_actions), key=lambda a: a.name)),
        waiters=tuple(
            sorted(
                (
                    ResourceWaiter(w.name, xform_name(w.waiter_name), tuple(_binding(p) for p in w.params))
                    for w in model.waiters
                ),
                key=lambda w: w.name,
            )
        ),
        subresources=tuple(
            sorted(
                [_subresource(a, reference=False) for a in model.subresources]
                + [_subresource(a, reference=True) for a in model.references],
                key=lambda s: s.name,
            )
        ),
        load=_action(model.load) if model.load is not None else None,
    )


def _action(action: Any) -> ResourceAction:
    request = action.request
    return ResourceAction(
        name=action.name,
        operation=request.operation if request is not None else "",
        parameters=tuple(_binding(p) for p in request.params) if request is not None else (),
        resource=_link(action.resource) if action.resource is not None else None,
    )


def _subresource(action: Any, *, reference: bool) -> SubResource:
    link = _link(action.resource)
    return SubResource(
        name=action.name,
        link=link,
        reference=reference,
        arguments=tuple(b.target for b in link.identifiers if b.source == "input"),
    )


def _link(resource: Any) -> ResourceLink:
    identifiers = tuple(_identifier(p) for p in resource.identifiers)
    return ResourceLink(
        type=resource.type,
        identifiers=identifiers,
        path=resource.path,
        # boto3 returns a list when an identifier's value is one: its path flattens (`Instances[].InstanceId`).
        many=any("[]" in (b.path or "") for b in identifiers),
    )


def _identifier(parameter: Any) -> Binding:
    binding = _binding(parameter)
    return Binding(xform_name(parameter.target), binding.source, binding.name, binding.path, binding.value)


def _binding(parameter: Any) -> Binding:
    return Binding(
        target=parameter.target,
        source=parameter.source,
        name=xform_name(parameter.name) if parameter.name else None,
        path=parameter.path,
        value=parameter.value,
    )
