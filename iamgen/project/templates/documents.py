"""Reading a template file: bounded, decoded, YAML or JSON, with an error that names the line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.project.drafts import draft_of
from iamgen.project.limits import TEMPLATE_BYTES
from iamgen.project.model import Problem
from iamgen.project.templates.json_source import parse_json
from iamgen.project.templates.nodes import Malformed
from iamgen.project.templates.yaml_source import Parsed, parse_yaml

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")  # its byte order marks
_SECOND_READING: Final = 300_000  # characters; the YAML parser is slow
_JINJA: Final = re.compile(r"\{%[-+ ]|\{\{\s*(?!resolve:)[\w.]+\s*(?:\||\}\})")


@dataclass(frozen=True, slots=True)
class Document:
    """A template's data; `shown` is its name in reports."""

    path: Path
    shown: str
    data: Any
    problems: tuple[Problem, ...] = ()


def read_text(path: Path, shown: str, most: int = TEMPLATE_BYTES) -> str:
    """A file's text, or its draft; raises `InputError` for one that is none, or too large."""
    if (draft := draft_of(path)) is not None:
        return draft
    try:
        if not path.is_file():
            raise InputError(f"`{shown}` is not a regular file")
        if path.stat().st_size > most:
            raise InputError(f"`{shown}` is larger than {most // 1_000_000} MB", "is it a template")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"`{shown}` cannot be read: {(error.strerror or str(error)).lower()}") from error
    try:
        text = data.decode("utf-16" if data[:2] in _UTF_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"`{shown}` is not text: byte {error.start} is not UTF-8") from error
    if "\0" in text:
        raise InputError(f"`{shown}` is not text: it holds a zero byte")
    return text


def beginning(path: Path, most: int) -> str:
    """The start of a file as text, whatever of it can be read: PowerShell's `>` writes UTF-16."""
    try:
        with path.open("rb") as file:
            data = file.read(most)
    except OSError:
        return ""
    return data.decode("utf-16" if data[:2] in _UTF_16 else "utf-8", "replace")


def read_document(path: Path, shown: str) -> Document:
    """A YAML or JSON file's data; raises `InputError` with file and line."""
    return parse_document(read_text(path, shown), path, shown)


def _as_yaml(text: str, error: Malformed, path: Path) -> Parsed:
    """Malformed JSON as YAML, which allows a comma after the last entry: the AWS tools try it next, too."""
    if path.suffix == ".json" and len(text) > _SECOND_READING:
        raise error
    try:
        return parse_yaml(text)
    except Malformed:
        if path.suffix == ".json":
            raise error from None
        raise


def parse_document(text: str, path: Path, shown: str) -> Document:
    """The data of a YAML or JSON text; raises `InputError` with file and line."""
    try:
        if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
            try:
                return Document(path, shown, parse_json(text))
            except Malformed as error:
                parsed = _as_yaml(text, error, path)
        else:
            parsed = parse_yaml(text)
    except Malformed as error:
        hint = None
        if _JINJA.search(text):
            hint = "it looks like the source of a template engine (Jinja, cookiecutter): render it first"
        raise InputError(f"`{shown}:{error.line}` is malformed: {error.message}", hint) from error
    problems = tuple(
        Problem("unknown-tag", f"the tag `{tag}` is not known; its value is read as it stands", Location(shown, line))
        for tag, line in parsed.unknown_tags
    )
    engine = "a mapping as a key is no template's: render the source of a template engine first"
    keys = {line: key for key, line in parsed.odd_keys}  # of nested ones, the outer one comes last
    odd = tuple(Problem("template", f"`{key}`: {engine}", Location(shown, line)) for line, key in keys.items())
    return Document(path, shown, parsed.data, (*problems, *odd))
