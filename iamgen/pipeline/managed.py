"""Policies beside AWS-managed ones: what these grant already is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from iamgen.catalog.store import Catalog
from iamgen.core.errors import InputError
from iamgen.deployed.grants import GrantedPolicy, RoleGrants
from iamgen.deployed.managed import ManagedPolicies
from iamgen.pipeline.units import needs_of
from iamgen.pipeline.writing.trial import lacking
from iamgen.policy.minimise import build_policy
from iamgen.render.model import Report, UnitReport


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The actions that a unit's policy lacks, if only on some resources, since the managed policies grant them."""

    unit: str
    actions: tuple[str, ...]


def beside_managed(report: Report, names: Sequence[str]) -> tuple[Report, tuple[LeftOut, ...]]:
    """The report with policies for what these AWS-managed policies do not certainly grant, and what is left out.

    Raises `InputError` for a name that the embedded table does not have.
    """
    policies = granted_by(names)
    catalog = Catalog.open()
    units = [_beside(unit, policies, catalog) for unit in report.units]
    return replace(report, units=tuple(unit for unit, _ in units)), tuple(left for _, left in units)


def granted_by(names: Sequence[str]) -> tuple[GrantedPolicy, ...]:
    """The documents of AWS-managed policies by name or ARN."""
    table = ManagedPolicies()
    found: dict[str, GrantedPolicy] = {}
    for name in names:
        policy = table.find(name)
        if policy is None:
            hint = f"the table, as of {table.dated}, has names such as `AWSLambdaBasicExecutionRole`"
            raise InputError(f"`{name}` is no AWS-managed policy", hint)
        found[policy.name] = policy
    return tuple(found.values())


def _beside(unit: UnitReport, policies: tuple[GrantedPolicy, ...], catalog: Catalog) -> tuple[UnitReport, LeftOut]:
    requirements = unit.requirements
    kept = lacking(requirements, RoleGrants(unit.unit.name, policies), catalog)
    # An order that does not depend on why something is kept.
    items = tuple(item for item in requirements.items if item in kept)
    policy = build_policy(needs_of(replace(requirements, items=items)), catalog)
    left = sorted({item.action for item in requirements.items if item not in kept})
    return replace(unit, policy=policy), LeftOut(unit.unit.name, tuple(left))
