"""AWS's own policies as documents: each is read, and compared with its neighbour every change is a true one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from iamgen.catalog.store import Catalog
from iamgen.deployed.managed import ManagedPolicies
from iamgen.policy.change import compare_policies
from iamgen.policy.evaluate import evaluate
from iamgen.policy.parse import parse_policy
from iamgen.policy.serialise import to_document


@pytest.fixture(scope="module")
def documents():
    managed = ManagedPolicies()
    found = {name: managed.find(name) for name in managed.names}
    return {name: granted.policy for name, granted in found.items() if granted is not None}


def test_each_is_read_and_comes_out_the_same(documents):
    assert len(documents) > 1_000
    for name, policy in documents.items():
        assert parse_policy(to_document(policy)) == policy, name


def test_neighbours_differ_by_true_requests(documents):
    catalog = Catalog.open()
    names = sorted(documents)[::60]
    for one, other in pairwise(names):
        old, new = documents[one], documents[other]
        change = compare_policies(old, new, catalog)
        assert not change.undecided, (one, other)
        assert compare_policies(new, new, catalog).equal, other
        for found in change.newly_allowed:
            assert evaluate([new], found.request).allowed
            assert not evaluate([old], found.request).allowed
        for found in change.no_longer_allowed:
            assert evaluate([old], found.request).allowed
            assert not evaluate([new], found.request).allowed
