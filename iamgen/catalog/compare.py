"""What one build of the catalog changes against another, in the terms of a user's policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from iamgen.catalog.model import OperationNeeds, Permission, Status
from iamgen.catalog.store import Catalog


class Change(StrEnum):
    """What happened to an operation, a service or an action; in the order of importance to a policy."""

    NEEDS_MORE = "needs more"
    NEEDS_LESS = "needs less"
    NOW_KNOWN = "now known"
    NO_LONGER_KNOWN = "no longer known"
    OTHER_RESOURCES = "other resources"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Changed:
    """One change; `subject` is `service:Operation`, a service or an action."""

    change: Change
    subject: str
    detail: str = ""


def compare(old: Catalog, new: Catalog) -> tuple[Changed, ...]:
    """The changes from one catalog to another, by kind and subject."""
    found = [*_services(old, new), *_actions(old, new)]
    order = list(Change)
    return tuple(sorted(found, key=lambda c: (order.index(c.change), c.subject, c.detail)))


def _services(old: Catalog, new: Catalog) -> Iterator[Changed]:
    services, others = set(old.services()), set(new.services())
    yield from (Changed(Change.GONE, service, "service") for service in services - others)
    yield from (Changed(Change.NEW, service, "service") for service in others - services)
    before, after = old.fingerprints(), new.fingerprints()
    for service, name in before.keys() | after.keys():
        subject = f"{service}:{name}"
        if (service, name) not in after:
            yield from (Changed(Change.GONE, subject, "operation") for _ in {service} & others)
        elif (service, name) not in before:
            yield from (Changed(Change.NEW, subject, "operation") for _ in {service} & services)
        elif before[service, name] != after[service, name]:
            yield from _operation(subject, old, new)


def _operation(subject: str, old: Catalog, new: Catalog) -> Iterator[Changed]:
    service, name = subject.split(":")
    before, after = old.needs(service, name), new.needs(service, name)
    if before.status is not after.status:
        known = after.status is not Status.UNKNOWN
        yield Changed(
            Change.NOW_KNOWN if known else Change.NO_LONGER_KNOWN, subject, f"{before.status} -> {_words(after)}"
        )
        return
    lost, won = set(_named(before)), set(_named(after))
    if won - lost:
        yield Changed(Change.NEEDS_MORE, subject, ", ".join(sorted(won - lost)))
    if lost - won:
        yield Changed(Change.NEEDS_LESS, subject, ", ".join(sorted(lost - won)))
    actions = {p.action for p in before.permissions} & {p.action for p in after.permissions}
    moved = sorted(a for a in actions if old.bindings(service, name, a) != new.bindings(service, name, a))
    if moved:
        yield Changed(Change.OTHER_RESOURCES, subject, ", ".join(moved))


def _named(needs: OperationNeeds) -> Iterator[str]:
    for permission in needs.permissions:
        yield _permission(permission)


def _permission(permission: Permission) -> str:
    return f"{permission.action} when {permission.trigger}" if permission.trigger else permission.action


def _words(needs: OperationNeeds) -> str:
    if needs.status is Status.ACTIONS:
        return ", ".join(sorted(_named(needs)))
    return str(needs.status)


def _actions(old: Catalog, new: Catalog) -> Iterator[Changed]:
    before, after = set(old.all_actions()), set(new.all_actions())
    yield from (Changed(Change.GONE, action, "action") for action in before - after)
    yield from (Changed(Change.NEW, action, "action") for action in after - before)
