"""How a result is reported: one module a format, each with `render(report, view) -> str`; none decides anything.

A format is loaded when it is asked for, since some (the terminal's) import much.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Final, Protocol, cast

from iamgen.render.model import Report


class Show(StrEnum):
    """Which part of a report the user asked for."""

    CALLS = "calls"
    POLICIES = "policies"
    DIFFERENCES = "differences"
    FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class View:
    """How to show a report."""

    show: Show
    colour: bool = False
    prefix: str = ""  # the project's place under the current directory, with a final `/`, for tools that start there


class Format(Protocol):
    """A module of this folder."""

    def render(self, report: Report, view: View) -> str: ...


FORMATS: Final = ("terminal", "json", "sarif", "markdown", "html", "github")


def render(report: Report, view: View, name: str) -> str:
    """The report in the format of this name, one of `FORMATS`."""
    module = cast("Format", import_module(f"{__name__}.{name}"))
    return module.render(report, view)
