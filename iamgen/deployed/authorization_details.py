"""`aws iam get-account-authorization-details`: every role of an account with its policies, read as a stream.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from iamgen.deployed.documents import try_document
from iamgen.deployed.grants import GrantedPolicy, PolicyKind, RoleGrants, role_name, symbols_of
from iamgen.deployed.managed import ManagedPolicies, is_aws_managed
from iamgen.deployed.stream import members

KEYS = frozenset({"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"})

Wanted = Callable[[str], bool]


def read_details(
    path: Path, managed: ManagedPolicies, wanted: Wanted = lambda _: True, origin: str | None = None
) -> Iterator[RoleGrants]:
    """The roles of a file whose names are wanted, in the file's order; raises `InputError` for no such JSON.

    Two passes, since AWS lists the managed policies after the roles that they are attached to.
    """
    source = origin or path.name
    policies = Attached((item for key, item in members(path) if key == "Policies"), managed, source)
    for key, item in members(path):
        if key == "RoleDetailList" and isinstance(item, Mapping) and wanted(_text(item, "RoleName")):
            yield role_of_detail(item, policies, source)


class Attached:
    """The managed policies of an account by ARN; each document parsed once, when a role first needs it."""

    def __init__(self, details: Iterable[object], managed: ManagedPolicies, source: str) -> None:
        self._managed = managed
        self._source = source
        self._documents: dict[str, tuple[str, str, object]] = {}  # ARN -> name, version, document
        self._parsed: dict[str, GrantedPolicy | str] = {}
        for detail in details:
            if isinstance(detail, Mapping):
                version, document = _default_version(detail)
                if document is not None:
                    arn = _text(detail, "Arn")
                    self._documents[arn] = (_text(detail, "PolicyName") or arn.rpartition("/")[2], version, document)

    def find(self, arn: str) -> GrantedPolicy | str:
        """The policy, or in words why it could not be read. The account's own answer wins over the embedded table."""
        if arn not in self._parsed:
            self._parsed[arn] = self._read(arn)
        return self._parsed[arn]

    def _read(self, arn: str) -> GrantedPolicy | str:
        kind = PolicyKind.AWS_MANAGED if is_aws_managed(arn) else PolicyKind.MANAGED
        if arn in self._documents:
            name, version, document = self._documents[arn]
            policy = try_document(document, name)
            if isinstance(policy, str):
                return policy
            return GrantedPolicy(name, kind, policy, f"{self._source}, version {version}" if version else self._source)
        found = self._managed.find(arn)
        return f"the managed policy `{arn}` is not in `{self._source}`" if found is None else found


def _default_version(detail: Mapping[str, object]) -> tuple[str, object | None]:
    versions = detail.get("PolicyVersionList")
    default = _text(detail, "DefaultVersionId")
    for version in versions if isinstance(versions, list) else ():
        if isinstance(version, Mapping) and (
            version.get("IsDefaultVersion") is True or (default and version.get("VersionId") == default)
        ):
            return _text(version, "VersionId"), version.get("Document")
    return default, None


def role_of_detail(detail: Mapping[str, object], attached: Attached, source: str) -> RoleGrants:
    """A `RoleDetail` as grants."""
    arn = _text(detail, "Arn")
    policies: list[GrantedPolicy] = []
    unread: list[str] = []
    for inline in _maps(detail, "RolePolicyList"):
        name = _text(inline, "PolicyName") or "inline"
        policy = try_document(inline.get("PolicyDocument"), name)
        if isinstance(policy, str):
            unread.append(policy)
        else:
            policies.append(GrantedPolicy(name, PolicyKind.INLINE, policy, source))
    for one in _maps(detail, "AttachedManagedPolicies"):
        found = attached.find(_text(one, "PolicyArn"))
        if isinstance(found, str):
            unread.append(found)
        else:
            policies.append(found)
    limit = boundary_of(detail, attached)
    if isinstance(limit, str):
        unread.append(limit)
    halves = ("RolePolicyList", "AttachedManagedPolicies")
    unread.extend(f"`{source}` does not hold the role's `{key}`" for key in halves if key not in detail)
    return RoleGrants(
        role=_text(detail, "RoleName") or role_name(arn),
        policies=tuple(policies),
        boundary=None if isinstance(limit, str) else limit,
        unread=tuple(unread),
        limits_unread=isinstance(limit, str),
        symbols=MappingProxyType(symbols_of(arn)),
        arn=arn,
    )


def boundary_of(role: Mapping[str, object], attached: Attached) -> GrantedPolicy | str | None:
    """The permissions boundary of a role as AWS describes it; a text says why it could not be read."""
    boundary = role.get("PermissionsBoundary")
    arn = _text(boundary, "PermissionsBoundaryArn") if isinstance(boundary, Mapping) else ""
    if not arn:
        return None
    found = attached.find(arn)
    if isinstance(found, str):
        return f"the permissions boundary cannot be read: {found}"
    return GrantedPolicy(found.name, PolicyKind.BOUNDARY, found.policy, found.source)


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _maps(data: Mapping[str, object], key: str) -> Iterator[Mapping[str, object]]:
    values = data.get(key)
    for value in values if isinstance(values, list) else ():
        if isinstance(value, Mapping):
            yield value
