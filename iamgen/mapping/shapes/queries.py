"""What queries need: an Athena query beside Athena, a Timestream query on its tables.

Which tables and objects an Athena query reads is inside its text and not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamgen.catalog.model import Permission
from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.declared import texts_in
from iamgen.mapping.named import name_or_arn
from iamgen.mapping.patterns import Pattern, Wild, unique
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.objects import parts_of
from iamgen.mapping.shapes.shape import ActionShape, Need
from iamgen.mapping.shapes.statements import HOLE, flat

RESULTS_URL = "https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html"
CATALOGUE_URL = "https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html"

_BUCKET = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
_OBJECTS = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject")
_CATALOGUE = ("glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable")


def beside_query(request: Request) -> Iterator[Need]:
    """The needs of `StartQueryExecution` that its own arguments, or its workgroup in the template, tell."""
    if (request.call.service, request.call.operation) != ("athena", "StartQueryExecution"):
        return
    said = request.told("ResultConfiguration.OutputLocation")
    locations = request.texts("ResultConfiguration.OutputLocation") if said else tuple(_of_workgroup(request))
    buckets = unique(name_or_arn(request, parts_of(one)[0], "s3", "", region=False, account=False) for one in locations)
    objects = unique(_below(request, one) for one in locations)
    for actions, patterns in ((_BUCKET, buckets), (_OBJECTS, objects)):
        for action in actions if patterns else ():
            yield Permission(action, reason="the result is written in the caller's name", url=RESULTS_URL), patterns
    named = request.told("QueryExecutionContext.Database")
    for database in request.texts("QueryExecutionContext.Database") if named else ():
        yield from _catalogue(request, database)


def _below(request: Request, location: Text) -> Pattern:
    bucket, key = parts_of(location)
    slash = "" if not key.parts or _ends_open(key) or str(key.parts[-1]).endswith("/") else "/"
    return name_or_arn(request, bucket, "s3", "", "/", key, slash, Wild("*"), region=False, account=False)


def _ends_open(text: Text) -> bool:
    last = text.parts[-1]
    return isinstance(last, Hole) and last.kind is not HoleKind.SYMBOL


def _of_workgroup(request: Request) -> Iterator[Text]:
    """The result location of a workgroup that the template declares."""
    for text in request.texts("WorkGroup"):
        declared = request.resource_named(text)
        if declared is None or declared.type != "AWS::Athena::WorkGroup":
            continue
        yield from texts_in(declared.properties, "WorkGroupConfiguration", "ResultConfiguration", "OutputLocation")


def _catalogue(request: Request, database: Text) -> Iterator[Need]:
    """The Glue catalogue's share: the database and its tables, which the query's text names."""
    whole = (
        request.arn("glue", "catalog"),
        request.arn("glue", "database/", database),
        request.arn("glue", "table/", database, "/", Wild("*")),
    )
    default = request.arn("glue", "database/default", note="Athena asks for the default database, too")
    for action in _CATALOGUE:
        on = (*whole[:2], default) if action == "glue:GetDatabase" else whole
        yield Permission(action, reason="a query reads its database's tables", url=CATALOGUE_URL), on


_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+\"?([^\s\".,()]+)\"?\s*\.\s*\"?([^\s\".,()]+)\"?", re.IGNORECASE)
_SELECT = re.compile(r"\b(?:FROM|JOIN)\s+(?!\s*\()", re.IGNORECASE)


def selected(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """The tables that a Timestream query reads, as its text names them: `FROM "database"."table"`."""
    del permission
    found: list[Pattern] = []
    for text in request.texts("QueryString"):
        statement = flat(text)
        tables = list(_TABLE.finditer(statement.string))
        # A common table expression is no table: only when every name is one of a database, all are known.
        if not tables or len(tables) != len(_SELECT.findall(statement.string)) or statement.string.endswith(HOLE):
            return None
        found.extend(
            request.arn(
                "timestream", "database/", statement.part(*one.span(1)), "/table/", statement.part(*one.span(2))
            )
            for one in tables
        )
    return unique(found) or None


ACTIONS: dict[str, ActionShape] = {"timestream:Select": selected}
