"""`data "aws_iam_policy_document"`: blocks of statements as the document that they write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from iamgen.core.text import Text
from iamgen.project.formats.terraform.calls import json_value
from iamgen.project.formats.terraform.syntax import Body
from iamgen.project.templates.nodes import listed
from iamgen.project.templates.values import ABSENT, Value, field, items, options, texts, unknown

_LISTS: Final = {
    "actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource",
}  # fmt: skip

_BLOCKS: Final = 200  # of one `dynamic` block


class Evaluator(Protocol):
    """What a document needs of the evaluator of its module."""

    def value(self, node: Any, env: Mapping[str, Any]) -> Value: ...

    def attribute(self, body: Body, name: str, env: Mapping[str, Any]) -> Value: ...


def blocks_of(
    evaluator: Evaluator, body: Body, kind: str, env: Mapping[str, Any]
) -> Iterator[tuple[Body, Mapping[str, Any]]]:
    """The blocks of a kind with their names bound, those that a `dynamic` block makes included.

    A collection that only the deployment knows makes one block of values that nobody knows.
    """
    for inner, bound, known in _blocks(evaluator, body, kind, env):
        del known
        yield inner, bound


def known_blocks(
    evaluator: Evaluator, body: Body, kind: str, env: Mapping[str, Any]
) -> Iterator[tuple[Body, Mapping[str, Any]] | Text]:
    """As `blocks_of`, with an unknown text in the place of the blocks that only the deployment makes."""
    for inner, bound, known in _blocks(evaluator, body, kind, env):
        yield (inner, bound) if known else unknown(f"a `{kind}` for each item of what only the deployment knows")


def _blocks(
    evaluator: Evaluator, body: Body, kind: str, env: Mapping[str, Any]
) -> Iterator[tuple[Body, Mapping[str, Any], bool]]:
    for block in body.of(kind):
        yield block.body, env, True
    for block in body.of("dynamic"):
        if block.labels != (kind,):
            continue
        iterator = block.body.attributes.get("iterator")
        name = getattr(iterator, "name", kind)
        collection = evaluator.attribute(block.body, "for_each", env)
        for option in options(collection):
            entries: list[tuple[Value, Value]] = []
            if isinstance(option, Mapping):
                entries = [(Text.of(key), one) for key, one in option.items()]
            elif isinstance(option, tuple):
                entries = list(enumerate(option))
            known = isinstance(option, Mapping | tuple) and len(entries) <= _BLOCKS
            if not known and option is not ABSENT:
                hole = unknown("an item of what only the deployment knows")
                entries = [(hole, hole)]
            for key, one in entries:
                for content in block.body.of("content"):
                    yield content.body, {**env, name: {"key": key, "value": one}}, known


def policy_document(evaluator: Evaluator, body: Body, env: Mapping[str, Any]) -> Value:
    """The document; its sources come first, as Terraform merges them."""
    statements: list[Value] = []
    for source in ("source_policy_documents", "source_json"):
        statements.extend(_included(evaluator.attribute(body, source, env)))
    own = known_blocks(evaluator, body, "statement", env)
    statements.extend(found if isinstance(found, Text) else _statement(evaluator, *found) for found in own)
    for source in ("override_policy_documents", "override_json"):
        statements.extend(_included(evaluator.attribute(body, source, env)))
    return {"Version": Text.of("2012-10-17"), "Statement": tuple(statements)}


def _included(value: Value) -> Iterator[Value]:
    """The statements of other documents; one that cannot be read stands as itself among them."""
    for one in items(value):
        document = json_value(one)
        statements = field(document, "Statement")
        if statements is not ABSENT:
            yield from listed(statements)
        elif isinstance(document, Text) and document != Text():
            yield document


def _statement(evaluator: Evaluator, body: Body, env: Mapping[str, Any]) -> Value:
    made: dict[str, Value] = {}
    sid = evaluator.attribute(body, "sid", env)
    if texts(sid):
        made["Sid"] = sid
    effect = evaluator.attribute(body, "effect", env)
    made["Effect"] = effect if effect is not ABSENT else Text.of("Allow")
    for name, key in _LISTS.items():
        found = evaluator.attribute(body, name, env)
        if found is not ABSENT:
            made[key] = _variables(found)
    conditions: dict[str, dict[str, Value]] = {}
    for inner, bound in blocks_of(evaluator, body, "condition", env):
        test, variable = (evaluator.attribute(inner, name, bound) for name in ("test", "variable"))
        keys = [
            next((text.literal for text in texts(one) if text.literal is not None), "?") for one in (test, variable)
        ]
        values = conditions.setdefault(keys[0], {})
        values[keys[1]] = (
            *items(values.get(keys[1], ())),
            *items(_variables(evaluator.attribute(inner, "values", bound))),
        )
    if conditions:
        made["Condition"] = conditions
    principals: dict[str, Value] = {}
    for inner, bound in blocks_of(evaluator, body, "principals", env):
        kind = next((text.literal for text in texts(evaluator.attribute(inner, "type", bound)) if text.literal), "?")
        principals[kind] = evaluator.attribute(inner, "identifiers", bound)
    if principals:
        made["Principal"] = principals
    return made


def _variables(value: Value) -> Value:
    """`&{aws:username}` is how such a document writes IAM's `${aws:username}`."""
    match value:
        case Text():
            return Text.of(*(part.replace("&{", "${") if isinstance(part, str) else part for part in value.parts))
        case tuple():
            return tuple(_variables(one) for one in value)
        case _:
            return value
