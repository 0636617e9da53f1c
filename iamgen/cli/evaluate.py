"""`iamgen evaluate`: AWS's answer to one request, from policy documents alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iamgen.cli.main import CLEAN, FINDINGS
from iamgen.cli.output import tell, write_data
from iamgen.core.errors import InputError
from iamgen.render.plain import printable

if TYPE_CHECKING:
    from iamgen.policy.evaluate import Decision, Request
    from iamgen.policy.model import Policy
    from iamgen.policy.reach import GrantSet

_STDIN = "standard input"
_MAX_BYTES = 4_000_000  # far beyond AWS's limits, small enough to read whole


@click.command("evaluate")
@click.argument("policies", metavar="POLICY...", nargs=-1, required=True)
@click.option("--action", "-a", required=True, metavar="SERVICE:ACTION", help="The action that is requested.")
@click.option(
    "--resource", "-r", default="*", show_default=True, metavar="ARN", help="The resource it is requested on."
)
@click.option(
    "--context",
    "-c",
    "context",
    multiple=True,
    metavar="KEY=VALUE",
    help="A condition key of the request; repeat the key for several values.",
)
@click.option("--boundary", metavar="FILE", help="The permissions boundary.")
@click.option("--session", "sessions", multiple=True, metavar="FILE", help="A session policy.")
@click.option(
    "--scp", "scps", multiple=True, metavar="FILE", help="A service control policy; one level for each option."
)
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
def evaluate(
    policies: Sequence[str],
    action: str,
    resource: str,
    context: Sequence[str],
    boundary: str | None,
    sessions: Sequence[str],
    scps: Sequence[str],
    form: str,
) -> None:
    """Tell whether POLICY allows a request.

    POLICY is a JSON document (`-` is standard input) or a role as `aws iam get-...` prints it; several
    count as the policies of one identity. Prints allowed, explicit deny or implicit deny, with the
    statement that decides it. Exit code 0: allowed, 1: denied.
    """
    from iamgen.policy.evaluate import Request
    from iamgen.policy.evaluate import evaluate as decide

    request = Request(_action(action), resource, _context(context))
    identity = [_read(path) for path in policies]
    limits = [limit for limit in (boundary and _only(boundary), *(grants.boundary for grants in identity)) if limit]
    if len(limits) > 1:
        raise InputError("there are two permissions boundaries", "give the role without `--boundary`")
    decision = decide(
        [policy for grants in identity for policy in grants.identity],
        request,
        boundary=limits[0] if limits else None,
        session=[_session(path) for path in sessions] if sessions else None,
        scps=[[_only(path)] for path in scps],
    )
    write_data(_as_json(decision) if form == "json" else _as_text(decision, request))
    click.get_current_context().exit(CLEAN if decision.allowed else FINDINGS)


def _action(text: str) -> str:
    prefix, _, name = text.partition(":")
    if not prefix or not name or any(c in text for c in "*? "):
        raise InputError(f"`{text}` is not one action", "write it as service:Action, for example s3:GetObject")
    return text


def _context(entries: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        key, equals, value = entry.partition("=")
        if not equals or not key:
            raise InputError(f"`{entry}` is not of the form KEY=VALUE", "for example aws:SecureTransport=true")
        out[key.casefold()] = (*out.get(key.casefold(), ()), value)
    return out


def _read(path: str) -> GrantSet:
    """The policies of a file or of standard input; what of a role could not be read is told."""
    from iamgen.deployed.files import read_file
    from iamgen.policy.model import NamedPolicy
    from iamgen.policy.parse import parse_policy_text
    from iamgen.policy.reach import GrantSet

    if path == "-":
        try:
            text = sys.stdin.buffer.read(_MAX_BYTES + 1).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InputError("standard input is not UTF-8 text") from None
        return GrantSet((NamedPolicy(_STDIN, parse_policy_text(text, _STDIN)),))
    roles = read_file(Path(path))
    if len(roles) != 1:
        raise InputError(f"`{path}` holds {len(roles)} roles", "evaluate one role or policy at a time")
    for text in roles[0].unread:
        tell(f"iamgen: not read, so not evaluated: {text}")
    return roles[0].grant_set


def _only(path: str) -> Policy:
    """The one document of a file."""
    found = _read(path).identity
    if len(found) != 1:
        raise InputError(f"`{path}` holds {len(found)} policies", "give one policy document")
    return found[0].policy


def _session(path: str) -> Policy:
    """The session policy of a file."""
    from iamgen.policy.parse import check_session_policy

    policy = _only(path)
    check_session_policy(policy, _STDIN if path == "-" else Path(path).name)
    return policy


def _as_text(decision: Decision, request: Request) -> str:
    lines = (f"{decision.outcome}: {request.action} on {request.resource}", f"  {decision.reason}")
    return "\n".join(map(printable, lines))


def _as_json(decision: Decision) -> str:
    ref = decision.statement
    statement = None if ref is None else {"policy": ref.policy, "index": ref.index, "sid": ref.sid}
    return json.dumps({"decision": decision.outcome.value, "statement": statement, "reason": decision.reason}, indent=2)
