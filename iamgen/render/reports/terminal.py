"""The report for a person at a terminal: one block a function, `+ missing`, `- excess`, a last line that sums up."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console
from rich.text import Text as Line

from iamgen.analysis.usage import ApiCall, Gap
from iamgen.render.model import Report, UnitReport
from iamgen.render.plain import printable
from iamgen.render.reports import Show, View

_NAME: Final = "bold"
_QUIET: Final = "dim"
_GAP: Final = "yellow"


def render(report: Report, view: View) -> str:
    """The report as lines, with colour when the view wants it."""
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=view.colour,
        color_system="standard" if view.colour else None,
        no_color=not view.colour,
        soft_wrap=True,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        width=200,
        _environ={},
    )
    for line in _lines(report, view):
        console.print(line, soft_wrap=True)
    return out.getvalue()


def _lines(report: Report, view: View) -> Iterator[Line]:
    for unit in report.units:
        yield _heading(unit)
        match view.show:
            case Show.CALLS | Show.POLICIES:
                yield from _calls(unit)
            case Show.DIFFERENCES:
                pass
        yield from _gaps(unit.gaps)
        yield Line()
    for problem in report.problems:
        yield _line(f"{problem.location}: {problem.message}", _QUIET)
    yield _line(summary(report, view), _NAME)


def summary(report: Report, view: View) -> str:
    """The last line."""
    functions = count(len(report.units), "function")
    incomplete = sum(not unit.complete for unit in report.units)
    calls = sum(len(unit.usage.calls) for unit in report.units)
    parts = [count(calls, "AWS call")] if view.show is not Show.DIFFERENCES else []
    parts.append(f"{count(incomplete, 'function')} incomplete" if incomplete else "all complete")
    return f"{functions}: {', '.join(parts)}"


def count(number: int, noun: str) -> str:
    """`1 function`, `2 functions`."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _line(text: str, style: str = "") -> Line:
    return Line(printable(text), style)


def _heading(unit: UnitReport) -> Line:
    line = _line(unit.unit.name, _NAME)
    place = unit.unit.source.code
    if unit.unit.source.template:
        place = f"{unit.unit.source.template}:{unit.unit.source.line}, {place}"
    line.append(printable(f"  {unit.unit.handler}  ({place})"), _QUIET)
    return line


def _calls(unit: UnitReport) -> Iterator[Line]:
    needs = {entry.call: entry.requirements for entry in unit.requirements.by_call}
    for call in unit.usage.calls:
        line = _line(f"  {call.location}")
        line.append(printable(f"  {call.service}.{call.operation}"), "cyan")
        if call.assumed_role is not None:
            line.append(printable(f"  as {call.assumed_role.pattern()}"), _QUIET)
        yield line
        if through := _path(call):
            yield _line(f"      by {through}", _QUIET)
        for requirement in needs.get(call, ()):
            yield _line(f"      {requirement.action} on {requirement.resource}")


def _path(call: ApiCall) -> str:
    return " > ".join(step.function for step in call.path)


def _gaps(gaps: Iterable[Gap]) -> Iterator[Line]:
    for gap in gaps:
        yield _line(f"  ! {gap.location}  {gap.kind}: {gap.message}", _GAP)
        if gap.candidates:
            yield _line(f"      may be {', '.join(gap.candidates)}", _GAP)
