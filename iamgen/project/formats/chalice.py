"""AWS Chalice: the decorated functions of `app.py`, with the settings of `.chalice/config.json`.

Source: https://aws.github.io/chalice/topics/configfile.html
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.core.text import Text, symbol
from iamgen.project.code.roots import inside
from iamgen.project.formats.levels import levels
from iamgen.project.limits import SOURCE_BYTES
from iamgen.project.model import (
    Configuration,
    DeclaredRole,
    EventSource,
    HandlerEntry,
    PolicyDocument,
    Problem,
    Project,
    Source,
    Unit,
)
from iamgen.project.request import Found, Request
from iamgen.project.templates.documents import read_document, read_text
from iamgen.project.templates.nodes import as_text, listed, mapping
from iamgen.project.templates.units import lambda_environment

_ROUTES: Final = frozenset(
    {"route", "get", "post", "put", "delete", "patch", "head", "on_ws_connect", "on_ws_message", "on_ws_disconnect"}
)
_OTHERS: Final = frozenset(
    {"lambda_function", "schedule", "authorizer", "on_s3_event", "on_sns_message", "on_sqs_message", "on_cw_event",
     "on_kinesis_record", "on_dynamodb_record"}
)  # fmt: skip


class Chalice:
    """An application's folder, or a folder of applications."""

    name = "chalice"

    def detect(self, request: Request) -> Found | None:
        """A folder with `.chalice/config.json` and `app.py`, or one that holds such folders further down."""
        target = request.target
        if target.is_file():
            if target.name != "config.json" or target.parent.name != ".chalice":
                return None
            target = target.parent.parent
        found = _applications(target)
        return Found(target, len(found[0].relative_to(target).parts)) if found else None

    def load(self, request: Request, found: Path) -> Project:
        """Each decorated function is a unit."""
        problems: list[Problem] = []
        units: dict[str, Unit] = {}
        folders = _applications(found)
        for folder in folders:
            config_path = folder / ".chalice" / "config.json"
            shown = request.relative(config_path)
            try:
                config = mapping(read_document(config_path, shown).data)
            except InputError as error:
                if len(folders) == 1:
                    raise
                problems.append(Problem("template", error.message, Location(shown, 1)))
                continue
            for unit in _Application(request, folder, config, shown, problems).units():
                name = unit.name if unit.name not in units else f"{folder.name}-{unit.name}"
                units[name] = replace(unit, name=name)
        if not units:
            where = "`, `".join(request.relative(folder / "app.py") for folder in folders)
            raise InputError(f"`{where}` decorates no function")
        template = request.relative(folders[0] / ".chalice" / "config.json") if len(folders) == 1 else None
        every = tuple(units.values())
        return Project(request.root, self.name, every, problems=tuple(dict.fromkeys(problems)), template=template)


def _applications(folder: Path) -> list[Path]:
    """The applications of a folder: itself, else those further down."""
    for level in levels(folder):
        found = [base for base, names in level if "app.py" in names and (base / ".chalice" / "config.json").is_file()]
        if found:
            return found
    return []


