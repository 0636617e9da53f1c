"""A configuration as the template that the rest of iamgen reads: functions, roles and what they use."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.core.text import Text
from iamgen.project.code.roots import OUTSIDE, OUTSIDE_PROJECT, inside
from iamgen.project.formats.terraform import registry
from iamgen.project.formats.terraform.calls import json_value, literal, written
from iamgen.project.formats.terraform.documents import blocks_of, known_blocks
from iamgen.project.formats.terraform.evaluate import Evaluator
from iamgen.project.formats.terraform.images import Images
from iamgen.project.formats.terraform.modules import Module, instance_name
from iamgen.project.formats.terraform.registry_function import registry_function
from iamgen.project.formats.terraform.syntax import Attribute, Block, Index, Name, Template
from iamgen.project.formats.terraform.tasks import add_service, add_task
from iamgen.project.formats.terraform.types import KINDS, attribute
from iamgen.project.limits import NESTED_STACKS
from iamgen.project.model import Problem
from iamgen.project.templates.attributes import name_property
from iamgen.project.templates.nodes import Node
from iamgen.project.templates.values import ABSENT, Value, given, items, texts, unknown

_MODULES: Final = 500  # modules of one configuration


class Compiler:
    """Makes one template of a root module and its local modules."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.resources = Node()
        self.images = Images((), {})
        self.units: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._attached: list[tuple[Value, Value]] = []  # role, policy ARN
        self._modules = 0

    def compile(self) -> Node:
        """The template."""
        self.call_modules(self.module, 1)
        self.images = Images.of(self._every(self.module))
        for module in self._every(self.module):
            self.problems.extend(module.problems)
            evaluator = Evaluator(module)
            if module.call is not None and registry.is_lambda(registry.source_of(module) or ""):
                registry_function(self, evaluator)
            for key, block in module.resources.items():
                if block.kind == "resource":
                    for name, env in evaluator.instances(block.body):
                        count = evaluator.concrete.attribute(block.body, "count", {})
                        if count != 0 or isinstance(count, bool):
                            suffix = f'["{name}"]' if "for_each" in block.body.attributes and name else ""
                            self._resource(evaluator, f"{module.address}{key}{suffix}", block, env)
        self._attach()
        self.problems.extend(problem for module in self.module.every() for problem in module.circles())
        return Node({"Resources": self.resources})

    def _every(self, module: Module) -> Iterator[Module]:
        yield module
        for child in module.children.values():
            yield from self._every(child)

    def call_modules(self, module: Module, depth: int) -> None:
        """Read the local modules that a module calls."""
        for name, block in module.calls.items():
            instances = Evaluator(module).instances(block.body) or [("", {})]
            for key, env in instances:
                made = instance_name(name, block, key, several=len(instances) > 1)
                child = Module(module.folder, module.root, f"{module.address}module.{made}.", module, block, env)
                if not self._call_module(module, child, depth):
                    break
                module.children[made] = child
                if not registry.is_known(registry.source_of(child) or ""):
                    self.call_modules(child, depth + 1)

    def _call_module(self, module: Module, child: Module, depth: int) -> bool:
        """Read one called module; False when it is not read."""
        self._modules += 1
        assert child.call is not None
        place = Location(child.call.file, child.call.line)
        source = registry.source_of(child) or ""
        if registry.is_known(source):
            return True
        if not source.startswith((".", "/")):
            return False
        path, why = inside(module.folder / source, module.root)
        if path is None or not path.is_dir():
            kind = OUTSIDE_PROJECT if why == OUTSIDE else "template"
            self.problems.append(Problem(kind, f"the module `{source}` {why or 'is no folder'}", place))
            return False
        if depth > NESTED_STACKS or self._modules > _MODULES:
            self.problems.append(Problem("template", f"the module `{source}` is nested too deeply", place))
            return False
        child.folder = path
        try:
            child.read()
        except (InputError, OSError) as error:
            message = error.message if isinstance(error, InputError) else str(error)
            self.problems.append(Problem("template", message, place))
            return False
        return True

    def add(self, address: str, kind: str, properties: Mapping[str, Value], block: Block) -> None:
        """Add a resource; properties that are not set are left out."""
        kept = {key: written(value) for key, value in properties.items() if value is not ABSENT and value is not None}
        node = Node({"Type": kind, "Properties": kept}, block.line)
        self.resources[address] = node
        self.resources.lines[address] = block.line
        self.files[address] = block.file

    def _resource(self, evaluator: Evaluator, address: str, block: Block, env: Mapping[str, Any]) -> None:
        kind = block.labels[0]
        get = _reader(evaluator, block, env)
        match kind:
            case "aws_lambda_function":
                self._function(evaluator, address, block, env)
            case "aws_iam_role":
                self._role(evaluator, address, block, env)
            case "aws_iam_role_policy":
                name = evaluator.physical_name(block, address, env) or Text.of(block.labels[1])
                self.add(address, "AWS::IAM::Policy", {
                    "PolicyName": name, "Roles": (get("role"),), "PolicyDocument": json_value(get("policy")),
                }, block)  # fmt: skip
            case "aws_iam_policy":
                self.add(
                    f"{address}.arn", "AWS::IAM::ManagedPolicy", {"PolicyDocument": json_value(get("policy"))}, block
                )
            case "aws_iam_role_policy_attachment":
                self._attached.append((get("role"), get("policy_arn")))
            case "aws_iam_policy_attachment":
                self._attached.extend((role, get("policy_arn")) for role in items(get("roles")))
            case "aws_lambda_event_source_mapping":
                access = [
                    {"Type": evaluator.attribute(inner, "type", bound), "URI": evaluator.attribute(inner, "uri", bound)}
                    for inner, bound in blocks_of(evaluator, block.body, "source_access_configuration", env)
                ]
                self.add(address, "AWS::Lambda::EventSourceMapping", {
                    "FunctionName": get("function_name"), "EventSourceArn": get("event_source_arn"),
                    "SelfManagedEventSource": {} if block.body.of("self_managed_event_source") else ABSENT,
                    "SourceAccessConfigurations": tuple(access), "Topics": get("topics"), "Queues": get("queues"),
                    "DestinationConfig": self._destinations(evaluator, block, env, "destination_arn"),
                }, block)  # fmt: skip
            case "aws_lambda_function_event_invoke_config":
                self.add(address, "AWS::Lambda::EventInvokeConfig", {
                    "FunctionName": get("function_name"),
                    "DestinationConfig": self._destinations(evaluator, block, env, "destination"),
                }, block)  # fmt: skip
            case "aws_ecs_task_definition":
                add_task(self, evaluator, address, block, env)
            case "aws_ecs_service":
                add_service(self, evaluator, address, block, env)
            case "aws_lambda_layer_version":
                content = self._archive(evaluator, block, env)
                self.add(f"{address}.arn", "AWS::Lambda::LayerVersion", {"Content": content}, block)
            case _:
                self._other(evaluator, address, block, env)

    def _other(self, evaluator: Evaluator, address: str, block: Block, env: Mapping[str, Any]) -> None:
        kind = KINDS.get(block.labels[0])
        if kind is None:
            return
        properties: dict[str, Value] = {}
        wanted = name_property(kind.cloudformation)
        if wanted is not None:
            properties[wanted] = attribute(address, kind, evaluator.physical_name(block, address, env), kind.symbol)
        for argument, name in (("kms_master_key_id", "KmsMasterKeyId"), ("kms_key_id", "KmsKeyId"),
                               ("file_system_id", "FileSystemId")):  # fmt: skip
            properties[name] = evaluator.attribute(block.body, argument, env)
        self.add(address, kind.cloudformation, properties, block)

    def _destinations(self, evaluator: Evaluator, block: Block, env: Mapping[str, Any], name: str) -> Value:
        found: dict[str, Value] = {}
        for inner, bound in blocks_of(evaluator, block.body, "destination_config", env):
            for kind, event in (("on_success", "OnSuccess"), ("on_failure", "OnFailure")):
                for target, within in blocks_of(evaluator, inner, kind, bound):
                    found[event] = {"Destination": evaluator.attribute(target, name, within)}
        return found or ABSENT

    # Functions

    def _block(self, evaluator: Evaluator, block: Block, kind: str, name: str, env: Mapping[str, Any]) -> Value:
        for inner, bound in blocks_of(evaluator, block.body, kind, env):
            return evaluator.attribute(inner, name, bound)
        return ABSENT

    def _function(self, evaluator: Evaluator, address: str, block: Block, env: Mapping[str, Any]) -> None:
        get = _reader(evaluator, block, env)
        kind = KINDS["aws_lambda_function"]
        code = self._archive(evaluator, block, env)
        file_system = self._block(evaluator, block, "file_system_config", "arn", env)
        image = literal(evaluator.concrete.attribute(block.body, "package_type", env)) == "Image"
        subnets = self._block(evaluator, block, "vpc_config", "subnet_ids", env)
        dead_letter = self._block(evaluator, block, "dead_letter_config", "target_arn", env)
        group = self._block(evaluator, block, "logging_config", "log_group", env)
        command = self._block(evaluator, block, "image_config", "command", env)
        self.add(address, "AWS::Lambda::Function", {
            "FunctionName": attribute(address, kind, evaluator.physical_name(block, address, env), "function_name"),
            "Handler": evaluator.concrete.attribute(block.body, "handler", env),
            "Runtime": evaluator.concrete.attribute(block.body, "runtime", env),
            "Code": {"ImageUri": get("image_uri")} if image else code,
            "PackageType": Text.of("Image") if image else ABSENT,
            "ImageConfig": {"Command": command} if given(command) else ABSENT,
            "Role": get("role"),
            "Environment": {"Variables": self._block(evaluator, block, "environment", "variables", env)},
            "VpcConfig": {"SubnetIds": subnets} if given(subnets) else ABSENT,
            "TracingConfig": {"Mode": self._block(evaluator, block, "tracing_config", "mode", env)},
            "DeadLetterConfig": {"TargetArn": dead_letter} if given(dead_letter) else ABSENT,
            "FileSystemConfigs": ({"Arn": file_system},) if given(file_system) else ABSENT,
            "LoggingConfig": {"LogGroup": group} if given(group) else ABSENT,
            "KmsKeyArn": get("kms_key_arn"),
            "Layers": get("layers"),
            "MemorySize": get("memory_size"),
        }, block)  # fmt: skip
        if image:
            self.built_from(address, get("image_uri"))
        self.name_unit(address, block.labels[1], env, evaluator.module)

    def built_from(self, address: str, uri: Value) -> None:
        """Tell what the image of a function is built from, where the configuration builds it."""
        if (build := self.images.find(uri)) is not None:
            self.resources[address]["Metadata"] = Node(build.metadata)

    def name_unit(self, address: str, label: str, env: Mapping[str, Any], module: Module) -> None:
        """A function's own label, with the keys of its instance, when no other has it, else its address."""
        keys = [key for one in (module.env, env) if (key := _each(one)) is not None]
        name = "-".join([label, *dict.fromkeys(keys)])
        if name in self.units.values():
            name = address.replace("module.", "").replace("aws_lambda_function.", "").replace(".", "-")
        self.units[address] = name

    def _archive(self, evaluator: Evaluator, block: Block, env: Mapping[str, Any]) -> Value:
        """Where the code of an archive lies: what an `archive_file` packs, or a file of the project."""
        if "s3_bucket" in block.body.attributes:
            return {"S3Bucket": evaluator.attribute(block.body, "s3_bucket", env)}
        node = block.body.attributes.get("filename")
        if node is None:
            return ABSENT
        packed = _packing(evaluator, node, env)
        if packed is not None:
            return packed
        value = evaluator.concrete.value(node, env)
        written = literal(value)
        if written is not None:
            # The same path as an archive's output, written out.
            for module in self._every(self.module):
                inner = Evaluator(module)
                for key, other in module.resources.items():
                    if key.split(".")[-2] != "archive_file":
                        continue
                    made = literal(inner.concrete.attribute(other.body, "output_path", {}))
                    if made is not None and posixpath.normpath(made) == posixpath.normpath(written):
                        return _packed(inner, other, {})
        return value

    def _role(self, evaluator: Evaluator, address: str, block: Block, env: Mapping[str, Any]) -> None:
        get = _reader(evaluator, block, env)
        inline: list[Value] = []
        for found in known_blocks(evaluator, block.body, "inline_policy", env):
            if isinstance(found, Text):
                inline.append(found)
                continue
            document = json_value(evaluator.attribute(found[0], "policy", found[1]))
            inline.append({"PolicyName": evaluator.attribute(found[0], "name", found[1]), "PolicyDocument": document})
        name = attribute(address, KINDS["aws_iam_role"], evaluator.physical_name(block, address, env), "name")
        self.add(address, "AWS::IAM::Role", {
            "RoleName": name, "Path": get("path"), "Policies": tuple(inline),
            "ManagedPolicyArns": items(get("managed_policy_arns")),
            "PermissionsBoundary": get("permissions_boundary"),
            "AssumeRolePolicyDocument": json_value(get("assume_role_policy")),
        }, block)  # fmt: skip

    def _attach(self) -> None:
        """Put attached managed policies into their roles."""
        for role, policy in self._attached:
            for text in texts(role):
                for resource in self.resources.values():
                    properties = resource["Properties"]
                    if resource["Type"] == "AWS::IAM::Role" and properties.get("RoleName") == text:
                        properties["ManagedPolicyArns"] = (*properties.get("ManagedPolicyArns", ()), *texts(policy))


