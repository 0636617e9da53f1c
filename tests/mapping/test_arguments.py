"""What a parameter path holds, and how surely it is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamgen.analysis.usage import Argument, Choice, Entry, ListOf, Literal, MappingOf, Unknown
from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.arguments import Presence, fill, find
from iamgen.mapping.limits import MAX_ALTERNATIVES, MAX_ITEMS

from .literate import call_of


@pytest.mark.parametrize(
    ("arguments", "path", "presence"),
    [
        ('Name="a"', "Name", Presence.GIVEN),
        ('Name?="a"', "Name", Presence.MAYBE),
        ("Name=None", "Name", Presence.ABSENT),
        ('Other="a"', "Name", Presence.ABSENT),
        ('Other="a" **', "Name", Presence.UNTOLD),
        ('Name="a" **', "Name", Presence.GIVEN),
        ('Name=None ~ "a"', "Name", Presence.MAYBE),
        ("Name=?", "Name", Presence.GIVEN),
        ("A=?", "A.B", Presence.UNTOLD),
        ('A="text"', "A.B", Presence.ABSENT),
        ('A={"B": 1}', "A.B", Presence.GIVEN),
        ('A={"B"?: 1}', "A.B", Presence.MAYBE),
        ('A={"C": 1}', "A.B", Presence.ABSENT),
        ('A={"C": 1, ...}', "A.B", Presence.UNTOLD),
        ("A={?: 1}", "A.B", Presence.UNTOLD),
        ('A=[{"B": 1}, {"C": 2}]', "A[].B", Presence.GIVEN),
        ('A=[{"C": 2}]', "A[].B", Presence.ABSENT),
        ('A=[{"C": 2}, ...]', "A[].B", Presence.ABSENT),
        ('A=[{"C": 2}, ?]', "A[].B", Presence.UNTOLD),
        ('A=[{"B": 2}, ...]', "A[].B", Presence.GIVEN),
        ("A=[...]", "A[].B", Presence.UNTOLD),
        ("A=[]", "A[].B", Presence.ABSENT),
        ('A={"k": {"B": 1}}', "A{}.B", Presence.GIVEN),
        ('A={"k": 1}', "A{keys}", Presence.GIVEN),
        ("A={}", "A{keys}", Presence.ABSENT),
        ("A=3", "A.B", Presence.ABSENT),
    ],
)
def test_presence(arguments: str, path: str, presence: Presence) -> None:
    assert find(call_of(f"s3.X {arguments}").arguments, path).presence is presence


def test_values_keep_their_order() -> None:
    found = find(call_of('s3.X A=[{"B": "1"}, {"B": "2"} ~ {"B": "3"}]').arguments, "A[].B")
    assert found.values == (Text.of("1"), Text.of("2"), Text.of("3"))


def test_a_list_of_unknown_length_holds_more_of_the_same() -> None:
    assert find(call_of('s3.X A=[{"B": "1"}, ...]').arguments, "A[].B").values == (Text.of("1"),)
    assert find(call_of('s3.X A=[{"B": "1"}, ?]').arguments, "A[].B").values == (Text.of("1"), Unknown())
    assert find(call_of("s3.X A=[...]").arguments, "A[].B").values == (Unknown(),)


def test_a_long_list_is_cut_and_says_so() -> None:
    arguments = MappingOf((Entry(Text.of("A"), ListOf(tuple(Text.of(str(i)) for i in range(MAX_ITEMS + 5)))),))
    found = find(arguments, "A[]")
    assert len(found.values) == MAX_ITEMS
    assert any(isinstance(one, Unknown) for one in found.values)


ENV = Hole(HoleKind.ENV, "A")


def test_alternatives_multiply_out() -> None:
    text = Text.of(ENV, "-", ENV)
    assert fill(text, lambda _: (Text.of("x"), Text.of("y"))) == tuple(map(Text.of, ("x-x", "x-y", "y-x", "y-y")))


def test_too_many_alternatives_widen() -> None:
    many = tuple(Text.of(str(i)) for i in range(MAX_ALTERNATIVES))
    found = fill(Text.of(ENV, "/", ENV), lambda _: many)
    assert len(found) == MAX_ALTERNATIVES
    assert all(text.pattern().endswith("/*") for text in found)


def test_a_hole_without_an_answer_stays() -> None:
    assert fill(Text.of(ENV), lambda _: None) == (Text.of(ENV),)
    assert fill(Text.of(ENV), lambda _: ()) == (Text.of(ENV),)


LEAVES = st.one_of(
    st.text(max_size=4).map(Text.of), st.just(Unknown()), st.just(Literal(None)), st.integers().map(Literal),
    st.just(Text((Hole(HoleKind.UNKNOWN),))),
)  # fmt: skip
NAMES = st.sampled_from(["A", "B", "C"]).map(Text.of)
ARGUMENTS: st.SearchStrategy[Argument] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(ListOf, st.lists(inner, max_size=3).map(tuple), st.booleans()),
        st.builds(
            MappingOf, st.lists(st.builds(Entry, NAMES, inner, st.booleans()), max_size=3).map(tuple), st.booleans()
        ),
        st.lists(inner, min_size=2, max_size=3).map(lambda items: Choice(tuple(items))),
    ),
    max_leaves=12,
)


@given(ARGUMENTS, st.sampled_from(["A", "A.B", "A[]", "A[].B", "A{}.B", "A{keys}", "A.B[].C"]))
def test_nothing_is_ever_raised_and_what_is_given_has_a_value(argument: Argument, path: str) -> None:
    found = find(argument, path)
    assert found.presence < Presence.MAYBE or found.values
    assert found.presence is not Presence.ABSENT or not found.values
