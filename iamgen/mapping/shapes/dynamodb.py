"""DynamoDB: tables by name or ARN, indexes, transactions by kind of item, PartiQL statements."""

from __future__ import annotations

import re

from iamgen.analysis.usage import Argument
from iamgen.catalog.model import ArnBinding, Permission
from iamgen.core.text import Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.bound import given
from iamgen.mapping.named import name_or_arn
from iamgen.mapping.patterns import Pattern, unique
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import Need, OperationShape, TypeShape
from iamgen.mapping.shapes.statements import HOLE, flat

INDEX_URL = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html"
REPLICAS_URL = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html"
PARTIQL_URL = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html"


def table(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The table; a query of an index is checked on the index alone."""
    if request.presence("IndexName") is Presence.GIVEN and request.call.operation in ("Query", "Scan"):
        return ()
    texts = given(request, binding, "TableName")
    return tuple(name_or_arn(request, text, "dynamodb", "table/") for text in texts) or None


def index(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The index that a request names; arguments that are not known may name any of the table's."""
    del binding
    presence = request.presence("IndexName")
    if presence is Presence.ABSENT:
        return None
    names = request.texts("IndexName") if presence >= Presence.MAYBE else (OPEN,)
    return tuple(
        name_or_arn(request, name, "dynamodb", "table/", "/index/", of)
        for name in request.texts("TableName") or (OPEN,)
        for of in names
    )


_STATEMENTS = {
    "ExecuteStatement": "Statement",
    "BatchExecuteStatement": "Statements[].Statement",
    "ExecuteTransaction": "TransactStatements[].Statement",
}
_VERBS = {
    "SELECT": "dynamodb:PartiQLSelect",
    "INSERT": "dynamodb:PartiQLInsert",
    "UPDATE": "dynamodb:PartiQLUpdate",
    "DELETE": "dynamodb:PartiQLDelete",
}
_NAME = rf"(?:\"(?P<quoted{{0}}>[^\"]+)\"|(?P<plain{{0}}>[\w{HOLE}-]+))"
_STATEMENT = re.compile(
    r"\s*(?:EXISTS\s*\(\s*)?(?P<verb>SELECT\b.*?\bFROM|INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"
    + _NAME.format(1)
    + r"(?:\s*\.\s*"
    + _NAME.format(2)
    + r")?",
    re.IGNORECASE | re.DOTALL,
)
_VERB = re.compile(r"\s*(?:EXISTS\s*\(\s*)?(\w+)", re.IGNORECASE)


def partiql(request: Request, permissions: tuple[Permission, ...]) -> tuple[Need, ...]:
    """A statement is authorised by its verb, on the table (or index) that it names."""
    del permissions
    found: dict[str, list[Pattern]] = {}
    values: tuple[Argument, ...] = request.find(_STATEMENTS[request.call.operation]).values
    for text in request.filled(*values) or (OPEN,):
        for action, pattern in _statement(request, text):
            found.setdefault(action, []).append(pattern)
    reason = "a PartiQL statement is authorised by its verb"
    return tuple(
        (Permission(action, reason=reason, url=PARTIQL_URL), unique(found[action]))
        for action in sorted(found)
    )  # fmt: skip


def _statement(request: Request, text: Text) -> list[tuple[str, Pattern]]:
    statement = flat(text)
    match = _STATEMENT.match(statement.string)
    if match is None:
        verb = _VERB.match(statement.string)
        known = _VERBS.get(verb.group(1).upper()) if verb else None
        anything = name_or_arn(request, OPEN, "dynamodb", "table/")
        return [(action, anything) for action in ([known] if known else sorted(_VERBS.values()))]
    table_name, index_name = (
        statement.part(*match.span(kind)) if (kind := _group(match, number)) else None for number in ("1", "2")
    )
    action = _VERBS[match.group("verb").split()[0].upper()]
    if table_name is None or index_name is None:
        return [(action, name_or_arn(request, table_name or OPEN, "dynamodb", "table/"))]
    return [(action, name_or_arn(request, table_name, "dynamodb", "table/", "/index/", index_name))]


def _group(match: re.Match[str], number: str) -> str:
    return next((kind for kind in (f"quoted{number}", f"plain{number}") if match.group(kind)), "")


_ADDED = ("BatchWriteItem", "CreateTable", "CreateTableReplica", "DeleteItem", "GetItem", "PutItem", "Query", "Scan",
          "UpdateItem")  # fmt: skip
_REMOVED = ("DeleteTable", "DeleteTableReplica")
_REPLICAS = (
    ("Create", _ADDED, "a replica is made and filled in its own region in the caller's name"),
    ("Delete", _REMOVED, "a replica is removed in its own region in the caller's name"),
)


def replicas(request: Request, permissions: tuple[Permission, ...]) -> tuple[Need, ...]:
    """Replicas of a table are tables of other regions, which the caller makes and removes."""
    found: list[Need] = [(permission, None) for permission in permissions]
    for kind, names, reason in _REPLICAS:
        path = f"ReplicaUpdates[].{kind}.RegionName"
        if request.presence(path) < Presence.MAYBE:
            continue
        tables = unique(
            name_or_arn(request.within(region), name, "dynamodb", "table/")
            for region in request.texts(path) or (OPEN,)
            for name in request.texts("TableName") or (OPEN,)
        )
        found += [(Permission(f"dynamodb:{name}", reason=reason, url=REPLICAS_URL), tables) for name in names]
    return tuple(found)


TYPES: dict[tuple[str, str], TypeShape] = {("dynamodb", "table"): table, ("dynamodb", "index"): index}
OPERATIONS: dict[tuple[str, str], OperationShape] = {
    **{("dynamodb", name): partiql for name in _STATEMENTS},
    ("dynamodb", "UpdateTable"): replicas,
}
