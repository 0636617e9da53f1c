"""Source expressions: what the parameters that the catalog names put into an ARN's variables.

The language is that of `catalog.triggers`: a parameter path, a text in single quotes with `{path}`
and wildcards, or several of these, of which the first that is given counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from iamgen.analysis.usage import Argument
from iamgen.catalog.triggers import ParameterPath, Source, Template, TriggerError, parse_source, source_paths
from iamgen.mapping.arguments import Presence, find
from iamgen.mapping.limits import MAX_PATTERNS
from iamgen.mapping.patterns import Glob, Wild
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The arguments, and the item of a list that is looked at: paths that start with `prefix` go to `item`."""

    arguments: Argument
    prefix: Path = ()
    item: Argument | None = None

    def at(self, path: Path) -> tuple[Argument, Path]:
        """Where to look, and for which path."""
        if self.item is not None and path[: len(self.prefix)] == self.prefix:
            return self.item, path[len(self.prefix) :]
        return self.arguments, path


@lru_cache(maxsize=4096)
def parse(expression: str) -> tuple[Source, ...]:
    """The alternatives of a source expression; one that is none (the catalog's checks refuse it) has none."""
    try:
        return parse_source(expression)
    except TriggerError:
        return ()


@lru_cache(maxsize=4096)
def paths(expression: str) -> frozenset[Path]:
    """Every parameter path that the expression reads."""
    return frozenset(path.parts for path in source_paths(parse(expression)))


@dataclass(frozen=True, slots=True)
class Filled:
    """What an expression gives: alternatives, and how surely a parameter of the request says so."""

    globs: tuple[Glob, ...] = ()
    presence: Presence = Presence.ABSENT


def evaluate(request: Request, expression: str, scope: Scope) -> Filled:
    """The alternatives of an expression; a parameter that may be given lets the next one count, too."""
    globs: list[Glob] = []
    presence = Presence.ABSENT
    for one in parse(expression):
        filled = _template(request, one, scope) if isinstance(one, Template) else _path(request, one.parts, scope)
        globs.extend(filled.globs)
        presence = max(presence, filled.presence)
        if presence is Presence.GIVEN or (filled.globs and filled.presence is Presence.ABSENT):
            break
    return Filled(_few(tuple(dict.fromkeys(globs))), presence)


def _few(globs: tuple[Glob, ...]) -> tuple[Glob, ...]:
    """The alternatives, or when they are too many one that is open."""
    return globs if len(globs) <= MAX_PATTERNS else (Glob.of(OPEN),)


def _path(request: Request, path: Path, scope: Scope) -> Filled:
    argument, rest = scope.at(path)
    found = request.find_parts(path) if argument is request.call.arguments else find(argument, rest)
    texts = request.filled(*found.values)
    return Filled(tuple(Glob.of(text) for text in texts), found.presence)


_WILD = re.compile(r"[*?]+|[^*?]+")


def _template(request: Request, template: Template, scope: Scope) -> Filled:
    globs: tuple[Glob, ...] = (Glob(),)
    given = [Presence.GIVEN]
    for part in template.parts:
        if isinstance(part, ParameterPath):
            filled = _path(request, part.parts, scope)
            if not filled.globs:
                return Filled()
            given.append(filled.presence)
            options = filled.globs
        else:
            options = (Glob.of(*(Wild(piece) if piece[0] in "*?" else piece for piece in _WILD.findall(part))),)
        globs = _few(tuple(one + option for one in globs for option in options))
    # A text without parameters is a default: no parameter of the request says it.
    return Filled(globs, min(given) if len(given) > 1 else Presence.ABSENT)


def scopes(arguments: Argument, expressions: tuple[str, ...]) -> Iterator[Scope]:
    """One scope for each item of the list that these expressions share, else the arguments as a whole."""
    prefix = _shared(tuple(path for expression in expressions for path in sorted(paths(expression))))
    if not prefix:
        yield Scope(arguments)
        return
    found = find(arguments, prefix)
    if not found.values or found.presence is Presence.UNTOLD:
        yield Scope(arguments)  # nothing known of the items: the paths find that out by themselves
    for item in found.values:
        yield Scope(arguments, prefix, item)


def _shared(all_paths: tuple[Path, ...]) -> Path:
    """The longest prefix up to a `[]` or `{}` that more than one path goes through."""
    prefixes = [path[: index + 1] for path in all_paths for index, step in enumerate(path) if step in ("[]", "{}")]
    shared = [prefix for prefix in prefixes if prefixes.count(prefix) > 1]
    return max(shared, key=len, default=())
