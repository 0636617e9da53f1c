"""Plain data as YAML text, with CloudFormation's `!Sub` where a string holds template references."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

# What needs no quotes in any YAML version: no sign that could start or end a construct, no number, no word.
_BARE: Final = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(:[A-Za-z][A-Za-z0-9]*)*")
_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_REFERENCE: Final = re.compile(r"\$\{([^}]*)\}")
_INTRINSIC: Final = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9.]+)?|AWS::[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Sub:
    """A string for `!Sub`."""

    text: str


def substituted(pattern: str) -> str | Sub:
    """An IAM pattern as CloudFormation takes it: template symbols for `!Sub`, IAM's own `${...}` kept from it.

    `${*}` and `${aws:username}` belong to IAM; `!Sub` would look for them in the template, so they are
    written `${!*}`.
    """
    references = _REFERENCE.findall(pattern)
    if not any(_INTRINSIC.fullmatch(name) for name in references):
        return pattern
    return Sub(_REFERENCE.sub(lambda m: m.group() if _INTRINSIC.fullmatch(m[1]) else "${!" + m[1] + "}", pattern))


def to_yaml(value: Mapping[str, Any]) -> str:
    """The mapping as a YAML document."""
    return "\n".join(_block(value, 0)) + "\n"


def _block(value: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, Mapping):
        for key, item in value.items():
            if _is_block(item):
                yield f"{pad}{_scalar(key)}:"
                yield from _block(item, depth + 1)
            else:
                yield f"{pad}{_scalar(key)}: {_scalar(item)}"
        return
    for item in value:
        if _is_block(item):
            first, *rest = _block(item, depth + 1)
            yield f"{pad}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{pad}- {_scalar(item)}"


def _is_block(value: Any) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and len(value) > 0


def _scalar(value: Any) -> str:
    match value:
        case Sub():
            return f"!Sub {json.dumps(value.text)}"
        case str():
            bare = _BARE.fullmatch(value) and value.lower() not in _WORDS
            return value if bare else json.dumps(value)
        case _:
            return json.dumps(value)
