"""A policy document (JSON data or text) as a `Policy`: what AWS accepts is accepted, the rest refused with its path.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from iamgen.core.errors import IamgenError
from iamgen.policy.limits import MAX_PATTERN, MAX_STATEMENTS, MAX_TEXT
from iamgen.policy.model import Condition, Effect, Policy, Statement
from iamgen.policy.operators import operator_named
from iamgen.policy.patterns import parse_pattern
from iamgen.policy.wildcards import resource_pattern

VERSIONS = ("2012-10-17", "2008-10-17")
ASSUMED_VERSION = "2008-10-17"  # what AWS assumes of a document without one

_STATEMENT_KEYS = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"})
_SID = re.compile(r"[A-Za-z0-9]*")
_ACTION = re.compile(r"(\*|[A-Za-z0-9-]+):[A-Za-z0-9*?_.-]+")
_SYMBOL = re.compile(r"\$\{[^{}]+\}")


class PolicyError(IamgenError):
    """A document that AWS would refuse; the message names the place in it."""


_Check = Callable[[object, str], str]


class _Reader:
    """Reads one document; `where` is its name for messages."""

    def __init__(self, where: str) -> None:
        self._where = where

    def refuse(self, path: str, what: str, hint: str | None = None) -> PolicyError:
        place = f"`{self._where}`: " if self._where else ""
        at = f" at `{path}`" if path else ""
        return PolicyError(f"{place}invalid policy{at}: {what}", hint)

    def policy(self, data: object) -> Policy:
        document = self._object(data, "")
        for key in document:
            if key not in ("Version", "Id", "Statement"):
                raise self.refuse(key, "this key is not allowed here")
        version = document.get("Version", ASSUMED_VERSION)
        if version not in VERSIONS:
            raise self.refuse("Version", f"`{_brief(version)}` is not a version", "use `2012-10-17`")
        if not isinstance(document.get("Id", ""), str):
            raise self.refuse("Id", "expected a string")
        if "Statement" not in document:
            raise self.refuse("Statement", "it is missing")
        entries = document["Statement"]
        if isinstance(entries, Mapping):
            statements: tuple[Statement, ...] = (self.statement(entries, "Statement"),)
        elif isinstance(entries, list | tuple):
            if len(entries) > MAX_STATEMENTS:
                raise self.refuse("Statement", f"more than {MAX_STATEMENTS:,} statements")
            statements = tuple(self.statement(entry, f"Statement[{i}]") for i, entry in enumerate(entries))
        else:
            raise self.refuse("Statement", "expected a statement or a list of statements")
        self._unique_sids(statements)
        return Policy(statements, str(version))

    def _unique_sids(self, statements: Sequence[Statement]) -> None:
        seen: set[str] = set()
        for index, statement in enumerate(statements):
            if statement.sid:
                if statement.sid in seen:
                    raise self.refuse(f"Statement[{index}].Sid", f"`{statement.sid}` is used twice")
                seen.add(statement.sid)

    def statement(self, data: object, path: str) -> Statement:
        entry = self._object(data, path)
        for key in entry:
            if key in ("Principal", "NotPrincipal"):
                raise self.refuse(f"{path}.{key}", "an identity policy names no principal")
            if key not in _STATEMENT_KEYS:
                raise self.refuse(f"{path}.{key}", "this key is not allowed here")
        effect = entry.get("Effect")
        if effect not in ("Allow", "Deny"):
            what = "it is missing" if effect is None else f"`{_brief(effect)}` is neither `Allow` nor `Deny`"
            raise self.refuse(f"{path}.Effect", what)
        sid = entry.get("Sid")
        if sid is not None and not (isinstance(sid, str) and _SID.fullmatch(_SYMBOL.sub("", sid))):
            raise self.refuse(f"{path}.Sid", f"`{_brief(sid)}` is not made of letters and digits")
        actions, not_actions = self._either(entry, path, "Action", "NotAction", self._action)
        resources, not_resources = self._either(entry, path, "Resource", "NotResource", self._resource)
        return Statement(
            effect=Effect(effect),
            actions=actions,
            not_actions=not_actions,
            resources=resources,
            not_resources=not_resources,
            conditions=self._conditions(entry.get("Condition", {}), f"{path}.Condition"),
            sid=sid,
        )

    def _either(
        self, entry: Mapping[str, object], path: str, name: str, negated: str, check: _Check
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if (name in entry) == (negated in entry):
            both = f"both `{name}` and `{negated}` are given"
            raise self.refuse(path, both if name in entry else f"`{name}` or `{negated}` is missing")
        key = name if name in entry else negated
        value = entry[key]
        values: Sequence[object] = value if isinstance(value, list | tuple) else (value,)
        texts = tuple(
            check(text, f"{path}.{key}" if values is not value else f"{path}.{key}[{i}]")
            for i, text in enumerate(values)
        )
        if key == name:
            return texts, ()
        # The complement of nothing is everything.
        return ((), texts) if texts else (("*",), ())

    def _action(self, value: object, path: str) -> str:
        text = self._text(value, path)
        if text == "*" or "${" in text or _ACTION.fullmatch(text):
            return text
        raise self.refuse(path, f"`{_brief(text)}` is not of the form `service:Action`")

    def _resource(self, value: object, path: str) -> str:
        text = self._text(value, path)
        if text == "*" or text.startswith(("arn:", "${")):
            return text
        raise self.refuse(path, f"`{_brief(text)}` is neither an ARN nor `*`")

    def _text(self, value: object, path: str) -> str:
        if not isinstance(value, str):
            raise self.refuse(path, f"expected a string, found {_kind(value)}")
        if len(value) > MAX_PATTERN:
            raise self.refuse(path, f"longer than {MAX_PATTERN:,} characters")
        return value

    def _conditions(self, data: object, path: str) -> tuple[Condition, ...]:
        if isinstance(data, list | tuple) and not data:
            return ()
        out: list[Condition] = []
        for operator, keys in self._object(data, path).items():
            if operator_named(operator) is None and "${" not in operator:
                raise self.refuse(f"{path}.{operator}", "this is not a condition operator")
            seen: set[str] = set()
            for key, value in self._object(keys, f"{path}.{operator}").items():
                place = f"{path}.{operator}.{key}"
                if key.casefold() in seen:
                    raise self.refuse(place, "this key is given twice, in different case")
                seen.add(key.casefold())
                values: Sequence[object] = value if isinstance(value, list | tuple) else (value,)
                texts = (self._scalar(one, place) for one in values)
                out.append(Condition(operator, key, tuple(sorted(set(texts)))))
        return tuple(sorted(out))

    def _scalar(self, value: object, path: str) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        return self._text(value, path)

    def _object(self, data: object, path: str) -> Mapping[str, object]:
        if not isinstance(data, Mapping):
            raise self.refuse(path, f"expected an object, found {_kind(data)}")
        for key in data:
            if not isinstance(key, str):
                raise self.refuse(path, f"the key `{_brief(key)}` is not a string")
        return data


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case Mapping():
            return "an object"
        case list() | tuple():
            return "a list"
        case _:
            return type(value).__name__


def _brief(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def parse_policy(data: object, where: str = "") -> Policy:
    """The policy of a document that is already JSON data; `where` names it in messages."""
    return _Reader(where).policy(data)


def parse_policy_text(text: str, where: str = "") -> Policy:
    """The policy of a JSON text; duplicate keys are refused as AWS refuses them."""
    return parse_policy(read_json(text, where), where)


def check_session_policy(policy: Policy, where: str = "") -> None:
    """Refuse what AWS refuses of a session policy only: an ARN with fewer than six fields.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    for index, statement in enumerate(policy.statements):
        key = "NotResource" if statement.not_resources else "Resource"
        for text in statement.not_resources or statement.resources:
            if resource_pattern(text) != parse_pattern(text):
                what = f"`{_brief(text)}` is an incomplete ARN, which a session policy may not hold"
                raise _Reader(where).refuse(f"Statement[{index}].{key}", what, "write all six fields")


def read_json(text: str, where: str = "") -> object:
    """JSON data of a text without duplicate keys, comments, NaN, or nesting too deep to read."""
    reader = _Reader(where)
    if len(text) > MAX_TEXT:
        raise reader.refuse("", f"the text is longer than {MAX_TEXT:,} characters")

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        out: dict[str, object] = {}
        for key, value in pairs:
            if key in out:
                raise reader.refuse(key, "this key is given twice")
            out[key] = value
        return out

    def no_constant(name: str) -> object:
        raise reader.refuse("", f"`{name}` is not JSON")

    try:
        data: object = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=unique, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        raise reader.refuse("", f"not JSON: {error.msg[:1].lower()}{error.msg[1:]} (line {error.lineno})") from None
    except (RecursionError, ValueError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
        raise reader.refuse("", what) from None
    return data
