"""What a role was seen to use: CloudTrail's logs and IAM's last-accessed report, read from files.

Evidence marks what is granted in vain as used, not used since a date, or not logged. It never adds
or removes a permission: what was not used last month may be needed next month.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from iamgen.catalog.store import Catalog
from iamgen.core.errors import InputError
from iamgen.deployed.grants import role_name
from iamgen.deployed.stream import members

_TRACKED = 400  # days that IAM's report looks back
_FILES = 10_000  # of one folder of logs
_HINT = "give CloudTrail's log files, or what `aws iam get-service-last-accessed-details` prints"
_VERSION = re.compile(r"\d{8}(v\d+)?$")  # `CreateFunction20150331`: some events carry the API's version
_ASSUMED = re.compile(r"arn:[\w-]+:sts::\d*:assumed-role/([^/]+)/.*")

# Event sources whose name is not the service prefix of IAM. Source: the "eventSource" of each service's
# CloudTrail page against https://docs.aws.amazon.com/service-authorization/latest/reference/
_PREFIXES = {"email": "ses", "monitoring": "cloudwatch", "tagging": "tag"}

# Services with data events, which a trail logs only when it is told to: silence about them says nothing.
# Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
_DATA_EVENTS = frozenset((
    "aoss", "appconfig", "bedrock", "cassandra", "cloudwatch", "cognito-identity", "dynamodb", "ebs", "execute-api",
    "firehose", "geo", "guardduty", "iot", "kinesis", "kinesisvideo", "lambda", "logs", "medical-imaging",
    "personalize", "qbusiness", "rds-data", "s3", "s3-object-lambda", "s3-outposts", "s3express", "sagemaker", "sdb",
    "sns", "social-messaging", "sqs", "ssm", "ssmmessages", "states", "timestream", "verifiedpermissions", "xray",
))  # fmt: skip
# Checked by other services' requests, and no event tells.
_NEVER_LOGGED = frozenset({"iam:passrole"})


class Use(StrEnum):
    """What evidence says of an action."""

    USED = "used"
    NOT_USED = "not used"
    NOT_LOGGED = "not logged"  # the evidence could not have shown it


@dataclass(frozen=True, slots=True)
class ActionUse:
    """An action, and the day of its last use (used) or since which it would have been seen (not used)."""

    action: str
    use: Use
    day: str = ""


@dataclass(slots=True)
class Evidence:
    """What was seen, by role name; under "" what a file says of a role that it does not name."""

    catalog: Catalog
    used: dict[tuple[str, str], str] = field(default_factory=dict)  # role, action -> day
    unused: dict[tuple[str, str], str] = field(default_factory=dict)  # role, action or `s3:*` -> since
    since: str = ""  # the first day of the logs; "" when there are none
    seen_data: set[str] = field(default_factory=set)  # service prefixes with data events in the logs

    def of(self, action: str, role: str) -> ActionUse:
        """What is known of a role's action. Use counts from wherever it is told, its absence only where it would be."""
        name = action.casefold()
        prefix = name.partition(":")[0]
        days = [self.used[key] for key in ((role, name), ("", name)) if key in self.used]
        if days:
            return ActionUse(action, Use.USED, max(days))
        if name in _NEVER_LOGGED:
            return ActionUse(action, Use.NOT_LOGGED)
        for key in ((role, name), ("", name), (role, f"{prefix}:*"), ("", f"{prefix}:*")):
            if key in self.unused:
                return ActionUse(action, Use.NOT_USED, self.unused[key])
        silent = prefix in _DATA_EVENTS and prefix not in self.seen_data
        if not self.since or silent or not self.catalog.operations_needing(action):
            return ActionUse(action, Use.NOT_LOGGED)
        return ActionUse(action, Use.NOT_USED, self.since)


def read_evidence(paths: Iterable[Path], catalog: Catalog) -> Evidence:
    """The evidence of files, and of the `.json` and `.json.gz` files of folders; raises `InputError`."""
    evidence = Evidence(catalog)
    services = _Services(catalog)
    for path in paths:
        for file in _files(path):
            _read(file, evidence, services)
    return evidence


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    found = sorted(p for p in path.rglob("*") if p.name.endswith((".json", ".json.gz")) and p.is_file())
    if not found or len(found) > _FILES:
        what = "no `.json` or `.json.gz` file" if not found else f"more than {_FILES:,} files"
        raise InputError(f"the folder `{path.name}` holds {what}", _HINT)
    yield from found


