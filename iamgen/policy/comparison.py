"""The parts of a comparison of grants and needs: excess, missing and undecided, each with a witness."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from iamgen.policy.algebra import Obstacle
from iamgen.policy.evaluate import StatementRef
from iamgen.policy.model import Condition, Need


@dataclass(frozen=True, slots=True)
class Witness:
    """A concrete request: an action and a resource."""

    action: str
    resource: str


class ExcessKind(StrEnum):
    STATEMENT = "statement"  # nothing of the statement is needed
    ACTION = "action"  # the action is needed on no resource of the statement
    RESOURCE = "resource"  # the action is needed, on less than this resource
    CONDITION = "condition"  # the action is needed, under a condition that the statement does not make


@dataclass(frozen=True, slots=True)
class ExcessAction:
    """An action pattern as written, and which of the actions it stands for are needed and which aren't.

    For excess in a resource or condition, `unneeded` are the actions that are needed, but not so widely.
    """

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


@dataclass(frozen=True, slots=True)
class Undecided:
    """A need or a grant about which nothing can be proved, and what stands in the way."""

    obstacle: Obstacle
    reason: str
    need: Need | None = None
    statement: StatementRef | None = None
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    witness: Witness | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The three lists, each in a total order.

    `unknown` are the actions that grants or needs name and the universe lacks: compared as text.
    """

    excess: tuple[Excess, ...] = ()
    missing: tuple[Missing, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    unknown: tuple[str, ...] = ()
