"""Units of a template: `AWS::Serverless::Function` and `AWS::Lambda::Function` with all that belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.location import Location
from iamgen.core.text import REGION, Hole, Text, symbol
from iamgen.project.code.dockerfiles import Image
from iamgen.project.code.handlers import WRAPPERS, guess_handler, resolve_handler
from iamgen.project.code.roots import CodeRoot
from iamgen.project.model import (
    EMPTY,
    Configuration,
    DeclaredRole,
    Entry,
    Problem,
    Source,
    Unit,
)
from iamgen.project.templates.collected import Collected, destinations_of
from iamgen.project.templates.event_sources import sam_event_sources
from iamgen.project.templates.function_code import FunctionCode
from iamgen.project.templates.function_commands import script_words, started
from iamgen.project.templates.globals import SECTIONS, merged
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.nodes import mapping
from iamgen.project.templates.roles import external
from iamgen.project.templates.sam_roles import generated_role
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import (
    ABSENT,
    Value,
    all_texts,
    given,
    items,
    may_be_true,
    options,
    texts,
    unknown,
)
from iamgen.project.templates.values import field as entry_of

SAM_FUNCTION: Final = "AWS::Serverless::Function"
FUNCTION: Final = "AWS::Lambda::Function"


def lambda_environment(name: Text, log_group: Text, handler: str) -> dict[str, tuple[Text, ...]]:
    """The variables that Lambda itself sets; what only a running function can tell is unknown.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
    """
    runtime = unknown("Lambda sets it when the function runs")
    region = Text((REGION,))
    known = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group,
        "LAMBDA_TASK_ROOT": Text.of("/var/task"),
        "LAMBDA_RUNTIME_DIR": Text.of("/var/runtime"),
        "TZ": Text.of(":UTC"),
        "LANG": Text.of("en_US.UTF-8"),
        "AWS_LAMBDA_INITIALIZATION_TYPE": runtime,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": runtime,
        "AWS_LAMBDA_FUNCTION_VERSION": runtime,
        "AWS_LAMBDA_LOG_STREAM_NAME": runtime,
        "AWS_LAMBDA_RUNTIME_API": runtime,
        "AWS_EXECUTION_ENV": runtime,
        "AWS_ACCESS_KEY_ID": runtime,
        "AWS_SECRET_ACCESS_KEY": runtime,
        "AWS_SESSION_TOKEN": runtime,
        "AWS_XRAY_CONTEXT_MISSING": runtime,
        "AWS_XRAY_DAEMON_ADDRESS": runtime,
        "_X_AMZN_TRACE_ID": runtime,
        "PATH": runtime,
        "LD_LIBRARY_PATH": runtime,
        "PYTHONPATH": runtime,
    }
    if handler:
        known["_HANDLER"] = Text.of(handler)
    return {key: (text,) for key, text in known.items()}


def read_unit(collected: Collected, scope: Scope, logical_id: str) -> Unit | None:
    """The unit of a function resource; None, with an informational problem, when it is not Python's."""
    reader = _Reader(collected, scope, logical_id)
    return reader.unit()


