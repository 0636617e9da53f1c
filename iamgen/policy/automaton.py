"""Patterns as automata over characters and symbols, and the search for a word that tells sets apart.

A word is made of characters, symbols (each one letter) and `FRESH`, a character that occurs in no
pattern and in no symbol's text. A pattern has two machines: `Must` accepts the words that match
whatever the symbols stand for, `May` those that match for at least one reading of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from iamgen.policy.limits import MAX_STATES, MAX_STEPS
from iamgen.policy.patterns import Pattern, Symbol, Token, Wild

Letter = str | Symbol
FRESH = ""
ABSORBED = "\N{REPLACEMENT CHARACTER}" * 2
"""A character that occurs in no pattern, but may in a symbol's text. Two characters: it equals no literal."""


class Machine(Protocol):
    """A finite automaton whose states are sets of positions, written as a bit mask; 0 is dead."""

    @property
    def cost(self) -> int:
        """What one step takes, in steps of the simplest machine."""
        ...

    def step(self, state: int, letter: Letter) -> int: ...

    def accepts(self, state: int) -> bool: ...

    def forever(self, state: int) -> bool:
        """Whether every continuation is accepted."""
        ...

    def letters(self, state: int) -> Iterable[Letter]:
        """The letters that lead elsewhere than `FRESH` does."""
        ...


class Must:
    """Accepts a word when the pattern matches it under every reading of the symbols.

    Position i stands before the i-th piece that is no star; a star is a loop on its position.
    """

    __slots__ = ("_any", "_at", "_final", "_letters", "_narrow", "_wide")
    cost = 1

    def __init__(self, pattern: Pattern) -> None:
        self._letters: dict[Letter, int] = {}
        self._at: dict[int, Letter] = {}
        self._any = self._wide = self._narrow = 0
        bit = 1
        for piece in pattern.tokens:
            if piece is Wild.STAR:
                self._wide |= bit
                continue
            if piece is Wild.SEGMENT_STAR:
                self._narrow |= bit
                continue
            if piece is Wild.ANY:
                self._any |= bit
            elif isinstance(piece, str | Symbol):
                self._letters[piece] = self._letters.get(piece, 0) | bit
                self._at[bit] = piece
            bit <<= 1
        self._final = bit

    def step(self, state: int, letter: Letter) -> int:
        hit = self._letters.get(letter, 0)
        if isinstance(letter, str):
            hit |= self._any
        stay = self._wide if letter == ":" else self._wide | self._narrow
        return ((state & hit) << 1) | (state & stay)

    def accepts(self, state: int) -> bool:
        return bool(state & self._final)

    def forever(self, state: int) -> bool:
        return bool(state & self._final & self._wide)

    def letters(self, state: int) -> Iterable[Letter]:
        return (*self._literals(state), *((":",) if state & self._narrow else ()))

    def forced(self, state: int) -> Sequence[Letter] | None:
        """The only letters that go on; None when a wildcard leaves a choice."""
        return None if state & (self._any | self._wide | self._narrow) else self._literals(state)

    def _literals(self, state: int) -> list[Letter]:
        out: list[Letter] = []
        while state:
            bit = state & -state
            state ^= bit
            if (letter := self._at.get(bit)) is not None:
                out.append(letter)
        return out


class May:
    """Accepts a word when some reading of the symbols makes the pattern match it.

    A symbol of the pattern absorbs any characters but `FRESH`; a symbol of the word absorbs any
    tokens of the pattern. Two different symbols alone are never equal.
    """

    __slots__ = ("_absorbing", "_count", "_final", "_foreign", "_loops", "_tokens")

    def __init__(self, pattern: Pattern) -> None:
        tokens: list[Token] = []
        self._loops = 0
        for piece in pattern.tokens:
            if piece in (Wild.STAR, Wild.SEGMENT_STAR):
                self._loops |= 1 << len(tokens)
            else:
                tokens.append(piece)
        self._tokens = tuple(tokens)
        count = len(tokens)
        self._final = 1 << count
        # Three banks of positions: before a piece, inside a symbol, inside it with one foreign symbol read.
        self._count = count + 1
        self._absorbing = self._count
        self._foreign = 2 * self._count

    @property
    def cost(self) -> int:
        return self._count  # a step looks at every position

    def step(self, state: int, letter: Letter) -> int:
        out = 0
        for position in range(self._count):
            if state >> position & 1:
                out |= self._from(position, letter)
            inside = state >> (self._absorbing + position) & 1
            foreign = state >> (self._foreign + position) & 1
            if inside or foreign:
                out |= self._inside(position, letter)
        return self._closed(out)

    def _from(self, position: int, letter: Letter) -> int:
        out = (1 << position) if self._loops >> position & 1 else 0
        if position + 1 == self._count:
            return out
        piece = self._tokens[position]
        if isinstance(letter, str):
            if piece is Wild.ANY or piece == letter:
                out |= 1 << (position + 1)
            elif isinstance(piece, Symbol) and _absorbs(piece, letter):
                out |= 1 << (self._absorbing + position)
            return out
        if piece == letter:
            out |= 1 << (position + 1)
        if isinstance(piece, Symbol) and (piece != letter or self._loops >> position & 1):
            bank = self._foreign if self._alone(position, letter) else self._absorbing
            out |= 1 << (bank + position)
        return out | self._swallowed(position, letter)

    def _alone(self, position: int, letter: Symbol) -> bool:
        """Whether the word's symbol can only meet one other symbol there: the two are never equal."""
        piece = self._tokens[position]
        beside_star = self._loops >> position & 3
        return isinstance(piece, Symbol) and _different(piece, letter) and not beside_star

    def _inside(self, position: int, letter: Letter) -> int:
        piece = self._tokens[position]
        assert isinstance(piece, Symbol)
        out = 0
        # A text holds itself and more of no other text: a symbol absorbs no second one of its name.
        if (isinstance(letter, Symbol) and letter != piece) or (isinstance(letter, str) and _absorbs(piece, letter)):
            out |= 1 << (self._absorbing + position)
        if isinstance(letter, Symbol):
            out |= self._swallowed(position + 1, letter, begun=True)
        return out

    def _swallowed(self, position: int, letter: Symbol, *, begun: bool = False) -> int:
        """Where a symbol of the word may end when its text covers the tokens from `position` on.

        `begun`: it covers the rest of the symbol before that, too.
        """
        out = 0
        for end in range(position, self._count - 1):
            piece = self._tokens[end]
            if isinstance(piece, str) and not _absorbs(letter, piece):
                break
            whole = end == position or piece != letter  # it does not hold itself and more
            if whole and (begun or end > position or not self._alone(end, letter)):
                out |= 1 << (end + 1)
            if isinstance(piece, Symbol) and (begun or end > position):
                out |= 1 << (self._absorbing + end)
            if piece == letter:
                break
        return out

    def _closed(self, state: int) -> int:
        inside = state >> self._absorbing & ((1 << self._count) - 1)
        return state | (inside << 1)

    def accepts(self, state: int) -> bool:
        return bool(state & self._final)

    def forever(self, state: int) -> bool:
        return bool(state & self._final & self._loops)

    def letters(self, state: int) -> Iterable[Letter]:
        for position, piece in enumerate(self._tokens):
            before = state >> position & 1
            if before and isinstance(piece, str | Symbol):
                yield piece
            inside = (state >> (self._absorbing + position) | state >> (self._foreign + position)) & 1
            if isinstance(piece, Symbol) and (before or inside):
                yield ABSORBED
                yield from piece.without


