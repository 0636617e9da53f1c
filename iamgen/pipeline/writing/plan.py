"""From the needs of each role to the files as they would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from iamgen.catalog.store import Catalog
from iamgen.core.errors import InputError
from iamgen.diff.compare import FOR_LAMBDA
from iamgen.pipeline import load_project, selected_units
from iamgen.pipeline.options import Options
from iamgen.pipeline.units import Task, needs_of, report_of
from iamgen.pipeline.writing.files import File
from iamgen.pipeline.writing.groups import (
    Group,
    check_users,
    grouped,
    loosened,
    owner_of,
    references_for,
    unwritten,
)
from iamgen.pipeline.writing.model import Change, Outcome, Plan, Verdict
from iamgen.pipeline.writing.terraform import plan_terraform
from iamgen.pipeline.writing.trial import Roles, changed_paths, granted_in_vain, lacking, left_standing, too_wide
from iamgen.policy.limits import INLINE_ROLE_LIMIT
from iamgen.policy.minimise import build_policy
from iamgen.policy.model import Policy
from iamgen.policy.serialise import size
from iamgen.project.model import Project, References
from iamgen.project.templates.documents import parse_document
from iamgen.render.edits.dependencies import Template
from iamgen.render.edits.places import FunctionStatements, RolePolicies, ServiceStatements
from iamgen.render.edits.source import Unwritable, spliced

_EDITED: Final = frozenset({"Policies", "ManagedPolicyArns", "statements", "iamRoleStatements", "iam", "role"})


def plan(path: Path, options: Options) -> Plan:
    """What would be written; raises `InputError` where nothing of the project can be."""
    project = load_project(path, options)
    asked = frozenset(unit.name for unit in selected_units(project, options))
    if project.format == "terraform":
        report = report_of(project, tuple(Task(unit) for unit in selected_units(project, options)), options)
        return plan_terraform(project.root, report)
    groups, refused = grouped(project, asked)
    if not groups:
        reason = next(iter(refused.values()), "it holds no function")
        raise InputError(f"no policy can be written here: {reason}", "`generate --emit` prints it instead")
    concerned = sorted({unit.name: unit for group in groups for unit in group.units}.items())
    report = report_of(project, tuple(Task(unit) for _, unit in concerned), options)
    reports = {one.unit.name: one for one in report.units}
    groups = [replace(group, reports=tuple(reports[name] for name in group.names)) for group in groups]
    work = _Work(project, partial(load_project, path, options), Catalog.open())
    outcomes, changes = work.run(groups)
    left = [Outcome((name,), Verdict.LEFT, reason) for name, reason in sorted(refused.items())]
    shown = replace(report, units=tuple(one for one in report.units if one.unit.name in asked))
    return Plan(shown, tuple(sorted((*outcomes, *left), key=lambda one: one.units)), changes)


_NOTHING: Final = Policy()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A group that is to be written."""

    group: Group
    references: References
    owner: str  # the key in the file that its policies stand below
    policy: Policy = _NOTHING
    notes: tuple[str, ...] = ()


