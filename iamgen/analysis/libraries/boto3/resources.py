"""Resources: attributes, actions, sub-resources, collections, references, waiters and lazy loads."""

from __future__ import annotations

import re

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.libraries.boto3.clients import newer
from iamgen.analysis.libraries.boto3.requests import keyword_map, send
from iamgen.analysis.libraries.boto3.responses import field
from iamgen.analysis.libraries.boto3.transfers import NAMES, transfer
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import Value
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all
from iamgen.catalog.resource_model import Binding, ResourceAction, ResourceLink, ResourceType
from iamgen.core.text import Hole, HoleKind, Text

_TRANSFER_TYPES = frozenset({"Bucket", "Object", "ObjectSummary"})


def model_of(m: Machine, resource: sdk.Resource) -> ResourceType | None:
    """The resource's model in the catalog."""
    return m.catalog.resource_type(resource.client.service, resource.type)


def resource_attr(m: Machine, f: Frame, resource: sdk.Resource, name: str, at: int) -> Value:
    """An attribute of a resource object."""
    model = model_of(m, resource)
    if model is None:
        return a.unknown("a resource that is not known")
    identified = dict(model.aliases).get(name, name)  # `table.table_name` is `table.name`
    for identifier, value in resource.identifiers:
        if identifier == identified:
            return value
    if name == "meta":
        return (a.Model("resource.meta", (resource,)),)
    service = resource.client.service
    if service == "s3" and resource.type in _TRANSFER_TYPES and name in NAMES and resource.type != "ObjectSummary":
        return (sdk.ResourceMethod(resource, "transfer", name),)
    if service == "dynamodb" and resource.type == "Table" and name == "batch_writer":
        return (sdk.ResourceMethod(resource, "batch_writer", name),)
    if service == "ec2" and name == "delete_tags" and resource.type:
        return (sdk.ResourceMethod(resource, "delete_tags", name),)
    if name in ("load", "reload") and (
        model.load is not None or (service == "s3" and resource.type in ("Bucket", "ObjectSummary"))
    ):
        return (sdk.ResourceMethod(resource, "load", name),)
    for action in model.actions:
        if action.name == name:
            return (sdk.ResourceMethod(resource, "action", name),)
    for collection in model.collections:
        if collection.name == name:
            return (sdk.Collection(resource, name),)
    for waiter in model.waiters:
        if waiter.name == name:
            return (sdk.ResourceMethod(resource, "waiter", name),)
    for sub in model.subresources:
        if sub.name == name:
            if sub.reference:
                return _reference(m, f, resource, sub.link, at)
            return (sdk.ResourceMethod(resource, "sub", name),)
    if name in model.attributes:
        return (_attribute(m, f, resource, name, at),)
    if name == "get_available_subresources":
        return (a.Model("ignored"),)
    return (a.Model("newer", (resource.client, name)),)


def _attribute(m: Machine, f: Frame, resource: sdk.Resource, name: str, at: int) -> a.Atom:
    """A data member: reading one loads the resource, once."""
    response = load(m, f, resource, at) if not resource.loaded else None
    service, type_ = resource.client.service, resource.type
    if response is None:
        return sdk.Response(service, f"{type_}", (name,), (), resource.client)
    return field(response, name)


def _loaded_key(resource: sdk.Resource) -> str:
    return f"\0loaded:{hash((resource.client, resource.type, resource.identifiers))}"


def load(m: Machine, f: Frame, resource: sdk.Resource, at: int, *, again: bool = False) -> sdk.Response | None:
    """Send what loading a resource sends."""
    key = _loaded_key(resource)
    if not again and m.trail.read(m.environ, key):
        return None
    m.trail.write(m.environ, key, a.TRUE)
    client = resource.client
    if client.service == "s3" and resource.type == "Bucket":  # boto3's own: it looks for the bucket in the list
        return send(m, f, client, "ListBuckets", "load", Map(), at)
    if client.service == "s3" and resource.type == "ObjectSummary":
        known = dict(resource.identifiers)
        entries = {"Bucket": known.get("bucket_name", a.SOME_TEXT), "Key": known.get("key", a.SOME_TEXT)}
        return send(m, f, client, "HeadObject", "load", Map(entries), at)
    model = model_of(m, resource)
    if model is None or model.load is None:
        return None
    return send(m, f, client, model.load.operation, "load", fill(m, f, resource, model.load.parameters, Map(), at), at)


def _reference(m: Machine, f: Frame, resource: sdk.Resource, link: ResourceLink, at: int) -> Value:
    """`instance.vpc`: identifiers from the loaded data."""
    needs_data = any(binding.source == "data" for binding in link.identifiers)
    response: sdk.Response | None = None
    if needs_data and not resource.loaded:
        response = load(m, f, resource, at)
    identifiers = tuple(
        (binding.target, _bound_value(m, resource, binding, response, Map())) for binding in link.identifiers
    )
    made = sdk.Resource(resource.client, link.type, identifiers)
    if link.many:
        return m.new_list(f, ("references", at, made), "list", Seq((), (made,)))
    return (made,)


