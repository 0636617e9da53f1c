"""`aws_ecs_task_definition` and `aws_ecs_service` as CloudFormation's types: the containers are JSON in a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from iamgen.core.location import Location
from iamgen.core.text import Text
from iamgen.project.formats.terraform.calls import json_value
from iamgen.project.formats.terraform.documents import blocks_of
from iamgen.project.formats.terraform.evaluate import Evaluator
from iamgen.project.formats.terraform.modules import Module
from iamgen.project.formats.terraform.syntax import Block
from iamgen.project.model import Problem
from iamgen.project.templates.values import ABSENT, Value, given, items

_PROGRAM: Final = ("Command", "EntryPoint")
_LISTS: Final = ("Environment", "EnvironmentFiles", "Secrets")


class Compiler(Protocol):
    """What these resources need of the compiler that reads them."""

    problems: list[Problem]

    def add(self, address: str, kind: str, properties: Mapping[str, Value], block: Block) -> None: ...

    def name_unit(self, address: str, label: str, env: Mapping[str, Any], module: Module) -> None: ...


def add_task(compiler: Compiler, evaluator: Evaluator, address: str, block: Block, env: Mapping[str, Any]) -> None:
    """A task definition with its containers in CloudFormation's words."""
    family = evaluator.attribute(block.body, "family", env)
    compiler.add(address, "AWS::ECS::TaskDefinition", {
        "Family": family,
        "TaskRoleArn": evaluator.attribute(block.body, "task_role_arn", env),
        "ExecutionRoleArn": evaluator.attribute(block.body, "execution_role_arn", env),
        "NetworkMode": evaluator.attribute(block.body, "network_mode", env),
        "ContainerDefinitions": _containers(compiler, evaluator, block, env),
        "Volumes": tuple(_volumes(evaluator, block, env)),
    }, block)  # fmt: skip
    compiler.name_unit(address, block.labels[1], env, evaluator.module)


def add_service(compiler: Compiler, evaluator: Evaluator, address: str, block: Block, env: Mapping[str, Any]) -> None:
    """A service with what it runs."""
    compiler.add(address, "AWS::ECS::Service", {
        "TaskDefinition": evaluator.attribute(block.body, "task_definition", env),
        "EnableExecuteCommand": evaluator.attribute(block.body, "enable_execute_command", env),
    }, block)  # fmt: skip


def _containers(compiler: Compiler, evaluator: Evaluator, block: Block, env: Mapping[str, Any]) -> Value:
    written = json_value(evaluator.attribute(block.body, "container_definitions", env))
    own = [_container(one) for one in items(written) if isinstance(one, Mapping)]
    if not own:
        line = block.body.lines.get("container_definitions", block.line)
        message = f"the containers of `{block.labels[1]}` cannot be read: they are not known before a deployment"
        compiler.problems.append(Problem("template", message, Location(block.file, line)))
    # What runs is what the defaults make of it: a file must be found.
    settled = json_value(evaluator.concrete.attribute(block.body, "container_definitions", env))
    defaults = [_container(one) for one in items(settled) if isinstance(one, Mapping)]
    if len(defaults) == len(own):
        for one, default in zip(own, defaults, strict=True):
            one.update({key: default[key] for key in _PROGRAM if key in default})
    return tuple(own)


def _container(written: Mapping[str, Value]) -> dict[str, Value]:
    """One container; Terraform takes its keys in either case."""
    found = {key[:1].upper() + key[1:]: value for key, value in written.items()}
    for key in _LISTS:
        if given(found.get(key, ABSENT)):
            found[key] = tuple(_container(one) for one in items(found[key]) if isinstance(one, Mapping))
    if isinstance(logs := found.get("LogConfiguration"), Mapping):
        found["LogConfiguration"] = {key[:1].upper() + key[1:]: value for key, value in logs.items()}
    return found


def _volumes(evaluator: Evaluator, block: Block, env: Mapping[str, Any]) -> list[Value]:
    found: list[Value] = []
    for volume, outer in blocks_of(evaluator, block.body, "volume", env):
        for efs, inner in blocks_of(evaluator, volume, "efs_volume_configuration", outer):
            for access, bound in blocks_of(evaluator, efs, "authorization_config", inner):
                settings = {
                    "IAM": evaluator.attribute(access, "iam", bound),
                    "AccessPointId": evaluator.attribute(access, "access_point_id", bound),
                }
                kept = {key: value for key, value in settings.items() if value is not ABSENT}
                found.append({"Name": Text(), "EFSVolumeConfiguration": {"AuthorizationConfig": kept}})
    return found
