"""SAM's policy templates in the place of statements that allow exactly the same.

A template such as `DynamoDBReadPolicy: {TableName: !Ref Orders}` is a few statements with names put in. It is written
where each action that it allows on a resource is one that the policy allows on it, too, so never for less than the
whole template: the policy's other permissions stay statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from iamgen.policy.model import Effect, Policy, Statement
from iamgen.policy.serialise import size
from iamgen.project.model import References
from iamgen.project.templates.sam_data import expand_policy_template, policy_templates
from iamgen.render.policies.statements import template_document
from iamgen.render.policies.yaml_text import Name, Ref, Sub, substituted

_END: Final = "\0"  # between a resource and the conditions of its statement
_HOLE: Final = re.compile(r"\x01(\w+)\x01")  # a parameter's place in a template's text
# What a template's action stands for, where that is not itself; a test compares this with the catalog.
_STANDS_FOR: Final[Mapping[str, str]] = MappingProxyType({"sqs:sendmessage*": "sqs:sendmessage"})

# Characters. A role's inline policies share 10,240, and each template is a document of its own: near that none is used.
_ROOMY: Final = 9_000


@dataclass(frozen=True, slots=True)
class Template:
    """A policy template as pairs of an action, in lower case, and the text of a place with holes for parameters."""

    name: str
    pairs: tuple[tuple[str, str], ...]

    def uses(self, allowed: Mapping[str, frozenset[str]]) -> Iterator[Mapping[str, str]]:
        """The parameters with which the template allows nothing that is not allowed already."""
        if all(action in allowed for action, _ in self.pairs):
            holed = {place: action for action, place in self.pairs if _HOLE.search(place)}
            for values in _bound(tuple(holed.items()), {}, allowed):
                if all(_filled(place, values) in allowed[action] for action, place in self.pairs):
                    yield values


def sam_policies(policy: Policy, references: References) -> list[dict[str, Any]]:
    """The items of a SAM function's `Policies`: templates, by name, and one document for what is left."""
    found, rest = _taken(policy, references)
    written: list[dict[str, Any]] = [
        {template.name: {key: _parameter(value, references) for key, value in values}} for template, values in found
    ]
    return [*written, template_document(rest, references)] if rest.statements or not written else written


_Use = tuple[Template, tuple[tuple[str, str], ...]]


def _taken(policy: Policy, references: References) -> tuple[list[_Use], Policy]:
    """The templates that are used, the largest first where they overlap, and the policy without what they allow."""
    if size(policy) > _ROOMY or any(statement.effect is not Effect.ALLOW for statement in policy.statements):
        return [], policy
    allowed: dict[str, set[str]] = {}
    for statement in policy.statements:
        for action in statement.actions:
            allowed.setdefault(action.casefold(), set()).update(_places(statement))
    known = {action: frozenset(places) for action, places in allowed.items()}
    uses: list[_Use] = [
        (template, tuple(sorted(values.items()))) for template in _templates() for values in template.uses(known)
    ]
    uses = [use for use in uses if all(_writable(place, use[1], references) for _, place in use[0].pairs)]
    uses.sort(key=lambda use: (-len(use[0].pairs), use[0].name, use[1]))
    covered: set[tuple[str, str]] = set()
    found: list[_Use] = []
    for template, values in uses:
        pairs = {(action, _filled(place, dict(values))) for action, place in template.pairs}
        if not pairs <= covered:
            covered |= pairs
            found.append((template, values))
    found.sort(key=lambda use: (use[0].name, use[1]))
    rest = [part for statement in policy.statements for part in _without(statement, covered)]
    return found, replace(policy, statements=tuple(rest))


def _without(statement: Statement, covered: set[tuple[str, str]]) -> Iterator[Statement]:
    """The parts of a statement that are left: the resources with the same actions left stay together."""
    if not statement.actions or not statement.resources:
        yield statement
        return
    left: dict[tuple[str, ...], list[str]] = {}
    for resource, place in zip(statement.resources, _places(statement), strict=True):
        actions = tuple(one for one in statement.actions if (one.casefold(), place) not in covered)
        if actions:
            left.setdefault(actions, []).append(resource)
    for number, (actions, resources) in enumerate(left.items()):
        # A Sid stands once in a document.
        sid = statement.sid if statement.sid is None or number == 0 else f"{statement.sid}Part{number + 1}"
        yield replace(statement, actions=actions, resources=tuple(resources), sid=sid)


