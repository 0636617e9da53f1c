"""Terraform's functions of files: what they hold, and which there are. Nothing outside the project is read.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from iamgen.core.errors import InputError
from iamgen.core.text import Text
from iamgen.project.code.roots import inside
from iamgen.project.formats.terraform.hcl import parse_template
from iamgen.project.formats.terraform.modules import Module
from iamgen.project.request import relative
from iamgen.project.templates.documents import read_text
from iamgen.project.templates.nodes import Malformed
from iamgen.project.templates.values import ABSENT, Value, either, named, options, unknown

_FILE_BYTES: Final = 1_000_000
_FILES: Final = 1_000  # that one pattern may mean


class Evaluator(Protocol):
    """What a function needs of the evaluator that calls it."""

    module: Module

    def value(self, node: Any, env: Mapping[str, Any]) -> Value: ...


def file_content(evaluator: Evaluator, name: str, written: Text | None, given: Value) -> Value:
    """A file's content, or a template's with its variables put in; outside the project it is not read."""
    if written is None or written.literal is None:
        return unknown("a file whose name depends on the deployment")
    root = evaluator.module
    while root.parent is not None:
        root = root.parent
    path, why = inside(root.folder / written.literal, root.root)
    if path is None or name == "filebase64":
        return unknown(f"the file `{written.literal}` {why or 'is read as bytes'}")
    try:
        text = read_text(path, relative(path, root.root), _FILE_BYTES)
    except InputError as error:
        return unknown(error.message)
    if name == "file":
        return Text.of(text)
    try:
        template = parse_template(text, relative(path, root.root))
    except Malformed as error:
        return unknown(f"the template `{written.literal}`: {error.message}")
    found: list[Value] = []
    for variables in options(given) if given is not ABSENT else ({},):
        if isinstance(variables, Mapping):
            found.append(evaluator.value(template, dict(variables)))
        else:
            found.append(unknown(f"the template `{written.literal}`, whose variables only the deployment knows"))
    return either(found)


def fileset(evaluator: Evaluator, folder: Text | None, pattern: Text | None) -> Value:
    """The files below a folder of the project that a pattern matches, relative to it."""
    if folder is None or pattern is None or folder.literal is None or not pattern.literal:
        return named("fileset", folder, pattern)
    root = evaluator.module
    while root.parent is not None:
        root = root.parent
    path, why = inside(root.folder / folder.literal, root.root)
    if path is None or not path.is_dir() or ".." in pattern.literal or pattern.literal.startswith("/"):
        return unknown(f"the files of `{folder.literal}`: the folder {why or 'is none, or the pattern leaves it'}")
    try:
        found = sorted(one.relative_to(path).as_posix() for one in path.glob(pattern.literal) if one.is_file())
    except (OSError, ValueError, NotImplementedError):
        return named("fileset", folder, pattern)
    return tuple(Text.of(one) for one in found[:_FILES])
