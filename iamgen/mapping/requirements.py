"""Usage -> Requirements: each call's actions, resources and conditions, merged for the unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iamgen.analysis.usage import ApiCall, Gap, GapKind, MappingOf, Usage
from iamgen.catalog.model import OperationNeeds, Permission, Status
from iamgen.catalog.store import Catalog
from iamgen.mapping.arguments import Presence
from iamgen.mapping.conditions import with_conditions
from iamgen.mapping.forward import forwarded
from iamgen.mapping.model import CallNeeds, DeploymentNeed, Requirement, Requirements, Wildcard
from iamgen.mapping.patterns import Pattern, widened
from iamgen.mapping.request import Request, request_of
from iamgen.mapping.resources import resources_of
from iamgen.mapping.runtime import deployment_needs
from iamgen.mapping.shapes import BESIDE, OPERATIONS, firewalls, tags
from iamgen.mapping.shapes.shape import Need
from iamgen.mapping.signed import SIGNED
from iamgen.mapping.triggers import holds
from iamgen.project.model import Project, Unit


def require(usage: Usage, unit: Unit, project: Project, catalog: Catalog) -> Requirements:
    """What the unit's role needs for these calls and for its deployment.

    Calls that another role's credentials sign are listed in `assumed` and need nothing of the unit's own role.
    """
    by_call: list[CallNeeds] = []
    assumed: list[CallNeeds] = []
    gaps: list[Gap] = []
    for call in usage.calls:
        needs = CallNeeds(call, needs_of(call, unit, project, catalog, usage.calls))
        gaps.extend(gaps_of(call, unit, project, catalog))
        if call.assumed_role is None:
            by_call.append(needs)
        else:
            assumed.append(needs)
            by_call.append(CallNeeds(call, ()))
    own, undeclared = deployment_needs(unit, project, usage.calls)
    gaps.extend(undeclared)
    keys = tuple(one for need in own for one in _forwarded(need, unit, project, catalog))
    items = merge((*own, *keys, *(one for needs in by_call for one in needs.requirements)))
    return Requirements(usage.unit, items, tuple(by_call), tuple(gaps), tuple(assumed))


def _forwarded(need: Requirement, unit: Unit, project: Project, catalog: Catalog) -> Iterator[Requirement]:
    """The keys that a service uses when the deployment itself reads or writes: a polled queue's, say."""
    service = need.action.partition(":")[0]
    call = ApiCall(service, "", "", MappingOf(), need.evidence[0].location)
    return forwarded(request_of(call, unit, project, catalog), (need,))


def needs_of(
    call: ApiCall, unit: Unit, project: Project, catalog: Catalog, siblings: tuple[ApiCall, ...] = ()
) -> tuple[Requirement, ...]:
    """The permissions that one request needs of the credentials that sign it, merged and sorted.

    `siblings` are the unit's calls, for arguments that come from another call's response.
    """
    request = request_of(call, unit, project, catalog, siblings)
    signed = SIGNED.get((call.service, call.operation))
    if signed is not None:
        resources = widened(signed.resources(request))
        return merge(_requirement(call, Permission(signed.action, url=signed.url), one) for one in resources)
    found: list[Requirement] = []
    for permission, patterns in _permitted(request, catalog.needs(call.service, call.operation)):
        conditional = with_conditions(request, permission, widened(patterns))
        found.extend(_requirement(call, permission, pattern) for pattern in conditional)
    return merge((*found, *forwarded(request, tuple(found))))


def _permitted(request: Request, needs: OperationNeeds) -> Iterable[tuple[Permission, tuple[Pattern, ...]]]:
    """The actions that this request needs, each with its resources."""
    call = request.call
    permissions = needed(request, needs)
    own: tuple[Need, ...] | None = None
    for key in ((call.service, "*"), (call.service, call.operation)):
        shape = OPERATIONS.get(key)
        if own is None and shape is not None:
            own = shape(request, permissions)
    if own is None:
        own = tuple((permission, None) for permission in permissions)
    beside = (need for asked in BESIDE for need in asked(request)) if permissions else ()
    return tuple((one, resources_of(request, one) if on is None else on) for one, on in (*own, *beside))


