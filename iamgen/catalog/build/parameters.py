"""A request's text parameters: their paths, their names in words, and whether they may hold an ARN."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from iamgen.catalog.build.sdk import SdkOperation, SdkService

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
SUFFIXES = frozenset({"id", "name", "arn", "identifier"})
# Words that models and reference use for the same thing.
_SYNONYMS = {"app": "application", "config": "configuration", "params": "parameters", "org": "organization"}
_PLURALS = {"aliases": "alias", "analyses": "analysis", "buses": "bus", "statuses": "status"}
# Parameters that are called as if they held a name and hold an ARN where their documentation says so: RDS's tags.
_ARNS_BY_DOCUMENTATION = frozenset({"resource", "resourcename"})
# Steps below the top level of a request that are searched; deeper ones are rarely about the resource itself.
_MAX_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text parameter of a request: its path, its name in words, and whether it may hold a whole ARN."""

    path: str
    words: tuple[str, ...]  # of the last step, in the singular
    parent: tuple[str, ...]  # of the structure or list that holds it
    holder: str  # the singular of the URI's segment before it: `cluster` for `/clusters/{name}`
    required: bool
    arn: bool  # it holds an ARN
    name: bool  # it holds a name or an id

    @property
    def depth(self) -> int:
        return self.path.count(".")

    @property
    def stem(self) -> str:
        """The words without a last `Id`, `Name`, `Arn` or `Identifier`."""
        return "".join(self.words[:-1] if self.words[-1] in SUFFIXES else self.words)


def candidates_of(service: SdkService, operation: SdkOperation) -> tuple[Candidate, ...]:
    """Every text parameter of the operation, nearest to the top first."""
    if not operation.input:
        return ()
    holders = _holders(operation.request_uri)
    found = sorted(_walk(service, operation.input, "", (), holders, 0, frozenset()), key=lambda c: (c.depth, c.path))
    return tuple(found)


def _holders(uri: str) -> Mapping[str, str]:
    """What the URI calls each of its parameters: `/clusters/{name}/nodes/{id}` -> name: cluster, id: node."""
    found, before = {}, ""
    for segment in uri.partition("?")[0].split("/"):
        if segment.startswith("{"):
            found[segment.strip("{}+")] = "".join(singular(words_of(before)))
        before = segment
    return found


def _walk(
    service: SdkService,
    shape: str,
    prefix: str,
    parent: tuple[str, ...],
    holders: Mapping[str, str],
    depth: int,
    seen: frozenset[str],
) -> Iterator[Candidate]:
    if depth >= _MAX_DEPTH or shape in seen:
        return
    seen = seen | {shape}
    required = service.required(shape)
    for name, member in service.shapes[shape].get("members", {}).items():
        target = member["shape"]
        path = f"{prefix}.{name}" if prefix else name
        words = words_of(name)
        kind = service.kind(target)
        if kind == "list":
            target, path, words = service.shapes[target]["member"]["shape"], path + "[]", singular(words)
            kind = service.kind(target)
        if kind == "string" and "enum" not in service.shapes[target]:
            arn, named = _holds(service, name, target, member)
            holder = holders.get(member.get("locationName", name), "") if member.get("location") == "uri" else ""
            yield Candidate(path, words, parent, holder, name in required, arn, named)
        elif kind == "structure":
            yield from _walk(service, target, path, words, {}, depth + 1, seen)


def _holds(service: SdkService, name: str, shape: str, member: Mapping[str, object]) -> tuple[bool, bool]:
    """(may be an ARN, may be a name): from the parameter's name, its shape's pattern and its documentation."""
    model = service.shapes[shape]
    documentation = f"{member.get('documentation', '')} {model.get('documentation', '')}"
    ends_with_arn = bool(re.search(r"(?:Arn|ARN|arn)(?:s|List)?$", name)) or (
        name.lower() in _ARNS_BY_DOCUMENTATION and "ARN" in documentation
    )
    pattern = str(model.get("pattern", ""))
    says_arn = bool(re.search(r"\bARNs?\b|Amazon Resource Name", documentation[:600]))
    if ends_with_arn:
        # Some `...Arn` take a name too (`StreamARN` never, lambda's `FunctionArn` does); the ARN is the safe reading.
        return True, False
    if pattern:
        # A pattern that must start with `arn:` is an ARN only; one that may (`(arn:...)?name`) is both.
        if re.match(r"^\^?\(?arn[:\[(\\]", pattern) and ")?" not in pattern and "|" not in pattern:
            return True, False
        if "arn" in pattern:
            return True, True
    return says_arn and not re.search(r"(?i)tag|description", name), True


@cache
def words_of(name: str) -> tuple[str, ...]:
    found = _WORD.findall(name.replace("IDs", "Ids").replace("ARNs", "Arns"))
    return tuple(_SYNONYMS.get(word.lower(), word.lower()) for word in found) or ("",)


def singular(words: tuple[str, ...]) -> tuple[str, ...]:
    if words[-1] == "list" and len(words) > 1:
        words = words[:-1]
    if words[-1] in _PLURALS:
        return (*words[:-1], _PLURALS[words[-1]])
    last = words[-1]
    if last.endswith("ies"):
        last = last[:-3] + "y"
    elif last.endswith(("sses", "xes", "ches", "shes")):
        last = last[:-2]
    elif last.endswith("s") and not last.endswith(("ss", "us", "is", "as")):
        last = last[:-1]
    return (*words[:-1], last)
