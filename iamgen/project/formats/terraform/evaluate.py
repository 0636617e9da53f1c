"""What a Terraform reference stands for: variables, locals, modules' outputs, attributes of resources.

Attributes of resources become canonical texts by `types`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from iamgen.core.text import HoleKind, Text, symbol
from iamgen.project.formats.terraform import registry
from iamgen.project.formats.terraform.calls import Json, text_of
from iamgen.project.formats.terraform.documents import policy_document
from iamgen.project.formats.terraform.expressions import Expressions
from iamgen.project.formats.terraform.modules import Module, State
from iamgen.project.formats.terraform.syntax import (
    Attribute,
    Block,
    Body,
    Index,
    Name,
)
from iamgen.project.formats.terraform.types import KINDS, attribute
from iamgen.project.limits import RESOLVE_DEPTH
from iamgen.project.templates.intrinsics import Reading
from iamgen.project.templates.values import ABSENT, Value, options, sub_form, texts, unknown

_INSTANCES: Final = 64  # instances of one resource that are told apart
_PSEUDO: Final = {
    "data.aws_region": {"name": "AWS::Region", "region": "AWS::Region", "id": "AWS::Region"},
    "data.aws_caller_identity": {"account_id": "AWS::AccountId", "id": "AWS::AccountId"},
    "data.aws_partition": {"partition": "AWS::Partition", "id": "AWS::Partition", "dns_suffix": "AWS::URLSuffix"},
}


class Evaluator(Expressions):
    """Evaluates one module's expressions; never raises for what a file says."""

    def reference(self, node: Any, env: Mapping[str, Any]) -> Value:
        steps: list[Any] = []
        while isinstance(node, Attribute | Index):
            steps.append(node)
            node = node.value
        steps.reverse()
        if not isinstance(node, Name):
            return self.walk(self.value(node, env), steps, env)
        if node.name in env:
            return self.walk(env[node.name], steps, env)
        names = [step.name for step in steps if isinstance(step, Attribute)]
        if not names:
            return Text.of(node.name) if not steps else unknown("a reference that is not understood")
        match node.name:
            case "var":
                return self.walk(self.variable(names[0]), steps[1:], env)
            case "local":
                return self.walk(self._local(names[0]), steps[1:], env)
            case "path":
                return Text.of(self._path(names[0]))
            case "each" | "count" | "self":
                return unknown(f"`{node.name}` of instances that only the deployment knows")
            case "terraform":
                return symbol(f"terraform.{names[0]}")
            case "module":
                return self._output(names, steps, env)
            case "data":
                return self._resource(f"data.{'.'.join(names[:2])}", steps[2:], env)
            case _:
                return self._resource(f"{node.name}.{names[0]}", steps[1:], env)

    def _enter(self, name: str) -> bool:
        key = f"{self.reading.value} {self.module.address}{name}"
        if key in self.busy.names or len(self.busy.names) >= RESOLVE_DEPTH:
            return False
        self.busy.names.append(key)
        return True

    def variable(self, name: str) -> Value:
        """A variable: what the call or the user gives, else a symbol; a collection's default tells its shape."""
        module = self.module
        if name in module.given:
            return Text.of(module.given[name])
        if not self._enter(f"var.{name}"):
            return symbol(f"{module.address}var.{name}")
        try:
            if module.parent is not None and module.call is not None:
                if name in module.call.body.attributes:
                    return self.of(module.parent).value(module.call.body.attributes[name], module.env)
            elif self.reading is not Reading.SYMBOLIC and name in module.assumed:
                return self.value(module.assumed[name], {})
            declared = module.variables.get(name)
            default = self.attribute(declared.body, "default", {}) if declared is not None else ABSENT
            # Nobody overrides a child's default but the call that was just read.
            settled = (
                self.reading is Reading.CONCRETE or module.parent is not None or isinstance(default, tuple | Mapping)
            )
            if default is not ABSENT and settled:
                if isinstance(default, tuple | Mapping) and name in module.assumed and module.parent is None:
                    return self.value(module.assumed[name], {})
                return default
            if name in module.assumed and module.parent is None:
                found = self.value(module.assumed[name], {})
                if isinstance(found, tuple | Mapping):
                    return found
        finally:
            self.busy.names.pop()
        return symbol("AWS::Region") if name in self._region_variables() else symbol(f"{module.address}var.{name}")

    def _region_variables(self) -> frozenset[str]:
        """The variables that the AWS provider takes its region from."""
        found: list[str] = []
        for block in self.module.blocks:
            if block.kind == "provider" and block.labels == ("aws",) and "alias" not in block.body.attributes:
                match block.body.attributes.get("region"):
                    case Attribute(Name("var"), name):
                        found.append(name)
                    case _:
                        pass
        return frozenset(found)

    def _local(self, name: str) -> Value:
        if name not in self.module.local_values:
            return symbol(f"{self.module.address}local.{name}")
        if not self._enter(f"local.{name}"):
            if len(self.busy.names) < RESOLVE_DEPTH:
                self.module.circular.add(name)
            return unknown(f"`local.{name}` refers to itself")
        try:
            return self.value(self.module.local_values[name], {})
        finally:
            self.busy.names.pop()

    def _path(self, name: str) -> str:
        root = self.module
        while root.parent is not None:
            root = root.parent
        if name != "module":
            return "."
        try:
            return self.module.folder.relative_to(root.folder).as_posix()
        except ValueError:
            above = 0
            base = root.folder
            while base != base.parent and base not in self.module.folder.parents:
                base, above = base.parent, above + 1
            return "/".join([*[".."] * above, *self.module.folder.relative_to(base).parts])

    def _output(self, names: list[str], steps: list[Any], env: Mapping[str, Any]) -> Value:
        if len(names) < 2:
            return unknown("a whole module")
        index = next((step for step in steps if isinstance(step, Index)), None)
        wanted = text_of(self.value(index.key, env)) if index is not None and steps.index(index) < 2 else None
        child = self.module.child(names[0], wanted.literal if wanted is not None else None)
        used = (
            next(index for index, step in enumerate(steps) if step is not steps[0] and isinstance(step, Attribute)) + 1
        )
        if child is None:
            return symbol(f"{self.module.address}module.{names[0]}.{names[1]}")
        special = registry.output(self.of(child), names[1])
        if special is not None:
            return special
        declared = child.outputs.get(names[1])
        if declared is None or not self._enter(f"module.{names[0]}.{names[1]}"):
            return symbol(f"{child.address}{names[1]}")
        try:
            return self.walk(self.of(child).attribute(declared.body, "value", {}), steps[used:], env)
        finally:
            self.busy.names.pop()

    # Resources

    def _resource(self, key: str, steps: list[Any], env: Mapping[str, Any]) -> Value:
        block = self.module.resources.get(key)
        address = f"{self.module.address}{key}"
        kind = key.rsplit(".", 1)[0]
        if kind in _PSEUDO and steps and isinstance(steps[0], Attribute) and steps[0].name in _PSEUDO[kind]:
            return symbol(_PSEUDO[kind][steps[0].name])
        instance = dict[str, Any]()
        if block is not None:
            several = "for_each" in block.body.attributes or "count" in block.body.attributes
            instances = self.instances(block.body)
            if steps and isinstance(steps[0], Index) and several:
                wanted = text_of(self.value(steps[0].key, env))
                literal = wanted.literal if wanted is not None else None
                steps = steps[1:]
                address += next((_key(block.body, name) for name, _ in instances if name == literal), "")
                instance = next(
                    (one for name, one in instances if name == literal),
                    instances[0][1] if literal is None and len(instances) == 1 else instance,
                )
            elif several and not (steps and isinstance(steps[0], Attribute)):
                made = {name: _Instance(self, block, address + _key(block.body, name), one) for name, one in instances}
                if steps:
                    return self.walk(unknown("instances"), steps, env)
                # With `for_each` the instances are a map, which other resources may be made for each of.
                return made if "for_each" in block.body.attributes and "" not in made else tuple(made.values())
            elif instances:
                instance = instances[0][1]
        if not steps or not isinstance(steps[0], Attribute):
            return _Instance(self, block, address, instance) if block is not None else symbol(address)
        return self.walk(self.resource_attribute(block, address, steps[0].name, instance), steps[1:], env)

    def instances(self, body: Body) -> list[tuple[str, dict[str, Any]]]:
        """The instances of a block by key; one whose names are open when only the deployment knows them."""
        if not self._enter(f"instances {id(body)}"):
            return [("", {})]
        try:
            return self._instances(body)
        finally:
            self.busy.names.pop()

    def _instances(self, body: Body) -> list[tuple[str, dict[str, Any]]]:
        if "for_each" in body.attributes:
            for option in options(self.concrete.value(body.attributes["for_each"], {})):
                if isinstance(option, Mapping):
                    own = self.value(body.attributes["for_each"], {})
                    values = own if isinstance(own, Mapping) else option
                    return [
                        (key, {"each": {"key": Text.of(key), "value": values.get(key, inner)}})
                        for key, inner in list(option.items())[:_INSTANCES]
                    ]
                if isinstance(option, tuple):
                    found = [text for one in option for text in texts(one)]
                    return [(sub_form(text), {"each": {"key": text, "value": text}}) for text in found[:_INSTANCES]]
        if "count" in body.attributes:
            count = self.concrete.value(body.attributes["count"], {})
            if isinstance(count, int) and not isinstance(count, bool) and 1 < count <= _INSTANCES:
                return [(str(number), {"count": {"index": number}}) for number in range(count)]
            return [("0", {"count": {"index": 0}})]
        return [("", {})]

    def resource_attribute(self, block: Block | None, address: str, wanted: str, env: Mapping[str, Any]) -> Value:
        """An attribute of a resource or data source."""
        kind_name = block.labels[0] if block is not None else address.rsplit(".", 2)[-2]
        kind = KINDS.get(kind_name)
        if block is None:
            return symbol(f"{address}.{wanted}")
        if block.kind == "data":
            return self._data(block, address, wanted, env, kind)
        if kind is None:
            if wanted in block.body.attributes and not wanted.endswith("arn") and self._enter(f"{address}.{wanted}"):
                try:
                    return self.attribute(block.body, wanted, env)
                finally:
                    self.busy.names.pop()
            return symbol(f"{address}.{wanted}")
        form = kind.attributes.get(wanted)
        if form is None and wanted != "arn" and wanted in block.body.attributes and self._enter(f"{address}.{wanted}"):
            try:
                return self.attribute(block.body, wanted, env)
            finally:
                self.busy.names.pop()
        return attribute(address, kind, self.physical_name(block, address, env), wanted, self.path_of(block, env))

    def physical_name(self, block: Block, address: str, env: Mapping[str, Any]) -> Text | None:
        """The name that a resource declares for itself."""
        kind = KINDS.get(block.labels[0])
        if kind is None or kind.name is None or not self._enter(f"{address}.{kind.name} name"):
            return None
        try:
            found = texts(self.attribute(block.body, kind.name, env))
        finally:
            self.busy.names.pop()
        # A name of which a part is not known is the resource's own symbol: two such names are not one name.
        told = len(found) == 1 and found[0].parts and all(hole.kind is not HoleKind.UNKNOWN for hole in found[0].holes)
        return found[0] if told else None

    def path_of(self, block: Block, env: Mapping[str, Any]) -> Text | None:
        """The IAM path of a role."""
        found = texts(self.attribute(block.body, "path", env)) if block.labels[0].startswith("aws_iam_") else ()
        return found[0] if found else None

    def _data(self, block: Block, address: str, wanted: str, env: Mapping[str, Any], kind: Any) -> Value:
        if block.labels[0] == "aws_iam_policy_document" and wanted in ("json", "minified_json"):
            if not self._enter(address):
                return unknown("a policy document that includes itself")
            try:
                return Json(policy_document(self, block.body, env))
            finally:
                self.busy.names.pop()
        if block.labels[0] == "aws_iam_policy" and wanted == "arn":
            found = self.attribute(block.body, "arn", env)
            name = texts(self.attribute(block.body, "name", env))
            if found is ABSENT and name:
                # A name tells no path: the policy may be `policy/service-role/AWSLambdaBasicExecutionRole`.
                path = unknown("the policy's path")
                return Text.of("arn:", symbol("AWS::Partition"), ":iam::aws:policy/", path, name[0])
            return found if found is not ABSENT else symbol(f"{address}.arn")
        if block.labels[0] == "aws_ssm_parameter" and wanted in ("value", "insecure_value"):
            kept = self._kept(block, address, env)
            if kept is not None:
                return kept
        if block.labels[0] == "terraform_remote_state" and wanted == "outputs":
            state = self._state(block, env)
            if state is not None and self._enter(address):
                try:
                    outputs = state.module.outputs.items()
                    return {name: self.of(state.module).attribute(one.body, "value", {}) for name, one in outputs}
                finally:
                    self.busy.names.pop()
        if kind is not None:
            return attribute(address, kind, self.physical_name(block, address, env), wanted)
        return symbol(f"{address}.{wanted}")

    def _kept(self, block: Block, address: str, env: Mapping[str, Any]) -> Value | None:
        """What the one resource of the project keeps in the parameter that a data source reads by its name."""
        name = texts(self.attribute(block.body, "name", env))
        if len(name) != 1 or any(hole.kind is not HoleKind.SYMBOL for hole in name[0].holes):
            return None
        if not self._enter(address):
            return None
        try:
            found = [
                evaluator.attribute(one.body, "value", {})
                for module in self.root.every()
                for evaluator in (self.of(module),)
                for one in module.resources.values()
                if one.kind == "resource" and one.labels[0] == "aws_ssm_parameter"
                if texts(evaluator.attribute(one.body, "name", {})) == name
            ]
        finally:
            self.busy.names.pop()
        return found[0] if len(found) == 1 else None

    @property
    def root(self) -> Module:
        """The root of the module's configuration."""
        root = self.module
        while root.parent is not None:
            root = root.parent
        return root

    def _state(self, block: Block, env: Mapping[str, Any]) -> State | None:
        """The one state of the project that a `terraform_remote_state` means: each argument that both tell is equal."""
        root = self.root
        backend = next((text.literal for text in texts(self.concrete.attribute(block.body, "backend", env))), None)
        config = self.concrete.attribute(block.body, "config", env)
        told = {
            key: text.literal
            for option in options(config)[:1]
            if isinstance(option, Mapping)
            for key, value in option.items()
            for text in texts(value)[:1]
            if text.literal is not None
        }
        found = [one for one in root.states if one.backend == backend and _same_place(told, one, root.folder)]
        return found[0] if len(found) == 1 else None


_PLACES: Final = ("key", "path", "prefix")  # of a state in a bucket, a file, or a bucket of another cloud


def _same_place(told: Mapping[str, str], state: State, folder: Path) -> bool:
    """Whether what a reader tells of a state is what its writer does; where it lies must be among it."""
    if state.backend == "local":
        written = state.module.folder / state.place.get("path", "terraform.tfstate")
        return os.path.normpath(folder / told.get("path", "")) == os.path.normpath(written)
    named = any(key in told and key in state.place for key in _PLACES)
    return named and all(told[key] == value for key, value in state.place.items() if key in told)


def _key(body: Body, name: str) -> str:
    """How the address of an instance ends; those of a `count` are not told apart."""
    return f'["{name}"]' if "for_each" in body.attributes and name else ""


@dataclass(frozen=True, slots=True, eq=False)
class _Instance(Mapping[str, Any]):
    """A whole resource as a value: its attributes on demand."""

    evaluator: Evaluator
    block: Block
    address: str
    env: Mapping[str, Any]

    def __getitem__(self, key: str) -> Value:
        return self.evaluator.resource_attribute(self.block, self.address, key, self.env)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0
