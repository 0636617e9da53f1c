"""A CloudFormation fragment: one inline policy for each function's role."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from iamgen.render.model import UnitReport
from iamgen.render.policies.statements import template_document
from iamgen.render.policies.yaml_text import Sub, to_yaml

SUFFIX: Final = ".cloudformation.yaml"


def render(units: Sequence[UnitReport]) -> str:
    """The fragment as YAML; a function without a role in the template gets one."""
    resources: dict[str, Any] = {}
    for unit in units:
        name = re.sub(r"[^A-Za-z0-9]", "", unit.unit.name)
        role = unit.unit.role
        declared = role is not None and not role.external and re.fullmatch(r"[A-Za-z0-9]+", role.name)
        properties: dict[str, Any] = {
            "PolicyName": f"{name}LeastPrivilege",
            "RoleName": Sub("${" + (role.name if role is not None and declared else f"{name}Role") + "}"),
            "PolicyDocument": template_document(unit.policy),
        }
        if not declared:
            resources[f"{name}Role"] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": _TRUST}}
        resources[f"{name}Policy"] = {"Type": "AWS::IAM::RolePolicy", "Properties": properties}
    return to_yaml({"Resources": resources})


_TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
