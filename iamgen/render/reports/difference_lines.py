"""A difference as short texts for people: what is granted in vain, what is missing, what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, assert_never

from iamgen.analysis.usage import ApiCall
from iamgen.core.location import Location
from iamgen.diff.findings import uses_words
from iamgen.diff.model import Difference, Excess, Missing, Origin, Undecided
from iamgen.mapping.model import DeploymentNeed, Requirement
from iamgen.policy.comparison import ExcessAction, ExcessKind, Why
from iamgen.render.plain import short

_NAMED: Final = 6  # names of a list that are spelled out
_SITES: Final = 3  # call sites that are spelled out


@dataclass(frozen=True, slots=True)
class Entry:
    """One difference: a sign, a headline, details, and where to look first."""

    sign: str  # "+", "-" or "?"
    headline: str
    details: tuple[str, ...] = ()
    location: Location | None = None
    weight: int = field(default=1, compare=False)  # how many actions it is about


def entries(difference: Difference) -> tuple[Entry, ...]:
    """Missing first, since a missing permission breaks the function; then excess, then undecided."""
    return (
        *(_missing(item) for item in difference.missing),
        *(_excess(item) for item in difference.excess),
        *(_undecided(item) for item in difference.undecided),
    )


def _missing(item: Missing) -> Entry:
    details = [_condition(item.requirement)] if item.requirement.conditions else []
    match item.why:
        case Why.IMPLICIT_DENY:
            if item.granted:
                details.append(f"granted only on {listed(tuple(map(short, item.granted)))}")
        case Why.EXPLICIT_DENY:
            details.append(f"denied by {item.origin}" if item.origin is not None else "denied explicitly")
        case Why.OUTSIDE_BOUNDARY | Why.OUTSIDE_SESSION | Why.OUTSIDE_SCP:
            details.append(item.why.value)
        case _:
            assert_never(item.why)
    sites, first = _evidence(item.requirement)
    return Entry("+", _need(item.requirement), (*details, *sites), first)


def _need(item: Requirement) -> str:
    return f"{item.action} on {short(item.resource)}"


def _condition(item: Requirement) -> str:
    return "if " + " and ".join(f"{c.operator} {c.key} {' or '.join(c.values)}" for c in item.conditions)


def _evidence(item: Requirement) -> tuple[tuple[str, ...], Location | None]:
    lines = [_site(evidence) for evidence in item.evidence[:_SITES]]
    if len(item.evidence) > _SITES:
        lines.append(f"and {len(item.evidence) - _SITES} more places")
    return tuple(lines), item.evidence[0].location if item.evidence else None


def _site(evidence: ApiCall | DeploymentNeed) -> str:
    match evidence:
        case ApiCall():
            way = " > ".join(step.function for step in evidence.path)
            return f"{evidence.location} {evidence.method}" + (f", by {way}" if way else "")
        case DeploymentNeed():
            return f"{evidence.location} the deployment needs it: {evidence.need}"
        case _:
            assert_never(evidence)


def _excess(item: Excess) -> Entry:
    resources = listed(tuple(map(short, item.resources)))
    match item.kind:
        case ExcessKind.STATEMENT:
            headline = f"{_written(item.actions)} on {resources}"
            details = ["nothing of the statement is needed"]
        case ExcessKind.ACTION:
            headline = f"{_written(item.actions)} on {resources}"
            details = [f"needed is only {listed(item.replacement)}"] if item.replacement else []
        case ExcessKind.RESOURCE:
            headline = f"{_named(item.actions)} on {resources}"
            narrower = listed(tuple(map(short, item.replacement)))
            details = [f"needed is only {narrower}" if narrower else "no such resource is used"]
        case ExcessKind.CONDITION:
            headline = f"{_named(item.actions)} on {resources} without its condition"
            details = [f"needed is only if {_conditions(item)}"] if item.needed_conditions else []
        case _:
            assert_never(item.kind)
    if said := uses_words(item).strip(" ()"):
        details.append(said.replace("`", ""))
    return Entry("-", headline, (*details, place(item.origin)), item.origin.location, item.count)


def _written(actions: tuple[ExcessAction, ...]) -> str:
    """The actions as the policy writes them, with a count where a wildcard stands for more."""
    return listed(tuple(map(_pattern, actions)))


def _pattern(action: ExcessAction) -> str:
    if not action.is_wildcard:
        return action.pattern
    unneeded = len(action.unneeded)
    of = f" of {unneeded + len(action.needed)}" if action.needed else ""
    return f"{action.pattern} ({unneeded}{of} actions)"


def _named(actions: tuple[ExcessAction, ...]) -> str:
    """The actions by their own names."""
    return listed(tuple(dict.fromkeys(name for action in actions for name in action.unneeded)))


def _conditions(item: Excess) -> str:
    return " and ".join(f"{c.operator} {c.key} {' or '.join(c.values)}" for c in item.needed_conditions)


def place(origin: Origin) -> str:
    """`template.yaml:31 policy OrdersPolicy Statement[0]`."""
    where = str(origin.location) if origin.location is not None else origin.source
    return f"{where} {origin.kind} policy {origin}".strip()


def _undecided(item: Undecided) -> Entry:
    needs = [_need(requirement) for requirement in item.requirements]
    if needs:
        headline = listed(tuple(needs))
    elif item.excess is not None:
        headline = f"{_written(item.excess.actions)} on {listed(tuple(map(short, item.excess.resources)))}"
    else:
        headline = listed(tuple(map(short, item.resources))) if item.resources else "the role"
    details = [item.reason]
    if item.origin is not None:
        details.append(place(item.origin))
    location = item.origin.location if item.origin is not None else None
    for requirement in item.requirements[:1]:
        sites, first = _evidence(requirement)
        details.extend(sites)
        location = first or location
    return Entry("?", headline, tuple(details), location)


def listed(names: tuple[str, ...]) -> str:
    """`a, b, c and 4 more`."""
    if len(names) <= _NAMED:
        return ", ".join(names)
    return ", ".join(names[: _NAMED - 1]) + f" and {len(names) - _NAMED + 1} more"
