"""A SAM template's fragment: the `Policies` of each function, to be merged over what it has.

SAM makes a role of them for a function that names none; to a role that the template declares, the
policy is attached, since SAM takes no notice of `Policies` beside `Role`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from iamgen.policy.model import Policy
from iamgen.render.model import UnitReport
from iamgen.render.policies.cloudformation import declared_role, role_policy
from iamgen.render.policies.sam_templates import sam_policies
from iamgen.render.policies.yaml_text import to_yaml

SUFFIX: Final = ".sam.yaml"

# By AWSLambdaBasicExecutionRole, which the transform attaches to every role that it makes.
_ATTACHED: Final = frozenset({"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"})
_FUNCTIONS: Final = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:*"


def render(units: Sequence[UnitReport]) -> str:
    """The fragment as YAML."""
    resources: dict[str, Any] = {}
    for unit in units:
        if _has_a_role_of_its_own(unit):
            resources.update(role_policy(unit))
            continue
        policies = sam_policies(_within_the_role(unit.policy, unit.unit.name), unit.unit.references)
        resources[unit.unit.name] = {"Type": "AWS::Serverless::Function", "Properties": {"Policies": policies}}
    return to_yaml({"Resources": resources})


def _within_the_role(policy: Policy, function: str) -> Policy:
    """The policy without what SAM attaches to a role that it makes, and without the function's own name.

    The function is made after its role: a policy of the role that names it would be a circular dependency.
    """
    itself = re.compile(r"\$\{" + re.escape(function) + r"(?:\.[^}]*)?\}")
    kept = []
    for statement in policy.statements:
        actions = tuple(action for action in statement.actions if action not in _ATTACHED)
        if actions:
            resources = tuple(
                _FUNCTIONS if itself.fullmatch(text) else itself.sub("*", text) for text in statement.resources
            )
            kept.append(replace(statement, actions=actions, resources=tuple(dict.fromkeys(resources))))
    return replace(policy, statements=tuple(kept))


def _has_a_role_of_its_own(unit: UnitReport) -> bool:
    """Whether the template declares the function's role; one that SAM makes stands where the function does."""
    role, configuration = unit.unit.role, unit.unit.configuration
    generated = role is not None and configuration is not None and role.location == configuration.location
    return role is not None and role.location is not None and not generated and declared_role(unit) is not None
