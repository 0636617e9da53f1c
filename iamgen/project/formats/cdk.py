"""AWS CDK: a synthesized `cdk.out` with its stacks and staged assets. The app itself is never run.

Source: https://github.com/aws/aws-cdk, `packages/aws-cdk-lib/cloud-assembly-schema`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.project.code.roots import inside
from iamgen.project.formats.cloudformation import project_of
from iamgen.project.formats.directory import DIRECTORY
from iamgen.project.formats.nested import nested_scopes
from iamgen.project.model import Problem, Project
from iamgen.project.request import Found, Request
from iamgen.project.templates.documents import read_document
from iamgen.project.templates.nodes import Node, mapping
from iamgen.project.templates.scope import Scope

_OUT: Final = "cdk.out"
_ASSEMBLIES: Final = 100  # of one app: its own, those of its stages, those within them
_SEARCHED: Final = 2  # folders below the given one in which an app may lie


class Cdk:
    """An assembly, the folder of an app, or the app of a repository."""

    name = "cdk"

    def detect(self, request: Request) -> Found | None:
        """An assembly, or a folder that holds one; an app that is not synthesized counts, too."""
        target = request.target
        if target.is_file():
            return Found(target.parent) if target.name == "manifest.json" and _is_assembly(target.parent) else None
        if _is_assembly(target):
            return Found(target)
        level = [target]
        app: Found | None = None
        for depth in range(_SEARCHED + 1):
            for folder in level:
                if _is_assembly(folder / _OUT):
                    return Found(folder / _OUT, depth)
                if app is None and (folder / "cdk.json").is_file():
                    app = Found(folder / "cdk.json", depth + 1, program=True)  # a template beside it tells more
            if depth == 0 and app is not None:
                return app
            level = [below for folder in level for below in _folders(folder)]
        return app

    def load(self, request: Request, found: Path) -> Project:
        """The units of all stacks."""
        if found.name == "cdk.json":
            return self._unsynthesized(request, found)
        if request.root == found and (found.parent / "cdk.json").is_file():
            # Assets that were not staged lie beside the assembly.
            request = replace(request, root=found.parent)
        problems: list[Problem] = []
        scopes: list[Scope] = []
        for name, path in _stacks(found, request, problems, [found.resolve()]):
            shown = request.relative(path)
            try:
                document = read_document(path, shown)
            except InputError as error:
                problems.append(Problem("template", error.message, Location(shown, 1)))
                continue
            if not isinstance(document.data, Mapping):
                problems.append(Problem("template", f"`{shown}` is no template", Location(shown, 1)))
                continue
            files, images = _assets(path.parent, request)
            scope = Scope(document, given=request.parameters, stack=name, assets=files, images=images)
            scopes.append(scope)
            for child in nested_scopes(scope, request, problems):
                child.assets, child.images = files, images
                scopes.append(child)
        if not scopes:
            message = problems[0].message if problems else f"`{request.relative(found)}` holds no stack"
            raise InputError(message, "run `cdk synth` first")
        project = project_of(request.root, scopes, problems, len(scopes))
        return replace(project, format=self.name)

    @staticmethod
    def _unsynthesized(request: Request, found: Path) -> Project:
        """An app without its assembly: the handlers in its folder, without any deployment."""
        hint = "run `cdk synth` first: iamgen reads what it writes to cdk.out and runs no app"
        try:
            project = DIRECTORY.load(request, request.path)
        except InputError as error:
            raise InputError(f"`{request.relative(found)}` is an app that is not synthesized", hint) from error
        place = Location(request.relative(found), 1)
        problem = Problem("not-synthesized", f"the CDK app is read without its deployment: {hint}", place)
        return replace(project, problems=(problem, *project.problems))


def _folders(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        skipped = entry.name.startswith(".") or entry.name in ("node_modules", "venv", _OUT)
        if entry.is_dir(follow_symlinks=False) and not skipped:
            yield Path(entry.path)


def _is_assembly(folder: Path) -> bool:
    try:
        if not folder.is_dir():
            return False
        return ((folder / "manifest.json").is_file() and _marks(folder)) or bool(
            folder.name == _OUT and next(folder.glob("*.template.json"), None)
        )
    except OSError:
        return False


def _marks(folder: Path) -> bool:
    try:
        with (folder / "manifest.json").open("rb") as file:
            start = file.read(200_000)
    except OSError:
        return False
    return b'"artifacts"' in start and (b'"aws:cloudformation:stack"' in start or b'"cdk:' in start)


def _stacks(folder: Path, request: Request, problems: list[Problem], seen: list[Path]) -> Iterator[tuple[str, Path]]:
    """The stacks of an assembly and of those inside it: artifact's name and template."""
    shown = request.relative(folder / "manifest.json")
    try:
        manifest = read_document(folder / "manifest.json", shown).data
    except InputError as error:
        if (folder / "manifest.json").exists():
            problems.append(Problem("template", f"{error.message}; all its templates are read", Location(shown, 1)))
        for path in sorted(folder.glob("*.template.json")):
            yield path.name.removesuffix(".template.json"), path
        return
    artifacts = mapping(mapping(manifest).get("artifacts"))
    for name, artifact in sorted(artifacts.items()):
        place = Location(shown, artifacts.line_of(name) if isinstance(artifacts, Node) else 1)
        kind = mapping(artifact).get("type")
        properties = mapping(mapping(artifact).get("properties"))
        if kind == "aws:cloudformation:stack" and isinstance(file := properties.get("templateFile"), str):
            template, why = inside(folder / file, folder)
            if template is not None:
                yield name, template
            else:
                problems.append(Problem("template", f"the template `{file}` of the stack `{name}` {why}", place))
        elif kind == "cdk:cloud-assembly" and isinstance(inner := properties.get("directoryName"), str):
            assembly, why = inside(folder / inner, folder)
            if assembly is None or not assembly.is_dir():
                problems.append(Problem("template", f"the assembly `{inner}` {why or 'is no folder'}", place))
            elif assembly in seen or len(seen) >= _ASSEMBLIES:
                why = "is named twice" if assembly in seen else f"is one of more than {_ASSEMBLIES}"
                problems.append(Problem("template", f"the assembly `{inner}` {why}", place))
            else:
                seen.append(assembly)
                yield from _stacks(assembly, request, problems, seen)


def _assets(folder: Path, request: Request) -> tuple[Mapping[str, str], Mapping[str, tuple[str, str]]]:
    """The staged files and images by their hash, from all asset manifests of an assembly."""
    files: dict[str, str] = {}
    images: dict[str, tuple[str, str]] = {}
    for path in sorted(folder.glob("*.assets.json")):
        try:
            data: Any = read_document(path, request.relative(path)).data
        except InputError:
            continue
        for key, asset in mapping(mapping(data).get("files")).items():
            source = mapping(asset).get("source")
            if isinstance(written := mapping(source).get("path"), str):
                files[key] = written
                for destination in mapping(mapping(asset).get("destinations")).values():
                    if isinstance(name := mapping(destination).get("objectKey"), str):
                        files[name.rpartition("/")[2].partition(".")[0]] = written
        for key, asset in mapping(mapping(data).get("dockerImages")).items():
            source = mapping(mapping(asset).get("source"))
            if isinstance(context := source.get("directory"), str):
                dockerfile = source.get("dockerFile")
                images[key] = (context, dockerfile if isinstance(dockerfile, str) else "Dockerfile")
    return files, images
