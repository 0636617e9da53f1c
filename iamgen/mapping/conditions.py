"""Conditions that never refuse a legitimate call, each with the reason why it is safe.

`iam:PassedToService`: a role is passed to the one service that the operation hands it to.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

from dataclasses import replace

from iamgen.catalog.model import Permission
from iamgen.mapping.patterns import Pattern
from iamgen.mapping.request import Request
from iamgen.policy.model import Condition

PASS_ROLE = "iam:PassRole"  # noqa: S105 - an action


def with_conditions(request: Request, permission: Permission, patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """The patterns with the conditions that the permission is proven to meet."""
    del request
    services = permission.passed_to_service
    if permission.action != PASS_ROLE or not services:
        return patterns
    condition = Condition("StringEquals", "iam:PassedToService", tuple(sorted(services)))
    return tuple(replace(one, conditions=tuple(sorted((*one.conditions, condition)))) for one in patterns)
