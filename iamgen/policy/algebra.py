"""Questions about sets of resources, decided exactly.

Each (is it empty, does it hold another, are they equal) is answered yes, no with a witness, or
undecided with the reason: a symbol, a condition, or a cap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

from iamgen.policy.automaton import ABSORBED, FRESH, Found, Letter, Machine, May, Must, TooLarge, search
from iamgen.policy.limits import MAX_STATES, MAX_STEPS, MAX_SYMBOLS, MAX_WORK
from iamgen.policy.patterns import Pattern, Symbol, Wild, ends, narrow_stars, plainly_apart
from iamgen.policy.sets import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Match,
    Not,
    Perhaps,
    ResourceSet,
    complement,
    difference,
    intersection,
    match,
    union,
)

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "YES",
    "AllOf",
    "Answer",
    "AnyOf",
    "Match",
    "Not",
    "Obstacle",
    "Perhaps",
    "ResourceSet",
    "Verdict",
    "complement",
    "difference",
    "equals",
    "includes",
    "intersection",
    "intersects",
    "is_empty",
    "match",
    "spell",
    "union",
]


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


class Obstacle(StrEnum):
    """What stands in the way of an answer."""

    CONDITION = "condition"
    SYMBOL = "symbol"  # a template reference whose text is not known
    OPEN = "open"  # a name that the code does not tell
    COLON = "colon"  # whether a `*` spans a colon
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, the text that shows a no (or stands in doubt), and what stands in the way.

    `point` is the witness as a pattern of one word, fit for further questions; `steps` is what the answer took.
    """

    verdict: Verdict
    witness: str | None = None
    reason: str = ""
    obstacle: Obstacle | None = None
    point: Pattern | None = field(default=None, compare=False)
    steps: int = field(default=0, compare=False)

    def __bool__(self) -> bool:
        raise TypeError("an answer has three values: compare its verdict")

    @property
    def yes(self) -> bool:
        return self.verdict is Verdict.YES

    @property
    def no(self) -> bool:
        return self.verdict is Verdict.NO


YES = Answer(Verdict.YES)
_OVERLONG = Answer(
    Verdict.UNDECIDED, reason=f"the patterns need more than {MAX_STEPS:,} steps to compare", obstacle=Obstacle.CAP
)


def includes(outer: ResourceSet, inner: ResourceSet, *, colons_uncertain: bool = False) -> Answer:
    """Whether every text of `inner` is in `outer`; the witness of a no is in `inner` only."""
    return is_empty(difference(inner, outer), colons_uncertain=colons_uncertain)


def equals(left: ResourceSet, right: ResourceSet) -> Answer:
    """Whether both hold the same texts; the witness of a no is in one of them only."""
    one = includes(left, right)
    return one if one.no else _worst(one, includes(right, left))


def intersects(left: ResourceSet, right: ResourceSet) -> Answer:
    """Whether the two share a text; a yes carries it as its witness."""
    empty = is_empty(intersection(left, right))
    match empty.verdict:
        case Verdict.YES:
            return Answer(Verdict.NO, steps=empty.steps)
        case Verdict.NO:
            return Answer(Verdict.YES, empty.witness, point=empty.point, steps=empty.steps)
        case Verdict.UNDECIDED:
            return empty


def _worst(one: Answer, other: Answer) -> Answer:
    if one.no or other.no:
        return one if one.no else other
    return other if one.yes else one


@lru_cache(maxsize=8_192)
def is_empty(whole: ResourceSet, *, colons_uncertain: bool = False, cap: int = MAX_STATES) -> Answer:
    """Whether no text is in the set; the witness of a no is one that is.

    With `colons_uncertain`, a `*` in the midst of an ARN is not trusted to span a colon: an answer
    that depends on it is undecided.
    """
    if _plainly_apart(whole):
        return YES
    if isinstance(whole, Match):
        word = _shortest(whole.pattern)
        return Answer(Verdict.NO, spell(word, (whole.pattern,)), point=Pattern(word))
    doubt: Answer | None = None
    breadth = sum(1 for _ in _leaves(whole))
    taken = 0
    for driver in dict.fromkeys(_drivers(whole)):
        # Each driver is held against every leaf before its search begins.
        answer = _empty_along(driver, whole, colons_uncertain, cap, MAX_STEPS - taken)
        taken += breadth + answer.steps
        if answer.no:
            return replace(answer, steps=taken)
        if not answer.yes and doubt is None:
            doubt = answer
        if taken > MAX_STEPS:
            return replace(_OVERLONG, steps=taken)
    return replace(YES if doubt is None else doubt, steps=taken)


