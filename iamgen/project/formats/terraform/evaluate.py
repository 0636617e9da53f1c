"""What a Terraform expression comes to: the values that CloudFormation's expressions come to, too.

Variables stay symbols (`var.stage`) as a template's parameters do; see `templates.intrinsics` on the
three readings. Attributes of resources become canonical texts by `types`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from iamgen.core.text import Hole, HoleKind, Text, symbol
from iamgen.project.formats.terraform import registry
from iamgen.project.formats.terraform.calls import Json, call, text_of
from iamgen.project.formats.terraform.documents import policy_document
from iamgen.project.formats.terraform.modules import Module
from iamgen.project.formats.terraform.syntax import (
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Choice,
    Const,
    Index,
    Loop,
    Name,
    Object,
    Sequence,
    Splat,
    Template,
    Unary,
)
from iamgen.project.formats.terraform.types import KINDS, attribute
from iamgen.project.limits import RESOLVE_DEPTH, RESOLVE_STEPS
from iamgen.project.templates.intrinsics import Reading
from iamgen.project.templates.values import ABSENT, Either, Value, combine, either, options, scalar_text, texts, unknown

_INSTANCES: Final = 64  # instances of one resource that are told apart
_PSEUDO: Final = {
    "data.aws_region": {"name": "AWS::Region", "region": "AWS::Region", "id": "AWS::Region"},
    "data.aws_caller_identity": {"account_id": "AWS::AccountId", "id": "AWS::AccountId"},
    "data.aws_partition": {"partition": "AWS::Partition", "id": "AWS::Partition", "dns_suffix": "AWS::URLSuffix"},
}


@dataclass(slots=True)
class _Busy:
    names: list[str] = field(default_factory=list)
    steps: int = 0


class Evaluator:
    """Evaluates one module's expressions; never raises for what a file says."""

    def __init__(self, module: Module, reading: Reading = Reading.SYMBOLIC, busy: _Busy | None = None) -> None:
        self.module = module
        self.reading = reading
        self.busy = busy or _Busy()

    def of(self, module: Module) -> Self:
        """The same reading of another module."""
        return type(self)(module, self.reading, self.busy)

    @property
    def concrete(self) -> Evaluator:
        """The same module under its defaults."""
        return Evaluator(self.module, Reading.CONCRETE, self.busy)

    def value(self, node: Any, env: Mapping[str, Any]) -> Value:
        """What an expression comes to; `env` holds a loop's names, `each` and `count`."""
        self.busy.steps += 1
        if self.busy.steps > RESOLVE_STEPS:
            return unknown("the configuration takes more steps to resolve than are followed")
        match node:
            case Const(value):
                return value
            case str():
                return Text.of(node)
            case Template(parts):
                return self._template(parts, env)
            case Sequence(items):
                return tuple(self.value(one, env) for one in items)
            case Object(items):
                made: dict[str, Value] = {}
                for key, inner in items:
                    name = self.value(Template((key.name,)) if isinstance(key, Name) else key, env)
                    text = text_of(name)
                    made[text.literal if text is not None and text.literal is not None else str(text)] = self.value(
                        inner, env
                    )
                return made
            case Name() | Attribute() | Index():
                return self._reference(node, env)
            case Splat(value, path):
                return self._splat(self.value(value, env), path, env)
            case Call(name, arguments, expand):
                return call(self, name, arguments, env, expand=expand)
            case Choice(condition, yes, no):
                held = self.holds(condition, env)
                if held is None:
                    return either([self.value(yes, env), self.value(no, env)])
                return self.value(yes if held else no, env)
            case Binary() | Unary():
                held = self.holds(node, env)
                return self._arithmetic(node, env) if held is None else held
            case Loop():
                return self._loop(node, env)
            case _:
                return unknown("an expression that is not understood")

    def attribute(self, body: Body, name: str, env: Mapping[str, Any]) -> Value:
        """A block's attribute, ABSENT when it is not set or null."""
        if name not in body.attributes:
            return ABSENT
        found = self.value(body.attributes[name], env)
        return ABSENT if found is None else found

    def _template(self, parts: tuple[Any, ...], env: Mapping[str, Any]) -> Value:
        if len(parts) == 1 and not isinstance(parts[0], str):
            return self.value(parts[0], env)
        values: list[Value] = []
        for part in parts:
            value = Text.of(part) if isinstance(part, str) else self.value(part, env)
            value = text_of(value) if isinstance(value, Json) else value
            values.append(value if texts(value) else unknown("a part that is no text"))
        joined = [Text.of(*combination) for combination in combine(values)]
        return either(joined) if joined else unknown("more alternatives than are followed")

    # Conditions

    def holds(self, node: Any, env: Mapping[str, Any]) -> bool | None:
        """Whether a condition holds, None when nobody has decided it or it is none."""
        if self.reading is Reading.SYMBOLIC:
            return Evaluator(self.module, Reading.DECIDING, self.busy).holds(node, env)
        match node:
            case Unary("!", value):
                held = self.holds(value, env)
                return None if held is None else not held
            case Binary("&&", left, right):
                both = (self.holds(left, env), self.holds(right, env))
                return False if False in both else None if None in both else True
            case Binary("||", left, right):
                both = (self.holds(left, env), self.holds(right, env))
                return True if True in both else None if None in both else False
            case Binary("==" | "!=" as operator, left, right):
                same = _same(self.value(left, env), self.value(right, env))
                return None if same is None else same == (operator == "==")
            case Binary("<" | ">" | "<=" | ">=" as operator, left, right):
                first, second = self.value(left, env), self.value(right, env)
                if not isinstance(first, int | float) or not isinstance(second, int | float):
                    return None
                return {"<": first < second, ">": first > second, "<=": first <= second, ">=": first >= second}[
                    operator
                ]
            case Binary() | Unary():
                return None
            case _:
                found = self.value(node, env)
                if isinstance(found, bool):
                    return found
                text = scalar_text(found)
                return {"true": True, "false": False}.get(text.literal or "") if text is not None else None

    def _arithmetic(self, node: Any, env: Mapping[str, Any]) -> Value:
        if isinstance(node, Unary):
            value = self.value(node.value, env)
            return -value if isinstance(value, int | float) and node.operator == "-" else unknown("a calculation")
        if node.operator in ("&&", "||", "==", "!=", "<", ">", "<=", ">="):
            return Either((True, False))
        left, right = self.value(node.left, env), self.value(node.right, env)
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            return unknown("a calculation")
        match node.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right if abs(left) < 1e9 and abs(right) < 1e9 else unknown("a calculation")
            case _:
                return unknown("a calculation")

    # Loops

    def _loop(self, node: Loop, env: Mapping[str, Any]) -> Value:
        made: list[tuple[Value, Value]] = []
        for option in options(self.value(node.collection, env)):
            if isinstance(option, Mapping):
                entries: list[tuple[Value, Value]] = [(Text.of(key), inner) for key, inner in option.items()]
            elif isinstance(option, tuple):
                entries = list(enumerate(option))
            else:
                return unknown("a loop over what only the deployment knows")
            for key, inner in entries[:1000]:
                names = (key, inner) if len(node.names) > 1 else (inner,)
                bound = {**env, **dict(zip(node.names, names, strict=False))}
                if node.condition is not None and self.holds(node.condition, bound) is False:
                    continue
                made.append(
                    (self.value(node.key, bound) if node.key is not None else None, self.value(node.value, bound))
                )
        if node.key is None:
            return tuple(inner for _, inner in made)
        found: dict[str, Value] = {}
        for key, inner in made:
            text = text_of(key)
            name = text.literal if text is not None and text.literal is not None else str(text)
            if node.group:
                found[name] = (*found.get(name, ()), inner)
            else:
                found[name] = inner
        return found

    def _splat(self, value: Value, path: tuple[Any, ...], env: Mapping[str, Any]) -> Value:
        found: list[Value] = []
        for option in options(value):
            items = option if isinstance(option, tuple) else () if option in (None, ABSENT) else (option,)
            for item in items:
                for step in path:
                    item = self._step(item, step, env)
                found.append(item)
        return tuple(found)

    # References

    def _reference(self, node: Any, env: Mapping[str, Any]) -> Value:
        steps: list[Any] = []
        while isinstance(node, Attribute | Index):
            steps.append(node)
            node = node.value
        steps.reverse()
        if not isinstance(node, Name):
            return self._walk(self.value(node, env), steps, env)
        if node.name in env:
            return self._walk(env[node.name], steps, env)
        names = [step.name for step in steps if isinstance(step, Attribute)]
        if not names:
            return Text.of(node.name) if not steps else unknown("a reference that is not understood")
        match node.name:
            case "var":
                return self._walk(self.variable(names[0]), steps[1:], env)
            case "local":
                return self._walk(self._local(names[0]), steps[1:], env)
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

    def _walk(self, value: Value, steps: list[Any], env: Mapping[str, Any]) -> Value:
        for step in steps:
            value = self._step(value, step, env)
        return value

    def _step(self, value: Value, step: Any, env: Mapping[str, Any]) -> Value:
        key = Text.of(step.name) if isinstance(step, Attribute) else self.value(step.key, env)
        found: list[Value] = []
        for option in options(value):
            literal = text.literal if (text := text_of(key)) is not None else None
            if isinstance(option, Mapping):
                found.extend([option[literal]] if literal in option else option.values() if literal is None else [])
            elif isinstance(option, tuple):
                if literal is not None and literal.isdigit():
                    found.extend(option[int(literal) : int(literal) + 1])
                elif isinstance(step, Attribute):
                    found.extend(self._step(item, step, env) for item in option)
            elif isinstance(option, Text) and len(option.parts) == 1 and isinstance(hole := option.parts[0], Hole):
                named = hole.kind is HoleKind.SYMBOL and literal is not None
                found.append(symbol(f"{hole.name}.{literal}") if named else option)
        return either(found) if found else unknown("a value that has no such part")

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
        child = self.module.children.get(names[0])
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
            return self._walk(self.of(child).attribute(declared.body, "value", {}), steps[used:], env)
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
                instance = next(
                    (one for name, one in instances if name == literal),
                    instances[0][1] if literal is None and len(instances) == 1 else instance,
                )
            elif several and not (steps and isinstance(steps[0], Attribute)):
                return self._walk(
                    tuple(_Instance(self, block, address, one) for _, one in instances)
                    if not steps
                    else unknown("instances"),
                    steps,
                    env,
                )
            elif instances:
                instance = instances[0][1]
        if not steps or not isinstance(steps[0], Attribute):
            return _Instance(self, block, address, instance) if block is not None else symbol(address)
        return self._walk(self.resource_attribute(block, address, steps[0].name, instance), steps[1:], env)

    def instances(self, body: Body) -> list[tuple[str, dict[str, Any]]]:
        """The instances of a block by key; one whose names are open when only the deployment knows them."""
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
                    found = [text for one in option for text in texts(one) if text.literal is not None]
                    return [(text.literal or "", {"each": {"key": text, "value": text}}) for text in found[:_INSTANCES]]
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
        return found[0] if len(found) == 1 and found[0].parts else None

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
                return Text.of("arn:", symbol("AWS::Partition"), ":iam::aws:policy/", name[0])
            return found if found is not ABSENT else symbol(f"{address}.arn")
        if kind is not None:
            return attribute(address, kind, self.physical_name(block, address, env), wanted)
        return symbol(f"{address}.{wanted}")


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


def _same(left: Value, right: Value) -> bool | None:
    """Whether two values are equal, None when that depends on the deployment."""
    if left is ABSENT:
        left = None
    if right is ABSENT:
        right = None
    if isinstance(left, Either) or isinstance(right, Either):
        return None
    first, second = scalar_text(left), scalar_text(right)
    if first is not None and second is not None:
        if first.literal is not None and second.literal is not None:
            return first.literal == second.literal
        return True if first == second and all(hole.kind is HoleKind.SYMBOL for hole in first.holes) else None
    if first is None and second is None:
        return left == right if json.dumps(str(left)) and not _open(left) and not _open(right) else None
    known = first if first is not None else second
    return None if known is None or (known.literal is None and known.holes) else False


def _open(value: Value) -> bool:
    return bool(re.search(r"Hole\(", repr(value)))
