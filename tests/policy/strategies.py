"""Random patterns, sets and policies over small alphabets, so that whole worlds can be enumerated."""

from __future__ import annotations

from hypothesis import strategies as st

from iamgen.policy.algebra import NOTHING, Match, complement, difference, intersection, union
from iamgen.policy.model import Condition, Effect, Need, Policy, Statement
from iamgen.policy.patterns import parse_pattern

from .slow import words

ALPHABET = "abc"  # patterns hold a and b; c stands for every other character
WORLD = words(ALPHABET, 5)

glob_texts = st.text("ab*?", max_size=5)
literal_texts = st.text("ab", max_size=4)


def _sets(children):
    pairs = st.tuples(children, children)
    return st.one_of(
        children.map(complement),
        pairs.map(lambda p: union(*p)),
        pairs.map(lambda p: intersection(*p)),
        pairs.map(lambda p: difference(*p)),
    )


leaves = st.one_of(glob_texts.map(lambda t: Match(parse_pattern(t))), st.just(NOTHING))
resource_sets = st.recursive(leaves, _sets, max_leaves=5)

ACTIONS = ("x:Get", "x:Put", "x:PutAll", "y:Get")
action_patterns = st.sampled_from(("x:Get", "X:get", "x:Put", "x:Put*", "x:*", "*", "y:G?t", "y:*", "*:*", "x:????"))
ARN = "arn:::::"  # wildcards after it are in an ARN's resource, where they span colons for certain
resource_texts = st.one_of(st.just("*"), st.text("ab*?", max_size=3).map(ARN.__add__))

VALUES = ("a", "b", "ab", "A", "")
conditions = st.one_of(
    st.builds(
        Condition,
        st.sampled_from(
            (
                "StringEquals",
                "StringNotEquals",
                "StringLike",
                "StringNotLike",
                "StringEqualsIgnoreCase",
                "StringEqualsIfExists",
                "StringNotEqualsIfExists",
                "ForAnyValue:StringEquals",
                "ForAllValues:StringEquals",
                "ForAnyValue:StringEqualsIfExists",
                "ForAnyValue:StringLike",
                "ForAllValues:StringNotEquals",
                "ForAnyValue:StringNotEquals",
            )
        ),
        st.sampled_from(("k:one", "k:two")),
        st.lists(st.sampled_from(("a", "b", "a*", "?")), min_size=1, max_size=2, unique=True).map(
            lambda v: tuple(sorted(v))
        ),
    ),
    st.builds(
        Condition, st.just("Null"), st.sampled_from(("k:one", "k:two")), st.sampled_from((("true",), ("false",)))
    ),
    st.builds(
        Condition,
        st.sampled_from(("NumericLessThan", "NumericGreaterThanEquals")),
        st.just("k:number"),
        st.sampled_from((("3",), ("7",))),
    ),
)


def statements(with_conditions: bool, with_variables: bool = False):
    resources = (
        st.one_of(resource_texts, st.sampled_from((ARN + "a${k:one}", ARN + "${k:one}*")))
        if with_variables
        else resource_texts
    )

    def build(effect, actions, negate_actions, some, negate_resources, held):
        return Statement(
            effect,
            actions=() if negate_actions else tuple(actions),
            not_actions=tuple(actions) if negate_actions else (),
            resources=() if negate_resources else tuple(some),
            not_resources=tuple(some) if negate_resources else (),
            conditions=tuple(sorted(set(held))),
        )

    rarely = st.sampled_from((False, False, False, True))
    return st.builds(
        build,
        st.sampled_from((Effect.ALLOW, Effect.ALLOW, Effect.DENY)),
        st.lists(action_patterns, min_size=1, max_size=2),
        rarely,
        st.lists(resources, min_size=1, max_size=2),
        rarely,
        st.lists(conditions, max_size=2) if with_conditions else st.just([]),
    )


def policies(with_conditions: bool, with_variables: bool = False, most: int = 3):
    return st.lists(statements(with_conditions, with_variables), max_size=most).map(lambda s: Policy(tuple(s)))


contexts = st.dictionaries(
    st.sampled_from(("k:one", "k:two")), st.lists(st.sampled_from(VALUES), max_size=2).map(tuple), max_size=2
).flatmap(
    lambda base: st.sampled_from((None, ("2",), ("3",), ("5",), ("7",))).map(
        lambda n: base if n is None else {**base, "k:number": n}
    )
)
single_valued = contexts.map(lambda c: {key: values[:1] for key, values in c.items()})
needs = st.lists(st.builds(Need, st.sampled_from(ACTIONS), resource_texts), max_size=4)
