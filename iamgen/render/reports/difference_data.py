"""A difference as the plain data of the JSON report."""

from __future__ import annotations

from typing import Any, Final

from iamgen.analysis.usage import ApiCall, Gap
from iamgen.core.location import Location
from iamgen.diff.model import Difference, Excess, Missing, Origin, Undecided, Uses
from iamgen.mapping.model import DeploymentNeed, Requirement
from iamgen.policy.comparison import ExcessAction, Witness
from iamgen.policy.model import Condition

LISTED: Final = 100  # unneeded actions named for one pattern; `*` stands for 18,000, and `count` says how many


def difference_data(difference: Difference) -> dict[str, Any]:
    """The three lists, in their order."""
    return {
        "role": difference.role,
        "shared_with": list(difference.shared),
        "excess": [_excess(item) for item in difference.excess],
        "missing": [_missing(item) for item in difference.missing],
        "undecided": [_undecided(item) for item in difference.undecided],
        "tolerated": [_excess(item) for item in difference.tolerated],
    }


def _excess(item: Excess) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        **_origin(item.origin),
        "actions": [_action(action) for action in item.actions],
        "resources": list(item.resources),
        "replacement": list(item.replacement),
        "conditions": conditions_data(item.conditions),
        "needed_conditions": conditions_data(item.needed_conditions),
        **({} if item.uses is None else {"uses": _uses(item.uses)}),
        "witness": _witness(item.witness),
    }


def _uses(uses: Uses) -> dict[str, Any]:
    return {
        "used": [{"action": one.action, "day": one.day} for one in uses.used],
        "not_used": [{"action": one.action, "since": one.day} for one in uses.not_used[:LISTED]],
        "not_logged": list(uses.not_logged[:LISTED]),
        "counts": {"used": len(uses.used), "not_used": len(uses.not_used), "not_logged": len(uses.not_logged)},
    }


def _action(action: ExcessAction) -> dict[str, Any]:
    return {
        "pattern": action.pattern,
        "needed": list(action.needed),
        "unneeded": list(action.unneeded[:LISTED]),
        "count": len(action.unneeded),
    }


def _missing(item: Missing) -> dict[str, Any]:
    return {
        **requirement_data(item.requirement),
        "why": item.why.value,
        "denied_by": None if item.origin is None else _origin(item.origin),
        "granted": list(item.granted),
        "witness": _witness(item.witness),
    }


def _undecided(item: Undecided) -> dict[str, Any]:
    return {
        "doubt": item.doubt.value,
        "reason": item.reason,
        "requirements": [requirement_data(requirement) for requirement in item.requirements],
        "excess": None if item.excess is None else _excess(item.excess),
        "statement": None if item.origin is None else _origin(item.origin),
        "resources": list(item.resources),
        "gaps": [gap_data(gap) for gap in item.gaps],
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "policy": origin.policy,
        "policy_kind": origin.kind.value,
        "statement": origin.statement,
        "sid": origin.sid,
        "source": origin.source,
        "location": None if origin.location is None else location_data(origin.location),
    }


def _witness(witness: Witness) -> dict[str, str]:
    return {"action": witness.action, "resource": witness.resource}


def requirement_data(item: Requirement) -> dict[str, Any]:
    """A requirement with its evidence."""
    return {
        "action": item.action,
        "resource": item.resource,
        "conditions": conditions_data(item.conditions),
        "wildcard": None if item.wildcard is None else item.wildcard.value,
        "note": item.note,
        "evidence": [_evidence(evidence) for evidence in item.evidence],
    }


def _evidence(evidence: ApiCall | DeploymentNeed) -> dict[str, Any]:
    place = {"file": evidence.location.file, "line": evidence.location.line, "column": evidence.location.column}
    match evidence:
        case ApiCall():
            return {
                **place,
                "service": evidence.service,
                "operation": evidence.operation,
                "path": [step.function for step in evidence.path],
            }
        case DeploymentNeed():
            return {**place, "deployment": evidence.need, "url": evidence.url}


def conditions_data(conditions: tuple[Condition, ...]) -> dict[str, dict[str, list[str]]]:
    """A condition block; values are always lists."""
    block: dict[str, dict[str, list[str]]] = {}
    for condition in conditions:
        block.setdefault(condition.operator, {})[condition.key] = list(condition.values)
    return block


def gap_data(gap: Gap) -> dict[str, Any]:
    """A gap with its place."""
    return {
        "kind": gap.kind.value,
        "file": gap.location.file,
        "line": gap.location.line,
        "column": gap.location.column,
        "message": gap.message,
        "candidates": list(gap.candidates),
    }


def location_data(location: Location) -> dict[str, Any]:
    """A place in a file."""
    return {"file": location.file, "line": location.line, "column": location.column}