def _read(path: Path, evidence: Evidence, services: _Services) -> None:
    known = False
    report: dict[str, object] = {}
    listed: list[Mapping[str, object]] = []
    try:
        for key, item in members(path):
            match key, item:
                case "Records", Mapping():
                    _event(item, evidence, services)
                case "Events", {"CloudTrailEvent": str(text)}:
                    inner = json.loads(text)
                    if isinstance(inner, Mapping):
                        _event(inner, evidence, services)
                case "ServicesLastAccessed", Mapping():
                    listed.append(item)
                case _:
                    report[key] = item
            known = known or key in ("Records", "Events", "ServicesLastAccessed")
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or "it ends too early"
        raise InputError(f"cannot read the evidence `{path.name}`: {reason}", _HINT) from error
    except ValueError as error:
        raise InputError(f"`{path.name}` holds an event that is not JSON: {error}", _HINT) from error
    if not known:
        raise InputError(f"`{path.name}` holds neither CloudTrail events nor a last-accessed report", _HINT)
    if listed:
        _last_accessed(listed, str(report.get("JobCreationDate", ""))[:10], evidence)


# --- CloudTrail ------------------------------------------------------------------------------------


class _Services:
    """SDK services by the names that event sources use."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._by_prefix: dict[str, list[str]] = {}
        for service in catalog.services():
            prefix = catalog.service_prefix(service) or service
            for name in dict.fromkeys((service, prefix)):
                self._by_prefix.setdefault(name, []).append(service)
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def actions(self, source: str, event: str) -> tuple[str, ...]:
        """The actions that an event shows the use of."""
        if (source, event) not in self._known:
            self._known[source, event] = tuple(self._actions(source, _VERSION.sub("", event)))
        return self._known[source, event]

    def _actions(self, source: str, operation: str) -> Iterator[str]:
        prefix = _PREFIXES.get(source, source)
        same = f"{prefix}:{operation}"
        if self.catalog.action_known(same):
            yield same
        for service in self._by_prefix.get(prefix, ()):
            for permission in self.catalog.needs(service, operation).permissions:
                if not permission.trigger:
                    yield permission.action


def _event(event: Mapping[str, object], evidence: Evidence, services: _Services) -> None:
    day = _text(event, "eventTime")[:10]
    source = _text(event, "eventSource").partition(".")[0]
    if not day or not source:
        return
    evidence.since = min(evidence.since or day, day)
    if _text(event, "eventCategory") == "Data" or event.get("managementEvent") is False:
        evidence.seen_data.add(_PREFIXES.get(source, source))
    role = _caller(event)
    # A refused request shows that the role lacks the permission, not that it uses it.
    if role is None or _text(event, "errorCode") in ("AccessDenied", "Client.UnauthorizedOperation"):
        return
    for action in services.actions(source, _text(event, "eventName")):
        key = (role, action.casefold())
        evidence.used[key] = max(evidence.used.get(key, day), day)


def _caller(event: Mapping[str, object]) -> str | None:
    """The name of the role that made the request."""
    match event.get("userIdentity"):
        case {"sessionContext": {"sessionIssuer": {"type": "Role", "arn": str(arn)}}}:
            return role_name(arn)
        case {"arn": str(arn)} if match := _ASSUMED.fullmatch(arn):
            return match[1]
        case _:
            return None


# --- IAM's last-accessed report --------------------------------------------------------------------


def _last_accessed(services: Iterable[Mapping[str, object]], made: str, evidence: Evidence) -> None:
    """A report of action level. It names its role only where that used something.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html: at most the
    last 400 days; an action that is not listed is not tracked.
    """
    listed = tuple(services)
    since = _days_before(made)
    entities = {role_name(_text(service, "LastAuthenticatedEntity")) for service in listed} - {""}
    role = entities.pop() if len(entities) == 1 else ""
    for service in listed:
        prefix = _text(service, "ServiceNamespace")
        if not _text(service, "LastAuthenticated"):
            evidence.unused[role, f"{prefix}:*"] = since
        tracked = service.get("TrackedActionsLastAccessed")
        for action in tracked if isinstance(tracked, list) else ():
            if not isinstance(action, Mapping):
                continue
            name = f"{prefix}:{_text(action, 'ActionName')}".casefold()
            day = _text(action, "LastAccessedTime")[:10]
            if day:
                evidence.used[role, name] = max(evidence.used.get((role, name), day), day)
            else:
                evidence.unused[role, name] = since


def _days_before(day: str) -> str:
    try:
        return (date.fromisoformat(day) - timedelta(days=_TRACKED)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
