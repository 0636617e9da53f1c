"""The variables of a `serverless.yml`, turned into CloudFormation's references.

`${opt:stage, 'dev'}` is what CloudFormation calls a parameter with a default: it becomes
`{"Ref": "stage"}` and a parameter `stage`, so the rest of iamgen treats both alike. `${self:...}`
and `${file(...)}` are followed; `${cf:...}`, `${ssm:...}` and the like stay references.
Source: https://www.serverless.com/framework/docs/guides/variables
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.project.code.roots import OUTSIDE, OUTSIDE_PROJECT, inside
from iamgen.project.formats.serverless.choices import UNDECIDED, branches, chosen, readable, told
from iamgen.project.formats.serverless.composition import ALONE, Composition, origin_of
from iamgen.project.formats.serverless.syntax import (
    PSEUDO,
    Pseudo,
    Variable,
    pieces_of,
    pseudo_pieces,
    split_at,
    with_usual_delimiters,
)
from iamgen.project.model import Problem
from iamgen.project.request import relative
from iamgen.project.templates.documents import read_document, read_text
from iamgen.project.templates.nodes import Items, Node, as_text, line_of_text, mapping
from iamgen.project.templates.scope import Origin

_MISSING: Final = object()
_DEPTH: Final = 30
_STEPS: Final = 200_000
_FILES: Final = 16  # entries or files that one variable may mean
_TEXT_BYTES: Final = 100_000
_SYMBOL: Final = re.compile(r"[^A-Za-z0-9_./-]+")
_FILE: Final = re.compile(r"file\(\s*([^)]*?)\s*\)(?::(.*))?", re.DOTALL)
_FLAG: Final = re.compile(r"strToBool\((.*)\)", re.DOTALL)


@dataclass(slots=True)
class Variables:
    """Resolves one service's variables; never raises for what the file says."""

    service: Mapping[str, Any]
    path: Path
    root: Path
    shown: str
    parameters: dict[str, Any] = field(default_factory=dict)  # references that stay open, as CloudFormation parameters
    problems: list[Problem] = field(default_factory=list)
    origins: dict[str, Origin] = field(default_factory=dict)  # those of them that are kept elsewhere
    written: dict[str, str] = field(default_factory=lambda: {"stage": "${sls:stage}"})  # ... as the service writes them
    given: Mapping[str, str] = field(default_factory=dict)  # parameters that the user sets
    composition: Composition = ALONE
    marks: tuple[str, str] | None = None  # see `syntax.delimiters`
    _busy: list[str] = field(default_factory=list)
    _files: dict[Path, Any] = field(default_factory=dict)
    _places: dict[str, Location] = field(default_factory=dict)
    _steps: int = 0

    def resolve(self, node: Any, depth: int = 0) -> Any:
        """A node with its variables replaced."""
        self._steps += 1
        if depth > 100 or self._steps > _STEPS:
            return None
        if isinstance(node, str):
            return self.text(node)
        if isinstance(node, list):
            items = Items((self.resolve(one, depth + 1) for one in node), getattr(node, "line", 1))
            items.lines = list(getattr(node, "lines", []))
            return items
        if isinstance(node, Mapping):
            if len(node) == 1 and "Fn::Sub" in node:
                return self._sub(node)
            made = Node(line=getattr(node, "line", 1))
            for key, one in node.items():
                written = as_text(self.text(key)) if "${" in key else key
                name = written if written is not None else key
                made[name] = self.resolve(one, depth + 1)
                made.lines[name] = node.line_of(key) if isinstance(node, Node) else 1
            return made
        return node

    def _sub(self, node: Mapping[str, Any]) -> Any:
        """`Fn::Sub` whose text holds variables of both kinds."""
        argument = node["Fn::Sub"]
        text, extra = (argument, {}) if isinstance(argument, str) else (None, {})
        if isinstance(argument, list) and argument and isinstance(argument[0], str):
            text = argument[0]
            extra = dict(mapping(self.resolve(argument[1]))) if len(argument) > 1 else {}
        if text is None:
            return node
        out: list[str] = []
        for piece in pieces_of(text):
            if isinstance(piece, str):
                out.append(PSEUDO.sub(r"${\1}", piece))
                continue
            value = self.variable(piece.inner)
            literal = as_text(value)
            if literal is not None:
                out.append(literal)
            else:
                name = f"serverless{len(extra)}"
                extra[name] = value
                out.append("${" + name + "}")
        return Node({"Fn::Sub": Items(["".join(out), extra])}, getattr(node, "line", 1))

    def text(self, text: str) -> Any:
        """A string with its variables replaced: a plain value, or a join of the parts."""
        if "${" not in text and "#{" not in text:
            return text
        pieces = [part for piece in pieces_of(text) for part in pseudo_pieces(piece)]
        if len(pieces) == 1 and not isinstance(pieces[0], str):
            return self._piece(pieces[0])
        parts: list[Any] = []
        for piece in pieces:
            value = piece if isinstance(piece, str) else self._piece(piece)
            literal = as_text(value)
            if literal is not None and parts and isinstance(parts[-1], str):
                parts[-1] += literal
            elif value is not None:
                parts.append(literal if literal is not None else value)
        if all(isinstance(part, str) for part in parts):
            return "".join(parts)
        return Node({"Fn::Join": Items(["", Items(parts)])})

    def _piece(self, piece: Variable | Pseudo) -> Any:
        if isinstance(piece, Variable):
            return self.variable(piece.inner)
        name, dot, attribute = piece.name.partition(".")
        return Node({"Fn::GetAtt": Items([name, attribute])}) if dot else Node({"Ref": name})

    def variable(self, inner: str) -> Any:
        """What `${inner}` stands for."""
        if inner in self._busy or len(self._busy) > _DEPTH:
            self.problems.append(
                Problem("unresolved-variable", f"`${{{inner[:80]}}}` refers to itself", self._written_at(inner))
            )
            return self._open("self", inner)
        self._busy.append(inner)
        try:
            return self._variable(inner)
        finally:
            self._busy.pop()

    def _variable(self, inner: str) -> Any:
        sources = split_at(inner, ",")
        fallback = [self._default(one.strip()) for one in sources[1:]]
        value = self._source(sources[0].strip(), fallback)
        for one in fallback:
            if value is not _MISSING:
                break
            value = one
        if value is _MISSING:
            self.problems.append(
                Problem("unresolved-variable", f"`${{{inner[:80]}}}` cannot be resolved", self._written_at(inner))
            )
            return self._open("self", inner)
        return value

    def _written_at(self, inner: str) -> Location:
        """Where a variable is first written: in the service, else in a file that it has read."""
        if inner not in self._places:
            read = [
                (self.shown, self.service),
                *((relative(one, self.root), data) for one, data in self._files.items()),
            ]
            found = (Location(shown, line) for shown, data in read if (line := line_of_text(data, f"${{{inner}}}")))
            self._places[inner] = next(found, Location(self.shown, 1))
        return self._places[inner]

    def _default(self, source: str) -> Any:
        if len(source) > 1 and source[0] == source[-1] and source[0] in "'\"":
            return source[1:-1]
        if re.fullmatch(r"-?\d+", source):
            return int(source)
        if source in ("true", "false"):
            return source == "true"
        if source in ("null", ""):
            return None
        if source.startswith("${") and source.endswith("}"):
            return self.variable(source[2:-1])
        return self._source(source, [])

    def _source(self, source: str, fallback: list[Any]) -> Any:
        """One source of a variable, `_MISSING` when it has no value."""
        default = next((one for one in fallback if one is not _MISSING and one is not None), None)
        if (found := _FILE.fullmatch(source)) is not None:
            return self._file(found[1], found[2])
        if (found := _FLAG.fullmatch(source)) is not None:
            return self._flag(self.text(found[1].strip().strip("'\"")), default)
        kind, colon, address = source.partition(":")
        if not colon:
            return _MISSING
        kind = kind.split("(")[0].strip()
        address = address.strip()
        value = self.text(address)
        literal = as_text(value)
        shown = readable(value)
        match kind:
            case "self" | "":
                return self._self(address)
            case "opt":
                return self._option(shown, default)
            case "sls" if literal == "stage":
                return self.stage()
            case "aws" if literal in ("region", "accountId"):
                return Node({"Ref": "AWS::Region" if literal == "region" else "AWS::AccountId"})
            case "env":
                return self._reference(f"env.{shown}", default)
            case "param":
                if (found := self._composed(shown)) is not None:
                    return found
                return self._reference(f"param.{shown}", self._parameter(shown, default))
            case _:
                return self._open(kind, shown, origin_of(kind, value))

    def _composed(self, name: str) -> Any:
        """A parameter that the composition gives the service, None when it gives none of the name."""
        written = self.composition.parameters.get(name)
        if not isinstance(written, str):
            return written
        pieces = self.composition.pieces(written)
        parts = [
            self.text(one) if isinstance(one, str) else self._open(one[0], one[1].output, one[1]) for one in pieces
        ]
        kept = [one for one in parts if one != ""]
        return kept[0] if len(kept) == 1 else Node({"Fn::Join": Items(["", Items(kept)])})

    @staticmethod
    def _flag(value: Any, default: Any) -> Any:
        """`strToBool(...)`: a known text as the flag that it names; one that a deployment sets stays as it is."""
        written = as_text(value)
        if written is None:
            return value if isinstance(value, Mapping) else default if default is not None else _MISSING
        flag = {"true": True, "1": True, "false": False, "0": False}.get(written.lower())
        return _MISSING if flag is None else flag

    def _option(self, name: str, default: Any) -> Any:
        if name == "stage":
            return self.stage(default)
        if name in ("region", "r"):
            return Node({"Ref": "AWS::Region"})
        return self._reference(f"opt.{name}", default)

    def stage(self, default: Any = None) -> Any:
        """The stage: whatever a file says, `--stage` overrides it."""
        if "stage" not in self.parameters:
            self.parameters["stage"] = {"Type": "String", "Default": "dev"}
            written = mapping(self._unresolved(self.service.get("provider"))).get("stage")
            # `stage: ${opt:stage, 'dev'}` leads back here, and that is no cycle.
            outer, self._busy = self._busy, []
            found = as_text(self.text(written)) if isinstance(written, str) else None
            self._busy = outer
            found = found or as_text(default)
            if found is not None:
                self.parameters["stage"] = {"Type": "String", "Default": found}
        elif (found := as_text(default)) is not None and self.parameters["stage"]["Default"] == "dev":
            self.parameters["stage"] = {"Type": "String", "Default": found}
        return Node({"Ref": "stage"})

    def _parameter(self, name: str, default: Any) -> Any:
        """The value of `params:` for the default stage."""
        params = mapping(self.service.get("params"))
        stages = mapping(self.service.get("stages"))
        stage = as_text(mapping(self.parameters.get("stage")).get("Default")) or "dev"
        for group in (mapping(params.get(stage)), mapping(params.get("default")),
                      mapping(mapping(stages.get(stage)).get("params")),
                      mapping(mapping(stages.get("default")).get("params"))):  # fmt: skip
            if name in group:
                return self.resolve(group[name])
        return default

    def _reference(self, name: str, default: Any) -> Any:
        """A value that each deployment may set; its default counts as a parameter's default."""
        key = _SYMBOL.sub("-", name).strip("-")
        literal = as_text(default)
        if default is not None and literal is None and not isinstance(default, Mapping):
            return default
        self._write(key)
        declared = self.parameters.setdefault(key, {"Type": "String"})
        if literal is not None:
            declared.setdefault("Default", literal)
        reference = Node({"Ref": key})
        if isinstance(default, Mapping):
            return Node({"Fn::If": Items([UNDECIDED, default, reference])})
        return reference

    def _write(self, key: str) -> None:
        """Remember how the service writes what a parameter stands for: the variable that is being resolved."""
        if self._busy and not self._busy[-1].startswith("unresolved "):
            self.written.setdefault(key, f"${{{self._busy[-1]}}}")

    def _open(self, kind: str, address: str, origin: Origin | None = None) -> Any:
        key = f"{kind}." + _SYMBOL.sub("-", address).strip("-")[:80]
        self._write(key)
        self.parameters.setdefault(key, {"Type": "String"})
        if origin is not None:
            self.origins.setdefault(key, origin)
        return Node({"Ref": key})

    def _self(self, address: str) -> Any:
        if address.startswith(("opt:", "env:")):
            return self._source(address, [])
        if address == "":
            return self.service
        pieces = [one for one in split_at(address, ".") if one]
        if pieces[:2] == ["provider", "stage"]:
            return self.stage()
        if pieces[:2] == ["provider", "region"]:
            return Node({"Ref": "AWS::Region"})
        if pieces == ["service"] and isinstance(self.service.get("service"), Mapping):
            return self.resolve(mapping(self.service["service"]).get("name"))
        return self._walk([self.service], pieces)

    def _unresolved(self, node: Any) -> Any:
        """What a path leads through: a part that is kept elsewhere, with its own variables as they stand.

        In `custom: ${file(custom.yml)}` one entry of the file may refer to another as `${self:custom.other}`.
        """
        pieces = list(pieces_of(node)) if isinstance(node, str) else []
        if len(pieces) != 1 or not isinstance(piece := pieces[0], Variable) or len(split_at(piece.inner, ",")) > 1:
            return self.text(node) if isinstance(node, str) else node
        inner = piece.inner
        name = f"unresolved {inner}"
        kept = _FILE.fullmatch(inner)
        if (kept is None and not inner.startswith("self:")) or name in self._busy or len(self._busy) > _DEPTH:
            return self.text(node)
        self._busy.append(name)
        try:
            if kept is not None:
                found = self._file(kept[1], kept[2], resolved=False)
            else:
                address = [one for one in split_at(inner.removeprefix("self:"), ".") if one]
                found = self._walk([self.service], address, resolved=False)
        finally:
            self._busy.pop()
        return self.text(node) if found is _MISSING else found

    def _walk(self, level: list[Any], pieces: list[str], *, resolved: bool = True) -> Any:
        """The values at a path; a step that only a deployment knows leaves each entry possible, the default's first."""
        for piece in pieces:
            key = self.text(piece)
            literal = as_text(key) or self._told(key)
            wanted = self._concrete(key) if literal is None else literal
            found: list[Any] = []
            for held in (branch for one in level for branch in branches(self._unresolved(one))):
                if isinstance(held, Mapping) and "Ref" in held and len(held) == 1:
                    return self._open("self", ".".join(pieces))
                if isinstance(held, Mapping):
                    if literal is not None:
                        found.extend([held[literal]] if literal in held else [])
                    else:
                        found.extend([held[wanted]] if wanted in held else [])
                        found.extend(inner for name, inner in held.items() if name != wanted)
                elif isinstance(held, list) and literal is not None and literal.isdigit() and int(literal) < len(held):
                    found.append(held[int(literal)])
            level = found[:_FILES]
            if not level:
                return _MISSING
        return chosen([self.resolve(one) for one in level] if resolved else level)

    def _told(self, node: Any) -> str | None:
        """A reference as the user gives its parameters, None when one is not given."""
        return told(node, self.given.get)

    def _concrete(self, node: Any) -> str | None:
        """A reference under its default."""
        return told(node, lambda name: as_text(mapping(self.parameters.get(name)).get("Default")))

    def _file(self, written: str, address: str | None, *, resolved: bool = True) -> Any:
        name = self.text(written.strip("'\""))
        literal = as_text(name)
        literal = literal if literal is not None else self._told(name)
        names = [literal] if literal is not None else self._candidates(name)
        values = [value for one in names if (value := self._one_file(one, address, resolved)) is not _MISSING]
        return chosen(values) if values else _MISSING if names else self._open("file", written)

    def _candidates(self, name: Any) -> list[str]:
        """The files that a name may mean which depends on the deployment: the default's first."""
        found = [first] if (first := self._concrete(name)) is not None else []
        parts = name.get("Fn::Join", ["", []])[1] if isinstance(name, Mapping) else []
        pattern = "".join(one if isinstance(one, str) else "*" for one in parts)
        folder, _, tail = pattern.rpartition("/")
        base, _ = inside(self.path.parent / folder, self.root) if "*" not in folder else (None, "")
        if base is not None and base.is_dir() and tail.replace("*", ""):
            found.extend(f"{folder or '.'}/{one.name}" for one in sorted(base.glob(tail))[:_FILES])
        return list(dict.fromkeys(str(PurePosixPath(one)) for one in found))

    def _one_file(self, name: str, address: str | None, resolved: bool) -> Any:
        target, why = inside(self.path.parent / name, self.root)
        if target is None and self.path.parent != self.root:
            # A service that is deployed from the top with `--config` names its files from there.
            above, _ = inside(self.root / name, self.root)
            target, why = (above, "") if above is not None else (target, why)
        if why == OUTSIDE:
            self.problems.append(Problem(OUTSIDE_PROJECT, f"the file `{name}` {why}", Location(self.shown, 1)))
        if target is None or not target.is_file():
            return _MISSING
        if target.suffix in (".js", ".cjs", ".mjs", ".ts"):
            return self._open("file", f"{target.name}:{address or ''}")
        if target not in self._files:
            shown = relative(target, self.root)
            try:
                if target.suffix in (".yml", ".yaml", ".json"):
                    document = read_document(target, shown)
                    self.problems.extend(document.problems)
                    data = document.data
                    self._files[target] = with_usual_delimiters(data, self.marks) if self.marks else data
                else:
                    self._files[target] = read_text(target, shown, _TEXT_BYTES)
            except InputError as error:
                self.problems.append(Problem("template", error.message, Location(shown, 1)))
                self._files[target] = None
        data = self._files[target]
        if address:
            return self._walk([data], [one for one in split_at(address, ".") if one], resolved=resolved)
        return _MISSING if data is None else self.resolve(data) if resolved else data
