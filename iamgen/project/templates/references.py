"""How a template itself writes what a symbol stands for: what is emitted for it must be what it can resolve.

A symbol of a resource or parameter of the same template is written by `Ref` and `GetAtt`. Others have come from
elsewhere: through a parameter of a nested template, an import, a dynamic reference, a function that only a
deployment evaluates, a variable of the Serverless Framework. Those are written as the template wrote them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.text import HoleKind, Text
from iamgen.project.model import References
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import sub_form, texts

_NODES: Final = 20_000  # of a template that are looked into


def references_of(scope: Scope, scopes: Iterable[Scope]) -> References:
    """What a template writes in its own way, for texts such as `${ImportValue.jobs}` or a whole ARN."""
    every = {one.name(name) for one in scopes if one is not scope for name in (*one.resources, *one.implied)}
    own = {scope.name(name) for name in (*scope.resources, *scope.implied, *scope.section("Parameters"))}
    return References(MappingProxyType(_expressions_of(scope)), frozenset(every - own))


def _expressions_of(scope: Scope) -> dict[str, Any]:
    found: dict[str, Any] = {}
    resolver = Resolver(scope)
    for name in (*scope.resources, *scope.section("Parameters")):
        if scope.prefix and isinstance(name, str):
            found["${" + scope.name(name) + "}"] = {"Ref": name}
    for name, written in scope.written.items():
        several = texts(resolver.ref(name)) if scope.parameter(name) is not None else ()
        if len(several) == 1 and several[0].holes:
            found[sub_form(several[0])] = written
    for name in scope.section("Parameters"):
        if name not in scope.written:
            _add(found, scope, resolver, {"Ref": name})
    for node in _expressions(scope):
        _add(found, scope, resolver, node)
    return found


def _add(found: dict[str, Any], scope: Scope, resolver: Resolver, expression: Any) -> None:
    """An expression, when it comes to one text that the template could not write by its own names."""
    several = texts(resolver.value(expression))
    if len(several) == 1 and not _local(scope, several[0]) and not any(_unknown(one) for one in several):
        found.setdefault(sub_form(several[0]), expression)


def _unknown(text: Text) -> bool:
    return any(hole.kind is not HoleKind.SYMBOL for hole in text.holes)


def _local(scope: Scope, text: Text) -> bool:
    """Whether every symbol is one of the template's own, or AWS's."""
    for hole in text.holes:
        own = hole.name.removeprefix(scope.prefix).partition(".")[0]
        if hole.name.startswith("AWS::"):
            continue
        if not hole.name.startswith(scope.prefix) or (scope.type_of(own) is None and scope.parameter(own) is None):
            return False
    return True


def _expressions(scope: Scope) -> Iterator[Any]:
    """The functions and dynamic references of a template, the outer ones first."""
    stack: list[Any] = [scope.resources, scope.section("Globals")]
    for _ in range(_NODES):
        if not stack:
            return
        node = stack.pop()
        if isinstance(node, Mapping):
            if len(node) == 1 and str(next(iter(node))).startswith("Fn::"):
                yield node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, str) and "{{resolve:" in node:
            yield node
