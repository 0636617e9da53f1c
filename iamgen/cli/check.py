"""`iamgen check`: the gate of a build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from iamgen.cli.exits import leave
from iamgen.cli.options import against_options, comparand, project_options, report_options, target
from iamgen.cli.output import tell, view, write_data, write_file
from iamgen.config import SEVERITIES
from iamgen.core.errors import InputError
from iamgen.diff.baseline import Baseline, baseline_text, read_baseline
from iamgen.diff.findings import Loosening
from iamgen.pipeline import check as check_project
from iamgen.render.reports import Show, render


@click.command()
@project_options
@against_options
@report_options
@click.option("--baseline", type=click.Path(path_type=Path), help="The file of accepted findings.")
@click.option("--accept", is_flag=True, help="Write all present findings to the baseline instead of failing.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), show_default="warning", help="The least severity that fails.")
@click.option(
    "--base",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The same path in a checkout of a change's base: its settings decide, and what the change loosens is told.",
)
@click.option("--ignore", multiple=True, metavar="RULE", help="A rule to leave out (repeatable).")
def check(
    format_: str,
    output: Path | None,
    baseline: Path | None,
    accept: bool,
    fail_on: str | None,
    base: Path | None,
    ignore: tuple[str, ...],
    **which: Any,
) -> None:
    """Gate a build: findings against a baseline, by severity.

    Leaves with 1 when a finding is at least as severe as `--fail-on` and not in the baseline. What could not
    be resolved is a finding too.
    """
    against = comparand(which)
    if accept:
        if base is not None:
            raise click.UsageError("`--base` and `--accept` exclude each other")
        goal = target(**which)
        file = baseline or goal.config.baseline
        if file is None:
            raise InputError("nowhere to accept findings", "name the file with `--baseline`")
        before = read_baseline(file) if file.exists() else Baseline()
        report = check_project(goal.path, goal.options, against, None, frozenset((*goal.config.ignore, *ignore)))
        write_file(file, baseline_text(before.accepting(report.findings)))
        tell(f"accepted {len(report.findings)} findings in {file}")
        leave(report, findings=False)
    loosened: tuple[Loosening, ...] = ()
    if base is not None:
        from iamgen.cli.base import gate_of

        gate = gate_of(which["path"], base, baseline)
        goal = target(**which, settings=gate.config, counted=gate.counted)
        accepted, loosened = gate.baseline, gate.loosened
    else:
        goal = target(**which)
        file = baseline or goal.config.baseline
        accepted = read_baseline(file) if file is not None else None
    report = check_project(
        goal.path, goal.options, against, accepted, frozenset((*goal.config.ignore, *ignore)), loosened
    )
    write_data(render(report, view(report, Show.FINDINGS, output), format_), output)
    for one in report.stale:
        tell(f"accepted but no longer found: {one.rule} {one.function or ''} {one.message}")
    least = SEVERITIES.index(fail_on or goal.config.fail_on or "warning")
    leave(report, findings=any(SEVERITIES.index(finding.severity) >= least for finding in report.findings))
