"""The algebra and the evaluator against a slow, obvious one, over worlds small enough to enumerate."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from iamgen.policy.algebra import (
    EVERYTHING,
    NOTHING,
    Verdict,
    complement,
    difference,
    equals,
    includes,
    intersection,
    intersects,
    is_empty,
    union,
)
from iamgen.policy.automaton import Must
from iamgen.policy.change import compare_policies
from iamgen.policy.compare import GrantSet, compare
from iamgen.policy.evaluate import Request, evaluate
from iamgen.policy.implication import contradicts, implies
from iamgen.policy.minimise import build_policy, compact, size, split
from iamgen.policy.model import NamedPolicy, Policy
from iamgen.policy.parse import parse_policy_text
from iamgen.policy.patterns import Wild, narrow_stars, parse_pattern, plainly_apart
from iamgen.policy.serialise import to_json
from iamgen.policy.wildcards import covers, matches, matches_action
from iamgen.policy.wildcards import includes as pattern_includes
from iamgen.policy.wildcards import intersects as patterns_intersect

from . import slow
from .fakes import FakeUniverse
from .strategies import (
    ACTIONS,
    ARN,
    WORLD,
    action_patterns,
    conditions,
    contexts,
    glob_texts,
    needs,
    policies,
    resource_sets,
    single_valued,
)

UNIVERSE = FakeUniverse(ACTIONS)

# For properties that enumerate a world for each example: the soak takes 5,000 of them.
heavy = settings(max_examples=min(settings.default.max_examples, 5_000))
SMALL = slow.words("abc", 4)
IN_WORLD = [ARN + word for word in slow.words("abc", 3)]


# --- patterns ---

arn_fields = st.lists(st.sampled_from(("", "a", "*", "a*")), min_size=5, max_size=6)
spans = st.sampled_from(("", "a", ":", "a:"))


@given(arn_fields, arn_fields, st.booleans(), st.booleans(), st.data())
def test_patterns_that_are_plainly_apart_share_no_text(one, other, narrow, narrow_too, data):
    """Fields are told apart only where no wildcard may span a colon."""
    first, second = (parse_pattern("arn:" + ":".join(fields)) for fields in (one, other))
    first = narrow_stars(first) if narrow else first
    second = narrow_stars(second) if narrow_too else second
    text = ""
    for piece in first.tokens:
        if isinstance(piece, str):
            text += piece
        else:
            text += data.draw(spans if piece is Wild.STAR else spans.filter(lambda span: ":" not in span))
    machine, state = Must(second), 1
    for character in text:
        state = machine.step(state, character)
    assert not (machine.accepts(state) and plainly_apart(first, second))


def test_fields_that_differ_are_plainly_apart():
    shape = narrow_stars(parse_pattern("arn:*:s3:*:*:accesspoint/*"))
    for text, apart in (
        ("arn:aws:s3:::bucket/*", True),
        ("arn:aws:s3:::access*", False),
        ("arn:aws:sqs:::accesspoint/x", True),
        ("arn:aws:s3:::*", False),
        ("arn:aws:*:b:c:d/e", False),  # its star may hold the fields before
        ("${Bucket.Arn}/*", False),
    ):
        assert plainly_apart(shape, parse_pattern(text)) is apart, text
        assert plainly_apart(parse_pattern(text), shape) is apart, text


@given(glob_texts, st.text("abc", max_size=6))
def test_a_pattern_matches_what_trying_every_way_matches(pattern, text):
    assert matches(pattern, text) == slow.glob(pattern, text)


@given(action_patterns, st.sampled_from(ACTIONS))
def test_actions_fold_case(pattern, action):
    assert matches_action(pattern, action) == slow.glob(pattern.lower(), action.lower())
    assert matches_action(pattern.upper(), action) == matches_action(pattern, action.upper())


@given(glob_texts, glob_texts)
def test_inclusion_agrees_with_enumeration(outer, inner):
    answer = pattern_includes(outer, inner)
    beyond = [w for w in WORLD if slow.glob(inner, w) and not slow.glob(outer, w)]
    if answer.yes:
        assert not beyond
    else:
        # The witness may be longer than the words of the world: `?*aa?` leaves `??a*` with six letters.
        assert answer.no
        assert slow.glob(inner, answer.witness)
        assert not slow.glob(outer, answer.witness)


@given(glob_texts, glob_texts)
def test_intersection_agrees_with_enumeration(left, right):
    answer = patterns_intersect(left, right)
    if answer.yes:
        assert slow.glob(left, answer.witness)
        assert slow.glob(right, answer.witness)
    else:
        assert answer.no
        assert not any(slow.glob(left, w) and slow.glob(right, w) for w in slow.words("abc", 6)[:400])


# --- sets ---


@given(resource_sets)
def test_emptiness_agrees_with_enumeration(whole):
    answer = is_empty(whole)
    inside = [w for w in SMALL if slow.contains(whole, w)]
    assert answer.verdict is not Verdict.UNDECIDED
    if answer.yes:
        assert not inside
    else:
        assert slow.contains(whole, answer.witness)


@given(resource_sets, resource_sets)
def test_inclusion_of_sets_carries_a_true_witness(outer, inner):
    answer = includes(outer, inner)
    beyond = [w for w in SMALL if slow.contains(inner, w) and not slow.contains(outer, w)]
    if answer.yes:
        assert not beyond
    else:
        assert slow.contains(inner, answer.witness)
        assert not slow.contains(outer, answer.witness)


def same(left, right):
    return equals(left, right).yes


@heavy
@given(resource_sets, resource_sets, resource_sets)
def test_the_laws_of_sets(a, b, c):
    assert same(union(a, b), union(b, a))
    assert same(intersection(a, b), intersection(b, a))
    assert same(union(a, union(b, c)), union(union(a, b), c))
    assert same(intersection(a, union(b, c)), union(intersection(a, b), intersection(a, c)))
    assert same(complement(union(a, b)), intersection(complement(a), complement(b)))
    assert same(complement(complement(a)), a)
    assert same(union(a, intersection(a, b)), a)
    assert same(difference(a, b), intersection(a, complement(b)))
    assert same(union(a, NOTHING), a)
    assert same(intersection(a, EVERYTHING), a)
    assert same(union(a, complement(a)), EVERYTHING)
    assert is_empty(intersection(a, complement(a))).yes
    assert is_empty(difference(a, a)).yes


@given(resource_sets, resource_sets)
def test_the_questions_agree_with_each_other(a, b):
    assert includes(b, a).yes == is_empty(difference(a, b)).yes
    assert equals(a, b).yes == (includes(a, b).yes and includes(b, a).yes)
    assert intersects(a, b).yes == intersects(b, a).yes
    assert intersects(a, b).no == is_empty(intersection(a, b)).yes
    if includes(a, b).yes:
        assert same(union(a, b), a)
        assert same(intersection(a, b), b)


# --- symbols: an answer must hold whatever they stand for ---

symbol_texts = st.lists(st.sampled_from(("a", "b", "*", "?", "${S}", "${T}")), max_size=4).map("".join)
MEANINGS = [(s, t) for s, t in product(("a", "b", "ab", "bb"), repeat=2) if s != t]
RICH = slow.words("abc", 6)


@heavy
@given(symbol_texts, symbol_texts)
def test_answers_on_symbols_hold_for_every_meaning(outer, inner):
    answer = pattern_includes(outer, inner)
    for s, t in MEANINGS:
        wide, narrow, witness = (
            text.replace("${S}", s).replace("${T}", t) for text in (outer, inner, answer.witness or "")
        )
        if answer.yes:
            assert not any(slow.glob(narrow, w) and not slow.glob(wide, w) for w in RICH), (s, t)
        elif answer.no:
            assert slow.glob(narrow, witness), (s, t)
            assert not slow.glob(wide, witness), (s, t)


names = st.lists(st.sampled_from(("a", ":", "*", "?", "${S}", "${T}")), max_size=4).map("".join)
fields = st.sampled_from(("*", "a", "a*", "", "${AWS::Region}"))
arn_texts = st.tuples(fields, fields, names).map(lambda parts: "arn:x:y:" + ":".join(parts))
NAMES = ("a", "b", "ab", "a/b")
REGIONS = ("a", "b")
IN_ARN = ["arn:x:y:" + word for word in slow.words("ac:", 5)]


@heavy
@given(arn_texts, arn_texts)
def test_answers_on_symbols_within_arns_hold_for_every_name(outer, inner):
    plain, strict = pattern_includes(outer, inner), covers(outer, inner)
    assert plain.yes or not strict.yes
    for s, t, region in product(NAMES, NAMES, REGIONS):
        if len({s, t, region}) < 3:
            continue
        meant = {"${S}": s, "${T}": t, "${AWS::Region}": region}
        wide, narrow = outer, inner
        for symbol, name in meant.items():
            wide, narrow = wide.replace(symbol, name), narrow.replace(symbol, name)
        beyond = any(slow.glob(narrow, w) and not slow.glob(wide, w) for w in IN_ARN)
        if plain.yes:
            assert not beyond, meant
        elif plain.no and "*" not in narrow and "?" not in narrow:
            assert not slow.glob(wide, narrow), meant


@given(symbol_texts)
def test_a_symbol_equals_itself(text):
    assert pattern_includes(text, text).yes


# --- requests ---


@given(
    policies(with_conditions=True, with_variables=True), st.sampled_from(ACTIONS), st.sampled_from(IN_WORLD), contexts
)
def test_the_evaluator_agrees_with_the_slow_one(policy, action, resource, context):
    assert evaluate([policy], Request(action, resource, context)).outcome == slow.decide(
        [policy], action, resource, context
    )


@heavy
@given(
    policies(with_conditions=True, most=2),
    policies(with_conditions=True, most=2),
    policies(with_conditions=True, most=2),
    policies(with_conditions=True, most=2),
    st.sampled_from(ACTIONS),
    st.sampled_from(IN_WORLD),
    contexts,
)
def test_every_layer_must_allow(identity, boundary, session, scp, action, resource, context):
    decision = evaluate(
        [identity], Request(action, resource, context), boundary=boundary, session=[session], scps=[[scp], [identity]]
    )
    layers = [[identity], [boundary], [session], [scp], [identity]]
    assert decision.outcome == slow.decide_all(layers, action, resource, context)


@given(st.lists(conditions, max_size=2), st.lists(conditions, max_size=2), single_valued)
def test_implied_conditions_hold_and_contradictory_ones_do_not(given_ones, others, context):
    first = all(slow.holds(c, context) for c in given_ones)
    second = all(slow.holds(c, context) for c in others)
    if implies(given_ones, others):
        assert second or not first
    if contradicts(given_ones, others):
        assert not (first and second)


# --- comparisons ---


def needed(wanted, action, resource):
    return any(n.action == action and slow.glob(n.resource, resource) for n in wanted)


@heavy
@given(policies(with_conditions=False), policies(with_conditions=False), needs)
def test_without_conditions_the_comparison_is_exact(first, second, wanted):
    grants = GrantSet((NamedPolicy("one", first), NamedPolicy("two", second)))
    result = compare(grants, wanted, UNIVERSE)
    assert not result.undecided
    everything = list(product(ACTIONS, IN_WORLD))
    allowed = {(a, r) for a, r in everything if slow.decide([first, second], a, r, {}) == "allowed"}
    wanted_requests = {(a, r) for a, r in everything if needed(wanted, a, r)}
    for miss in result.missing:
        assert slow.decide([first, second], miss.witness.action, miss.witness.resource, {}) != "allowed"
        assert needed([miss.need], miss.witness.action, miss.witness.resource)
    for need in set(wanted) - {miss.need for miss in result.missing}:
        assert {(a, r) for a, r in everything if needed([need], a, r)} <= allowed
    for found in result.excess:
        assert slow.decide([first, second], found.witness.action, found.witness.resource, {}) == "allowed"
        assert not needed(wanted, found.witness.action, found.witness.resource)
    if not result.excess:
        assert allowed <= wanted_requests


@heavy
@given(policies(with_conditions=False, most=2), policies(with_conditions=False, most=2), needs)
def test_a_boundary_limits_excess_and_coverage(policy, boundary, wanted):
    result = compare(GrantSet((NamedPolicy("p", policy),), boundary=boundary), wanted, UNIVERSE)
    layers = [[policy], [boundary]]
    for found in result.excess:
        assert slow.decide_all(layers, found.witness.action, found.witness.resource, {}) == "allowed"
        assert not needed(wanted, found.witness.action, found.witness.resource)
    for need in set(wanted) - {miss.need for miss in result.missing}:
        for resource in IN_WORLD:
            if slow.glob(need.resource, resource):
                assert slow.decide_all(layers, need.action, resource, {}) == "allowed"


@heavy
@given(policies(with_conditions=True), needs, contexts)
def test_what_is_neither_missing_nor_undecided_is_allowed_in_every_context(policy, wanted, context):
    result = compare(GrantSet((NamedPolicy("p", policy),)), wanted, UNIVERSE)
    settled = set(wanted) - {m.need for m in result.missing} - {u.need for u in result.undecided}
    for need in settled:
        for resource in IN_WORLD:
            if slow.glob(need.resource, resource):
                assert slow.decide([policy], need.action, resource, context) == "allowed"


@heavy
@given(policies(with_conditions=True, with_variables=True, most=2), policies(with_conditions=True, most=2), contexts)
def test_two_policies_differ_where_the_slow_one_says_so(old, new, context):
    change = compare_policies(old, new, UNIVERSE)
    for found, have, lack in ((c, new, old) for c in change.newly_allowed):
        request = (found.request.action, found.request.resource, found.request.context)
        assert slow.decide([have], *request) == "allowed"
        assert slow.decide([lack], *request) != "allowed"
    for found in change.no_longer_allowed:
        request = (found.request.action, found.request.resource, found.request.context)
        assert slow.decide([old], *request) == "allowed"
        assert slow.decide([new], *request) != "allowed"
    gained = {action for c in change.newly_allowed for action in c.actions}
    lost = {action for c in change.no_longer_allowed for action in c.actions}
    if not change.undecided:
        for action, resource in product(ACTIONS, IN_WORLD):
            before = slow.decide([old], action, resource, context) == "allowed"
            after = slow.decide([new], action, resource, context) == "allowed"
            assert not (after and not before) or action in gained
            assert not (before and not after) or action in lost


@heavy
@given(policies(with_conditions=True, with_variables=True))
def test_a_policy_equals_itself(policy):
    assert compare_policies(policy, policy, UNIVERSE).equal


# --- the least policy ---


@heavy
@given(needs)
def test_the_built_policy_allows_the_needs_and_nothing_else(wanted):
    policy = build_policy(wanted, UNIVERSE)
    for action, resource in product(ACTIONS, IN_WORLD):
        assert (slow.decide([policy], action, resource, {}) == "allowed") == needed(wanted, action, resource)
    result = compare(GrantSet((NamedPolicy("p", policy),)), wanted, UNIVERSE)
    assert not result.excess
    assert not result.missing
    assert not any("*" in action or "?" in action for s in policy.statements for action in s.actions)


@heavy
@given(needs)
def test_nothing_of_the_built_policy_can_go(wanted):
    policy = build_policy(wanted, UNIVERSE)
    for smaller in _with_one_part_less(policy):
        assert compare(GrantSet((NamedPolicy("p", smaller),)), wanted, UNIVERSE).missing


def _with_one_part_less(policy):
    from dataclasses import replace

    for index, statement in enumerate(policy.statements):
        before, after = policy.statements[:index], policy.statements[index + 1 :]
        yield Policy((*before, *after))
        for field in ("actions", "resources"):
            items = getattr(statement, field)
            for item in items if len(items) > 1 else ():
                rest = tuple(i for i in items if i != item)
                yield Policy((*before, replace(statement, **{field: rest}), *after))


@heavy
@given(needs, st.randoms())
def test_the_built_policy_does_not_depend_on_order(wanted, random):
    shuffled = list(wanted)
    random.shuffle(shuffled)
    assert to_json(build_policy(wanted, UNIVERSE)) == to_json(build_policy(shuffled, UNIVERSE))


@heavy
@given(needs, st.integers(150, 400))
def test_splitting_and_merging_change_no_grant(wanted, limit):
    policy = build_policy(wanted, UNIVERSE)
    parts = split(policy, limit)
    assert all(size(part) <= limit for part in parts.values())
    merged = compact(policy)
    assert size(merged) <= size(policy)
    for action, resource in product(ACTIONS, IN_WORLD):
        answer = slow.decide([policy], action, resource, {})
        assert slow.decide(parts.values(), action, resource, {}) == answer
        assert slow.decide([merged], action, resource, {}) == answer


@given(policies(with_conditions=True))
def test_a_policy_survives_its_own_text(policy):
    read = parse_policy_text(to_json(policy))
    assert read.version == policy.version
    for mine, theirs in zip(read.statements, policy.statements, strict=True):
        assert (mine.effect, mine.actions, mine.not_actions) == (theirs.effect, theirs.actions, theirs.not_actions)
        assert (mine.resources, mine.not_resources) == (theirs.resources, theirs.not_resources)
        assert {(c.operator, c.key) for c in mine.conditions} == {(c.operator, c.key) for c in theirs.conditions}
