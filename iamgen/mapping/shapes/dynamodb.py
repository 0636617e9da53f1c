"""DynamoDB: tables by name or ARN, indexes, transactions by kind of item, PartiQL statements."""

from __future__ import annotations

import re

from iamgen.analysis.usage import Argument
from iamgen.catalog.model import ArnBinding, Permission
from iamgen.core.text import Hole, Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.bound import given
from iamgen.mapping.limits import MAX_STATEMENT
from iamgen.mapping.named import name_or_arn
from iamgen.mapping.patterns import Pattern, unique
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import Need, OperationShape, TypeShape

INDEX_URL = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html"
PARTIQL_URL = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html"


def table(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The table; a query of an index is checked on the index alone."""
    if request.presence("IndexName") is Presence.GIVEN and request.call.operation in ("Query", "Scan"):
        return ()
    texts = given(request, binding, "TableName")
    return tuple(name_or_arn(request, text, "dynamodb", "table/") for text in texts) or None


def index(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The index that a request names."""
    del binding
    if request.presence("IndexName") < Presence.MAYBE:
        return None
    return tuple(
        name_or_arn(request, name, "dynamodb", "table/", "/index/", of)
        for name in request.texts("TableName") or (OPEN,)
        for of in request.texts("IndexName")
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
_HOLE = "\x00"
_NAME = rf"(?:\"(?P<quoted{{0}}>[^\"]+)\"|(?P<plain{{0}}>[\w{_HOLE}-]+))"
_STATEMENT = re.compile(
    r"\s*(?:EXISTS\s*\(\s*)?(?P<verb>SELECT\b.*?\bFROM|INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"
    + _NAME.format(1)
    + r"(?:\s*\.\s*"
    + _NAME.format(2)
    + r")?",
    re.IGNORECASE | re.DOTALL,
)


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
    holes = list(text.holes)
    flat = "".join(part if isinstance(part, str) else _HOLE for part in text.parts)[:MAX_STATEMENT]
    match = _STATEMENT.match(flat)
    verb = re.match(r"\s*(?:EXISTS\s*\(\s*)?(\w+)", flat)
    if match is None:
        known = _VERBS.get(verb.group(1).upper()) if verb else None
        anything = name_or_arn(request, OPEN, "dynamodb", "table/")
        return [(action, anything) for action in ([known] if known else sorted(_VERBS.values()))]
    name = match.group("quoted1") or match.group("plain1")
    before = flat[: match.start("quoted1" if match.group("quoted1") else "plain1")].count(_HOLE)
    of = match.group("quoted2") or match.group("plain2")
    table_text = _with_holes(name, holes[before:])
    action = _VERBS[match.group("verb").split()[0].upper()]
    if of is None:
        return [(action, name_or_arn(request, table_text, "dynamodb", "table/"))]
    index_text = _with_holes(of, holes[before + name.count(_HOLE) :])
    return [(action, name_or_arn(request, table_text, "dynamodb", "table/", "/index/", index_text))]


def _with_holes(name: str, holes: list[Hole]) -> Text:
    pieces = name.split(_HOLE)
    parts: list[str | Hole] = [pieces[0]]
    for hole, piece in zip(holes, pieces[1:], strict=False):
        parts += [hole, piece]
    return Text.of(*parts)


TYPES: dict[tuple[str, str], TypeShape] = {("dynamodb", "table"): table, ("dynamodb", "index"): index}
OPERATIONS: dict[tuple[str, str], OperationShape] = {("dynamodb", name): partiql for name in _STATEMENTS}
