"""Gaps and differences as findings: a rule, a line of words, the places and a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from os.path import relpath
from pathlib import Path

from iamgen.analysis.usage import ApiCall, Gap
from iamgen.core.location import Location
from iamgen.diff.model import Difference, Excess, Missing, Undecided
from iamgen.diff.rules import (
    ADMINISTRATOR,
    EXCESS_RULES,
    GAP_RULES,
    MISSING_RULES,
    PROBLEM,
    SHARED,
    TOLERATED,
    UNDECIDED_RULES,
    UNSEEN,
    Finding,
    Rule,
)
from iamgen.mapping.model import Requirement
from iamgen.policy.comparison import ExcessAction, ExcessKind
from iamgen.policy.reach import describe
from iamgen.project.model import Problem

_NEARLY_ALL = 5_000  # actions on `*`, of AWS's 20,000: PowerUserAccess has 19,000, the widest service 900
_NAMED = 3  # things named in a message before the rest is counted


def findings(function: str, gaps: Iterable[Gap], difference: Difference | None) -> tuple[Finding, ...]:
    """The findings of one function in the order of their rules; two that are alike get different fingerprints."""
    found = [_gap(function, gap) for gap in gaps]
    if difference is not None:
        found += [_excess(function, one) for one in difference.excess]
        found += [_excess(function, one, TOLERATED) for one in difference.tolerated]
        found += [_finding(UNSEEN, function, note, (), (note,)) for note in difference.notes]
        if difference.shared:
            message = f"its role `{difference.role}` is also that of {_listed(difference.shared)}"
            found.append(_finding(SHARED, function, message, (), (difference.role, difference.shared)))
        found += [_missing(function, one) for one in difference.missing]
        found += [_undecided(function, one) for one in difference.undecided]
    return _numbered(sorted(found, key=_order))


def problem_findings(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """The findings of a project as a whole."""
    found = [
        _finding(PROBLEM, None, one.message, (one.location,), (one.kind, one.location.file, one.message))
        for one in problems
    ]
    return _numbered(sorted(found, key=_order))


@dataclass(frozen=True, slots=True)
class Loosening:
    """What a change takes off the gate that judges it: the rule, in words, and where."""

    rule: Rule
    message: str
    file: Path | None = None  # absolute
    line: int = 1
    identity: tuple[object, ...] = ()


def gate_findings(loosened: Iterable[Loosening], root: Path) -> tuple[Finding, ...]:
    """What a change takes off its own gate, as findings; places are told from the project's root."""
    found = []
    for one in loosened:
        place = None if one.file is None else Location(Path(relpath(one.file, root)).as_posix(), one.line, 1)
        found.append(_finding(one.rule, None, one.message, (place,), one.identity or (one.message,)))
    return _numbered(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[str, tuple[Location, ...], str, str]:
    return finding.rule, finding.locations, finding.message, finding.fingerprint


def _finding(
    rule: Rule, function: str | None, message: str, locations: Iterable[Location | None], identity: Sequence[object]
) -> Finding:
    places = tuple(dict.fromkeys(place for place in locations if place is not None))
    text = json.dumps([rule.id, function, *identity], ensure_ascii=True, separators=(",", ":"))
    return Finding(rule.id, rule.severity, function, message, places, hashlib.sha256(text.encode()).hexdigest()[:20])


def _numbered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    seen: dict[str, int] = {}
    out: list[Finding] = []
    for finding in found:
        count = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
        out.append(finding if count == 1 else replace(finding, fingerprint=f"{finding.fingerprint}-{count}"))
    return tuple(out)


def _gap(function: str, gap: Gap) -> Finding:
    rule = GAP_RULES[gap.kind]
    within = gap.path[-1].function if gap.path else ""
    candidates = f" (perhaps {_listed(gap.candidates)})" if gap.candidates else ""
    identity = (gap.location.file, within, gap.message, gap.candidates)
    return _finding(rule, function, gap.message + candidates, (gap.location,), identity)


def _excess(function: str, excess: Excess, rule: Rule | None = None) -> Finding:
    everything = "*" in excess.resources and excess.count >= _NEARLY_ALL
    rule = rule or (ADMINISTRATOR if everything else EXCESS_RULES[excess.kind])
    message = f"{excess.origin} grants {excess_words(excess)}{uses_words(excess)}"
    return _finding(rule, function, message, (excess.origin.location,), _identity(excess))


def _identity(excess: Excess) -> tuple[object, ...]:
    """What makes an excess the same one tomorrow: no line, no place in the policy, no count of a catalog's actions."""
    return (
        excess.origin.policy,
        sorted(_written(excess.actions)),
        sorted(excess.resources),
        sorted(excess.replacement),
        sorted((c.operator, c.key, c.values) for c in excess.conditions),
    )


def excess_words(excess: Excess) -> str:
    """What is granted and what would do, as the end of a sentence that begins with `grants`."""
    actions, resources = _listed(_written(excess.actions)), _listed(excess.resources)
    count = f" ({excess.count:,} actions)" if any(action.is_wildcard for action in excess.actions) else ""
    match excess.kind:
        case ExcessKind.STATEMENT:
            return f"{actions}{count} on {resources}: nothing of it is needed"
        case ExcessKind.ACTION if excess.replacement:
            return f"{actions} on {resources}: only {_listed(excess.replacement)} needed"
        case ExcessKind.ACTION:
            return f"{actions}{count} on {resources}: not needed"
        case ExcessKind.RESOURCE if excess.replacement:
            return f"{_listed(_unneeded(excess.actions))} on {resources}: needed only on {_listed(excess.replacement)}"
        case ExcessKind.RESOURCE:
            return f"{_listed(_unneeded(excess.actions))} on {resources}: not needed there"
        case ExcessKind.CONDITION:
            return f"{_listed(_unneeded(excess.actions))} on {resources} without the condition under which it is needed"


def uses_words(excess: Excess) -> str:
    """What evidence says, as the end of a sentence; "" without evidence."""
    if excess.uses is None:
        return ""
    said: list[str] = []
    if used := excess.uses.used:
        said.append(f"used: {', '.join(f'`{one.action}` on {one.day}' for one in used[:_NAMED])}")
        if len(used) > _NAMED:
            said[-1] += f" and {len(used) - _NAMED} more"
    if unused := excess.uses.not_used:
        since = max(one.day for one in unused)
        what = "not used" if not used else f"{len(unused):,} not used"
        said.append(f"{what} since {since}" if since else what)
    if excess.uses.not_logged:
        said.append(f"of {len(excess.uses.not_logged):,} no use would be logged")
    return f" ({'; '.join(said)})"


def _missing(function: str, missing: Missing) -> Finding:
    need = missing.requirement
    by = f" by {missing.origin}" if missing.origin is not None else ""
    part = f", granted only on {_listed(missing.granted)}" if missing.granted else ""
    message = f"{need_words(need)} is needed, {missing.why}{by}{part}"
    return _finding(MISSING_RULES[missing.why], function, message, _sites(need), _need_identity(need))


def need_words(need: Requirement) -> str:
    """A requirement in a line."""
    condition = f" with {describe(need.conditions)}" if need.conditions else ""
    return f"`{need.action}` on `{need.resource}`{condition}"


def _need_identity(need: Requirement) -> tuple[object, ...]:
    return need.action, need.resource, sorted((c.operator, c.key, c.values) for c in need.conditions)


def _sites(need: Requirement) -> Iterator[Location]:
    for evidence in need.evidence:
        yield evidence.location


def _undecided(function: str, doubt: Undecided) -> Finding:
    rule = UNDECIDED_RULES[doubt.doubt]
    locations: list[Location | None] = []
    identity: list[object] = []
    if doubt.excess is not None:
        what = f"{_listed(_written(doubt.excess.actions))} on {_listed(doubt.excess.resources)}"
        message = f"{doubt.excess.origin} grants {what}, perhaps in vain: {doubt.reason}"
        locations.append(doubt.excess.origin.location)
        identity += _identity(doubt.excess)
    elif doubt.requirements:
        words = [need_words(need) for need in doubt.requirements]
        more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
        are = "is" if len(words) == 1 else "are"
        message = f"{', '.join(words[:_NAMED])}{more} {are} perhaps missing: {doubt.reason}"
        locations += [place for need in doubt.requirements for place in _sites(need)]
        identity += [_need_identity(need) for need in doubt.requirements]
    else:
        message = doubt.reason
        identity.append(doubt.reason)
    locations += [gap.location for gap in doubt.gaps]
    return _finding(rule, function, message, locations, identity)


def call_sites(need: Requirement) -> tuple[ApiCall, ...]:
    """The calls of the code that need it, without what the deployment needs by itself."""
    return tuple(one for one in need.evidence if isinstance(one, ApiCall))


def _written(actions: Iterable[ExcessAction]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(action.pattern for action in actions))


def _unneeded(actions: Iterable[ExcessAction]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for action in actions for name in action.unneeded))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_NAMED])
    return shown + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
