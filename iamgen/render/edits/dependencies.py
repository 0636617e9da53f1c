"""What refers to what in a template: who else has a role, and what a policy must not refer to.

CloudFormation makes a function after its role, so a policy inside the role cannot refer to the function, nor to
what is made after it: the stack would be refused for a circular dependency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_NAMES: Final = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")
_FUNCTION: Final = "AWS::Serverless::Function"
# What names a role without being it: a policy of the role, or a principal of something's own policy.
ABOUT_ROLES: Final = frozenset(
    {
        "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy", "AWS::KMS::Key", "AWS::S3::BucketPolicy",
        "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::SecretsManager::ResourcePolicy",
        "AWS::Lambda::Permission",
    }
)  # fmt: skip
_MADE_AFTER: Final = {"S3": "Bucket", "Cognito": "UserPool"}  # SAM puts the function into what the event names
_IMPLIED_APIS: Final = {"Api": ("RestApiId", "ServerlessRestApi"), "HttpApi": ("ApiId", "ServerlessHttpApi")}


def references_in(node: Any) -> Iterator[str]:
    """The logical ids and parameters that a part of a template refers to."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "Ref" and isinstance(value, str):
                yield value
            elif key == "Fn::GetAtt":
                first = value[0] if isinstance(value, list | tuple) and value else value
                yield str(first).partition(".")[0]
            elif key == "Fn::Sub":
                text = value[0] if isinstance(value, list | tuple) and value else value
                yield from _NAMES.findall(text) if isinstance(text, str) else ()
                yield from references_in(value)
            elif key == "DependsOn":
                yield from [value] if isinstance(value, str) else [one for one in value or () if isinstance(one, str)]
            else:
                yield from references_in(value)
    elif isinstance(node, list | tuple):
        for one in node:
            yield from references_in(one)


@dataclass(frozen=True, slots=True)
class Template:
    """A template's parsed data with the sections that matter here."""

    data: Mapping[str, Any]

    @property
    def resources(self) -> Mapping[str, Any]:
        return _mapping(self.data.get("Resources"))

    def cycles(self, owner: str) -> frozenset[str]:
        """The names that the policies of a role, or of a SAM function, cannot refer to."""
        before: dict[str, set[str]] = {name: set(references_in(body)) for name, body in self.resources.items()}
        for name, body in self.resources.items():
            if _mapping(body).get("Type") == _FUNCTION:
                before.setdefault(f"{name}Role", set()).add(name)
                for made in _made_after(_mapping(body)):
                    before.setdefault(made, set()).add(name)
        after: dict[str, set[str]] = {}
        for name, needed in before.items():
            for one in needed:
                after.setdefault(one, set()).add(name)
        found = {owner}
        pending = [owner]
        while pending:
            for one in after.get(pending.pop(), ()):
                if one not in found:
                    found.add(one)
                    pending.append(one)
        return frozenset(found)

    def others_with(self, role: str, functions: frozenset[str], *, alone: bool) -> str | None:
        """Who else has the role, in words; `alone` where no other template can take an output of this one."""
        for name, body in self.resources.items():
            kind = _mapping(body).get("Type")
            if name == role or name in functions or kind in ABOUT_ROLES:
                continue
            if role in references_in(body):
                return f"`{name}` ({kind}) has it too"
        if role in references_in(self.data.get("Globals")):
            rest = [
                name for name, body in self.resources.items()
                if _mapping(body).get("Type") == _FUNCTION and name not in functions
            ]  # fmt: skip
            if rest:
                return f"`{rest[0]}` has it by `Globals`"
        for name, output in _mapping(self.data.get("Outputs")).items():
            if role in references_in(output) and ("Export" in _mapping(output) or not alone):
                return f"the output `{name}` gives it to other stacks"
        return None


def _made_after(function: Mapping[str, Any]) -> Iterator[str]:
    """What SAM makes after the function, as one of its events names it."""
    for event in _mapping(_mapping(function.get("Properties")).get("Events")).values():
        kind = _mapping(event).get("Type")
        properties = _mapping(_mapping(event).get("Properties"))
        if kind in _MADE_AFTER:
            yield from references_in(properties.get(_MADE_AFTER[kind]))
        elif kind in _IMPLIED_APIS:
            key, implied = _IMPLIED_APIS[kind]
            yield from references_in(properties[key]) if key in properties else [implied]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
