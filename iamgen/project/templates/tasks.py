"""Units of an `AWS::ECS::TaskDefinition`: each start of Python in its containers, with the role of the task.

The task's role is what the code calls AWS with; the execution role pulls images, reads secrets and
writes logs for it. Sources: "Task IAM role" and "Task execution role" of the Amazon ECS developer guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.location import Location
from iamgen.core.text import ACCOUNT, PARTITION, REGION, Hole, HoleKind, Text
from iamgen.project.code.commands import Run, Start, read_command
from iamgen.project.code.dockerfiles import Image, read_image
from iamgen.project.code.programs import Files, Place, find_program
from iamgen.project.code.roots import inside
from iamgen.project.model import EMPTY, Configuration, DeclaredRole, Problem, Source, Unit
from iamgen.project.templates.function_code import literal, staged
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.roles import Roles, external
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import ABSENT, Value, given, items, may_be_true, options, texts, unknown
from iamgen.project.templates.values import field as entry_of

TASK: Final = "AWS::ECS::TaskDefinition"
_SERVICE: Final = "AWS::ECS::Service"
_RUNS: Final = 32  # starts of Python in one task; a task has at most ten containers


def task_environment() -> dict[str, tuple[Text, ...]]:
    """The variables that ECS itself sets in every container.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
    """
    runtime = unknown("ECS sets it when the task runs")
    region = Text((REGION,))
    known = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": runtime,
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": runtime,
        "ECS_AGENT_URI": runtime,
        "ECS_CONTAINER_METADATA_URI": runtime,
        "ECS_CONTAINER_METADATA_URI_V4": runtime,
    }
    return {key: (text,) for key, text in known.items()}


@dataclass(slots=True)
class _Container:
    """One container: what it runs, and where its code is looked for."""

    name: str
    value: Value
    location: Location
    words: tuple[str | None, ...] = ()
    folders: tuple[Path, ...] = ()
    built: bool = False  # the folders are the image's build context
    runs: tuple[Run, ...] = ()
    others: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def problem(self, kind: str, message: str) -> None:
        self.problems.append(Problem(kind, f"container `{self.name}`: {message}", self.location))


def executing_services(scopes: list[Scope]) -> frozenset[str]:
    """The references to task definitions of services that let people run commands in their containers."""
    found: set[str] = set()
    for scope in scopes:
        resolver = Resolver(scope)
        for logical_id in scope.resources:
            if scope.type_of(logical_id) != _SERVICE or not resolver.declared(logical_id):
                continue
            properties = scope.properties(logical_id)
            if may_be_true(resolver.value(properties.get("EnableExecuteCommand", ABSENT))):
                for text in resolver.texts(properties.get("TaskDefinition")):
                    found.update(hole.name for hole in text.holes)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Tasks:
    """What the task definitions of a project share."""

    root: Path
    roles: Roles
    executing: frozenset[str]  # see `executing_services`
    files: Files = field(default_factory=Files)


def read_task(scope: Scope, logical_id: str, tasks: Tasks) -> tuple[tuple[Unit, ...], tuple[Problem, ...]]:
    """The units of a task definition, and what is said of one that has none."""
    return _Task(scope, logical_id, tasks).units()


class _Task:
    def __init__(self, scope: Scope, logical_id: str, tasks: Tasks) -> None:
        self.scope = scope
        self.tasks = tasks
        self.root = tasks.root
        self.resolver = Resolver(scope)
        self.properties = scope.properties(logical_id)
        self.location = scope.location(logical_id)
        self.name = scope.unit_name(logical_id)
        own = scope.name(logical_id)
        self.executing = any(one == own or one.startswith(f"{own}.") for one in tasks.executing)

    def get(self, name: str) -> Value:
        return self.resolver.value(self.properties.get(name, ABSENT))

    def units(self) -> tuple[tuple[Unit, ...], tuple[Problem, ...]]:
        containers = list(self._containers())
        starts = [(one, run) for one in containers for run in one.runs]
        if not starts:
            return (), (
                Problem("not-python", f"`{self.name}` is not analysed: {self._why(containers)}", self.location),
            )
        shared = [*self._of_the_task(), *(one for container in containers for one in _beside(container))]
        if len(starts) > _RUNS:
            message = f"`{self.name}` runs more programs than the {_RUNS} that are read"
            shared.append(Problem("template", message, self.location))
        role = self._role()
        names = self._names(starts[:_RUNS])
        return tuple(
            self._unit(name, container, run, role, shared)
            for name, (container, run) in zip(names, starts, strict=False)
        ), ()

    def _why(self, containers: list[_Container]) -> str:
        if not containers:
            return "its containers are not declared here"
        said = [f"container `{one.name}` runs {_other(one)}" for one in containers]
        return "; ".join(said[:3])

    def _names(self, starts: list[tuple[_Container, Run]]) -> list[str]:
        """The task's own name for its one program, else with the container's, numbered where one has several."""
        if len(starts) == 1:
            return [self.name]
        single = len({id(container) for container, _ in starts}) == 1
        names: list[str] = []
        for container, _ in starts:
            start = self.name if single else f"{self.name}-{container.name}"
            number = 1
            name = start
            while name in names:
                number += 1
                name = f"{start}-{number}"
            names.append(name)
        return names

    def _unit(
        self, name: str, container: _Container, run: Run, role: DeclaredRole | None, shared: list[Problem]
    ) -> Unit:
        place = Place(container.folders, self.root, self.tasks.files, container.built)
        program = find_program(run, place)
        problems = [*container.problems, *shared]
        if program.problem:
            problems.append(
                Problem(program.kind, f"container `{container.name}`: {program.problem}", container.location)
            )
        environment = self._environment(container, problems)
        return Unit(
            name,
            run.shown,
            program.entry,
            Source(container.location.file, container.location.line, program.shown),
            program.search_path,
            MappingProxyType(environment),
            self._configuration(container),
            role,
            tuple(dict.fromkeys(problems)),
            program.inline,
            container.name,
        )

    # Containers

    def _containers(self) -> Iterator[_Container]:
        written = self.properties.get("ContainerDefinitions", ABSENT)
        lines = getattr(written, "lines", None)
        concrete = self.resolver.concrete
        symbolic = [one for one in items(self.resolver.value(written)) if isinstance(one, Mapping)]
        found: list[_Container] = []
        for index, value in enumerate(symbolic[:_RUNS]):
            name = literal(concrete.value(value.get("Name", ABSENT))) or f"{index + 1}"
            line = lines[index] if isinstance(lines, list) and len(lines) == len(symbolic) else self.location.line
            found.append(_Container(name, value, Location(self.location.file, line)))
        defaults = [one for one in items(concrete.value(written)) if isinstance(one, Mapping)]
        own = [one for one in found if _private(one.value)]
        for container in found:
            # The command is what the template's defaults make of it: a file must be found.
            same = [one for one in defaults if literal(one.get("Name", ABSENT)) == container.name]
            self._read(container, same[0] if len(same) == 1 else container.value, alone=len(own) == 1)
            yield container

    def _read(self, container: _Container, value: Mapping[str, Any], *, alone: bool) -> None:
        """What a container runs: its own command, else that of the image where its Dockerfile is known."""
        image, context = self._image(container)
        base = self.scope.document.path.parent
        if context is not None:
            container.folders, container.built = (context,), True
        else:
            # An assembly holds no source: the app's own lies beside it.
            container.folders = (self.root,) if self._assembled else tuple(dict.fromkeys((self.root, base)))
        start, command = _words(value, "EntryPoint"), _words(value, "Command")
        if len(options(entry_of(container.value, "Command"))) > 1:
            container.problem("template", "the command depends on a condition that is not decided: the first is read")
        if image is None and not start and alone and _private(container.value) and not _starts(command):
            image = self._beside_dockerfile(container)
        if image is not None and not start:
            start = image.entry_point
            command = command or image.command[len(image.entry_point) :]
        container.words = (*start, *command)
        found = read_command(container.words)
        container.runs, container.others = found.runs, found.others
        if all(run.start is Start.OPEN for run in found.runs) and not _maybe_python(container.words):
            container.runs = ()

    @property
    def _assembled(self) -> bool:
        """Whether the template is a synthesized one, whose folder holds no source."""
        return bool(self.scope.assets or self.scope.images) or self.scope.document.path.parent.name == "cdk.out"

    def _image(self, container: _Container) -> tuple[Image | None, Path | None]:
        """The Dockerfile and the build context of an image that CDK builds."""
        for text in texts(entry_of(container.value, "Image")):
            last = text.parts[-1] if text.parts else ""
            built = self.scope.images.get(last.rpartition(":")[2]) if isinstance(last, str) else None
            if built is None:
                continue
            root = staged(built[0], self.scope.document.path.parent, self.root)
            if root.folder is None:
                container.problem(root.kind, root.problem)
                return None, None
            path, _ = inside(root.folder / built[1], self.root)
            return (read_image(path) if path is not None else None), root.folder
        return None, None

    def _beside_dockerfile(self, container: _Container) -> Image | None:
        """The Dockerfile of the project's folder, for the task's one container with an image of one's own."""
        for folder in container.folders:
            path, _ = inside(folder / "Dockerfile", self.root)
            image = read_image(path) if path is not None else None
            if image is not None and image.command:
                container.problem("guessed-code", "its command is read from the `Dockerfile` of the project")
                return image
        return None

    # What belongs to the unit

    def _environment(self, container: _Container, problems: list[Problem]) -> dict[str, tuple[Text, ...]]:
        found = task_environment()
        own: dict[str, dict[Text, None]] = {}
        for key, reason in (("Environment", ""), ("Secrets", "its value is a secret that ECS reads for the container")):
            for one in items(entry_of(container.value, key)):
                if not isinstance(one, Mapping):
                    continue
                name = literal(one.get("Name", ABSENT))
                if name is None:
                    message = f"container `{container.name}`: a variable's name depends on the deployment"
                    problems.append(Problem("template", message, container.location))
                    continue
                value = one.get("Value", ABSENT)
                known = (unknown(reason),) if reason else texts(value)
                if not known and given(value):
                    known = (unknown(f"the value of `{name}` is no text"),)
                own.setdefault(name, {}).update(dict.fromkeys(known or (Text(),)))
        if given(entry_of(container.value, "EnvironmentFiles")):
            message = f"container `{container.name}`: variables that its environment files set are not known"
            problems.append(Problem("template", message, container.location))
        found.update({name: tuple(values) for name, values in own.items()})
        return found

    def _configuration(self, container: _Container) -> Configuration:
        options_ = entry_of(entry_of(container.value, "LogConfiguration"), "Options")
        settings = {key: value for key in ("Family", "NetworkMode") if given(value := self.get(key))}
        return Configuration(
            log_group=next(iter(texts(entry_of(options_, "awslogs-group"))), None),
            file_systems=tuple(self._file_systems()),
            settings=MappingProxyType(settings) if settings else EMPTY,
            location=self.location,
            service="ecs",
        )

    def _file_systems(self) -> Iterator[Text]:
        """The access points that the task mounts with its role."""
        for volume in items(self.get("Volumes")):
            efs = entry_of(volume, "EFSVolumeConfiguration")
            access = entry_of(efs, "AuthorizationConfig")
            if may_be_true(entry_of(access, "IAM")):
                for text in texts(entry_of(access, "AccessPointId")):
                    yield _access_point(text)

    def _of_the_task(self) -> Iterator[Problem]:
        """What of the task needs permissions that are not worked out, or makes the role unknown."""
        if not given(self.get("TaskRoleArn")):
            yield Problem(
                "template", f"`{self.name}` has no task role: its containers have no role of their own", self.location
            )
        elif len(options(self.get("TaskRoleArn"))) > 1:
            message = "the role depends on a condition that is not decided: the first one is read"
            yield Problem("template", message, self.location)
        if self.executing:
            message = f"`{self.name}` runs with ECS Exec, which needs `ssmmessages` actions of the task role: not added"
            yield Problem("template", message, self.location)
        for volume in items(self.get("Volumes")):
            access = entry_of(entry_of(volume, "EFSVolumeConfiguration"), "AuthorizationConfig")
            if may_be_true(entry_of(access, "IAM")) and not given(entry_of(access, "AccessPointId")):
                message = f"`{self.name}` mounts a file system with its role and no access point: not added"
                yield Problem("template", message, self.location)

    def _role(self) -> DeclaredRole | None:
        value = self.get("TaskRoleArn")
        if not given(value):
            return None
        found, text = self.tasks.roles.find(value)
        return self.tasks.roles.declared(*found) if found is not None else external(text, self.location)


