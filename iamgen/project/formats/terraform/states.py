"""Other root modules of the project whose outputs a configuration reads: `data "terraform_remote_state"`.

A reader and a writer are brought together by where both say that the state lies: the `backend` block of one and
the `config` of the other.
Source: https://developer.hashicorp.com/terraform/language/state/remote-state-data
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from iamgen.core.errors import InputError
from iamgen.project.formats.levels import levels
from iamgen.project.formats.terraform.calls import literal
from iamgen.project.formats.terraform.compiled import Compiler
from iamgen.project.formats.terraform.evaluate import Evaluator
from iamgen.project.formats.terraform.modules import Module, State
from iamgen.project.limits import NEIGHBOURS
from iamgen.project.request import Request

_REMOTE: Final = "terraform_remote_state"
_BACKEND: Final = re.compile(r"^\s*backend\s+\"", re.MULTILINE)
_READ: Final = 1_000_000


class OtherStates:
    """The states that the root modules of a project name, read when somebody reads one."""

    def __init__(self, request: Request) -> None:
        self.request = request

    def of(self, folder: Path) -> list[State]:
        """The states that the root module of a folder may read."""
        return [one for one in self._states if one.module.folder != folder] if self._read else []

    @cached_property
    def _texts(self) -> dict[Path, list[str]]:
        """The configuration files of the project by their folder."""
        found: dict[Path, list[str]] = {}
        for level in levels(self.request.root):
            for base, names in level:
                for name in names:
                    if name.endswith(".tf"):
                        found.setdefault(base, []).append(_start(base / name))
        return found

    @cached_property
    def _read(self) -> bool:
        return any(_REMOTE in text for texts in self._texts.values() for text in texts)

    @cached_property
    def _states(self) -> list[State]:
        writers = [base for base, texts in self._texts.items() if any(map(_BACKEND.search, texts))]
        return [state for base in writers[:NEIGHBOURS] for state in self._written(base)]

    def _written(self, base: Path) -> Iterator[State]:
        # A name before its addresses keeps them apart from those of the module that reads them.
        module = Module(base, self.request.root, address=f"{self.request.relative(base)}::")
        try:
            module.read()
        except (InputError, OSError):
            return
        Compiler(module).call_modules(module, 1)
        concrete = Evaluator(module).concrete
        for block in (inner for one in module.blocks if one.kind == "terraform" for inner in one.body.of("backend")):
            values = {key: literal(concrete.value(node, {})) for key, node in block.body.attributes.items()}
            place = {key: value for key, value in values.items() if value is not None}
            yield State(block.labels[0] if block.labels else "", place, module)


def _start(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_READ).decode("utf-8", "replace")
    except OSError:
        return ""
