"""Zappa: `zappa_settings`, each stage a unit, each scheduled or triggered function another.

Source: https://github.com/zappa/Zappa, "Advanced Settings".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.core.text import Text
from iamgen.project.code.handlers import resolve_handler
from iamgen.project.code.roots import inside
from iamgen.project.model import EMPTY, Configuration, DeclaredRole, PolicyDocument, Problem, Project, Source, Unit
from iamgen.project.request import Found, Request
from iamgen.project.templates.documents import read_document, read_text
from iamgen.project.templates.nodes import Node, as_text, listed, mapping
from iamgen.project.templates.units import lambda_environment

_NAMES: Final = ("zappa_settings.json", "zappa_settings.toml", "zappa_settings.yaml", "zappa_settings.yml")
_BYTES: Final = 1_000_000


class Zappa:
    """An application's folder or its settings."""

    name = "zappa"

    def detect(self, request: Request) -> Found | None:
        """A settings file, or a folder that holds one."""
        target = request.target
        if target.is_file():
            return Found(target) if target.name in _NAMES else None
        found = next((target / name for name in _NAMES if (target / name).is_file()), None)
        return Found(found) if found is not None else None

    def load(self, request: Request, found: Path) -> Project:
        """The units of all stages."""
        shown = request.relative(found)
        stages = _settings(found, shown)
        units: list[Unit] = []
        problems: list[Problem] = []
        for name, stage in stages.items():
            if isinstance(stage, Mapping):
                line = stages.line_of(name) if isinstance(stages, Node) else 1
                merged = {**mapping(stages.get(str(stage.get("extends")))), **stage}
                units.extend(_units(request, found, shown, str(name), merged, line))
        units = [unit for unit in units if unit.handler]
        if not units:
            raise InputError(f"`{shown}` declares no application", "a stage needs `app_function` or `django_settings`")
        return Project(request.root, self.name, tuple(units), problems=tuple(problems), template=shown)


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
        found = resolve_handler(handler, (folder,), request.root, EMPTY)
        problems = () if found.entry is not None else (Problem("unknown-handler", found.problem, location),)
        yield Unit(
            unit,
            handler,
            found.entry,
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
