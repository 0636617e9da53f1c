"""Whether one condition block holds whenever another does."""

from __future__ import annotations

from collections.abc import Sequence

from iamgen.policy.algebra import Match, includes, intersects
from iamgen.policy.model import Condition
from iamgen.policy.operators import Family, Operator, operator_named
from iamgen.policy.patterns import parse_pattern


def implies(given: Sequence[Condition], wanted: Sequence[Condition]) -> bool:
    """Whether every request that meets all of `given` certainly meets all of `wanted`."""
    return all(any(_one_implies(have, want) for have in given) for want in wanted)


def contradicts(given: Sequence[Condition], other: Sequence[Condition]) -> bool:
    """Whether no request can meet all of `given` and all of `other`."""
    return any(_exclude(one, two) for one in given for two in other)


_EXACT = (Family.STRING, Family.STRING_FOLDED, Family.LIKE, Family.ARN)


def _one_implies(have: Condition, want: Condition) -> bool:
    if have == want:
        return True
    one, two = operator_named(have.operator), operator_named(want.operator)
    if one is None or two is None or have.key.casefold() != want.key.casefold():
        return False
    if one.if_exists and not two.if_exists:
        return False
    if two.family is Family.NULL:
        present = not one.negated and not one.if_exists and one.family is not Family.NULL and one.quantifier is None
        return present and any(value.casefold() == "false" for value in want.values)
    if one.quantifier != two.quantifier or one.negated != two.negated or one.relation != two.relation:
        return False
    if one.negated:
        have, want, one, two = want, have, two, one
    return bool(have.values or one.negated) and all(
        any(_value_implies(one, a, two, b) for b in want.values) for a in have.values
    )


def _value_implies(one: Operator, a: str, two: Operator, b: str) -> bool:
    """Whether a key that meets value `a` of the one operator meets value `b` of the other."""
    if one.family is two.family and a == b:
        return True
    if one.family is Family.BOOL and two.family is Family.BOOL:
        return a.casefold() == b.casefold()
    if one.family not in _EXACT or two.family not in _EXACT or "${" in a or "${" in b:
        return False
    if two.family is Family.STRING_FOLDED:
        return one.family in (Family.STRING, Family.STRING_FOLDED) and a.casefold() == b.casefold()
    if one.family is Family.STRING and two.family is Family.LIKE:
        return _within(b, _escaped(a))
    if one.family is Family.LIKE and two.family is Family.STRING:
        pattern = parse_pattern(a)
        return pattern.literal == b
    if one.family is two.family is Family.LIKE:
        return _within(b, a)
    return False


def _escaped(text: str) -> str:
    return "".join("${" + c + "}" if c in "*?" else c for c in text)


def _exclude(one: Condition, two: Condition) -> bool:
    """Whether the two conditions can never hold together: equality of one key with different values."""
    a, b = operator_named(one.operator), operator_named(two.operator)
    if a is None or b is None or one.key.casefold() != two.key.casefold():
        return False
    plain = all(o.quantifier is None and not o.if_exists and not o.negated for o in (a, b))
    if not plain or a.family is not b.family:
        return False
    if a.family is Family.BOOL:
        return not {v.casefold() for v in one.values} & {v.casefold() for v in two.values}
    if a.family is Family.STRING:
        return not any("${" in v for v in one.values + two.values) and not set(one.values) & set(two.values)
    if a.family is Family.LIKE:
        return not any("${" in v for v in one.values + two.values) and all(
            _apart(x, y) for x in one.values for y in two.values
        )
    return False


def _apart(left: str, right: str) -> bool:
    return intersects(Match(parse_pattern(left)), Match(parse_pattern(right))).no


def _within(outer: str, inner: str) -> bool:
    return includes(Match(parse_pattern(outer)), Match(parse_pattern(inner))).yes
