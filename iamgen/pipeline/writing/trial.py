"""The project as it would be: the roles of edited texts, judged before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from iamgen.catalog.store import Catalog
from iamgen.deployed.declared import read_declared
from iamgen.deployed.grants import PolicyKind, RoleGrants
from iamgen.deployed.managed import ManagedPolicies
from iamgen.diff.compare import compare_role
from iamgen.diff.model import Excess
from iamgen.mapping.model import Requirement, Requirements
from iamgen.project.drafts import drafted
from iamgen.project.model import Project


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of a project by unit; boundaries are left out, since no policy is written for them."""

    grants: Mapping[str, RoleGrants]

    @staticmethod
    def of(project: Project) -> Roles:
        """The roles that a project declares."""
        managed = ManagedPolicies()
        return Roles(
            {
                unit.name: read_declared(replace(unit.role, boundary=None), managed)
                for unit in project.units
                if unit.role is not None
            }
        )

    @staticmethod
    def under(texts: Mapping[Path, str], load: Callable[[], Project]) -> Roles:
        """The roles that it would declare with other texts."""
        with drafted(texts):
            return Roles.of(load())

    def role(self, units: Sequence[str]) -> RoleGrants | None:
        """The one role of these units."""
        found = [self.grants[name] for name in units if name in self.grants]
        if len(found) < len(units) or not all(found[0].is_role_of(one) for one in found):
            return None
        return found[0]


def granted_in_vain(requirements: Requirements, grants: RoleGrants, base: RoleGrants, catalog: Catalog) -> list[Excess]:
    """The excess of the role's own policies: not of what the platform attaches, which is all that `base` has."""
    given = [statement for one in base.policies for statement in one.policy.statements]
    labelled = grants.labelled
    found = compare_role(requirements, replace(grants, unread=()), catalog).excess
    return [
        one
        for one in found
        if one.origin.policy not in labelled
        or labelled[one.origin.policy].policy.statements[one.origin.statement] not in given
    ]


def lacking(requirements: Requirements, grants: RoleGrants, catalog: Catalog) -> tuple[Requirement, ...]:
    """What the role does not, or not for certain, grant; what could not be read counts for nothing."""
    found = compare_role(requirements, replace(grants, unread=()), catalog)
    return (
        *(one.requirement for one in found.missing),
        *(item for one in found.undecided for item in one.requirements),
    )


def too_wide(requirements: Requirements, grants: RoleGrants, catalog: Catalog) -> frozenset[str]:
    """AWS's managed policies that grant more than what Lambda itself does here."""
    found = compare_role(requirements, replace(grants, unread=()), catalog).excess
    return frozenset(one.origin.policy for one in found if one.origin.kind is PolicyKind.AWS_MANAGED)


def left_standing(
    requirements: Requirements, base: RoleGrants, catalog: Catalog, *, framework: bool
) -> tuple[str, ...]:
    """What is attached elsewhere and grants more than is needed, or cannot be read, as notes.

    `framework` says that the inline ones are not the project's: a framework has made them.
    """
    found = compare_role(requirements, replace(base, unread=()), catalog).excess
    wide = {one.origin.policy for one in found if not framework or one.origin.kind is not PolicyKind.INLINE}
    return (
        *(f"left as it is, and grants more than is needed: `{name}`" for name in sorted(wide)),
        *(f"left as it is: {text}" for text in base.unread),
    )


def changed_paths(before: Any, after: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where two documents differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        found: list[tuple[Any, ...]] = []
        for key in {**before, **after}:
            if key in before and key in after:
                found.extend(changed_paths(before[key], after[key], (*path, key)))
            else:
                found.append((*path, key))
        return found
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            one
            for index, (old, new) in enumerate(zip(before, after, strict=True))
            for one in changed_paths(old, new, (*path, index))
        ]
    return [] if type(before) is type(after) and before == after else [path]
