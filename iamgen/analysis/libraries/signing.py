"""HTTP requests that a program signs itself: SigV4 signers, the clients that take one, database tokens.

Such a request is reported under the service that it is signed for, with the name that IAM has for
what the service's HTTP interface does, which no SDK model holds: `execute-api.Invoke`,
`es.ESHttpGet`, `rds.GenerateDBAuthToken`. The arguments are `Host`, `Path` and `Method`.
A service that has an SDK is a gap that names it: which operation it is stands in the body.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

from __future__ import annotations

from collections.abc import Callable

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.libraries.boto3 import sessions
from iamgen.analysis.libraries.boto3.requests import mapping
from iamgen.analysis.libraries.extensions import asked
from iamgen.analysis.libraries.registry import CallModel, Library
from iamgen.analysis.libraries.stand_in import part
from iamgen.analysis.usage import ApiCall, GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Value
from iamgen.analysis.values.heap import HeapObject, Map
from iamgen.core.text import HoleKind, Text

_VERBS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")

# What IAM calls a request to the HTTP interface of a service, by the name that it is signed for.
_OPERATIONS: dict[str, Callable[[str], str]] = {
    "execute-api": lambda verb: "Invoke",
    "es": lambda verb: f"ESHttp{verb.title()}",
    "aoss": lambda verb: "APIAccessAll",
    "lambda": lambda verb: "InvokeFunctionUrl",
    "appsync": lambda verb: "GraphQL",
    "vpc-lattice-svcs": lambda verb: "Invoke",
    "neptune-db": lambda verb: "connect",
    "elasticache": lambda verb: "Connect",
    "memorydb": lambda verb: "Connect",
    "kafka-cluster": lambda verb: "Connect",
}


def _signed(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`signed(service, verb, url, region, *credentials)`: a request that a signer of this service signs."""
    services = args.get(0, "service") or a.SOME_TEXT
    verbs = [atom.literal.upper() for atom in args.get(1, "verb") or () if isinstance(atom, Text) and atom.literal]
    urls = [to_text(m, atom) for atom in present(args.get(2, "url") or a.SOME_TEXT)] or [Text()]
    regions = sessions.region_of(m, args.get(3, "region"))
    for atom in present(services):
        service = atom.literal if isinstance(atom, Text) else None
        if service is None:
            m.gap(GapKind.DYNAMIC_SERVICE, m.where(f, at), "the service of a request that the code signs is not known")
            continue
        for url in urls:
            for region in regions:
                for identity in _identities(m, args.pos[4:]):
                    _report(m, f, service, verbs, url, region, identity, at)
    return a.NONE


def _report(
    m: Machine,
    f: Frame,
    service: str,
    verbs: list[str],
    url: Text,
    region: Text | None,
    identity: sdk.Identity,
    at: int,
) -> None:
    if identity.unknown:
        why = f"whose credentials sign this request is not known: {identity.unknown}"
        m.gap(GapKind.UNKNOWN_ROLE, m.where(f, at), why)
    host, path = host_and_path(url)
    operation = _OPERATIONS.get(service)
    if service == "sts" and "GetCallerIdentity" in str(url):
        found = {"GetCallerIdentity": verbs}
    elif operation is None:
        message = f"a request to `{service}` at {host or 'a host that is not known'} is signed by the code itself"
        m.gap(GapKind.DYNAMIC_OPERATION, m.where(f, at), message)
        return
    else:
        found = {}
        for verb in verbs or _VERBS:
            found.setdefault(operation(verb), []).append(verb)
    for name, methods in found.items():
        entries: dict[str, Value] = {}
        if host is not None:
            entries["Host"] = (host,)
        if path is not None:
            entries["Path"] = (path,)
        if verbs:
            entries["Method"] = tuple(Text.of(verb) for verb in methods)
        m.emit(
            ApiCall(
                service=service,
                operation=name,
                method="signed request",
                arguments=mapping(m, Map(entries)),
                location=m.where(f, at),
                path=m.path(),
                region=region,
                assumed_role=identity.role,
                presigned=True,
            )
        )


