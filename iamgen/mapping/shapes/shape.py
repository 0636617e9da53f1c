"""The three kinds of shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iamgen.catalog.model import ArnBinding, Permission
from iamgen.mapping.patterns import Pattern
from iamgen.mapping.request import Request

Need = tuple[Permission, tuple[Pattern, ...] | None]
"""A permission and what it is checked on; None: as for any other request."""

TypeShape = Callable[[Request, ArnBinding], tuple[Pattern, ...] | None]
"""Reads one resource type from a request; `()`: the request does not name this type."""

ActionShape = Callable[[Request, Permission], tuple[Pattern, ...] | None]
"""Reads the resources of one action, whatever their types."""

OperationShape = Callable[[Request, tuple[Permission, ...]], tuple[Need, ...] | None]
"""Says which of the catalog's permissions, or which others, a request needs, and on what."""

Beside = Callable[[Request], Iterator[Need]]
"""Says what a request needs beside its own service's actions."""
