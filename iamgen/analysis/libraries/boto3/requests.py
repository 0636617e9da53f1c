"""From the values of a call to the arguments of a request."""

from __future__ import annotations

from iamgen.analysis import usage as u
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present, spoken
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.usage import ApiCall
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import ABSENT, NOTHING, Atom, Const, Opaque, Value
from iamgen.analysis.values.heap import HeapObject, Map
from iamgen.analysis.values.joins import join
from iamgen.core.text import HoleKind, Text

_DEPTH = 8


def argument(m: Machine, value: Value, depth: int = 0) -> u.Argument:
    """A value as an argument of a request."""
    found: list[u.Argument] = []
    for atom in spoken(present(value)):
        one = _argument(m, atom, depth)
        if one not in found:
            found.append(one)
    if not found:
        return u.Unknown("no value")
    return found[0] if len(found) == 1 else u.Choice(tuple(found))


def _argument(m: Machine, atom: Atom, depth: int) -> u.Argument:
    match atom:
        case Text():
            return atom
        case Const(value=value):
            return u.Literal(value) if not isinstance(value, complex) else u.Unknown("a number")
        case Opaque(hole=hole, kind=kind):
            if kind in ("list", "dict", "int") or hole.kind is HoleKind.UNKNOWN:
                return u.Unknown(hole.reason or str(hole))
            return Text((hole,))
        case sdk.Response(path=(("UnprocessedKeys" | "UnprocessedItems"),)):
            return _left_over(m, atom)
        case sdk.Response():
            return m.response_text(atom)
        case a.EnumMember():
            texts = [one for one in atom.value if isinstance(one, Text)]
            return texts[0] if len(texts) == 1 else argument(m, atom.value, depth + 1)
        case HeapObject(kind="list" | "tuple" | "set") if depth < _DEPTH:
            content = m.seq(atom)
            items = [argument(m, item, depth + 1) for item in content.items]
            if content.rest:
                rest = argument(m, content.rest, depth + 1)
                items.extend(rest.alternatives if isinstance(rest, u.Choice) else (rest,))
            return u.ListOf(tuple(dict.fromkeys(items)) if content.rest else tuple(items), bool(content.rest))
        case HeapObject(kind="dict") if depth < _DEPTH:
            return mapping(m, m.map(atom), depth + 1)
        case HeapObject(kind="path"):
            from iamgen.analysis.interpreter.texts import path_text

            return path_text(m, atom)
        case HeapObject(kind="instance"):
            wrapped = m.wrapped(atom)
            if wrapped is not None:
                return _argument(m, wrapped, depth)
            held = m.trail.read(atom, "\0text")
            if isinstance(held, tuple) and held and isinstance(held[0], Text):
                return held[0]
            return u.Unknown(f"an object of `{atom.name}`")
        case _:
            return u.Unknown("an object")


def _left_over(m: Machine, response: sdk.Response) -> u.Argument:
    """What a batch has not done and asks for again: a part of the requests that were sent."""
    m.lowest = -1  # what was sent so far is no state that a call can be compared by
    sent = [
        entry.value
        for call in m.calls.values()
        if (call.service, call.operation) == (response.service, response.operation)
        and (entry := call.arguments.get("RequestItems")) is not None
        and isinstance(entry.value, u.MappingOf | u.Choice)
    ]
    found = dict.fromkeys(
        one for item in sent for one in (item.alternatives if isinstance(item, u.Choice) else (item,))
    )
    if not found:
        return m.response_text(response)
    return next(iter(found)) if len(found) == 1 else u.Choice(tuple(found))


def mapping(m: Machine, content: Map, depth: int = 0) -> u.MappingOf:
    """A mapping's content as an argument."""
    entries = []
    for key, value in content.entries.items():
        if key.startswith("\0"):
            text = m.key_value(key)
            name = text[0] if isinstance(text[0], Text) else Text.of(key[1:])
        else:
            name = Text.of(key)
        if not present(value):
            continue
        entries.append(u.Entry(name, argument(m, value, depth), ABSENT in value))
    if content.rest:
        for atom in content.keys:
            key_text = atom if isinstance(atom, Text) else None
            if isinstance(atom, Opaque) and atom.hole.kind is not HoleKind.UNKNOWN:
                key_text = Text((atom.hole,))
            if key_text is not None and depth > 0:
                entries.append(u.Entry(key_text, argument(m, content.rest, depth), True))
    return u.MappingOf(tuple(entries), content.open or bool(content.rest))


def send(
    m: Machine,
    f: Frame,
    client: sdk.Client,
    operation: str,
    method: str,
    arguments: Map,
    at: int,
    *,
    presigned: bool = False,
) -> sdk.Response:
    """Record a request, and give its response."""
    names = None
    found = m.catalog.operation(client.service, operation)
    if found is not None:
        names = {parameter.name for parameter in found.parameters}
    entries = {k: v for k, v in arguments.entries.items() if names is None or k in names}
    content = Map(entries, arguments.rest, arguments.keys, arguments.open)
    if client.identity.unknown:
        from iamgen.analysis.usage import GapKind

        m.gap(
            GapKind.UNKNOWN_ROLE,
            m.where(f, at),
            f"whose credentials sign this request is not known: {client.identity.unknown}",
        )
    m.emit(
        ApiCall(
            service=client.service,
            operation=operation,
            method=method,
            arguments=mapping(m, content),
            location=m.where(f, at),
            path=m.path(),
            region=client.region,
            assumed_role=client.identity.role,
            presigned=presigned,
        )
    )
    return sdk.Response(client.service, operation, (), tuple(sorted(_plain(m, entries).items())), client)


def _plain(m: Machine, entries: dict[str, Value]) -> dict[str, Value]:
    """The arguments that tell something of the response, as texts: a response must not hold its predecessors."""
    plain: dict[str, Value] = {}
    for key, value in entries.items():
        texts = tuple(dict.fromkeys(to_text(m, atom) for atom in present(value) if isinstance(atom, _TELLING)))
        if texts:
            plain[key] = texts
    return plain


_TELLING = (Text, sdk.Response, Opaque)


def keyword_map(args: Arguments) -> Map:
    """The keywords of a client's method."""
    rest = args.rest
    return Map(dict(args.kw), NOTHING, NOTHING, rest is not None)


def merged(extra: Map, value: Value, m: Machine, f: Frame) -> Map:
    """Arguments with those of a mapping value added: `ExtraArgs`, `Params`."""
    entries = dict(extra.entries)
    is_open = extra.open
    for atom in value:
        content = m.as_map(f, atom)
        for key, found in content.entries.items():
            entries[key] = join(entries.get(key, NOTHING), found)
        is_open = is_open or content.open or bool(content.rest)
    return Map(entries, extra.rest, extra.keys, is_open)
