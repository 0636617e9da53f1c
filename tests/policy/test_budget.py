"""A comparison's steps are bounded; what is not reached is undecided, never equal, missing or granted in vain."""

from __future__ import annotations

import functools
import time

import pytest

from iamgen.policy import change, compare
from iamgen.policy.algebra import Obstacle, is_empty
from iamgen.policy.budget import Budget, OutOfSteps
from iamgen.policy.limits import MAX_COMPARISON_STEPS, MAX_STEPS
from iamgen.policy.model import Condition, Effect, NamedPolicy, Need, Policy, Statement
from iamgen.policy.wildcards import includes

from .fakes import FakeUniverse

UNIVERSE = FakeUniverse(("x:Get", "x:Put", "y:Get"))
ARN = "arn:aws:x:::"


def policy(*resources, action="x:Get", conditions=()):
    return Policy(tuple(Statement(Effect.ALLOW, (action,), (), (text,), conditions=conditions) for text in resources))


PLAIN = policy(ARN + "a*", ARN + "b*")


@pytest.fixture(params=[0, 1, 20, 60, 90])
def small(request, monkeypatch):
    """A budget that ends at one place or another."""
    for module in (change, compare):
        monkeypatch.setattr(module, "Budget", functools.partial(Budget, request.param))
    return request.param


def test_a_difference_past_the_budget_is_undecided(small):
    for old, new in ((PLAIN, PLAIN), (PLAIN, policy(ARN + "a*")), (policy(), PLAIN)):
        found = change.compare_policies(old, new, UNIVERSE)
        assert not found.equal
        over = [doubt.reason for doubt in found.undecided]
        assert over in ([], [f"the policies need more than {MAX_COMPARISON_STEPS:,} steps to compare"])
        # What was found before is true; a side that was not reached is not called unchanged.
        for one in (*found.newly_allowed, *found.no_longer_allowed):
            assert not one.decision.allowed


def test_with_enough_steps_the_same_is_decided():
    assert change.compare_policies(PLAIN, PLAIN, UNIVERSE).equal
    found = change.compare_policies(PLAIN, policy(ARN + "a*"), UNIVERSE)
    assert [one.resource for one in found.no_longer_allowed] == [ARN + "b*"]
    assert not found.undecided


def test_needs_and_grants_past_the_budget_are_undecided(small):
    needs = [Need("x:Get", ARN + "a1"), Need("x:Put", ARN + "z")]
    found = compare.compare(compare.GrantSet((NamedPolicy("p", PLAIN),)), needs, UNIVERSE)
    for doubt in found.undecided:
        assert doubt.obstacle is Obstacle.CAP
        assert "steps to compare" in doubt.reason
    # Each need and each statement is spoken of, or was decided with the steps that there were.
    full = compare_with(Budget(), needs)
    told = {d.need for d in found.undecided} | {m.need for m in found.missing}
    assert {m.need for m in full.missing} <= told
    statements = {d.statement for d in found.undecided} | {e.statement for e in found.excess}
    assert {e.statement for e in full.excess} <= statements
    assert found.undecided


def compare_with(budget, needs):
    from unittest import mock

    with mock.patch.object(compare, "Budget", return_value=budget):
        return compare.compare(compare.GrantSet((NamedPolicy("p", PLAIN),)), needs, UNIVERSE)


@pytest.fixture
def fewer(monkeypatch):
    """A part of the steps: the tests of SECURITY.md take all of them."""
    for module in (change, compare):
        monkeypatch.setattr(module, "Budget", functools.partial(Budget, 1_000_000))


@pytest.mark.usefixtures("fewer")
def test_the_end_does_not_depend_on_what_is_remembered():
    old, new = (policy(*(f"{ARN}*a{'?' * n}*{end}" for n in range(40))) for end in "xy")
    is_empty.cache_clear()
    first = change.compare_policies(old, new, UNIVERSE)
    assert change.compare_policies(old, new, UNIVERSE) == first
    is_empty.cache_clear()
    assert change.compare_policies(old, new, UNIVERSE) == first


def test_a_spent_budget_stays_spent():
    budget = Budget(10)
    with pytest.raises(OutOfSteps):
        budget.charge(11)
    with pytest.raises(OutOfSteps):
        budget.charge(0)


def test_one_question_is_bounded_by_steps():
    """Past the bound of one question it is undecided, and others are still asked."""
    answer = includes("${A}*" * 12, "${B}*?" * 200)
    assert not answer.yes
    assert answer.steps <= 2 * MAX_STEPS


def intricate(number, end):
    return f"{ARN}*a{'?' * (12 + number % 9)}*{number:x}*{'?' * (number % 7)}{end}"


@pytest.mark.usefixtures("fewer")
@pytest.mark.parametrize("kind", ["resources", "statements", "denials", "conditions", "values"])
def test_thousands_of_intricate_patterns_end(kind):
    sides = []
    for end in "xy":
        texts = [intricate(number, end) for number in range(2_000)]
        match kind:
            case "resources":
                sides.append(Policy((Statement(Effect.ALLOW, ("x:Get",), (), tuple(texts)),)))
            case "statements":
                sides.append(policy(*texts))
            case "denials":
                refused = tuple(Statement(Effect.DENY, ("x:*",), (), (text,)) for text in texts)
                sides.append(Policy((Statement(Effect.ALLOW, ("*",), (), ("*",)), *refused)))
            case "conditions":
                held = [(Condition("StringLike", f"k:{n % 50}", (text,)),) for n, text in enumerate(texts)]
                statements = [Statement(Effect.ALLOW, ("x:Get",), (), ("*",), conditions=c) for c in held]
                sides.append(Policy(tuple(statements)))
            case "values":
                held = (Condition("ForAnyValue:StringLike", "k:one", tuple(texts)),)
                sides.append(policy("*", conditions=held))
    begun = time.process_time()
    assert not change.compare_policies(sides[0], sides[1], UNIVERSE).equal
    needs = [Need("x:Get", f"{ARN}*b{'?' * (n % 9)}*{n}") for n in range(100)]
    compare.compare(compare.GrantSet((NamedPolicy("p", sides[0]),)), needs, UNIVERSE)
    assert time.process_time() - begun < 60  # some seconds; without the budget, hours


def test_conditions_that_are_too_intricate_are_not_called_equal():
    """Past the cap of states not every way in which the patterns can fall has its value: the comparison says so."""
    old, new = (
        policy("*", conditions=(Condition("StringLike", "k:one", ("*a" + "?" * 16, "*b" + "?" * last)),))
        for last in (17, 18)
    )
    found = change.compare_policies(old, new, UNIVERSE)
    assert not found.equal
    assert any("too intricate" in doubt.reason for doubt in found.undecided)
