"""Code, template and deployed role side by side: as lines of text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from iamgen.diff.drift import Row, ThreeWay
from iamgen.policy.change import Change

_LISTED: Final = 100  # actions named for one change; the count says how many there are
_NAMED: Final = 3  # actions named in a line


def drift_lines(drift: ThreeWay) -> Iterator[str]:
    """A table of what the three do not agree on, and how the deployed role differs from the declared one."""
    rows = [row for row in drift.rows if not row.agrees]
    if rows:
        yield f"{'code':<10}{'template':<10}{'live':<10}"
        for row in rows:
            yield f"{row.code:<10}{row.template:<10}{row.live:<10}{row.action} on {row.resource}"
    for change in drift.change.newly_allowed:
        yield f"only the deployed role allows {_change(change)}"
    for change in drift.change.no_longer_allowed:
        yield f"only the template's role allows {_change(change)}"
    for doubt in drift.change.undecided:
        yield f"perhaps the two roles differ: {doubt.reason}"
    if not rows and not drift.drift and not drift.change.undecided:
        yield "deployed as declared"


def _change(change: Change) -> str:
    more = len(change.actions) - _NAMED
    return ", ".join(change.actions[:_NAMED]) + (f" and {more:,} more" if more > 0 else "") + f" on {change.resource}"


def drift_data(drift: ThreeWay) -> dict[str, Any]:
    """The same as plain data, rows on which all three agree included."""
    return {
        "rows": [_row(row) for row in drift.rows],
        "only_live": [_change_data(change) for change in drift.change.newly_allowed],
        "only_template": [_change_data(change) for change in drift.change.no_longer_allowed],
        "undecided": [doubt.reason for doubt in drift.change.undecided],
    }


def _row(row: Row) -> dict[str, str]:
    return {
        "action": row.action,
        "resource": row.resource,
        "code": row.code.value,
        "template": row.template.value,
        "live": row.live.value,
    }


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "policy": change.statement.policy,
        "statement": change.statement.index,
        "actions": list(change.actions[:_LISTED]),
        "count": len(change.actions),
        "resource": change.resource,
        "witness": {"action": change.request.action, "resource": change.request.resource},
    }
