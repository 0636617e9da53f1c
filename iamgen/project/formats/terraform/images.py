"""Images that a configuration builds itself: where the code of a function lies whose package is an image.

Known are `docker_image` and `docker_registry_image` of kreuzwerker/docker, the module docker-build of
terraform-aws-modules/lambda, and `docker build` in a `local-exec`. An image is known again by a reference
to what builds it, or by the repository that it is pushed to.
Sources: https://registry.terraform.io/providers/kreuzwerker/docker/latest/docs/resources/image,
https://registry.terraform.io/modules/terraform-aws-modules/lambda/aws/latest/submodules/docker-build
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iamgen.core.text import Hole, Text
from iamgen.project.formats.terraform import registry
from iamgen.project.formats.terraform.calls import literal
from iamgen.project.formats.terraform.documents import blocks_of
from iamgen.project.formats.terraform.evaluate import Evaluator
from iamgen.project.formats.terraform.modules import Module
from iamgen.project.formats.terraform.syntax import Block
from iamgen.project.templates.values import ABSENT, Value, texts

_BUILT: Final = ("docker_image", "docker_registry_image")
_EXECUTED: Final = ("null_resource", "terraform_data")
_REPOSITORY: Final = "aws_ecr_repository"
_URL: Final = ".repository_url"
_COMMAND: Final = re.compile(r"\\\r?\n")
_SEPARATOR: Final = re.compile(r"&&|\|\||[;|\n]")
_HELD: Final = re.compile(r"\x00(\d+)\x00")
# Options of `docker build` that take the next word; the others stand alone or hold their value after `=`.
_VALUED: Final = frozenset(
    {
        "-t", "--tag", "-f", "--file", "--build-arg", "--platform", "--target", "--cache-from", "--cache-to",
        "--progress", "--label", "--network", "--secret", "--ssh", "-o", "--output", "--builder", "-m", "--memory",
        "--build-context", "--iidfile", "--add-host", "--shm-size", "--ulimit",
    }
)  # fmt: skip
_PARTS: Final = 64  # parts of a command that are looked into


@dataclass(frozen=True, slots=True)
class Build:
    """One image: what stands for it, the repositories that it is pushed to, and what it is built from."""

    names: frozenset[str]
    repositories: frozenset[Text]
    context: str  # relative to the root module's folder
    dockerfile: str | None = None  # relative to the context

    @property
    def metadata(self) -> Mapping[str, str]:
        """The same, as SAM writes it beside a function."""
        context = {"DockerContext": self.context}
        return {**context, "Dockerfile": self.dockerfile} if self.dockerfile is not None else context


@dataclass(frozen=True, slots=True)
class Images:
    """The images of a configuration."""

    builds: tuple[Build, ...]
    repositories: Mapping[str, Text]  # address of a repository -> its name

    @staticmethod
    def of(modules: Iterable[Module]) -> Images:
        """What the modules build."""
        every = tuple(modules)
        repositories: dict[str, Text] = {}
        for module in every:
            evaluator = Evaluator(module)
            for key, block in module.resources.items():
                if block.labels[0] == _REPOSITORY:
                    for suffix, env in _instances(evaluator, block):
                        name = texts(evaluator.attribute(block.body, "name", env))
                        if len(name) == 1:
                            repositories[f"{module.address}{key}{suffix}"] = name[0]
        found: list[Build] = []
        for module in every:
            found.extend(_builds(module, repositories))
        return Images(tuple(found), repositories)

    def find(self, uri: Value) -> Build | None:
        """What a function's image is built from; None when that is not told, or when several may be meant."""
        for text in texts(uri):
            names = {hole.name for hole in text.holes}
            named = [one for one in self.builds if one.names & names]
            wanted = repository_of(text, self.repositories)
            pushed = [one for one in self.builds if wanted in one.repositories]
            for several in (named, pushed):
                if len({(one.context, one.dockerfile) for one in several}) == 1:
                    return several[0]
        return None


def repository_of(text: Text, repositories: Mapping[str, Text]) -> Text:
    """The repository of an image's name: its tag, its digest and the registry's host are left out."""
    parts = list(text.parts)
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if not isinstance(part, str):
            continue
        cut = re.search(r"[:@][^/]*$", part)
        if cut is not None:
            parts[index:] = [part[: cut.start()]]
            break
        if "/" in part:
            break
    for index, part in enumerate(parts):
        if isinstance(part, str) and (host := re.match(r"(?:.*\.amazonaws\.com(?:\.cn)?)?/", part)) and index:
            parts[: index + 1] = [part[host.end() :]]
            break
        if isinstance(part, str) and (host := re.match(r".*\.dkr\.ecr\..*\.amazonaws\.com(?:\.cn)?/", part)):
            parts[: index + 1] = [part[host.end() :]]
            break
    kept = [part for part in parts if part != ""]
    if len(kept) == 1 and isinstance(kept[0], Hole) and kept[0].name.endswith(_URL):
        address = kept[0].name.removesuffix(_URL)
        return repositories.get(address, Text.of(kept[0]))
    return Text.of(*kept)


