"""The role that a template declares, as grants."""

from __future__ import annotations

from iamgen.core.location import Location
from iamgen.deployed.grants import GrantedPolicy, PolicyKind, RoleGrants
from iamgen.deployed.managed import ManagedPolicies
from iamgen.policy.model import Policy
from iamgen.policy.parse import PolicyError, parse_policy
from iamgen.project.model import DeclaredRole, PolicyDocument


def read_declared(role: DeclaredRole, managed: ManagedPolicies) -> RoleGrants:
    """The grants of a declared role; what the template only names is `unread`, or found in the table of AWS's own."""
    policies: list[GrantedPolicy] = []
    unread: list[str] = []
    if role.external:
        unread.append(f"the role `{role.name}` is not declared in the template")
    unread.extend(role.unread)
    for document in role.documents:
        match _parse(document):
            case Policy() as policy:
                place = str(document.location or role.location or "template")
                policies.append(GrantedPolicy(document.name, PolicyKind.INLINE, policy, place, document.location))
            case str() as why:
                unread.append(why)
    for reference in dict.fromkeys(role.managed):
        found = managed.find(reference)
        if found is None:
            unread.append(_unknown(reference))
        else:
            policies.append(_at(found, role.location))
    boundary = None
    if role.boundary is not None:
        found = managed.find(role.boundary)
        if found is None:
            unread.append(f"the permissions boundary `{role.boundary}` is not declared in the template")
        else:
            boundary = GrantedPolicy(found.name, PolicyKind.BOUNDARY, found.policy, found.source, role.location)
    return RoleGrants(
        role=role.name,
        policies=tuple(policies),
        boundary=boundary,
        unread=tuple(unread),
        limits_unread=role.boundary is not None and boundary is None,
    )


def _parse(document: PolicyDocument) -> Policy | str:
    try:
        return parse_policy(document.document, document.name)
    except PolicyError as error:
        return f"the policy `{document.name}` cannot be read: {error.message}"


def _unknown(reference: str) -> str:
    table = "the table of AWS-managed policies"
    return f"the managed policy `{reference}` is neither declared in the template nor in {table}"


def _at(found: GrantedPolicy, location: Location | None) -> GrantedPolicy:
    return GrantedPolicy(found.name, found.kind, found.policy, found.source, location)
