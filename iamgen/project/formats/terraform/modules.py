"""A Terraform module: the files of one folder, with what a variable may be set to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.project.formats.terraform.hcl import parse_hcl, parse_template
from iamgen.project.formats.terraform.syntax import Block, Body, Const, Object, Sequence, Template
from iamgen.project.model import Problem
from iamgen.project.request import relative
from iamgen.project.templates.documents import read_text
from iamgen.project.templates.json_source import parse_json
from iamgen.project.templates.nodes import Malformed, Node, listed, mapping

_BYTES: Final = 5_000_000
_FILES: Final = 500
_LABELS: Final = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1}


@dataclass(frozen=True, slots=True)
class State:
    """The state of another root module of the project, as its `backend` block names it."""

    backend: str
    place: Mapping[str, str]  # the block's known arguments
    module: Module


@dataclass(slots=True)
class Module:
    """One module and, for a child, how it is called."""

    folder: Path
    root: Path  # the project's
    address: str = ""  # `module.queues.` before each address
    parent: Module | None = None
    call: Block | None = None
    env: Mapping[str, Any] = field(default_factory=dict)  # each and count of the call
    given: Mapping[str, str] = field(default_factory=dict)
    assumed: dict[str, Any] = field(default_factory=dict)  # tfvars, as expressions
    blocks: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    variables: dict[str, Block] = field(default_factory=dict)
    local_values: dict[str, Any] = field(default_factory=dict)
    circular: set[str] = field(default_factory=set)  # those that were found to refer to themselves
    resources: dict[str, Block] = field(default_factory=dict)  # `type.name` and `data.type.name`
    outputs: dict[str, Block] = field(default_factory=dict)
    calls: dict[str, Block] = field(default_factory=dict)
    states: list[State] = field(default_factory=list)  # of a root module: where other roots keep their outputs
    children: dict[str, Module] = field(default_factory=dict)  # `queues`, or `queues["eu"]` with `for_each`

    def every(self) -> Iterator[Module]:
        """The module, those that it calls, and the roots whose states it may read, each with theirs."""
        yield self
        for child in (*self.children.values(), *(one.module for one in self.states)):
            yield from child.every()

    def child(self, name: str, key: str | None) -> Module | None:
        """A called module; of several instances the one of the key, or any: they are alike."""
        exact = (name, f'{name}["{key}"]', f"{name}[{key}]")
        found = next((self.children[one] for one in exact if one in self.children), None)
        alike = (one for made, one in self.children.items() if made.startswith(f"{name}["))
        return found if found is not None else next(alike, None)

    def read(self) -> None:
        """Read the module's files; raises `InputError` when none can be read."""
        files = sorted(
            p for p in self.folder.iterdir() if p.name.endswith((".tf", ".tf.json", ".tofu")) and p.is_file()
        )
        failures: list[InputError] = []
        for path in files[:_FILES]:
            shown = relative(path, self.root)
            try:
                body = _file(path, shown)
            except InputError as error:
                failures.append(error)
                self.problems.append(Problem("template", error.message, Location(shown, 1)))
                continue
            self.blocks.extend(body.blocks)
        if failures and len(failures) == len(files):
            raise failures[0]
        if self.parent is None:
            self._settings()
        for block in self.blocks:
            self._index(block)

    def _settings(self) -> None:
        names = ["terraform.tfvars", "terraform.tfvars.json"]
        names += sorted(p.name for p in self.folder.iterdir() if p.name.endswith((".auto.tfvars", ".auto.tfvars.json")))
        for name in names:
            path = self.folder / name
            if not path.is_file():
                continue
            shown = relative(path, self.root)
            try:
                self.assumed.update(_file(path, shown).attributes)
            except InputError as error:
                self.problems.append(Problem("template", error.message, Location(shown, 1)))

    def circles(self) -> Iterator[Problem]:
        """What is told of the local values that refer to themselves, in the order of the files."""
        for block in self.blocks:
            if block.kind == "locals":
                for name in block.body.attributes:
                    if name in self.circular:
                        place = Location(block.file, block.body.lines.get(name, 1))
                        yield Problem("template", f"`local.{name}` refers to itself", place)

    def _index(self, block: Block) -> None:
        match block.kind, block.labels:
            case "variable", (name,):
                self.variables[name] = block
            case "locals", ():
                self.local_values.update(block.body.attributes)
            case "resource", (kind, name):
                self.resources[f"{kind}.{name}"] = block
            case "data", (kind, name):
                self.resources[f"data.{kind}.{name}"] = block
            case "output", (name,):
                self.outputs[name] = block
            case "module", (name,):
                self.calls[name] = block
            case _:
                pass


def instance_name(name: str, block: Block, key: str, *, several: bool) -> str:
    """How an instance of a call is addressed."""
    if "for_each" in block.body.attributes and key:
        return f'{name}["{key}"]'
    return f"{name}[{key}]" if "count" in block.body.attributes and several else name


def _file(path: Path, shown: str) -> Body:
    text = read_text(path, shown, _BYTES)
    try:
        if path.name.endswith(".json"):
            return _json_body(parse_json(text), shown)
        return parse_hcl(text, shown)
    except Malformed as error:
        raise InputError(f"`{shown}:{error.line}` is malformed: {error.message}") from error


def _json_body(data: Any, shown: str) -> Body:
    """Terraform's JSON syntax at the top of a file: blocks by their labels, expressions in texts."""
    blocks: list[Block] = []
    attributes: dict[str, Any] = {}
    for kind, entries in mapping(data).items():
        labels = _LABELS.get(kind)
        if labels is None and kind != "locals":
            attributes[kind] = _json_expression(entries, shown)
            continue
        for entry in listed(entries):
            blocks.extend(_json_blocks(kind, (), entry, labels or 0, shown))
    return Body(attributes, tuple(blocks), {})


def _json_blocks(kind: str, labels: tuple[str, ...], data: Any, left: int, shown: str) -> list[Block]:
    if left:
        return [
            block
            for label, inner in mapping(data).items()
            for one in (listed(inner) if left == 1 else [inner])
            for block in _json_blocks(kind, (*labels, label), one, left - 1, shown)
        ]
    return [Block(kind, labels, json_inner(data, shown), data.line if isinstance(data, Node) else 1, shown)]


def json_inner(data: Any, shown: str, *, values: bool = False) -> Body:
    """A block's content in JSON: whether an entry is an attribute or a block, its reader decides.

    Its texts are expressions, or `values` that stand for themselves.
    """
    attributes = {key: _json_expression(inner, shown, values=values) for key, inner in mapping(data).items()}
    blocks = tuple(
        Block(key, (), json_inner(one, shown, values=values), getattr(one, "line", 1), shown)
        for key, inner in mapping(data).items()
        for one in listed(inner)
        if isinstance(one, Mapping)
    )
    return Body(attributes, blocks, data.lines if isinstance(data, Node) else {})


def _json_expression(data: Any, shown: str, *, values: bool = False) -> Any:
    match data:
        case str() if values:
            return Template((data,))
        case str():
            try:
                found = parse_template(data, shown)
            except Malformed:
                return Template((data,))
            whole = isinstance(found, Template) and len(found.parts) == 1 and not isinstance(found.parts[0], str)
            return found.parts[0] if whole else found
        case list():
            return Sequence(tuple(_json_expression(one, shown, values=values) for one in data))
        case Mapping():
            entries = ((Template((key,)), _json_expression(one, shown, values=values)) for key, one in data.items())
            return Object(tuple(entries))
        case _:
            return Const(data if not isinstance(data, float) else json.loads(json.dumps(data)))
