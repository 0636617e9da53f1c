"""What the statements of a role allow that no need requires.

A statement is a product of actions and resources. Actions that are alike (the same needs, the same
limits) are judged together, so a `*` over 20,000 actions costs a few questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from itertools import chain, takewhile

from iamgen.policy.actions import Actions, is_free, named_in
from iamgen.policy.algebra import (
    EVERYTHING,
    NOTHING,
    YES,
    Answer,
    Match,
    Obstacle,
    ResourceSet,
    difference,
    includes,
    intersection,
    intersects,
    union,
)
from iamgen.policy.budget import Budget, OutOfSteps
from iamgen.policy.comparison import Excess, ExcessAction, ExcessKind, Undecided, Witness
from iamgen.policy.implication import implies
from iamgen.policy.model import Effect, Need, Statement
from iamgen.policy.patterns import (
    Pattern,
    Reading,
    Symbol,
    Variable,
    Wild,
    parse_pattern,
    plainly_apart,
    read_variables,
)
from iamgen.policy.reach import UNRESOURCED, GrantSet, Layer, Placed, ceiling
from iamgen.policy.universe import ActionUniverse
from iamgen.policy.wildcards import resource_pattern
from iamgen.policy.witnesses import readable


class _Use(Enum):
    """What becomes of one action on one resource of a statement."""

    NO_EFFECT = 0  # nothing is granted: denied, outside a limit, or an ARN for an action without one
    UNUSED = 1
    WIDER = 2
    CONDITION = 3  # needed, but only under a condition that the statement doesn't make
    NEEDED = 4
    DOUBT = 5


@dataclass(frozen=True, slots=True)
class _Cell:
    use: _Use
    suffices: tuple[str, ...] = ()
    answer: Answer = YES
    beyond: ResourceSet = NOTHING  # what is granted and not needed; `answer` holds a text of it


@dataclass(frozen=True, slots=True)
class _Class:
    """What makes actions alike: their needs, their limit, and where AWS checks them.

    On `*` only, or never on some of the statement's resources: `idle` (a table's action on an index of it).
    """

    needs: tuple[Need, ...]
    limit: ResourceSet
    unresourced: bool
    idle: frozenset[ResourceSet] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """The excess, the grants about which nothing can be proved, and the actions that the universe lacks."""

    excess: tuple[Excess, ...]
    undecided: tuple[Undecided, ...]
    unknown: tuple[str, ...]


def find_excess(grants: GrantSet, needs: Sequence[Need], universe: ActionUniverse, budget: Budget) -> Found:
    """The excess of each statement in order; the needs are distinct and sorted."""
    judge = _Judge(grants, needs, universe, budget)
    excess: list[Excess] = []
    doubts: list[Undecided] = []
    for placed in Layer("identity policies", grants.identity).statements(Effect.ALLOW):
        try:
            for found in judge.statement(placed):
                if isinstance(found, Excess):
                    excess.append(found)
                else:
                    doubts.append(found)
        except OutOfSteps:
            doubts.append(_unjudged(placed, budget))
    return Found(tuple(excess), tuple(doubts), judge.unknown)


def _unjudged(placed: Placed, budget: Budget) -> Undecided:
    """A statement for which no steps are left."""
    statement = placed.statement
    return Undecided(
        Obstacle.CAP,
        budget.reason,
        statement=placed.ref,
        actions=statement.actions or statement.not_actions,
        resources=statement.resources or statement.not_resources,
        conditions=statement.conditions,
    )


class _Judge:
    """Judges statements against one set of needs, remembering what it has answered."""

    def __init__(self, grants: GrantSet, needs: Sequence[Need], universe: ActionUniverse, budget: Budget) -> None:
        self._universe = universe
        self._budget = budget
        self._limits = grants.limits
        self._denials = tuple(p for layer in grants.layers for p in layer.statements(Effect.DENY))
        self._needs: dict[str, tuple[Need, ...]] = {}
        for need in needs:
            key = need.action.casefold()
            self._needs[key] = (*self._needs.get(key, ()), need)
        layers = grants.layers
        placed = [p for layer in layers for effect in Effect for p in layer.statements(effect)]
        named = (*named_in(p.statement for p in placed), *(need.action for need in needs))
        self._actions = Actions(universe, named)
        self.unknown = self._actions.unknown
        limiting = [p for layer in self._limits for p in layer.statements(Effect.ALLOW)] + list(self._denials)
        self._spoken = [self._actions.of(p.statement) for p in limiting]
        self._ceilings: dict[tuple[bool, ...], ResourceSet] = {}
        self._class_of: dict[tuple[ResourceSet, ...], dict[str, int]] = {}
        self._wanted = {name for need in needs for name in self._actions.expand(need.action)}
        self._groups: dict[tuple[str, tuple[bool, ...], bool, frozenset[ResourceSet]], int] = {}
        self._idle: dict[tuple[Shapes, ResourceSet], bool] = {}
        self._classes: list[_Class] = []
        self._cells: dict[tuple[ResourceSet, int, object], _Cell] = {}

    def _classes_of(self, actions: Iterable[str], resources: tuple[ResourceSet, ...]) -> dict[str, int]:
        """The number of each action's class in a statement with these resources."""
        known = self._class_of.setdefault(resources, {})
        if self._spoken or EVERYTHING not in resources:
            out = {}
            for action in actions:
                if action not in known:
                    known[action] = self._class(action, resources)
                out[action] = known[action]
            return out
        # Limited nowhere and granted on everything, all actions but the needed are alike: 20,000 in one go.
        out = dict.fromkeys(actions, -1)
        wanted = [action for action in self._wanted if action in out]
        if len(wanted) < len(out):
            first = next(action for action in out if action not in self._wanted)
            out = dict.fromkeys(out, self._class(first, resources))
        for action in wanted:
            out[action] = self._class(action, resources)
        return out

    def _class(self, action: str, resources: tuple[ResourceSet, ...]) -> int:
        key = action.casefold()
        spoken = tuple(key in actions for actions in self._spoken)
        # What is granted on all resources, limited nowhere and not needed is in excess either way.
        everywhere = EVERYTHING in resources
        asked = not everywhere or key in self._needs or any(spoken)
        free = asked and is_free(self._universe, action)  # type: ignore[arg-type]  # a protocol cannot say that it can be hashed
        idle = frozenset() if everywhere or free else self._idle_of(action, resources)
        group = (key if key in self._needs else "", spoken, free, idle)
        if group not in self._groups:
            if spoken not in self._ceilings:
                self._ceilings[spoken] = ceiling(self._limits, self._denials, action)
            self._groups[group] = len(self._classes)
            self._classes.append(_Class(self._needs.get(key, ()), self._ceilings[spoken], free, idle))
        return self._groups[group]

    def _idle_of(self, action: str, resources: tuple[ResourceSet, ...]) -> frozenset[ResourceSet]:
        """The resources on which AWS never checks the action."""
        shapes = self._universe.resource_shapes(action)
        for resource in resources if shapes[0] else ():
            if (shapes, resource) not in self._idle:
                self._idle[shapes, resource] = isinstance(resource, Match) and _is_idle(resource.pattern, shapes)
        return frozenset(resource for resource in resources if self._idle.get((shapes, resource), False))

    def _resources(self, placed: Placed) -> Iterator[tuple[str, ResourceSet]]:
        if placed.statement.not_resources:
            yield "not " + ", ".join(placed.statement.not_resources), placed.resources(Reading.ANYTHING)
            return
        for text in dict.fromkeys(placed.statement.resources):
            pattern = read_variables(resource_pattern(text, version=placed.version), Reading.ANYTHING)
            if pattern is not None:
                yield text, Match(pattern)

    def _cell(self, resource: ResourceSet, alike: int, statement: Statement) -> _Cell:
        key = (resource, alike, statement.conditions)
        if key not in self._cells:
            self._cells[key] = _judge_cell(resource, self._classes[alike], statement, self._budget)
        return self._cells[key]

    def statement(self, placed: Placed) -> Iterator[Excess | Undecided]:
        """What of a statement is not needed, or in doubt."""
        statement = placed.statement
        self._budget.charge(len(self._spoken))
        written = self._actions.written(statement)
        resources = list(self._resources(placed))
        sets = tuple(resource for _, resource in resources)
        classes = self._classes_of(chain.from_iterable(actions for _, actions in written), sets)
        table = {
            alike: {text: self._cell(resource, alike, statement) for text, resource in resources}
            for alike in dict.fromkeys(classes.values())
        }
        effective = {
            alike: cells
            for alike, cells in table.items()
            if any(cell.use is not _Use.NO_EFFECT for cell in cells.values())
        }
        if not effective:
            return
        unused = {alike for alike, cells in effective.items() if _all(cells.values(), _Use.UNUSED)}
        report = _Report(placed, written, classes, self._classes, effective, self._universe, self._budget)
        if len(unused) == len(effective):
            yield report.whole(tuple(text for text, _ in resources))
            return
        yield from report.actions(unused, tuple(text for text, _ in resources))
        for text, _ in resources:
            yield from report.resource(text, [alike for alike in effective if alike not in unused])