def _shortest(pattern: Pattern) -> tuple[Letter, ...]:
    """The shortest word of a pattern."""
    letters = (FRESH if piece is Wild.ANY else piece for piece in pattern.tokens)
    return tuple(letter for letter in letters if isinstance(letter, str | Symbol))


def _plainly_apart(whole: ResourceSet) -> bool:
    """Whether two patterns of an intersection differ in their literal beginnings or ends."""
    patterns = [part.pattern for part in whole.parts if isinstance(part, Match)] if isinstance(whole, AllOf) else []
    return any(plainly_apart(one, other) for one, other in combinations(patterns, 2))


def _along(driver: Pattern, part: ResourceSet) -> ResourceSet:
    """The set without the patterns that share no text with the driver: it has the same of the driver's texts."""
    match part:
        case Match(pattern):
            return NOTHING if plainly_apart(driver, pattern) else part
        case Not(inner):
            return Not(_along(driver, inner))
        case Perhaps(inner, reason):
            return Perhaps(_along(driver, inner), reason)
        case AnyOf(parts):
            return AnyOf(tuple(kept for one in parts if (kept := _along(driver, one)) != NOTHING))
        case AllOf(parts):
            return AllOf(tuple(_along(driver, one) for one in parts))


def _drivers(part: ResourceSet) -> Iterator[Pattern]:
    """Patterns that together hold the whole set: its words are looked for along each."""
    match part:
        case Match(pattern):
            yield pattern
        case Perhaps(inner, _):
            yield from _drivers(inner)
        case AnyOf(parts):
            for one in parts:
                yield from _drivers(one)
        case Not():
            yield EVERYTHING.pattern
        case AllOf(parts):
            choices = [list(_drivers(one)) for one in parts] or [[EVERYTHING.pattern]]
            yield from min(choices, key=lambda c: (sum(map(_width, c)), len(c)))


def _width(pattern: Pattern) -> int:
    return 1_000 if pattern.is_everything else 1


def _leaves(part: ResourceSet) -> Iterator[Pattern]:
    match part:
        case Match(pattern):
            yield pattern
        case Perhaps(inner, _) | Not(inner):
            yield from _leaves(inner)
        case AnyOf(parts) | AllOf(parts):
            for one in parts:
                yield from _leaves(one)


