"""A project as JSON that a reviewer can read; what Lambda sets in every function is left out."""

import json

from iamgen.core.text import Text
from iamgen.project.model import HandlerEntry, LibraryEntry, ScriptEntry
from iamgen.project.templates.units import lambda_environment

_COMMON = set(lambda_environment(Text.of("f"), Text.of("g"), "h"))


def describe(project):
    return json.dumps(
        {
            "format": project.format,
            "template": project.template,
            "units": [_unit(project, unit) for unit in project.units],
            "problems": [_problem(one) for one in project.problems],
            "resources": {name: one.type for name, one in sorted(project.resources.items())},
        },
        indent=2,
    ) + "\n"  # fmt: skip


def texts(values):
    return [str(one) for one in values]


def own_environment(unit):
    return {key: texts(found) for key, found in sorted((unit.environment or {}).items()) if key not in _COMMON}


def _problem(problem):
    return f"{problem.location}: {problem.kind}: {problem.message}"


def _entry(entry):
    match entry:
        case HandlerEntry(module, function):
            return f"{module}:{function}"
        case ScriptEntry(module):
            return module
        case LibraryEntry(modules):
            return list(modules)
        case _:
            return None


def _unit(project, unit):
    described = {
        "name": unit.name,
        "handler": unit.handler,
        "entry": _entry(unit.entry),
        "source": f"{unit.source.template}:{unit.source.line} {unit.source.code}",
        "search_path": [one.relative_to(project.root).as_posix() for one in unit.search_path],
        "environment": own_environment(unit) if unit.environment is not None else None,
    }
    if unit.inline:
        described["inline"] = sorted(unit.inline)
    configuration = unit.configuration
    if configuration is not None:
        described["configuration"] = {
            "function_name": str(configuration.function_name),
            **{
                name: texts(found)
                for name in ("dead_letter", "destinations", "file_systems", "kms_key", "layers")
                if (found := getattr(configuration, name))
            },
            **{name: True for name in ("vpc", "tracing") if getattr(configuration, name)},
            "event_sources": [f"{one.kind} {' | '.join(texts(one.arn))}" for one in configuration.event_sources],
        }
    if unit.role is not None:
        described["role"] = {
            "name": unit.role.name,
            "managed": list(unit.role.managed),
            "external": unit.role.external,
            "boundary": unit.role.boundary,
            "documents": {
                f"{one.name} {one.location}": [dict(s) for s in one.document["Statement"]]
                for one in unit.role.documents
            },
        }
    if unit.problems:
        described["problems"] = [_problem(one) for one in unit.problems]
    return described