def _reader(evaluator: Evaluator, block: Block, env: Mapping[str, Any]) -> Callable[[str], Value]:
    """Reads a block's attributes by name."""

    def get(name: str) -> Value:
        return evaluator.attribute(block.body, name, env)

    return get


def _packing(evaluator: Evaluator, node: Any, env: Mapping[str, Any]) -> Value | None:
    """What is packed by the archive whose output an expression refers to; None when it refers to none."""
    if isinstance(node, Template) and len(node.parts) == 1:
        node = node.parts[0]
    if not isinstance(node, Attribute) or node.name != "output_path":
        return None
    node = node.value
    instance = node.key if isinstance(node, Index) else None
    node = node.value if isinstance(node, Index) else node
    names: list[str] = []
    while isinstance(node, Attribute):
        names.insert(0, node.name)
        node = node.value
    if not isinstance(node, Name):
        return None
    block = evaluator.module.resources.get(".".join([node.name, *names]))
    if block is None or block.labels[0] != "archive_file":
        return None
    bound: Mapping[str, Any] = env
    if instance is not None:
        key = literal(evaluator.value(instance, env))
        bound = next((one for name, one in evaluator.instances(block.body) if name == key), env)
    return _packed(evaluator, block, bound)


def _packed(evaluator: Evaluator, block: Block, env: Mapping[str, Any]) -> Value:
    """The folder that an `archive_file` packs; sources in the block are inline code."""
    concrete = evaluator.concrete
    folder = concrete.attribute(block.body, "source_dir", env)
    if folder is not ABSENT:
        return folder
    file = literal(concrete.attribute(block.body, "source_file", env))
    if file is not None:
        return Text.of(posixpath.dirname(file) or ".")
    files: dict[str, Value] = {}
    sources = [(block.body, env, ("source_content", "source_content_filename"))]
    sources += [(one, bound, ("content", "filename")) for one, bound in blocks_of(evaluator, block.body, "source", env)]
    for body, bound, (content, filename) in sources:
        name = literal(concrete.attribute(body, filename, bound))
        # What a template's variables come to is the deployment's, like its environment.
        text = next(iter(texts(evaluator.attribute(body, content, bound))), None)
        if name is not None and text is not None and name.endswith(".py"):
            files[posixpath.normpath(name)] = text
    return {"Files": files} if files else unknown("what the archive packs")


def _each(env: Mapping[str, Any]) -> str | None:
    """The key of an instance of `for_each`."""
    each = env.get("each")
    key = each.get("key") if isinstance(each, Mapping) else None
    return key.literal or None if isinstance(key, Text) else None