def _all(cells: Iterable[_Cell], *uses: _Use) -> bool:
    return all(cell.use in (_Use.NO_EFFECT, *uses) for cell in cells)


_ARN_FIELDS = 5  # before an ARN's resource

Shapes = tuple[tuple[str, ...], tuple[str, ...]]


@lru_cache(maxsize=65_536)
def _is_idle(resource: Pattern, shapes: Shapes) -> bool:
    """Whether no ARN that a resource matches is one that AWS checks an action of these shapes on.

    A reference of a template may be any text: `${Table.Arn}/index/*` is an index by its end alone.
    """
    own, tails = shapes
    held = Pattern(tuple(Wild.STAR if isinstance(token, Symbol | Variable) else token for token in resource.tokens))
    if all(intersects(Match(_shape(shape)), Match(held)).no for shape in own):
        return True
    if isinstance(resource.tokens[0], Symbol):
        known = "".join(str(token) for token in takewhile(lambda token: isinstance(token, str), resource.tokens[1:]))
        return any(known.startswith(tail.partition("*")[0]) for tail in tails)
    return any(includes(Match(_shape(shape + tail)), Match(resource)).yes for shape in own for tail in tails)


def _shape(text: str) -> Pattern:
    """An ARN's format as a pattern: a `*` before the resource holds no colon."""
    head = text.split(":", _ARN_FIELDS)[:_ARN_FIELDS]
    before = sum(len(field) + 1 for field in head)
    tokens = parse_pattern(text, variables=False).tokens
    return Pattern(
        tuple(Wild.SEGMENT_STAR if token is Wild.STAR and at < before else token for at, token in enumerate(tokens))
    )


