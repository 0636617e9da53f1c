"""`iamgen evaluate`: AWS's answer to one request, from policy documents alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from iamgen.policy.evaluate import Decision
    from iamgen.policy.model import Policy

_ALLOWED, _DENIED = 0, 1
_MAX_BYTES = 4_000_000  # of one file: far beyond AWS's limits, small enough to read whole


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
    """Tell whether POLICY (a JSON document; `-` is standard input) allows a request.

    Prints allowed, explicit deny or implicit deny, with the statement that decides it. Several
    documents count as the policies of one identity. Exit code 0: allowed, 1: denied.
    """
    from iamgen.policy.evaluate import Request
    from iamgen.policy.evaluate import evaluate as decide
    from iamgen.policy.model import NamedPolicy

    request = Request(_action(action), resource, _context(context))
    decision = decide(
        [NamedPolicy(_name(path), _read(path)) for path in policies],
        request,
        boundary=_read(boundary) if boundary else None,
        session=[_read(path) for path in sessions] if sessions else None,
        scps=[[_read(path)] for path in scps],
    )
    click.echo(_as_json(decision) if form == "json" else _as_text(decision, action, resource))
    raise click.exceptions.Exit(_ALLOWED if decision.allowed else _DENIED)


def _action(text: str) -> str:
    from iamgen.core.errors import InputError

    prefix, _, name = text.partition(":")
    if not prefix or not name or any(c in text for c in "*? "):
        raise InputError(f"`{text}` is not one action", "write it as service:Action, for example s3:GetObject")
    return text


def _context(entries: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    from iamgen.core.errors import InputError

    out: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        key, equals, value = entry.partition("=")
        if not equals or not key:
            raise InputError(f"`{entry}` is not of the form KEY=VALUE", "for example aws:SecureTransport=true")
        out[key.casefold()] = (*out.get(key.casefold(), ()), value)
    return out


def _name(path: str) -> str:
    return "standard input" if path == "-" else path


def _read(path: str) -> Policy:
    from iamgen.core.errors import InputError
    from iamgen.policy.parse import parse_policy_text

    try:
        if path == "-":
            data = sys.stdin.buffer.read(_MAX_BYTES + 1)
        else:
            if not Path(path).is_file():
                raise InputError(f"`{path}` is not a file" if Path(path).exists() else f"`{path}` does not exist")
            with Path(path).open("rb") as file:
                data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise InputError(f"`{_name(path)}` is larger than {_MAX_BYTES:,} bytes")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"`{_name(path)}` is not UTF-8 text") from None
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {error.strerror or error}") from None
    return parse_policy_text(text, _name(path))


def _as_text(decision: Decision, action: str, resource: str) -> str:
    lines = [f"{decision.outcome}: {action} on {resource}", f"  {decision.reason}"]
    return "\n".join(lines)


def _as_json(decision: Decision) -> str:
    ref = decision.statement
    statement = None if ref is None else {"policy": ref.policy, "index": ref.index, "sid": ref.sid}
    return json.dumps({"decision": decision.outcome.value, "statement": statement, "reason": decision.reason}, indent=2)