class _Application:
    """Reads one application."""

    def __init__(
        self, request: Request, folder: Path, config: Mapping[str, Any], shown: str, problems: list[Problem]
    ) -> None:
        self.request = request
        self.folder = folder
        self.config = config
        self.shown = shown
        self.problems = problems
        stages = {str(name): mapping(one) for name, one in mapping(config.get("stages")).items()} or {"dev": {}}
        # `chalice deploy` takes the stage `dev`.
        self.stages = dict(sorted(stages.items(), key=lambda one: one[0] != "dev"))

    def units(self) -> Iterator[Unit]:
        """The units of `app.py` and of `chalicelib`'s blueprints."""
        files = [self.folder / "app.py", *sorted((self.folder / "chalicelib").rglob("*.py"))]
        for path in files[:500]:
            shown = self.request.relative(path)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    tree = ast.parse(read_text(path, shown, SOURCE_BYTES))
            except InputError as error:
                self.problems.append(Problem("unreadable-code", error.message, Location(shown, 1)))
                continue
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                line = getattr(error, "lineno", None) or 1
                self.problems.append(
                    Problem("unparsable-file", f"cannot be parsed: {error}"[:200], Location(shown, line))
                )
                continue
            module = ".".join(path.relative_to(self.folder).with_suffix("").parts).removesuffix(".__init__")
            for node in tree.body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    for kind, arguments in _decorators(node):
                        yield self._unit(module, node, kind, arguments, shown)
                        break

    def _unit(
        self,
        module: str,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        kind: str,
        arguments: Mapping[str, str],
        shown: str,
    ) -> Unit:
        own = arguments.get("name", node.name) if kind not in _ROUTES else "api_handler"
        physical = Text.of(
            as_text(self.config.get("app_name")) or "app",
            "-",
            symbol("stage"),
            *(() if kind in _ROUTES else (f"-{own}",)),
        )
        handler = f"{module}.{node.name}"
        environment = lambda_environment(physical, Text.of("/aws/lambda/", physical), handler)
        for key, values in self._environment(own).items():
            environment[key] = values
        vendor = self.folder / "vendor"
        return Unit(
            node.name,
            handler,
            HandlerEntry(module, node.name),
            Source(shown, node.lineno, self.request.relative(self.folder) or "."),
            (self.folder, *((vendor,) if vendor.is_dir() else ())),
            MappingProxyType(environment),
            Configuration(
                function_name=physical,
                vpc=self._any("subnet_ids", own),
                tracing=self._any("xray", own),
                event_sources=tuple(_sources(kind, arguments)),
                location=Location(shown, node.lineno),
            ),
            self._role(own),
        )

    def _levels(self, function: str) -> Iterator[Mapping[str, Any]]:
        """The settings that count for a function: all stages', each stage's, and the function's own."""
        yield self.config
        yield mapping(mapping(self.config.get("lambda_functions")).get(function))
        for stage in self.stages.values():
            yield stage
            yield mapping(mapping(stage.get("lambda_functions")).get(function))

    def _any(self, key: str, function: str) -> bool:
        return any(bool(level.get(key)) for level in self._levels(function))

    def _environment(self, function: str) -> dict[str, tuple[Text, ...]]:
        found: dict[str, tuple[Text, ...]] = {}
        for stage in self.stages.values():
            merged: dict[str, str] = {}
            for level in (self.config, stage, mapping(mapping(stage.get("lambda_functions")).get(function))):
                for key, value in mapping(level.get("environment_variables")).items():
                    if (text := as_text(value)) is not None:
                        merged[key] = text
            for key, text in merged.items():
                found[key] = tuple(dict.fromkeys((*found.get(key, ()), Text.of(text))))
        return found

    def _role(self, function: str) -> DeclaredRole | None:
        """The role of the first stage that has one; Chalice makes one up itself where there is none."""
        return next((role for stage in self.stages if (role := self._role_of(stage, function)) is not None), None)

    def _role_of(self, stage: str, function: str) -> DeclaredRole | None:
        """A stage's role: one that exists, or as its policy file says."""
        place = Location(self.shown, 1)
        settings = self.stages[stage]
        own = mapping(mapping(settings.get("lambda_functions")).get(function))
        general = mapping(mapping(self.config.get("lambda_functions")).get(function))
        merged = {**self.config, **general, **settings, **own}
        arn = merged.get("iam_role_arn")
        if isinstance(arn, str):
            return DeclaredRole(arn, external=True, location=place)
        written = merged.get("iam_policy_file", f"policy-{stage}.json")
        if merged.get("autogen_policy", True) is not False or not isinstance(written, str):
            return None
        path, _ = inside(self.folder / ".chalice" / written, self.request.root)
        if path is None:
            self.problems.append(Problem("template", f"the policy file `{written}` does not exist", place))
            return None
        shown = self.request.relative(path)
        try:
            data = read_document(path, shown).data
        except InputError as error:
            self.problems.append(Problem("template", error.message, Location(shown, 1)))
            return None
        if not isinstance(data, Mapping):
            return None
        document = MappingProxyType({**data, "Statement": listed(data.get("Statement"))})
        return DeclaredRole("default-role", (PolicyDocument(path.name, document, Location(shown, 1)),), location=place)


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, Mapping[str, str]]]:
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        target = call.func if call is not None else decorator
        if isinstance(target, ast.Attribute) and target.attr in _ROUTES | _OTHERS:
            keywords = call.keywords if call is not None else []
            yield (
                target.attr,
                {
                    one.arg: one.value.value
                    for one in keywords
                    if one.arg is not None and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
                },
            )


def _sources(kind: str, arguments: Mapping[str, str]) -> Iterator[EventSource]:
    start = ("arn:", symbol("AWS::Partition"))
    place = (":", symbol("AWS::Region"), ":", symbol("AWS::AccountId"), ":")
    match kind:
        case "on_sqs_message":
            if "queue_arn" in arguments:
                yield EventSource("sqs", (Text.of(arguments["queue_arn"]),))
            else:
                named = (Text.of(*start, ":sqs", *place, arguments["queue"]),) if "queue" in arguments else ()
                yield EventSource("sqs", named)
        case "on_kinesis_record":
            yield EventSource(
                "kinesis",
                (Text.of(*start, ":kinesis", *place, "stream/", arguments["stream"]),) if "stream" in arguments else (),
            )
        case "on_dynamodb_record":
            yield EventSource("dynamodb", (Text.of(arguments["stream_arn"]),) if "stream_arn" in arguments else ())
        case _:
            pass