def _empty_along(driver: Pattern, whole: ResourceSet, uncertain: bool, cap: int, steps: int) -> Answer:
    whole = _along(driver, whole)
    leaves = tuple(dict.fromkeys(_leaves(whole)))
    symbolic = bool(driver.symbols) or any(leaf.symbols for leaf in leaves)
    # All words begin with what all patterns begin with: no need to walk it.
    start = _common_start(driver, leaves)
    leader = Must(_tail(narrow_stars(driver) if uncertain else driver, start))
    machines: list[Machine] = [leader]
    places: dict[Pattern, tuple[int, int]] = {driver: (0, 0)}
    for leaf in leaves:
        if leaf == driver:
            continue
        narrow = narrow_stars(leaf) if uncertain else leaf
        must = len(machines)
        machines.append(Must(_tail(narrow, start)))
        if symbolic or narrow != leaf:
            machines.append(_may(driver, leaf, start, symbolic))
        places[leaf] = (must, len(machines) - 1)

    def value(part: ResourceSet, states: tuple[int, ...]) -> tuple[bool, bool]:
        """(surely, possibly) in the set, for the word that led to the states."""
        match part:
            case Match(pattern):
                must, may = places[pattern]
                return machines[must].accepts(states[must]), machines[may].accepts(states[may])
            case _:
                return _combined(part, states, value)

    def outlook(part: ResourceSet, states: tuple[int, ...]) -> tuple[bool, bool]:
        """(in the set whatever follows, in the set for some continuation)."""
        match part:
            case Match(pattern):
                must, may = places[pattern]
                return machines[must].forever(states[must]), states[may] != 0
            case _:
                return _combined(part, states, outlook)

    def classify(states: tuple[int, ...]) -> tuple[bool, bool]:
        return value(whole, states) if machines[0].accepts(states[0]) else (False, False)

    def hopeless(states: tuple[int, ...]) -> bool:
        return states[0] == 0 or not outlook(whole, states)[1]

    cap = min(cap, MAX_WORK // max(1, *(len(pattern.tokens) for pattern in (driver, *leaves))))
    found, taken = search(leader, machines[1:], classify, hopeless, cap, steps)
    match found:
        case None:
            return replace(YES, steps=taken)
        case TooLarge(steps=True):
            return replace(_OVERLONG, steps=taken)
        case TooLarge(states):
            why = f"the patterns need more than {states:,} states to compare"
            return Answer(Verdict.UNDECIDED, None, why, Obstacle.CAP, steps=taken)
        case Found(rest_of_word, sure):
            word = (*ends(driver)[0][:start], *rest_of_word)
            text, point = spell(word, leaves), Pattern(word)
            if sure:
                return Answer(Verdict.NO, text, point=point, steps=taken)
            obstacle, reason = _doubt(whole, leaves, driver)
            return Answer(Verdict.UNDECIDED, text, reason, obstacle, point, taken)


def _may(driver: Pattern, leaf: Pattern, start: int, symbolic: bool) -> Machine:
    """A machine for all that the leaf might match."""
    if not symbolic:
        return Must(_tail(leaf, start))
    crowded = max(sum(isinstance(piece, Symbol) for piece in p.tokens) for p in (driver, leaf)) > MAX_SYMBOLS
    return Must(EVERYTHING.pattern) if crowded else May(_tail(leaf, start))


def _common_start(driver: Pattern, leaves: Iterable[Pattern]) -> int:
    """How many characters all the patterns begin with."""
    start, _ = ends(driver)
    for leaf in leaves:
        head, _ = ends(leaf)
        while not head.startswith(start):
            start = start[:-1]
    return len(start)


def _tail(pattern: Pattern, start: int) -> Pattern:
    return Pattern(pattern.tokens[start:]) if start else pattern


def _combined(part: ResourceSet, states: tuple[int, ...], value: _Value) -> tuple[bool, bool]:
    surely: bool
    possibly: bool
    match part:
        case Not(inner):
            surely, possibly = value(inner, states)
            return not possibly, not surely
        case Perhaps(inner, _):
            return False, value(inner, states)[1]
        case AnyOf(parts):
            surely = possibly = False
            for one in parts:
                a, b = value(one, states)
                surely, possibly = surely or a, possibly or b
            return surely, possibly
        case AllOf(parts):
            surely = possibly = True
            for one in parts:
                a, b = value(one, states)
                surely, possibly = surely and a, possibly and b
            return surely, possibly
        case Match():
            raise AssertionError("leaves are valued by the caller")


_Value = Callable[[ResourceSet, tuple[int, ...]], tuple[bool, bool]]


def _doubt(whole: ResourceSet, leaves: Iterable[Pattern], driver: Pattern) -> tuple[Obstacle, str]:
    """What stands in the way of an answer, and in words."""
    if reasons := tuple(dict.fromkeys(_reasons(whole))):
        return Obstacle.CONDITION, "; ".join(reasons)
    symbols = {s for p in (driver, *leaves) for s in p.symbols}
    if any(symbol.loose for symbol in symbols):
        return Obstacle.OPEN, "the `*` of the need stands for a value that is not known"
    if symbols:
        names = ", ".join(f"`{s}`" for s in sorted(map(str, symbols)))
        return Obstacle.SYMBOL, f"what {names} stands for is not known"
    return Obstacle.COLON, "it depends on whether a `*` spans a colon"


def _reasons(part: ResourceSet) -> Iterator[str]:
    match part:
        case Match():
            return
        case Perhaps(inner, reason):
            yield reason
            yield from _reasons(inner)
        case Not(inner):
            yield from _reasons(inner)
        case AnyOf(parts) | AllOf(parts):
            for one in parts:
                yield from _reasons(one)


_FILLERS = "xyzabcdefghijklmnopqrstuvwXYZABCDEFGHIJKLMNOPQRSTUVW0123456789_"


def spell(word: Iterable[Letter], patterns: Iterable[Pattern]) -> str:
    """A word as text: symbols as `${Name}`, a fresh character as a letter that no pattern holds."""
    used = {piece for pattern in patterns for piece in pattern.tokens if isinstance(piece, str)}
    fresh = next((c for c in _FILLERS if c not in used), "\N{MIDDLE DOT}")
    return "".join(fresh if letter in (FRESH, ABSORBED) else str(letter) for letter in word)
