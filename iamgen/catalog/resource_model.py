"""boto3's resource models as frozen values: read only where a program uses resources."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Binding:
    """How a resource model fills one request parameter or identifier.

    `target` is the parameter's path in JMESPath of boto3's resource model (`Key`,
    `Delete.Objects[].Key`, `Filters[0].Name`) or, in a `ResourceLink`, the identifier's name.
    `source` is boto3's: identifier, data, string, integer, boolean, input (the caller's argument),
    requestParameter, response.
    """

    target: str
    source: str
    name: str | None = None  # identifier's name
    path: str | None = None  # data's, requestParameter's or response's path
    value: str | int | bool | None = None  # string's, integer's or boolean's value


@dataclass(frozen=True, slots=True)
class ResourceLink:
    """The resource that an action, a collection, a `has` or a reference gives."""

    type: str
    identifiers: tuple[Binding, ...] = ()
    path: str | None = None  # of the response's items, when the resource carries data
    many: bool = False  # an action that returns a list of resources


@dataclass(frozen=True, slots=True)
class ResourceAction:
    """An action, a `load`, a batch action or a collection of a resource model: the operation it sends."""

    name: str  # Python name, e.g. "put_item", "all objects" is the collection "objects"
    operation: str
    parameters: tuple[Binding, ...] = ()
    resource: ResourceLink | None = None


@dataclass(frozen=True, slots=True)
class ResourceWaiter:
    """`table.wait_until_exists`: `waiter` is the waiter's Python name (`table_exists`)."""

    name: str
    waiter: str
    parameters: tuple[Binding, ...] = ()


@dataclass(frozen=True, slots=True)
class SubResource:
    """A `has` of boto3's model: `Bucket("x").Object("k")` (a call) or `obj.bucket` (a reference)."""

    name: str  # attribute name as in Python: "Object", "bucket"
    link: ResourceLink = field(default_factory=lambda: ResourceLink(""))
    reference: bool = False  # a plain attribute, no call
    arguments: tuple[str, ...] = ()  # identifiers that the caller passes, in order


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A resource of boto3's models; `name` is "" for the service resource."""

    service: str
    name: str
    identifiers: tuple[str, ...] = ()  # in order, Python names: "bucket_name", "key"
    attributes: tuple[str, ...] = ()  # data members; reading one loads the resource
    aliases: tuple[tuple[str, str], ...] = ()  # other names of identifiers: ("instance_id", "id"); no load
    actions: tuple[ResourceAction, ...] = ()
    collections: tuple[ResourceAction, ...] = ()
    batch_actions: tuple[ResourceAction, ...] = ()  # of a collection whose items have this type
    waiters: tuple[ResourceWaiter, ...] = ()
    subresources: tuple[SubResource, ...] = ()
    load: ResourceAction | None = None
