"""Questions about single patterns: does one match a text, hold another, share a text with it.

The answers about sets of patterns are in `iamgen.policy.algebra`; this is its face for callers
that have two strings. Actions fold case, resources don't.
"""

from __future__ import annotations

from functools import lru_cache

from iamgen.policy.algebra import Answer, Match, Verdict
from iamgen.policy.algebra import includes as set_includes
from iamgen.policy.algebra import intersects as set_intersects
from iamgen.policy.patterns import (
    Pattern,
    Reading,
    Symbol,
    Token,
    Variable,
    Wild,
    complete_arn,
    parse_pattern,
    read_variables,
)


@lru_cache(maxsize=65_536)
def resource_pattern(text: str, *, version: str = "2012-10-17") -> Pattern:
    """A statement's resource as a pattern, an incomplete ARN completed as AWS does."""
    return complete_arn(parse_pattern(text, variables=version != "2008-10-17"))


def matches_pattern(pattern: Pattern, text: str) -> bool:
    """Whether a concrete text matches; symbols and variables match only their own spelling.

    The wildcard walk is linear in the text for each `*`, never exponential.
    """
    tokens = _atoms(pattern)
    position = at = 0
    star = -1
    mark = 0
    while at < len(text):
        piece = tokens[position] if position < len(tokens) else None
        if piece is Wild.STAR or piece is Wild.SEGMENT_STAR:
            star, mark = position, at
            position += 1
        elif piece is Wild.ANY or (isinstance(piece, str) and text[at] == piece):
            position += 1
            at += 1
        elif star >= 0:
            mark += 1
            position, at = star + 1, mark
        else:
            return False
    return all(piece is Wild.STAR for piece in tokens[position:])


@lru_cache(maxsize=16_384)
def _atoms(pattern: Pattern) -> tuple[Token, ...]:
    out: list[Token] = []
    for piece in pattern.tokens:
        out.extend(str(piece) if isinstance(piece, Symbol | Variable) else (piece,))
    return tuple(out)


def matches(pattern: str, text: str) -> bool:
    """Whether a resource pattern matches a concrete ARN."""
    return matches_pattern(resource_pattern(pattern), text)


@lru_cache(maxsize=65_536)
def matches_action(pattern: str, action: str) -> bool:
    """Whether an action pattern (`dynamodb:*Item`) matches an action, in any case."""
    return matches_pattern(parse_pattern(pattern.casefold(), variables=False), action.casefold())


def _opaque(text: str) -> Match:
    pattern = read_variables(resource_pattern(text), Reading.OPAQUE)
    assert pattern is not None
    return Match(pattern)


def includes(outer: str, inner: str) -> Answer:
    """Whether every text that `inner` matches, `outer` matches too; `*` spans colons."""
    return set_includes(_opaque(outer), _opaque(inner))


def covers(outer: str, inner: str) -> Answer:
    """Whether a grant of `outer` suffices for a need of `inner`.

    Unlike `includes`: a policy variable of `outer` covers nothing, and a `*` in the midst of an
    ARN is trusted only inside its segment.
    """
    pattern = read_variables(resource_pattern(outer), Reading.NOTHING)
    if pattern is None:
        return Answer(Verdict.NO, inner, f"`{outer}` depends on a policy variable")
    return set_includes(Match(pattern), _opaque(inner), colons_uncertain=True)


def intersects(left: str, right: str) -> Answer:
    """Whether some text matches both."""
    return set_intersects(_opaque(left), _opaque(right))
