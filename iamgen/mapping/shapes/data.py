"""Glue's catalogs and schemas, Athena's default workgroup, the Data API's cluster or workgroup."""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Text
from iamgen.mapping.arns import Form, form_of, segments, split
from iamgen.mapping.patterns import Glob, Pattern
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

WORKGROUP_URL = "https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html"

_BY_ARN = ("GetTags", "TagResource", "UntagResource")  # one parameter for resources of all types
_IN_DEFAULT_WORKGROUP = frozenset({
    "StartQueryExecution", "ListQueryExecutions", "ListNamedQueries", "ListPreparedStatements", "CreateNamedQuery",
})  # fmt: skip


def nested_catalog(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A catalog within the account's own: an id that is an account number names the account's."""
    del binding
    ids = [text for text in request.texts("CatalogId", "catalogId") if not (text.literal or "0").isdigit()]
    return tuple(request.arn("glue", "catalog/", text) for text in ids if text.literal)


def schema(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A schema's ARN holds its registry, which the reference leaves out.

    Source: https://docs.aws.amazon.com/glue/latest/webapi/API_CreateSchema.html
    """
    del binding
    if request.texts("SchemaId.SchemaArn") or request.call.operation in _BY_ARN:
        return None
    names = request.texts("SchemaId.SchemaName", "SchemaName")
    registries = request.texts("SchemaId.RegistryName", "RegistryId.RegistryName")
    return tuple(
        request.arn("glue", "schema/", registry, "/", name) for registry in registries or (OPEN,) for name in names
    ) or None  # fmt: skip


def registry(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The registry of a schema that is named by its ARN: `schema/events/order` lies in `registry/events`."""
    del binding
    texts = request.texts("SchemaId.SchemaArn")
    if not texts and request.texts("SchemaId.SchemaName") and not request.texts("SchemaId.RegistryName"):
        return (request.arn("glue", "registry/", OPEN),)  # the default one, whose name no page states
    return tuple(_registry(request, text) for text in texts) or None


def _registry(request: Request, schema_arn: Text) -> Pattern:
    found = segments(schema_arn) if form_of(schema_arn) is Form.ARN else None
    pieces = split(found[5], "/") if found is not None else ()
    if found is None or len(pieces) < 3:
        return request.arn("glue", "registry/", OPEN)
    return request.render(Glob.of("arn:", found[1], ":glue:", found[3], ":", found[4], ":registry/", pieces[1]))


def workgroup(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A query without a workgroup runs in `primary`."""
    if binding.curated or request.texts("WorkGroup") or request.call.operation not in _IN_DEFAULT_WORKGROUP:
        return None
    return (request.arn("athena", "workgroup/primary", note=f"the default workgroup: {WORKGROUP_URL}"),)


def serverless(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The workgroup that a Data API request goes to, by name, where ARNs hold its id; none for a cluster."""
    if request.call.service != "redshift-data" or not request.texts("ClusterIdentifier", "WorkgroupName"):
        return None
    del binding
    found = []
    for text in request.texts("WorkgroupName"):
        own = form_of(text) is Form.ARN
        found.append(request.render(Glob.of(text)) if own else request.arn("redshift-serverless", "workgroup/", OPEN))
    return tuple(found)


TYPES: dict[tuple[str, str], TypeShape] = {
    ("athena", "workgroup"): workgroup,
    ("glue", "catalog"): nested_catalog,
    ("glue", "registry"): registry,
    ("glue", "schema"): schema,
    ("redshift-serverless", "workgroup"): serverless,
}
