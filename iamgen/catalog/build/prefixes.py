"""SDK service -> IAM service prefix: signing name, else endpoint prefix, else the service's name, else a row.

The rule gives a valid prefix for all services but those of `prefixes.toml`.
A signing name may be valid and yet wrong (`cloudsearchdomain`), so a row always wins.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from iamgen.catalog.build.content import Prefix
from iamgen.catalog.build.reference import Reference
from iamgen.catalog.build.sdk import SdkService

_ROWS = Path(__file__).parent.parent / "prefixes.toml"


def resolve_prefixes(
    services: tuple[SdkService, ...], reference: Reference, rows_path: Path = _ROWS
) -> Mapping[str, Prefix]:
    """The prefix of each service; one without prefix and without row is left out, for the checks to name."""
    rows = tomllib.loads(rows_path.read_text(encoding="utf-8"))
    # A row of a service that botocore does not have stays in: the checks name it.
    found = {name: Prefix(row.get("prefix"), row.get("reason", ""), row.get("url", "")) for name, row in rows.items()}
    for service in services:
        if service.name in found:
            continue
        rule = (
            ("signing name", service.signing_name),
            ("endpoint prefix", service.endpoint_prefix if not service.signing_name else ""),
            ("name of the SDK service", service.name),
        )
        for what, candidate in rule:
            if candidate and candidate in reference.actions:
                found[service.name] = Prefix(candidate, what)
                break
    return found
