"""Stand-ins: libraries told in Python itself, one folder or file a library, below `stand_ins/`.

A stand-in is a short text of what a library does with AWS: the names that programs import, and in
their bodies the requests that they send, with boto3. It is read in the place of the library's own
source and executed like the program, so a subclass, a bound method, a client that is passed in or
a decorator need nothing of their own. A request made in it is reported where the program calls the
library. What a stand-in does not define is a gap that names it. The few functions of `_iamgen`,
below, say what Python cannot.
"""

from __future__ import annotations

import re

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.libraries.boto3 import sessions
from iamgen.analysis.libraries.registry import CallModel, Library
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Opaque, Value
from iamgen.analysis.values.classes import ClassInfo
from iamgen.analysis.values.heap import HeapObject, Seq
from iamgen.analysis.values.joins import join
from iamgen.core.text import Hole, HoleKind, Text

_GLOB = re.compile(r"[*?\[]")
_FROM_OUTSIDE = frozenset({HoleKind.ENV, HoleKind.EVENT, HoleKind.PARAMETER, HoleKind.FILE, HoleKind.RESPONSE})


def _data(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`data()`: something of which only is known that it cannot make a request."""
    return a.DATA


def _event(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`event()`: the event that the program was invoked with."""
    return (Opaque(Hole(HoleKind.EVENT, "")),)


def _maybe(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`maybe()`: a condition that the program's text does not decide."""
    return a.BOOL


def _same(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`same(x)`: x itself."""
    return args.get(0, "") or a.DATA


def _call_later(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`call_later(function)`: the library calls it with arguments of its own."""
    for value in args.all():
        m.escape(f, value)
    return args.get(0, "") or a.NONE


def _gap(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`gap("what `lib` sends")`: the program gets to where the stand-in does not tell what is sent."""
    texts = [atom.literal for atom in args.get(0, "") or () if isinstance(atom, Text)]
    what = (texts[0] if texts else None) or "what a library sends"
    m.gap(GapKind.UNREAD_DEPENDENCY, m.where(f, at), f"{what} is not known")
    return a.unknown(what, client=True)


def _client(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`client(service, *given, **options)`: of the first that is a client, a resource or a session of it.

    Libraries take a client, else a session, else boto3's default session; `region_name` and access
    keys are those of `boto3.client`, and None where they are not given.
    """
    service = args.get(0, "service_name") or NOTHING
    name = service[0].literal if service and isinstance(service[0], Text) else None
    options = {key: value for key, value in args.kw.items() if any(atom != a.NONE[0] for atom in value)}
    given = Arguments((service,), options)
    for value in args.pos[1:]:
        found: Value = NOTHING
        for atom in present(value):
            match atom:
                case sdk.Client() if atom.service == name:
                    found = join(found, (atom,))
                case sdk.Resource(client=client) if client.service == name:
                    found = join(found, (client,))
                case sdk.Session():
                    found = join(found, sessions.make(m, f, (atom,), given, at, resource=False))
                case Opaque(client=True):
                    found = join(found, sessions.make(m, f, sessions.default_sessions(m), given, at, resource=False))
        if found:
            return found
    return sessions.make(m, f, sessions.default_sessions(m), given, at, resource=False)


def _attribute(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`attribute(obj, name, default)`: the default only where the program's class has none of the name."""
    names = [atom.literal for atom in args.get(1, "name") or () if isinstance(atom, Text)]
    default = args.get(2, "default") or a.NONE
    result: Value = NOTHING
    for atom in args.get(0, "obj") or NOTHING:
        if isinstance(atom, HeapObject) and atom.kind in ("class", "instance") and names:
            known = m.has_method(atom, names[0] or "") or bool(m.trail.read(atom, names[0] or ""))
            result = join(result, m.getattr(f, (atom,), names[0] or "", at) if known else default)
        else:
            result = join(result, default)
    return result or default


def _members(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`members(cls)`: (name, value) of what the program's class defines in its body."""
    found: list[Value] = []
    for atom in args.get(0, "cls") or NOTHING:
        if isinstance(atom, HeapObject) and isinstance(atom.data, ClassInfo):
            for name, held in list(m.trail.held(atom).items()):
                if isinstance(held, tuple) and not name.startswith(("_", "\0")):
                    found.append(m.new_list(f, ("member", id(atom), name), "tuple", Seq((a.text(name), present(held)))))
    return m.new_list(f, ("members", at), "list", Seq(tuple(found)))


def _s3_paths(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`s3_paths(url)`: a list of (bucket, key, many) of each S3 URL that the value may be, or that a list holds.

    `many` tells that it names a prefix or a pattern. A text from outside of which the beginning is
    not known may be a URL: that is a gap. With `bare=True` a URL may leave out `s3://`.
    """
    bare = args.kw.get("bare") == a.TRUE
    found: dict[tuple[Text, Text], Value] = {}
    for text in _url_texts(m, args.get(0, "url") or NOTHING):
        head = text.parts[0] if text.parts else ""
        if isinstance(head, str) and head.lower().startswith(("s3://", "s3a://", "s3n://")):
            rest = Text.of(head.partition("://")[2], *text.parts[1:])
        elif bare and text.parts and not (isinstance(head, str) and ("://" in head or head.startswith("/"))):
            rest = text
        else:
            if isinstance(head, Hole) and head.kind in _FROM_OUTSIDE:
                where = f"whether a path leads to S3 is not known: {head}"
                m.gap(GapKind.UNREAD_DEPENDENCY, m.where(f, at), where)
            continue
        bucket, key = _split(rest)
        key, many = _pattern(key)
        row = Seq(((bucket,), (key,), many))
        found[bucket, key] = m.new_list(f, ("s3 path", at, bucket, key), "tuple", row)
    return m.new_list(f, ("s3 paths", at), "list", Seq(tuple(found.values())))


def _pattern(key: Text) -> tuple[Text, Value]:
    """A key without its wildcards, and whether it is more than one object's."""
    for index, part in enumerate(key.parts):
        if isinstance(part, str) and (found := _GLOB.search(part)):
            start = Text.of(*key.parts[:index], part[: found.start()])
            return Text.of(start, Hole(HoleKind.UNKNOWN, "", "a pattern of names")), a.TRUE
    last = key.parts[-1] if key.parts else ""
    if isinstance(last, str) and (not last or last.endswith("/")):
        return key, a.TRUE
    return key, a.FALSE if isinstance(last, str) and "." in last.rpartition("/")[2] else a.BOOL


def _url_texts(m: Machine, value: Value) -> list[Text]:
    found: list[Text] = []
    for atom in present(value):
        if isinstance(atom, HeapObject) and atom.kind in ("list", "tuple", "set"):
            content = m.seq(atom)
            for item in (*content.items, content.rest):
                found.extend(_url_texts(m, item))
        elif (text := _url_text(m, atom)) is not None:
            found.append(text)
    return found


def _url_text(m: Machine, atom: a.Atom) -> Text | None:
    match atom:
        case Text():
            return atom
        case Opaque(hole=hole, kind="" | "str") if hole.kind in _FROM_OUTSIDE:
            return Text((hole,))
        case sdk.Response(path=path) if path and path[-1] not in ("Body", "[]"):
            return m.response_text(atom)
        case a.EnumMember():
            return to_text(m, atom)
        case _:
            return None


def _split(text: Text) -> tuple[Text, Text]:
    """Bucket and key of `bucket/key`; the key may be empty."""
    for index, part in enumerate(text.parts):
        if isinstance(part, str) and "/" in part:
            before, _, after = part.partition("/")
            return Text.of(*text.parts[:index], before), Text.of(after, *text.parts[index + 1 :])
    if len(text.parts) == 1:
        return text, Text()
    return Text.of(*text.parts[:1]), Text((Hole(HoleKind.UNKNOWN, "", "a key"),))


def part(module: str, name: str) -> CallModel:
    """A name of a stand-in, for one part of a library that has no stand-in as a whole."""

    def run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        return m.call(f, m.import_from(f, module, name, at), args, at)

    return run


def _unmodelled(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A call of what a stand-in does not define."""
    name = str(atom.data[0])
    m.unmodelled(f, name, at)
    for value in args.all():
        m.escape(f, value)
    return a.unknown(f"the result of `{name}`", client=True)


LIBRARY = Library(
    packages=frozenset({"_iamgen"}),
    calls={
        "_iamgen.data": _data,
        "_iamgen.event": _event,
        "_iamgen.maybe": _maybe,
        "_iamgen.same": _same,
        "_iamgen.call_later": _call_later,
        "_iamgen.gap": _gap,
        "_iamgen.client": _client,
        "_iamgen.attribute": _attribute,
        "_iamgen.members": _members,
        "_iamgen.s3_paths": _s3_paths,
        "pydantic_settings.AWSSecretsManagerSettingsSource": part("_settings", "AWSSecretsManagerSettingsSource"),
    },
    models={"unmodelled": _unmodelled},
)
