"""What a role grants against what is needed: excess, missing and undecided, each with a witness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from iamgen.policy.algebra import (
    NOTHING,
    Answer,
    Match,
    Perhaps,
    ResourceSet,
    Verdict,
    complement,
    difference,
    intersection,
    intersects,
    is_empty,
    union,
)
from iamgen.policy.evaluate import StatementRef, speaks_of_action
from iamgen.policy.implication import contradicts, implies
from iamgen.policy.model import Condition, Effect, NamedPolicy, Need, Policy, Statement
from iamgen.policy.patterns import Reading, read_variables
from iamgen.policy.universe import ActionUniverse
from iamgen.policy.wildcards import resource_pattern


@dataclass(frozen=True, slots=True)
class GrantSet:
    """All that decides what a role may do: its policies, and what limits them.

    `scps` are levels (organisation root to account), each of which must allow; `session` is the
    session policy, if any.
    """

    identity: tuple[NamedPolicy, ...] = ()
    boundary: Policy | None = None
    scps: tuple[tuple[Policy, ...], ...] = ()
    session: Policy | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A concrete request: an action and a resource."""

    action: str
    resource: str


class ExcessKind(StrEnum):
    STATEMENT = "statement"  # nothing of the statement is needed
    ACTION = "action"  # the action is needed on no resource of the statement
    RESOURCE = "resource"  # the action is needed, on less than this resource


@dataclass(frozen=True, slots=True)
class ExcessAction:
    """An action pattern as written, and which of the actions it stands for are needed and which aren't."""

    pattern: str
    needed: tuple[str, ...]
    unneeded: tuple[str, ...]

    @property
    def is_wildcard(self) -> bool:
        return "*" in self.pattern or "?" in self.pattern


@dataclass(frozen=True, slots=True)
class Excess:
    """Something granted that no need requires.

    `resources` are as written in the statement (with `not ` before a NotResource). For a resource
    that is wider than needed, `suffices` are the needs' narrower resources; empty: none is needed.
    """

    kind: ExcessKind
    statement: StatementRef
    actions: tuple[ExcessAction, ...]
    resources: tuple[str, ...]
    witness: Witness
    suffices: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def policy(self) -> str:
        return self.statement.policy

    @property
    def count(self) -> int:
        """How many actions are concerned."""
        return sum(len(action.unneeded) for action in self.actions)


class Why(StrEnum):
    IMPLICIT_DENY = "implicit deny"  # no statement of the identity policies allows it
    EXPLICIT_DENY = "explicit deny"
    OUTSIDE_BOUNDARY = "outside boundary"
    OUTSIDE_SESSION = "outside session policy"
    OUTSIDE_SCP = "outside service control policies"


@dataclass(frozen=True, slots=True)
class Missing:
    """A need that is not granted; `granted` lists resources that statements do allow for part of it."""

    need: Need
    why: Why
    witness: Witness
    statement: StatementRef | None = None
    granted: tuple[str, ...] = ()


class DoubtKind(StrEnum):
    CONDITION = "condition"
    SYMBOL = "symbol"
    OPEN = "open"  # the need's own wildcard stands for one unknown value
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Undecided:
    """A need or a grant about which nothing can be proved, and what stands in the way."""

    kind: DoubtKind
    reason: str
    need: Need | None = None
    statement: StatementRef | None = None
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    witness: Witness | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The three lists, each in a total order."""

    excess: tuple[Excess, ...] = ()
    missing: tuple[Missing, ...] = ()
    undecided: tuple[Undecided, ...] = field(default=())