def host_and_path(url: Text) -> tuple[Text | None, Text | None]:
    """Host and path of a URL or of a bare host, as far as it tells; None for what it does not."""
    head = url.parts[0] if url.parts else ""
    rest = Text.of(head.partition("://")[2], *url.parts[1:]) if isinstance(head, str) and "://" in head else url
    host, path = _cut(rest, "/")
    told = [one for one in host.parts if isinstance(one, str) or one.kind is not HoleKind.UNKNOWN]
    if path is None:
        return (host, None) if told else (None, None)
    return host, Text.of("/", _cut(path, "?")[0])


def _cut(text: Text, mark: str) -> tuple[Text, Text | None]:
    """What comes before and after a mark; None after it where it is not there."""
    for index, piece in enumerate(text.parts):
        if isinstance(piece, str) and mark in piece:
            before, _, after = piece.partition(mark)
            return Text.of(*text.parts[:index], before), Text.of(after, *text.parts[index + 1 :])
    return text, None


def _identities(m: Machine, values: tuple[Value, ...]) -> tuple[sdk.Identity, ...]:
    """Whose credentials these are: a credentials object, a session, or access keys."""
    found: list[sdk.Identity] = []
    for value in values:
        for atom in present(value):
            if isinstance(atom, sdk.Session):
                found.extend(sessions.session_identities(m, atom))
            elif isinstance(atom, sdk.Credentials):
                found.append(atom.identity)
            elif isinstance(atom, sdk.Response | Text):
                given = Arguments((), {"aws_access_key_id": (atom,)})
                found.extend(sessions.identities_of(m, given, (sdk.OWN,)))
    return tuple(dict.fromkeys(found)) or (sdk.OWN,)


# --- HTTP libraries ---------------------------------------------------------------------------------


def _http(verb: str | None) -> CallModel:
    """`requests.get(url, auth=signer)`: the signer is called with the request."""

    def run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        shift = 1 if verb is None else 0
        method = a.text(verb) if verb is not None else (args.get(0, "method") or a.SOME_TEXT)
        url = args.get(shift, "url") or a.SOME_TEXT
        asked(m, f, url, at, args.kw.get("params") or NOTHING)
        others = [value for name, value in args.kw.items() if name != "auth"]
        for atom in args.kw.get("auth", NOTHING):
            if isinstance(atom, HeapObject) and atom.kind == "instance" and m.has_method(atom, "__call__"):
                kw = {"method": method, "url": url, "headers": m.new_dict(f, ("headers", at), Map(open=True))}
                request = m.call(f, (a.External("types.SimpleNamespace"),), Arguments((), kw), at)
                m.call_method(f, atom, "__call__", (request,), at)
            else:
                others.append((atom,))
        for value in (*args.pos, *others):
            m.escape(f, value)
        return a.unknown("the response of an HTTP request")

    return run


_BOTOCORE = {
    "botocore.auth.SigV4Auth": "SigV4Auth",
    "botocore.auth.S3SigV4Auth": "SigV4Auth",
    "botocore.auth.SigV4QueryAuth": "SigV4Auth",
    "botocore.auth.S3SigV4QueryAuth": "SigV4Auth",
    "botocore.crt.auth.CrtSigV4Auth": "SigV4Auth",
    "botocore.awsrequest.AWSRequest": "AWSRequest",
    "botocore.signers.RequestSigner": "RequestSigner",
}
_SESSIONS = ("requests.Session", "requests.session", "requests.sessions.Session", "httpx.Client", "httpx.AsyncClient")

LIBRARY = Library(
    packages=frozenset({"_iamgen"}),
    calls={
        "_iamgen.signed": _signed,
        **{path: part("_signers", name) for path, name in _BOTOCORE.items()},
        **dict.fromkeys(_SESSIONS, part("_signers", "Session")),
        **{f"{library}.{verb.lower()}": _http(verb) for library in ("requests", "httpx") for verb in _VERBS},
        "requests.options": _http("OPTIONS"),
        "requests.request": _http(None),
        "httpx.request": _http(None),
    },
)
