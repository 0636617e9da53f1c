"""The SDK's own atoms: sessions, clients, resources, what they give and what they answer."""

from __future__ import annotations

from dataclasses import dataclass

from iamgen.analysis.values.atoms import Value
from iamgen.core.text import Text

Frozen = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose credentials sign: `role` is the ARN of an assumed role; both empty: the unit's own."""

    role: Text | None = None
    unknown: str = ""  # why the credentials are not known


OWN = Identity()


@dataclass(frozen=True, slots=True)
class Session:
    """A boto3, botocore or aioboto3 session."""

    region: Text | None = None
    identity: Identity = OWN
    token: int = 0  # tells sessions apart that are made at different places; 0 is the default session


@dataclass(frozen=True, slots=True)
class Client:
    """A client of a service; made for `async with` where the library is asynchronous."""

    service: str
    region: Text | None = None
    identity: Identity = OWN

    def __hash__(self) -> int:
        return hash(self.service)


@dataclass(frozen=True, slots=True)
class ClientMethod:
    """`s3.get_object`, not yet called; `method` is the client's Python name for it."""

    client: Client
    method: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource object; `type` is "" for `boto3.resource(...)` itself.

    `origin` tells the response that a loaded resource's data came from.
    """

    client: Client
    type: str
    identifiers: Frozen = ()
    loaded: bool = False


@dataclass(frozen=True, slots=True)
class ResourceMethod:
    """A call that a resource offers: kind is action, sub, waiter, load, transfer, batch_writer, batch."""

    resource: Resource
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Collection:
    """`bucket.objects`, perhaps filtered; it sends its operation when it is iterated."""

    resource: Resource
    name: str
    arguments: Frozen = ()
    open: bool = False  # filtered with arguments that are not known


@dataclass(frozen=True, slots=True)
class CollectionMethod:
    """`all`, `filter`, `limit`, `page_size`, `pages` or a batch action of a collection."""

    collection: Collection
    name: str


@dataclass(frozen=True, slots=True)
class Paginator:
    client: Client
    method: str


@dataclass(frozen=True, slots=True)
class Waiter:
    client: Client
    name: str


@dataclass(frozen=True, slots=True)
class BatchWriter:
    """`table.batch_writer()`: its puts and deletes are buffered; the request was reported where it was made."""

    table: Resource


@dataclass(frozen=True, slots=True)
class Response:
    """A response or a field of one; `path` names the field, `[]` stands for an item of a list."""

    service: str
    operation: str
    path: tuple[str, ...] = ()
    arguments: Frozen = ()
    client: Client | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """A credentials object made for an identity."""

    identity: Identity
