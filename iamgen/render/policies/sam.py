"""A SAM template's fragment: the `Policies` of each function, to be merged over what it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from iamgen.render.model import UnitReport
from iamgen.render.policies.statements import template_document
from iamgen.render.policies.yaml_text import to_yaml

SUFFIX: Final = ".sam.yaml"


def render(units: Sequence[UnitReport]) -> str:
    """The fragment as YAML."""
    functions = {
        unit.unit.name: {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Policies": [template_document(unit.policy)]},
        }
        for unit in units
    }
    return to_yaml({"Resources": functions})
