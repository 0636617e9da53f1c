"""Requests that the code signs itself, which no SDK operation stands for: a service's HTTP interface, a database.

`iamgen.analysis.libraries.signing` reports them under the service that they are signed for, with
`Host`, `Path` and `Method` as far as the code tells them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from iamgen.core.text import Text
from iamgen.mapping.patterns import Pattern, Wild
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request

_REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_"


@dataclass(frozen=True, slots=True)
class SignedNeed:
    """The action that a signed request needs, how its resource is read, and where AWS says so."""

    action: str
    resources: Callable[[Request], tuple[Pattern, ...]]
    url: str


def _labels(request: Request, marker: str) -> tuple[Text, ...]:
    """What stands before a marker in the host's name: the id of an API, the name of a search domain."""
    found = []
    for host in request.texts("Host"):
        for index, part in enumerate(host.parts):
            if isinstance(part, str) and marker in part:
                found.append(Text.of(*host.parts[:index], part.partition(marker)[0]))
                break
    return tuple(found) or (OPEN,)


def _api(request: Request) -> tuple[Pattern, ...]:
    """`api/stage/METHOD/path`; a path's first segment is the stage, unless the host is a domain of its own."""
    methods: tuple[Text | Wild, ...] = request.texts("Method") or (Wild("*"),)
    found = []
    for api in _labels(request, ".execute-api."):
        for path in request.texts("Path") or (OPEN,):
            head = path.parts[0] if path.parts else ""
            stage, _, rest = head[1:].partition("/") if isinstance(head, str) else ("", "", "")
            known = isinstance(head, str) and head.startswith("/") and "/" in head[1:] and api.holes == ()
            for method in methods:
                if known:
                    tail = Text.of(rest, *path.parts[1:])
                    found.append(request.arn("execute-api", api, "/", stage, "/", method, "/", tail))
                else:
                    found.append(request.arn("execute-api", api, "/", OPEN, "/", method, "/", OPEN))
    return tuple(found)


def _domain(request: Request) -> tuple[Pattern, ...]:
    """The search domain `search-orders-abc123.eu-west-1.es.amazonaws.com`, and what is below it."""
    found = []
    for label in _labels(request, "."):
        literal = label.literal
        name = OPEN
        if literal is not None and literal.startswith(("search-", "vpc-")):
            name = Text.of(literal.partition("-")[2].rpartition("-")[0])
        found.append(request.arn("es", "domain/", name, "/", Wild("*")))
    return tuple(found)


def _collection(request: Request) -> tuple[Pattern, ...]:
    """`https://abc123.us-east-1.aoss.amazonaws.com`: a collection's id."""
    return tuple(request.arn("aoss", "collection/", one) for one in _labels(request, "."))


def _any(service: str, *resource: str) -> Callable[[Request], tuple[Pattern, ...]]:
    """Resources of a kind whose names the request's host does not tell."""

    def read(request: Request) -> tuple[Pattern, ...]:
        return tuple(request.arn(service, kind, OPEN) for kind in resource)

    return read


def _graphql(request: Request) -> tuple[Pattern, ...]:
    return (request.arn("appsync", "apis/", OPEN, "/", Wild("*")),)


def _user(request: Request) -> tuple[Pattern, ...]:
    """`dbuser:<resource id>/<user>`: the code knows the user, the id stands in no request."""
    users = request.texts("DBUsername") or (OPEN,)
    note = "the database's resource id stands in no request"
    return tuple(request.arn("rds-db", "dbuser:", OPEN, "/", one, note=note) for one in users)


def _cluster(request: Request) -> tuple[Pattern, ...]:
    """`<id>.dsql.<region>.on.aws`."""
    return tuple(request.arn("dsql", "cluster/", one) for one in _labels(request, "."))


def _vpc(request: Request) -> tuple[Pattern, ...]:
    return (request.arn("vpc-lattice", "service/", OPEN, "/", Wild("*")),)


def _graph(request: Request) -> tuple[Pattern, ...]:
    return (request.arn("neptune-db", OPEN, "/", Wild("*")),)


_ES = {f"ESHttp{verb}": f"es:ESHttp{verb}" for verb in ("Get", "Head", "Post", "Put", "Delete", "Patch")}

SIGNED: Mapping[tuple[str, str], SignedNeed] = MappingProxyType(
    {
        ("execute-api", "Invoke"): SignedNeed("execute-api:Invoke", _api, f"{_REFERENCE}amazonapigateway.html"),
        **{
            ("es", name): SignedNeed(action, _domain, f"{_REFERENCE}amazonopensearchservice.html")
            for name, action in _ES.items()
        },
        ("aoss", "APIAccessAll"): SignedNeed(
            "aoss:APIAccessAll", _collection, f"{_REFERENCE}amazonopensearchserverless.html"
        ),
        ("lambda", "InvokeFunctionUrl"): SignedNeed(
            "lambda:InvokeFunctionUrl", _any("lambda", "function:"), f"{_REFERENCE}awslambda.html"
        ),
        ("appsync", "GraphQL"): SignedNeed("appsync:GraphQL", _graphql, f"{_REFERENCE}awsappsync.html"),
        ("vpc-lattice-svcs", "Invoke"): SignedNeed(
            "vpc-lattice-svcs:Invoke", _vpc, f"{_REFERENCE}amazonvpclatticeservices.html"
        ),
        ("neptune-db", "connect"): SignedNeed("neptune-db:connect", _graph, f"{_REFERENCE}amazonneptune.html"),
        ("elasticache", "Connect"): SignedNeed(
            "elasticache:Connect",
            _any("elasticache", "replicationgroup:", "serverlesscache:", "user:"),
            f"{_REFERENCE}amazonelasticache.html",
        ),
        ("memorydb", "Connect"): SignedNeed(
            "memorydb:Connect", _any("memorydb", "cluster/", "user/"), f"{_REFERENCE}amazonmemorydb.html"
        ),
        ("kafka-cluster", "Connect"): SignedNeed(
            "kafka-cluster:Connect", _any("kafka", "cluster/"), f"{_REFERENCE}apachekafkaapisforamazonmskclusters.html"
        ),
        ("rds", "GenerateDBAuthToken"): SignedNeed(
            "rds-db:connect",
            _user,
            "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html",
        ),
        ("dsql", "DbConnect"): SignedNeed("dsql:DbConnect", _cluster, f"{_REFERENCE}amazonauroradsql.html"),
        ("dsql", "DbConnectAdmin"): SignedNeed("dsql:DbConnectAdmin", _cluster, f"{_REFERENCE}amazonauroradsql.html"),
    }
)
"""By the service that signs and what IAM calls the request."""
