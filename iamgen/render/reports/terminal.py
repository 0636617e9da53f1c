"""The report for a person at a terminal: one block a function, `+ missing`, `- excess`, a last line that sums up."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.text import Text as Line

from iamgen.analysis.usage import ApiCall, Gap
from iamgen.render.model import Report, UnitReport
from iamgen.render.plain import printable, short
from iamgen.render.reports import Show, View

_NAME: Final = "bold"
_QUIET: Final = "dim"
_GAP: Final = "yellow"
_KINDS: Final = {"+": "missing", "-": "excess", "?": "undecided"}
_SEVERITIES: Final = {"error": "bold red", "warning": "yellow", "note": "cyan"}  # gravest first
_STYLES: Final = {"+": "green", "-": "red", "?": "yellow"}


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
    if view.show is Show.FINDINGS:
        yield from _findings(report)
        yield _line(summary(report, view), _NAME)
        return
    for unit in report.units:
        yield _heading(unit)
        match view.show:
            case Show.CALLS | Show.POLICIES:
                yield from _calls(unit)
            case Show.DIFFERENCES:
                yield from _differences(unit)
        yield from _gaps(unit.gaps)
        for gap in unit.usage.suppressed:
            yield _line(f"  ~ {gap.location}  {gap.kind}, taken off by a pragma: {gap.message}", _QUIET)
        yield Line()
    for problem in report.problems:
        yield _line(f"{problem.location}: {problem.message}", _QUIET)
    yield _line(summary(report, view), _NAME)


def summary(report: Report, view: View) -> str:
    """The last line."""
    if view.show is Show.FINDINGS:
        parts = [
            count(sum(finding.severity == severity for finding in report.findings), severity)
            for severity in _SEVERITIES
        ]
    elif view.show is Show.DIFFERENCES:
        differences = [unit.difference for unit in report.units if unit.difference is not None]
        parts = [
            f"{sum(len(difference.missing) for difference in differences)} missing",
            f"{sum(len(difference.excess) for difference in differences)} excess",
        ]
        if undecided := sum(len(difference.undecided) for difference in differences):
            parts.append(f"{undecided} undecided")
    else:
        parts = [count(sum(len(unit.usage.calls) for unit in report.units), "AWS call")]
    if incomplete := sum(not unit.complete for unit in report.units):
        parts.append(f"{count(incomplete, 'function')} incomplete")
    if report.accepted:
        parts.append(f"{report.accepted} accepted by the baseline")
    return f"{count(len(report.units), 'function')}: {', '.join(parts)}"


def count(number: int, noun: str) -> str:
    """`1 function`, `2 functions`."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _line(text: str, style: str = "") -> Line:
    return Line(printable(text), style)


def _findings(report: Report) -> Iterator[Line]:
    """One line a finding, in the form that editors and people know: `file:line: severity rule: message`."""
    for finding in report.findings:
        place = f"{finding.locations[0]}: " if finding.locations else ""
        line = _line(place)
        line.append(f"{finding.severity} {finding.rule}", _SEVERITIES[finding.severity])
        line.append(printable(f": {finding.function}: " if finding.function else ": ") + printable(finding.message))
        yield line


def _heading(unit: UnitReport) -> Line:
    line = _line(unit.unit.name, _NAME)
    place = unit.unit.source.code
    if unit.unit.source.template:
        place = f"{unit.unit.source.template}:{unit.unit.source.line}, {place}"
    line.append(printable(f"  {unit.unit.handler}  ({place})"), _QUIET)
    return line


def _differences(unit: UnitReport) -> Iterator[Line]:
    from iamgen.render.reports.difference_lines import entries, listed
    from iamgen.render.reports.drift_lines import drift_lines

    if unit.difference is None:
        yield _line("  was not compared" if unit.failed else "  no role is declared here", _QUIET)
        return
    if unit.difference.shared:
        yield _line(f"  has its role {unit.difference.role} together with {listed(unit.difference.shared)}", _QUIET)
    found = entries(unit.difference)
    if not found:
        yield _line("  grants what the code needs" + ("" if unit.complete else ", as far as it is known"), _QUIET)
    for entry in found:
        yield _line(f"  {entry.sign} {_KINDS[entry.sign]:<9} {entry.headline}", _STYLES[entry.sign])
        for detail in entry.details:
            yield _line(f"      {detail}", _QUIET)
    if unit.drift is not None:
        for text in drift_lines(unit.drift):
            yield _line(f"  = {text}")


def _calls(unit: UnitReport) -> Iterator[Line]:
    """One entry a call site: a managed transfer sends several operations from one."""
    needs = {entry.call: entry.requirements for entry in unit.requirements.by_call}
    for _, group in groupby(unit.usage.calls, key=_site):
        calls = tuple(group)
        first = calls[0]
        line = _line(f"  {first.location}")
        operations = ", ".join(dict.fromkeys(call.operation for call in calls))
        line.append(printable(f"  {first.service}.{operations}"), "cyan")
        if operations.casefold() != first.method.replace("_", "").casefold():
            line.append(printable(f" by {first.method}"), _QUIET)
        if first.assumed_role is not None:
            line.append(printable(f"  as {first.assumed_role.pattern()}"), _QUIET)
        yield line
        if through := _path(first):
            yield _line(f"      in {through}", _QUIET)
        for requirement in dict.fromkeys(item for call in calls for item in needs.get(call, ())):
            yield _line(f"      {requirement.action} on {short(requirement.resource)}")


def _site(call: ApiCall) -> tuple[object, ...]:
    return (call.location, call.service, call.method, call.path, call.assumed_role)


def _path(call: ApiCall) -> str:
    return " > ".join(step.function for step in call.path)


def _gaps(gaps: Iterable[Gap]) -> Iterator[Line]:
    for gap in gaps:
        yield _line(f"  ! {gap.location}  {gap.kind}: {gap.message}", _GAP)
        if gap.candidates:
            yield _line(f"      may be {', '.join(gap.candidates)}", _GAP)
