"""One unit from its code to its policy and its difference, and many of them at once."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from iamgen.analysis.remembered import UsageReader
from iamgen.analysis.settings import Declared
from iamgen.analysis.settings import Options as Settings
from iamgen.analysis.usage import Gap, GapKind, Usage
from iamgen.catalog.store import Catalog
from iamgen.core.cache import Cache
from iamgen.core.errors import IamgenError
from iamgen.core.location import Location
from iamgen.core.version import VERSION
from iamgen.core.workers import map_in_order
from iamgen.mapping.model import Requirements, Wildcard
from iamgen.pipeline.options import Options
from iamgen.policy.model import Need, Policy
from iamgen.project.model import Project, Unit
from iamgen.render.model import Report, UnitReport

if TYPE_CHECKING:
    from iamgen.deployed.grants import RoleGrants
    from iamgen.diff.rules import Finding


@dataclass(frozen=True, slots=True)
class Task:
    """One unit's work."""

    unit: Unit
    grants: RoleGrants | None = None
    declared: RoleGrants | None = None  # to be shown beside `grants`
    revision: bool = False  # `grants` is what the code needed once, no role that others could share
    asked: bool = True  # False: not asked for, and only there because it shares a role


def report_of(project: Project, tasks: tuple[Task, ...], options: Options) -> Report:
    catalog = Catalog.open()
    cache = Cache(options.cache) if options.cache is not None else None
    reader = UsageReader(project, catalog, cache, _settings(project, options))
    units = tuple(map_in_order(_work, tasks, (project, catalog, reader), options.jobs))
    units = _sharing(tasks, units, catalog)
    if options.evidence:
        units = _with_evidence(units, options.evidence, catalog)
    if cache is not None:
        cache.prune()
    return Report(
        VERSION,
        catalog.versions(),
        units,
        project.problems,
        _findings(project, units),
        template=project.template,
        root=project.root,
    )


def _settings(project: Project, options: Options) -> Settings:
    """The analyzer's part of the options; a pragma for a file outside the root has nothing to speak of."""
    root = project.root.resolve()
    declared = tuple(
        Declared(file.relative_to(root).as_posix(), line, text)
        for file, line, text in options.pragmas
        if file.is_relative_to(root)
    )
    counted = None
    if options.counted is not None:
        inside = ((file, line, text) for file, line, text in options.counted if file.is_relative_to(root))
        counted = tuple(sorted((file.relative_to(root).as_posix(), line, text) for file, line, text in inside))
    return Settings(options.site_packages, declared, counted)


def _sharing(tasks: tuple[Task, ...], units: tuple[UnitReport, ...], catalog: Catalog) -> tuple[UnitReport, ...]:
    """The units, those that have one role together compared together; without those that only helped in it."""
    if all(task.grants is None for task in tasks):
        return units
    from iamgen.diff.shared import share_role

    roles: dict[str, list[int]] = {}
    for number, task in enumerate(tasks):
        if task.grants is not None and not task.revision:
            roles.setdefault(task.grants.role, []).append(number)
    out = list(units)
    for numbers in roles.values():
        grants, *others = (found for number in numbers if (found := tasks[number].grants) is not None)
        # Roles of different accounts may have one name.
        if not others or not all(grants.is_role_of(other) for other in others):
            continue
        symbols = {name: value for one in (grants, *others) for name, value in one.symbols.items()}
        grants = replace(grants, symbols=MappingProxyType(symbols))
        alone = [(units[number].requirements, units[number].difference) for number in numbers]
        for number, difference in zip(numbers, share_role(alone, grants, catalog), strict=True):
            out[number] = replace(units[number], difference=difference)
    return tuple(unit for unit, task in zip(out, tasks, strict=True) if task.asked)


