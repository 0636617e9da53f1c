"""Statement ids in words, made from what a statement grants, so unrelated changes don't rename it.

AWS allows letters and digits only.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from iamgen.policy.model import Statement

_WORD = re.compile(r"[A-Za-z0-9]+")
_PSEUDO = re.compile(r"\$\{AWS::[A-Za-z]+\}")
_REFERENCE = re.compile(r"\$\{[^{}]*\}")
_MOST_WORDS = 8  # past that a name says no more
_MOST_LETTERS = 64


def named(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements with Sids; those that would share one carry a digest of their content too."""
    listed = list(statements)
    names = [sid_of(statement) for statement in listed]
    shared = Counter(names)
    return tuple(
        replace(statement, sid=name if shared[name] == 1 else name + digest(statement))
        for statement, name in zip(listed, names, strict=True)
    )


def sid_of(statement: Statement) -> str:
    """The services and what the resources are called: `DynamodbTableOrdersTable`, `LogsAll`."""
    services = sorted({action.partition(":")[0] for action in statement.actions})
    words = ["".join(map(_capital, _WORD.findall(service))) for service in services[:2]]
    if len(services) > len(words):
        words.append("Others")
    lead = len(words)
    for resource in statement.resources:
        for word in _WORD.findall(_tail(resource)):
            if (capital := _capital(word)) not in words and not word.isdigit():
                words.append(capital)
    if len(words) == lead:
        words.append("All")
    words = words[:_MOST_WORDS]
    if statement.conditions:
        words.append("If" + "".join(_capital(w) for w in _WORD.findall(statement.conditions[0].key.partition(":")[2])))
    return "".join(words)[:_MOST_LETTERS]


def _tail(resource: str) -> str:
    """An ARN's resource part, or the text itself, without pseudo parameters."""
    text = _PSEUDO.sub("", resource)
    if not text.startswith("arn:"):
        return text
    hidden = _REFERENCE.sub(lambda match: match.group().replace(":", " "), text)
    return hidden.split(":", 5)[-1] if hidden.count(":") >= 5 else ""


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def digest(statement: Statement) -> str:
    """Six letters or digits that stand for the statement's content."""
    content = repr((statement.actions, statement.resources, statement.conditions))
    return hashlib.sha256(content.encode()).hexdigest()[:6]
