"""The embedded table of AWS-managed policies: documents by name or ARN, with their dates."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from iamgen.core.errors import IamgenError
from iamgen.deployed.grants import GrantedPolicy, PolicyKind
from iamgen.policy.parse import PolicyError, parse_policy

_DEFAULT = Path(__file__).parent.parent / "catalog" / "managed.sqlite"
_ARN = re.compile(
    r"arn:(?:aws[\w-]*|\$\{AWS::Partition\}|\*):iam::aws:policy(?P<path>/(?:[\w+=,.@-]+/)*|/\*)(?P<name>[\w+=,.@-]+)"
)
_NAME = re.compile(r"[\w+=,.@-]+")


@dataclass(frozen=True, slots=True)
class ManagedDocument:
    """An AWS-managed policy as the table has it."""

    name: str
    path: str
    version: str
    updated: str  # a date, as AWS gave it

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::aws:policy{self.path}{self.name}"


class ManagedPolicies:
    """The table; opened read-only at the first question, each answer remembered."""

    def __init__(self, path: Path = _DEFAULT) -> None:
        self.path = path
        self._known: dict[str, GrantedPolicy | None] = {}

    def __reduce__(self) -> tuple[type[ManagedPolicies], tuple[Path]]:
        return ManagedPolicies, (self.path,)

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        if not self.path.is_file():
            raise IamgenError(
                f"the table of AWS-managed policies `{self.path.name}` is missing",
                "reinstall iamgen, or run `python -m iamgen.catalog.build` in a checkout",
            )
        return sqlite3.connect(f"{self.path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    @cached_property
    def dated(self) -> str:
        """The date of the newest document, i.e. how old the table is at least."""
        (updated,) = self._connection.execute("SELECT updated FROM source").fetchone()
        return str(updated)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(name for (name,) in self._connection.execute("SELECT name FROM policy ORDER BY name"))

    def find(self, reference: str) -> GrantedPolicy | None:
        """The policy of an AWS name or ARN; None when the table has none of that name and path."""
        if reference not in self._known:
            self._known[reference] = self._look_up(reference)
        return self._known[reference]

    def _look_up(self, reference: str) -> GrantedPolicy | None:
        if match := _ARN.fullmatch(reference):
            name, path = match["name"], match["path"] if match["path"] != "/*" else None  # a path that is not told
        elif _NAME.fullmatch(reference):
            name, path = reference, None
        else:
            return None
        row = self._connection.execute(
            "SELECT name, path, version, updated, document FROM policy WHERE name = ?", (name,)
        ).fetchone()
        if row is None or path not in (None, row[1]):
            return None
        found = ManagedDocument(*row[:4])
        try:
            policy = parse_policy(json.loads(zlib.decompress(row[4])), found.name)
        except PolicyError:
            return None
        source = f"AWS-managed policy, {found.version} of {found.updated}"
        return GrantedPolicy(found.name, PolicyKind.AWS_MANAGED, policy, source)


def is_aws_managed(reference: str) -> bool:
    """Whether a reference is the ARN of a policy that AWS manages."""
    return _ARN.fullmatch(reference) is not None