def _with_evidence(units: tuple[UnitReport, ...], paths: tuple[Path, ...], catalog: Catalog) -> tuple[UnitReport, ...]:
    from iamgen.deployed.evidence import read_evidence
    from iamgen.diff.uses import with_evidence

    evidence = read_evidence(paths, catalog)
    return tuple(
        unit if unit.difference is None else replace(unit, difference=with_evidence(unit.difference, evidence))
        for unit in units
    )


def _findings(project: Project, units: tuple[UnitReport, ...]) -> tuple[Finding, ...]:
    """Of the project first, then of each unit; what lies outside the project's declaration is no finding of it."""
    problems = [problem for problem in project.problems if problem.kind not in ("not-python", "not-chosen")]
    if not problems and all(unit.difference is None and not unit.gaps for unit in units):
        return ()
    from iamgen.diff.findings import findings as findings_of
    from iamgen.diff.findings import problem_findings

    return (
        *problem_findings(problems),
        *(finding for unit in units for finding in findings_of(unit.unit.name, unit.gaps, unit.difference)),
    )


def _work(task: Task, shared: tuple[Project, Catalog, UsageReader]) -> UnitReport:
    """One unit from its code to its policy; a failure of iamgen itself becomes a gap of this unit alone."""
    project, catalog, reader = shared
    try:
        return _one_unit(task, project, catalog, reader)
    except IamgenError:
        raise
    except RecursionError as error:
        return _failed(task, error)
    except Exception as error:  # noqa: BLE001  # whatever it is, the other units' answers still stand
        return _failed(task, error)


def _one_unit(task: Task, project: Project, catalog: Catalog, reader: UsageReader) -> UnitReport:
    from iamgen.mapping import require
    from iamgen.policy.minimise import build_policy

    unit = task.unit
    usage = reader.read(unit) if unit.entry is not None else Usage(unit.name)
    requirements = require(usage, unit, project, catalog)
    requirements = replace(requirements, gaps=_gaps(unit, usage, requirements))
    policy = build_policy(needs_of(requirements), catalog)
    difference = None
    drift = None
    if task.grants is not None and task.declared is not None:
        from iamgen.diff.drift import compare_three

        drift = compare_three(requirements, task.declared, task.grants, catalog)
        difference = drift.live
    elif task.grants is not None:
        from iamgen.diff.compare import compare_role

        difference = compare_role(requirements, task.grants, catalog)
    return UnitReport(unit, usage, requirements, policy, difference, drift=drift)


def needs_of(requirements: Requirements) -> tuple[Need, ...]:
    """The requirements in the words of the policy layer."""
    return tuple(
        Need(item.action, item.resource, item.conditions, open=item.wildcard is Wildcard.OPEN)
        for item in requirements.items
    )


def _gaps(unit: Unit, usage: Usage, requirements: Requirements) -> tuple[Gap, ...]:
    """The gaps of the declaration, the code and the catalog together, each once, in total order."""
    declared = tuple(
        Gap(GapKind.UNKNOWN_ENTRY if unit.entry is None else GapKind.DECLARATION, problem.location, problem.message)
        for problem in unit.problems
    )
    if unit.entry is None and not declared:
        declared = (Gap(GapKind.UNKNOWN_ENTRY, _place(unit), f"the handler `{unit.handler}` was not found"),)
    every = dict.fromkeys((*declared, *usage.gaps, *requirements.gaps))
    return tuple(sorted(every, key=lambda gap: (gap.location, gap.kind, gap.message, gap.candidates)))


def _failed(task: Task, error: BaseException) -> UnitReport:
    unit = task.unit
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    message = f"iamgen failed on this function: {type(error).__name__}: {error}{where}"
    gap = Gap(GapKind.INTERNAL, _place(unit), message)
    return UnitReport(
        unit, Usage(unit.name, gaps=(gap,)), Requirements(unit.name, (), gaps=(gap,)), Policy(), failed=True
    )


def _place(unit: Unit) -> Location:
    return Location(unit.source.template or unit.source.code, unit.source.line)
