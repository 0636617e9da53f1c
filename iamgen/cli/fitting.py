"""A function's policy as files within a size: `generate --max-size`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from iamgen.cli.output import tell, write_file
from iamgen.core.errors import IamgenError
from iamgen.policy.fit import fit
from iamgen.policy.limits import INLINE_ROLE_LIMIT, MANAGED_LIMIT, MAX_TEXT
from iamgen.policy.model import Policy
from iamgen.policy.parse import parse_policy_text
from iamgen.policy.serialise import size, to_json
from iamgen.render.model import UnitReport
from iamgen.render.policies import file_name

_SUFFIX = ".policy.json"
_LABEL = re.compile(r"-[01]+(?:x\d+)?(?:-n\d+)?")  # of the second part and further ones


def write_fitted(units: Sequence[UnitReport], folder: Path, limit: int) -> None:
    """Write each function's policy as files of at most `limit` characters.

    What an earlier run wrote into the folder keeps its place, so an added permission changes one file.
    """
    taken = {file_name(unit, "policy") for unit in units}
    for unit in units:
        own = file_name(unit, "policy")
        name = own.removesuffix(_SUFFIX)
        earlier = dict(_earlier(folder, name, taken - {own}))
        parts = fit(unit.policy, limit, name=name, previous=earlier if len(earlier) > 1 else None)
        for part, policy in parts.items():
            path = folder / (part + _SUFFIX)
            write_file(path, to_json(policy))
            tell(f"wrote {path}")
        for stale in sorted(set(earlier) - set(parts)):
            tell(f"{unit.unit.name}: {folder / (stale + _SUFFIX)} is of an earlier run and no longer needed: remove it")


def _earlier(folder: Path, name: str, others: Iterable[str]) -> Iterator[tuple[str, Policy]]:
    """The parts that an earlier run wrote; what is no policy is none of them."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        stem = path.name.removesuffix(_SUFFIX)
        label = stem.removeprefix(name)
        ours = path.name.endswith(_SUFFIX) and stem.startswith(name) and path.name not in others
        if not ours or (label and not _LABEL.fullmatch(label)) or not path.is_file():
            continue
        try:
            with path.open(encoding="utf-8") as file:
                yield stem, parse_policy_text(file.read(MAX_TEXT + 1), path.name)
        except (OSError, UnicodeDecodeError, IamgenError):
            continue


def tell_sizes(units: Iterable[UnitReport]) -> None:
    """Say which policies AWS would refuse for their size."""
    for unit in units:
        if (characters := size(unit.policy)) > INLINE_ROLE_LIMIT:
            tell(
                f"{unit.unit.name}: the policy has {characters:,} characters, an inline policy may have"
                f" {INLINE_ROLE_LIMIT:,}: write managed policies with `-o DIRECTORY --max-size {MANAGED_LIMIT}`"
            )
