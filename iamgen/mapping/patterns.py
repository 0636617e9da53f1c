"""Resource patterns: texts with holes and the shape's own wildcards, written as IAM writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.limits import MAX_PATTERNS
from iamgen.mapping.model import Wildcard
from iamgen.mapping.place import Place
from iamgen.policy.model import Condition

ARN_SEGMENTS = 6  # arn:partition:service:region:account:resource


@dataclass(frozen=True, slots=True)
class Wild:
    """Wildcards that belong to an ARN's shape: the six characters that AWS adds to a secret's name."""

    text: str


Piece = str | Hole | Wild


@dataclass(frozen=True, slots=True)
class Glob:
    """A text with holes and wildcards; as `Text`, its literal neighbours are merged."""

    parts: tuple[Piece, ...] = ()

    @staticmethod
    def of(*parts: Piece | Text | Glob) -> Glob:
        """The glob of these parts in order."""
        merged: list[Piece] = []
        for part in parts:
            for piece in part.parts if isinstance(part, (Text, Glob)) else (part,):
                if piece == "":
                    continue
                if isinstance(piece, str) and merged and isinstance(merged[-1], str):
                    merged[-1] += piece
                else:
                    merged.append(piece)
        return Glob(tuple(merged))

    def __add__(self, other: Piece | Text | Glob) -> Glob:
        return Glob.of(self, other)


@dataclass(frozen=True, slots=True)
class Pattern:
    """An IAM resource pattern, why it holds a `*`, a remark on its shape, and conditions proven safe."""

    resource: str
    wildcard: Wildcard | None = None
    note: str = ""
    conditions: tuple[Condition, ...] = ()


EVERYTHING = Pattern("*", Wildcard.REQUIRED)
ANYTHING = Pattern("*", Wildcard.OPEN)

_STARS = re.compile(r"\*{2,}")
_ANY_SERVICE = re.compile(r"arn:(?:\$\{[^}]*\}|[^:$])*:[^:]*\*")  # IAM refuses an ARN whose service is a wildcard


def render(glob: Glob, *, deployed: bool, note: str = "") -> Pattern:
    """The glob as IAM writes it; a unit without deployment has no pseudo parameters, they are open."""
    out: list[str] = []
    opened: list[str] = []
    narrowed = False
    for part in glob.parts:
        match part:
            case Wild(text):
                narrowed = True
                out.append(text)
            case Hole(kind=HoleKind.SYMBOL, name=name) if deployed or not name.startswith("AWS::"):
                out.append(Text((part,)).pattern())
            case Hole():
                opened.append(origin(part))
                out.append("*")
            case _:
                out.append(Text((part,)).pattern())
    # A star between the braces of an escape (`${*}`) has no star beside it, so this merges wildcards only.
    wildcard = Wildcard.OPEN if opened else Wildcard.NARROW if narrowed else None
    resource = _STARS.sub("*", "".join(out))
    if opened:
        said = f"`*` stands for {', '.join(dict.fromkeys(opened))}"
        note = f"{note}; {said}" if note else said
    if _ANY_SERVICE.match(resource):
        return Pattern("*", Wildcard.OPEN, note)
    return Pattern(resource, wildcard, note)


_ORIGINS = {
    HoleKind.ENV: "the environment variable",
    HoleKind.EVENT: "the event's",
    HoleKind.PARAMETER: "the parameter",
    HoleKind.RESPONSE: "the response's",
    HoleKind.FILE: "the content of",
    HoleKind.SYMBOL: "the deployment's",
}


def origin(hole: Hole) -> str:
    """Where what is missing would come from, in words."""
    if hole.kind in _ORIGINS and hole.name:
        return f"{_ORIGINS[hole.kind]} `{hole.name}`"
    return hole.reason or "a value that the code does not tell"


def arn(place: Place, service: str, *resource: Piece | Text | Glob, region: bool = True, account: bool = True) -> Glob:
    """`arn:partition:service:region:account:resource`; global resources have no region or no account."""
    return Glob.of(
        "arn:",
        place.partition,
        f":{service}:",
        place.region if region else "",
        ":",
        place.account if account else "",
        ":",
        *resource,
    )


def unique(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """The patterns in order, each once."""
    first: dict[tuple[str, tuple[Condition, ...]], Pattern] = {}
    for pattern in patterns:
        first.setdefault((pattern.resource, pattern.conditions), pattern)
    return tuple(first.values())


def widened(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """The patterns, or when they are too many, what they have in common; nothing that is needed is left out."""
    if len(patterns) <= MAX_PATTERNS:
        return patterns
    first, last = min(one.resource for one in patterns), max(one.resource for one in patterns)
    start = first[: next((i for i, pair in enumerate(zip(first, last, strict=False)) if len({*pair}) > 1), len(first))]
    start = start[: start.rfind("${")] if start.rfind("${") > start.rfind("}") else start
    if len(_SEGMENT.findall(start)) < ARN_SEGMENTS - 1:
        service = _SEGMENT.findall(start)
        start = "".join(service[:3]) + "*:*:" if len(service) >= 3 else ""
    conditions = patterns[0].conditions
    if any(pattern.conditions != conditions for pattern in patterns):
        conditions = ()
    note = f"more than {MAX_PATTERNS} resources: widened to what they have in common"
    return (Pattern(start + "*", Wildcard.OPEN, note, conditions),)


_SEGMENT = re.compile(r"(?:\$\{[^}]*\}|[^:$])*:")
