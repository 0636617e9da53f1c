"""The templates that a template includes: nested stacks and applications, as far as they lie in the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from iamgen.core.errors import InputError
from iamgen.core.text import Text
from iamgen.project.code.roots import OUTSIDE, OUTSIDE_PROJECT, inside
from iamgen.project.formats.levels import named as files_named
from iamgen.project.formats.template_search import NAMES, looks_like_template
from iamgen.project.limits import NESTED_STACKS
from iamgen.project.model import Problem
from iamgen.project.request import Request
from iamgen.project.templates.documents import read_document
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.nodes import mapping
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import ABSENT, sub_form

_NESTED: Final = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_REMOTE: Final = ("https://", "http://", "s3://")


def nested_scopes(scope: Scope, request: Request, problems: list[Problem], depth: int = 1) -> Iterator[Scope]:
    """The local templates that a template includes, depth first."""
    for logical_id in scope.resources:
        key = _NESTED.get(scope.type_of(logical_id) or "")
        if key is None:
            continue
        properties = scope.properties(logical_id)
        metadata = mapping((scope.resource(logical_id) or {}).get("Metadata"))
        asset = metadata.get("aws:asset:path")
        named = next(iter(Resolver(scope).concrete.texts(properties.get(key, ABSENT))), None)
        written = asset if isinstance(asset, str) else named.literal if named is not None else None
        path: Path | None = None
        why = "lies elsewhere"
        if written is not None and not written.startswith(_REMOTE):
            path, why = inside(scope.document.path.parent / written, request.root)
        if path is None or not path.is_file():
            shown = sub_form(named) if named is not None else written
            found = _elsewhere(named, scope, request) if named is not None else None
            if found is not None:
                message = f"the nested template `{shown}` {why}; `{request.relative(found)}` is read in its place"
                problems.append(Problem("guessed-code", message, scope.location(logical_id)))
                path = found
            elif written is not None and not written.startswith(_REMOTE):
                kind = OUTSIDE_PROJECT if why == OUTSIDE else "template"
                message = f"the nested template `{written}` {why or 'is no file'}"
                problems.append(Problem(kind, message, scope.location(logical_id)))
        if path is None or not path.is_file():
            continue
        if depth >= NESTED_STACKS or path in _ancestors(scope):
            problems.append(
                Problem("template", f"the nested template `{written}` includes itself", scope.location(logical_id))
            )
            continue
        try:
            document = read_document(path, request.relative(path))
        except InputError as error:
            problems.append(Problem("template", error.message, scope.location(logical_id)))
            continue
        if not isinstance(document.data, Mapping):
            continue
        problems.extend(document.problems)
        bound = mapping(properties.get("Parameters"))
        child = Scope(document, parent=scope, stack=scope.name(logical_id), bound=bound)
        scope.children[logical_id] = child
        yield child
        yield from nested_scopes(child, request, problems, depth + 1)


def _ancestors(scope: Scope | None) -> Iterator[Path]:
    while scope is not None:
        yield scope.document.path
        scope = scope.parent


def _elsewhere(written: Text, scope: Scope, request: Request) -> Path | None:
    """The one template of the project that ends like a path which a build or an upload gave it."""
    last = written.parts[-1] if written.parts else ""
    parts = [part for part in last.split("/") if part not in ("", ".", "..")] if isinstance(last, str) else []
    if not parts or not parts[-1].partition(".")[0]:
        return None
    # A name alone tells little: of a template of somebody else's, or of one that is called like every other.
    least = 2 if (written.literal is not None and written.literal.startswith(_REMOTE)) or parts[-1] in NAMES else 1
    excluded = {scope.document.path, *_ancestors(scope)}
    found = [path for path in files_named(request.root, (parts[-1],)) if path not in excluded]
    for size in range(len(parts), least - 1, -1):
        alike = [path for path in found if path.parts[-size:] == tuple(parts[-size:]) and looks_like_template(path)]
        if alike:
            return alike[0] if len(alike) == 1 else None
    return None
