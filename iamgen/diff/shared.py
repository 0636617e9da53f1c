"""Several functions with one role: what one of them needs is not granted in vain.

A framework that gives all functions of a service the same role is common. Judged alone, each function
would list what the others need as excess, and taking it away would break them. So the role's excess is
judged against what all of them need together and stands with the first; what is missing stays with
the function that lacks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iamgen.catalog.store import Catalog
from iamgen.deployed.grants import RoleGrants
from iamgen.diff.compare import compare_role
from iamgen.diff.model import Difference
from iamgen.mapping.model import Requirements
from iamgen.mapping.requirements import merge


def share_role(
    functions: Sequence[tuple[Requirements, Difference | None]], grants: RoleGrants, catalog: Catalog
) -> tuple[Difference | None, ...]:
    """The differences of functions that share a role, from those that each has alone, in the same order.

    None, of a function that could not be judged, stays None; its gaps count for the role.
    """
    names = tuple(requirements.unit for requirements, _ in functions)
    together = compare_role(
        Requirements(
            names[0],
            merge(item for requirements, _ in functions for item in requirements.items),
            gaps=tuple(dict.fromkeys(gap for requirements, _ in functions for gap in requirements.gaps)),
        ),
        grants,
        catalog,
    )
    # What may be granted in vain is the role's; what may be missing, or could not be read, is each function's.
    of_role = tuple(doubt for doubt in together.undecided if doubt.excess is not None)
    out: list[Difference | None] = []
    first = True
    for _, alone in functions:
        if alone is None:
            out.append(None)
            continue
        own = tuple(doubt for doubt in alone.undecided if doubt.excess is None)
        out.append(
            replace(
                alone,
                excess=together.excess if first else (),
                tolerated=together.tolerated if first else (),
                undecided=(*own, *of_role) if first else own,
                shared=tuple(name for name in names if name != alone.unit),
            )
        )
        first = False
    return tuple(out)
