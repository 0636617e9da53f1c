"""How a command ends: 0 clean, 1 findings, 3 when iamgen itself failed on a function."""

from __future__ import annotations

import click

from iamgen.cli.main import CLEAN, FINDINGS, INTERNAL
from iamgen.cli.output import current, tell
from iamgen.render.model import Report


def leave(report: Report, *, findings: bool) -> None:
    """Leave the command with the code that the report asks for."""
    failed = [unit for unit in report.units if unit.failed]
    if failed:
        more = f" and {len(failed) - 1} more" if failed[1:] else ""
        tell(f"iamgen: error: {failed[0].unit.name}{more}: {failed[0].gaps[0].message} (the others are not affected)")
    if (recording := current()) is not None and not report.failed:
        recording.depend((report.root,))
        recording.finish()
    code = INTERNAL if report.failed else FINDINGS if findings else CLEAN
    click.get_current_context().exit(code)
