"""Which role of many is a unit's: by its name, or by the name that CloudFormation makes of a logical id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from iamgen.deployed.grants import RoleGrants, role_name
from iamgen.project.model import Unit

# `<stack>-<logical id>-<random>`: a logical id holds letters and digits only.
# Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
_GENERATED = re.compile(r".+-(?P<logical>[A-Za-z0-9]+)-[A-Za-z0-9]{8,14}")


class RoleIndex:
    """Roles by name; a look-up does not depend on how many there are."""

    def __init__(self, roles: Iterable[RoleGrants], source: str) -> None:
        self._source = source
        self.roles = tuple(roles)
        generated: dict[str, list[RoleGrants]] = {}
        for role in self.roles:
            if match := _GENERATED.fullmatch(role.role):
                generated.setdefault(match["logical"], []).append(role)
        self._by_name: Mapping[str, RoleGrants] = MappingProxyType({role.role: role for role in self.roles})
        self._generated = generated

    def find(self, unit: Unit) -> RoleGrants | None:
        """The unit's role; None when none or several could be."""
        for name in names_of(unit):
            if name in self._by_name:
                return self._by_name[name]
        for name in names_of(unit):
            found = self._generated.get(name, ())
            if len(found) == 1:
                return found[0]
        return None

    def of(self, unit: Unit) -> RoleGrants:
        """The unit's role; when it is not found, grants of which nothing could be read."""
        found = self.find(unit)
        if found is not None:
            return found
        names = names_of(unit)
        several = any(len(self._generated.get(name, ())) > 1 for name in names)
        what = "holds several roles that may be" if several else "holds no role called"
        return RoleGrants(
            names[0],
            unread=(f"`{self._source}` {what} {' or '.join(f'`{name}`' for name in names)}",),
            limits_unread=True,
        )


def names_of(unit: Unit) -> tuple[str, ...]:
    """The names that the unit's role may have: the declared one, the one that SAM makes, the unit's own."""
    declared = () if unit.role is None else (role_name(unit.role.name),)
    return tuple(dict.fromkeys((*declared, f"{unit.name}Role", unit.name)))
