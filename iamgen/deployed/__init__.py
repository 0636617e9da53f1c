"""What a role really grants: declared in a template, read from files, or asked of AWS.

Every reader gives the same value, `RoleGrants`: the role's policies, each with its name, kind and
origin, what limits them, and what could not be read. What could not be read is never taken as
absent: it makes answers undecided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iamgen.core.lazy import lazily

if TYPE_CHECKING:
    from iamgen.deployed.declared import read_declared
    from iamgen.deployed.files import read_file
    from iamgen.deployed.grants import GrantedPolicy, PolicyKind, RoleGrants
    from iamgen.deployed.managed import ManagedPolicies

_HOMES: Final = {
    "GrantedPolicy": "iamgen.deployed.grants",
    "ManagedPolicies": "iamgen.deployed.managed",
    "PolicyKind": "iamgen.deployed.grants",
    "RoleGrants": "iamgen.deployed.grants",
    "read_declared": "iamgen.deployed.declared",
    "read_file": "iamgen.deployed.files",
}

__all__ = [
    "GrantedPolicy",
    "ManagedPolicies",
    "PolicyKind",
    "RoleGrants",
    "read_declared",
    "read_file",
]

__getattr__ = lazily(__name__, _HOMES)
