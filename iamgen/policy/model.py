"""The parts of a policy document as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

DEFAULT_VERSION = "2012-10-17"
"""The version that iamgen writes: the one in which policy variables and `${*}` count."""


class Effect(StrEnum):
    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """One line of a condition block: `{operator: {key: values}}`; values are alternatives, sorted."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; exactly one of `actions`/`not_actions` and of `resources`/`not_resources` is given.

    Resources are IAM patterns as text: `*` and `?` are wildcards, `${*}` `${?}` `${$}` literals,
    `${aws:username}` (one colon) a policy variable, `${OrdersTable}`, `${Queue.Arn}` and
    `${AWS::Region}` opaque template symbols.
    """

    effect: Effect
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    sid: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document."""

    statements: tuple[Statement, ...] = ()
    version: str = DEFAULT_VERSION


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy document and its name."""

    name: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class Need:
    """What must be allowed: an action on every text of a resource pattern, given the conditions.

    `open` says that the pattern's wildcards stand for one value that nobody knows (a hole of the
    code), not for all values: a narrower grant may then suffice and is undecided, not missing.
    """

    action: str
    resource: str
    conditions: tuple[Condition, ...] = ()
    open: bool = field(default=False, compare=False)
