"""Request contexts that tell condition blocks apart.

For each key the blocks name, a value is made for every way its texts can fall: inside and outside
each pattern, on and between the bounds, absent. Their products, evaluated, give every combination
of blocks that can hold together, each with a context that shows it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise, product

from iamgen.policy.automaton import FRESH, Must
from iamgen.policy.budget import Budget
from iamgen.policy.limits import MAX_CONTEXTS, MAX_STATES
from iamgen.policy.model import Statement
from iamgen.policy.operators import Context, Family, Operator, moment, number, operator_named
from iamgen.policy.patterns import Pattern, Variable, parse_pattern

_SOMEONE = "someone"


@dataclass(frozen=True, slots=True)
class Contexts:
    """The contexts to try; not `complete` when there are others, and `why` in words."""

    items: tuple[Context, ...]
    why: str = ""

    @property
    def complete(self) -> bool:
        return not self.why


def contexts_of(statements: Iterable[Statement], budget: Budget, cap: int = MAX_CONTEXTS) -> Contexts:
    """Contexts for every way in which the statements' conditions and variables can fall."""
    listed = list(statements)
    uses: dict[str, list[tuple[Operator, tuple[str, ...]]]] = {}
    spelled: dict[str, str] = {}  # as the first statement writes the key
    for condition in dict.fromkeys(c for statement in listed for c in statement.conditions):
        operator = operator_named(condition.operator)
        if operator is not None:
            spelled.setdefault(condition.key.casefold(), condition.key)
            uses.setdefault(condition.key.casefold(), []).append((operator, condition.values))
    for variable in dict.fromkeys(_variables(listed)):
        spelled.setdefault(variable.key.casefold(), variable.key)
        uses.setdefault(variable.key.casefold(), [])
    texts = "".join(text for statement in listed for text in _texts(statement))
    someone = next(name for n in range(len(texts) + 2) if (name := _SOMEONE + "x" * n) not in texts)
    found = {key: _values_of(uses[key], someone, budget) for key in sorted(uses)}
    intricate = [spelled[key] for key, (_, complete) in found.items() if not complete]
    choices = [(key, _candidates(uses[key], values, budget)) for key, (values, _) in found.items()]
    total = 1
    for _, candidates in choices:
        total *= len(candidates)
    if total <= cap:
        combos: Iterable[tuple[tuple[str, ...] | None, ...]] = product(*(candidates for _, candidates in choices))
    else:
        combos = _one_at_a_time([candidates for _, candidates in choices])
    budget.charge(len(choices) * min(total, cap + sum(len(candidates) for _, candidates in choices)))
    keys = [spelled[key] for key, _ in choices]
    items = tuple(
        {key: values for key, values in zip(keys, combo, strict=True) if values is not None} for combo in combos
    )
    if total > cap:
        return Contexts(items, f"the conditions can fall in more than {cap:,} ways: only some were tried")
    if intricate:
        names = ", ".join(f"`{name}`" for name in intricate)
        return Contexts(items, f"the conditions on {names} are too intricate: only some of their ways were tried")
    return Contexts(items)


def _one_at_a_time(
    choices: Sequence[tuple[tuple[str, ...] | None, ...]],
) -> Iterable[tuple[tuple[str, ...] | None, ...]]:
    """All keys absent but one, and all at the place of the same number."""
    absent: list[tuple[str, ...] | None] = [None] * len(choices)
    for index, candidates in enumerate(choices):
        for values in candidates:
            yield (*absent[:index], values, *absent[index + 1 :])
    for place in range(max(map(len, choices))):
        yield tuple(candidates[min(place, len(candidates) - 1)] for candidates in choices)


def _texts(statement: Statement) -> Iterable[str]:
    yield from statement.resources
    yield from statement.not_resources
    for condition in statement.conditions:
        yield from condition.values


def _variables(statements: Iterable[Statement]) -> Iterable[Variable]:
    for statement in statements:
        for text in _texts(statement):
            yield from parse_pattern(text).variables


_Uses = Sequence[tuple[Operator, tuple[str, ...]]]


