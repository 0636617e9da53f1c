"""The difference of what a unit's code needs and what its role grants, each part with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from iamgen.analysis.usage import Gap
from iamgen.core.location import Location
from iamgen.deployed.evidence import ActionUse
from iamgen.deployed.grants import PolicyKind
from iamgen.mapping.model import Requirement
from iamgen.policy.comparison import ExcessAction, ExcessKind, Why, Witness
from iamgen.policy.model import Condition


@dataclass(frozen=True, slots=True)
class Origin:
    """The statement that a finding is about: its policy, its place in it (from 0) and where it is declared."""

    policy: str
    kind: PolicyKind
    statement: int
    sid: str | None = None
    source: str = ""
    location: Location | None = None

    def __str__(self) -> str:
        name = f" ({self.sid})" if self.sid else ""
        return f"{self.policy} Statement[{self.statement}]{name}"


@dataclass(frozen=True, slots=True)
class Uses:
    """What evidence says of the actions that are granted in vain; each tuple in the order of the actions."""

    used: tuple[ActionUse, ...] = ()  # the code does not need them, and yet: who used them?
    not_used: tuple[ActionUse, ...] = ()
    not_logged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excess:
    """Something that a statement grants and no requirement needs.

    `actions` are as written, each with what of it is needed and what isn't. `replacement` are the
    actions (for an action) or resources (for a resource) that suffice in the place of what is
    written; empty when it can simply go.
    """

    kind: ExcessKind
    origin: Origin
    actions: tuple[ExcessAction, ...]
    resources: tuple[str, ...]
    witness: Witness
    replacement: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()  # the statement's own
    uses: Uses | None = None  # None where no evidence was given
    needed_conditions: tuple[Condition, ...] = ()  # for a condition: those under which the action is needed

    @property
    def count(self) -> int:
        """How many actions are granted in vain."""
        return sum(len(action.unneeded) for action in self.actions)


@dataclass(frozen=True, slots=True)
class Missing:
    """A requirement that the role does not grant; the requirement carries its call sites.

    `granted` are resources that the role does allow for a part of it, `origin` the statement that denies it.
    """

    requirement: Requirement
    why: Why
    witness: Witness
    origin: Origin | None = None
    granted: tuple[str, ...] = ()


class Doubt(StrEnum):
    """What stands in the way of an answer."""

    UNREAD = "unread"  # a part of the role could not be read
    GAP = "gap"  # a gap of the code may need what is granted
    CONDITION = "condition"  # a condition that the code cannot prove
    SYMBOL = "symbol"  # a template reference against a name
    OPEN = "open"  # a name that the code does not tell: a narrower grant may suffice
    CAP = "cap"  # the question is too large, or a `*` may or may not span a colon


@dataclass(frozen=True, slots=True)
class Undecided:
    """A requirement that may be missing, or a grant that may be excess, and why nobody can tell."""

    doubt: Doubt
    reason: str
    requirements: tuple[Requirement, ...] = ()  # that may be missing
    excess: Excess | None = None  # that may be needed
    origin: Origin | None = None  # the statement in question
    resources: tuple[str, ...] = ()  # as the role grants them
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A unit against its role; each list in total order. `gaps` are the unit's own: they may need more.

    `tolerated` is excess by AWS's own managed policies for what Lambda itself does (logs, event
    sources, tracing): wider than needed by design, and no drift. `notes` are to be said, and decide nothing.
    `shared` names the other functions with the same role: its excess is judged for all of them and stands
    with the first.
    """

    unit: str
    role: str
    excess: tuple[Excess, ...] = ()
    missing: tuple[Missing, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    gaps: tuple[Gap, ...] = ()
    tolerated: tuple[Excess, ...] = ()
    notes: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    @property
    def drift(self) -> bool:
        """Whether something is certainly excess or missing."""
        return bool(self.excess or self.missing)

    @property
    def clean(self) -> bool:
        """Whether the role grants exactly what the code needs, for certain."""
        return not (self.excess or self.missing or self.undecided or self.gaps)
