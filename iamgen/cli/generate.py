"""`iamgen generate`: the least policy of each function."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from iamgen.cli.exits import leave
from iamgen.cli.fitting import tell_sizes, write_fitted
from iamgen.cli.options import project_options, target
from iamgen.cli.output import tell, view, write_data, write_file
from iamgen.pipeline import generate as generate_policies
from iamgen.render.model import Report
from iamgen.render.policies import EMITTERS, emit, file_name
from iamgen.render.reports import FORMATS, Show, render


@click.command()
@project_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="terminal",
    show_default=True,
    help="How the result is reported.",
)
@click.option(
    "--emit",
    "emitter",
    type=click.Choice(EMITTERS),
    default="policy",
    show_default=True,
    help="How the policies are written.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A directory for one file a function; or the report's file with --format.",
)
@click.option(
    "--max-size",
    type=click.IntRange(min=200),
    metavar="CHARACTERS",
    help="With -o: several files where a policy is larger (6144: a managed policy).",
)
@click.option("--strict", is_flag=True, help="Leave with 1 when a function's policy may be incomplete.")
def generate(format_: str, emitter: str, output: Path | None, max_size: int | None, strict: bool, **which: Any) -> None:
    """Write the least policy that each function needs.

    One function's policy is printed as such, several as an object by name. What could not be resolved
    is told on standard error.
    """
    if max_size is not None and (output is None or emitter != "policy" or format_ != "terminal"):
        raise click.UsageError("--max-size needs -o DIRECTORY and --emit policy")
    goal = target(**which)
    report = generate_policies(goal.path, goal.options)
    if format_ != "terminal":
        write_data(render(report, view(report, Show.POLICIES, output), format_), output)
    elif output is None:
        write_data(emit(report.units, emitter))
    elif max_size is not None:
        write_fitted(report.units, output, max_size)
    else:
        for unit in report.units:
            path = output / file_name(unit, emitter)
            write_file(path, emit((unit,), emitter))
            tell(f"wrote {path}")
    if format_ == "terminal":
        _tell_gaps(report)
        if max_size is None:
            tell_sizes(report.units)
    leave(report, findings=strict and any(not unit.complete for unit in report.units))


def _tell_gaps(report: Report) -> None:
    for unit in report.units:
        for gap in unit.gaps:
            tell(f"{unit.unit.name}: may be incomplete: {gap.location}: {gap.kind}: {gap.message}")
    for problem in report.problems:
        tell(f"{problem.location}: {problem.message}")