def _values_of(uses: _Uses, someone: str, budget: Budget) -> tuple[tuple[str, ...], bool]:
    """Single values of one key, and whether they are all that make a difference."""
    values: dict[str, None] = {}
    complete = True
    for family in Family:
        texts = tuple(dict.fromkeys(t for operator, wanted in uses if operator.family is family for t in wanted))
        if texts:
            values.update(dict.fromkeys(_values(family, texts, someone)))
            if family in (Family.LIKE, Family.ARN):
                words, all_ = _words([_filled(text, someone) for text in texts], budget)
                values.update(dict.fromkeys(words))
                complete = complete and all_
    values.setdefault(someone)
    return tuple(values), complete


def _candidates(uses: _Uses, values: Sequence[str], budget: Budget) -> tuple[tuple[str, ...] | None, ...]:
    """What a key may hold (None: it is absent), absent first, single values next, in a stable order."""
    singles: list[tuple[str, ...] | None] = [None, *((value,) for value in values)]
    if not any(operator.quantifier is not None for operator, _ in uses):
        return tuple(singles)
    budget.charge(len(values) ** 2)
    return (*singles, (), *combinations(values, 2))


def _values(family: Family, texts: Sequence[str], someone: str) -> Iterable[str]:
    match family:
        case Family.STRING | Family.STRING_FOLDED | Family.LIKE | Family.ARN:
            patterns = [_filled(text, someone) for text in texts]
            literal = family in (Family.STRING, Family.STRING_FOLDED)
            yield from ((str(p) if literal else w) for p in patterns for w in [_plain(p)])
            if family is Family.STRING_FOLDED:
                yield from (_plain(p).swapcase() for p in patterns)
        case Family.NUMBER:
            yield from _between(sorted({n for text in texts if (n := number(text)) is not None}))
        case Family.DATE:
            yield from _between(sorted({n for text in texts if (n := moment(text)) is not None}))
        case Family.BOOL:
            yield from ("true", "false", *texts)
        case Family.BINARY:
            yield from texts
        case Family.IP:
            yield from _addresses(texts)
        case Family.NULL:
            return


def _filled(text: str, someone: str) -> Pattern:
    return parse_pattern(text).replace_variables(lambda _: tuple(someone))


def _plain(pattern: Pattern) -> str:
    """The pattern's text with every wildcard as it is written."""
    return "".join(piece if isinstance(piece, str) else str(getattr(piece, "value", piece)) for piece in pattern.tokens)


def _words(patterns: Sequence[Pattern], budget: Budget) -> tuple[list[str], bool]:
    """A word for each set of patterns that some word matches and no word matches more or less of.

    Beside them, whether there can be no other set.
    """
    machines = [Must(pattern) for pattern in patterns]
    used = {piece for pattern in patterns for piece in pattern.tokens if isinstance(piece, str)}
    fresh = next((c for c in "xyzabcdefghijklmnopqrstuvw0123456789" if c not in used), "\N{MIDDLE DOT}")
    start = (1,) * len(machines)
    seen = {start: ""}
    queue = [start]
    given: set[tuple[bool, ...]] = set()
    words: list[str] = []
    complete = True
    for states in queue:
        accepted = tuple(m.accepts(s) for m, s in zip(machines, states, strict=True))
        if accepted not in given:
            given.add(accepted)
            words.append(seen[states])
        letters = {FRESH: None} | {e: None for m, s in zip(machines, states, strict=True) for e in m.letters(s)}
        budget.charge(len(machines) * (1 + len(letters)))
        for letter in sorted(letters, key=str):
            following = tuple(m.step(s, letter) for m, s in zip(machines, states, strict=True))
            if following in seen:
                continue
            if len(seen) >= MAX_STATES:
                complete = False
            else:
                seen[following] = seen[states] + (fresh if letter == FRESH else str(letter))
                queue.append(following)
    return words, complete


def _between(bounds: Sequence[Decimal]) -> Iterable[str]:
    """Each bound, a number between each two, one below all and one above."""
    if not bounds:
        return
    points = [bounds[0] - 1, *bounds, bounds[-1] + 1, *((a + b) / 2 for a, b in pairwise(bounds))]
    yield from (format(point, "f") for point in sorted(points))


def _addresses(texts: Sequence[str]) -> Iterable[str]:
    """The first and last address of each network and those just outside."""
    for text in texts:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue
        first, last = int(network.network_address), int(network.broadcast_address)
        top = 2**network.max_prefixlen - 1
        for address in (first, last, first - 1, last + 1):
            if 0 <= address <= top:
                yield str(type(network.network_address)(address))
