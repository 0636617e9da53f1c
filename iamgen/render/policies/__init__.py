"""How a generated policy is written: one module an emitter, each with `render(units) -> str` and a file suffix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Final, Protocol, cast

from iamgen.render.model import UnitReport


class Emitter(Protocol):
    """A module of this folder."""

    SUFFIX: str  # of the file for one function, e.g. ".policy.json"

    def render(self, units: Sequence[UnitReport]) -> str: ...


_MODULES: Final = {
    "policy": "json",
    "sam": "sam",
    "cloudformation": "cloudformation",
    "terraform": "terraform",
    "cdk": "cdk",
    "serverless": "serverless",
}
EMITTERS: Final = tuple(_MODULES)


def emit(units: Sequence[UnitReport], name: str) -> str:
    """The units' policies as the emitter of this name writes them."""
    return _emitter(name).render(units)


def file_name(unit: UnitReport, name: str) -> str:
    """The file for one unit; what a file name cannot hold becomes `_` (`app:handler` is `app_handler`)."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", unit.unit.name).lstrip(".") + _emitter(name).SUFFIX


def _emitter(name: str) -> Emitter:
    return cast("Emitter", import_module(f"{__name__}.{_MODULES[name]}"))
