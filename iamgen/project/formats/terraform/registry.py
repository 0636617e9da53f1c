"""Modules of the registry that are known by what they make: those of terraform-aws-modules.

Source: https://registry.terraform.io/modules/terraform-aws-modules/lambda/aws
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol, Self

from iamgen.core.text import Text, symbol
from iamgen.project.formats.terraform.modules import Module
from iamgen.project.formats.terraform.registry_resources import output_of, resource_of
from iamgen.project.formats.terraform.syntax import Template
from iamgen.project.templates import attributes
from iamgen.project.templates.values import ABSENT, Value, texts

LAMBDA: Final = "terraform-aws-modules/lambda/aws"
_SOURCES: Final = (LAMBDA, "github.com/terraform-aws-modules/terraform-aws-lambda",
                   "git::https://github.com/terraform-aws-modules/terraform-aws-lambda")  # fmt: skip


class Evaluator(Protocol):
    """What is needed of the evaluator of a called module."""

    module: Module

    def of(self, module: Module) -> Self: ...

    def value(self, node: Any, env: Mapping[str, Any]) -> Value: ...


def is_lambda(source: str) -> bool:
    """Whether a module's source is the function module."""
    plain = source.removeprefix("registry.terraform.io/").removeprefix("registry.opentofu.org/")
    return plain.split("?")[0].removesuffix(".git").rstrip("/") in _SOURCES


def is_docker_build(source: str) -> bool:
    """Whether a module's source is the part of the function module that builds an image."""
    module, _, part = source.split("?", maxsplit=1)[0].rpartition("//")
    return part.rstrip("/") == "modules/docker-build" and is_lambda(module)


def is_known(source: str) -> bool:
    """Whether a module of the registry is known, so that its files are not needed."""
    return is_lambda(source) or is_docker_build(source) or resource_of(source) is not None


def argument(evaluator: Evaluator, name: str) -> Value:
    """An argument of the call."""
    module: Module = evaluator.module
    if module.parent is None or module.call is None or name not in module.call.body.attributes:
        return ABSENT
    found = evaluator.of(module.parent).value(module.call.body.attributes[name], module.env)
    return ABSENT if found is None else found


def function_name(evaluator: Evaluator) -> Text:
    """The function's physical name."""
    found = texts(argument(evaluator, "function_name"))
    return found[0] if found else symbol(f"{evaluator.module.address}lambda_function_name")


def output(evaluator: Evaluator, name: str) -> Value | None:
    """An output of the function module, None for one that it has not, or for another module."""
    module: Any = evaluator.module
    source = source_of(module)
    if source is not None and (row := resource_of(source)) is not None:
        return output_of(row, module.address, name, lambda one: argument(evaluator, one))
    if source is not None and is_docker_build(source):
        return symbol(f"{module.address}{name}")
    if source is None or not is_lambda(source):
        return None
    known = function_name(evaluator)
    match name:
        case "lambda_function_name":
            return known
        case "lambda_function_arn" | "lambda_function_arn_static":
            return attributes.attribute("", "AWS::Lambda::Function", known, "Arn")
        case "lambda_role_name":
            return role_name(evaluator)
        case "lambda_role_arn":
            return attributes.attribute("", "AWS::IAM::Role", role_name(evaluator), "Arn")
        case _:
            return symbol(f"{module.address}{name}")


def role_name(evaluator: Evaluator) -> Text:
    """The name of the role that the module makes: the function's, unless it is given one."""
    found = texts(argument(evaluator, "role_name"))
    return found[0] if found else function_name(evaluator)


def source_of(module: Module) -> str | None:
    """A called module's source as it is written; Terraform allows no expression there."""
    if module.call is None:
        return None
    written = module.call.body.attributes.get("source")
    match written:
        case Template((str() as source,)):
            return source
        case _:
            return None
