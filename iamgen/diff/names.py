"""The same name for the same thing on both sides: partitions, regions, accounts and known references.

A requirement says `arn:${AWS::Partition}:dynamodb:${AWS::Region}:...:table/${OrdersTable}`, a role
perhaps `arn:aws:dynamodb:eu-west-1:...:table/shop-OrdersTable-1A2B`. What the deployment tells of a
reference is filled in; the partition, of which a template has only one, always is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from iamgen.analysis.usage import ApiCall
from iamgen.deployed.grants import GrantedPolicy, RoleGrants
from iamgen.mapping.model import Requirement, Wildcard
from iamgen.policy.model import Condition, Policy, Statement

_REFERENCE = re.compile(r"\$\{([A-Za-z0-9_]+(?:::[A-Za-z]+)?(?:\.[A-Za-z0-9_.]+)?)\}")
_PARTITION = re.compile(r"arn:(aws[\w-]*):")
_NAMELESS = re.compile(r"(?:^|[/:])\*")  # of an ARN's last field: `table/*`, but not `table/orders-*`
_DEFAULT_PARTITION = "aws"


@dataclass(frozen=True, slots=True)
class Names:
    """Values of template references."""

    values: Mapping[str, str]

    @staticmethod
    def of(grants: RoleGrants) -> Names:
        """What the role's reader knows, and the partition: its only one, `aws` when it names none or several."""
        values = dict(grants.symbols)
        if "AWS::Partition" not in values:
            found = {match for text in _resources(grants) for match in _PARTITION.findall(text)}
            values["AWS::Partition"] = found.pop() if len(found) == 1 else _DEFAULT_PARTITION
        return Names(MappingProxyType(values))

    def text(self, text: str) -> str:
        """The text with known references filled; values are literal, so their wildcards are escaped."""
        return _REFERENCE.sub(self._value, text) if "${" in text else text

    def _value(self, match: re.Match[str]) -> str:
        value = self.values.get(match.group(1))
        return match.group() if value is None else value.replace("*", "${*}").replace("?", "${?}")

    def conditions(self, conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return tuple(replace(c, values=tuple(sorted({self.text(v) for v in c.values}))) for c in conditions)

    def policy(self, policy: Policy) -> Policy:
        return replace(policy, statements=tuple(self._statement(s) for s in policy.statements))

    def grants(self, grants: RoleGrants) -> RoleGrants:
        """The role with all its policies under common names."""

        def renamed(granted: GrantedPolicy) -> GrantedPolicy:
            return replace(granted, policy=self.policy(granted.policy))

        return replace(
            grants,
            policies=tuple(map(renamed, grants.policies)),
            boundary=None if grants.boundary is None else renamed(grants.boundary),
            scps=tuple(tuple(map(renamed, level)) for level in grants.scps),
        )

    def _statement(self, statement: Statement) -> Statement:
        return replace(
            statement,
            resources=tuple(self.text(text) for text in statement.resources),
            not_resources=tuple(self.text(text) for text in statement.not_resources),
            conditions=self.conditions(statement.conditions),
        )

    def requirement(self, requirement: Requirement) -> str:
        """The requirement's resource; a region or account that is `*` for want of a configuration is filled too.

        Not where the whole name is unknown: it may be an ARN or a URL of elsewhere.
        """
        resource = self.text(requirement.resource)
        pieces = resource.split(":", 5)
        if pieces[0] != "arn" or len(pieces) < 6:
            return resource
        if pieces[1] == _DEFAULT_PARTITION:
            pieces[1] = self.values["AWS::Partition"]
        own = all(isinstance(one, ApiCall) and one.region is None for one in requirement.evidence)
        if own and not (requirement.wildcard is Wildcard.OPEN and _NAMELESS.search(pieces[5])):
            for place, name in ((3, "AWS::Region"), (4, "AWS::AccountId")):
                if pieces[place] == "*":
                    pieces[place] = self.values.get(name, "*")
        return ":".join(pieces)


def _resources(grants: RoleGrants) -> Iterator[str]:
    for granted in grants.policies:
        for statement in granted.policy.statements:
            yield from _both(statement.resources, statement.not_resources)


def _both(left: Iterable[str], right: Iterable[str]) -> Iterator[str]:
    yield from left
    yield from right
