"""`terraform show -json` of a plan or a state: resources with their values, mostly known.

ARNs in it name real accounts and regions; where one is a resource's own it becomes the canonical
text of that resource, so that environment, policies and code meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.text import Text, symbol
from iamgen.project.formats.terraform.compiled import Compiler
from iamgen.project.formats.terraform.modules import Module, json_inner
from iamgen.project.formats.terraform.plan import Plan
from iamgen.project.formats.terraform.syntax import Block, Body, Const, Object, Sequence, Template
from iamgen.project.formats.terraform.types import KINDS, attribute
from iamgen.project.request import Request
from iamgen.project.templates.documents import Document, read_document
from iamgen.project.templates.nodes import Node, listed, mapping
from iamgen.project.templates.scope import Scope

_DEPTH: Final = 20

_BY_ARN: Final = ("aws_iam_policy", "aws_lambda_layer_version")  # known by their ARN alone


def state_scope(request: Request, path: Path) -> Scope:
    """The template of a plan or state; raises `InputError` for other JSON."""
    shown = request.relative(path)
    document = read_document(path, shown)
    data = mapping(document.data)
    values = mapping(data.get("planned_values") or data.get("values"))
    resources = list(_resources(values.get("root_module"), 0))
    if not resources and isinstance(data.get("resources"), list):
        resources = list(_raw(data["resources"]))
    if not resources:
        raise InputError(f"`{shown}` holds no resource", "write it with: terraform show -json > plan.json")
    plan = Plan.of(data, {address: (kind, found) for address, kind, found, _ in resources})
    filled = [(address, kind, plan.filled(address, found), line) for address, kind, found, line in resources]
    packed = [
        (address, values, line)
        for known in (data.get("planned_values"), data.get("values"), mapping(data.get("prior_state")).get("values"))
        for address, kind, values, line in _resources(mapping(known).get("root_module"), 0, mode="data")
        if kind == "archive_file"
    ]
    return scope_of(request, path, shown, filled, packed)


def scope_of(
    request: Request,
    path: Path,
    shown: str,
    resources: list[tuple[str, str, Mapping[str, Any], int]],
    packed: Iterable[tuple[str, Mapping[str, Any], int]] = (),
) -> Scope:
    """The template of resources with their values: address, type, values, line; and what archives are packed of."""
    own = _own_texts(resources)
    module = Module(path.parent, request.root)
    for address, found, line in packed:
        body = json_inner(found, shown, values=True)
        key = f"{address.rpartition('.')[0]}.{len(module.resources)}"
        module.resources[key] = Block("data", ("archive_file", key), body, line, shown)
    for address, kind, found, line in resources:
        body = _canonical(json_inner(found, shown, values=True), own)
        module.resources[address] = Block("resource", (kind, address.rsplit(".", 1)[-1]), body, line, shown)
    compiler = Compiler(module)
    template = compiler.compile()
    return Scope(Document(path, shown, template), unit_names=compiler.units, files=compiler.files)


def _resources(module: Any, depth: int, *, mode: str = "managed") -> Iterator[tuple[str, str, Mapping[str, Any], int]]:
    for one in listed(mapping(module).get("resources")):
        resource = mapping(one)
        address, kind, values = resource.get("address"), resource.get("type"), resource.get("values")
        if isinstance(address, str) and isinstance(kind, str) and resource.get("mode", "managed") == mode:
            line = one.line if isinstance(one, Node) else 1
            yield address, kind, mapping(values), line
    for child in listed(mapping(module).get("child_modules")) if depth < _DEPTH else ():
        yield from _resources(child, depth + 1, mode=mode)


def _raw(resources: list[Any]) -> Iterator[tuple[str, str, Mapping[str, Any], int]]:
    """A `.tfstate` file as it lies on disk."""
    for one in resources:
        resource = mapping(one)
        if resource.get("mode") != "managed":
            continue
        for instance in listed(resource.get("instances")):
            key = mapping(instance).get("index_key")
            module = f"{resource['module']}." if "module" in resource else ""
            suffix = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
            kind = str(resource.get("type"))
            line = one.line if isinstance(one, Node) else 1
            yield (
                f"{module}{kind}.{resource.get('name')}{suffix}",
                kind,
                mapping(mapping(instance).get("attributes")),
                line,
            )


def _own_texts(resources: list[tuple[str, str, Mapping[str, Any], int]]) -> dict[str, Text]:
    """The ARNs and URLs of the resources themselves, as canonical texts."""
    found: dict[str, Text] = {}
    for address, type_name, values, _ in resources:
        kind = KINDS.get(type_name)
        if kind is None:
            if type_name in ("aws_iam_policy", "aws_lambda_layer_version") and isinstance(
                arn := values.get("arn"), str
            ):
                found[arn] = symbol(f"{address}.arn")
            continue
        name = values.get(kind.name) if kind.name is not None else None
        known = Text.of(name) if isinstance(name, str) and name else None
        path = values.get("path")
        for wanted in ("arn", "url", "stream_arn"):
            written = values.get(wanted)
            if isinstance(written, str) and len(written) > 8:
                found[written] = attribute(
                    address, kind, known, wanted, Text.of(path) if isinstance(path, str) else None
                )
    return found


def _canonical(body: Body, own: Mapping[str, Text]) -> Body:
    return Body(
        {key: _replaced(node, own) for key, node in body.attributes.items()},
        tuple(Block(b.kind, b.labels, _canonical(b.body, own), b.line, b.file) for b in body.blocks),
        body.lines,
    )


def _replaced(node: Any, own: Mapping[str, Text]) -> Any:
    match node:
        case Template(parts):
            return Template(tuple(piece for part in parts for piece in _pieces(part, own)))
        case Sequence(items):
            return Sequence(tuple(_replaced(one, own) for one in items))
        case Object(items):
            return Object(tuple((key, _replaced(one, own)) for key, one in items))
        case _:
            return node


def _pieces(part: Any, own: Mapping[str, Text]) -> Iterator[Any]:
    """A text with the resources' own ARNs replaced, the longest first."""
    if not isinstance(part, str) or ("arn:" not in part and "https:" not in part):
        yield part if isinstance(part, str) else Const(None)
        return
    if part in own:
        yield Const(own[part])
        return
    for written in sorted(own, key=len, reverse=True):
        before, found, after = part.partition(written)
        if found and not after[:1].isalnum() and after[:1] not in ("-", "_"):
            yield from _pieces(before, own)
            yield Const(own[written])
            yield from _pieces(after, own)
            return
    yield part
