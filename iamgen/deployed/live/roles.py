"""A live role: its inline and attached policies, its boundary and the service control policies above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from iamgen.core.errors import InputError
from iamgen.deployed.documents import try_document
from iamgen.deployed.grants import GrantedPolicy, PolicyKind, RoleGrants, role_name, symbols_of
from iamgen.deployed.live.refusals import Refusal, Refused, denied
from iamgen.deployed.live.session import Clients
from iamgen.deployed.managed import ManagedPolicies, is_aws_managed

_DEPTH = 8  # AWS nests organisational units five deep under the root
_SOURCE = "live"


class RoleReader:
    """Reads roles, each role and each managed policy once."""

    def __init__(self, clients: Clients, managed: ManagedPolicies, *, organization: bool = True) -> None:
        self._clients = clients
        self._table = managed
        self._organization = organization
        self._roles: dict[str, RoleGrants] = {}
        self._policies: dict[str, GrantedPolicy | str] = {}
        self._levels: dict[str, tuple[tuple[tuple[GrantedPolicy, ...], ...], tuple[str, ...], tuple[str, ...]]] = {}

    def read(self, role: str) -> RoleGrants:
        """The role of a name or an ARN; a part that may not be read is `unread`.

        Raises `InputError` when there is none, `CredentialsError` when nothing may be read.
        """
        name = role_name(role)
        if name not in self._roles:
            self._roles[name] = self._read(name, role)
        return self._roles[name]

    def _read(self, name: str, role: str) -> RoleGrants:
        unread: list[str] = []
        described: Mapping[str, Any] = {}
        limits_unread = False
        try:
            described = self._clients.ask("iam", "get_role", RoleName=name)["Role"]
        except Refused as refused:
            if refused.kind is Refusal.ABSENT:
                hint = "it was deleted after the function was deployed, or it belongs to another account"
                raise InputError(f"there is no role `{name}`", hint) from refused
            unread.append(f"the permissions boundary of `{name}`: {refused}")
            limits_unread = True
        policies: list[GrantedPolicy] = []
        failures = 0
        for half in (self._inline, self._attached):
            try:
                for found in half(name):
                    if isinstance(found, str):
                        unread.append(found)
                    else:
                        policies.append(found)
            except Refused as refused:
                failures += 1
                last = refused
                what = "inline" if half == self._inline else "attached"
                unread.append(f"the {what} policies of `{name}`: {refused}")
        if failures == 2 and limits_unread and last.kind is Refusal.DENIED:
            raise denied(last)
        boundary = self._boundary(described)
        if isinstance(boundary, str):
            unread.append(boundary)
            limits_unread = True
        arn = str(described.get("Arn", role if role.startswith("arn:") else ""))
        symbols = symbols_of(arn)
        scps, missing, notes = self._control_policies(symbols.get("AWS::AccountId", ""))
        return RoleGrants(
            role=name,
            policies=tuple(policies),
            boundary=None if isinstance(boundary, str) else boundary,
            scps=scps,
            unread=(*unread, *missing),
            symbols=MappingProxyType(symbols),
            limits_unread=limits_unread or bool(missing),
            arn=arn,
            notes=notes,
        )

    def _inline(self, name: str) -> Iterable[GrantedPolicy | str]:
        for policy in self._clients.pages("iam", "list_role_policies", "PolicyNames", RoleName=name):
            try:
                answer = self._clients.ask("iam", "get_role_policy", RoleName=name, PolicyName=policy)
            except Refused as refused:
                yield f"the inline policy `{policy}`: {refused}"
                continue
            yield _granted(str(policy), PolicyKind.INLINE, answer["PolicyDocument"], _SOURCE)

    def _attached(self, name: str) -> Iterable[GrantedPolicy | str]:
        pages = self._clients.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name)
        for policy in pages:
            yield self._managed(policy["PolicyArn"])

    def _managed(self, arn: str) -> GrantedPolicy | str:
        if arn not in self._policies:
            self._policies[arn] = self._read_managed(arn)
        return self._policies[arn]

    def _read_managed(self, arn: str) -> GrantedPolicy | str:
        kind = PolicyKind.AWS_MANAGED if is_aws_managed(arn) else PolicyKind.MANAGED
        try:
            version = self._clients.ask("iam", "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
            answer = self._clients.ask("iam", "get_policy_version", PolicyArn=arn, VersionId=version)
        except Refused as refused:
            # AWS's own policies are public: the embedded table stands in, and says how old it is.
            return self._table.find(arn) or f"the managed policy `{arn}`: {refused}"
        document = answer["PolicyVersion"]["Document"]
        return _granted(arn.rpartition("/")[2], kind, document, f"{_SOURCE}, version {version}")

    def _boundary(self, role: Mapping[str, Any]) -> GrantedPolicy | str | None:
        arn = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        if arn is None:
            return None
        found = self._managed(str(arn))
        if isinstance(found, str):
            return f"the permissions boundary: {found}"
        return GrantedPolicy(found.name, PolicyKind.BOUNDARY, found.policy, found.source)

    def _control_policies(
        self, account: str
    ) -> tuple[tuple[tuple[GrantedPolicy, ...], ...], tuple[str, ...], tuple[str, ...]]:
        """The levels of SCPs over the account, root first; what could not be read; and what is only to be said."""
        if not self._organization or not account:
            return (), (), ()
        if account not in self._levels:
            self._levels[account] = self._read_levels(account)
        return self._levels[account]

    def _read_levels(
        self, account: str
    ) -> tuple[tuple[tuple[GrantedPolicy, ...], ...], tuple[str, ...], tuple[str, ...]]:
        targets = [account]
        levels: list[tuple[GrantedPolicy, ...]] = []
        unread: list[str] = []
        try:
            while len(targets) < _DEPTH:
                parents = list(self._clients.pages("organizations", "list_parents", "Parents", ChildId=targets[-1]))
                if not parents:
                    break
                targets.append(parents[0]["Id"])
                if parents[0]["Type"] == "ROOT":
                    break
            for target in reversed(targets):
                listed = self._clients.pages(
                    "organizations",
                    "list_policies_for_target",
                    "Policies",
                    TargetId=target,
                    Filter="SERVICE_CONTROL_POLICY",
                )
                found = [self._control_policy(one["Id"], one.get("Name", one["Id"])) for one in listed]
                unread += [one for one in found if isinstance(one, str)]
                level = tuple(one for one in found if isinstance(one, GrantedPolicy))
                if level:
                    levels.append(level)
        except Refused as refused:
            if refused.code == "AWSOrganizationsNotInUseException":
                return (), (), ()
            # Most callers may not read them, so this is said and makes nothing undecided.
            return (), (), (f"service control policies were not read: {refused}",)
        return tuple(levels), tuple(unread), ()

    def _control_policy(self, policy: str, name: str) -> GrantedPolicy | str:
        answer = self._clients.ask("organizations", "describe_policy", PolicyId=policy)
        return _granted(name, PolicyKind.SCP, answer["Policy"]["Content"], _SOURCE)


def _granted(name: str, kind: PolicyKind, document: object, source: str) -> GrantedPolicy | str:
    policy = try_document(document, name)
    return policy if isinstance(policy, str) else GrantedPolicy(name, kind, policy, source)
