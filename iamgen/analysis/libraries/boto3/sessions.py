"""Sessions, and the clients and resources that they make."""

from __future__ import annotations

from iamgen.analysis import limits
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present, spoken
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.libraries.registry import CallModel
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Const, Opaque, Value
from iamgen.analysis.values.heap import HeapObject
from iamgen.analysis.values.joins import join, join_all
from iamgen.core.text import REGION, Hole, HoleKind, Text

_DEFAULT = "\0session"  # the cell of the session that `boto3.client` uses
_KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "credentials", "botocore_session")


def region_of(m: Machine, value: Value | None) -> tuple[Text | None, ...]:
    """The regions that a `region_name` may be; None stands for the default."""
    regions: list[Text | None] = []
    for atom in spoken(present(value)) if value else ():
        text: Text | None = None
        if not (isinstance(atom, Const) and atom.value is None):
            text = to_text(m, atom)
            if text == Text((REGION,)) or text.parts in (
                (Hole(HoleKind.ENV, "AWS_REGION"),),
                (Hole(HoleKind.ENV, "AWS_DEFAULT_REGION"),),
            ):
                text = None
        if text not in regions:
            regions.append(text)
    if len(regions) > limits.REGIONS:
        return (Text((Hole(HoleKind.UNKNOWN, "", "one of many regions"),)),)
    return tuple(regions) or (None,)


def identities_of(m: Machine, args: Arguments, default: tuple[sdk.Identity, ...]) -> tuple[sdk.Identity, ...]:
    """Whose credentials the keyword arguments give."""
    found: list[sdk.Identity] = []
    for key in _KEYS:
        for atom in present(args.kw.get(key, NOTHING)):
            identity: sdk.Identity | None = None
            match atom:
                case sdk.Response(service="sts"):
                    identity = sdk.Identity(role_of(m, atom))
                case sdk.Credentials(identity=known):
                    identity = known
                case sdk.Session():
                    found.extend(one for one in session_identities(m, atom) if one not in found)
                    continue
                case Const(value=None):
                    continue
                case Opaque(hole=hole) if key == "aws_access_key_id":
                    identity = sdk.Identity(None, hole.reason or str(hole))
                case Text() as text if key == "aws_access_key_id":
                    if text.parts in ((Hole(HoleKind.ENV, "AWS_ACCESS_KEY_ID"),), ()):
                        continue  # the deployment's own; or a setting that is not set: an empty key signs nothing
                    identity = sdk.Identity(None, "an access key of its own")
                case HeapObject() if key == "credentials":
                    identity = sdk.Identity(None, "credentials of its own")
                case _:
                    continue
            if identity not in found:
                found.append(identity)
        if found:
            break
    return tuple(found) or default


def role_of(m: Machine, response: sdk.Response) -> Text:
    """The role whose credentials an STS response holds."""
    for name, value in response.arguments:
        if name == "RoleArn":
            return (
                to_text(m, value[0]) if len(value) == 1 else Text((Hole(HoleKind.UNKNOWN, "", "one of several roles"),))
            )
    return Text((Hole(HoleKind.UNKNOWN, "", "a role that is not known"),))