class _Reader:
    """Reads one function."""

    def __init__(self, collected: Collected, scope: Scope, logical_id: str) -> None:
        self.collected = collected
        self.scope = scope
        self.logical_id = logical_id
        self.name = scope.name(logical_id)
        self.resolver = Resolver(scope)
        self.kind = scope.type_of(logical_id) or ""
        self.location = scope.location(logical_id)
        own = scope.properties(logical_id)
        section = SECTIONS.get(self.kind)
        general = scope.section("Globals").get(section) if section is not None else None
        self.properties: Mapping[str, Any] = mapping(merged(general, own)) if isinstance(general, Mapping) else own
        self.metadata = mapping((scope.resource(logical_id) or {}).get("Metadata"))
        self.problems: list[Problem] = []

    @property
    def sam(self) -> bool:
        return self.kind == SAM_FUNCTION

    def get(self, *path: str) -> Value:
        """A property as it comes to, ABSENT when it is not set."""
        value: Value = self.resolver.value(self.properties.get(path[0], ABSENT))
        for key in path[1:]:
            value = entry_of(value, key)
        return value

    def literal(self, *path: str) -> str | None:
        """A property's text under the template's defaults."""
        value: Value = self.resolver.concrete.value(self.properties.get(path[0], ABSENT))
        for key in path[1:]:
            value = entry_of(value, key)
        return next((text.literal for text in texts(value) if text.literal is not None), None)

    def problem(self, kind: str, message: str, location: Location | None = None) -> None:
        self.problems.append(Problem(kind, message, location or self.location))

    def unit(self) -> Unit | None:
        image = (
            self.literal("PackageType") == "Image" or given(self.get("ImageUri")) or given(self.get("Code", "ImageUri"))
        )
        runtime = self.literal("Runtime")
        if runtime is not None and not runtime.startswith("python") and not image:
            self._skip(f"its runtime is `{runtime}`")
            return None
        handler = self.literal("Handler") or ""
        dockerfile: Image | None = None
        words: tuple[str, ...] = ()
        code = FunctionCode(self.scope, self.properties, self.metadata, self.collected.root, self.sam)
        if image:
            root, dockerfile = code.image(self.logical_id)
            commands = texts_of_list(self.get("ImageConfig", "Command"))
            handler = next((text for text in commands if "." in text), None) or (
                (dockerfile.handler if dockerfile is not None else None) or ""
            )
            start = texts_of_list(self.get("ImageConfig", "EntryPoint"))
            if dockerfile is not None:
                start = start or dockerfile.entry_point
                commands = commands or dockerfile.command[len(dockerfile.entry_point) :]
            words = (*start, *commands)
            if dockerfile is not None and handler == "" and "python" not in dockerfile.base:
                self._skip(f"its image is built from `{dockerfile.base}`")
                return None
        else:
            root = code.archive(handler)
        environment = self._environment(handler)
        for wrapper, variable in WRAPPERS.items():
            if handler == wrapper:
                known = [text.literal for text in environment.get(variable, ()) if text.literal is not None]
                handler = known[0] if known else handler
        layers: list[Path] = []
        for folders, problem in code.layers(self.collected.by_name):
            layers.extend(folders)
            self.problems.extend([problem] if problem is not None else [])
        roots = (*code.copied(root, dockerfile), *((root.folder,) if root.folder is not None else ()))
        search_path = tuple(dict.fromkeys((*roots, *layers)))
        entry: Entry | None = None
        words = words or script_words(handler, root.folder, self.collected.root)
        program = started(words, search_path, self.collected.root) if words and search_path else None
        if program is not None and not root.problem:
            run, begun = program
            handler = run.shown if image else handler
            entry = begun.entry
            search_path = tuple(dict.fromkeys((*begun.search_path, *search_path)))
            if entry is None:
                self.problem(begun.kind, begun.problem)
        elif root.problem:
            entry, search_path = self._elsewhere(handler, root, search_path, root.problem)
            if entry is None:
                self.problem(root.kind, root.problem)
        elif not handler:
            self.problem(
                "unknown-handler", "the handler is not told" if not image else "the image's handler is not told"
            )
        else:
            built = image or self.metadata.get("BuildMethod") in ("makefile", "custom") or "Makefile" in self.metadata
            hints = code.hints(self.logical_id)
            found = resolve_handler(
                handler,
                search_path,
                self.collected.root,
                root.inline,
                search=built,
                hints=hints,
                below=self.collected.files.below,
            )
            if runtime is None and not image and found.entry is None and _other_language(root, handler):
                self._skip("its handler is in another language")
                return None
            if image and found.entry is None and dockerfile is not None and "python" not in dockerfile.base:
                self._skip(f"its image is built from `{dockerfile.base}`")
                return None
            entry = found.entry
            if entry is None:
                entry, search_path = self._elsewhere(handler, root, search_path, found.problem)
            if entry is None:
                self.problem("unknown-handler", found.problem)
            elif found.folder is not None:
                search_path = (found.folder, *search_path)
        if root.note and entry is not None:
            self.problem("guessed-code", root.note)
        return Unit(
            self.scope.unit_name(self.logical_id),
            handler,
            entry,
            Source(self.location.file, self.location.line, root.shown),
            search_path,
            MappingProxyType({**environment, **root.environment}),
            self._configuration(),
            self._role(),
            tuple(self.problems),
            root.inline,
        )

    def _elsewhere(
        self, handler: str, root: CodeRoot, search_path: tuple[Path, ...], why: str
    ) -> tuple[Entry | None, tuple[Path, ...]]:
        """The handler's one place in the project, when a build puts the code where the template looks for it."""
        if not handler or root.inline or (root.problem and not root.movable):
            return None, search_path
        base = self.scope.document.path.parent
        if self.metadata.get("aws:cdk:path") or self.scope.assets:
            # An assembly holds other functions' code; the app's own lies beside it.
            base = self.collected.root if self.collected.root != base else base / "nothing"
        folders = tuple(folder for folder in (root.folder, base, self.collected.root) if folder is not None)
        code = FunctionCode(self.scope, self.properties, self.metadata, self.collected.root, self.sam)
        found = guess_handler(
            handler, folders, self.collected.root, code.hints(self.logical_id), self.collected.files.below
        )
        if found.entry is None or found.folder is None or found.location is None:
            return None, search_path
        self.problem("guessed-code", f"{why}; `{found.location.file}` is read in its place")
        rest = tuple(folder for folder in search_path if folder != root.folder)
        return found.entry, tuple(dict.fromkeys((found.folder, *rest)))

    def _skip(self, why: str) -> None:
        self.collected.problems.append(
            Problem("not-python", f"`{self.scope.unit_name(self.logical_id)}` is not analysed: {why}", self.location)
        )

    # Environment and configuration

    def _name_text(self) -> Text:
        value = self.resolver.ref(self.logical_id)
        return next(iter(texts(value)), symbol(self.name))

    def _log_group(self) -> Text | None:
        return next(iter(texts(self.get("LoggingConfig", "LogGroup"))), None)

    def _environment(self, handler: str) -> dict[str, tuple[Text, ...]]:
        name = self._name_text()
        group = self._log_group() or Text.of("/aws/lambda/", name)
        environment = lambda_environment(name, group, handler)
        alternatives = tuple(options(self.get("Environment", "Variables")))
        for option in alternatives:
            if option is ABSENT or option is None:
                continue
            if not isinstance(option, Mapping):
                self.problem("template", not_a_mapping(option))
                continue
            for key, value in option.items():
                found = texts(value)
                if found:
                    others = (one for one in alternatives if one is not option and isinstance(one, Mapping))
                    several = any(key in other for other in others)
                    before = environment.get(key, ()) if several else ()
                    environment[key] = tuple(dict.fromkeys((*before, *found)))
                elif given(value):
                    environment[key] = (unknown(f"the value of `{key}` is no text"),)
        return environment

    def _configuration(self) -> Configuration:
        arns = frozenset(texts(self.resolver.attribute(self.logical_id, "Arn")))
        sources = [source for functions, source in self.collected.mappings if _means(functions, arns)]
        if self.sam:
            sources[:0] = [source for source, _ in sam_event_sources(self.name, self.get("Events"), self.location)]
        destinations = dict.fromkeys(destinations_of(self.get("EventInvokeConfig", "DestinationConfig")))
        for functions, targets in self.collected.invoke:
            if _means(functions, arns):
                destinations.update(dict.fromkeys(targets))
        tracing = self.get("Tracing") if self.sam else self.get("TracingConfig", "Mode")
        dead_letter = self.get("DeadLetterQueue" if self.sam else "DeadLetterConfig", "TargetArn")
        systems = items(self.get("FileSystemConfigs"))
        vpc = self.get("VpcConfig")
        settings = {
            key: value
            for key in ("Runtime", "MemorySize", "Timeout", "Architectures", "SnapStart", "DurableConfig",
                        "CodeSigningConfigArn", "LoggingConfig", "FunctionUrlConfig", "PackageType")
            if given(value := self.get(key))
        }  # fmt: skip
        return Configuration(
            function_name=self._name_text(),
            log_group=self._log_group(),
            vpc=given(vpc) and (given(entry_of(vpc, "SubnetIds")) or not isinstance(vpc, Mapping)),
            tracing=may_be_true(tracing),
            event_sources=tuple(sources),
            dead_letter=texts(dead_letter),
            destinations=tuple(destinations),
            file_systems=tuple(dict.fromkeys(text for one in systems for text in texts(entry_of(one, "Arn")))),
            kms_key=texts(self.get("KmsKeyArn")),
            layers=all_texts(self.get("Layers")),
            settings=MappingProxyType(settings) if settings else EMPTY,
            location=self.location,
        )

    def _role(self) -> DeclaredRole | None:
        value = self.get("Role")
        if not given(value):
            if not self.sam:
                return None
            return generated_role(self.resolver, self.logical_id, self.properties, self.collected.roles, self.problems)
        found, text = self.collected.roles.find(value)
        if len(options(value)) > 1:
            self.problem("template", "the role depends on a condition that is not decided: the first one is read")
        if found is not None:
            return self.collected.roles.declared(*found)
        return external(text, self.location)


