"""From a unit to its usage: build the program, run the entry, run what escapes, collect."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iamgen.analysis import limits
from iamgen.analysis.settings import Options
from iamgen.analysis.usage import ApiCall, Gap, GapKind, Step, Usage
from iamgen.core.location import Location
from iamgen.project.model import Project, Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamgen.analysis.program.parse import Unparsable
    from iamgen.analysis.program.syntax import Module
    from iamgen.catalog.store import Catalog

    Load = Callable[[bytes, str], Module | Unparsable]


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """A usage, what was read for it (relative path -> digest) and what was looked for in vain."""

    usage: Usage
    files: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


def analyse(
    unit: Unit, project: Project, catalog: Catalog, *, options: Options | None = None, load: Load | None = None
) -> AnalysisResult:
    """A unit's usage. Never raises for what the code is: that becomes a gap.

    `load` parses in the place of the parser, from a cache for example.
    """
    from iamgen.analysis.program.modules import Program
    from iamgen.analysis.program.parse import parse

    settings = options or Options()
    program = Program(
        project.root,
        unit.search_path,
        inline=getattr(unit, "inline", None),
        site_packages=settings.site_packages,
        load=load or parse,
    )
    gaps = [Gap(GapKind.DECLARATION, problem.location, problem.message) for problem in unit.problems]
    ran = Usage(unit.name)
    if unit.entry is None:
        if not gaps:
            place = Location(unit.source.template or unit.source.code, max(unit.source.line, 1))
            gaps.append(Gap(GapKind.UNKNOWN_ENTRY, place, f"the handler `{unit.handler}` is not found"))
    else:
        from iamgen.analysis.run import run_entry

        depth = sys.getrecursionlimit()
        sys.setrecursionlimit(max(depth, limits.PYTHON_FRAMES))
        try:
            ran = run_entry(unit, program, catalog, settings)
        finally:
            sys.setrecursionlimit(depth)
        gaps.extend(ran.gaps)
    usage = Usage(
        unit.name,
        tuple(sorted(ran.calls, key=call_order)),
        tuple(sorted(dict.fromkeys(gaps), key=gap_order)),
        tuple(sorted(ran.suppressed, key=gap_order)),
        tuple(sorted(ran.edges, key=edge_order)),
    )
    return AnalysisResult(usage, dict(sorted(program.files.items())), tuple(sorted(program.absent)))


def call_order(call: ApiCall) -> tuple[object, ...]:
    """The total order of calls: by place, then by what is sent."""
    return (
        call.location,
        call.service,
        call.operation,
        call.method,
        str(call.arguments),
        str(call.region),
        str(call.assumed_role),
    )


def edge_order(edge: tuple[Step, Step]) -> tuple[object, ...]:
    """The total order of the call graph's edges: caller, then callee."""
    return tuple(part for step in edge for part in (step.location, step.function))


def gap_order(gap: Gap) -> tuple[object, ...]:
    """The total order of gaps: by place, then by kind and message."""
    return (gap.location, gap.kind, gap.message)
