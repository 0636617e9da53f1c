"""The SDK half of the catalog: method -> operation, paginators, waiters and boto3's resource models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from iamgen.catalog.file import CatalogFile, remembered
from iamgen.catalog.model import PARAMETER_TYPES, Operation, Parameter

if TYPE_CHECKING:
    from iamgen.catalog.resource_model import ResourceType

_OPERATION = (
    "SELECT s.name, o.name, o.method, o.http_method, o.request_uri, o.auth, o.parameters"
    " FROM operation o JOIN service s ON s.id = o.service"
)


class SdkLookups(CatalogFile):
    """What botocore and boto3 know, by exact name."""

    @remembered
    def services(self) -> tuple[str, ...]:
        """The SDK's services by botocore's names, sorted."""
        return tuple(name for (name,) in self._rows("SELECT name FROM service ORDER BY name"))

    def has_service(self, service: str) -> bool:
        """Whether botocore has a service of this name."""
        return self._service_id(service) is not None

    @remembered
    def _service_id(self, service: str) -> int | None:
        for (number,) in self._rows("SELECT id FROM service WHERE name = ?", service):
            return int(number)
        return None

    @remembered
    def service_prefix(self, service: str) -> str | None:
        """IAM's service prefix, None when none is published."""
        for (prefix,) in self._rows("SELECT prefix FROM service WHERE name = ?", service):
            return None if prefix is None else str(prefix)
        return None

    @remembered
    def operation(self, service: str, operation: str) -> Operation | None:
        """The operation of exactly this name."""
        query = f"{_OPERATION} WHERE o.service = ? AND o.name = ?"
        return self._one_operation(query, self._service_id(service), operation)

    @remembered
    def method(self, service: str, method: str) -> Operation | None:
        """The operation that a client's method sends."""
        query = f"{_OPERATION} WHERE o.service = ? AND o.method = ?"
        return self._one_operation(query, self._service_id(service), method)

    @remembered
    def methods(self, service: str) -> tuple[str, ...]:
        """The methods of a service's client that send an operation, sorted."""
        query = "SELECT method FROM operation WHERE service = ? ORDER BY method"
        return tuple(name for (name,) in self._rows(query, self._service_id(service)))

    @remembered
    def operations(self, service: str) -> tuple[str, ...]:
        """The operations of a service, sorted."""
        query = "SELECT name FROM operation WHERE service = ? ORDER BY name"
        return tuple(name for (name,) in self._rows(query, self._service_id(service)))

    @remembered
    def operations_named(self, operation: str) -> tuple[Operation, ...]:
        """The operations of all services that have this name in any case, sorted by service."""
        rows = self._rows(f"{_OPERATION} WHERE o.name = ? COLLATE NOCASE ORDER BY s.name, o.name", operation)
        return tuple(self._operation(row) for row in rows)

    @remembered
    def methods_named(self, method: str) -> tuple[Operation, ...]:
        """The operations of all services whose method has this name, sorted by service."""
        rows = self._rows(f"{_OPERATION} WHERE o.method = ? ORDER BY s.name, o.name", method)
        return tuple(self._operation(row) for row in rows)

    @remembered
    def paginator(self, service: str, method: str) -> Operation | None:
        """The operation whose pages `get_paginator(method)` gives, None when it cannot be paginated."""
        query = f"{_OPERATION} WHERE o.service = ? AND o.method = ? AND o.paginated"
        return self._one_operation(query, self._service_id(service), method)

    @remembered
    def waiter(self, service: str, waiter: str) -> Operation | None:
        """The operation that a waiter polls, by the waiter's Python name (`object_exists`)."""
        query = "SELECT operation FROM waiter WHERE service = ? AND name = ?"
        for (operation,) in self._rows(query, self._service_id(service), waiter):
            return self.operation(service, operation)
        return None

    @remembered
    def resource_services(self) -> tuple[str, ...]:
        """The services that `boto3.resource` knows, sorted."""
        return tuple(name for (name,) in self._rows("SELECT DISTINCT service FROM resource_type ORDER BY 1"))

    @remembered
    def resource_type(self, service: str, name: str = "") -> ResourceType | None:
        """A resource type of boto3's models; "" is the service resource."""
        from iamgen.catalog.resource_json import resource_type_from

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

    @remembered
    def _parameter(self, number: int) -> Parameter:
        ((name, type_, required),) = self._rows("SELECT name, type, required FROM parameter WHERE id = ?", number)
        return Parameter(name, PARAMETER_TYPES[type_], bool(required))
