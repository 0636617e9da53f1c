import pickle
import re

import pytest

from iamgen.catalog.build.managed import build_managed
from iamgen.core.errors import IamgenError
from iamgen.deployed.grants import PolicyKind
from iamgen.deployed.managed import ManagedPolicies, is_aws_managed

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.fixture(scope="module")
def managed() -> ManagedPolicies:
    return ManagedPolicies()


@pytest.mark.parametrize(
    "reference",
    [
        "AWSLambdaBasicExecutionRole",
        BASIC,
        BASIC.replace("arn:aws:", "arn:aws-us-gov:"),
        BASIC.replace("arn:aws:", "arn:${AWS::Partition}:"),
    ],
)
def test_a_policy_is_found_by_its_name_or_arn(managed, reference):
    found = managed.find(reference)
    assert found is not None
    assert (found.name, found.kind) == ("AWSLambdaBasicExecutionRole", PolicyKind.AWS_MANAGED)
    assert "logs:PutLogEvents" in found.policy.statements[0].actions


@pytest.mark.parametrize(
    "reference",
    [
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",  # its path is /service-role/
        "arn:aws:iam::123456789012:policy/AWSLambdaBasicExecutionRole",  # a customer's own of the same name
        "awslambdabasicexecutionrole",
        "NoSuchPolicy",
        "${Parameter}",
        "'; DROP TABLE policy; --",
        "",
    ],
)
def test_what_the_table_does_not_have(managed, reference):
    assert managed.find(reference) is None


def test_each_document_says_its_version_and_date(managed):
    found = managed.find("AdministratorAccess")
    assert found is not None
    assert re.fullmatch(r"AWS-managed policy, v\d+ of \d{4}-\d\d-\d\d", found.source)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", managed.dated)


def test_every_document_of_the_table_can_be_read(managed):
    assert len(managed.names) > 1_000
    assert [name for name in managed.names if managed.find(name) is None] == []


def test_two_builds_are_the_same_bytes(tmp_path):
    first, second = tmp_path / "first.sqlite", tmp_path / "second.sqlite"
    build_managed(first)
    build_managed(second)
    assert first.read_bytes() == second.read_bytes()


def test_it_travels_to_other_processes(managed):
    managed.find("AdministratorAccess")
    assert pickle.loads(pickle.dumps(managed)).find("AdministratorAccess") == managed.find("AdministratorAccess")


def test_a_missing_table_is_said(tmp_path):
    with pytest.raises(IamgenError, match="missing"):
        ManagedPolicies(tmp_path / "nothing.sqlite").find("AdministratorAccess")


def test_what_is_managed_by_aws():
    assert is_aws_managed(BASIC)
    assert not is_aws_managed("arn:aws:iam::123456789012:policy/own")
