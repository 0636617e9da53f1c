"""`samconfig.toml`: what `sam deploy` is told by default about a template."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.project.model import EMPTY
from iamgen.project.templates.documents import read_document, read_text
from iamgen.project.templates.nodes import as_text, mapping

DEFAULT: Final = "default"
"""The environment that `sam` takes when it is told none."""

_BYTES: Final = 1_000_000
_PAIR: Final = re.compile(r"ParameterKey=([^,\s]+),\s*ParameterValue=(.*)")


@dataclass(frozen=True, slots=True)
class Settings:
    """One environment's settings; `file` is where they stand, `environments` which there are."""

    template: str | None = None
    parameters: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    stack: str | None = None
    file: Path | None = None
    environments: tuple[str, ...] = ()
    problem: str = ""  # why the file could not be read


def deployment_settings(template: Path, root: Path, environment: str = DEFAULT) -> Settings:
    """The settings beside a template or in the folders above it, up to the project's root; else none at all."""
    folder = template if template.is_dir() else template.parent
    for base in (folder, *folder.parents):
        for name in ("samconfig.toml", "samconfig.yaml", "samconfig.yml"):
            if (base / name).is_file():
                return _settings(base / name, environment)
        if base == root or root not in base.parents:
            break
    return Settings()


def _settings(path: Path, environment: str) -> Settings:
    try:
        if path.suffix == ".toml":
            data: Any = tomllib.loads(read_text(path, path.name, _BYTES))
        else:
            data = read_document(path, path.name).data
    except InputError as error:
        return Settings(file=path, problem=error.message)
    except tomllib.TOMLDecodeError as error:
        return Settings(file=path, problem=f"`{path.name}` is malformed: {str(error).lower()}")
    except RecursionError:
        return Settings(file=path, problem=f"`{path.name}` is nested too deeply")
    tables = {str(key): one for key, one in mapping(data).items() if isinstance(one, Mapping)}
    wanted = mapping(tables.get(environment))
    found: dict[str, str] = {}
    template: str | None = None
    stack: str | None = None
    for command in ("global", "validate", "build", "deploy"):
        parameters = mapping(mapping(wanted.get(command)).get("parameters"))
        for key in ("template_file", "template"):
            if isinstance(parameters.get(key), str):
                template = parameters[key]
        if isinstance(name := parameters.get("stack_name"), str) and name:
            stack = name
        found.update(_overrides(parameters.get("parameter_overrides")))
    return Settings(template, found, stack, path, tuple(tables))


def _overrides(written: Any) -> dict[str, str]:
    if isinstance(written, Mapping):
        return {str(key): text for key, one in written.items() if (text := as_text(one)) is not None}
    words: list[str] = []
    for one in written if isinstance(written, list) else [written]:
        if isinstance(one, str):
            try:
                words.extend(shlex.split(one))
            except ValueError:
                words.extend(one.split())
    found: dict[str, str] = {}
    for word in words:
        pair = _PAIR.fullmatch(word)
        key, sign, value = (pair[1], "=", pair[2]) if pair is not None else word.partition("=")
        if sign and key:
            found[key] = value.strip('"')
    return found