def _places(statement: Statement) -> list[str]:
    conditions = sorted(
        _condition(condition.operator, condition.key, condition.values) for condition in statement.conditions
    )
    return [_END.join((resource, *conditions)) for resource in statement.resources]


def _condition(operator: str, key: str, values: Sequence[str]) -> str:
    return "\2".join((operator.casefold(), key.casefold(), *sorted(values)))


@cache
def _templates() -> tuple[Template, ...]:
    """All templates by name; all that they say is `Allow`."""
    return tuple(Template(name, tuple(dict.fromkeys(_pairs(name)))) for name in sorted(policy_templates()))


def _pairs(name: str) -> Iterator[tuple[str, str]]:
    holes = {key: f"\1{key}\1" for key in policy_templates()[name]["Parameters"]}
    document = expand_policy_template(name, holes) or {}
    for statement in document["Statement"]:
        conditions = sorted(
            _condition(operator, key, _texts(values))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
        for action in _texts(statement["Action"]):
            for resource in _texts(statement["Resource"]):
                folded = action.casefold()
                yield _STANDS_FOR.get(folded, folded), _END.join((resource, *conditions))


def _texts(value: Any) -> list[str]:
    """A template's value as texts, with the variables of `Fn::Sub` put in."""
    match value:
        case list():
            return [text for item in value for text in _texts(item)]
        case {"Fn::Sub": [str() as text, dict() as values]}:
            return [re.sub(r"\$\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), text)]
        case {"Fn::Sub": text} | text:
            return [str(text)]


def _bound(
    holed: tuple[tuple[str, str], ...], values: Mapping[str, str], allowed: Mapping[str, frozenset[str]]
) -> Iterator[Mapping[str, str]]:
    """The parameters with which each of these places is one where its action is allowed."""
    if not holed:
        yield values
        return
    (place, action), *rest = holed
    pattern = _matcher(_filled(place, values))
    for text in sorted(allowed[action]):
        found = pattern.fullmatch(text)
        if found is not None and all(one.count("${") == one.count("}") for one in found.groupdict().values()):
            yield from _bound(tuple(rest), {**values, **found.groupdict()}, allowed)


@cache
def _matcher(place: str) -> re.Pattern[str]:
    first, *rest = _HOLE.split(place)
    pattern, seen = re.escape(first), set[str]()
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        pattern += (f"(?P={name})" if name in seen else rf"(?P<{name}>[^\0-\2]+?)") + re.escape(after)
        seen.add(name)
    return re.compile(pattern)


def _filled(place: str, values: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda found: values.get(found[1], found[0]), place)


def _writable(place: str, values: Sequence[tuple[str, str]], references: References) -> bool:
    """Whether the template with its parameters is written as the whole place would be.

    A project may write `arn:aws:sqs:...:jobs` as one import: its parts are then none of the template's.
    """
    known = dict(values)
    first, *rest = _HOLE.split(place)
    parts = [first, *(known[one] if number % 2 == 0 else one for number, one in enumerate(rest))]
    return _joined([substituted(part, references) for part in parts]) == _joined(
        [substituted(_filled(place, known), references)]
    )


def _joined(texts: Sequence[str | Sub]) -> list[Any]:
    found: list[Any] = []
    for text in texts:
        for part in text.parts if isinstance(text, Sub) else (text,):
            if isinstance(part, str) and found and isinstance(found[-1], str):
                found[-1] += part
            elif part != "":
                found.append(part)
    return found


def _parameter(value: str, references: References) -> Any:
    """A parameter as people write it: `!Ref` and `!GetAtt` where it is one name of the template."""
    written = substituted(value, references)
    match written:
        case Sub(parts=(Name(name),)):
            return Ref(name)
        case Sub():
            return written.data
        case _:
            return written
