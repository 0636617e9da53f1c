"""Operation -> actions, in a fixed order of look-up, nothing guessed.

1. A request that is not signed (botocore's auth type is none or bearer) needs no IAM action.
2. A row of `overrides/<service>.toml`.
3. API Gateway's management APIs are authorised by their HTTP verb on the request's path.
4. The action of the operation's own name, in the reference's spelling.
   Where the request can carry tags, the service's tagging action is added for them.
   Where the SDK has to discover the endpoint first, the action for that is added, too.
5. A service without a published reference is unsupported; everything else is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iamgen.catalog.build.content import Needs, Prefix
from iamgen.catalog.build.overrides import OperationRow
from iamgen.catalog.build.reference import Reference
from iamgen.catalog.build.sdk import SdkOperation, SdkService
from iamgen.catalog.build.tagging import sets_tags, tag_permission
from iamgen.catalog.model import Permission, Status

APIGATEWAY = "apigateway"
_APIGATEWAY_URL = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html"
_DISCOVERY_URL = (
    "https://docs.aws.amazon.com/timestream/latest/developerguide/Using.API.endpoint-discovery.how-it-works.html"
)
_SIGNING_URL = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html"


def resolve_needs(
    services: tuple[SdkService, ...],
    prefixes: Mapping[str, Prefix],
    reference: Reference,
    rows: Mapping[tuple[str, str], OperationRow],
) -> Mapping[tuple[str, str], Needs]:
    """What each operation needs; `rows` are the overrides by service and operation."""
    found = {}
    for service in services:
        for operation in service.operations.values():
            key = (service.name, operation.name)
            needs = _resolve(operation, prefixes.get(service.name), reference, rows.get(key))
            needs = _with_tags(service, operation, prefixes.get(service.name), reference, needs)
            found[key] = _with_discovery(operation, prefixes.get(service.name), reference, needs)
    return found


def _with_discovery(operation: SdkOperation, prefix: Prefix | None, reference: Reference, needs: Needs) -> Needs:
    action = reference.action(f"{prefix.prefix}:{operation.discovery}") if prefix and operation.discovery else None
    if action is None or needs.status is not Status.ACTIONS:
        return needs
    first = Permission(
        action.name, reason="the SDK asks for the endpoint before it sends the request", url=_DISCOVERY_URL
    )
    return replace(needs, permissions=(*needs.permissions, first))


def _with_tags(
    service: SdkService, operation: SdkOperation, prefix: Prefix | None, reference: Reference, needs: Needs
) -> Needs:
    core = [f"{prefix.prefix}:{needs.same_name}"] if prefix is not None and needs.same_name else []
    core += [p.action for p in needs.permissions if not p.trigger]
    main = reference.action(core[0]) if core else None
    if main is None or main.name.startswith(f"{APIGATEWAY}:"):
        return needs
    others = (reference.action(p.action) for p in needs.permissions)
    own = main.name.partition(":")[0] + ":"
    if any(o is not None and sets_tags(o) and o.name != main.name and o.name.startswith(own) for o in others):
        return needs  # a row says it already
    tag = tag_permission(service, operation, main, reference)
    return needs if tag is None else replace(needs, permissions=(*needs.permissions, tag))


def _resolve(operation: SdkOperation, prefix: Prefix | None, reference: Reference, row: OperationRow | None) -> Needs:
    if operation.auth:
        return Needs(Status.NONE, reason=f"the request is not signed (auth type {operation.auth})", url=_SIGNING_URL)
    if row is not None and row.status is not None:
        return Needs(row.status, reason=row.reason, url=row.url)
    if row is not None and row.core is not None:
        core = tuple(Permission(action, reason=row.reason, url=row.url) for action in row.core)
        return Needs(Status.ACTIONS, permissions=(*core, *row.permissions), reason=row.reason, url=row.url)
    extra = row.permissions if row is not None else ()
    if prefix is None or prefix.prefix is None:
        where = prefix if prefix is not None else Prefix(None, "")
        return Needs(Status.UNSUPPORTED, reason=where.reason, url=where.url)
    if prefix.prefix == APIGATEWAY:
        verb = Permission(
            f"{APIGATEWAY}:{operation.http_method}",
            reason="API Gateway authorises the HTTP verb on the request's path",
            url=_APIGATEWAY_URL,
        )
        return Needs(Status.ACTIONS, permissions=(verb, *extra))
    action = reference.action(f"{prefix.prefix}:{operation.name}")
    if action is not None:
        return Needs(Status.ACTIONS, same_name=action.name.partition(":")[2], permissions=extra)
    return Needs(
        Status.UNKNOWN, permissions=extra, reason=f"no action of this name in the reference of `{prefix.prefix}`"
    )
