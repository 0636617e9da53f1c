"""SAM and CloudFormation templates, with the local templates that they include."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.project.formats.levels import levels
from iamgen.project.formats.nested import nested_scopes
from iamgen.project.formats.template_search import find_templates, gives, looks_like_template
from iamgen.project.limits import NEIGHBOURS
from iamgen.project.model import Problem, Project, Resource, Source, Unit
from iamgen.project.request import Found, NoFunctionError, NoTaskError, Request
from iamgen.project.samconfig import DEFAULT, Settings, deployment_settings
from iamgen.project.templates.collected import Collected
from iamgen.project.templates.connectors import attach_connectors
from iamgen.project.templates.documents import Document, read_document
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.naming import namings
from iamgen.project.templates.references import references_of
from iamgen.project.templates.roles import Roles
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.shared import Shared
from iamgen.project.templates.tasks import TASK, Tasks, executing_services, read_task
from iamgen.project.templates.units import FUNCTION, SAM_FUNCTION, read_unit
from iamgen.project.templates.values import ABSENT, Either, Value

_TAKING: Final = re.compile(r"ImportValue|resolve:ssm|AWS::SSM::Parameter::Value")

INTERNAL_ERROR: Final = "internal-error"
"""The kind of problem that only iamgen is to blame for."""


class CloudFormation:
    """A template of units; a folder is searched for one."""

    name = "cloudformation"

    def detect(self, request: Request) -> Found | None:
        """The template that is given or lies in the given folder; of several folders, the given one stands for all."""
        target = request.target
        if target.is_file():
            return Found(target) if looks_like_template(target) else None
        found = find_templates(target, request.environment or DEFAULT)
        return Found(target, len(found[0].parent.relative_to(target).parts)) if found else None

    def load(self, request: Request, found: Path) -> Project:
        """The units of the template, or of all the templates below a folder that has none itself."""
        if found.is_file():
            return self._load(request, [read_document(found, request.relative(found))], [])
        documents: list[Document] = []
        problems: list[Problem] = []
        templates = find_templates(found, request.environment or DEFAULT)
        for path in templates:
            shown = request.relative(path)
            try:
                documents.append(read_document(path, shown))
            except InputError as error:
                if len(templates) == 1:
                    raise
                problems.append(Problem("template", error.message, Location(shown, 1)))
        if not documents:
            raise InputError(problems[0].message)
        return self._load(request, documents, problems)

    def _load(self, request: Request, documents: list[Document], problems: list[Problem]) -> Project:
        scopes: list[Scope] = []
        every: list[Settings] = []
        for document in documents:
            if not isinstance(document.data, Mapping):
                raise InputError(f"`{document.shown}` is no template: a mapping is expected at its top")
            problems.extend(document.problems)
            settings = deployment_settings(document.path, request.root, request.environment or DEFAULT)
            every.append(settings)
            if settings.problem and settings.file is not None:
                problems.append(Problem("template", settings.problem, Location(request.relative(settings.file), 1)))
            scope = Scope(document, given=request.parameters, assumed=settings.parameters, stack_name=settings.stack)
            scopes.append(scope)
            scopes.extend(nested_scopes(scope, request, problems))
        if request.environment is not None:
            _check_environment(request.environment, every, request)
        beside = neighbours(request, scopes) if take(scopes) else []
        project = project_of(request.root, scopes, problems, len(documents), beside)
        stacks = {settings.stack for settings in every}
        return replace(project, stack=stacks.pop() if len(stacks) == 1 else None)


def take(scopes: Sequence[Scope]) -> bool:
    """Whether some of the templates take what others give: imports, outputs of stacks, kept parameters."""
    return any(scope.origins or _TAKING.search(json.dumps(scope.document.data, default=str)) for scope in scopes)


def neighbours(request: Request, scopes: Sequence[Scope]) -> list[Scope]:
    """Other templates of the project that may give something to these."""
    read = {scope.document.path for scope in scopes}
    found: list[Scope] = []
    problems: list[Problem] = []  # of a template that is not deployed here, nobody needs to hear
    for level in levels(request.root):
        for base, names in level:
            for name in names:
                path = base / name
                if path in read or len(found) >= NEIGHBOURS or not gives(path):
                    continue
                try:
                    document = read_document(path, request.relative(path))
                except InputError:
                    continue
                if isinstance(document.data, Mapping):
                    settings = deployment_settings(path, request.root, request.environment or DEFAULT)
                    own = Scope(document, assumed=settings.parameters, stack_name=settings.stack)
                    found.extend([own, *nested_scopes(own, request, problems)])
    return found


def _check_environment(environment: str, every: list[Settings], request: Request) -> None:
    """Raise `InputError` for an environment that no settings have: `sam` would deploy without any, iamgen asks."""
    if any(environment in settings.environments for settings in every):
        return
    broken = next((settings.problem for settings in every if settings.problem), None)
    if broken is not None:
        raise InputError(broken)
    file = next((settings.file for settings in every if settings.file is not None), None)
    if file is None:
        raise InputError(f"there is no `samconfig.toml` for the environment `{environment}`")
    known = sorted({f"`{one}`" for settings in every for one in settings.environments})[:10]
    hint = f"there are {', '.join(known)}" if known else None
    raise InputError(f"`{request.relative(file)}` has no environment `{environment}`", hint)


def project_of(
    root: Path,
    scopes: list[Scope],
    problems: list[Problem],
    templates: int = 1,
    neighbours: Sequence[Scope] = (),
) -> Project:
    """The project of a list of scopes, the including ones first; raises `InputError` when they declare no function.

    `neighbours` are further templates of the repository: not deployed with these, but they give them what
    they export.
    """
    _prepare(root, [*scopes, *neighbours], problems)
    roles = Roles.of([*scopes, *neighbours])
    for scope in scopes:
        attach_connectors(scope, roles)
    collected = Collected(root, scopes, roles)
    collected.read()
    units: list[Unit] = []
    resources: dict[str, Resource] = {}
    found = seen = 0
    tasks = Tasks(root, roles, executing_services(scopes))
    for scope in scopes:
        resolver = Resolver(scope)
        first = len(units)
        for logical_id in scope.resources:
            kind = scope.type_of(logical_id)
            if not kind or not resolver.declared(logical_id):
                continue
            if kind in (FUNCTION, SAM_FUNCTION):
                found += 1
                unit = _unit(collected, scope, logical_id)
                if unit is not None:
                    units.append(unit)
            elif kind == TASK:
                seen += 1
                units.extend(_tasks(collected, scope, logical_id, tasks))
        _resources(scope, resolver, resources)
        if len(units) > first:
            references = references_of(scope, (*scopes, *neighbours))
            units[first:] = [replace(unit, references=references) for unit in units[first:]]
    for scope in neighbours:
        _resources(scope, Resolver(scope), resources)
    shown = scopes[0].document.shown
    if not units:
        if found:
            raise NoFunctionError(
                f"`{shown}` declares no Python function", "iamgen analyses functions with a Python runtime"
            )
        if seen:
            why = collected.problems[-1].message if collected.problems else "its tasks run no Python"
            raise NoTaskError(f"`{shown}` declares no task that is seen to run Python", f"{why}; name one with --entry")
        raise NoFunctionError(f"`{shown}` declares no function", "give a template with a Lambda function, or --entry")
    serverless = any(str(scope.template.get("Transform", "")).find("AWS::Serverless") >= 0 for scope in scopes)
    return Project(
        root,
        "sam"
        if serverless or any(r.type.startswith("AWS::Serverless::") for r in resources.values())
        else "cloudformation",
        tuple(units),
        MappingProxyType(resources),
        tuple(dict.fromkeys((*problems, *collected.problems))),
        shown if templates == 1 else None,
        neighbours=tuple(dict.fromkeys(scope.document.shown for scope in neighbours)),
    )


def _resources(scope: Scope, resolver: Resolver, into: dict[str, Resource]) -> None:
    """The resources of a template that are or may be made."""
    for logical_id in scope.resources:
        kind = scope.type_of(logical_id)
        if not kind or not resolver.declared(logical_id):
            continue
        properties = settled(resolver.value(scope.properties(logical_id)))
        into[scope.name(logical_id)] = Resource(
            scope.name(logical_id),
            kind,
            properties if isinstance(properties, Mapping) else MappingProxyType({}),
            scope.location(logical_id),
        )


def _unit(collected: Collected, scope: Scope, logical_id: str) -> Unit | None:
    """One function; a failure of iamgen itself is a problem of this unit alone."""
    try:
        return read_unit(collected, scope, logical_id)
    except Exception as error:  # noqa: BLE001  # whatever it is, the other functions are read
        return _failed(scope, logical_id, error)


def _tasks(collected: Collected, scope: Scope, logical_id: str, tasks: Tasks) -> tuple[Unit, ...]:
    """The programs of one task definition, likewise."""
    try:
        units, problems = read_task(scope, logical_id, tasks)
    except Exception as error:  # noqa: BLE001  # as above
        return (_failed(scope, logical_id, error),)
    collected.problems.extend(problems)
    return units


def _failed(scope: Scope, logical_id: str, error: Exception) -> Unit:
    location = scope.location(logical_id)
    message = f"iamgen failed on this declaration: {type(error).__name__}: {error}"
    problem = Problem(INTERNAL_ERROR, message[:300], location)
    source = Source(location.file, location.line, ".")
    return Unit(scope.unit_name(logical_id), "", None, source, (), problems=(problem,))


def _prepare(root: Path, scopes: list[Scope], problems: list[Problem]) -> None:
    """Tell the scopes' names apart, and add what SAM generates."""
    from iamgen.project.templates.includes import expand_includes
    from iamgen.project.templates.loops import expand_loops

    seen: set[str] = set()
    units: set[str] = set()
    shared = Shared()
    for scope in scopes:
        expand_includes(scope, root, problems)
        expand_loops(scope, problems)
        names = [name for name in scope.resources if isinstance(name, str)]
        clash = seen.intersection(names)
        if clash:
            scope.prefix = _prefix(scope, names, seen)
        seen.update(scope.name(name) for name in names)
        own = tuple(scope.unit_names.values())
        if units.intersection(own):
            scope.unit_prefix = _prefix(scope, own, units)
        units.update(scope.unit_name(name) for name in scope.unit_names)
        scope.implied = {
            f"{name}Role": "AWS::IAM::Role"
            for name in names
            if scope.type_of(name) == SAM_FUNCTION and "Role" not in scope.properties(name)
        }
    for scope in scopes:
        scope.naming = namings(scope)
        scope.shared = shared
        shared.add(Resolver(scope))


def _prefix(scope: Scope, names: Sequence[str], seen: set[str]) -> str:
    """What tells a template's names apart from those that others have."""
    start = scope.stack or scope.document.path.parent.name
    prefix = f"{start}-"
    number = 1
    while seen.intersection(prefix + name for name in names):
        number += 1
        prefix = f"{start}{number}-"
    return prefix


def settled(value: Value) -> Any:
    """A value as plain data whose strings are texts; of alternatives, the first."""
    match value:
        case Either():
            return settled(next((one for one in value.options if one is not ABSENT), None))
        case tuple():
            return tuple(settled(one) for one in value)
        case Mapping():
            return MappingProxyType({key: settled(one) for key, one in value.items()})
        case _:
            return value