def _bound_value(
    m: Machine, resource: sdk.Resource, binding: Binding, response: sdk.Response | None, sent: Map
) -> Value:
    match binding.source:
        case "identifier":
            return dict(resource.identifiers).get(binding.name or "", a.SOME_TEXT)
        case "string" | "integer" | "boolean":
            return a.text(binding.value) if isinstance(binding.value, str) else a.constant(binding.value)
        case "requestParameter":
            value = sent.entries.get((binding.path or "").split("[")[0].split(".")[0])
            return value if value and "[" not in (binding.path or "") else a.SOME_TEXT
        case "response" if response is not None and binding.path:
            found = response
            for step in _steps(binding.path):
                found = field(found, step)
            return (found,)
        case _:
            name = f"{resource.client.service}.{resource.type}.{binding.path or binding.name or ''}"
            return (Text((Hole(HoleKind.RESPONSE, name),)),)


def _steps(path: str) -> list[str]:
    steps: list[str] = []
    for piece in re.split(r"\.|(?=\[)", path.replace("|", "")):
        if not piece:
            continue
        steps.append("[]" if piece.startswith("[") else piece)
    return steps


def fill(
    m: Machine,
    f: Frame,
    resource: sdk.Resource,
    bindings: tuple[Binding, ...],
    given: Map,
    at: int,
    *,
    many: bool = False,
) -> Map:
    """The request's parameters that the model fills, under those that the caller gives; `many` for batch actions."""
    entries: dict[str, Value] = {}
    for binding in bindings:
        value = _bound_value(m, resource, binding, None, given)
        head, _, rest = binding.target.partition(".")
        _place(m, f, entries, head, rest, value, at, many)
    merged = dict(entries)
    for key, value in given.entries.items():
        merged[key] = join(entries[key], value) if a.ABSENT in value and key in entries else value
    return Map(merged, given.rest, given.keys, given.open)


def _place(
    m: Machine, f: Frame, entries: dict[str, Value], head: str, rest: str, value: Value, at: int, many: bool
) -> None:
    """Put a value at a path: `Delete.Objects[].Key`, `Filters[0].Values[0]`."""
    name, _, index = head.partition("[")
    inner = value
    if rest:
        below: dict[str, Value] = {}
        old = entries.get(name)
        for atom in old or ():
            held = atom
            if isinstance(held, HeapObject) and held.kind == "list":
                items = m.seq(held)
                held = (items.items or (items.rest,))[0][0] if items.items or items.rest else held
            if isinstance(held, HeapObject) and held.kind == "dict":
                below = dict(m.map(held).entries)
        next_head, _, next_rest = rest.partition(".")
        _place(m, f, below, next_head, next_rest, value, at, many)
        inner = m.new_dict(f, ("bound", at, name, rest), Map(below))
    if index:
        unknown_number = many and index in ("]", "*]")
        inner = m.new_list(
            f, ("bound list", at, name, rest), "list", Seq((), inner) if unknown_number else Seq((inner,))
        )
    entries[name] = inner


def call_resource(m: Machine, f: Frame, method: sdk.ResourceMethod, args: Arguments, at: int) -> Value:
    """Call what a resource offers."""
    resource, name = method.resource, method.name
    client = resource.client
    model = model_of(m, resource)
    if model is None:
        return a.DATA
    known = dict(resource.identifiers)
    match method.kind:
        case "transfer":
            filled = {"Bucket": known.get("name") or known.get("bucket_name") or a.SOME_TEXT}
            if resource.type == "Object":
                filled["Key"] = known.get("key") or a.SOME_TEXT
            return transfer(m, f, client, name, filled, args, at, resource.type)
        case "batch_writer":
            return _batch_writer(m, f, resource, at)
        case "delete_tags":
            entries = {
                "Resources": m.new_list(f, ("tags", at), "list", Seq((known.get("id", a.SOME_TEXT),))),
                **args.kw,
            }
            return (send(m, f, client, "DeleteTags", name, Map(entries), at),)
        case "load":
            load(m, f, resource, at, again=True)
            return a.NONE
        case "waiter":
            waiter = next(item for item in model.waiters if item.name == name)
            operation = m.catalog.waiter(client.service, waiter.waiter)
            if operation is not None:
                given = Map({k: v for k, v in args.kw.items() if k != "WaiterConfig"})
                send(m, f, client, operation.name, name, fill(m, f, resource, waiter.parameters, given, at), at)
            return a.NONE
        case "sub":
            return _subresource(m, f, resource, model, name, args)
        case _:
            action = next(item for item in model.actions if item.name == name)
            return _act(m, f, resource, action, args, at)


