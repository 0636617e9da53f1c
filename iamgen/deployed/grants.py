"""A role's policies as values, whatever they were read from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from iamgen.core.location import Location
from iamgen.policy.model import NamedPolicy, Policy
from iamgen.policy.reach import GrantSet


class PolicyKind(StrEnum):
    """How a policy is attached to the role."""

    INLINE = "inline"
    MANAGED = "managed"  # customer managed
    AWS_MANAGED = "aws-managed"
    BOUNDARY = "boundary"
    SCP = "scp"


@dataclass(frozen=True, slots=True)
class GrantedPolicy:
    """One policy of a role; `source` says what it was read from (a template, a file, `live`, the embedded table)."""

    name: str
    kind: PolicyKind
    policy: Policy
    source: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class RoleGrants:
    """All that decides what a role may do.

    `unread` lists, in words, what could not be read; the role may grant more than the policies
    say, or less when `limits_unread` tells that a boundary or an SCP is among it. `symbols` gives the
    values of template references where the deployment tells them (`AWS::Region`, `OrdersTable`), and
    `environment` the variables of a live function; None where they are not known.
    """

    role: str
    policies: tuple[GrantedPolicy, ...] = ()
    boundary: GrantedPolicy | None = None
    scps: tuple[tuple[GrantedPolicy, ...], ...] = ()  # levels, from the organisation's root to the account
    unread: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None
    symbols: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    limits_unread: bool = False
    arn: str = ""  # where it is known
    notes: tuple[str, ...] = ()  # to be said, and nothing is undecided for it

    @property
    def labelled(self) -> Mapping[str, GrantedPolicy]:
        """The policies under names of their own: a second `orders` is `orders (managed)`, a third `orders (3)`."""
        out: dict[str, GrantedPolicy] = {}
        for policy in self.policies:
            label = policy.name
            if label in out:
                label = f"{policy.name} ({policy.kind})"
            number = 3
            while label in out:
                label = f"{policy.name} ({number})"
                number += 1
            out[label] = policy
        return MappingProxyType(out)

    def is_role_of(self, other: RoleGrants) -> bool:
        """Whether both are the same role, of which another function's environment and references may be known."""
        return replace(self, environment=None, symbols=MappingProxyType({})) == replace(
            other, environment=None, symbols=MappingProxyType({})
        )

    @property
    def grant_set(self) -> GrantSet:
        """The same in the words of the policy layer; the names are those of `labelled`."""
        return GrantSet(
            identity=tuple(NamedPolicy(label, granted.policy) for label, granted in self.labelled.items()),
            boundary=None if self.boundary is None else self.boundary.policy,
            scps=tuple(tuple(granted.policy for granted in level) for level in self.scps),
        )


_ROLE_ARN = re.compile(r"arn:(?P<partition>[\w-]+):iam::(?P<account>\d{12}):role/(?:.*/)?(?P<name>[^/]+)")


def role_name(arn: str) -> str:
    """The name of a role's ARN, without its path; a text that is no ARN is the name itself."""
    match = _ROLE_ARN.fullmatch(arn)
    return arn if match is None else match["name"]


def symbols_of(arn: str) -> dict[str, str]:
    """The template references whose values a role's ARN tells: the partition and the account."""
    match = _ROLE_ARN.fullmatch(arn)
    return {} if match is None else {"AWS::Partition": match["partition"], "AWS::AccountId": match["account"]}
