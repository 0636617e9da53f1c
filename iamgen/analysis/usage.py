"""What an analysis finds: API calls with their arguments, and gaps."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from iamgen.core.location import Location
from iamgen.core.text import Text


@dataclass(frozen=True, slots=True)
class Literal:
    """A known argument that is no text: None, a bool, an int, a float or bytes."""

    value: bool | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """An argument of which nothing is known but the reason."""

    reason: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list: the items that it may hold; `open` when there may be more of them.

    The items stand for all: what may be in the list and is not known is an item `Unknown`.
    """

    items: tuple[Argument, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping; `maybe` when it is set on some paths only."""

    key: Text
    value: Argument
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class MappingOf:
    """A mapping: its known entries; `open` when there may be others."""

    entries: tuple[Entry, ...] = ()
    open: bool = False

    def get(self, key: str) -> Entry | None:
        """The entry whose key is exactly this text, if it is known."""
        for entry in self.entries:
            if entry.key.literal == key:
                return entry
        return None


@dataclass(frozen=True, slots=True)
class Choice:
    """Several alternatives, in the order in which they were met; never nested, at least two."""

    alternatives: tuple[Argument, ...]


Argument = Text | Literal | Unknown | ListOf | MappingOf | Choice


@dataclass(frozen=True, slots=True)
class Step:
    """One function on the way from the entry to a call; `location` is where the function is defined."""

    function: str  # module-qualified, e.g. "store.Orders.save"
    location: Location


EXTENSION: Final = "extension request"  # the method of a request that the code has one of Lambda's extensions make


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One request that the unit can send.

    `arguments` is a `MappingOf` of the operation's own top-level parameter names (a resource
    action's identifiers are filled in). `region` is the client's region where the code sets one.
    `assumed_role` is the ARN of the role whose credentials sign the request, None for the unit's
    own role.
    """

    service: str  # botocore service name, e.g. "dynamodb"
    operation: str  # botocore operation, e.g. "PutItem"
    method: str  # what the code calls, e.g. "put_item", "upload_file", "paginate"
    arguments: MappingOf
    location: Location
    path: tuple[Step, ...] = ()
    region: Text | None = None
    assumed_role: Text | None = None
    presigned: bool = False


class GapKind(StrEnum):
    """Why an analysis could not be exact; each kind is documented in docs/limits.md."""

    DYNAMIC_OPERATION = "dynamic-operation"  # a client's method is chosen by an unknown text
    DYNAMIC_SERVICE = "dynamic-service"  # boto3.client(<unknown>)
    UNKNOWN_RECEIVER = "unknown-receiver"  # an AWS-looking call on a value that may be a client
    UNKNOWN_CALL = "unknown-call"  # an unknown value, which may be a client's method, is called
    UNREAD_DEPENDENCY = "unread-dependency"  # an import that is not here and may reach AWS
    UNPARSABLE_FILE = "unparsable-file"
    UNREADABLE_FILE = "unreadable-file"  # too large, not text, outside the project
    UNKNOWN_ENTRY = "unknown-entry"
    UNKNOWN_OPERATION = "unknown-operation"  # the catalog does not know what the operation needs
    OPEN_ARGUMENTS = "open-arguments"  # `**options` may carry parameters that need further actions
    UNKNOWN_ROLE = "unknown-role"  # credentials of a role whose ARN is not known
    DYNAMIC_CODE = "dynamic-code"  # exec, eval, a dynamic import
    DEAD_END = "dead-end"  # Python would raise here on every path: what follows is not seen
    LIMIT = "limit"  # a named limit was reached
    DECLARATION = "declaration"  # the template could not be resolved where it matters
    STALE_PRAGMA = "stale-pragma"
    INTERNAL = "internal-error"  # iamgen itself failed on the unit; the others' answers stand


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that may need a permission and could not be resolved."""

    kind: GapKind
    location: Location
    message: str
    candidates: tuple[str, ...] = ()  # "service.Operation" that it may be
    path: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """A unit's API calls and gaps, each in total order."""

    unit: str
    calls: tuple[ApiCall, ...] = ()
    gaps: tuple[Gap, ...] = ()
    suppressed: tuple[Gap, ...] = ()  # gaps that pragmas in the code declare away
    edges: tuple[tuple[Step, Step], ...] = ()  # the call graph: which function calls which

    @property
    def complete(self) -> bool:
        """Whether nothing stayed unresolved."""
        return not self.gaps
