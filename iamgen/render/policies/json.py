"""Plain IAM policy documents: one as itself, several as an object by function."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from iamgen.policy.serialise import to_document, to_json
from iamgen.render.model import UnitReport

SUFFIX: Final = ".policy.json"


def render(units: Sequence[UnitReport]) -> str:
    """The documents as JSON text."""
    if len(units) == 1:
        return to_json(units[0].policy)
    return json.dumps({unit.unit.name: to_document(unit.policy) for unit in units}, indent=2) + "\n"
