"""Serverless Framework: `serverless.yml`, read as the template that the framework makes of it.

`variables` turns `${...}` into references, `compiled` makes functions, roles and event sources; the
rest is what CloudFormation templates go through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.project.formats.cloudformation import neighbours, project_of, take
from iamgen.project.formats.directory import DIRECTORY
from iamgen.project.formats.levels import levels, named
from iamgen.project.formats.serverless.compiled import Service
from iamgen.project.formats.serverless.composition import composition_of, services
from iamgen.project.formats.serverless.syntax import delimiters, with_usual_delimiters
from iamgen.project.formats.serverless.variables import Variables
from iamgen.project.limits import NEIGHBOURS
from iamgen.project.model import Problem, Project
from iamgen.project.request import Found, Request
from iamgen.project.templates.documents import Document, beginning, read_document
from iamgen.project.templates.nodes import mapping
from iamgen.project.templates.scope import Scope

NAMES: Final = ("serverless.yml", "serverless.yaml", "serverless.json")
_PROGRAMS: Final = ("serverless.ts", "serverless.js", "serverless.cjs", "serverless.mjs")
_SERVICE: Final = re.compile(r"^\s*[\"']?(?:provider|functions)[\"']?\s*:", re.MULTILINE)


class ServerlessFramework:
    """A service of units, or a folder of services."""

    name = "serverless"

    def detect(self, request: Request) -> Found | None:
        """A `serverless.yml`, or a folder that holds one, itself or further down."""
        target = request.target
        if target.is_file():
            return Found(target) if target.name.startswith("serverless.") or _is_service(target) else None
        found = _find(target)
        if found:
            return Found(target, min(len(one.parent.relative_to(target).parts) for one in found))
        program = next((target / name for name in _PROGRAMS if (target / name).is_file()), None)
        return Found(program, 1, program=True) if program is not None else None  # a template beside it tells more

    def load(self, request: Request, found: Path) -> Project:
        """The units of the service, or of all services below the folder."""
        if found.name in _PROGRAMS:
            return _of_a_program(request, found)
        files = [found] if found.is_file() else _find(found)
        scopes: list[Scope] = []
        problems: list[Problem] = []
        for path in files:
            shown = request.relative(path)
            try:
                scopes.append(self._scope(request, path, shown, problems))
            except InputError as error:
                if len(files) == 1:
                    raise
                problems.append(Problem("template", error.message, Location(shown, 1)))
        if not scopes:
            raise InputError(problems[0].message)
        beside: list[Scope] = []
        if take(scopes):
            read = {scope.document.path for scope in scopes}
            beside = [*neighbours(request, scopes), *self._services_beside(request, read)]
        project = project_of(request.root, scopes, problems, len(files), beside)
        return replace(project, format=self.name)

    def _services_beside(self, request: Request, read: set[Path]) -> Iterator[Scope]:
        """The other services of the project, which may give these what their stacks put out."""
        for path in islice(named(request.root, NAMES), NEIGHBOURS):
            if path not in read and _is_service(path):
                with suppress(InputError):
                    yield self._scope(request, path, request.relative(path), [])

    @staticmethod
    def _scope(request: Request, path: Path, shown: str, problems: list[Problem]) -> Scope:
        document = read_document(path, shown)
        if not isinstance(document.data, Mapping):
            raise InputError(f"`{shown}` is no service: a mapping is expected at its top")
        problems.extend(document.problems)
        marks = delimiters(mapping(document.data.get("provider")).get("variableSyntax"))
        data = with_usual_delimiters(document.data, marks) if marks is not None else document.data
        variables = Variables(data, path, request.root, shown, marks=marks, given=request.parameters)
        variables.composition = composition_of(path.parent, request.root)
        cloud = mapping(data.get("provider")).get("name", data.get("provider"))
        if isinstance(cloud, str) and "$" not in cloud and cloud != "aws":
            raise InputError(f"`{shown}` is deployed to `{cloud}`, not to AWS")
        service = Service(variables)
        template = service.compile()
        problems.extend(dict.fromkeys(variables.problems))
        compiled = Document(path, shown, template, document.problems)
        return Scope(
            compiled,
            given=request.parameters,
            unit_names=service.units,
            origins=variables.origins,
            written=variables.written,
            stack_name=service.stack_name(),
        )


def further_services(folder: Path, read: frozenset[Path]) -> list[Path]:
    """Services of Python that are not among those that are read."""
    return [
        path
        for path in named(folder, NAMES)
        if path not in read and _is_service(path) and "python" in path.read_text("utf-8", "replace")[:1_000_000]
    ]


def _of_a_program(request: Request, program: Path) -> Project:
    """A service that a program makes: the handlers in its folder, without any deployment."""
    shown = request.relative(program)
    message = f"`{shown}` is a program, which iamgen does not run"
    hint = "write its result to a file: serverless print --format json > serverless.json"
    if request.target == program:
        raise InputError(message, hint)
    try:
        project = DIRECTORY.load(request, request.path)
    except InputError as error:
        raise InputError(message, hint) from error
    problem = Problem("not-synthesized", f"{message}: {hint}", Location(shown, 1))
    return replace(project, problems=(problem, *project.problems))


def _find(folder: Path) -> list[Path]:
    """The services of a folder: its own, those that its composition names, else those further down."""
    composed = [
        first
        for path in dict.fromkeys(place for place, _ in services(folder).values())
        if (first := next((path / one for one in NAMES if _is_service(path / one)), None))
    ]
    if composed and not any(_is_service(folder / name) for name in NAMES):
        return composed
    for level in levels(folder):
        found = [
            first
            for base, names in level
            if (first := next((base / name for name in NAMES if name in names and _is_service(base / name)), None))
        ]
        if found:
            return found
    return []


def _is_service(path: Path) -> bool:
    start = beginning(path, 1_000_000)
    if path.suffix not in (".yml", ".yaml", ".json"):
        return False
    return (
        bool(_SERVICE.search(start))
        and bool(re.search(r"^\s*[\"']?service[\"']?\s*:|provider", start, re.MULTILINE))
        and ("AWSTemplateFormatVersion" not in start[:2000])
    )
