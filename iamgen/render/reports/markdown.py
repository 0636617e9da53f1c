"""Markdown for a pull request's comment or a job's summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from iamgen.policy.serialise import to_json
from iamgen.render.model import Report, UnitReport
from iamgen.render.plain import printable
from iamgen.render.reports import Show, View
from iamgen.render.reports.difference_lines import entries
from iamgen.render.reports.terminal import summary

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@-])")
_WORDS: Final = {"+": "missing", "-": "excess", "?": "undecided"}


def render(report: Report, view: View) -> str:
    """The report as Markdown; no text of the project can make markup."""
    lines = [f"### iamgen: {_text(summary(report, view))}", ""]
    if view.show is Show.FINDINGS:
        lines += _findings(report)
    else:
        for unit in report.units:
            lines += [f"#### {_text(unit.unit.name)}", "", *_unit(unit, view), ""]
    return "\n".join(lines).rstrip() + "\n"


def _findings(report: Report) -> Iterator[str]:
    if not report.findings:
        return
    yield "| severity | rule | function | finding | where |"
    yield "|---|---|---|---|---|"
    for finding in report.findings:
        where = code(str(finding.locations[0])) if finding.locations else ""
        function = code(finding.function) if finding.function else ""
        yield f"| {finding.severity} | {finding.rule} | {function} | {_text(finding.message)} | {where} |"


def _unit(unit: UnitReport, view: View) -> Iterator[str]:
    match view.show:
        case Show.CALLS:
            yield from _calls(unit)
        case Show.POLICIES:
            yield from ["```json", to_json(unit.policy).rstrip(), "```", ""]
        case Show.DIFFERENCES | Show.FINDINGS:
            yield from _differences(unit)
    for gap in unit.gaps:
        yield f"- **gap** {code(str(gap.location))} {_text(gap.message)}"


def _calls(unit: UnitReport) -> Iterator[str]:
    for call in unit.usage.calls:
        yield f"- {code(str(call.location))} {code(f'{call.service}.{call.operation}')}"


def _differences(unit: UnitReport) -> Iterator[str]:
    found = entries(unit.difference) if unit.difference is not None else ()
    if not found:
        if unit.difference is None:
            yield "was not compared" if unit.failed else "no role is declared here"
        else:
            yield "grants what the code needs" + ("" if unit.complete else ", as far as it is known")
        yield ""
        return
    yield "| | what | details |"
    yield "|---|---|---|"
    for entry in found:
        details = "<br>".join(_text(detail) for detail in entry.details)
        yield f"| {_WORDS[entry.sign]} | {_text(entry.headline)} | {details} |"
    yield ""


def _text(text: str) -> str:
    """The text with every character that Markdown or HTML could take for markup escaped."""
    return _SPECIAL.sub(r"\\\1", printable(text)).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def code(text: str) -> str:
    """The text as a code span, safe in a table."""
    plain = printable(text).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall(r"`+", plain)), default=0) + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"
