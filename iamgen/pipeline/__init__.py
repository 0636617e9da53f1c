"""The use cases, each as the arrows of the design: project, usage, requirements, policy, difference.

`options` says what a run is told, `grants` joins units with roles, `units` takes one unit along the arrows.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from iamgen.core.errors import InputError
from iamgen.pipeline.options import Against, Live, Options, PolicyFile, Since, Template
from iamgen.pipeline.units import Task, needs_of, report_of
from iamgen.render.model import Doubt, Explanation, Reason, Report

if TYPE_CHECKING:
    from iamgen.diff.baseline import Baseline
    from iamgen.diff.findings import Loosening
    from iamgen.project.model import Project, Unit

__all__ = [
    "Against",
    "Live",
    "Options",
    "PolicyFile",
    "Since",
    "Template",
    "check",
    "diff",
    "explain",
    "generate",
    "needs_of",
    "scan",
]


def scan(path: Path, options: Options) -> Report:
    """The AWS calls of each unit, and what could not be resolved."""
    return generate(path, options)


def generate(path: Path, options: Options) -> Report:
    """The policy that each unit needs."""
    project = load_project(path, options)
    return report_of(project, tuple(Task(unit) for unit in selected_units(project, options)), options)


def diff(path: Path, options: Options, against: Against | None = None) -> Report:
    """What each unit's role grants and its code does not need, and the other way round."""
    from iamgen.pipeline.grants import declared_tasks, file_tasks, live_tasks, since_tasks

    project = load_project(path, options)
    units = selected_units(project, options)
    match against:
        case None | Template():
            tasks = declared_tasks(units, project.units)
        case PolicyFile():
            tasks = file_tasks(units, against)
        case Live():
            tasks = live_tasks(units, against, project.stack)
        case Since(revision):
            tasks = since_tasks(units, revision, _at(revision, path, options))
    return report_of(project, tasks, options)


def _at(revision: str, path: Path, options: Options) -> Report:
    """What the code needed at a git revision."""
    import tempfile

    from iamgen.project.revision import unpack_revision

    with tempfile.TemporaryDirectory() as folder:
        return generate(unpack_revision(path, revision, Path(folder)), replace(options, functions=()))


def check(
    path: Path,
    options: Options,
    against: Against | None = None,
    baseline: Baseline | None = None,
    ignore: frozenset[str] = frozenset(),
    loosened: tuple[Loosening, ...] = (),
) -> Report:
    """`diff` with only the findings that are neither accepted by the baseline nor of an ignored rule.

    `loosened` is what a change takes off this very gate: findings beside the others. A project whose functions
    have no role at all is checked for its gaps.
    """
    from iamgen.diff.baseline import Baseline as Accepted
    from iamgen.diff.findings import gate_findings
    from iamgen.diff.rules import RULES
    from iamgen.pipeline.grants import NoRoleError

    for rule in sorted(ignore):
        if rule not in RULES:
            raise InputError(f"no rule `{rule}`", "docs/rules.md lists them")
    try:
        report = diff(path, options, against)
    except NoRoleError:
        report = generate(path, options)
    every = (*gate_findings(loosened, report.root or path), *report.findings)
    found = tuple(finding for finding in every if finding.rule not in ignore)
    new, old, stale = (baseline or Accepted()).split(found)
    return replace(report, findings=new, accepted=len(old), stale=stale)


def explain(path: Path, action: str, options: Options) -> Explanation:
    """Who needs an action (`*` and `?` allowed), through which calls; raises `InputError` for one that is none."""
    from iamgen.catalog.store import Catalog

    catalog = Catalog.open()
    actions = catalog.expand(action)
    if not actions:
        import difflib

        near = difflib.get_close_matches(action, catalog.actions(action.partition(":")[0]), 3, 0.7)
        hint = f"did you mean {' or '.join(f'`{name}`' for name in near)}" if near else "see `iamgen catalog search`"
        raise InputError(f"`{action}` is no IAM action", hint)
    report = generate(path, options)
    wanted = frozenset(actions)
    operations = {
        f"{service}.{operation}" for name in actions for service, operation in catalog.operations_needing(name)
    }
    reasons = tuple(
        Reason(unit.unit.name, item)
        for unit in report.units
        for item in unit.requirements.items
        if item.action in wanted
    )
    doubts = tuple(
        Doubt(unit.unit.name, gap)
        for unit in report.units
        for gap in unit.gaps
        if operations.intersection(gap.candidates)
    )
    return Explanation(action, actions, reasons, doubts, report)


def load_project(path: Path, options: Options) -> Project:
    from iamgen.project import load

    return load(
        path,
        template=options.template,
        entry=options.entry,
        handler=options.handler,
        all_functions=options.all_functions,
        parameters=options.parameters,
        environment=options.environment,
    )


def selected_units(project: Project, options: Options) -> tuple[Unit, ...]:
    names = {unit.name for unit in project.units}
    for name in options.functions:
        if name not in names:
            known = ", ".join(f"`{other}`" for other in sorted(names)[:10])
            raise InputError(f"no function `{name}` in the project", f"there are {known}")
    return tuple(
        unit
        for unit in sorted(project.units, key=lambda unit: unit.name)
        if not options.functions or unit.name in options.functions
    )