def _beside(container: _Container) -> Iterator[Problem]:
    """What a container runs that is not read: it, too, has the role of the task."""
    said = "what it needs of the task's role is not known"
    if container.others or not container.runs:
        message = f"container `{container.name}` runs {_other(container)}: {said}"
        yield Problem("unread-container", message, container.location)


def _other(container: _Container) -> str:
    """What a container runs besides Python, in words."""
    if container.others:
        return ", ".join(f"`{other}`" for other in container.others[:5])
    return "what only the deployment tells" if container.words else "its image's own command"


def _words(value: Value, key: str) -> tuple[str | None, ...]:
    """A list of words; one that only the deployment knows is None, and of alternatives the first counts."""
    for option in options(entry_of(value, key)):
        if isinstance(option, tuple):
            return tuple(literal(word) for word in option)
        if option is not ABSENT and option is not None:
            text = literal(option)
            return (None,) if text is None else (text,)
    return ()


def _starts(words: tuple[str | None, ...]) -> bool:
    """Whether a command starts Python itself, whatever entry point the image has."""
    return bool(read_command(words).runs)


def _maybe_python(words: tuple[str | None, ...]) -> bool:
    """Whether the known words of a command name Python."""
    return any(word is not None and ("python" in word or ".py" in word) for word in words)


def _private(value: Value) -> bool:
    """Whether an image is one's own: of a private registry of the account, or named by the deployment."""
    return any(text.holes or ".dkr.ecr." in (text.literal or "") for text in texts(entry_of(value, "Image")))


def _access_point(text: Text) -> Text:
    first = text.parts[0] if text.parts else ""
    if isinstance(first, str) and first.startswith("arn:"):
        return text
    if len(text.parts) == 1 and isinstance(first, Hole) and first.kind is HoleKind.UNKNOWN:
        return text
    start = ("arn:", PARTITION, ":elasticfilesystem:", REGION, ":", ACCOUNT, ":access-point/")
    return Text.of(*start, text)
