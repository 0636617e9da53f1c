"""GitHub Actions annotations: one workflow command a finding.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from iamgen.diff.rules import RULES, Finding, Severity
from iamgen.render.model import Report
from iamgen.render.plain import printable
from iamgen.render.reports import Show, View
from iamgen.render.reports.terminal import summary

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, view: View) -> str:
    """The commands, and a last line that sums up."""
    return "\n".join([*_lines(report, view.prefix), printable(summary(report, View(Show.FINDINGS)))]) + "\n"


def _lines(report: Report, prefix: str) -> Iterator[str]:
    for finding in report.findings:
        properties = {"title": f"{finding.rule} {RULES[finding.rule].name}"}
        if finding.locations:
            first = finding.locations[0]
            properties = {
                "file": prefix + first.file,
                "line": str(max(first.line, 1)),
                "col": str(first.column),
                **properties,
            }
        written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        yield f"::{_COMMANDS[finding.severity]} {written}::{_data(message(finding))}"


def message(finding: Finding) -> str:
    """The finding in a line, with the function that it is about."""
    return f"{finding.function}: {finding.message}" if finding.function else finding.message


def _data(text: str) -> str:
    # A line break would start another command.
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
