"""A CloudFormation fragment: one inline policy for each function's role."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from iamgen.render.model import UnitReport
from iamgen.render.policies.statements import template_document
from iamgen.render.policies.yaml_text import Name, Sub, substituted, to_yaml

SUFFIX: Final = ".cloudformation.yaml"


def render(units: Sequence[UnitReport]) -> str:
    """The fragment as YAML; a function without a role in the template gets one."""
    resources: dict[str, Any] = {}
    for unit in units:
        resources.update(role_policy(unit))
    return to_yaml({"Resources": resources})


def declared_role(unit: UnitReport) -> str | Sub | None:
    """How the template writes the name of the function's role, None when it does not declare the role."""
    role = unit.unit.role
    if role is None or role.external or not re.fullmatch(r"[A-Za-z0-9-]+", role.name):
        return None
    written = substituted("${" + role.name + "}", unit.unit.references)
    return written if isinstance(written, Sub) else None


def role_policy(unit: UnitReport) -> dict[str, Any]:
    """The resources that give a function's role its policy."""
    name = re.sub(r"[^A-Za-z0-9]", "", unit.unit.name)
    declared = declared_role(unit)
    properties: dict[str, Any] = {
        "PolicyName": f"{name}LeastPrivilege",
        "RoleName": declared.data if isinstance(declared, Sub) else Sub((Name(f"{name}Role"),)),
        "PolicyDocument": template_document(unit.policy, unit.unit.references),
    }
    resources: dict[str, Any] = {}
    if declared is None:
        resources[f"{name}Role"] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": _TRUST}}
    resources[f"{name}Policy"] = {"Type": "AWS::IAM::RolePolicy", "Properties": properties}
    return resources


_TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