def _instances(evaluator: Evaluator, block: Block) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, env in evaluator.instances(block.body):
        yield (f'["{name}"]' if "for_each" in block.body.attributes and name else ""), env


def _builds(module: Module, repositories: Mapping[str, Text]) -> Iterator[Build]:
    evaluator = Evaluator(module)
    if module.call is not None and registry.is_docker_build(registry.source_of(module) or ""):
        concrete = evaluator.concrete
        context = literal(registry.argument(concrete, "source_path"))
        if context is not None:
            pushed = frozenset(texts(registry.argument(evaluator, "ecr_repo")))
            names = frozenset(f"{module.address}{one}" for one in ("image_uri", "image_id"))
            file = literal(registry.argument(concrete, "docker_file_path"))
            yield Build(names, pushed, context, file)
        return
    for key, block in module.resources.items():
        if block.kind != "resource":
            continue
        if block.labels[0] in _BUILT:
            for suffix, env in _instances(evaluator, block):
                yield from _built(evaluator, f"{module.address}{key}{suffix}", block, env, repositories)
        elif block.labels[0] in _EXECUTED:
            for _, env in _instances(evaluator, block):
                yield from _executed(evaluator, block, env, repositories)


def _built(
    evaluator: Evaluator, address: str, block: Block, env: Mapping[str, Any], repositories: Mapping[str, Text]
) -> Iterator[Build]:
    """What the provider docker builds."""
    concrete = evaluator.concrete
    pushed = frozenset(
        repository_of(text, repositories) for text in texts(evaluator.attribute(block.body, "name", env))
    )
    names = frozenset(
        f"{address}.{one}" for one in ("name", "id", "image_id", "repo_digest", "latest", "sha256_digest")
    )
    for inner, bound in blocks_of(concrete, block.body, "build", env):
        context = next(
            (found for name in ("context", "path") if (found := literal(concrete.attribute(inner, name, bound)))), None
        )
        if context is not None:
            yield Build(names, pushed, context, literal(concrete.attribute(inner, "dockerfile", bound)))


def _executed(
    evaluator: Evaluator, block: Block, env: Mapping[str, Any], repositories: Mapping[str, Text]
) -> Iterator[Build]:
    """What a command on the deploying machine builds."""
    for inner in block.body.of("provisioner"):
        if inner.labels != ("local-exec",):
            continue
        start = evaluator.concrete.attribute(inner.body, "working_dir", env)
        folder = "." if start is ABSENT else literal(start)
        for command in texts(evaluator.attribute(inner.body, "command", env)):
            if folder is not None:
                yield from docker_builds(command, folder, repositories)


def docker_builds(command: Text, folder: str, repositories: Mapping[str, Text]) -> Iterator[Build]:
    """The images that a shell's command builds with `docker build`, the names that `docker tag` adds included."""
    holes: list[Hole] = []
    written = ""
    for part in command.parts[:_PARTS]:
        written += part if isinstance(part, str) else f"\x00{len(holes)}\x00"
        holes.extend([part] if isinstance(part, Hole) else [])

    def text(word: str) -> Text:
        pieces = _HELD.split(word)
        return Text.of(*(holes[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces) if piece))

    found: list[tuple[list[str], str, str | None]] = []
    for line in _SEPARATOR.split(_COMMAND.sub(" ", written)):
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            continue
        if words[:1] == ["cd"] and len(words) == 2:
            folder = posixpath.join(folder, words[1])
        elif len(words) > 3 and words[1] == "tag":
            for tags, _, _ in found:
                tags.extend(words[3:4] if any(_untagged(words[2]) == _untagged(tag) for tag in tags) else [])
        elif (built := _arguments(words)) is not None:
            tags, context, file = built
            context = posixpath.normpath(posixpath.join(folder, context))
            if file is not None:
                file = posixpath.relpath(posixpath.join(folder, file), context)
            found.append((tags, context, file))
    for tags, context, file in found:
        if "\x00" not in context:
            pushed = frozenset(repository_of(text(tag), repositories) for tag in tags)
            yield Build(frozenset(), pushed, context, file)


def _untagged(name: str) -> str:
    return re.sub(r":[^/]*$", "", name)


def _arguments(words: list[str]) -> tuple[list[str], str, str | None] | None:
    """Tags, context and Dockerfile of a `docker build`, None for another command."""
    for start in (["build"], ["buildx", "build"], ["image", "build"]):
        if words[1 : 1 + len(start)] == start:
            rest = iter(words[1 + len(start) :])
            break
    else:
        return None
    tags: list[str] = []
    plain: list[str] = []
    file: str | None = None
    for word in rest:
        name, assigned, value = word.partition("=")
        if not word.startswith("-"):
            plain.append(word)
            continue
        if not assigned:
            value = next(rest, "") if name in _VALUED else ""
        if name in ("-t", "--tag"):
            tags.append(value)
        elif name in ("-f", "--file"):
            file = value
    return (tags, plain[-1], file) if plain else None
