"""Names that a template chooses among several: the expression that names a resource means that resource."""

from __future__ import annotations

from collections.abc import Mapping

from iamgen.project.templates import attributes
from iamgen.project.templates.intrinsics import Resolver, written_as
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import Either


def namings(scope: Scope) -> dict[str, str]:
    """The expressions that choose a resource's name among several, each with the one resource that it names."""
    resolver = Resolver(scope)
    found: dict[str, list[str]] = {}
    for logical_id in scope.resources:
        wanted = attributes.name_property(scope.type_of(logical_id) or "")
        node = scope.properties(logical_id).get(wanted) if wanted is not None else None
        if isinstance(node, Mapping) and isinstance(resolver.value(node), Either):
            found.setdefault(written_as(node), []).append(logical_id)
    return {written: several[0] for written, several in found.items() if len(several) == 1}
