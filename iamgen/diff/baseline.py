"""The baseline: findings that somebody has read and accepted, by fingerprint, in a file beside the project.

    {"version": 1,
     "accepted": [{"fingerprint": "...", "rule": "IG202", "function": "Orders", "message": "...", "reason": "..."}]}

Only the fingerprint decides; the rest is for the reader of the file. An accepted finding that is no
longer found is *stale*, and said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from iamgen.core.errors import InputError
from iamgen.diff.rules import RULES, Finding

_VERSION = 1
_MAX_BYTES = 16 * 1024 * 1024
_HINT = "write one with `iamgen check --accept`"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted finding."""

    fingerprint: str
    rule: str
    function: str | None
    message: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is accepted."""

    accepted: tuple[Accepted, ...] = ()

    def split(self, found: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Accepted, ...]]:
        """The findings that are new, those that are accepted, and the entries that nothing stands for any more."""
        known = {one.fingerprint for one in self.accepted}
        every = tuple(found)
        new = tuple(finding for finding in every if finding.fingerprint not in known)
        old = tuple(finding for finding in every if finding.fingerprint in known)
        seen = {finding.fingerprint for finding in old}
        return new, old, tuple(one for one in self.accepted if one.fingerprint not in seen)

    def accepting(self, found: Iterable[Finding]) -> Baseline:
        """The baseline that accepts just these findings; reasons that were given are kept."""
        reasons = {one.fingerprint: one.reason for one in self.accepted}
        return Baseline(
            tuple(
                Accepted(f.fingerprint, f.rule, f.function, f.message, reasons.get(f.fingerprint, ""))
                for f in sorted(found, key=lambda f: (f.function or "", f.rule, f.message, f.fingerprint))
            )
        )


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file; raises `InputError` for one that is missing or no baseline."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"the baseline `{path.name}` is larger than {_MAX_BYTES:,} bytes")
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"cannot read the baseline `{path.name}`: {reason}", _HINT) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"the baseline `{path.name}` is not JSON: {error}", _HINT) from error
    if not isinstance(data, dict) or data.get("version") != _VERSION or not isinstance(data.get("accepted"), list):
        raise InputError(f"`{path.name}` is no baseline of version {_VERSION}", _HINT)
    return Baseline(tuple(_entry(row, path) for row in data["accepted"]))


def _entry(row: object, path: Path) -> Accepted:
    if isinstance(row, dict):
        fingerprint, rule, function = row.get("fingerprint"), row.get("rule"), row.get("function")
        message, reason = row.get("message", ""), row.get("reason", "")
        if (
            isinstance(fingerprint, str)
            and isinstance(rule, str)
            and (function is None or isinstance(function, str))
            and isinstance(message, str)
            and isinstance(reason, str)
            and rule in RULES
        ):
            return Accepted(fingerprint, rule, function, message, reason)
    raise InputError(f"`{path.name}` holds an entry that is no accepted finding: `{str(row)[:80]}`", "remove the entry")


def baseline_text(baseline: Baseline) -> str:
    """The file's content: the same baseline, the same bytes."""
    rows = [
        {
            "fingerprint": one.fingerprint,
            "rule": one.rule,
            "function": one.function,
            "message": one.message,
            **({"reason": one.reason} if one.reason else {}),
        }
        for one in baseline.accepted
    ]
    return json.dumps({"version": _VERSION, "accepted": rows}, indent=2, ensure_ascii=True) + "\n"