class _Work:
    """One run over the groups of a project; what fails leaves the others."""

    def __init__(self, project: Project, load: Callable[[], Project], catalog: Catalog) -> None:
        self.project = project
        self.load = load
        self.catalog = catalog
        self.files: dict[str, File] = {}
        self.data: dict[str, Any] = {}  # the files as they are read now
        self.outcomes: list[Outcome] = []

    def run(self, groups: Iterable[Group]) -> tuple[list[Outcome], tuple[Change, ...]]:
        """The outcomes, and the changes that all of them make together."""
        ready = self._once([one for group in groups if (one := self._open(group)) is not None])
        if not ready:
            return self.outcomes, ()
        before = Roles.of(self.project)
        ready = self._right(ready)
        ready, base = self._emptied(ready)
        ready = [found for one in ready if (found := self._with_policy(one, before, base)) is not None]
        ready = self._right(ready)
        while ready:
            failures = self._verify(ready, base)
            if not failures:
                break
            for one, reason in failures:
                self._leave(one.group, reason)
            ready = [one for one in ready if all(one is not failed for failed, _ in failures)]
        texts = self._texts(ready)
        changes = tuple(
            Change(file.path, shown, file.data, file.encoded(texts[file.path]))
            for shown, file in sorted(self.files.items())
            if file.path in texts and texts[file.path] != file.source.text
        )
        for one in ready:
            self.outcomes.append(
                Outcome(one.group.names, Verdict.CHANGED, one.group.place.shown(), (*one.notes, *self._gone(one)))
            )
        return self.outcomes, changes

    def _leave(self, group: Group, reason: str) -> None:
        self.outcomes.append(Outcome(group.names, Verdict.LEFT, reason))

    def _once(self, ready: list[_Ready]) -> list[_Ready]:
        """The groups whose declaration makes one role, not one in each of several stacks."""
        made = Counter((one.group.place.file, one.owner) for one in ready)
        for one in ready:
            if made[one.group.place.file, one.owner] > 1:
                self._leave(one.group, f"several stacks are made of `{one.group.place.file}`")
        return [one for one in ready if made[one.group.place.file, one.owner] == 1]

    def _open(self, group: Group) -> _Ready | None:
        """The group with its file at hand, None when it cannot be written."""
        if group.obstacle is not None:
            self._leave(group, group.obstacle)
            return None
        try:
            shown = group.place.file
            file = self.files.get(shown) or File.read(self.project.root, shown)
            if shown not in self.data:
                self.data[shown] = parse_document(file.source.text, file.path, shown).data
            template = Template(self.data[shown])
            check_users(group, self.project, file, template)
            if isinstance(group.place, RolePolicies):
                group = replace(group, place=replace(group.place, kept=FOR_LAMBDA))
            ready = _Ready(group, references_for(group, file, template), owner_of(group, file))
            # Whatever cannot be edited at all is found here, and by itself.
            spliced(file.source.text, tuple(group.place.splices(file.source, _NOTHING, ready.references)))
        except Unwritable as error:
            self._leave(group, error.message)
            return None
        self.files[shown] = file
        return ready

    def _emptied(self, ready: list[_Ready]) -> tuple[list[_Ready], Roles]:
        """The groups and their roles without policies of their own: what the platform attaches."""
        base = Roles.under(self._texts(ready), self.load)
        trimmed: list[_Ready] = []
        for one in ready:
            place = one.group.place
            role = base.role(one.group.names)
            if isinstance(place, RolePolicies) and role is not None:
                wide = too_wide(one.group.requirements, role, self.catalog)
                one = replace(one, group=replace(one.group, place=replace(place, kept=place.kept - wide)))
            trimmed.append(one)
        if trimmed == ready:
            return ready, base
        return trimmed, Roles.under(self._texts(trimmed), self.load)

    def _with_policy(self, one: _Ready, before: Roles, base: Roles) -> _Ready | None:
        """The group with what is to be written, None when its role has that already."""
        names, needs = one.group.names, one.group.requirements
        old, role = before.role(names), base.role(names)
        if role is None or old is None:
            self._leave(one.group, "its role is not the same once it is edited")
            return None
        wanted = loosened(needs, one.references)
        known = frozenset(old.unread) <= frozenset(role.unread)
        if known and not lacking(needs, old, self.catalog) and not granted_in_vain(wanted, old, role, self.catalog):
            self.outcomes.append(Outcome(names, Verdict.LEAST, one.group.place.shown()))
            return None
        items = lacking(needs, role, self.catalog)
        policy = build_policy(needs_of(replace(needs, items=items)), self.catalog)
        if size(policy) > INLINE_ROLE_LIMIT:
            self._leave(
                one.group, f"its policy has {size(policy):,} characters, and a role takes {INLINE_ROLE_LIMIT:,}"
            )
            return None
        framework = isinstance(one.group.place, ServiceStatements | FunctionStatements)
        standing = left_standing(needs, role, self.catalog, framework=framework)
        return replace(one, policy=policy, notes=(*unwritten(items, one.references), *standing))

    def _texts(self, ready: Iterable[_Ready]) -> dict[Path, str]:
        """The files with the policies of these groups."""
        by_file: dict[str, list[_Ready]] = {}
        for one in ready:
            by_file.setdefault(one.group.place.file, []).append(one)
        texts: dict[Path, str] = {}
        for shown, several in by_file.items():
            file = self.files[shown]
            splices = [
                change for one in several for change in one.group.place.splices(file.source, one.policy, one.references)
            ]
            texts[file.path] = spliced(file.source.text, splices)
        return texts

    def _verify(self, ready: list[_Ready], base: Roles) -> list[tuple[_Ready, str]]:
        """The groups whose roles would not be what they are to be, with the reason."""
        texts = self._texts(ready)
        try:
            after = Roles.under(texts, self.load)
        except InputError as error:
            return [(one, f"the edited file would not be right: {error.message}") for one in ready]
        failures: list[tuple[_Ready, str]] = []
        for one in ready:
            role, given = after.role(one.group.names), base.role(one.group.names)
            needs = one.group.requirements
            if role is None or given is None:
                failures.append((one, "the edited role would not be found again"))
            elif lack := lacking(needs, role, self.catalog):
                failures.append((one, f"the edited role would not grant {lack[0].action} on {lack[0].resource}"))
            elif excess := granted_in_vain(loosened(needs, one.references), role, given, self.catalog):
                failures.append((one, f"the edited role would grant more: {excess[0].actions[0].pattern}"))
        return failures

    def _right(self, ready: list[_Ready]) -> list[_Ready]:
        """The groups that change nothing but their own policies; of the others is said what else would change."""
        if self._flaw(ready) is None:
            return ready
        flaws = {one.owner: flaw for one in ready if (flaw := self._flaw([one])) is not None}
        right = [one for one in ready if one.owner not in flaws]
        together = self._flaw(right)
        for one in ready:
            if one.owner in flaws or together is not None:
                self._leave(one.group, flaws.get(one.owner) or together or "")
        return right if together is None else []

    def _flaw(self, ready: list[_Ready]) -> str | None:
        """What would be wrong with the edited files as such: malformed, or more than these policies changed."""
        owners = {(one.group.place.file, one.owner) for one in ready}
        try:
            texts = self._texts(ready)
            for shown, file in self.files.items():
                if file.path not in texts:
                    continue
                new = parse_document(texts[file.path], file.path, shown)
                for path in changed_paths(self.data[shown], new.data):
                    own = any((shown, key) in owners for key in path if isinstance(key, str))
                    if not own or not _EDITED.intersection(path):
                        return f"`{'.'.join(map(str, path))}` of `{shown}` would change, too"
        except (InputError, Unwritable) as error:
            return f"the edited file would not be right: {error.message}"
        return None

    def _gone(self, one: _Ready) -> tuple[str, ...]:
        """What people should know of a role whose managed policies go."""
        place = one.group.place
        if not isinstance(place, RolePolicies):
            return ()
        return tuple(f"no longer attached: {text}" for text in place.dropped(self.files[place.file].source))
