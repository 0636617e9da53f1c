"""Reading what the template declares of a resource: every text that a property may come to."""

from __future__ import annotations

from typing import Any

from iamgen.core.text import Text
from iamgen.project.templates.values import Either, all_texts, field, items


def texts_in(value: Any, *path: str) -> tuple[Text, ...]:
    """The texts at a path of a resource's properties, alternatives included; `[]` goes through a list."""
    for step in path:
        if step == "[]":
            value = tuple(items(value))
        elif isinstance(value, tuple):
            value = tuple(inner for one in value for inner in items(field(one, step)))
        else:
            value = field(value, step)
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(text for one in value for text in all_texts(one)))
    return all_texts(value)


def entries_in(value: Any, *path: str) -> tuple[Any, ...]:
    """The items of the list at a path, those of all alternatives."""
    for step in path:
        value = field(value, step)
    return items(value)


def given_in(value: Any, *path: str) -> bool:
    """Whether there is anything at a path but a plain no."""
    for step in path:
        value = field(value, step)
    return any(one not in (None, False, (), Text.of("false")) for one in items(value) if not isinstance(one, Either))