def needed(request: Request, needs: OperationNeeds) -> tuple[Permission, ...]:
    """The catalog's rows for this request: those whose trigger holds or may, without those they replace."""
    if needs.status is not Status.ACTIONS:
        return ()
    found: list[Permission] = []
    replaced: set[str] = set()
    least = _least(needs)
    for permission in needs.permissions:
        presence = holds(request, permission.trigger) if permission.trigger else Presence.GIVEN
        if presence < least:
            continue
        found.append(permission)
        if presence is Presence.GIVEN:
            replaced.update(permission.replaces)
    return tuple(one for one in found if one.action not in replaced or one.trigger)


def _least(needs: OperationNeeds) -> Presence:
    """How sure a trigger must be.

    Beside an action that every request needs, a further one needs a hint that its parameter is given.
    Where the content alone decides (a transaction, a statement), whatever is not ruled out is needed.
    """
    decided = all(one.trigger for one in needs.permissions)
    return Presence.UNTOLD if decided else Presence.MAYBE


def _requirement(call: ApiCall, permission: Permission, pattern: Pattern) -> Requirement:
    note = "; ".join(part for part in (permission.reason, pattern.note) if part)
    if permission.url:
        note = f"{note} ({permission.url})" if note else permission.url
    return Requirement(permission.action, pattern.resource, pattern.conditions, (call,), pattern.wildcard, note)


def gaps_of(call: ApiCall, unit: Unit, project: Project, catalog: Catalog) -> tuple[Gap, ...]:
    """What a call may need and nothing here can tell: an unknown operation, arguments that are not all known."""
    if (call.service, call.operation) in SIGNED:
        return ()
    needs = catalog.needs(call.service, call.operation)
    name = f"{call.service}.{call.operation}"
    match needs.status:
        case Status.UNKNOWN | Status.UNSUPPORTED:
            why = needs.reason or "it is not in the Service Authorization Reference"
            return (Gap(GapKind.UNKNOWN_OPERATION, call.location, f"no permission is known for `{name}`: {why}",
                        (name,), call.path),)  # fmt: skip
        case Status.NONE:
            return ()
        case Status.ACTIONS:
            pass
    request = request_of(call, unit, project, catalog)
    least = _least(needs)
    untold = sorted({
        one.action for one in needs.permissions
        if one.trigger and holds(request, one.trigger) is Presence.UNTOLD and least > Presence.UNTOLD
    })  # fmt: skip
    if tags.untold(request):
        message = f"the resources of `{name}` are not all known: each also needs the tagging action of its own service"
        return (Gap(GapKind.OPEN_ARGUMENTS, call.location, message, (name,), call.path),)
    if firewalls.untold(request):
        message = f"the resource of `{name}` is not known: it also needs the action of that resource's service"
        return (Gap(GapKind.OPEN_ARGUMENTS, call.location, message, (name,), call.path),)
    if not untold:
        return ()
    message = f"the arguments of `{name}` are not all known: with some of them it also needs {', '.join(untold)}"
    return (Gap(GapKind.OPEN_ARGUMENTS, call.location, message, (name,), call.path),)


_SURENESS = (Wildcard.OPEN, Wildcard.NARROW, Wildcard.REQUIRED)


def merge(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Each action, resource and condition once, with all its evidence, in total order."""
    found: dict[Requirement, list[Requirement]] = {}
    for one in requirements:
        found.setdefault(one, []).append(one)
    return tuple(_joined(found[one]) for one in sorted(found, key=_order))


def _order(one: Requirement) -> tuple[str, str, tuple[tuple[str, str, tuple[str, ...]], ...]]:
    return (one.action.lower(), one.resource, tuple((c.operator, c.key, c.values) for c in one.conditions))


def _joined(same: list[Requirement]) -> Requirement:
    first = same[0]
    evidence = tuple(dict.fromkeys(source for one in same for source in one.evidence))
    wildcard = next((kind for kind in _SURENESS if any(one.wildcard is kind for one in same)), None)
    return Requirement(
        first.action, first.resource, first.conditions, tuple(sorted(evidence, key=_place)), wildcard, first.note
    )


def _place(source: ApiCall | DeploymentNeed) -> tuple[bool, str, int, int, str]:
    at = source.location
    name = source.need if isinstance(source, DeploymentNeed) else f"{source.service}.{source.operation}"
    return (isinstance(source, DeploymentNeed), at.file, at.line, at.column, name)
