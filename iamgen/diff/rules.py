"""The table of findings: each rule's id, name, severity, meaning and what to do. Shown by `iamgen explain IG201`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from iamgen.analysis.usage import GapKind
from iamgen.core.location import Location
from iamgen.diff.model import Doubt
from iamgen.policy.comparison import ExcessKind, Why


class Severity(StrEnum):
    ERROR = "error"  # the code will be refused, or cannot be read, or the role is open to everything
    WARNING = "warning"  # the role grants what the code does not need, or nobody can tell
    NOTE = "note"  # something to know; it stops no gate


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding."""

    id: str
    name: str
    severity: Severity
    meaning: str
    action: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reviewer should see; `fingerprint` stays the same when lines move."""

    rule: str
    severity: Severity
    function: str | None
    message: str
    locations: tuple[Location, ...] = ()
    fingerprint: str = ""


_GAP_HELP = "resolve the place in the code, or accept the finding in the baseline after reading it"

_GAPS: tuple[tuple[GapKind, str, str, str], ...] = (
    (GapKind.DYNAMIC_OPERATION, "IG101", "a text that only the running code knows chooses the operation", _GAP_HELP),
    (GapKind.DYNAMIC_SERVICE, "IG102", "a client is made for a service that only the running code knows", _GAP_HELP),
    (GapKind.UNKNOWN_RECEIVER, "IG103", "a call looks like the SDK's, on a value of which nothing is known", _GAP_HELP),
    (GapKind.UNKNOWN_CALL, "IG104", "an unknown value, perhaps a client's method, is called", _GAP_HELP),
    (GapKind.UNREAD_DEPENDENCY, "IG105", "an imported module is not in the project and may call AWS",
     "put the dependency on the search path, or accept the finding in the baseline"),
    (GapKind.UNPARSABLE_FILE, "IG106", "a file that the code imports is not valid Python", "correct the file"),
    (GapKind.UNREADABLE_FILE, "IG107", "an imported file is too large, no text or outside the project",
     "put a readable file inside the project"),
    (GapKind.UNKNOWN_ENTRY, "IG108", "the handler was not found", "correct `Handler` or `CodeUri`, or give `--entry`"),
    (GapKind.UNKNOWN_OPERATION, "IG109", "AWS publishes no permission for an operation that the code calls",
     "look it up with `iamgen catalog show`; add an override row when AWS's documentation tells"),
    (GapKind.OPEN_ARGUMENTS, "IG110", "arguments of a call are not all known, and some of them need further actions",
     "pass the arguments by name, or accept the finding in the baseline"),
    (GapKind.UNKNOWN_ROLE, "IG111", "the code takes the credentials of a role whose ARN is not known", _GAP_HELP),
    (GapKind.DYNAMIC_CODE, "IG112", "the program makes code while it runs: exec, eval, an import by name", _GAP_HELP),
    (GapKind.LIMIT, "IG113", "the analysis stopped at one of its limits",
     "make the code simpler there, or accept the finding"),
    (GapKind.DECLARATION, "IG114", "the template could not be resolved where it matters", "correct the template"),
    (GapKind.STALE_PRAGMA, "IG115", "a pragma in the code no longer stands for anything", "remove the pragma"),
    (GapKind.INTERNAL, "IG116", "iamgen itself failed on the function",
     "report it; the other functions' answers stand"),
    (GapKind.DEAD_END, "IG117", "as far as it is followed, the code raises here on every path; the rest is not seen",
     "correct the code, or tell what goes on with an annotation or a pragma"),
)  # fmt: skip

_EXCESS: tuple[tuple[ExcessKind, str, str, str, str], ...] = (
    (ExcessKind.STATEMENT, "IG201", "unused-statement", "the code needs nothing of what the statement grants",
     "remove the statement, or detach the policy"),
    (ExcessKind.ACTION, "IG202", "unused-action", "the code never needs the action on the statement's resources",
     "remove the action; write the needed ones in the place of a wildcard"),
    (ExcessKind.RESOURCE, "IG203", "wide-resource", "the code needs the action on less than the resource says",
     "write the narrower resources that the finding lists"),
    (ExcessKind.CONDITION, "IG204", "missing-condition",
     "the code needs the action under a condition that the statement does not make",
     "add the condition"),
)  # fmt: skip

_MISSING: tuple[tuple[Why, str, str, str, str], ...] = (
    (Why.IMPLICIT_DENY, "IG301", "missing-permission", "no statement of the role allows what the code needs",
     "grant it"),
    (Why.EXPLICIT_DENY, "IG302", "denied-permission", "a Deny statement refuses what the code needs",
     "narrow the Deny, or change the code"),
    (Why.OUTSIDE_BOUNDARY, "IG303", "outside-boundary", "the permissions boundary does not allow what the code needs",
     "allow it in the boundary too"),
    (Why.OUTSIDE_SCP, "IG304", "outside-scp", "a service control policy does not allow what the code needs",
     "ask whoever owns the organisation's policies"),
    (Why.OUTSIDE_SESSION, "IG305", "outside-session", "the session policy does not allow what the code needs",
     "allow it in the session policy too"),
)  # fmt: skip

_UNDECIDED: tuple[tuple[Doubt, str, str, str, str], ...] = (
    (Doubt.UNREAD, "IG401", "unread-policy",
     "a part of the role could not be read, so it may grant or refuse more",
     "let iamgen read it: declare it, give it as a file, or allow the read (docs/permissions.md)"),
    (Doubt.CONDITION, "IG402", "undecided-condition",
     "whether it is granted depends on a condition that code does not show",
     "check that the condition holds for the function's requests"),
    (Doubt.SYMBOL, "IG403", "undecided-reference", "a template reference and a name cannot be compared",
     "compare with the deployed stack (`--against live --stack`), or give the parameters"),
    (Doubt.OPEN, "IG404", "undecided-name",
     "the code does not tell the resource's name; the role grants some names only",
     "check that the granted names are those which the code uses"),
    (Doubt.GAP, "IG405", "perhaps-needed", "unresolved code may need what the role grants", _GAP_HELP),
    (Doubt.CAP, "IG406", "undecided-pattern", "the patterns are too intricate to compare", "write simpler resources"),
)  # fmt: skip

ADMINISTRATOR = Rule(
    "IG205", "administrator", Severity.ERROR, "the role may do everything on everything, or nearly so",
    "replace the policy with the one that `iamgen generate` writes",
)  # fmt: skip

TOLERATED = Rule(
    "IG206", "runtime-policy", Severity.NOTE,
    "an AWS-managed policy for what Lambda itself does grants more than this function's part of it",
    "nothing, or write the function's own log group and event sources instead",
)  # fmt: skip

UNSEEN = Rule(
    "IG407",
    "unseen-limits",
    Severity.NOTE,
    "limits above the role were not read, so a permission may be refused that the role grants",
    "allow the read (docs/permissions.md), or ask whoever owns the organisation's policies",
)

SHARED = Rule(
    "IG207", "shared-role", Severity.NOTE, "several functions have the same role, so each may do what the others need",
    "give each function a role of its own",
)  # fmt: skip

PROBLEM = Rule(
    "IG501", "unreadable-declaration", Severity.WARNING, "something that the project declares could not be read",
    "correct the declaration; the other functions are analysed all the same",
)  # fmt: skip

WEAKER = Rule(
    "IG601", "weaker-setting", Severity.ERROR, "a change loosens the settings by which it is itself checked",
    "agree to it and merge it, or take it out; until then the settings of the base decide",
)  # fmt: skip

NEW_PRAGMA = Rule(
    "IG602", "new-pragma", Severity.ERROR, "a change brings a pragma that the base does not have at such a line",
    "agree to it and merge it, or resolve the place in the code; until then the pragma does not count",
)  # fmt: skip

NEWLY_ACCEPTED = Rule(
    "IG603", "newly-accepted", Severity.ERROR, "a change accepts a finding that the base does not accept",
    "agree to it and merge it, or correct what was found; until then the baseline of the base decides",
)  # fmt: skip

# A gap may need what nobody sees, so it stops a gate until it is accepted; nothing of the unit is known after an error.
_GAP_SEVERITY = {
    GapKind.UNKNOWN_ENTRY: Severity.ERROR,
    GapKind.UNPARSABLE_FILE: Severity.ERROR,
    GapKind.INTERNAL: Severity.ERROR,
    GapKind.STALE_PRAGMA: Severity.NOTE,
}
# Unresolved code is a finding by itself; what it may need is said beside.
_UNDECIDED_SEVERITY = {Doubt.GAP: Severity.NOTE}

GAP_RULES: Mapping[GapKind, Rule] = MappingProxyType(
    {
        kind: Rule(id_, kind.value, _GAP_SEVERITY.get(kind, Severity.WARNING), meaning, action)
        for kind, id_, meaning, action in _GAPS
    }
)
EXCESS_RULES: Mapping[ExcessKind, Rule] = MappingProxyType(
    {kind: Rule(id_, name, Severity.WARNING, meaning, action) for kind, id_, name, meaning, action in _EXCESS}
)
MISSING_RULES: Mapping[Why, Rule] = MappingProxyType(
    {why: Rule(id_, name, Severity.ERROR, meaning, action) for why, id_, name, meaning, action in _MISSING}
)
UNDECIDED_RULES: Mapping[Doubt, Rule] = MappingProxyType(
    {
        doubt: Rule(id_, name, _UNDECIDED_SEVERITY.get(doubt, Severity.WARNING), meaning, action)
        for doubt, id_, name, meaning, action in _UNDECIDED
    }
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.id: rule
        for rule in sorted(
            (*GAP_RULES.values(), *EXCESS_RULES.values(), ADMINISTRATOR, TOLERATED, SHARED, UNSEEN,
             *MISSING_RULES.values(), *UNDECIDED_RULES.values(), PROBLEM, WEAKER, NEW_PRAGMA,
             NEWLY_ACCEPTED),
            key=lambda rule: rule.id,
        )
    }
)  # fmt: skip
"""Every rule by its id."""
