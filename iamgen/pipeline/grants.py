"""Each unit with the role that it is compared with: declared, of a file, deployed, or what the code once needed."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from iamgen.core.errors import CredentialsError, InputError
from iamgen.core.text import Text
from iamgen.pipeline.options import Live, PolicyFile
from iamgen.pipeline.units import Task
from iamgen.policy.model import Policy
from iamgen.project.model import Unit
from iamgen.render.model import Report

if TYPE_CHECKING:
    from iamgen.deployed.live import LiveReader, LiveUnit, Stack


class NoRoleError(InputError):
    """Nothing that was asked for has a role to compare with."""


def declared_tasks(units: tuple[Unit, ...], others: tuple[Unit, ...] = ()) -> tuple[Task, ...]:
    """Each unit with the role that its template gives it; of the others those that have such a role too."""
    from iamgen.deployed.declared import read_declared
    from iamgen.deployed.managed import ManagedPolicies

    if not any(unit.role is not None for unit in units):
        raise NoRoleError("nothing here declares a role", "name one with `--against role.json` or `--against live`")
    managed = ManagedPolicies()
    asked = {unit.name for unit in units}
    roles = {unit.role.name for unit in units if unit.role is not None and not unit.role.external}
    sharing = tuple(one for one in others if one.name not in asked and one.role is not None and one.role.name in roles)
    return tuple(
        Task(unit, None if unit.role is None else read_declared(unit.role, managed), asked=unit.name in asked)
        for unit in sorted((*units, *sharing), key=lambda unit: unit.name)
    )


def file_tasks(units: tuple[Unit, ...], file: PolicyFile) -> tuple[Task, ...]:
    """Each unit with its role of the file: the only one, or the one of its name."""
    from iamgen.deployed.files import read_file
    from iamgen.deployed.matching import RoleIndex, names_of

    name = file.path.name
    roles = read_file(file.path)
    if file.region is not None:
        roles = tuple(replace(r, symbols=MappingProxyType({**r.symbols, "AWS::Region": file.region})) for r in roles)
    if len(roles) == 1 and len(units) == 1:
        return (Task(units[0], roles[0]),)
    if len(roles) == 1:
        raise InputError(
            f"`{name}` holds one role, and there are {len(units)} functions", "choose one with `--function`"
        )
    index = RoleIndex(roles, name)
    if not any(index.find(unit) for unit in units):
        looked = ", ".join(f"`{one}`" for unit in units[:3] for one in names_of(unit))
        raise InputError(f"`{name}` holds no role of these functions", f"looked for {looked}")
    return tuple(Task(unit, index.of(unit)) for unit in units)


def live_tasks(units: tuple[Unit, ...], live: Live, stack_name: str | None = None) -> tuple[Task, ...]:
    """Each unit with its deployed role, and its environment as it is there.

    `stack_name` is the stack that the project's own settings name: it counts where the user names none.
    A unit that is not deployed is undecided beside the others; when none is, that is an error.
    """
    from iamgen.deployed.grants import RoleGrants
    from iamgen.deployed.live import LiveReader

    declared = declared_tasks(units) if live.columns else tuple(Task(unit) for unit in units)
    reader = LiveReader(profile=live.profile, region=live.region, assume_role=live.assume_role)
    stack, note = _stack(reader, live, stack_name)
    if live.tags:
        live = replace(live, names={**reader.tagged(live.tags), **live.names})
    tasks: list[Task] = []
    absent: list[InputError] = []
    for unit, other in zip(units, declared, strict=True):
        try:
            deployed = _deployed(reader, unit, live, stack)
        except InputError as error:
            absent.append(error)
            unknown = RoleGrants(f"{unit.name}Role", unread=(error.message,), limits_unread=True)
            tasks.append(Task(unit, unknown, other.grants))
            continue
        grants = deployed.grants if note is None else replace(deployed.grants, notes=(*deployed.grants.notes, note))
        tasks.append(Task(_as_deployed(unit, deployed), grants, other.grants))
    if absent and len(absent) == len(units):
        raise absent[0]
    return tuple(tasks)


def _stack(reader: LiveReader, live: Live, stack_name: str | None) -> tuple[Stack | None, str | None]:
    """The stack, and what is to be said where the project's own cannot be read: its functions may have names."""
    if live.stack is not None:
        return reader.stack(live.stack), None
    if stack_name is None or live.tags:
        return None, None
    try:
        return reader.stack(stack_name), None
    except (InputError, CredentialsError) as error:
        return None, f"the stack `{stack_name}` of the project's settings was not read: {error.message}"


def _deployed(reader: LiveReader, unit: Unit, live: Live, stack: Stack | None) -> LiveUnit:
    if unit.configuration is None or unit.configuration.service != "ecs":
        return reader.function(_deployed_name(unit, live, stack), stack=stack, reference=unit.name)
    family = unit.configuration.settings.get("Family")
    name = live.names.get(unit.name)
    if name is None and stack is not None:
        # A unit is named after its definition, with its container's name where there are several programs.
        own = [one for one in stack.tasks if unit.name == one or unit.name.startswith(f"{one}-")]
        name = stack.physical(max(own, key=len)) if own else None
    if name is None:
        name = (family.literal if isinstance(family, Text) else None) or unit.name
    return reader.task(name, stack=stack, container=unit.container)


def _as_deployed(unit: Unit, deployed: LiveUnit) -> Unit:
    """The unit with its environment as it is deployed."""
    if deployed.environment is None:
        return unit
    values = {name: (Text.of(value),) for name, value in deployed.environment.items()}
    known = unit.environment or {}
    if unit.container is not None:
        # Secrets, and what ECS itself sets, are no variables of the definition.
        return replace(unit, environment=MappingProxyType({**known, **values}))
    # What Lambda itself sets and the configuration does not show is known of the template,
    # and so are the references that stand in inline code.
    own = {name: texts for name, texts in known.items() if name.startswith(("AWS_", "${"))}
    return replace(unit, environment=MappingProxyType({**own, **values}))


def _deployed_name(unit: Unit, live: Live, stack: Stack | None) -> str:
    if unit.name in live.names:
        return live.names[unit.name]
    name = unit.configuration.function_name if unit.configuration is not None else None
    literal = (name.literal if name is not None else None) or unit.name
    # The project's own stack may be one of several that its functions are in.
    if stack is not None and (live.stack is not None or unit.name in stack.resources):
        return stack.physical(unit.name)
    if live.tags and literal not in live.names:
        raise InputError(f"no deployed function with these tags is `{literal}`", "name it with `--live-name`")
    return live.names.get(literal, literal)


def since_tasks(units: tuple[Unit, ...], revision: str, before: Report) -> tuple[Task, ...]:
    """Each unit with what its code needed at the revision; a new unit with nothing."""
    from iamgen.deployed.grants import GrantedPolicy, PolicyKind, RoleGrants

    name = f"the code at {revision}"
    policies = {unit.unit.name: unit.policy for unit in before.units}
    return tuple(
        Task(
            unit,
            RoleGrants(name, (GrantedPolicy(name, PolicyKind.INLINE, policies.get(unit.name, Policy()), name),)),
            revision=True,
        )
        for unit in units
    )
