"""Evaluating the catalog's triggers on what is known of a call's arguments."""

from __future__ import annotations

from functools import lru_cache
from typing import assert_never

from iamgen.analysis.usage import Argument, Literal
from iamgen.catalog.triggers import (
    And,
    Compare,
    Comparison,
    Given,
    Not,
    Or,
    ParameterPath,
    Trigger,
    TriggerError,
    parse_trigger,
)
from iamgen.core.text import Text
from iamgen.mapping.arguments import Presence, find, texts_of
from iamgen.mapping.request import Request


@lru_cache(maxsize=4096)
def parse(text: str) -> Trigger | None:
    """The tree of a trigger; None when it is none (the catalog's checks refuse it)."""
    try:
        return parse_trigger(text)
    except TriggerError:
        return None


def holds(request: Request, trigger: str) -> Presence:
    """Whether the condition on the request holds: surely (GIVEN), perhaps (MAYBE), not (ABSENT), or in between.

    UNTOLD is the answer for a parameter that only arguments that are not known could carry: nothing in
    the code hints at it. A trigger that cannot be read counts as needed.
    """
    tree = parse(trigger)
    return Presence.MAYBE if tree is None else _evaluate(request, tree)


def _evaluate(request: Request, tree: Trigger) -> Presence:
    match tree:
        case Given(path):
            return _given(request, path)
        case Compare(path, comparison, values):
            return _compared(request, path, comparison, values)
        case Not(operand):
            return _negated(_evaluate(request, operand))
        case And(operands):
            return min(_evaluate(request, one) for one in operands)
        case Or(operands):
            return max(_evaluate(request, one) for one in operands)
        case _:
            assert_never(tree)


def _negated(presence: Presence) -> Presence:
    match presence:
        case Presence.GIVEN:
            return Presence.ABSENT
        case Presence.ABSENT:
            return Presence.GIVEN
        case Presence.MAYBE | Presence.UNTOLD:
            # "not Tags" with open arguments: most likely there are none, so this side is needed.
            return Presence.MAYBE


def _given(request: Request, path: ParameterPath) -> Presence:
    if len(path.parts) == 1:
        return request.find_parts(path.parts).presence  # what the SDK requires is given, told or not
    return find(request.call.arguments, path.parts).presence


def _compared(request: Request, path: ParameterPath, comparison: Comparison, values: tuple[str, ...]) -> Presence:
    found = find(request.call.arguments, path.parts)
    if found.presence <= Presence.UNTOLD or not found.values:
        return min(found.presence, Presence.UNTOLD)
    answers = [_value(request, value, comparison, values) for value in found.values]
    best = max(answers)
    # With `[]` one item is enough; alternatives of one value must agree to be sure.
    if best is Presence.GIVEN and (found.presence is not Presence.GIVEN or (min(answers) < best and not _many(path))):
        return Presence.MAYBE
    return best


def _many(path: ParameterPath) -> bool:
    return bool(path.items_prefix)


def _value(request: Request, value: Argument, comparison: Comparison, values: tuple[str, ...]) -> Presence:
    if isinstance(value, Literal) and isinstance(value.value, bool):
        return Presence.GIVEN if str(value.value).lower() in values else Presence.ABSENT
    texts = request.filled(*texts_of(value))
    answers = [_text(text, comparison, values) for text in texts]
    if not answers:
        return Presence.ABSENT
    return answers[0] if len(set(answers)) == 1 else Presence.MAYBE if max(answers) > Presence.ABSENT else max(answers)


def _text(text: Text, comparison: Comparison, values: tuple[str, ...]) -> Presence:
    """Whether a text with holes compares: a hole leaves it open unless what is known rules it out."""
    head = text.parts[0] if text.parts and isinstance(text.parts[0], str) else ""
    literal = text.literal
    match comparison:
        case Comparison.EQUALS:
            if literal is not None:
                return Presence.GIVEN if literal in values else Presence.ABSENT
            return Presence.MAYBE if any(value.startswith(head) for value in values) else Presence.ABSENT
        case Comparison.STARTS_WITH:
            if any(head.startswith(value) for value in values):
                return Presence.GIVEN
            could = literal is None and any(value.startswith(head) for value in values)
            return Presence.MAYBE if could else Presence.ABSENT
        case Comparison.VERB:
            words = head.split(None, 1)
            verbs = {value.upper() for value in values}
            if words and (len(words) > 1 or literal is not None or head[-1:].isspace()):
                return Presence.GIVEN if words[0].upper() in verbs else Presence.ABSENT
            if literal is not None:
                return Presence.ABSENT
            start = words[0].upper() if words else ""
            return Presence.MAYBE if any(verb.startswith(start) for verb in verbs) else Presence.ABSENT
        case _:
            assert_never(comparison)
