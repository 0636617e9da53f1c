"""A pattern of a policy as tokens: literal characters, `*`, `?`, policy variables and template symbols.

`arn:aws:s3:::${Bucket}/${aws:username}/${*}*` holds the symbol `Bucket`, the variable
`aws:username`, a literal `*` and a wildcard.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from functools import lru_cache


class Wild(Enum):
    """A wildcard."""

    STAR = "*"  # any number of any characters
    SEGMENT_STAR = "*:"  # any number of characters that are no colon
    ANY = "?"  # one character


@dataclass(frozen=True, slots=True)
class Symbol:
    """One fixed text of at least one character that nobody knows yet, as a rule a template reference.

    Two symbols of different names are different texts, unless one is `loose`: a hole of a need
    (a name that the code does not tell), which may be anything.
    """

    name: str
    loose: bool = False
    in_field: bool = False  # stands for one field of an ARN
    in_arn: bool = field(default=False, compare=False)  # stands within an ARN: a name, not an ARN itself

    @property
    def one_segment(self) -> bool:
        """Whether the text can hold no `:` and no `/` (`${AWS::Region}`)."""
        return self.in_field or self.name in _SEGMENT_SYMBOLS

    @property
    def without(self) -> str:
        """The characters that the text cannot hold."""
        return ":/" if self.one_segment else ":" if self.in_arn else ""

    def __str__(self) -> str:
        return "*" if self.loose else "${" + self.name + "}"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable: AWS fills it from the request; `default` when the key is absent."""

    key: str
    default: str | None = None

    def __str__(self) -> str:
        default = "" if self.default is None else f", '{self.default}'"
        return "${" + self.key + default + "}"


Token = str | Wild | Symbol | Variable
"""A literal piece is a single character."""

