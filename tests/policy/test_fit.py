"""Sizes, merging and splitting: nothing is granted that was not, and places are stable."""

from __future__ import annotations

import pytest

from iamgen.policy.compare import GrantSet, compare
from iamgen.policy.fit import SizeError
from iamgen.policy.limits import MANAGED_LIMIT
from iamgen.policy.minimise import build_policy, compact, fit, size, split
from iamgen.policy.model import Effect, NamedPolicy, Need, Policy, Statement

from .fakes import UNIVERSE


def needs(count, action="s3:GetObject"):
    return [Need(action, f"arn:aws:s3:::a-bucket-with-a-long-name-{n:04}/some/prefix/*") for n in range(count)]


def separate(count):
    """Needs that make one statement each: no two resources have the same actions and conditions."""
    return [Need("sqs:SendMessage", f"arn:aws:sqs:*:*:queue-{n:04}") for n in range(count)]


def statements(count):
    return Policy(
        tuple(
            Statement(
                Effect.ALLOW,
                actions=("dynamodb:GetItem",) if n % 2 else ("dynamodb:PutItem",),
                resources=(f"arn:aws:dynamodb:*:*:table/table-number-{n:04}",),
                sid=f"Table{n:04}",
            )
            for n in range(count)
        )
    )


def where(parts):
    return {
        (a, r): name for name, part in parts.items() for s in part.statements for a in s.actions for r in s.resources
    }


def test_size_counts_no_white_space():
    policy = Policy((Statement(Effect.ALLOW, actions=("s3:GetObject",), resources=("*",)),))
    text = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
    assert size(policy) == len(text)


def test_what_fits_stays_one_policy():
    policy = build_policy(needs(3), UNIVERSE)
    assert split(policy, name="orders") == {"orders": policy}


def test_a_large_policy_is_split_without_loss():
    policy = build_policy(needs(200) + needs(100, "s3:PutObject"), UNIVERSE)
    parts = split(policy, name="orders")
    assert len(parts) > 1
    assert all(size(part) <= MANAGED_LIMIT for part in parts.values())
    grants = GrantSet(tuple(NamedPolicy(name, part) for name, part in parts.items()))
    result = compare(grants, needs(200) + needs(100, "s3:PutObject"), UNIVERSE)
    assert (result.excess, result.missing, result.undecided) == ((), (), ())


def test_names_are_those_of_the_policy():
    parts = split(statements(100), name="orders")
    assert "orders" in parts
    assert all(name == "orders" or name.startswith("orders-") for name in parts)


@pytest.mark.parametrize("added", range(100, 130))
def test_adding_a_permission_moves_none_when_the_earlier_places_are_known(added):
    before = split(statements(100), 2_000)
    after = split(statements(added + 1), 2_000, previous=before)
    places = where(before)
    assert {pair: name for pair, name in where(after).items() if pair in places} == places
    assert all(size(part) <= 2_000 for part in after.values())


@pytest.mark.parametrize("added", range(60, 70))
def test_adding_a_resource_to_a_large_statement_moves_none(added):
    before = split(build_policy(needs(added), UNIVERSE), 2_000)
    after = split(build_policy(needs(added + 1), UNIVERSE), 2_000, previous=before)
    places = where(before)
    moved = {pair for pair, name in places.items() if where(after)[pair] != name}
    # What no longer fits beside the new resource is the exception: one piece of one policy.
    assert len({places[pair] for pair in moved}) <= 1
    assert len(moved) < 20
    assert all(size(part) <= 2_000 for part in after.values())


def test_without_them_only_an_overflowing_policy_moves_some():
    moved = 0
    for count in range(100, 125):
        before, after = where(split(statements(count), 2_000)), where(split(statements(count + 1), 2_000))
        changed = {pair for pair, name in before.items() if after[pair] != name}
        # All that moves leaves one policy.
        assert len({before[pair] for pair in changed}) <= 1
        moved += bool(changed)
    assert moved < 12


def test_a_statement_that_alone_is_too_large_is_cut():
    policy = build_policy(needs(300), UNIVERSE)
    assert len(policy.statements) == 1
    parts = split(policy, 3_000)
    assert all(size(part) <= 3_000 for part in parts.values())
    assert set(where(parts)) == set(where({"policy": policy}))


def test_what_cannot_be_cut_is_an_error():
    policy = Policy((Statement(Effect.ALLOW, actions=("s3:GetObject",), resources=("arn:aws:s3:::" + "x" * 500,)),))
    with pytest.raises(SizeError):
        split(policy, 300)


def test_merging_over_services_makes_it_smaller():
    everywhere = [Need(action, "*") for action in ("s3:GetObject", "sqs:SendMessage", "sns:Publish")]
    policy = build_policy(everywhere, UNIVERSE)
    assert len(policy.statements) == 3
    merged = compact(policy)
    assert len(merged.statements) == 1
    assert size(merged) < size(policy)
    result = compare(GrantSet((NamedPolicy("p", merged),)), everywhere, UNIVERSE)
    assert (result.excess, result.missing, result.undecided) == ((), (), ())


def test_a_policy_past_the_limit_is_merged_and_one_within_it_is_not():
    everywhere = [Need(action, "*") for action in ("s3:GetObject", "sqs:SendMessage", "sns:Publish")]
    assert len(build_policy(everywhere, UNIVERSE).statements) == 3
    assert len(build_policy(everywhere, UNIVERSE, limit=250).statements) == 1


def test_fitting_prefers_one_policy():
    everywhere = [Need(action, "*") for action in ("s3:GetObject", "sqs:SendMessage", "sns:Publish")]
    policy = build_policy(everywhere, UNIVERSE)
    assert fit(policy, name="p") == {"p": policy}
    assert fit(policy, size(compact(policy)), name="p") == {"p": compact(policy)}
    assert len(fit(policy, size(compact(policy)) - 1, name="p")) > 1


def test_merging_never_crosses_pairs():
    wanted = [
        Need("s3:GetObject", "arn:aws:s3:::a/*"),
        Need("s3:GetObject", "arn:aws:s3:::b/*"),
        Need("s3:PutObject", "arn:aws:s3:::b/*"),
        Need("s3:PutObject", "arn:aws:s3:::c/*"),
    ]
    merged = compact(build_policy(wanted, UNIVERSE))
    assert set(where({"p": merged})) == {(n.action, n.resource) for n in wanted}


def test_a_sid_does_not_depend_on_other_statements():
    some = build_policy(separate(1) + needs(1), UNIVERSE)
    more = build_policy(separate(1) + needs(1) + [Need("sns:Publish", "*")], UNIVERSE)
    assert {s.sid for s in some.statements} < {s.sid for s in more.statements}


def test_sids_are_letters_and_digits_and_unique():
    wanted = separate(3) + needs(3) + [Need("s3:GetObject", "arn:aws:s3:::größe/ä-ö_ü/*")]
    wanted += [Need("s3:PutObject", "arn:aws:s3:::x/*"), Need("s3:ListBucket", "arn:aws:s3:::x")]
    sids = [s.sid for s in build_policy(wanted, UNIVERSE).statements]
    assert len(set(sids)) == len(sids)
    assert all(sid.isascii() and sid.isalnum() for sid in sids)
