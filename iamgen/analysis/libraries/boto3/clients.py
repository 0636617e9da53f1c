"""Clients: their methods, paginators, waiters, presigned URLs and metadata."""

from __future__ import annotations

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.libraries.boto3.requests import keyword_map, merged, send
from iamgen.analysis.libraries.boto3.transfers import NAMES, transfer
from iamgen.analysis.libraries.registry import ModelCall
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, External, Value
from iamgen.analysis.values.heap import HeapObject, Map
from iamgen.analysis.values.joins import join
from iamgen.core.text import REGION, Text

_OWN = frozenset(
    {
        "get_paginator",
        "get_waiter",
        "can_paginate",
        "generate_presigned_url",
        "generate_presigned_post",
        "close",
        "generate_db_auth_token",
        "generate_db_connect_auth_token",
        "generate_db_connect_admin_auth_token",
    }
)


def client_attr(m: Machine, client: sdk.Client, name: str) -> Value:
    """An attribute of a client."""
    if name == "meta":
        return (a.Model("client.meta", (client,)),)
    if name == "exceptions":
        return (External("botocore.exceptions"),)
    if name in _OWN or (client.service == "s3" and name in NAMES):
        return (sdk.ClientMethod(client, name),)
    if m.catalog.method(client.service, name) is not None:
        return (sdk.ClientMethod(client, name),)
    if name in ("_make_api_call", "_convert_to_request_dict"):
        return (sdk.ClientMethod(client, name),)
    if name == "waiter_names" or name.startswith("_"):
        return a.unknown("a part of a client")
    return (a.Model("newer", (client, name)),)