def make_session(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`boto3.Session(region_name=..., aws_access_key_id=...)`."""
    region = args.kw.get("region_name") or (args.pos[3] if len(args.pos) > 3 else None)
    if len(args.pos) >= 2 and "aws_access_key_id" not in args.kw:
        args = Arguments((), {**args.kw, "aws_access_key_id": args.pos[0]})
    token = m.context(f.context, "session", at)
    identities = identities_of(m, args, (sdk.OWN,))
    # Credentials that are set on it later, in one branch only, stand beside these.
    set_credentials(m, token, tuple(sdk.Credentials(identity) for identity in identities))
    return tuple(sdk.Session(one, identity, token) for one in region_of(m, region) for identity in identities)


def session_identities(m: Machine, session: sdk.Session) -> tuple[sdk.Identity, ...]:
    """Whose credentials a session has, `session._credentials = ...` included."""
    held = m.trail.read(m.environ, f"\0credentials:{session.token}") if session.token else None
    found = [atom.identity for atom in held or () if isinstance(atom, sdk.Credentials)]
    return tuple(dict.fromkeys(found)) or (session.identity,)


def set_credentials(m: Machine, token: int, value: Value) -> None:
    """`session._credentials = value`."""
    m.trail.write(m.environ, f"\0credentials:{token}", value)


def setup_default_session(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    set_default_session(m, make_session(m, f, args, at))
    return a.NONE


def set_default_session(m: Machine, value: Value) -> None:
    """`boto3.DEFAULT_SESSION = value`; with None boto3 makes a new one when it needs it."""
    m.environ.cells.setdefault(_DEFAULT, (sdk.Session(),))  # it stays where another branch sets none
    found = tuple(atom if isinstance(atom, sdk.Session) else sdk.Session() for atom in value)
    m.trail.write(m.environ, _DEFAULT, tuple(dict.fromkeys(found)))


def default_sessions(m: Machine) -> tuple[sdk.Session, ...]:
    """The session that `boto3.client` uses."""
    held = m.trail.read(m.environ, _DEFAULT)
    found = tuple(atom for atom in held or () if isinstance(atom, sdk.Session))
    return found or (sdk.Session(),)


def make(m: Machine, f: Frame, sessions: tuple[sdk.Session, ...], args: Arguments, at: int, *, resource: bool) -> Value:
    """`session.client(name, region_name=...)` or `session.resource(...)`."""
    names = args.get(0, "service_name")
    result: Value = NOTHING
    region_value = args.get(1, "region_name")
    seen: list[str] = []
    for atom in present(names) if names else ():
        text = atom if isinstance(atom, Text) else to_text(m, atom) if isinstance(atom, a.EnumMember) else None
        if isinstance(atom, a.EnumMember):
            inner = [one for one in atom.value if isinstance(one, Text)]
            text = inner[0] if inner else text
        service = text.literal if text is not None else None
        if service is None:
            where = f"the service of the client is chosen by {_origin(atom)}"
            m.gap(GapKind.DYNAMIC_SERVICE, m.where(f, at), where)
            result = join(result, a.unknown("a client of a service that is not known"))
            continue
        if not m.catalog.has_service(service):
            m.gap(GapKind.DYNAMIC_SERVICE, m.where(f, at), f"the SDK has no service `{service[:60]}`")
            result = join(result, a.unknown("a client of an unknown service"))
            continue
        seen.append(service)
        for session in sessions:
            for region in region_of(m, region_value):
                for identity in identities_of(m, args, session_identities(m, session)):
                    client = sdk.Client(service, region or session.region, identity)
                    made: a.Atom = sdk.Resource(client, "") if resource else client
                    result = join(result, (made,))
    if not names:
        m.gap(GapKind.DYNAMIC_SERVICE, m.where(f, at), "the service of the client is not known")
        return a.unknown("a client of a service that is not known")
    return result


def _origin(atom: a.Atom) -> str:
    if isinstance(atom, Text):
        return f"a text that is not known ({atom})"
    if isinstance(atom, Opaque):
        return atom.hole.reason or str(atom.hole)
    return "a value that is not known"


def _client(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return make(m, f, default_sessions(m), args, at, resource=False)


def _resource(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return make(m, f, default_sessions(m), args, at, resource=True)


def session_call(m: Machine, f: Frame, session: sdk.Session, name: str, args: Arguments, at: int) -> Value:
    """A method of a session."""
    match name:
        case "client" | "create_client":
            return make(m, f, (session,), args, at, resource=False)
        case "resource":
            return make(m, f, (session,), args, at, resource=True)
        case "get_credentials":
            return tuple(sdk.Credentials(identity) for identity in session_identities(m, session))
        case "get_available_services" | "get_available_regions" | "get_available_resources":
            return a.unknown("names that the SDK knows")
        case "get_component" | "get_config_variable":
            return a.unknown("a part of the session")
        case _ if name.startswith("get_") or name in ("user_agent", "resource_exists"):
            return a.unknown("a part of the session")
        case _:
            return a.NONE


def refreshable(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`RefreshableCredentials.create_from_metadata(refresh_using=...)`: the refresher's role signs.

    A refresher that takes a role in one case, and the session's own keys in another, gives both.
    """
    found: list[sdk.Identity] = []
    for key in ("refresh_using", "metadata"):
        function = args.kw.get(key)
        if function is None:
            continue
        for atom in m.call_value(f, function) if key == "refresh_using" else function:
            if isinstance(atom, HeapObject) and atom.kind == "dict":
                entries = m.map(atom).entries
                for one in entries.get("access_key") or join_all(list(entries.values())):
                    if isinstance(one, sdk.Response) and one.service == "sts":
                        found.append(sdk.Identity(role_of(m, one)))
                    elif isinstance(one, sdk.Credentials):
                        found.append(one.identity)
    identities = tuple(dict.fromkeys(found)) or (sdk.Identity(None, "refreshable credentials"),)
    return tuple(sdk.Credentials(identity) for identity in identities)


def _first_credentials(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`AssumeRoleCredentialFetcher(...)`: credentials of the role it names."""
    role = args.kw.get("role_arn") or (args.pos[2] if len(args.pos) > 2 else None)
    if role:
        text = to_text(m, role[0])
        return (sdk.Credentials(sdk.Identity(text)),)
    return (sdk.Credentials(sdk.Identity(None, "credentials that are fetched")),)


CALLS: dict[str, CallModel] = {
    "boto3.client": _client,
    "boto3.resource": _resource,
    "boto3.Session": make_session,
    "boto3.session.Session": make_session,
    "boto3.DEFAULT_SESSION.client": _client,
    "boto3.setup_default_session": setup_default_session,
    "boto3._get_default_session": lambda m, f, args, at: default_sessions(m),
    "botocore.session.get_session": make_session,
    "botocore.session.Session": make_session,
    "aioboto3.Session": make_session,
    "aioboto3.session.Session": make_session,
    "aioboto3.client": _client,
    "aioboto3.resource": _resource,
    "aiobotocore.session.get_session": make_session,
    "aiobotocore.get_session": make_session,
    "aiobotocore.session.AioSession": make_session,
    "botocore.credentials.RefreshableCredentials.create_from_metadata": refreshable,
    "botocore.credentials.RefreshableCredentials": refreshable,
    "botocore.credentials.DeferredRefreshableCredentials": refreshable,
    "botocore.credentials.AssumeRoleCredentialFetcher": _first_credentials,
    "aiobotocore.credentials.AioRefreshableCredentials.create_from_metadata": refreshable,
}
