"""The use cases, each as the arrows of the design: project, usage, requirements, policy, difference."""

from __future__ import annotations

import difflib
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from iamgen.analysis.remembered import UsageReader
from iamgen.analysis.usage import Gap, GapKind, Usage
from iamgen.catalog.store import Catalog
from iamgen.core.cache import Cache
from iamgen.core.errors import IamgenError, InputError
from iamgen.core.location import Location
from iamgen.core.text import Text
from iamgen.core.version import VERSION
from iamgen.core.workers import map_in_order
from iamgen.diff.baseline import Baseline
from iamgen.diff.compare import compare_role
from iamgen.diff.findings import findings as findings_of
from iamgen.diff.findings import problem_findings
from iamgen.diff.rules import RULES, Finding
from iamgen.mapping.model import Requirements, Wildcard
from iamgen.policy.model import Need, Policy
from iamgen.project.model import Project, Unit
from iamgen.render.model import Doubt, Explanation, Reason, Report, UnitReport

if TYPE_CHECKING:
    from iamgen.deployed.grants import RoleGrants
    from iamgen.deployed.live import Stack


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is told beside the path."""

    template: Path | None = None
    entry: str | None = None  # "module:function" or "module"
    handler: str | None = None
    all_functions: bool = False  # a library: every function may be called
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # the template's parameters
    functions: tuple[str, ...] = ()  # only these units, by name
    cache: Path | None = None  # folder; None: nothing is remembered
    jobs: int = 0  # processes; 0: one a processor


def scan(path: Path, options: Options) -> Report:
    """The AWS calls of each unit, and what could not be resolved."""
    return generate(path, options)


def generate(path: Path, options: Options) -> Report:
    """The policy that each unit needs."""
    project = _load(path, options)
    return _report(project, tuple(_Task(unit) for unit in _selected(project, options)), options)


@dataclass(frozen=True, slots=True)
class Template:
    """Compare with the roles that the template declares."""


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """Compare with the role or roles of a file; `region` is where they are deployed, if it is told."""

    path: Path
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """Compare with the roles of the deployed functions, read with the caller's credentials."""

    profile: str | None = None
    region: str | None = None
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # unit -> deployed name
    stack: str | None = None  # the CloudFormation stack that the template is deployed as
    assume_role: str | None = None  # ARN of the role to read with


@dataclass(frozen=True, slots=True)
class Since:
    """Compare with what the code needed at a git revision."""

    revision: str


Against = Template | PolicyFile | Live | Since


def diff(path: Path, options: Options, against: Against | None = None) -> Report:
    """What each unit's role grants and its code does not need, and the other way round."""
    project = _load(path, options)
    units = _selected(project, options)
    match against:
        case None | Template():
            tasks = _declared(units)
        case PolicyFile():
            tasks = _of_file(units, against)
        case Live():
            tasks = _live(units, against)
        case Since(revision):
            tasks = _since(units, path, revision, options)
    return _report(project, tasks, options)


def _declared(units: tuple[Unit, ...]) -> tuple[_Task, ...]:
    from iamgen.deployed.declared import read_declared
    from iamgen.deployed.managed import ManagedPolicies

    if not any(unit.role is not None for unit in units):
        raise NoRoleError("nothing here declares a role", "name one with `--against role.json` or `--against live`")
    managed = ManagedPolicies()
    return tuple(_Task(unit, None if unit.role is None else read_declared(unit.role, managed)) for unit in units)


def _of_file(units: tuple[Unit, ...], file: PolicyFile) -> tuple[_Task, ...]:
    """Each unit with its role of the file: the only one, or the one of its name."""
    from iamgen.deployed.files import read_file
    from iamgen.deployed.matching import RoleIndex, names_of

    name = file.path.name
    roles = read_file(file.path)
    if file.region is not None:
        roles = tuple(replace(r, symbols=MappingProxyType({**r.symbols, "AWS::Region": file.region})) for r in roles)
    if len(roles) == 1 and len(units) == 1:
        return (_Task(units[0], roles[0]),)
    if len(roles) == 1:
        raise InputError(
            f"`{name}` holds one role, and there are {len(units)} functions", "choose one with `--function`"
        )
    index = RoleIndex(roles, name)
    if not any(index.find(unit) for unit in units):
        looked = ", ".join(f"`{one}`" for unit in units[:3] for one in names_of(unit))
        raise InputError(f"`{name}` holds no role of these functions", f"looked for {looked}")
    return tuple(_Task(unit, index.of(unit)) for unit in units)


