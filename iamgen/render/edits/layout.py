"""The form that a file is written in, and plain data in that form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iamgen.render.policies.yaml_text import Ref, Sub, scalar


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file indents and ends its lines."""

    step: int = 2  # of a mapping below a key
    dash: int = 2  # of a list's dashes below a key; 0 where they stand under its first letter
    end: str = "\n"
    unit: str = "  "  # one step of JSON: spaces or a tab
    short: bool = True  # `!Sub` rather than `Fn::Sub:`

    def block(self, value: Any, column: int) -> list[str]:
        """The lines of a mapping or list in YAML's block form, without their ends."""
        return list(self._block(value if self.short else long_form(value), column))

    def _block(self, value: Any, column: int) -> Iterator[str]:
        pad = " " * column
        if isinstance(value, Mapping):
            for key, item in value.items():
                if is_collection(item):
                    yield f"{pad}{scalar(key)}:"
                    yield from self._block(item, column + (self.step if isinstance(item, Mapping) else self.dash))
                else:
                    yield f"{pad}{scalar(key)}: {scalar(item)}"
            return
        for item in value:
            if is_collection(item):
                first, *rest = self._block(item, column + 2)
                yield f"{pad}- {first.lstrip()}"
                yield from rest
            else:
                yield f"{pad}- {scalar(item)}"

    def flow(self, value: Any, before: str | None) -> str:
        """The value as JSON, which YAML's flow form holds, too; `before` indents its lines, None: on one line."""
        data = long_form(value)
        if before is None:
            return json.dumps(data, ensure_ascii=False)
        text = json.dumps(data, indent=self.unit, ensure_ascii=False)
        return text.replace("\n", self.end + before)


def is_collection(value: Any) -> bool:
    """Whether the value takes lines of its own."""
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and len(value) > 0


def long_form(value: Any) -> Any:
    """The value with `Fn::Sub` and its like as keys, as JSON has it."""
    match value:
        case Sub():
            return {"Fn::Sub": value.text}
        case Ref():
            return value.data
        case Mapping():
            return {key: long_form(item) for key, item in value.items()}
        case list() | tuple():
            return [long_form(item) for item in value]
        case _:
            return value
