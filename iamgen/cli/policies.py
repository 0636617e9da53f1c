"""`iamgen diff OLD.json NEW.json`: what a change to a policy or a role newly allows and no longer allows."""

from __future__ import annotations

from pathlib import Path

import click

from iamgen.cli.main import CLEAN, FINDINGS
from iamgen.cli.output import tell, write_data
from iamgen.core.errors import InputError
from iamgen.deployed.grants import RoleGrants


def compare_files(old: Path, new: Path, format_: str, output: Path | None) -> None:
    """Compare the policies or roles of two files, write the report, and leave: 0 when both allow the same."""
    from iamgen.catalog.store import Catalog
    from iamgen.deployed.files import read_file
    from iamgen.policy.change import compare_policies
    from iamgen.policy.reach import GrantSet
    from iamgen.render.changes import RoleChange, changes_as_json, changes_as_text

    if format_ not in ("terminal", "json"):
        raise InputError(f"two policies are not compared in the form `{format_}`", "use terminal or json")
    before, after = read_file(old), read_file(new)
    catalog = Catalog.open()
    changes: list[RoleChange] = []
    unread: list[str] = []
    for name, (was, now) in _pairs(before, after).items():
        for role in (was, now):
            unread += [f"{name}: {text}" for text in (role.unread if role else ())]
        change = compare_policies(was.grant_set if was else GrantSet(), now.grant_set if now else GrantSet(), catalog)
        labels = (old.name, new.name) if name is None else (f"{old.name} {name}", f"{new.name} {name}")
        changes.append(RoleChange(*labels, change))
    for text in dict.fromkeys(unread):
        tell(f"iamgen: not read, so not compared: {text}")
    write_data(changes_as_json(changes) if format_ == "json" else changes_as_text(changes), output)
    same = all(change.change.equal for change in changes) and not unread
    click.get_current_context().exit(CLEAN if same else FINDINGS)


def _pairs(
    before: tuple[RoleGrants, ...], after: tuple[RoleGrants, ...]
) -> dict[str | None, tuple[RoleGrants | None, RoleGrants | None]]:
    """The roles of both sides by name; one role on each side is a pair whatever its name."""
    if len(before) == len(after) == 1:
        return {None: (before[0], after[0])}
    old, new = ({role.role: role for role in side} for side in (before, after))
    return {name: (old.get(name), new.get(name)) for name in sorted({*old, *new})}