def _judge_cell(resource: ResourceSet, alike: _Class, statement: Statement, budget: Budget) -> _Cell:
    if resource in alike.idle:
        return _Cell(_Use.NO_EFFECT)
    granted = resource if alike.limit == EVERYTHING else intersection(resource, alike.limit)
    if alike.unresourced:
        granted = intersection(UNRESOURCED, granted)
    empty = budget.is_empty(granted)
    if empty.yes:
        return _Cell(_Use.NO_EFFECT)
    if not alike.needs:
        return _Cell(_Use.UNUSED, (), empty, granted)
    needed = [
        (need, part)
        for need in alike.needs
        for part in (_need_set(need, alike.unresourced),)
        if not (isinstance(granted, Match) and plainly_apart(granted.pattern, part.pattern))
    ]
    touching = [(need, part, budget.intersects(granted, part)) for need, part in needed]
    suffices = tuple(dict.fromkeys(need.resource for need, _, shared in touching if not shared.no))
    rest = difference(granted, union(*(part for _, part in needed)))
    beyond = budget.is_empty(rest)
    if all(shared.no for _, _, shared in touching):
        return _Cell(_Use.UNUSED, (), empty, granted)
    if beyond.no:
        if any(shared.yes for _, _, shared in touching):
            return _Cell(_Use.WIDER, suffices, beyond, rest)
        doubt = next(shared for _, _, shared in touching if not shared.no)
        return _Cell(_Use.DOUBT, suffices, doubt, rest)
    if not beyond.yes:
        return _Cell(_Use.DOUBT, suffices, beyond, rest)
    met = [part for need, part in needed if implies(statement.conditions, need.conditions)]
    if not budget.is_empty(difference(granted, union(*met))).yes:
        return _Cell(_Use.CONDITION, suffices, empty, granted)
    return _Cell(_Use.NEEDED)


def _need_set(need: Need, unresourced: bool) -> Match:
    if unresourced:
        return UNRESOURCED
    pattern = read_variables(resource_pattern(need.resource), Reading.OPAQUE)
    assert pattern is not None
    return Match(pattern)


