"""Glue's catalogs and Athena's default workgroup."""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding
from iamgen.mapping.patterns import Pattern
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

WORKGROUP_URL = "https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html"

_IN_DEFAULT_WORKGROUP = frozenset({
    "StartQueryExecution", "ListQueryExecutions", "ListNamedQueries", "ListPreparedStatements", "CreateNamedQuery",
})  # fmt: skip


def nested_catalog(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A catalog within the account's own: an id that is an account number names the account's."""
    del binding
    ids = [text for text in request.texts("CatalogId", "catalogId") if not (text.literal or "0").isdigit()]
    return tuple(request.arn("glue", "catalog/", text) for text in ids if text.literal)


def workgroup(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A query without a workgroup runs in `primary`."""
    if binding.curated or request.texts("WorkGroup", "Name") or request.call.operation not in _IN_DEFAULT_WORKGROUP:
        return None
    return (request.arn("athena", "workgroup/primary", note=f"the default workgroup: {WORKGROUP_URL}"),)


TYPES: dict[tuple[str, str], TypeShape] = {("glue", "catalog"): nested_catalog, ("athena", "workgroup"): workgroup}
