"""`match` statements."""

from __future__ import annotations

from iamgen.analysis.interpreter.expressions import store_name
from iamgen.analysis.interpreter.machine import Frame, Machine
from iamgen.analysis.interpreter.operators import equal, truth
from iamgen.analysis.program import syntax as s
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, Opaque, Value
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all
from iamgen.core.text import Text


def match_statement(m: Machine, f: Frame, node: s.Match) -> bool:
    """Run the cases that can match, in order; the subject's alternatives are split between them."""
    subject = m.eval(f, node.subject)
    name = node.subject.id if isinstance(node.subject, s.Name) else None

    def case(index: int, rest: Value) -> bool:
        if index == len(node.cases) or not rest:
            return index == len(node.cases) and bool(rest)
        item = node.cases[index]
        certain: Value = NOTHING
        possible: Value = NOTHING
        for atom in rest:
            answer = matches(m, f, item.pattern, atom)
            if answer is True and item.guard is None:
                certain = join(certain, (atom,))
            elif answer is not False:
                possible = join(possible, (atom,))
        taken = join(certain, possible)
        others = tuple(atom for atom in rest if atom not in certain)

        def run() -> bool:
            if name is not None and f.code is not None and name in f.code.locals:
                store_name(m, f, name, _refined(m, item.pattern, taken))
            bind(m, f, item.pattern, taken)
            if item.guard is not None:
                yes, _ = truth(m, m.eval(f, item.guard))
                if not yes:
                    return False
            return m.block(f, item.body)

        if not taken:
            return case(index + 1, others)
        if not others:
            return run() if item.guard is None else m.either(f, run, lambda: case(index + 1, taken))
        return m.either(f, run, lambda: case(index + 1, others))

    return case(0, subject)


def _refined(m: Machine, pattern: s.Pattern, taken: Value) -> Value:
    """An unknown subject that equals a literal is that literal."""
    literals = _literals(pattern)
    if literals and any(isinstance(atom, Opaque) for atom in taken):
        return tuple(dict.fromkeys([*(atom for atom in taken if not isinstance(atom, Opaque)), *literals]))
    return taken


def _literals(pattern: s.Pattern) -> list[Atom]:
    if isinstance(pattern, s.MatchValue) and isinstance(pattern.value, s.Const):
        value = pattern.value.value
        return [Text.of(value)] if isinstance(value, str) else list(a.constant(value))
    if isinstance(pattern, s.MatchOr):
        found = [_literals(item) for item in pattern.patterns]
        return [atom for items in found for atom in items] if all(found) else []
    if isinstance(pattern, s.MatchAs) and pattern.pattern is not None:
        return _literals(pattern.pattern)
    return []


def matches(m: Machine, f: Frame, pattern: s.Pattern, atom: Atom) -> bool | None:
    """Whether an atom matches; None when it may."""
    match pattern:
        case s.MatchAs(pattern=None):
            return True
        case s.MatchAs(pattern=inner):
            assert inner is not None
            return matches(m, f, inner, atom)
        case s.MatchOr(patterns=patterns):
            answers = [matches(m, f, item, atom) for item in patterns]
            return True if True in answers else None if None in answers else False
        case s.MatchValue(value=value):
            answers = [equal(m, atom, other) for other in m.eval(f, value)]
            return answers[0] if len(answers) == 1 else None
        case s.MatchSequence(patterns=patterns):
            return _sequence(m, f, patterns, atom)
        case s.MatchMapping(items=items):
            return _mapping(m, f, items, atom)
        case s.MatchClass(cls=cls, patterns=patterns, keywords=keywords):
            answer = m.is_instance(atom, m.eval(f, cls))
            if answer is False:
                return False
            for name, inner in keywords:
                for held in m.getattr(f, (atom,), name, f.at) or a.DATA:
                    if matches(m, f, inner, held) is False and not isinstance(atom, Opaque):
                        return False
            return answer if not patterns and not keywords else None
        case _:
            return None


def _sequence(m: Machine, f: Frame, patterns: tuple[s.Pattern, ...], atom: Atom) -> bool | None:
    if isinstance(atom, HeapObject) and atom.kind in ("list", "tuple"):
        content = m.seq(atom)
        star = any(isinstance(item, s.MatchStar) for item in patterns)
        if content.rest:
            return None
        if (len(content.items) < len(patterns) - 1) if star else (len(content.items) != len(patterns)):
            return False
        result: bool | None = True
        for inner, value in zip(patterns, content.items, strict=False):
            if isinstance(inner, s.MatchStar):
                return None
            answers = [matches(m, f, inner, one) for one in value]
            if all(answer is False for answer in answers):
                return False
            if not all(answer is True for answer in answers):
                result = None
        return result
    return None if isinstance(atom, Opaque | sdk.Response) else False


def _mapping(m: Machine, f: Frame, items: tuple[tuple[s.Expr, s.Pattern], ...], atom: Atom) -> bool | None:
    if isinstance(atom, HeapObject) and atom.kind == "dict":
        content = m.map(atom)
        result: bool | None = True
        for key_node, inner in items:
            keys = m.keys_of(m.eval(f, key_node))
            value = content.entries.get(keys[0]) if keys else None
            if value is None:
                if not content.open and not content.rest:
                    return False
                result = None
                continue
            answers = [matches(m, f, inner, one) for one in value if one is not a.ABSENT]
            if all(answer is False for answer in answers):
                return False
            if a.ABSENT in value or not all(answer is True for answer in answers):
                result = None
        return result
    return None if isinstance(atom, Opaque | sdk.Response) or not isinstance(atom, Text | a.Const) else False


def bind(m: Machine, f: Frame, pattern: s.Pattern, value: Value) -> None:
    """Bind the names of a pattern."""
    match pattern:
        case s.MatchAs(pattern=inner, name=name):
            if inner is not None:
                bind(m, f, inner, value)
                value = _refined(m, inner, value)
            if name is not None:
                store_name(m, f, name, value)
        case s.MatchOr(patterns=patterns):
            for item in patterns:
                bind(m, f, item, value)
        case s.MatchStar(name=name):
            if name is not None:
                store_name(m, f, name, m.new_list(f, pattern, "list", Seq((), value)))
        case s.MatchSequence(patterns=patterns):
            contents = [m.unpackable(f, atom, len(patterns)) for atom in value]
            for index, item in enumerate(patterns):
                if isinstance(item, s.MatchStar):
                    rest = join_all([join_all([*content.items[index:], content.rest]) for content in contents])
                    bind(m, f, item, rest or a.DATA)
                else:
                    found = join_all([c.items[index] if index < len(c.items) else c.rest for c in contents])
                    bind(m, f, item, found or a.DATA)
        case s.MatchMapping(items=items, rest=rest_name):
            for key, item in items:
                bind(m, f, item, m.getitem(f, value, m.eval(f, key), f.at) or a.DATA)
            if rest_name is not None:
                store_name(m, f, rest_name, m.new_dict(f, pattern, Map(open=True)))
        case s.MatchClass(patterns=patterns, keywords=keywords, cls=cls):
            m.eval(f, cls)
            narrowed = m.refine(f, value, cls)
            for name_, item in keywords:
                bind(m, f, item, m.getattr(f, narrowed, name_, f.at) or a.DATA)
            for item in patterns:
                bind(m, f, item, narrowed if isinstance(item, s.MatchAs) and len(patterns) == 1 else a.DATA)
        case _:
            return
