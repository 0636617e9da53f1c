"""Where units, their code, environment, roles and resources are declared.

`load(path)` detects the format and returns a `Project`. A template's references are kept as
symbols (`core.text`), its conditions as alternatives; nothing of the project is imported or run.
A format is one file of `formats/`; what templates have in common is in `templates/`, and finding
code, inside the project and nowhere else, in `code/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.project.code.roots import OUTSIDE_PROJECT
from iamgen.project.formats import formats
from iamgen.project.formats.directory import DIRECTORY
from iamgen.project.model import EMPTY, Problem, Project
from iamgen.project.request import Format, Found, NoFunctionError, NoTaskError, Request

__all__ = ["load"]


def load(
    path: Path,
    *,
    template: Path | None = None,
    entry: str | None = None,
    handler: str | None = None,
    all_functions: bool = False,
    parameters: Mapping[str, str] = EMPTY,
    root: Path | None = None,
    environment: str | None = None,
) -> Project:
    """The project at `path`: a folder, a template or a Python file.

    `template` chooses among several; `entry` (`module:function` or `module`), `handler` (as Lambda
    writes it) or `all_functions` name the start without a template. `environment` is one of
    `samconfig.toml`, as `sam --config-env` takes it. Raises `InputError` for what is
    not there, cannot be read, or declares no function.
    """
    request = Request.of(path, template=template, parameters=parameters, root=root, environment=environment)
    if entry is not None or handler is not None or all_functions:
        if environment is not None:
            raise InputError("an entry point and an environment exclude each other", "an environment is a template's")
        if template is not None:
            raise InputError("an entry point and a template exclude each other", "give one of them")
        if request.path.is_file() and request.path.suffix != ".py":
            from iamgen.project.formats.archive import ARCHIVE, SUFFIXES

            if request.path.suffix in SUFFIXES:
                return ARCHIVE.load_entry(request, entry=entry, handler=handler, all_functions=all_functions)
        return DIRECTORY.load_entry(request, entry=entry, handler=handler, all_functions=all_functions)
    from iamgen.project.formats.cloudformation import CloudFormation

    detected = [
        (found.depth, order, found, reader)
        for order, reader in enumerate(formats())
        if (found := reader.detect(request))
    ]
    nothing: NoFunctionError | None = None
    # The nearest declaration counts; of two in one folder, the first of the formats.
    ordered = sorted(detected, key=lambda one: one[:2])
    for number, (_, _, nearest, chosen) in enumerate(ordered, 1):
        try:
            project = chosen.load(request, nearest.path)
        except NoFunctionError as error:
            if nothing is None or isinstance(nothing, NoTaskError):
                nothing = error
            continue
        if environment is not None and not isinstance(chosen, CloudFormation):
            raise InputError(f"an environment goes with a SAM or CloudFormation template, not with {chosen.name}")
        wider = _repository(request.root) if root is None and _leaves(project) else None
        # Code beside the given folder belongs to the project as long as it is in one repository with it.
        if wider is not None:
            return chosen.load(replace(request, root=wider), nearest.path)
        others = [(other, found) for _, _, found, other in ordered[number:] if not found.program]
        told = tuple(_not_chosen(request, project, others)) if request.target.is_dir() else ()
        return replace(project, problems=(*project.problems, *told)) if told else project
    if isinstance(nothing, NoTaskError) and request.target.is_dir():
        try:
            return DIRECTORY.load(request, request.path)
        except InputError:
            raise nothing from None
    if nothing is not None:
        raise nothing
    if request.template is not None:
        # Read it all the same: the reader of templates says best what is wrong with it.
        return CloudFormation().load(request, request.template)
    return DIRECTORY.load(request, request.path)


def _not_chosen(request: Request, project: Project, others: list[tuple[Format, Found]]) -> Iterator[Problem]:
    """What other formats declare beside the project and it does not hold: a repository may hold several."""
    from iamgen.project.formats.serverless import further_services
    from iamgen.project.formats.template_search import further_templates

    told: set[str | None] = set()
    known = {(unit.entry, unit.search_path[:1]) for unit in project.units}
    for chosen, found in others:
        try:
            other = chosen.load(request, found.path)
        except InputError:
            continue
        units = [unit for unit in other.units if (unit.entry, unit.search_path[:1]) not in known and unit.entry]
        for template in dict.fromkeys(unit.source.template for unit in units):
            names = [f"`{unit.name}`" for unit in units if unit.source.template == template]
            told.add(template)
            if template is not None:
                shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
                message = f"`{template}` declares {shown}, too: choose it with --template"
                yield Problem("not-chosen", message, Location(template, 1))
    read = {unit.source.template for unit in project.units} | {
        resource.location.file for resource in project.resources.values()
    }
    read -= {*project.neighbours}
    known_files = frozenset(request.root / name for name in read | told if name is not None)
    for path in (*further_templates(request.target, known_files), *further_services(request.target, known_files)):
        shown = request.relative(path)
        message = f"`{shown}` declares functions, too: choose it with --template"
        yield Problem("not-chosen", message, Location(shown, 1))


def _leaves(project: Project) -> bool:
    """Whether something that the project names lies outside it."""
    problems = (*project.problems, *(one for unit in project.units for one in unit.problems))
    return any(one.kind == OUTSIDE_PROJECT for one in problems)


def _repository(folder: Path) -> Path | None:
    """The repository that a folder lies in, None when it is none's or its top."""
    return next((parent for parent in folder.parents if (parent / ".git").exists()), None)
