"""`iamgen scan`: the AWS calls of the code, with their places, and what could not be resolved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from iamgen.cli.exits import leave
from iamgen.cli.options import project_options, report_options, target
from iamgen.cli.output import view, write_data, write_file
from iamgen.pipeline import scan as scan_calls
from iamgen.render.reports import Show, render


@click.command()
@project_options
@report_options
@click.option(
    "--graph",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the call graph to this file too: DOT, or JSON for a name that ends in .json.",
)
@click.option("--strict", is_flag=True, help="Leave with 1 when something could not be resolved.")
def scan(format_: str, output: Path | None, graph: Path | None, strict: bool, **which: Any) -> None:
    """List the AWS calls that the code makes, and what could not be resolved."""
    goal = target(**which)
    report = scan_calls(goal.path, goal.options)
    if graph is not None:
        from iamgen.render.graphs import call_graph, to_dot, to_json

        drawn = call_graph(unit.usage for unit in report.units)
        write_file(graph, to_json(drawn) if graph.suffix == ".json" else to_dot(drawn))
    write_data(render(report, view(report, Show.CALLS, output), format_), output)
    leave(report, findings=strict and any(not unit.complete for unit in report.units))
