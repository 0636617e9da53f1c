"""`iamgen diff`: what the code needs against what its roles grant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from iamgen.cli.exits import leave
from iamgen.cli.options import against_options, comparand, project_options, report_options, target
from iamgen.cli.output import view, write_data
from iamgen.cli.policies import compare_files
from iamgen.pipeline import diff as compare
from iamgen.render.reports import Show, render


@click.command()
@project_options
@click.argument("new", required=False, type=click.Path(path_type=Path))
@against_options
@report_options
@click.option("--strict", is_flag=True, help="Leave with 1 for what is undecided or incomplete, too.")
def diff(format_: str, output: Path | None, new: Path | None, strict: bool, **which: Any) -> None:
    """Compare what the code needs with what its roles grant.

    Leaves with 1 when a permission is missing or granted in vain. With NEW, PATH and NEW are files of
    policies or roles: tells what NEW newly allows and no longer allows.
    """
    if new is not None:
        compare_files(which["path"], new, format_, output)
    against = comparand(which)
    goal = target(**which)
    report = compare(goal.path, goal.options, against)
    write_data(render(report, view(report, Show.DIFFERENCES, output), format_), output)
    leave(report, findings=report.drift or (strict and not report.certain))
