"""Tables of AWS's own SAM translator: policy templates, managed policies by name, connector profiles.

They are data files inside `aws-sam-translator`; its code is not run, which keeps start-up short.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from iamgen.project.templates.nodes import mapping


@cache
def policy_templates() -> Mapping[str, Any]:
    """Template name -> its `Parameters` and `Definition`."""
    return mapping(_data("policy_templates_data/policy_templates.json").get("Templates"))


@cache
def connector_profiles() -> Mapping[str, Any]:
    """Source type -> destination type -> what a connector between them makes."""
    return mapping(_data("model/connector_profiles/profiles.json").get("Permissions"))


@cache
def managed_policies() -> Mapping[str, str]:
    """Name of an AWS managed policy -> its path below `policy/`, e.g. `service-role/AWSLambdaRole`."""
    found = mapping(_data("internal/data/aws_managed_policies.json").get("aws"))
    return {name: str(arn).partition(":policy/")[2] for name, arn in found.items()}


def expand_policy_template(name: str, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The policy document of a template with its parameters put in, None for a name that is none."""
    found = policy_templates().get(name)
    if not isinstance(found, Mapping):
        return None
    known = {key: values[key] for key in mapping(found.get("Parameters")) if key in values}
    document = _filled(found.get("Definition"), known)
    return mapping(document)


def _filled(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, Mapping):
        if len(node) == 1 and isinstance(name := node.get("Ref"), str) and name in values:
            return values[name]
        return {key: _filled(inner, values) for key, inner in node.items()}
    if isinstance(node, list):
        return [_filled(inner, values) for inner in node]
    return node


def _data(file: str) -> Mapping[str, Any]:
    spec = find_spec("samtranslator")
    if spec is None or spec.origin is None:
        return {}
    return mapping(json.loads((Path(spec.origin).parent / file).read_text("utf-8")))
