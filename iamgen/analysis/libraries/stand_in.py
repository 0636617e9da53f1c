"""Stand-ins: libraries told in Python itself, one folder or file a library, below `stand_ins/`.

A stand-in is a short text of what a library does with AWS: the names that programs import, and in
their bodies the requests that they send, with boto3. It is read in the place of the library's own
source and executed like the program, so a subclass, a bound method, a client that is passed in or
a decorator need nothing of their own. A request made in it is reported where the program calls the
library. What a stand-in does not define is a gap that names it. The few functions of `_iamgen`,
below, say what Python cannot.
"""

from __future__ import annotations

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.libraries.boto3 import sessions
from iamgen.analysis.libraries.registry import Library
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Opaque, Value
from iamgen.analysis.values.heap import Seq
from iamgen.analysis.values.joins import join
from iamgen.core.text import Hole, HoleKind, Text

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
    """`client(service, *given, region_name=None)`: the first that can make it of a client, a session or a resource.

    Libraries take a client, else a session, else boto3's default session.
    """
    service = args.get(0, "service_name") or NOTHING
    name = service[0].literal if service and isinstance(service[0], Text) else None
    region = args.kw.get("region_name")
    for value in args.pos[1:]:
        found: Value = NOTHING
        for atom in present(value):
            match atom:
                case sdk.Client() if atom.service == name:
                    found = join(found, (atom,))
                case sdk.Resource(client=client) if client.service == name:
                    found = join(found, (client,))
                case sdk.Session():
                    found = join(found, _made(m, f, (atom,), service, region, at))
                case Opaque(client=True):
                    found = join(found, _made(m, f, sessions.default_sessions(m), service, region, at))
        if found:
            return found
    return _made(m, f, sessions.default_sessions(m), service, region, at)


def _made(m: Machine, f: Frame, found: tuple[sdk.Session, ...], service: Value, region: Value | None, at: int) -> Value:
    kw = {"region_name": region} if region else {}
    return sessions.make(m, f, found, Arguments((service,), kw), at, resource=False)


def _s3_path(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`s3_path(url)`: (bucket, key) of each S3 URL that the value may be; None for what is none.

    A text from outside of which the beginning is not known may be one: that is a gap. With
    `bare=True` the URL may leave out `s3://`.
    """
    bare = args.kw.get("bare") == a.TRUE
    result: Value = NOTHING
    for atom in present(args.get(0, "url") or NOTHING):
        text = _url_text(m, atom)
        if text is None:
            result = join(result, a.NONE)
            continue
        head = text.parts[0] if text.parts else ""
        if isinstance(head, str) and head.lower().startswith(("s3://", "s3a://", "s3n://")):
            rest = Text.of(head.partition("://")[2], *text.parts[1:])
        elif bare and not (isinstance(head, str) and ("://" in head or head.startswith("/"))):
            rest = text
        elif isinstance(head, Hole) and head.kind in _FROM_OUTSIDE:
            m.gap(GapKind.UNREAD_DEPENDENCY, m.where(f, at), f"whether a path leads to S3 is not known: {head}")
            result = join(result, a.NONE)
            continue
        else:
            result = join(result, a.NONE)
            continue
        bucket, key = _split(rest)
        site = ("s3 path", at, bucket, key)
        result = join(result, m.new_list(f, site, "tuple", Seq(((bucket,), (key,)))))
    return result or a.NONE


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
        "_iamgen.s3_path": _s3_path,
    },
    models={"unmodelled": _unmodelled},
)
