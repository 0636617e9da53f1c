"""What takes more than filling parameters into an ARN: one small module per service family.

`TYPES` says how a resource type is read from a request, whatever the action; `ACTIONS` how an action's
resources are, when the type alone does not tell; `OPERATIONS` which actions a request needs in the
first place, when its content decides (a copy, a PartiQL statement); `BESIDE` what a request needs of
other services in the caller's name. A shape returns None to
leave the request to the catalog's own bindings. What can be a row of `catalog/overrides` is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from iamgen.mapping.shapes import (
    compute,
    data,
    dynamodb,
    firewalls,
    gateways,
    identity,
    images,
    inner,
    logs,
    machines,
    messaging,
    models,
    objects,
    organization,
    queries,
    s3,
    secrets,
    senders,
    settings,
    streams,
    tags,
    tasks,
    workflows,
)
from iamgen.mapping.shapes.shape import ActionShape, Beside, OperationShape, TypeShape

TYPES: Mapping[tuple[str, str], TypeShape] = MappingProxyType(
    {
        **compute.TYPES,
        **data.TYPES,
        **dynamodb.TYPES,
        **firewalls.TYPES,
        **identity.TYPES,
        **inner.TYPES,
        **logs.TYPES,
        **messaging.TYPES,
        **organization.TYPES,
        **s3.TYPES,
        **secrets.TYPES,
        **senders.TYPES,
        **settings.TYPES,
        **streams.TYPES,
        **workflows.TYPES,
    }
)
"""By the service and the resource type of the ARN."""

ACTIONS: Mapping[str, ActionShape] = MappingProxyType(
    {
        **gateways.ACTIONS,
        **machines.ACTIONS,
        **messaging.ACTIONS,
        **models.ACTIONS,
        **queries.ACTIONS,
        **secrets.ACTIONS,
    }
)

OPERATIONS: Mapping[tuple[str, str], OperationShape] = MappingProxyType({**dynamodb.OPERATIONS, **s3.OPERATIONS})
"""By SDK service and operation; the operation `*` is asked first for every operation of the service."""

BESIDE: tuple[Beside, ...] = (
    firewalls.association,
    images.repositories,
    models.prompts,
    objects.objects_of,
    queries.beside_query,
    secrets.referenced,
    tags.tagging,
    tasks.roles_of_task,
)
"""Asked for every request; each knows its own operations."""
