"""The units that have one role: their policy is what all of them need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from iamgen.core.text import Text
from iamgen.mapping.model import Requirement, Requirements
from iamgen.mapping.requirements import merge
from iamgen.pipeline.writing.files import File
from iamgen.project.model import Project, References, Unit
from iamgen.project.templates.values import sub_form
from iamgen.render.edits.dependencies import ABOUT_ROLES, Template, references_in
from iamgen.render.edits.places import (
    FunctionPolicies,
    FunctionStatements,
    Place,
    RolePolicies,
    ServiceStatements,
    place_of,
)
from iamgen.render.edits.source import Unwritable
from iamgen.render.model import UnitReport
from iamgen.render.policies.yaml_text import as_written

_OWN_WORK: Final = frozenset({"lambda.amazonaws.com", "edgelambda.amazonaws.com", "ecs-tasks.amazonaws.com"})
_SUFFIX: Final = "${AWS::URLSuffix}"


@dataclass(frozen=True, slots=True)
class Group:
    """Units with one role and the place where its policies are written."""

    place: Place
    units: tuple[Unit, ...]
    reports: tuple[UnitReport, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(unit.name for unit in self.units)

    @property
    def requirements(self) -> Requirements:
        """What all of them need."""
        items = merge(item for report in self.reports for item in report.requirements.items)
        return Requirements(self.names[0], items)

    @property
    def obstacle(self) -> str | None:
        """Why nobody knows yet what they need."""
        gaps = [(report, gap) for report in self.reports for gap in report.gaps]
        if not gaps:
            return None
        report, gap = gaps[0]
        more = f" and {len(gaps) - 1} more" if gaps[1:] else ""
        whose = f"`{report.unit.name}` " if len(self.units) > 1 else ""
        return f"{whose}may need more: {gap.location}: {gap.kind}: {gap.message}{more}"


def grouped(project: Project, asked: frozenset[str]) -> tuple[list[Group], dict[str, str]]:
    """The groups that hold a unit that is asked for, and why other such units are in none."""
    groups: dict[Place, list[Unit]] = {}
    refused: dict[str, str] = {}
    for unit in project.units:
        try:
            groups.setdefault(place_of(unit, project), []).append(unit)
        except Unwritable as error:
            if unit.name in asked:
                refused[unit.name] = error.message
    found = [
        Group(place, tuple(sorted(units, key=lambda unit: unit.name)))
        for place, units in groups.items()
        if asked.intersection(unit.name for unit in units)
    ]
    return sorted(found, key=lambda group: group.names), refused


def check_users(group: Group, project: Project, file: File, template: Template) -> None:
    """Raise `Unwritable` when others than the units may need what the role grants."""
    match group.place:
        case FunctionPolicies() | FunctionStatements():
            return
        case ServiceStatements():
            _check_languages(project, file.shown)
            _check_resources(group, project)
            return
        case RolePolicies():
            role = group.units[0].role
            principals = set(_services(role.trust if role is not None else None))
            if not principals <= _OWN_WORK:
                raise Unwritable(f"{', '.join(sorted(principals - _OWN_WORK))} may take on the role, too")
            if project.format == "serverless":
                _check_languages(project, file.shown)
            functions = frozenset(
                name
                for unit in group.units
                if (name := name_at(file, unit.source.line, unit.name)) and unit.source.template
            )
            other = template.others_with(
                name_at(file, group.place.line, group.place.name) or "", functions, alone=project.template == file.shown
            )
            if other is not None:
                raise Unwritable(other)
            _check_resources(group, project)


def name_at(file: File, line: int, name: str) -> str | None:
    """The key of what is declared on a line."""
    found = file.source.declared(line, name)
    return None if found is None else str(found[0].value)


def _check_resources(group: Group, project: Project) -> None:
    """Raise `Unwritable` when a resource has the role, whatever file of the project declares it."""
    role = group.units[0].role
    name = role.name if role is not None else ""
    declared = project.resources.get(name)
    physical = declared.properties.get("RoleName") if declared is not None else None
    end = f"/{sub_form(physical)}" if isinstance(physical, Text) else ""
    own = {(unit.source.template, unit.source.line) for unit in group.units}
    for logical_id, resource in sorted(project.resources.items()):
        place = (resource.location.file, resource.location.line)
        function = place in own and resource.type.endswith("::Function")
        if logical_id == name or function or resource.type in ABOUT_ROLES:
            continue
        if any(_names(text, name, end) for text in _texts(resource.properties)):
            raise Unwritable(f"`{logical_id}` ({resource.type}) has it too")


def _names(text: Text, role: str, end: str) -> bool:
    """Whether a text is the role's ARN or name; `end` is how the ARN ends where the template tells the name."""
    if any(hole.name.partition(".")[0] == role for hole in text.holes):
        return True
    whole = sub_form(text)
    return bool(end) and (whole == end[1:] or (":iam:" in whole and whole.endswith(end)))


def _texts(value: object) -> Iterator[Text]:
    match value:
        case Text():
            yield value
        case Mapping():
            for one in value.values():
                yield from _texts(one)
        case tuple() | list():
            for one in value:
                yield from _texts(one)


def owner_of(group: Group, file: File) -> str:
    """The key that the group's policies stand below."""
    match group.place:
        case ServiceStatements():
            return "provider"
        case FunctionStatements(function=name):
            return name
        case FunctionPolicies() | RolePolicies() as place:
            return name_at(file, place.line, place.name) or ""
        case _:
            raise AssertionError(group.place)


def _check_languages(project: Project, shown: str) -> None:
    for problem in project.problems:
        if problem.kind == "not-python" and problem.location.file == shown:
            raise Unwritable(f"functions that iamgen does not read may have the role, too: {problem.message}")


def _services(trust: object) -> Iterator[str]:
    """The principals that may take on a role."""
    statements = trust.get("Statement") if isinstance(trust, Mapping) else None
    for statement in statements if isinstance(statements, list | tuple) else [statements]:
        principal = statement.get("Principal") if isinstance(statement, Mapping) else None
        for values in principal.values() if isinstance(principal, Mapping) else [principal]:
            for value in values if isinstance(values, list | tuple) else [values]:
                yield "an unknown principal" if value is None else str(value).replace(_SUFFIX, "amazonaws.com")


def references_for(group: Group, file: File, template: Template) -> References:
    """How the template writes symbols, without those that the role cannot refer to."""
    references = group.units[0].references
    match group.place:
        case FunctionPolicies() | RolePolicies():
            cyclic = template.cycles(name_at(file, group.place.line, group.place.name) or "")
        case _:
            return references
    own = {key: one for key, one in references.expressions.items() if not cyclic.intersection(references_in(one))}
    return replace(references, expressions=own, foreign=references.foreign | cyclic)


def loosened(requirements: Requirements, references: References) -> Requirements:
    """What is granted in the end where the template cannot write some names."""
    items = (replace(item, resource=as_written(item.resource, references)) for item in requirements.items)
    return replace(requirements, items=merge(items))


def unwritten(items: Iterable[Requirement], references: References) -> tuple[str, ...]:
    """The resources that are written wider than they are needed, as notes."""
    wider = {item.resource: as_written(item.resource, references) for item in items}
    return tuple(
        f"`{text}` is written as `{wide}`: the template cannot name it here"
        for text, wide in sorted(wider.items())
        if text != wide
    )
