"""A slow, obvious evaluator: enumerates small worlds and asks each request one by one.

It shares no code with `iamgen.policy` but the parts of a document, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import product

from iamgen.policy.algebra import AllOf, AnyOf, Match, Not, ResourceSet
from iamgen.policy.model import Condition, Effect, Policy, Statement

LITERAL = {"\x01": "*", "\x02": "?"}  # characters of a filled-in value
Context = Mapping[str, tuple[str, ...]]


def words(alphabet: str, longest: int) -> list[str]:
    """Every text over the alphabet up to a length."""
    return ["".join(letters) for length in range(longest + 1) for letters in product(alphabet, repeat=length)]


def glob(pattern: str, text: str) -> bool:
    """Whether `*` and `?` match, by trying every way."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(glob(pattern[1:], text[skip:]) for skip in range(len(text) + 1))
    return (
        bool(text)
        and (pattern[0] == "?" or LITERAL.get(pattern[0], pattern[0]) == text[0])
        and glob(pattern[1:], text[1:])
    )


def contains(whole: ResourceSet, text: str) -> bool:
    """Whether a text is in a set of patterns without symbols or conditions."""
    match whole:
        case Match(pattern):
            return glob(str(pattern), text)
        case AnyOf(parts):
            return any(contains(part, text) for part in parts)
        case AllOf(parts):
            return all(contains(part, text) for part in parts)
        case Not(part):
            return not contains(part, text)
        case _:
            raise AssertionError(whole)


def fill(text: str, context: Context) -> str | None:
    """The text with `${key}` replaced by the key's only value, in which wildcards are literal; None without one."""
    while "${" in text:
        before, _, rest = text.partition("${")
        key, _, after = rest.partition("}")
        values = context.get(key, ())
        if len(values) != 1:
            return None
        text = before + values[0].replace("*", "\x01").replace("?", "\x02") + after
    return text


def applies(statement: Statement, action: str, resource: str, context: Context) -> bool:
    """Whether a statement speaks of a request."""
    named = statement.actions or statement.not_actions
    if any(fnmatchcase(action.lower(), name.lower()) for name in named) != bool(statement.actions):
        return False
    texts = [fill(text, context) for text in statement.resources or statement.not_resources]
    if any(glob(text, resource) for text in texts if text is not None) != bool(statement.resources):
        return False
    return all(holds(condition, context) for condition in statement.conditions)


def holds(condition: Condition, context: Context) -> bool:
    """Whether a condition holds; the operators that the tests' small policies use."""
    name, quantifier = condition.operator, ""
    if ":" in name:
        quantifier, name = name.split(":")
    present = bool(context.get(condition.key))
    if name == "Null":
        return ("true" in condition.values and not present) or ("false" in condition.values and present)
    if name.endswith("IfExists"):
        if not present and not quantifier:
            return True
        name = name.removesuffix("IfExists")
    values = context.get(condition.key, ())
    if quantifier and not any(values):
        values = ()
    negated = "Not" in name
    results = [any(equal(name.replace("Not", ""), want, value) for want in condition.values) for value in values]
    if negated:
        results = [not result for result in results]
    if quantifier == "ForAllValues":
        return all(results)
    if quantifier == "ForAnyValue":
        return any(results)
    if not results:
        return negated
    return all(results) if negated else any(results)


def equal(name: str, want: str, value: str) -> bool:
    """Whether one value meets one wanted value."""
    match name:
        case "StringEquals":
            return want == value
        case "StringEqualsIgnoreCase":
            return want.lower() == value.lower()
        case "StringLike":
            return glob(want, value)
        case "NumericLessThan":
            return value.isdigit() and int(value) < int(want)
        case "NumericGreaterThanEquals":
            return value.isdigit() and int(value) >= int(want)
        case _:
            raise AssertionError(name)


def decide(policies: Iterable[Policy], action: str, resource: str, context: Context) -> str:
    """The answer of one layer of policies."""
    effects = {
        statement.effect
        for policy in policies
        for statement in policy.statements
        if applies(statement, action, resource, context)
    }
    if Effect.DENY in effects:
        return "explicit deny"
    return "allowed" if Effect.ALLOW in effects else "implicit deny"


def decide_all(layers: Sequence[Sequence[Policy]], action: str, resource: str, context: Context) -> str:
    """The answer when every layer must allow and none may deny."""
    answers = {decide(layer, action, resource, context) for layer in layers}
    if "explicit deny" in answers:
        return "explicit deny"
    return "implicit deny" if "implicit deny" in answers else "allowed"