def newer(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A method that the catalog's SDK does not have: newer than it, or mistaken; what it sends is not known."""
    client, name = atom.data
    assert isinstance(client, sdk.Client)
    for value in args.all():
        m.escape(f, value)
    m.gap(
        GapKind.UNKNOWN_OPERATION,
        m.where(f, at),
        f"the SDK that the catalog knows has no `{name}` of `{client.service}`",
        (f"{client.service}.*",),
    )
    return a.unknown(f"the result of `{name}`")


def call_client(m: Machine, f: Frame, method: sdk.ClientMethod, args: Arguments, at: int) -> Value:
    """Call a client's method."""
    client, name = method.client, method.method
    if name in NAMES and client.service == "s3":
        return transfer(m, f, client, name, {}, args, at, "")
    match name:
        case "get_paginator":
            return _named(m, f, client, args, "operation_name", at)
        case "get_waiter":
            return _waiter(m, f, client, args, at)
        case "can_paginate":
            texts = [atom.literal for atom in args.get(0, "operation_name") or () if isinstance(atom, Text)]
            known = {m.catalog.paginator(client.service, text or "") is not None for text in texts}
            return a.BOOL if len(known) != 1 else a.TRUE if True in known else a.FALSE
        case "generate_presigned_url":
            return _presigned(m, f, client, args, at)
        case "generate_presigned_post":
            entries = {k: v for k, v in (("Bucket", args.get(0, "Bucket")), ("Key", args.get(1, "Key"))) if v}
            send(m, f, client, "PutObject", name, Map(entries), at, presigned=True)
            return a.DATA
        case "generate_db_auth_token":
            entries = {
                k: v
                for k, v in (("DBHostname", args.get(0, "DBHostname")), ("DBUsername", args.get(2, "DBUsername")))
                if v
            }
            m.db_connect(f, client, entries, at)
            return a.SOME_TEXT
        case "generate_db_connect_auth_token" | "generate_db_connect_admin_auth_token":
            host = args.get(0, "Hostname")
            what = "DbConnectAdmin" if "admin" in name else "DbConnect"
            m.db_connect(f, client, {"Host": host} if host else {}, at, what)
            return a.SOME_TEXT
        case "_make_api_call" | "_convert_to_request_dict":
            return _api_call(m, f, client, args, at)
        case "close":
            return a.NONE
    operation = m.catalog.method(client.service, name)
    if operation is None:
        return a.DATA
    for value in args.kw.values():
        _callbacks(m, f, value)
    return (send(m, f, client, operation.name, name, keyword_map(args), at),)


def _api_call(m: Machine, f: Frame, client: sdk.Client, args: Arguments, at: int) -> Value:
    """`client._make_api_call("ListObjectsV2", {...})`."""
    result: Value = NOTHING
    for atom in args.get(0, "operation_name") or a.SOME_TEXT:
        literal = to_text(m, atom).literal
        if literal is not None and m.catalog.operation(client.service, literal) is not None:
            params = merged(Map(), args.get(1, "api_params") or NOTHING, m, f)
            result = join(result, (send(m, f, client, literal, "_make_api_call", params, at),))
        else:
            m.gap(
                GapKind.DYNAMIC_OPERATION,
                m.where(f, at),
                f"the operation of the `{client.service}` client is chosen by a text that is not known",
            )
    return result or a.DATA


def _callbacks(m: Machine, f: Frame, value: Value) -> None:
    """A generator given as a body runs when the request is sent."""
    for atom in value:
        if isinstance(atom, HeapObject) and atom.kind == "generator":
            m.iterate(f, (atom,), f.at)


def _named(m: Machine, f: Frame, client: sdk.Client, args: Arguments, name: str, at: int) -> Value:
    result: Value = NOTHING
    for atom in args.get(0, name) or a.SOME_TEXT:
        text = to_text(m, atom).literal
        if text is None:
            m.gap(
                GapKind.DYNAMIC_OPERATION,
                m.where(f, at),
                f"the paginator of the `{client.service}` client is chosen by a text that is not known",
            )
            result = join(result, a.unknown("a paginator that is not known"))
        elif m.catalog.paginator(client.service, text) is not None:
            result = join(result, (sdk.Paginator(client, text),))
        else:
            where = m.where(f, at)
            m.gap(
                GapKind.UNKNOWN_OPERATION, where, f"the catalog knows no paginator `{text[:60]}` of `{client.service}`"
            )
            result = join(result, a.unknown("a paginator that is not known"))
    return result


def _waiter(m: Machine, f: Frame, client: sdk.Client, args: Arguments, at: int) -> Value:
    result: Value = NOTHING
    for atom in args.get(0, "waiter_name") or a.SOME_TEXT:
        text = to_text(m, atom).literal
        if text is None:
            m.gap(
                GapKind.DYNAMIC_OPERATION,
                m.where(f, at),
                f"the waiter of the `{client.service}` client is chosen by a text that is not known",
            )
            result = join(result, a.unknown("a waiter that is not known"))
        elif m.catalog.waiter(client.service, text) is not None:
            result = join(result, (sdk.Waiter(client, text),))
        else:
            where = m.where(f, at)
            m.gap(GapKind.UNKNOWN_OPERATION, where, f"the catalog knows no waiter `{text[:60]}` of `{client.service}`")
            result = join(result, a.unknown("a waiter that is not known"))
    return result


def _presigned(m: Machine, f: Frame, client: sdk.Client, args: Arguments, at: int) -> Value:
    """`generate_presigned_url("get_object", Params={...})`: who signs needs the permission."""
    params = args.get(1, "Params") or NOTHING
    arguments = merged(Map(), params, m, f)
    for atom in args.get(0, "ClientMethod") or a.SOME_TEXT:
        text = to_text(m, atom).literal
        operation = m.catalog.method(client.service, text) if text else None
        if operation is not None:
            send(m, f, client, operation.name, "generate_presigned_url", arguments, at, presigned=True)
        elif text is None:
            m.gap(
                GapKind.DYNAMIC_OPERATION,
                m.where(f, at),
                "the operation of a presigned URL is chosen by a text that is not known",
                (f"{client.service}.*",),
            )
        else:
            newer(m, f, a.Model("newer", (client, text[:60])), Arguments(), at)
    return a.SOME_TEXT


# --- paginators, waiters, metadata ------------------------------------------------------------------


def paginate(m: Machine, f: Frame, paginator: sdk.Paginator, args: Arguments, at: int) -> Value:
    """`paginator.paginate(...)`: the pages."""
    operation = m.catalog.paginator(paginator.client.service, paginator.method)
    assert operation is not None
    content = keyword_map(args)
    entries = {k: v for k, v in content.entries.items() if k != "PaginationConfig"}
    response = send(m, f, paginator.client, operation.name, "paginate", Map(entries, open=content.open), at)
    return (a.Model("pages", (response,)),)


def wait(m: Machine, f: Frame, waiter: sdk.Waiter, args: Arguments, at: int) -> Value:
    """`waiter.wait(...)`."""
    operation = m.catalog.waiter(waiter.client.service, waiter.name)
    assert operation is not None
    content = keyword_map(args)
    entries = {k: v for k, v in content.entries.items() if k != "WaiterConfig"}
    send(m, f, waiter.client, operation.name, "wait", Map(entries, open=content.open), at)
    return a.NONE


def _pages(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    from iamgen.analysis.values.heap import Seq

    response = atom.data[0]
    return m.new_list(f, ("pages", at, response), "list", Seq((), (response,)))


def _full(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return (atom.data[0],)


def _search(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`pages.search("Contents[].Key")`: items of a response."""
    from iamgen.analysis.libraries.boto3.responses import field
    from iamgen.analysis.values.heap import Seq

    response = atom.data[0]
    assert isinstance(response, sdk.Response)
    return m.new_list(f, ("search", at), "list", Seq((), (field(response, "[]"),)))


def meta_attr(m: Machine, atom: a.Model, name: str) -> Value:
    """`client.meta.region_name`, `.events`, ..."""
    client = atom.data[0]
    assert isinstance(client, sdk.Client)
    match name:
        case "region_name":
            return (client.region or Text((REGION,)),)
        case "client":
            return (client,)
        case "events":
            return (a.Model("client.events", (client,)),)
        case "partition":
            return a.text("aws")
        case "method_to_api_mapping":
            return a.unknown("the SDK's own table")
        case _:
            return a.unknown("a part of the SDK's metadata")


def _event_hook(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`client.meta.events.register("before-send.s3", handler)`: the handler runs on requests."""
    for value in args.all():
        m.escape(f, present(value))
    return a.NONE


MODELS: dict[str, ModelCall] = {
    "newer": newer,
    "pages.__iter__": _pages,
    "pages.build_full_result": _full,
    "pages.search": _search,
    "pages.result_key_iters": _search,
    "client.events.register": _event_hook,
    "client.events.register_first": _event_hook,
    "client.events.register_last": _event_hook,
}
