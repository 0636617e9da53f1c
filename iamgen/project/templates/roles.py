"""The roles that a template declares, with every policy that it attaches to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.location import Location
from iamgen.core.text import HoleKind, Text
from iamgen.project.model import DeclaredRole, PolicyDocument, Problem
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.nodes import listed, mapping
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import (
    ABSENT,
    canonical_text,
    either,
    items,
    options,
    plain,
    scalar_text,
    sub_form,
    texts,
)

ROLE: Final = "AWS::IAM::Role"
_MANAGED: Final = "AWS::IAM::ManagedPolicy"


@dataclass(frozen=True, slots=True)
class Policies:
    """What a role is given: documents and managed policies."""

    documents: tuple[PolicyDocument, ...] = ()
    managed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()  # in words, what is only known to a deployment

    def __add__(self, other: Policies) -> Policies:
        managed = tuple(dict.fromkeys((*self.managed, *other.managed)))
        unread = tuple(dict.fromkeys((*self.unread, *other.unread)))
        # A managed policy may be attached from both sides, by the role's list and by its own.
        further = tuple(one for one in other.documents if one not in self.documents)
        return Policies((*self.documents, *further), managed, unread)


@dataclass(slots=True)
class Roles:
    """The roles of all scopes of a project, found by what refers to them."""

    by_arn: dict[Text, tuple[Scope, str]] = field(default_factory=dict)
    by_name: dict[Text, tuple[Scope, str]] = field(default_factory=dict)
    managed: dict[Text, tuple[Scope, str]] = field(default_factory=dict)  # declared managed policies by ARN
    attached: dict[tuple[int, str], list[Policies]] = field(default_factory=dict)  # by role
    problems: list[Problem] = field(default_factory=list)

    @staticmethod
    def of(scopes: list[Scope]) -> Roles:
        """Read what the scopes declare."""
        roles = Roles()
        for scope in scopes:
            resolver = Resolver(scope)
            for logical_id in scope.resources:
                kind = scope.type_of(logical_id)
                if kind == ROLE and resolver.declared(logical_id):
                    roles._know(roles.by_arn, resolver.attribute(logical_id, "Arn"), scope, logical_id)
                    roles._know(roles.by_name, resolver.ref(logical_id), scope, logical_id)
                elif kind == _MANAGED and resolver.declared(logical_id):
                    roles._know(roles.managed, resolver.ref(logical_id), scope, logical_id)
        for scope in scopes:
            resolver = Resolver(scope)
            for logical_id in scope.resources:
                if resolver.declared(logical_id):
                    roles._attach(resolver, logical_id)
        return roles

    @staticmethod
    def _know(into: dict[Text, tuple[Scope, str]], value: Any, scope: Scope, logical_id: str) -> None:
        for text in texts(value):
            into.setdefault(canonical_text(text), (scope, logical_id))

    def _attach(self, resolver: Resolver, logical_id: str) -> None:
        """Policies that name their roles."""
        scope = resolver.scope
        kind = scope.type_of(logical_id)
        properties = scope.properties(logical_id)
        names: Any = None
        if kind in ("AWS::IAM::Policy", _MANAGED):
            names = properties.get("Roles")
        elif kind == "AWS::IAM::RolePolicy":
            names = [properties.get("RoleName")]
        if names is None:
            return
        document = properties.get("PolicyDocument")
        name = resolver.texts(properties.get("PolicyName"))
        shown = sub_form(name[0]) if name else scope.name(logical_id)
        policies = policy_documents(resolver, document, shown, scope.location(logical_id))
        for item in items(resolver.value(names)):
            text = scalar_text(item)
            found = self._named(text) if text is not None else None
            if found is not None:
                self.attached.setdefault((id(found[0]), found[1]), []).append(policies)

    def _named(self, text: Text) -> tuple[Scope, str] | None:
        if any(hole.kind is HoleKind.UNKNOWN for hole in text.holes):
            return None  # two unknown names are equal, and nothing says that they mean one role
        known = canonical_text(text)
        return self.by_name.get(known) or self.by_arn.get(known) or self.by_name.get(_role_name(known))

    def find(self, value: Any) -> tuple[tuple[Scope, str] | None, Text | None]:
        """The declared role that a `Role` property means, and its text."""
        first: Text | None = None
        for text in texts(value):
            found = self._named(text)
            if found is not None:
                return found, text
            first = first or text
        return None, first

    def declared(self, scope: Scope, logical_id: str) -> DeclaredRole:
        """A role with all its policies."""
        resolver = Resolver(scope)
        properties = scope.properties(logical_id)
        location = scope.location(logical_id)
        found = Policies()
        for index, item in enumerate(items(resolver.value(properties.get("Policies")))):
            if not isinstance(item, Mapping):
                found += Policies(unread=(f"an inline policy of `{logical_id}` is not known before a deployment",))
                continue
            one = mapping(item)
            name = texts(one.get("PolicyName"))
            shown = sub_form(name[0]) if name else f"{logical_id}Policy{index}"
            line = _line(properties.get("Policies"), index, location)
            found += policies_of(one.get("PolicyDocument"), shown, line)
        found += self.managed_policies(resolver.value(properties.get("ManagedPolicyArns")))
        for more in self.attached.get((id(scope), logical_id), []):
            found += more
        boundary = texts(resolver.value(properties.get("PermissionsBoundary")))
        trust = plain(resolver.value(properties.get("AssumeRolePolicyDocument")))
        return DeclaredRole(
            scope.name(logical_id),
            found.documents,
            found.managed,
            sub_form(boundary[0]) if boundary else None,
            MappingProxyType(trust) if isinstance(trust, dict) else None,
            location=location,
            unread=found.unread,
        )

    def managed_policies(self, value: Any) -> Policies:
        """Managed policies by ARN or name; one that the project declares itself counts with its document."""
        found = Policies()
        for item in items(value):
            text = scalar_text(item)
            if text is None:
                continue
            declared = self.managed.get(canonical_text(text))
            if declared is not None:
                scope, logical_id = declared
                resolver = Resolver(scope)
                document = scope.properties(logical_id).get("PolicyDocument")
                name = scope.name(logical_id)
                found += policy_documents(resolver, document, name, scope.location(logical_id))
            else:
                found += Policies(managed=(sub_form(text),))
        return found


def _role_name(text: Text) -> Text:
    """The name in a role's ARN, whatever account and path are written in it; other texts as they are."""
    start = "".join(part if isinstance(part, str) else "?" for part in text.parts)
    if not start.startswith("arn:") or ":iam:" not in start or ":role/" not in start:
        return text
    parts = list(text.parts)
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if isinstance(part, str) and "/" in part:
            return Text.of(part.rpartition("/")[2], *parts[index + 1 :])
    return text


