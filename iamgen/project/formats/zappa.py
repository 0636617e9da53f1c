"""Zappa: `zappa_settings`, each stage a unit, each scheduled or triggered function another.

Source: https://github.com/zappa/Zappa, "Advanced Settings".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.core.text import Text
from iamgen.project.code.handlers import resolve_handler
from iamgen.project.code.python_files import importable, python_files
from iamgen.project.code.roots import inside
from iamgen.project.formats.levels import levels
from iamgen.project.model import (
    EMPTY,
    Configuration,
    DeclaredRole,
    Entry,
    LibraryEntry,
    PolicyDocument,
    Problem,
    Project,
    Source,
    Unit,
)
from iamgen.project.request import Found, Request
from iamgen.project.templates.documents import read_document, read_text
from iamgen.project.templates.nodes import Node, as_text, listed, mapping
from iamgen.project.templates.units import lambda_environment

_NAMES: Final = ("zappa_settings.json", "zappa_settings.toml", "zappa_settings.yaml", "zappa_settings.yml")
_BYTES: Final = 1_000_000
_NOT_SERVED: Final = frozenset({"management", "migrations", "tests", "manage", "setup", "conftest"})


class Zappa:
    """An application's folder or its settings."""

    name = "zappa"

    def detect(self, request: Request) -> Found | None:
        """A settings file, or a folder that holds one."""
        target = request.target
        if target.is_file():
            return Found(target) if target.name in _NAMES else None
        found = _settings_files(target)
        return Found(target, len(found[0].parent.relative_to(target).parts)) if found else None

    def load(self, request: Request, found: Path) -> Project:
        """The units of all stages."""
        files = [found] if found.is_file() else _settings_files(found)
        units: dict[str, Unit] = {}
        problems: list[Problem] = []
        for path in files:
            shown = request.relative(path)
            try:
                stages = _settings(path, shown)
            except InputError as error:
                if len(files) == 1:
                    raise
                problems.append(Problem("template", error.message, Location(shown, 1)))
                continue
            for name, stage in stages.items():
                if not isinstance(stage, Mapping):
                    continue
                line = stages.line_of(name) if isinstance(stages, Node) else 1
                settings, why = _extended(stages, stage)
                if why is not None:
                    written = stage.line_of("extends") if isinstance(stage, Node) else line
                    problems.append(Problem("template", f"the stage `{name}` {why}", Location(shown, written)))
                for unit in _units(request, path, shown, str(name), settings, line):
                    own = unit.name if unit.name not in units else f"{path.parent.name}-{unit.name}"
                    units[own] = replace(unit, name=own)
        if not units:
            where = "`, `".join(request.relative(path) for path in files)
            raise InputError(
                f"`{where}` declares no application",
                "a stage needs `app_function`, `django_settings` or `lambda_handler`",
            )
        template = request.relative(files[0]) if len(files) == 1 else None
        return Project(request.root, self.name, tuple(units.values()), problems=tuple(problems), template=template)


def _settings_files(folder: Path) -> list[Path]:
    """The settings of a folder: its own, else those further down."""
    for level in levels(folder):
        found = [base / first for base, names in level if (first := next((n for n in _NAMES if n in names), None))]
        if found:
            return found
    return []


def _extended(stages: Mapping[str, Any], stage: Mapping[str, Any]) -> tuple[Mapping[str, Any], str | None]:
    """A stage with what it `extends` under it, which may extend another in turn; and what is wrong with those."""
    merged = dict(stage)
    above = [stage]
    while isinstance(base := stage.get("extends"), str):
        found = stages.get(base)
        if not isinstance(found, Mapping):
            return merged, f"extends `{base}`, which is not declared"
        if any(found is one for one in above):
            return merged, "extends itself" if found is above[0] else f"extends `{base}`, which extends itself"
        stage = found
        above.append(stage)
        merged = {**stage, **merged}
    return merged, None


def _settings(path: Path, shown: str) -> Mapping[str, Any]:
    if path.suffix != ".toml":
        return mapping(read_document(path, shown).data)
    try:
        return tomllib.loads(read_text(path, shown, _BYTES))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"`{shown}` is malformed: {error}") from error


