"""`[tool.iamgen]` of a project's `pyproject.toml` as a frozen value.

It is read once, by the command line, and handed down as arguments. What the command line says counts
before what the file says.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.errors import InputError

_FILE_BYTES: Final = 1_000_000  # a pyproject.toml past this is no one's
SEVERITIES: Final = ("note", "warning", "error")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a project; paths are absolute, None and empty mean: not set."""

    template: Path | None = None
    entry: str | None = None
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    functions: tuple[str, ...] = ()
    baseline: Path | None = None
    fail_on: str | None = None
    ignore: tuple[str, ...] = ()  # rules that `check` and `diff` leave out
    managed: tuple[str, ...] = ()  # AWS-managed policies that the roles have: `generate` leaves out what they grant
    site_packages: tuple[Path, ...] = ()
    pragmas: tuple[tuple[Path, int, str], ...] = ()  # file, line, text
    file: Path | None = None  # where this was read


_KEYS: Final = (
    "template",
    "entry",
    "parameters",
    "functions",
    "baseline",
    "fail-on",
    "ignore",
    "managed",
    "site-packages",
    "pragmas",
)


def load_config(path: Path, *, apart_from: Path | None = None) -> Config:
    """The settings for a project at `path`: of the nearest `pyproject.toml` with a `[tool.iamgen]`.

    The search ends at the folder that holds `.git`, and before one that holds `apart_from`, whose settings are not
    those of `path`. Raises `InputError` for a setting that is none.
    """
    folder = path if path.is_dir() else path.parent
    for candidate in (folder.absolute(), *folder.absolute().parents):
        if apart_from is not None and apart_from.resolve().is_relative_to(candidate.resolve()):
            break
        file = candidate / "pyproject.toml"
        if file.is_file() and (table := _table(file)) is not None:
            return _config(table, file)
        if (candidate / ".git").exists():
            break
    return Config()


def _table(file: Path) -> Mapping[str, Any] | None:
    try:
        if file.stat().st_size > _FILE_BYTES:
            return None
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"`{file.name}` cannot be read: {error}") from error
    tool = data.get("tool", {})
    table = tool.get("iamgen") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _config(table: Mapping[str, Any], file: Path) -> Config:
    for key in table:
        if key not in _KEYS:
            raise _wrong(key, "is no setting", f"there are {', '.join(_KEYS)}")
    template = _text(table, "template")
    baseline = _text(table, "baseline")
    fail_on = _text(table, "fail-on")
    if fail_on is not None and fail_on not in SEVERITIES:
        raise _wrong("fail-on", f"is `{fail_on}`", f"one of {', '.join(SEVERITIES)}")
    parameters = table.get("parameters", {})
    if not isinstance(parameters, dict) or not all(isinstance(value, str | int) for value in parameters.values()):
        raise _wrong("parameters", "is no table of texts", 'write `parameters = {Stage = "prod"}`')
    return Config(
        template=None if template is None else file.parent / template,
        entry=_text(table, "entry"),
        parameters=MappingProxyType({key: str(value) for key, value in parameters.items()}),
        functions=_texts(table, "functions"),
        baseline=None if baseline is None else file.parent / baseline,
        fail_on=fail_on,
        ignore=_texts(table, "ignore"),
        managed=_texts(table, "managed"),
        site_packages=tuple((file.parent / folder).resolve() for folder in _texts(table, "site-packages")),
        pragmas=_pragmas(table.get("pragmas", {}), file),
        file=file,
    )


def _pragmas(table: object, file: Path) -> tuple[tuple[Path, int, str], ...]:
    """`"src/app.py:31" = "calls ..."`, or a list of such texts."""
    hint = 'write `"src/app.py:31" = "calls sqs.PurgeQueue QueueUrl=*"` in `[tool.iamgen.pragmas]`'
    if not isinstance(table, dict):
        raise _wrong("pragmas", "is no table", hint)
    found: list[tuple[Path, int, str]] = []
    for place, value in table.items():
        name, _, line = place.rpartition(":")
        texts = [value] if isinstance(value, str) else value
        if not name or not line.isdecimal() or int(line) < 1:
            raise _wrong(f"pragmas.{place}", "names no line", hint)
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            raise _wrong(f"pragmas.{place}", "is no text and no list of texts", hint)
        source = (file.parent / name).resolve()
        if not source.is_file():
            raise _wrong(f"pragmas.{place}", "names a file that is not there", hint)
        found.extend((source, int(line), text) for text in texts)
    return tuple(found)


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise _wrong(key, "is no text", f'write `{key} = "..."`')
    return value


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(key, "is no list of texts", f'write `{key} = ["..."]`')
    return tuple(value)


def _wrong(key: str, what: str, hint: str) -> InputError:
    return InputError(f"`{key}` in `[tool.iamgen]` of `pyproject.toml` {what}", hint)