def not_a_mapping(environment: Value) -> str:
    """What is wrong with an environment that is no mapping."""
    if isinstance(environment, Text) and environment.holes:
        reason = next((f": {hole.reason}" for hole in environment.holes if hole.reason), "")
        return f"the variables of the environment are only known to a deployment{reason}"
    return "the environment is not a mapping of names to values"


def _means(functions: frozenset[Text], arns: frozenset[Text]) -> bool:
    """Whether a function's name or ARN, with or without a qualifier, means one of these functions."""
    for text in functions:
        for arn in arns:
            if text == arn:
                return True
            size = len(arn.parts)
            if arn.parts and text.parts[: size - 1] == arn.parts[:-1] and len(text.parts) >= size:
                last, other = arn.parts[-1], text.parts[size - 1]
                if isinstance(last, Hole) and last == other and len(text.parts) > size and _colon(text.parts[size]):
                    return True
                if isinstance(last, str) and isinstance(other, str) and other.startswith(last + ":"):
                    return True
    return False


def _other_language(root: CodeRoot, handler: str) -> bool:
    """Whether the handler's file is there in a language that is not Python."""
    if root.folder is None:
        return False
    module = handler.rpartition(".")[0].replace(".", "/")
    suffixes = (".js", ".mjs", ".cjs", ".ts", ".rb", ".go", ".java", ".cs")
    return any((root.folder / (module + suffix)).is_file() for suffix in suffixes)


def _colon(part: str | Hole) -> bool:
    return isinstance(part, str) and part.startswith(":")


def texts_of_list(value: Value) -> tuple[str, ...]:
    """The literal texts of a list."""
    return tuple(text.literal for text in all_texts(value) if text.literal is not None)
