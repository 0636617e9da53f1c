"""What `generate --write` would do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from iamgen.render.model import Report


class Verdict(StrEnum):
    """What becomes of the policies of a role."""

    CHANGED = "changed"
    LEAST = "least"  # the role grants what the code needs and no more
    LEFT = "left"  # not written; the reason says why


@dataclass(frozen=True, slots=True)
class Outcome:
    """The units that have one role, and what becomes of its policies."""

    units: tuple[str, ...]
    verdict: Verdict
    reason: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A file with its old and new content; None: it is not there yet."""

    path: Path
    shown: str
    before: bytes | None
    after: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """All that would be written, and of every unit what becomes of it."""

    report: Report
    outcomes: tuple[Outcome, ...]
    changes: tuple[Change, ...]