def _live(units: tuple[Unit, ...], live: Live) -> tuple[_Task, ...]:
    """Each unit with its deployed role, and its environment as it is there.

    A function that is not deployed is undecided beside the others; when none is, that is an error.
    """
    from iamgen.deployed.grants import RoleGrants
    from iamgen.deployed.live import LiveReader

    reader = LiveReader(profile=live.profile, region=live.region, assume_role=live.assume_role)
    stack = None if live.stack is None else reader.stack(live.stack)
    tasks: list[_Task] = []
    absent: list[InputError] = []
    for unit in units:
        try:
            deployed = reader.function(_deployed_name(unit, live, stack), stack=stack, reference=unit.name)
        except InputError as error:
            absent.append(error)
            tasks.append(_Task(unit, RoleGrants(f"{unit.name}Role", unread=(error.message,), limits_unread=True)))
            continue
        if deployed.environment is not None:
            values = {name: (Text.of(value),) for name, value in deployed.environment.items()}
            # What Lambda itself sets and the configuration does not show is known of the template.
            own = {name: texts for name, texts in (unit.environment or {}).items() if name.startswith("AWS_")}
            unit = replace(unit, environment=MappingProxyType({**own, **values}))
        tasks.append(_Task(unit, deployed.grants))
    if absent and len(absent) == len(units):
        raise absent[0]
    return tuple(tasks)


def _deployed_name(unit: Unit, live: Live, stack: Stack | None) -> str:
    if unit.name in live.names:
        return live.names[unit.name]
    if stack is not None:
        return stack.physical(unit.name)
    name = unit.configuration.function_name if unit.configuration is not None else None
    literal = name.literal if name is not None else None
    return literal or unit.name


def _since(units: tuple[Unit, ...], path: Path, revision: str, options: Options) -> tuple[_Task, ...]:
    """Each unit with what its code needed at the revision; a new unit with nothing."""
    from iamgen.deployed.grants import GrantedPolicy, PolicyKind, RoleGrants
    from iamgen.project.revision import unpack_revision

    name = f"the code at {revision}"
    with tempfile.TemporaryDirectory() as folder:
        before = generate(unpack_revision(path, revision, Path(folder)), replace(options, functions=()))
    policies = {unit.unit.name: unit.policy for unit in before.units}
    return tuple(
        _Task(
            unit,
            RoleGrants(name, (GrantedPolicy(name, PolicyKind.INLINE, policies.get(unit.name, Policy()), name),)),
        )
        for unit in units
    )


def check(
    path: Path,
    options: Options,
    against: Against | None = None,
    baseline: Baseline | None = None,
    ignore: frozenset[str] = frozenset(),
) -> Report:
    """`diff` with only the findings that are neither accepted by the baseline nor of an ignored rule.

    A project whose functions have no role at all is checked for its gaps.
    """
    for rule in sorted(ignore):
        if rule not in RULES:
            raise InputError(f"no rule `{rule}`", "docs/rules.md lists them")
    try:
        report = diff(path, options, against)
    except NoRoleError:
        report = generate(path, options)
    found = tuple(finding for finding in report.findings if finding.rule not in ignore)
    new, old, stale = (baseline or Baseline()).split(found)
    return replace(report, findings=new, accepted=len(old), stale=stale)


class NoRoleError(InputError):
    """Nothing that was asked for has a role to compare with."""


def explain(path: Path, action: str, options: Options) -> Explanation:
    """Who needs an action (`*` and `?` allowed), through which calls; raises `InputError` for one that is none."""
    catalog = Catalog.open()
    actions = catalog.expand(action)
    if not actions:
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


@dataclass(frozen=True, slots=True)
class _Task:
    """One unit's work."""

    unit: Unit
    grants: RoleGrants | None = None


def _load(path: Path, options: Options) -> Project:
    from iamgen.project import load

    return load(
        path,
        template=options.template,
        entry=options.entry,
        handler=options.handler,
        all_functions=options.all_functions,
        parameters=options.parameters,
    )


def _selected(project: Project, options: Options) -> tuple[Unit, ...]:
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


def _report(project: Project, tasks: tuple[_Task, ...], options: Options) -> Report:
    catalog = Catalog.open()
    cache = Cache(options.cache) if options.cache is not None else None
    reader = UsageReader(project, catalog, cache)
    units = tuple(map_in_order(_work, tasks, (project, catalog, reader), options.jobs))
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


def _findings(project: Project, units: tuple[UnitReport, ...]) -> tuple[Finding, ...]:
    """Of the project first, then of each unit; code that is not Python is told as a problem, it is no finding."""
    problems = [problem for problem in project.problems if problem.kind != "not-python"]
    return (
        *problem_findings(problems),
        *(finding for unit in units for finding in findings_of(unit.unit.name, unit.gaps, unit.difference)),
    )


def _work(task: _Task, shared: tuple[Project, Catalog, UsageReader]) -> UnitReport:
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


def _one_unit(task: _Task, project: Project, catalog: Catalog, reader: UsageReader) -> UnitReport:
    from iamgen.mapping import require
    from iamgen.policy.minimise import build_policy

    unit = task.unit
    usage = reader.read(unit) if unit.entry is not None else Usage(unit.name)
    requirements = require(usage, unit, project, catalog)
    requirements = replace(requirements, gaps=_gaps(unit, usage, requirements))
    policy = build_policy(needs_of(requirements), catalog)
    difference = None
    if task.grants is not None:
        difference = compare_role(requirements, task.grants, catalog)
    return UnitReport(unit, usage, requirements, policy, difference)


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


def _failed(task: _Task, error: BaseException) -> UnitReport:
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
