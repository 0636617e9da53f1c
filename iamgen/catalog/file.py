"""The catalog's SQLite file, opened read-only, and answers that are remembered."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from iamgen.core.errors import IamgenError

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound="CatalogFile")


class CatalogError(IamgenError):
    """The catalog's file is missing or is not one of this version."""


def remembered(method: Callable[Concatenate[F, P], R]) -> Callable[Concatenate[F, P], R]:
    """Answer a question once; the catalog does not change while it is open."""

    def ask(self: F, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (method.__name__, args, tuple(kwargs.items()))
        answers = self._answers
        if key not in answers:
            answers[key] = method(self, *args, **kwargs)
        answer: R = answers[key]
        return answer

    update_wrapper(ask, method)
    return ask


class CatalogFile:
    """Queries against the file; one connection a process, since none may cross a fork."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections: dict[int, sqlite3.Connection] = {}
        self._answers: dict[object, Any] = {}

    def __reduce__(self) -> tuple[type[CatalogFile], tuple[Path]]:
        return (type(self), (self._path,))

    def _rows(self, query: str, *values: object) -> list[Any]:
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
