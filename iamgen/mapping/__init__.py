"""Usage -> Requirements: the only place where SDK calls meet IAM.

`require` takes a unit's API calls and gives the permissions that its role needs, each with the
calls that need it: the catalog says which actions an operation needs, `triggers` which of them
this request needs, `resources` and `shapes/` on which ARNs, `conditions` under which conditions,
and `runtime` what the deployment needs by itself. `needs_of` does it for one call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iamgen.core.lazy import lazily

if TYPE_CHECKING:
    from iamgen.mapping.requirements import needs_of, require

_HOMES: Final = {
    "needs_of": "iamgen.mapping.requirements",
    "require": "iamgen.mapping.requirements",
}

__all__ = [
    "needs_of",
    "require",
]

__getattr__ = lazily(__name__, _HOMES)