_SEGMENT_SYMBOLS = frozenset({"AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::StackName", "AWS::URLSuffix"})
_ONE_VALUE_FIELDS = (1, 3, 4)  # partition, region and account of an ARN
_REFERENCE = re.compile(r"\$\{([^{}]*)\}")
_DEFAULTED = re.compile(r"\A\s*([^,\s]+)\s*,\s*'([^']*)'\s*\Z")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Tokens in order; neighbouring `*` are merged."""

    tokens: tuple[Token, ...]
    _hash: int = field(init=False, repr=False, compare=False)  # asked for often, tokens are long

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(self.tokens))

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_everything(self) -> bool:
        return self.tokens == (Wild.STAR,)

    @property
    def literal(self) -> str | None:
        """The one text that the pattern matches, or None."""
        return "".join(t for t in self.tokens if isinstance(t, str)) if self.is_literal else None

    @property
    def is_literal(self) -> bool:
        return all(isinstance(piece, str) for piece in self.tokens)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        return tuple(dict.fromkeys(t for t in self.tokens if isinstance(t, Symbol)))

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(dict.fromkeys(t for t in self.tokens if isinstance(t, Variable)))

    def replace_variables(self, fill: Callable[[Variable], tuple[Token, ...]]) -> Pattern:
        """The pattern with each variable replaced."""
        if not self.variables:
            return self
        out: list[Token] = []
        for piece in self.tokens:
            out.extend(fill(piece) if isinstance(piece, Variable) else (piece,))
        return Pattern(_merged(out))

    def __str__(self) -> str:
        out: list[str] = []
        for index, piece in enumerate(self.tokens):
            if isinstance(piece, str):
                opens = piece == "$" and self.tokens[index + 1 : index + 2] == ("{",)
                out.append("${" + piece + "}" if piece in "*?" or opens else piece)
            elif isinstance(piece, Wild):
                out.append("?" if piece is Wild.ANY else "*")
            else:
                out.append(str(piece))
        return "".join(out)


@lru_cache(maxsize=65_536)
def ends(pattern: Pattern) -> tuple[str, str]:
    """The characters that every match begins with and those that it ends with."""
    return _leading(pattern.tokens), _leading(pattern.tokens[::-1])[::-1]


def plainly_apart(one: Pattern, other: Pattern) -> bool:
    """Whether two patterns share no text because their literal beginnings, ends or ARN fields differ."""
    (a, c), (b, d) = ends(one), ends(other)
    if not (a.startswith(b) or b.startswith(a)) or not (c.endswith(d) or d.endswith(c)):
        return True
    here, there = _fields(one), _fields(other)
    if here is None or there is None:
        return False
    (*fields, a), (*others, b) = here, there
    return not (a.startswith(b) or b.startswith(a)) or any(
        x is not None and y is not None and x != y for x, y in zip(fields, others, strict=True)
    )


_ARN_FIELDS = 5  # before an ARN's resource


@lru_cache(maxsize=65_536)
def _fields(pattern: Pattern) -> tuple[*tuple[str | None, ...], str] | None:
    """The fields of an ARN, None for one with a wildcard, and the characters that its resource begins with.

    None altogether when something before the resource may hold a colon: nobody knows then where a field ends.
    """
    fields: list[str | None] = []
    known: str | None = ""
    for index, piece in enumerate(pattern.tokens):
        if piece == ":":
            fields.append(known)
            known = ""
            if len(fields) == _ARN_FIELDS:
                return (*fields, _leading(pattern.tokens[index + 1 :]))
        elif isinstance(piece, str):
            known = None if known is None else known + piece
        elif piece is Wild.SEGMENT_STAR:
            known = None
        else:
            return None
    return None


def _leading(tokens: tuple[Token, ...]) -> str:
    out: list[str] = []
    for piece in tokens:
        if not isinstance(piece, str):
            break
        out.append(piece)
    return "".join(out)


def _merged(tokens: list[Token]) -> tuple[Token, ...]:
    out: list[Token] = []
    for piece in tokens:
        if piece is Wild.STAR and out and out[-1] is Wild.STAR:
            continue
        out.append(piece)
    return tuple(out)


@lru_cache(maxsize=65_536)
def parse_pattern(text: str, variables: bool = True) -> Pattern:
    """The pattern that a policy writes as `text`.

    `variables` is false for documents of version 2008-10-17, in which `${aws:username}` and `${*}`
    are plain text. Template symbols are filled in before AWS sees the document: they always count.
    """
    tokens: list[Token] = []
    position = 0
    for match in _REFERENCE.finditer(text):
        piece = _reference(match.group(1), variables)
        if piece is None:
            continue
        tokens.extend(_plain(text[position : match.start()]))
        tokens.append(piece)
        position = match.end()
    tokens.extend(_plain(text[position:]))
    if text.startswith("arn:"):
        tokens = [replace(piece, in_arn=True) if isinstance(piece, Symbol) else piece for piece in tokens]
    return Pattern(_merged(tokens))


def _reference(inner: str, variables: bool) -> Token | None:
    """The piece of `${inner}`; None when it is plain text."""
    if inner in ("*", "?", "$"):
        return inner if variables else None
    if defaulted := _DEFAULTED.match(inner):
        return Variable(defaulted.group(1), defaulted.group(2)) if variables else None
    if re.search(r"(?<!:):(?!:)", inner):
        return Variable(inner) if variables else None
    return Symbol(inner) if inner else None


def _plain(text: str) -> list[Token]:
    return [Wild.STAR if c == "*" else Wild.ANY if c == "?" else c for c in text]


class Reading(StrEnum):
    """How a policy variable is read."""

    ANYTHING = "anything"
    NOTHING = "nothing"
    OPAQUE = "opaque"  # like a symbol


@lru_cache(maxsize=65_536)
def read_variables(pattern: Pattern, reading: Reading) -> Pattern | None:
    """The pattern without variables; None when it then matches nothing."""
    if not pattern.variables:
        return pattern
    if reading is Reading.NOTHING:
        return None
    if reading is Reading.ANYTHING:
        return pattern.replace_variables(lambda _: (Wild.STAR,))
    return pattern.replace_variables(lambda variable: (Symbol(variable.key.casefold()),))


def complete_arn(pattern: Pattern) -> Pattern:
    """An ARN with fewer than six fields, completed with `*` as AWS does: `arn:aws:sqs` is `arn:aws:sqs:*:*:*`.

    So in identity policies; a session policy with one is refused.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    tokens = pattern.tokens
    if tokens[:4] != tuple("arn:") or any(isinstance(t, Symbol) and not t.one_segment for t in tokens):
        return pattern
    missing = 5 - tokens.count(":")
    if missing <= 0 or pattern.variables:
        return pattern
    return Pattern(tokens + (":", Wild.STAR) * missing)


def narrow_stars(pattern: Pattern) -> Pattern:
    """The pattern with each `*` that may not be trusted to span a colon kept inside its segment.

    A last `*` and one inside an ARN's resource (its sixth segment) span anything; `*` in
    `arn:aws:sqs:*:q` does not.
    """
    out: list[Token] = []
    colons = 0
    arn = pattern.tokens[:4] == tuple("arn:")
    for index, piece in enumerate(pattern.tokens):
        if piece == ":":
            colons += 1
        inside = arn and colons >= 5
        last = index == len(pattern.tokens) - 1
        out.append(Wild.SEGMENT_STAR if piece is Wild.STAR and not inside and not last else piece)
    return Pattern(tuple(out))


def one_value(pattern: Pattern, everywhere: bool) -> Pattern:
    """A need's pattern in which wildcards that stand for one unknown value are loose symbols.

    A `*` that is an ARN's whole partition, region or account always is one: a role lives in one
    account and a client in one region. With `everywhere` the code did not tell the rest either.
    """
    tokens = pattern.tokens
    arn = tokens[:4] == tuple("arn:")
    out: list[Token] = []
    field_index = 0
    for index, piece in enumerate(tokens):
        alone = tokens[index - 1 : index] == (":",) and tokens[index + 1 : index + 2] == (":",)
        if piece == ":":
            field_index += 1
        fixed = arn and alone and field_index in _ONE_VALUE_FIELDS
        hole = piece is Wild.STAR and (fixed or everywhere)
        out.append(Symbol(f"{index}", loose=True, in_field=fixed) if hole else piece)
    return Pattern(tuple(out))
