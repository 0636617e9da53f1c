"""Which resource types a request makes, told from its name: those on which tags that it carries are set.

`CreateDBClusterSnapshot` makes a `cluster-snapshot`, though the action is checked on the cluster, too. The name's
head comes last (`RegisterStreamConsumer` makes a `consumer`, no `stream`); where the last words are no type, a type
is what the name starts with (`CreateLocationS3`). Where the name says nothing, the types of the action that makes
it that can bear tags are the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from iamgen.catalog.build.parameters import singular, words_of

# `RestoreDBClusterFromSnapshot` makes a cluster, `CopyBackupToRegion` a backup, `CreateClusterV2` a cluster.
_AFTER = re.compile(r"(?:From|To|Using)[A-Z].*$|V\d+$")
_CONVERTED = re.compile(r"^Convert\w+To(?=[A-Z])")  # `ConvertRecoveryPointToSnapshot` makes a snapshot
_MIN_NAME = 4  # letters of a type that a longer name may hold; shorter ones (`db`, `pg`, `es`) match by chance
_MAX_TOUCHED = 2  # types of the action that may all be made at once; of more the name would have to tell


def made_types(operation: str, taggable: frozenset[str], touched: frozenset[str]) -> tuple[str, ...]:
    """The types that the operation makes, of those that can bear tags; `touched` are those of its action.

    Empty: nothing tells.
    """
    known = touched & taggable
    if known == taggable:
        return tuple(sorted(known))  # alternatives of one thing: an object, by its bucket or by its access point
    words = words_of(_AFTER.sub("", _CONVERTED.sub("Create", operation)))
    thing = _name(words[1:])
    names = {type_: _name(words_of(type_)) for type_ in taggable}
    if words[0] == "associate" and (linked := _named(names, lambda name: name == thing + "association")):
        return linked
    if exact := _named(names, lambda name: name == thing):
        return exact
    if any(_name(words_of(type_)) == thing for type_ in touched):
        # It makes a type that the reference does not list for tags; its revisions may be (`job-definition-revision`).
        return _named(names, lambda name: name.startswith(thing))
    long = {type_: name for type_, name in names.items() if len(name) >= _MIN_NAME}
    ends = _named(long, lambda name: name.endswith(thing) or name.startswith(thing)) if thing else ()
    named = _longest(long, thing.endswith) or _longest(long, thing.startswith) or ends
    if named:
        return tuple(type_ for type_ in named if type_ in known) or named
    return tuple(sorted(known)) if len(known) <= _MAX_TOUCHED else ()


def _name(words: tuple[str, ...]) -> str:
    return "".join(singular(words)) if words else ""


def _named(names: dict[str, str], fits: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(sorted(type_ for type_, name in names.items() if fits(name)))


def _longest(names: dict[str, str], fits: Callable[[str], bool]) -> tuple[str, ...]:
    most = max((len(name) for name in names.values() if fits(name)), default=0)
    return _named(names, lambda name: len(name) == most and fits(name)) if most else ()
