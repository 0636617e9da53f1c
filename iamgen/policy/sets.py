"""Sets of resources: patterns joined by union, intersection and complement.

They are values only; the questions about them are in `iamgen.policy.algebra`.
"""

from __future__ import annotations

from dataclasses import dataclass

from iamgen.policy.patterns import Pattern, Wild, parse_pattern


@dataclass(frozen=True, slots=True)
class Match:
    """The texts that a pattern matches."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A union; without parts the empty set."""

    parts: tuple[ResourceSet, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """An intersection; without parts everything."""

    parts: tuple[ResourceSet, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """A complement."""

    part: ResourceSet


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A set that holds only under a condition: `part` or nothing."""

    part: ResourceSet
    reason: str


ResourceSet = Match | AnyOf | AllOf | Not | Perhaps

NOTHING = AnyOf()
EVERYTHING = Match(Pattern((Wild.STAR,)))


def match(text: str) -> Match:
    """The set of a pattern as a policy writes it."""
    return Match(parse_pattern(text))


def union(*parts: ResourceSet) -> ResourceSet:
    """What is in one of the parts."""
    flat = tuple(dict.fromkeys(p for part in parts for p in (part.parts if isinstance(part, AnyOf) else (part,))))
    return flat[0] if len(flat) == 1 else AnyOf(flat)


def intersection(*parts: ResourceSet) -> ResourceSet:
    """What is in all the parts."""
    flat = tuple(dict.fromkeys(p for part in parts for p in (part.parts if isinstance(part, AllOf) else (part,))))
    return flat[0] if len(flat) == 1 else AllOf(flat)


def complement(part: ResourceSet) -> ResourceSet:
    """What is not in the part."""
    return part.part if isinstance(part, Not) else Not(part)


def difference(left: ResourceSet, right: ResourceSet) -> ResourceSet:
    """What is in `left` and not in `right`."""
    if right == NOTHING:
        return left
    return NOTHING if left == right and not _conditional(left) else intersection(left, complement(right))


def _conditional(part: ResourceSet) -> bool:
    match part:
        case Match():
            return False
        case Perhaps():
            return True
        case Not(inner):
            return _conditional(inner)
        case AnyOf(parts) | AllOf(parts):
            return any(map(_conditional, parts))