def _units(
    request: Request, path: Path, shown: str, stage: str, settings: Mapping[str, Any], line: int
) -> Iterator[Unit]:
    folder = path.parent
    application = as_text(settings.get("app_function")) or ""
    django = as_text(settings.get("django_settings"))
    if not application and django is not None:
        application = f"{django.rpartition('.')[0] or django}.wsgi.application"
    if not application:
        application = as_text(settings.get("lambda_handler")) or ""
    handlers = [(stage, application)]
    for event in listed(settings.get("events")):
        functions = [mapping(event).get("function"), *listed(mapping(event).get("functions"))]
        handlers.extend((f"{stage}-{written}", written) for written in functions if isinstance(written, str))
    project = as_text(settings.get("project_name")) or "app"
    name = Text.of(f"{project}-{stage}".replace("_", "-"))
    environment = lambda_environment(name, Text.of("/aws/lambda/", name), "handler.lambda_handler")
    for source in ("environment_variables", "aws_environment_variables"):
        for key, value in mapping(settings.get(source)).items():
            if (text := as_text(value)) is not None:
                environment[key] = (Text.of(text),)
    location = Location(shown, line)
    for unit, handler in handlers:
        if not handler:
            continue
        entry: Entry | None
        if django is not None and unit == stage:
            entry, problem = _django(folder), "Django finds its views by its settings: every function here is read"
        else:
            found = resolve_handler(handler, (folder,), request.root, EMPTY)
            entry, problem = found.entry, found.problem
        kind = "unknown-handler" if entry is None else "guessed-code"
        problems = (Problem(kind, problem, location),) if problem else ()
        yield Unit(
            unit,
            handler,
            entry,
            Source(shown, line, request.relative(folder) or "."),
            (folder,),
            MappingProxyType(environment),
            Configuration(
                function_name=name,
                vpc=bool(mapping(settings.get("vpc_config")).get("SubnetIds")),
                tracing=settings.get("xray_tracing") is True,
                location=location,
            ),
            _role(request, folder, settings, name.literal or "", location),
            problems,
        )


def _django(folder: Path) -> LibraryEntry | None:
    """The modules that a Django application may load; commands, migrations and tests run elsewhere."""
    modules: list[str] = []
    for path in python_files(folder):
        parts = path.relative_to(folder).with_suffix("").parts
        if importable(parts) and not _NOT_SERVED.intersection(parts):
            modules.append(".".join(parts).removesuffix(".__init__"))
    return LibraryEntry(tuple(modules)) if modules else None


def _role(request: Request, folder: Path, settings: Mapping[str, Any], name: str, location: Location) -> DeclaredRole:
    """The role of the settings, else the one that Zappa makes."""
    arn, named = as_text(settings.get("role_arn")), as_text(settings.get("role_name"))
    if arn is not None or (named is not None and settings.get("manage_roles") is False):
        return DeclaredRole(arn or named or "", external=True, location=location)
    documents = [_attached(request, folder, settings, location)]
    extra = [one for one in listed(settings.get("extra_permissions")) if isinstance(one, Mapping)]
    if extra:
        documents.append(_document("extra_permissions", extra, location))
    return DeclaredRole(named or f"{name}-ZappaLambdaExecutionRole", tuple(documents), location=location)


def _document(name: str, statements: list[Any], location: Location) -> PolicyDocument:
    return PolicyDocument(name, MappingProxyType({"Version": "2012-10-17", "Statement": statements}), location)


def _attached(request: Request, folder: Path, settings: Mapping[str, Any], location: Location) -> PolicyDocument:
    """The policy file of `attach_policy`, else Zappa's own, which is wide."""
    written = as_text(settings.get("attach_policy"))
    path, _ = inside(folder / written, request.root) if written is not None else (None, "")
    if path is not None:
        shown = request.relative(path)
        try:
            data = mapping(read_document(path, shown).data)
        except InputError:
            data = {}
        return _document(
            path.name, [one for one in listed(data.get("Statement")) if isinstance(one, Mapping)], Location(shown, 1)
        )
    statements = [{"Effect": "Allow", "Action": [action], "Resource": resource} for action, resource in _OWN]
    return _document(
        "zappa-permissions", [*statements, {"Effect": "Allow", "Action": list(_NETWORK), "Resource": "*"}], location
    )


# What Zappa attaches to the roles that it makes. Source: zappa/core.py, ATTACH_POLICY.
_OWN: Final = (
    ("logs:*", "arn:aws:logs:*:*:*"), ("lambda:InvokeFunction", "*"), ("xray:PutTraceSegments", "*"),
    ("xray:PutTelemetryRecords", "*"), ("s3:*", "arn:aws:s3:::*"), ("kinesis:*", "arn:aws:kinesis:*:*:*"),
    ("sns:*", "arn:aws:sns:*:*:*"), ("sqs:*", "arn:aws:sqs:*:*:*"), ("dynamodb:*", "arn:aws:dynamodb:*:*:*"),
    ("route53:*", "*"),
)  # fmt: skip
_NETWORK: Final = (
    "ec2:AttachNetworkInterface", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces", "ec2:DetachNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:ResetNetworkInterfaceAttribute",
)  # fmt: skip
