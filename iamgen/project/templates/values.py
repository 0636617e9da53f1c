"""What a template's expression comes to: texts with symbol holes, plain data, and alternatives.

`!If [IsProd, a, b]` under a condition that nobody has decided is `Either((a, b))`; `AWS::NoValue` is
`ABSENT` and vanishes from the list or mapping that holds it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any, Final

from iamgen.core.text import PARTITION, Hole, HoleKind, Text
from iamgen.project.limits import ALTERNATIVES


class Missing(Enum):
    """No value at all."""

    ABSENT = "absent"


ABSENT: Final = Missing.ABSENT


@dataclass(frozen=True, slots=True)
class Either:
    """Alternatives under conditions that are not decided; never nested, at least two."""

    options: tuple[Any, ...]


Value = Any
"""`Text`, bool, int, float, None, `ABSENT`, `Either`, a tuple of values, or a mapping from str to values."""


def either(options: Iterable[Value]) -> Value:
    """The alternatives as one value: flattened, each once, widened to an unknown text when they are too many."""
    flat: list[Value] = []
    for option in options:
        for one in option.options if isinstance(option, Either) else (option,):
            if one not in flat:
                flat.append(one)
    if len(flat) == 1:
        return flat[0]
    if len(flat) > ALTERNATIVES:
        return unknown("more alternatives than are followed")
    return Either(tuple(flat))


def options(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value, itself when it has none."""
    return value.options if isinstance(value, Either) else (value,)


def unknown(reason: str) -> Text:
    """A text of which nothing is known."""
    return Text((Hole(HoleKind.UNKNOWN, reason=reason),))


def scalar_text(value: Value) -> Text | None:
    """One alternative as a text, None when it is no scalar."""
    match value:
        case Text():
            return value
        case bool():
            return Text.of("true" if value else "false")
        case int() | float():
            return Text.of(str(value))
        case _:
            return None


def texts(value: Value) -> tuple[Text, ...]:
    """A scalar's alternatives as texts; what is no scalar is left out."""
    return tuple(dict.fromkeys(text for one in options(value) if (text := scalar_text(one)) is not None))


def all_texts(value: Value) -> tuple[Text, ...]:
    """Every text of a scalar or of a list of scalars, alternatives included."""
    found: dict[Text, None] = {}
    for one in options(value):
        if isinstance(one, tuple):
            found.update(dict.fromkeys(text for item in one for text in texts(item)))
        elif (text := scalar_text(one)) is not None:
            found[text] = None
    return tuple(found)


def items(value: Value) -> tuple[Value, ...]:
    """The items of a list, those of all alternatives; a single value is a list of one."""
    found: list[Value] = []
    for one in options(value):
        if one is ABSENT or one is None:
            continue
        for item in one if isinstance(one, tuple) else (one,):
            found.extend(inner for inner in options(item) if inner is not ABSENT and inner not in found)
    return tuple(found)


def field(value: Value, key: str) -> Value:
    """A mapping's entry, ABSENT when no alternative has it."""
    found = [one[key] for one in options(value) if isinstance(one, Mapping) and key in one]
    return either(found) if found else ABSENT


def given(value: Value) -> bool:
    """Whether any alternative is something."""
    return any(
        one is not ABSENT and one is not None and one not in ((), {}) and one != Text() for one in options(value)
    )


def may_be_true(value: Value) -> bool:
    """Whether a flag is or may be set."""
    for one in options(value):
        text = scalar_text(one)
        if text is not None and (
            text.literal is None or text.literal.lower() in ("true", "yes", "1", "enabled", "active")
        ):
            return True
    return False


def canonical_text(text: Text) -> Text:
    """An ARN with its partition as a symbol: `arn:aws:` and `arn:${AWS::Partition}:` name the same thing."""
    first = text.parts[0] if text.parts else ""
    if not isinstance(first, str) or not first.startswith("arn:aws:"):
        return text
    return Text.of("arn:", PARTITION, first.removeprefix("arn:aws"), *text.parts[1:])


def combine(parts: list[Value]) -> Iterator[tuple[Text, ...]]:
    """Every combination of the parts' texts; none when they are too many."""
    choices = [texts(part) for part in parts]
    count = 1
    for choice in choices:
        count *= len(choice)
    if 0 < count <= ALTERNATIVES:
        yield from product(*choices)


def plain(value: Value) -> Any:
    """A value as JSON-like data whose strings carry symbols as `${Name}`.

    Alternatives of a list's item stand beside each other. Where one of several scalars is meant
    (`Resource: !If [...]`), all of them are listed: a grant under an undecided condition may be in force.
    """
    match value:
        case Text():
            return sub_form(value)
        case Either():
            flat: list[Any] = []
            for option in value.options:
                if option is ABSENT:
                    continue
                data = plain(option)
                flat.extend(one for one in (data if isinstance(data, list) else [data]) if one not in flat)
            return flat[0] if len(flat) == 1 else flat
        case tuple():
            out: list[Any] = []
            for item in value:
                data = plain(item)
                out.extend(data if isinstance(item, Either) and isinstance(data, list) else [data])
            return out
        case Mapping():
            return {key: plain(inner) for key, inner in value.items() if inner is not ABSENT}
        case Missing():
            return None
        case _:
            return value


def sub_form(text: Text) -> str:
    """A text as `Fn::Sub` writes it; an unknown part is `*`, literals (policy variables, too) stay as they are."""
    out: list[str] = []
    for part in text.parts:
        if isinstance(part, str):
            out.append(part)
        elif part.kind is HoleKind.SYMBOL:
            out.append("${" + part.name + "}")
        elif not out or not out[-1].endswith("*"):
            out.append("*")
    return "".join(out)


_NAME: Final = re.compile(r"[^A-Za-z0-9._/-]+")


def named(function: str, *arguments: Value) -> Text:
    """A symbol for what a function comes to that only a deployment can tell: the same arguments, the same symbol."""
    written = "-".join(json.dumps(plain(one), sort_keys=True, default=str) for one in arguments)
    name = _NAME.sub("-", written).strip("-")
    if len(name) > 80:
        name = f"{name[:60]}-{hashlib.sha256(written.encode()).hexdigest()[:12]}"
    return Text((Hole(HoleKind.SYMBOL, f"{function}.{name}"),))
