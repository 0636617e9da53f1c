"""`# iamgen:` comments: what a program's author tells that the code cannot.

    client.call(name)   # iamgen: calls s3.GetObject Bucket=reports Key=in/*
    run(plugin)         # iamgen: ignore[unknown-call] the plugins only compute

A pragma speaks of its own line, or, alone on a line, of the next. `calls` states a request; `ignore`
takes a gap off, of the kinds in brackets or of any. Both need something that is unresolved at
their line: a pragma that stands for nothing any more is a finding.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from iamgen.analysis.usage import ApiCall, Entry, Gap, GapKind, MappingOf
from iamgen.catalog.store import Catalog
from iamgen.core.location import Location
from iamgen.core.text import Hole, HoleKind, Text

_IGNORE = re.compile(r"^ignore(?:\[([\w\-, ]*)\])?\s*(.*)$")
_KINDS = frozenset(GapKind)


@dataclass(frozen=True, slots=True)
class Pragma:
    """One comment: the file, the line that it speaks of, whether that line was reached, and its text."""

    location: Location
    line: int
    reached: bool
    text: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What is left after the pragmas: calls and gaps, and the gaps that were declared away."""

    calls: tuple[ApiCall, ...]
    gaps: tuple[Gap, ...]
    suppressed: tuple[Gap, ...]


def apply(pragmas: Iterable[Pragma], calls: Iterable[ApiCall], gaps: Iterable[Gap], catalog: Catalog) -> Applied:
    """Apply a unit's pragmas. A malformed or stale one becomes a gap of kind `stale-pragma`."""
    found_calls = list(calls)
    open_gaps = tuple(gaps)  # several pragmas may speak of one gap
    left = list(open_gaps)
    suppressed: list[Gap] = []
    for pragma in pragmas:
        place = (pragma.location.file, pragma.line)
        here = [gap for gap in open_gaps if (gap.location.file, gap.location.line) == place]
        verb, _, rest = pragma.text.partition(" ")
        trouble = ""
        if verb == "calls":
            call = _declared(pragma, rest, here, catalog)
            if isinstance(call, str):
                trouble = call
            elif here:
                found_calls.append(call)
        elif (match := _IGNORE.match(pragma.text)) is not None:
            kinds = {kind.strip() for kind in (match.group(1) or "").split(",") if kind.strip()}
            if not kinds <= _KINDS:
                trouble = f"`{', '.join(sorted(kinds - _KINDS))}` is no kind of gap"
            elif not match.group(2):
                trouble = "the pragma gives no reason"
            here = [gap for gap in here if not kinds or gap.kind in kinds]
        else:
            trouble = f"`{verb[:40]}` is no pragma: there are `calls` and `ignore`"
        if not trouble and not here and pragma.reached:
            trouble = "the pragma stands for nothing: the line has no unresolved code"
        if trouble:
            left.append(Gap(GapKind.STALE_PRAGMA, pragma.location, trouble))
            continue
        suppressed.extend(gap for gap in here if gap not in suppressed)
        left = [gap for gap in left if gap not in here]
    return Applied(tuple(found_calls), tuple(left), tuple(suppressed))


def _declared(pragma: Pragma, rest: str, here: list[Gap], catalog: Catalog) -> ApiCall | str:
    """The request that a `calls` pragma states, or what is wrong with it."""
    try:
        words = shlex.split(rest)
    except ValueError:
        words = []
    if not words or "." not in words[0]:
        return "the pragma names no request: write `calls service.Operation Parameter=value`"
    service, _, name = words[0].rpartition(".")
    operation = catalog.operation(service, name)
    if operation is None:
        return f"the SDK has no operation `{words[0][:80]}`"
    known = {parameter.name for parameter in operation.parameters}
    entries = []
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals or key not in known:
            return f"`{key[:40]}` is no parameter of `{words[0]}`"
        entries.append(Entry(Text.of(key), pattern_text(value)))
    place = here[0].location if here else pragma.location
    path = here[0].path if here else ()
    return ApiCall(service, name, operation.method, MappingOf(tuple(entries)), place, path)


def pattern_text(value: str) -> Text:
    """A declared value; `*` stands for what is not told."""
    parts: list[str | Hole] = []
    for number, piece in enumerate(value.split("*")):
        if number:
            parts.append(Hole(HoleKind.UNKNOWN, "", "declared in a pragma"))
        parts.append(piece)
    return Text.of(*parts)
