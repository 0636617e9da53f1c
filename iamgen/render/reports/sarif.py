"""SARIF 2.1.0 for code scanning.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from iamgen.core.location import Location
from iamgen.diff.rules import RULES, Finding, Rule
from iamgen.render.model import Report
from iamgen.render.plain import printable
from iamgen.render.reports import View
from iamgen.render.reports.github import message

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "%SRCROOT%"


def render(report: Report, view: View) -> str:
    """The log as JSON text."""
    used = sorted({finding.rule for finding in report.findings})
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "iamgen",
                        "semanticVersion": report.version,
                        "rules": [_rule(RULES[name]) for name in used],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, used.index(finding.rule), view.prefix) for finding in report.findings],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.meaning},
        "help": {"text": rule.action},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(finding: Finding, rule: int, prefix: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": finding.severity.value,
        "message": {"text": printable(message(finding))},
        "partialFingerprints": {"iamgenFinding/v1": finding.fingerprint},
    }
    # Code scanning shows the first place; the others are related.
    if finding.locations:
        result["locations"] = [_place(finding.locations[0], finding.function, prefix)]
    if finding.locations[1:]:
        result["relatedLocations"] = [_place(location, None, prefix) for location in finding.locations[1:]]
    return result


def _place(location: Location, function: str | None, prefix: str) -> dict[str, Any]:
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(prefix + location.file), "uriBaseId": _ROOT},
            "region": {"startLine": max(location.line, 1), "startColumn": location.column},
        }
    }
    if function is not None:
        place["logicalLocations"] = [{"name": function, "kind": "function"}]
    return place
