"""What a deployment needs of its role by itself: logs, networking, tracing, event sources, targets."""

from __future__ import annotations

from iamgen.catalog.store import Catalog
from iamgen.mapping.model import Requirement
from iamgen.project.model import Project, Unit


def deployment_needs(unit: Unit, project: Project, catalog: Catalog) -> tuple[Requirement, ...]:
    """The needs of the unit's configuration; none for a bare entry."""
    del unit, project, catalog
    return ()
