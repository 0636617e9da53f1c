"""Terraform: a file of iamgen's own beside the functions of a module."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

from iamgen.pipeline.writing.files import inside
from iamgen.pipeline.writing.model import Change, Outcome, Plan, Verdict
from iamgen.render.edits.source import Unwritable
from iamgen.render.model import Report, UnitReport
from iamgen.render.policies import emit

NAME: Final = "iamgen_policies.tf"
_FIRST: Final = "# Written by `iamgen generate --write`, which replaces this file.\n\n"
_HEAD: Final = re.compile(r'(?:data "[a-z_]+"|variable) "[^"]+"')
_DOCUMENT: Final = re.compile(r'^data "aws_iam_policy_document" "([^"]+)"', re.MULTILINE)


def plan_terraform(root: Path, report: Report) -> Plan:
    """One file a module; what the module declares itself is not declared again."""
    outcomes: list[Outcome] = []
    changes: list[Change] = []
    modules: dict[str, list[UnitReport]] = {}
    for unit in report.units:
        gaps = unit.gaps
        if gaps:
            more = f" and {len(gaps) - 1} more" if gaps[1:] else ""
            reason = f"may need more: {gaps[0].location}: {gaps[0].kind}: {gaps[0].message}{more}"
            outcomes.append(Outcome((unit.unit.name,), Verdict.LEFT, reason))
        else:
            folder = PurePosixPath(unit.unit.source.template or NAME).parent
            modules.setdefault((folder / NAME).as_posix(), []).append(unit)
    for shown, units in sorted(modules.items()):
        names = tuple(unit.unit.name for unit in units)
        try:
            path = _place(root, shown)
            before = _own(path, shown)
            after = (_FIRST + _alone(emit(units, "terraform"), path)).encode()
        except Unwritable as error:
            outcomes.append(Outcome(names, Verdict.LEFT, error.message))
            continue
        except OSError as error:
            outcomes.append(Outcome(names, Verdict.LEFT, f"`{shown}` cannot be read: {error.strerror or error}"))
            continue
        if before == after:
            outcomes.append(Outcome(names, Verdict.LEAST, f"`{shown}`"))
        else:
            changes.append(Change(path, shown, before, after))
            note = "a role takes it by `policy = data.aws_iam_policy_document.NAME.json`"
            outcomes.append(Outcome(names, Verdict.CHANGED, f"policy documents in `{shown}`", (note,)))
    return Plan(report, tuple(sorted(outcomes, key=lambda one: one.units)), tuple(changes))


def _place(root: Path, shown: str) -> Path:
    """Where the file is written; raises `Unwritable` in what Terraform has downloaded."""
    if ".terraform" in PurePosixPath(shown).parts:
        raise Unwritable(f"`{shown}` would lie in a downloaded module")
    return inside(root, shown)


def _own(path: Path, shown: str) -> bytes | None:
    """The file as it is, None where there is none; raises `Unwritable` for somebody else's."""
    if not path.exists():
        return None
    data = path.read_bytes()
    if not data.startswith(_FIRST.strip().encode()):
        raise Unwritable(f"`{shown}` is there and not of iamgen's making")
    return data


def _alone(text: str, path: Path) -> str:
    """The text without what other files of the module declare; documents with names that are free."""
    others = [
        one.read_text("utf-8", "replace")
        for one in sorted(path.parent.glob("*.tf"))
        if one.name != NAME and one.is_file()
    ]
    taken = {" ".join(found.split()) for other in others for found in _HEAD.findall(other)}

    def free(found: re.Match[str]) -> str:
        name = found[1]
        while f'data "aws_iam_policy_document" "{name}"' in taken:
            name += "_least"
        return f'data "aws_iam_policy_document" "{name}"'

    blocks = _DOCUMENT.sub(free, text).rstrip("\n").split("\n\n")
    heads = [(block, _HEAD.match(block)) for block in blocks]
    return "\n\n".join(block for block, head in heads if head is None or head[0] not in taken) + "\n"