@dataclass(frozen=True, slots=True)
class _Report:
    """Puts a statement's table of cells into words a reviewer can act on."""

    placed: Placed
    written: Sequence[tuple[str, tuple[str, ...]]]
    classes: Mapping[str, int]
    kinds: Sequence[_Class]
    effective: Mapping[int, Mapping[str, _Cell]]
    universe: ActionUniverse
    budget: Budget
    shown: dict[tuple[int, str, tuple[str, ...]], str] = field(default_factory=dict)

    def _actions(self, unneeded: AbstractSet[int], needed: AbstractSet[int] = frozenset()) -> Iterator[ExcessAction]:
        class_of = self.classes.__getitem__
        for pattern, actions in self.written:
            if len(actions) == 1:  # as most are
                if class_of(actions[0]) in unneeded:
                    yield ExcessAction(pattern, (), actions)
                continue
            found = set(map(class_of, actions))
            if found.isdisjoint(unneeded):
                continue
            if found <= unneeded:
                yield ExcessAction(pattern, (), actions)
                continue
            out = tuple(action for action in actions if self.classes[action] in unneeded)
            rest = tuple(action for action in actions if self.classes[action] in needed)
            yield ExcessAction(pattern, rest, out)

    def _witness(self, action: str, texts: tuple[str, ...]) -> Witness:
        if is_free(self.universe, action):  # type: ignore[arg-type]  # a protocol cannot say that it can be hashed
            return Witness(action, "*")
        key = (self.classes[action], action.partition(":")[0], texts)
        if key not in self.shown:
            self.shown[key] = self._shown(action, texts)
        return Witness(action, self.shown[key])

    def _shown(self, action: str, texts: tuple[str, ...]) -> str:
        """A text that shows what is granted for an action; the same for all of its class and service."""
        cells = self.effective[self.classes[action]]
        cell = next(cells[text] for text in texts if cells[text].use is not _Use.NO_EFFECT)
        examples = (need.resource for need in self.kinds[self.classes[action]].needs)
        return readable(self.budget, cell.beyond, cell.answer, action, examples)

    def _excess(
        self,
        kind: ExcessKind,
        actions: tuple[ExcessAction, ...],
        texts: tuple[str, ...],
        suffices: tuple[str, ...] = (),
    ) -> Excess:
        witness = self._witness(actions[0].unneeded[0], texts)
        conditions = self.placed.statement.conditions
        return Excess(kind, self.placed.ref, actions, texts, witness, suffices, conditions)

    def whole(self, texts: tuple[str, ...]) -> Excess:
        return self._excess(ExcessKind.STATEMENT, tuple(self._actions(set(self.effective))), texts)

    def actions(self, unused: set[int], texts: tuple[str, ...]) -> Iterator[Excess]:
        for action in self._actions(unused, set(self.effective) - unused):
            yield self._excess(ExcessKind.ACTION, (action,), texts)

    def resource(self, text: str, classes: Sequence[int]) -> Iterator[Excess | Undecided]:
        """The excess of the needed actions on one resource, actions with the same remedy together."""
        if _all((self.effective[alike][text] for alike in classes), _Use.UNUSED):
            concerned = {a for a in classes if self.effective[a][text].use is _Use.UNUSED}
            if concerned:
                yield self._excess(ExcessKind.RESOURCE, tuple(self._actions(concerned)), (text,))
            return
        groups: dict[tuple[_Use, tuple[str, ...]], set[int]] = {}
        for alike in classes:
            cell = self.effective[alike][text]
            if cell.use not in (_Use.NO_EFFECT, _Use.NEEDED):
                groups.setdefault((cell.use, cell.suffices), set()).add(alike)
        for (use, suffices), members in groups.items():
            actions = tuple(self._actions(members))
            if use is _Use.DOUBT:
                yield self._doubt(text, actions)
            else:
                kind = ExcessKind.CONDITION if use is _Use.CONDITION else ExcessKind.RESOURCE
                yield self._excess(kind, actions, (text,), suffices)

    def _doubt(self, text: str, actions: tuple[ExcessAction, ...]) -> Undecided:
        first = actions[0].unneeded[0]
        cell = self.effective[self.classes[first]][text]
        answer = cell.answer
        return Undecided(
            obstacle=answer.obstacle or Obstacle.CAP,
            reason=answer.reason,
            statement=self.placed.ref,
            actions=tuple(dict.fromkeys(a for action in actions for a in action.unneeded)),
            resources=(text, *cell.suffices),
            witness=Witness(first, answer.witness or "*"),
            conditions=self.placed.statement.conditions,
        )