def _different(one: Symbol, other: Symbol) -> bool:
    return one != other and not one.loose and not other.loose


def _absorbs(symbol: Symbol, character: str) -> bool:
    return character != FRESH and character not in symbol.without


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the wanted kind."""

    word: tuple[Letter, ...]
    sure: bool  # false: only under some reading of the symbols, or under a condition


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The search ended at a cap; `steps`: at that of the steps, not at that of the states."""

    states: int
    steps: bool = False


def search(
    driver: Must,
    others: Sequence[Machine],
    classify: Callable[[tuple[int, ...]], tuple[bool, bool]],
    hopeless: Callable[[tuple[int, ...]], bool],
    cap: int = MAX_STATES,
    steps: int = MAX_STEPS,
) -> tuple[Found | TooLarge | None, int]:
    """The shortest word that `classify` calls sure; failing that, the shortest possible one; else None.

    Beside it the steps that were taken, at most about `steps`.

    Only the driver's words are looked at. `classify` says of a tuple of states, the driver's first,
    whether the word read so far is (surely, possibly) wanted; `hopeless` whether none that goes on
    from there can be, which may change only when a machine dies or a wildcard leaves a choice.
    """
    machines: tuple[Machine, ...] = (driver, *others)
    start = (1,) * len(machines)
    came_from: dict[tuple[int, ...], tuple[tuple[int, ...], Letter] | None] = {start: None}
    queue = deque([start])
    possible: tuple[int, ...] | None = None
    suspects = {start}
    weight = sum(machine.cost for machine in machines)
    taken = 0
    while queue:
        taken += weight
        states = queue.popleft()
        sure, maybe = classify(states)
        if sure:
            return Found(_word(came_from, states), True), taken
        if maybe and possible is None:
            possible = states
        letters = driver.forced(states[0])
        if letters is None or states in suspects:
            if hopeless(states):
                continue
            letters = letters or _letters(machines, states)
        for letter in letters:
            taken += weight
            if taken > steps:
                return TooLarge(len(came_from), steps=True), taken
            head = driver.step(states[0], letter)
            if not head:
                continue
            rest = [m.step(s, letter) if s else 0 for m, s in zip(others, states[1:], strict=True)]
            following = (head, *rest)
            if following not in came_from:
                if len(came_from) >= cap:
                    return TooLarge(len(came_from)), taken
                came_from[following] = (states, letter)
                queue.append(following)
                if any(not after and before for after, before in zip(rest, states[1:], strict=True)):
                    suspects.add(following)
    return (None if possible is None else Found(_word(came_from, possible), False)), taken


def _letters(machines: Iterable[Machine], states: Iterable[int]) -> list[Letter]:
    """The letters that make a difference, in order."""
    letters: dict[Letter, None] = {FRESH: None}
    for machine, state in zip(machines, states, strict=True):
        if state:
            letters.update(dict.fromkeys(machine.letters(state)))
    return sorted(letters, key=_letter_order)


def _letter_order(letter: Letter) -> tuple[int, str]:
    if isinstance(letter, Symbol):
        return (1, letter.name)
    return (0 if letter == FRESH else 2, letter)


def _word(
    came_from: dict[tuple[int, ...], tuple[tuple[int, ...], Letter] | None], states: tuple[int, ...]
) -> tuple[Letter, ...]:
    out: list[Letter] = []
    step = came_from[states]
    while step is not None:
        states, letter = step
        out.append(letter)
        step = came_from[states]
    return tuple(reversed(out))
