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
@click.option(
    "--managed",
    multiple=True,
    metavar="NAME",
    help="An AWS-managed policy that the roles have: what it grants is left out (repeatable).",
)
@click.option("--write", is_flag=True, help="Put the policies into the project's own files; shows what would change.")
@click.option("--yes", is_flag=True, help="With --write: write the files.")
@click.option("--strict", is_flag=True, help="Leave with 1 when a function's policy may be incomplete.")
@click.pass_context
def generate(
    context: click.Context,
    /,
    format_: str,
    emitter: str,
    output: Path | None,
    max_size: int | None,
    managed: tuple[str, ...],
    strict: bool,
    write: bool,
    yes: bool,
    **which: Any,
) -> None:
    """Write the least policy that each function needs.

    One function's policy is printed as such, several as an object by name. What could not be resolved
    is told on standard error. With `--write`, the project's own template gets the policies instead.
    """
    if yes and not write:
        raise click.UsageError("--yes goes with --write")
    if write:
        for name, option in (
            ("format_", "--format"),
            ("emitter", "--emit"),
            ("output", "-o"),
            ("max_size", "--max-size"),
            ("managed", "--managed"),
        ):
            if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
                raise click.UsageError(f"--write and {option} exclude each other")
        _write(yes, strict, **which)
        return
    if max_size is not None and (output is None or emitter != "policy" or format_ != "terminal"):
        raise click.UsageError("--max-size needs -o DIRECTORY and --emit policy")
    goal = target(**which)
    report = generate_policies(goal.path, goal.options)
    if names := managed or goal.config.managed:
        report = _beside_managed(report, names)
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


def _write(yes: bool, strict: bool, **which: Any) -> None:
    """Show what would change in the project's files, and change it where that is wanted."""
    from iamgen.cli.writing import show, write
    from iamgen.pipeline.writing import plan

    goal = target(**which)
    found = plan(goal.path, goal.options)
    show(found)
    if yes:
        write(found.changes)
    elif found.changes:
        tell("nothing is written: run again with --yes")
    waiting = bool(found.changes) and not yes
    leave(found.report, findings=waiting or (strict and any(not unit.complete for unit in found.report.units)))


def _beside_managed(report: Report, names: tuple[str, ...]) -> Report:
    """The report without what AWS-managed policies grant; that is told."""
    from iamgen.pipeline.managed import beside_managed

    report, left_out = beside_managed(report, names)
    listed = ", ".join(f"`{name}`" for name in names)
    for one in left_out:
        if one.actions:
            tell(f"{one.unit}: left out, granted by {listed}: {', '.join(one.actions)}")
    return report


def _tell_gaps(report: Report) -> None:
    for unit in report.units:
        for gap in unit.gaps:
            tell(f"{unit.unit.name}: may be incomplete: {gap.location}: {gap.kind}: {gap.message}")
    for problem in report.problems:
        tell(f"{problem.location}: {problem.message}")
