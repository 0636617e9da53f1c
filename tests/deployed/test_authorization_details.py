import json
from pathlib import Path

import pytest
from aws_stage import allow, document

from iamgen.core.errors import InputError
from iamgen.deployed import ManagedPolicies, PolicyKind, read_file
from iamgen.deployed.authorization_details import read_details
from iamgen.deployed.stream import members

ACCOUNT = "123456789012"
OWN = f"arn:aws:iam::{ACCOUNT}:policy/team/own"


def role(name: str, **more) -> dict:
    return {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "RolePolicyList": [],
        "AttachedManagedPolicies": [],
        **more,
    }


def policy(arn: str, *actions: str) -> dict:
    versions = [
        {
            "VersionId": f"v{number}",
            "IsDefaultVersion": number == len(actions),
            "Document": json.loads(document(allow(a))),
        }
        for number, a in enumerate(actions, 1)
    ]
    return {"PolicyName": arn.rpartition("/")[2], "Arn": arn, "DefaultVersionId": f"v{len(actions)}",
            "PolicyVersionList": versions}  # fmt: skip


def account(path: Path, roles: list[dict], policies: list[dict]) -> Path:
    file = path / "account.json"
    data = {"UserDetailList": [{"UserName": "x"}], "GroupDetailList": [], "RoleDetailList": roles, "Policies": policies}
    file.write_text(json.dumps(data, indent=4))
    return file


def test_roles_with_inline_and_attached_policies(tmp_path):
    inline = {"PolicyName": "in", "PolicyDocument": json.loads(document(allow("s3:GetObject")))}
    attached = [
        {"PolicyName": "own", "PolicyArn": OWN},
        {"PolicyName": "R", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    ]
    file = account(
        tmp_path,
        [role("orders", RolePolicyList=[inline], AttachedManagedPolicies=attached), role("empty")],
        [policy(OWN, "sqs:SendMessage", "sqs:ReceiveMessage")],
    )

    orders, empty = read_file(file)

    assert [(p.name, p.kind) for p in orders.policies] == [
        ("in", PolicyKind.INLINE),
        ("own", PolicyKind.MANAGED),
        ("ReadOnlyAccess", PolicyKind.AWS_MANAGED),
    ]
    assert orders.policies[1].policy.statements[0].actions == ("sqs:ReceiveMessage",)
    assert orders.policies[1].source == "account.json, version v2"
    assert orders.unread == ()
    assert empty.policies == ()
    assert empty.symbols["AWS::AccountId"] == ACCOUNT


def test_the_account_wins_over_the_embedded_table(tmp_path):
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    attached = [{"PolicyName": "ReadOnlyAccess", "PolicyArn": arn}]
    file = account(tmp_path, [role("r", AttachedManagedPolicies=attached)], [policy(arn, "s3:GetObject")])
    (grants,) = read_file(file)
    assert grants.policies[0].policy.statements[0].actions == ("s3:GetObject",)
    assert grants.policies[0].kind is PolicyKind.AWS_MANAGED


def test_a_policy_that_the_file_lacks_is_unread(tmp_path):
    file = account(tmp_path, [role("r", AttachedManagedPolicies=[{"PolicyName": "own", "PolicyArn": OWN}])], [])
    (grants,) = read_file(file)
    assert grants.unread == (f"the managed policy `{OWN}` is not in `account.json`",)


def test_the_boundary_of_a_role(tmp_path):
    limit = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": OWN}
    known = account(tmp_path, [role("r", PermissionsBoundary=limit)], [policy(OWN, "s3:*")])
    (grants,) = read_file(known)
    assert grants.boundary is not None
    assert grants.boundary.name == "own"
    unknown = account(tmp_path, [role("r", PermissionsBoundary=limit)], [])
    (grants,) = read_file(unknown)
    assert grants.limits_unread


def test_one_bad_document_hides_no_other_role(tmp_path):
    bad = {"PolicyName": "bad", "PolicyDocument": {"Statement": [{"Effect": "Perhaps"}]}}
    file = account(tmp_path, [role("a", RolePolicyList=[bad]), role("b")], [])
    first, second = read_file(file)
    assert "Statement[0].Effect" in first.unread[0]
    assert second.unread == ()


def test_only_the_wanted_roles_are_read(tmp_path):
    file = account(tmp_path, [role("a"), role("b"), role("c")], [])
    found = read_details(file, ManagedPolicies(), lambda name: name in {"a", "c"})
    assert [grants.role for grants in found] == ["a", "c"]


def test_a_thousand_roles_that_are_larger_than_a_window(tmp_path):
    statements = [allow("s3:GetObject", f"arn:aws:s3:::bucket-{number}/*") for number in range(20)]
    inline = {"PolicyName": "in", "PolicyDocument": json.loads(document(*statements))}
    file = account(tmp_path, [role(f"role-{n}", RolePolicyList=[inline]) for n in range(1_000)], [])
    assert file.stat().st_size > 2_000_000
    found = read_file(file)
    assert len(found) == 1_000
    assert len(found[999].policies[0].policy.statements) == 20


@pytest.mark.parametrize(
    "text",
    [
        '{"RoleDetailList": [',
        '{"RoleDetailList": [{}',
        '{"RoleDetailList": [{}}',
        '{"RoleDetailList": [{}] "Policies"}',
        '{"RoleDetailList": [nonsense]}',
        '{"RoleDetailList": ' + "[" * 100_000,
        '{"RoleDetailList": "unended',
    ],
)
def test_a_broken_file(tmp_path, text):
    file = tmp_path / "account.json"
    file.write_text(text)
    with pytest.raises(InputError, match="is not JSON"):
        read_file(file)


@pytest.mark.parametrize("data", [{}, {"a": []}, {"a": [1, [2], {"b": 3}], "c": "text", "d": -12.5, "e": None}])
@pytest.mark.parametrize("indent", [None, 2])
def test_members_are_those_of_the_object(tmp_path, data, indent):
    file = tmp_path / "data.json"
    file.write_text(json.dumps(data, indent=indent))
    expected = [(key, item) for key, value in data.items() for item in (value if isinstance(value, list) else [value])]
    assert list(members(file)) == expected


def test_values_that_cross_the_window(tmp_path, monkeypatch):
    monkeypatch.setattr("iamgen.deployed.stream._CHUNK", 3)
    data = {"numbers": [12345, 6.75e3, -1], "text": 'a\\u00e9"b' * 20, "last": 123456}
    file = tmp_path / "data.json"
    file.write_text(json.dumps(data))
    assert list(members(file)) == [("numbers", 12345), ("numbers", 6750.0), ("numbers", -1),
                                   ("text", data["text"]), ("last", 123456)]  # fmt: skip