def external(text: Text | None, location: Location) -> DeclaredRole:
    """A role that is named but declared elsewhere."""
    return DeclaredRole(sub_form(text) if text is not None else "", external=True, location=location)


def policy_documents(resolver: Resolver, node: Any, name: str, location: Location) -> Policies:
    """The documents that an expression may come to."""
    line = getattr(node, "line", None)
    place = Location(location.file, line) if isinstance(line, int) else location
    return policies_of(resolver.value(node), name, place)


def policies_of(value: Any, name: str, location: Location) -> Policies:
    """The documents of a resolved value, and what of it nobody can read before a deployment."""
    value = either(_from_text(option) for option in options(value))
    unread: dict[str, None] = {}
    for option in options(value):
        if isinstance(option, Mapping):
            if any(one is not None and not isinstance(one, dict) for one in listed(plain(option).get("Statement"))):
                unread[f"a statement of the policy `{name}` is not known before a deployment"] = None
        elif option is not ABSENT and option is not None:
            unread[f"the policy `{name}` is not known before a deployment{_reason(option)}"] = None
    return Policies(tuple(documents_of(value, name, location)), unread=tuple(unread))


def _from_text(value: Any) -> Any:
    """A document that is written as JSON in a text (`!Sub '{"Statement": ...}'`); other values as they are."""
    if not isinstance(value, Text) or not value.parts or not str(value.parts[0]).lstrip().startswith("{"):
        return value
    try:
        data = json.loads(sub_form(value))
    except (ValueError, RecursionError):
        return value
    return data if isinstance(data, dict) else value


def _reason(value: Any) -> str:
    """Why a text is not known, where it says."""
    holes = value.holes if isinstance(value, Text) else ()
    return next((f": {hole.reason}" for hole in holes if hole.reason), "")


def documents_of(value: Any, name: str, location: Location) -> Iterator[PolicyDocument]:
    """The documents of a resolved value; a statement without its document gets one."""
    for option in options(value):
        if not isinstance(option, Mapping):
            continue
        data = plain(option)
        if "Statement" not in data and "Effect" in data:
            data = {"Version": "2012-10-17", "Statement": [data]}
        if "Statement" not in data:
            continue
        data["Statement"] = [one for one in listed(data["Statement"]) if isinstance(one, dict)]
        yield PolicyDocument(name, MappingProxyType(data), location)


def _line(node: Any, index: int, location: Location) -> Location:
    lines = getattr(node, "lines", None)
    return Location(location.file, lines[index]) if isinstance(lines, list) and index < len(lines) else location
