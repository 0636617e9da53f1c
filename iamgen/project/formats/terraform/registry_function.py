"""The function and the role that terraform-aws-modules/lambda makes of its arguments.

Source: https://github.com/terraform-aws-modules/terraform-aws-lambda, `main.tf` and `iam.tf`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from iamgen.core.text import Text, symbol
from iamgen.project.formats.terraform import registry
from iamgen.project.formats.terraform.calls import json_value
from iamgen.project.formats.terraform.evaluate import Evaluator
from iamgen.project.formats.terraform.modules import Module
from iamgen.project.formats.terraform.syntax import Block
from iamgen.project.templates.values import ABSENT, Value, field, given, items, may_be_true, options, texts

_Get = Callable[[str], Value]
_On = Callable[[str, bool], bool]


class Compiler(Protocol):
    """What resources are added to."""

    def add(self, address: str, kind: str, properties: Mapping[str, Value], block: Block) -> None: ...

    def built_from(self, address: str, uri: Value) -> None: ...

    def name_unit(self, address: str, label: str, env: Mapping[str, Value], module: Module) -> None: ...


def registry_function(compiler: Compiler, evaluator: Evaluator) -> None:
    """A function of terraform-aws-modules/lambda with the role that the module makes."""
    module = evaluator.module
    block = module.call
    assert block is not None

    def get(name: str) -> Value:
        return registry.argument(evaluator, name)

    def on(name: str, default: bool) -> bool:
        return default if get(name) is ABSENT else may_be_true(get(name))

    if not on("create", True) or not on("create_function", True):
        return
    concrete = evaluator.concrete
    address = module.address.removesuffix(".")
    if on("create_layer", False):
        compiler.add(f"{address}.lambda_layer_arn", "AWS::Lambda::LayerVersion", {"Content": _code(concrete)}, block)
        return
    role: Value = get("lambda_role")
    if not given(role) or on("create_role", True):
        role = symbol(f"{address}.lambda_role_arn")
        name = registry.role_name(evaluator)
        compiler.add(f"{address}.role", "AWS::IAM::Role", {
            "RoleName": name, "Path": get("role_path"), "PermissionsBoundary": get("role_permissions_boundary"),
            "Policies": tuple(_policies(get, on, registry.function_name(evaluator))),
            "ManagedPolicyArns": tuple(_managed(get, on)),
        }, block)  # fmt: skip
        role = Text.of("arn:", symbol("AWS::Partition"), ":iam::", symbol("AWS::AccountId"), ":role/", name)
    subnets = get("vpc_subnet_ids")
    image = any(text.literal == "Image" for text in texts(registry.argument(concrete, "package_type")))
    command = get("image_config_command")
    file_system, group = get("file_system_arn"), get("logging_log_group")
    compiler.add(address, "AWS::Lambda::Function", {
        "FunctionName": registry.function_name(evaluator),
        "Handler": registry.argument(concrete, "handler"), "Runtime": registry.argument(concrete, "runtime"),
        "Code": {"ImageUri": get("image_uri")} if image else _code(concrete),
        "PackageType": Text.of("Image") if image else ABSENT,
        "ImageConfig": {"Command": command} if image and given(command) else ABSENT,
        "Role": role, "Layers": get("layers"),
        "Environment": {"Variables": get("environment_variables")},
        "VpcConfig": {"SubnetIds": subnets} if given(subnets) else ABSENT,
        "TracingConfig": {"Mode": get("tracing_mode")}, "KmsKeyArn": get("kms_key_arn"),
        "DeadLetterConfig": {"TargetArn": get("dead_letter_target_arn")},
        "FileSystemConfigs": ({"Arn": file_system},) if given(file_system) else ABSENT,
        "LoggingConfig": {"LogGroup": group} if given(group) else ABSENT,
    }, block)  # fmt: skip
    destinations = {
        event: {"Destination": get(name)}
        for name, event in (("destination_on_success", "OnSuccess"), ("destination_on_failure", "OnFailure"))
        if given(get(name))
    }
    if destinations and on("create_async_event_config", False):
        compiler.add(f"{address}.event_invoke_config", "AWS::Lambda::EventInvokeConfig", {
            "FunctionName": registry.function_name(evaluator), "DestinationConfig": destinations,
        }, block)  # fmt: skip
    if image:
        compiler.built_from(address, get("image_uri"))
    compiler.name_unit(address, block.labels[0], module.env, module)
    for key, source_mapping in _entries(get("event_source_mapping")):
        compiler.add(f"{address}.event_source_mapping.{key}", "AWS::Lambda::EventSourceMapping", {
            "FunctionName": registry.function_name(evaluator),
            "EventSourceArn": field(source_mapping, "event_source_arn"),
        }, block)  # fmt: skip


def _code(concrete: Evaluator) -> Value:
    """What the package is made of: the first of the paths, or a package that is there already."""
    for option in options(registry.argument(concrete, "source_path")):
        for one in option if isinstance(option, tuple) else (option,):
            found = field(one, "path") if isinstance(one, Mapping) else one
            if isinstance(found, Text):
                return found
    return registry.argument(concrete, "local_existing_package")


def _managed(get: _Get, on: _On) -> Iterator[Value]:
    if on("attach_policy", False):
        yield from items(get("policy"))
    if on("attach_policies", False):
        yield from _counted(get("policies"), get("number_of_policies"))
    start = Text.of("arn:", symbol("AWS::Partition"), ":iam::aws:policy/")
    if on("attach_network_policy", False):
        yield start + "service-role/AWSLambdaENIManagementAccess"
    if on("attach_tracing_policy", False):
        yield start + "AWSXRayDaemonWriteAccess"


def _counted(several: Value, number: Value) -> tuple[Value, ...]:
    """As many of a list as the module is told to take, none by default; all where the number is not known."""
    count = 0 if number is ABSENT else number
    written = next((text.literal for text in texts(count)), None)
    return items(several)[: int(written)] if written is not None and written.isdigit() else items(several)


def _policies(get: _Get, on: _On, name: Text) -> Iterator[Mapping[str, Value]]:
    if on("attach_cloudwatch_logs_policy", True):
        named = next(iter(texts(get("logging_log_group"))), Text.of("/aws/lambda/", name))
        group = Text.of("arn:", symbol("AWS::Partition"), ":logs:", symbol("AWS::Region"), ":",
                        symbol("AWS::AccountId"), ":log-group:", named, ":*")  # fmt: skip
        existing = on("use_existing_cloudwatch_log_group", False)
        allowed = (*(() if existing else ("CreateLogGroup",)), "CreateLogStream", "PutLogEvents")
        actions = tuple(Text.of(f"logs:{one}") for one in allowed)
        yield _policy("logs", ({"Effect": Text.of("Allow"), "Action": actions, "Resource": (group, group + ":*")},))
    if on("attach_async_event_policy", False):
        targets = (*items(get("destination_on_failure")), *items(get("destination_on_success")))
        actions = tuple(
            Text.of(one) for one in ("sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction")
        )
        yield _policy("async", ({"Effect": Text.of("Allow"), "Action": actions, "Resource": targets},))
    if on("attach_policy_json", False):
        yield {"PolicyName": Text.of("inline"), "PolicyDocument": json_value(get("policy_json"))}
    if on("attach_policy_jsons", False):
        for index, one in enumerate(_counted(get("policy_jsons"), get("number_of_policy_jsons"))):
            yield {"PolicyName": Text.of(f"inline{index}"), "PolicyDocument": json_value(one)}
    if on("attach_policy_statements", False):
        yield _policy("statements", tuple(_registry_statement(one) for _, one in _entries(get("policy_statements"))))
    if on("attach_dead_letter_policy", False):
        targets = get("dead_letter_target_arn")
        actions = (Text.of("sns:Publish"), Text.of("sqs:SendMessage"))
        yield _policy("dead-letter", ({"Effect": Text.of("Allow"), "Action": actions, "Resource": targets},))


def _policy(name: str, statements: tuple[Value, ...]) -> Mapping[str, Value]:
    return {"PolicyName": Text.of(name), "PolicyDocument": {"Version": Text.of("2012-10-17"), "Statement": statements}}


def _registry_statement(value: Value) -> Value:
    made = {"Effect": field(value, "effect") if field(value, "effect") is not ABSENT else Text.of("Allow")}
    for name, key in (("actions", "Action"), ("not_actions", "NotAction"), ("resources", "Resource"),
                      ("not_resources", "NotResource"), ("sid", "Sid")):  # fmt: skip
        if field(value, name) is not ABSENT:
            made[key] = field(value, name)
    conditions: dict[str, dict[str, Value]] = {}
    for _, one in _entries(field(value, "condition")):
        test, variable = (next((text.literal for text in texts(field(one, key))), None) for key in ("test", "variable"))
        conditions.setdefault(test or "?", {})[variable or "?"] = field(one, "values")
    if conditions:
        made["Condition"] = conditions
    return made


def _entries(value: Value) -> Iterator[tuple[str, Value]]:
    for option in options(value):
        if isinstance(option, Mapping):
            yield from option.items()
        elif isinstance(option, tuple):
            yield from ((str(index), one) for index, one in enumerate(option))