def _subresource(
    m: Machine, f: Frame, resource: sdk.Resource, model: ResourceType, name: str, args: Arguments
) -> Value:
    sub = next(item for item in model.subresources if item.name == name)
    identifiers = []
    position = 0
    for binding in sub.link.identifiers:
        if binding.source == "input":
            given = args.get(position, binding.target)
            position += 1
            identifiers.append((binding.target, given or a.SOME_TEXT))
        else:
            identifiers.append((binding.target, _bound_value(m, resource, binding, None, Map())))
    return (sdk.Resource(resource.client, sub.link.type, tuple(identifiers)),)


def _act(m: Machine, f: Frame, resource: sdk.Resource, action: ResourceAction, args: Arguments, at: int) -> Value:
    sent = fill(m, f, resource, action.parameters, keyword_map(args), at)
    response = send(m, f, resource.client, action.operation, action.name, sent, at)
    link = action.resource
    if link is None:
        return (response,)
    return _resources(m, f, resource, link, response, sent, at)


def _resources(
    m: Machine, f: Frame, resource: sdk.Resource, link: ResourceLink, response: sdk.Response, sent: Map, at: int
) -> Value:
    identifiers = tuple(
        (binding.target, _bound_value(m, resource, binding, response, sent)) for binding in link.identifiers
    )
    made = sdk.Resource(resource.client, link.type, identifiers, link.path is not None)
    if link.many:
        return m.new_list(f, ("resources", at), "list", Seq((), (made,)))
    return (made,)


def _batch_writer(m: Machine, f: Frame, table: sdk.Resource, at: int) -> Value:
    """`table.batch_writer()`: what it buffers is sent as BatchWriteItem on the table."""
    name = dict(table.identifiers).get("name", a.SOME_TEXT)
    rows = m.new_list(f, ("batch", at), "list", Seq((), a.unknown("a request", kind="dict")))
    entries: dict[str, Value] = {}
    others = Map()
    keys = m.keys_of(name)
    if keys is not None and len(keys) == 1:
        others = Map({keys[0]: rows})
    else:
        others = Map({}, rows, name)
    entries["RequestItems"] = m.new_dict(f, ("batch items", at, name), others)
    send(m, f, table.client, "BatchWriteItem", "batch_writer", Map(entries), at)
    return (sdk.BatchWriter(table),)


# --- collections ------------------------------------------------------------------------------------


def collection_attr(m: Machine, f: Frame, collection: sdk.Collection, name: str, at: int) -> Value:
    """`bucket.objects.all`, `.filter`, a batch action."""
    return (sdk.CollectionMethod(collection, name),)


def _model_action(m: Machine, collection: sdk.Collection) -> ResourceAction | None:
    model = model_of(m, collection.resource)
    if model is None:
        return None
    return next((item for item in model.collections if item.name == collection.name), None)


def call_collection(m: Machine, f: Frame, method: sdk.CollectionMethod, args: Arguments, at: int) -> Value:
    """Refine a collection, or act on all of it."""
    collection, name = method.collection, method.name
    if name in ("all", "limit", "page_size", "filter", "iterator"):
        given = {k: v for k, v in args.kw.items() if name in ("filter", "iterator")}
        arguments = dict(collection.arguments)
        arguments.update(given)
        frozen = tuple(sorted(arguments.items()))
        return (sdk.Collection(collection.resource, collection.name, frozen, collection.open or args.rest is not None),)
    if name == "pages":
        content = iterate_collection(m, f, collection, at)
        page = m.new_list(f, ("page", at), "list", content)
        return m.new_list(f, ("pages", at), "list", Seq((), page))
    action = _model_action(m, collection)
    if action is None or action.resource is None:
        return a.DATA
    item_model = m.catalog.resource_type(collection.resource.client.service, action.resource.type)
    batch = next((item for item in item_model.batch_actions if item.name == name), None) if item_model else None
    if batch is None:
        return newer(m, f, a.Model("newer", (collection.resource.client, name)), args, at)
    content = iterate_collection(m, f, collection, at)
    item = next((atom for atom in join_all([*content.items, content.rest]) if isinstance(atom, sdk.Resource)), None)
    if item is None:
        return a.DATA
    sent = fill(m, f, item, batch.parameters, keyword_map(args), at, many=True)
    send(m, f, item.client, batch.operation, name, sent, at)
    return a.DATA


def iterate_collection(m: Machine, f: Frame, collection: sdk.Collection, at: int) -> Seq:
    """Send a collection's request; its items."""
    action = _model_action(m, collection)
    if action is None or action.resource is None:
        return Seq((), a.DATA)
    given = Map(dict(collection.arguments), open=collection.open)
    sent = fill(m, f, collection.resource, action.parameters, given, at)
    response = send(m, f, collection.resource.client, action.operation, collection.name, sent, at)
    resource = collection.resource
    link = action.resource
    identifiers = tuple(
        (binding.target, _bound_value(m, resource, binding, response, sent)) for binding in link.identifiers
    )
    return Seq((), (sdk.Resource(resource.client, link.type, identifiers, link.path is not None),))
