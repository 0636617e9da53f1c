"""`iamgen explain`: why an action is there; what a rule means."""

from __future__ import annotations

import re
from typing import Any

import click

from iamgen.cli.exits import leave
from iamgen.cli.options import project_options, target
from iamgen.cli.output import write_data
from iamgen.core.errors import InputError


@click.command()
@click.argument("what", metavar="ACTION|RULE")
@project_options
@click.option(
    "--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True,
    help="How the result is reported.",
)  # fmt: skip
def explain(what: str, format_: str, **which: Any) -> None:
    """Show why an action is needed, or what a rule means.

    ACTION is an IAM action, `*` and `?` allowed (`dynamodb:PutItem`, `s3:Get*`): its call sites and the way
    to each. RULE is the id or name of a finding (`IG201`).
    """
    if not re.fullmatch(r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+|\*", what):
        write_data(_rule(what))
        return
    from iamgen.pipeline import explain as explain_action
    from iamgen.render.explanation import to_json, to_text

    goal = target(**which)
    explanation = explain_action(goal.path, what, goal.options)
    write_data(to_json(explanation) if format_ == "json" else to_text(explanation))
    leave(explanation.report, findings=False)


def _rule(name: str) -> str:
    from iamgen.diff.rules import RULES

    for rule in RULES.values():
        if name.upper() == rule.id or name.lower() == rule.name:
            return f"{rule.id} {rule.name} ({rule.severity})\n\n{rule.meaning}\n\nwhat to do: {rule.action}\n"
    raise InputError(
        f"`{name}` is neither an IAM action nor a rule", "`iamgen explain s3:GetObject` or `iamgen explain IG201`"
    )
