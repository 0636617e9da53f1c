"""The condition operators: what a condition of a statement says of a request's context.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
and, for several values and set operators,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from iamgen.policy.patterns import Pattern, Variable, parse_pattern
from iamgen.policy.wildcards import matches_pattern

Context = Mapping[str, tuple[str, ...]]
"""A request's context: key (any case) -> values; a key without values counts as absent."""


class Family(StrEnum):
    """What an operator compares."""

    STRING = "string"
    STRING_FOLDED = "string-folded"
    LIKE = "like"
    ARN = "arn"
    NUMBER = "number"
    DATE = "date"
    BOOL = "bool"
    BINARY = "binary"
    IP = "ip"
    NULL = "null"


class Quantifier(StrEnum):
    ANY = "ForAnyValue"
    ALL = "ForAllValues"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator taken apart: `ForAnyValue:StringNotLikeIfExists`."""

    family: Family
    relation: str = "="  # = < <= > >=
    negated: bool = False
    if_exists: bool = False
    quantifier: Quantifier | None = None


_BASE: Mapping[str, Operator] = MappingProxyType(
    {
        "stringequals": Operator(Family.STRING),
        "stringnotequals": Operator(Family.STRING, negated=True),
        "stringequalsignorecase": Operator(Family.STRING_FOLDED),
        "stringnotequalsignorecase": Operator(Family.STRING_FOLDED, negated=True),
        "stringlike": Operator(Family.LIKE),
        "stringnotlike": Operator(Family.LIKE, negated=True),
        "numericequals": Operator(Family.NUMBER),
        "numericnotequals": Operator(Family.NUMBER, negated=True),
        "numericlessthan": Operator(Family.NUMBER, "<"),
        "numericlessthanequals": Operator(Family.NUMBER, "<="),
        "numericgreaterthan": Operator(Family.NUMBER, ">"),
        "numericgreaterthanequals": Operator(Family.NUMBER, ">="),
        "dateequals": Operator(Family.DATE),
        "datenotequals": Operator(Family.DATE, negated=True),
        "datelessthan": Operator(Family.DATE, "<"),
        "datelessthanequals": Operator(Family.DATE, "<="),
        "dategreaterthan": Operator(Family.DATE, ">"),
        "dategreaterthanequals": Operator(Family.DATE, ">="),
        "bool": Operator(Family.BOOL),
        "binaryequals": Operator(Family.BINARY),
        "ipaddress": Operator(Family.IP),
        "notipaddress": Operator(Family.IP, negated=True),
        "arnequals": Operator(Family.ARN),
        "arnlike": Operator(Family.ARN),
        "arnnotequals": Operator(Family.ARN, negated=True),
        "arnnotlike": Operator(Family.ARN, negated=True),
        "null": Operator(Family.NULL),
    }
)


def operator_named(name: str) -> Operator | None:
    """The operator of that name, in any case; None when there is no such operator."""
    folded = name.casefold()
    quantifier: Quantifier | None = None
    for candidate in Quantifier:
        if folded.startswith(candidate.value.casefold() + ":"):
            quantifier, folded = candidate, folded[len(candidate.value) + 1 :]
    base = folded.removesuffix("ifexists")
    found = _BASE.get(base)
    if found is None:
        return None
    if_exists = base != folded
    if found.family is Family.NULL and (if_exists or quantifier is not None):
        return None
    # A set operator says itself what an absent key means; `IfExists` is asked of each value, and changes nothing.
    # Seen of AWS: https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w
    return Operator(found.family, found.relation, found.negated, if_exists and quantifier is None, quantifier)


def holds(
    operator: Operator, wanted: Sequence[str], actual: tuple[str, ...] | None, fill: Callable[[str], Pattern | None]
) -> bool:
    """Whether a condition holds for the values of its key; `actual` is None when the key is absent.

    `fill` gives a wanted value as a pattern with its policy variables filled in, None when one
    cannot be: such a value matches nothing.
    """
    if operator.family is Family.NULL:
        return any((text.casefold() == "true") != bool(actual) for text in wanted)
    if not actual and operator.if_exists:
        return True
    values = actual or ()
    if operator.quantifier is not None and not any(values):
        values = ()  # for a set operator an empty string is no value

    def one(value: str) -> bool:
        found = any(_compares(operator, text, value, fill) for text in wanted)
        return found != operator.negated

    if operator.quantifier is Quantifier.ALL:
        return all(map(one, values))
    if operator.quantifier is Quantifier.ANY:
        return any(map(one, values))
    if not values:
        return operator.negated
    return all(map(one, values)) if operator.negated else any(map(one, values))


def _compares(operator: Operator, wanted: str, actual: str, fill: Callable[[str], Pattern | None]) -> bool:
    match operator.family:
        case Family.STRING | Family.STRING_FOLDED:
            pattern = fill(wanted)
            text = None if pattern is None else _verbatim(pattern)
            if text is None:
                return False
            return text == actual if operator.family is Family.STRING else text.casefold() == actual.casefold()
        case Family.LIKE:
            pattern = fill(wanted)
            return pattern is not None and matches_pattern(pattern, actual)
        case Family.ARN:
            pattern = fill(wanted)
            return pattern is not None and arn_like(pattern, actual)
        case Family.NUMBER:
            return _related(operator.relation, number(actual), number(wanted))
        case Family.DATE:
            return _related(operator.relation, moment(actual), moment(wanted))
        case Family.BOOL:
            return wanted.casefold() == actual.casefold() in ("true", "false")
        case Family.BINARY:
            left, right = _binary(actual), _binary(wanted)
            return left is not None and left == right
        case Family.IP:
            return _in_network(actual, wanted)
        case Family.NULL:
            raise AssertionError("Null looks at presence only")


def _verbatim(pattern: Pattern) -> str:
    """The text of a pattern for an operator that has no wildcards: `*` is a `*`."""
    return "".join(piece if isinstance(piece, str) else _plain(piece) for piece in pattern.tokens)


def _plain(piece: object) -> str:
    return str(getattr(piece, "value", piece))


def arn_like(pattern: Pattern, actual: str) -> bool:
    """Whether an ARN matches field by field: a wildcard stays inside its field, the sixth holds the rest."""
    fields: list[list[object]] = [[]]
    for piece in pattern.tokens:
        if piece == ":" and len(fields) < 6:
            fields.append([])
        else:
            fields[-1].append(piece)
    texts = actual.split(":", 5)
    if len(texts) != 6 or texts[0] != "arn":
        return False
    if len(fields) < 6:
        return pattern.tokens[-1:] == parse_pattern("*").tokens and matches_pattern(pattern, actual)
    return all(
        matches_pattern(Pattern(tuple(field)), text)  # type: ignore[arg-type]  # fields hold tokens
        for field, text in zip(fields, texts, strict=True)
    )


def _related(relation: str, actual: Decimal | None, wanted: Decimal | None) -> bool:
    if actual is None or wanted is None:
        return False
    match relation:
        case "<":
            return actual < wanted
        case "<=":
            return actual <= wanted
        case ">":
            return actual > wanted
        case ">=":
            return actual >= wanted
        case _:
            return actual == wanted


_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}(?P<month>-[0-9]{2}(?P<day>-[0-9]{2}(?:T.*)?)?)?")


def number(text: str) -> Decimal | None:
    """The number that a text writes."""
    return Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None


def moment(text: str) -> Decimal | None:
    """Seconds since 1970 of a date as W3C writes it (`2026`, `2026-01`, ...) or of a number of seconds.

    Source: https://www.w3.org/TR/NOTE-datetime
    """
    text = text.strip()
    written = _DATE.fullmatch(text)
    if written is None:
        return number(text)
    missing = "" if written["day"] else "-01" if written["month"] else "-01-01"
    try:
        instant = datetime.fromisoformat(text + missing)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return Decimal(str(instant.timestamp()))


def _binary(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _in_network(actual: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def filler(context: Context, version: str) -> Callable[[str], Pattern | None]:
    """How the policy variables of a text are filled from a context; None: one has no value."""
    folded = {key.casefold(): values for key, values in context.items()}

    def fill(text: str) -> Pattern | None:
        return fill_pattern(parse_pattern(text, variables=version != "2008-10-17"), folded)

    return fill


def fill_pattern(pattern: Pattern, folded: Context) -> Pattern | None:
    """The pattern with its variables replaced by the literal text of single-valued keys."""
    missing = False

    def value(variable: Variable) -> tuple[str, ...]:
        nonlocal missing
        values = folded.get(variable.key.casefold())
        if values is not None and len(values) == 1:
            return tuple(values[0])
        if variable.default is not None and not values:
            return tuple(variable.default)
        missing = True
        return ()

    filled = pattern.replace_variables(value)
    return None if missing else filled
