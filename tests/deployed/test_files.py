import json
from urllib.parse import quote

import pytest
from aws_stage import allow, document

from iamgen.core.errors import IamgenError, InputError
from iamgen.deployed import PolicyKind, RoleGrants, read_file
from iamgen.policy.parse import PolicyError

ACCOUNT = "123456789012"
ARN = f"arn:aws:iam::{ACCOUNT}:role/service-role/orders-role"
DOCUMENT = json.loads(document(allow("dynamodb:PutItem")))
ROLE = {"Role": {"RoleName": "orders-role", "Arn": ARN, "Path": "/service-role/", "AssumeRolePolicyDocument": {}}}


@pytest.fixture
def one(tmp_path):
    """Reads the file of these JSON values, one after the other, as one role."""

    def read(*values: object) -> RoleGrants:
        path = tmp_path / "given.json"
        path.write_text("\n".join(json.dumps(value, indent=2) for value in values))
        (grants,) = read_file(path)
        return grants

    return read


def actions(grants: RoleGrants) -> list[str]:
    return [action for policy in grants.policies for s in policy.policy.statements for action in s.actions]


def test_a_policy_document_is_a_role_called_after_its_file(one):
    grants = one(DOCUMENT)
    assert (grants.role, actions(grants), grants.unread) == ("given", ["dynamodb:PutItem"], ())


def test_a_list_of_documents_is_one_role(one):
    other = json.loads(document(allow("s3:GetObject")))
    grants = one([DOCUMENT, other])
    assert [policy.name for policy in grants.policies] == ["given[0]", "given[1]"]
    assert actions(grants) == ["dynamodb:PutItem", "s3:GetObject"]


def test_get_role_alone_says_nothing_of_the_policies(one):
    grants = one(ROLE)
    assert grants.role == "orders-role"
    assert grants.arn == ARN
    assert dict(grants.symbols) == {"AWS::Partition": "aws", "AWS::AccountId": ACCOUNT}
    assert len(grants.unread) == 2


def test_get_role_and_its_policies(one):
    attached = {"AttachedPolicies": [{"PolicyName": "R", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}
    grants = one(
        ROLE,
        {"PolicyNames": ["orders"]},
        {"RoleName": "orders-role", "PolicyName": "orders", "PolicyDocument": DOCUMENT},
        attached,
    )
    assert [(p.name, p.kind) for p in grants.policies] == [
        ("orders", PolicyKind.INLINE),
        ("ReadOnlyAccess", PolicyKind.AWS_MANAGED),
    ]
    assert grants.unread == ()


def test_a_listed_inline_policy_without_its_document_is_unread(one):
    grants = one({"PolicyNames": ["orders", "more"]}, {"AttachedPolicies": []},
                 {"RoleName": "r", "PolicyName": "orders", "PolicyDocument": DOCUMENT})  # fmt: skip
    assert grants.role == "r"
    assert grants.unread == ("the inline policy `more` is not in `given.json`",)


def test_an_attached_policy_without_its_document_is_unread(one):
    arn = f"arn:aws:iam::{ACCOUNT}:policy/own"
    grants = one({"PolicyNames": []}, {"AttachedPolicies": [{"PolicyName": "own", "PolicyArn": arn}]})
    assert grants.unread == (f"the managed policy `{arn}` is not in `given.json`",)


def test_get_policy_version(one):
    grants = one({"PolicyVersion": {"VersionId": "v3", "IsDefaultVersion": True, "Document": DOCUMENT}})
    assert actions(grants) == ["dynamodb:PutItem"]
    assert grants.policies[0].kind is PolicyKind.MANAGED
    assert grants.unread == ()


def test_get_policy_and_its_version_go_together(one):
    grants = one(
        {"Policy": {"PolicyName": "own", "Arn": f"arn:aws:iam::{ACCOUNT}:policy/own", "DefaultVersionId": "v1"}},
        {"PolicyVersion": {"VersionId": "v1", "Document": DOCUMENT}},
    )
    assert [policy.name for policy in grants.policies] == ["own"]


@pytest.mark.parametrize("encode", [json.dumps, lambda data: quote(json.dumps(data), safe="")])
def test_documents_as_text(one, encode):
    grants = one({"RoleName": "r", "PolicyName": "orders", "PolicyDocument": encode(DOCUMENT)})
    assert actions(grants) == ["dynamodb:PutItem"]


def test_a_plus_in_an_encoded_document_is_a_plus(one):
    body = json.loads(document(allow("s3:GetObject", "arn:aws:s3:::b/a+b")))
    grants = one({"RoleName": "r", "PolicyName": "p", "PolicyDocument": quote(json.dumps(body), safe="+")})
    assert grants.policies[0].policy.statements[0].resources == ("arn:aws:s3:::b/a+b",)


def test_a_function_configuration_tells_the_environment(one):
    function = {"FunctionName": "orders", "Role": ARN, "Environment": {"Variables": {"TABLE": "orders-1"}}}
    grants = one(function, DOCUMENT)
    assert grants.role == "orders-role"
    assert grants.environment == {"TABLE": "orders-1"}
    assert grants.unread == ()


def test_the_boundary_of_a_described_role(one):
    limit = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    grants = one({"Role": {**ROLE["Role"], "PermissionsBoundary": limit}}, DOCUMENT)
    assert grants.boundary is not None
    assert grants.boundary.name == "ReadOnlyAccess"


def test_an_unknown_boundary_leaves_the_limits_unread(one):
    limit = {"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/limit"}
    grants = one({"Role": {**ROLE["Role"], "PermissionsBoundary": limit}}, DOCUMENT)
    assert grants.limits_unread


def test_service_control_policies(one):
    deny = json.loads(document({"Effect": "Deny", "Action": "iam:*", "Resource": "*"}))
    grants = one(DOCUMENT, {"Policy": {"PolicySummary": {"Name": "no-iam"}, "Content": json.dumps(deny)}})
    assert [policy.name for level in grants.scps for policy in level] == ["no-iam"]


def test_role_details_are_a_role_each(tmp_path):
    details = [
        {"RoleName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "AttachedManagedPolicies": [],
         "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": DOCUMENT}]}
        for name in ("a", "b")
    ]  # fmt: skip
    path = tmp_path / "roles.json"
    path.write_text(json.dumps(details))
    assert [grants.role for grants in read_file(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("{", "is not JSON"),
        ("Version: 2012", "is not JSON"),
        ('"text"', "where a policy or a role is expected"),
        ("[1]", "where a policy or a role is expected"),
        ("[]", "holds no policy"),
        ("[[], []]", "holds no policy"),
        ("{}", "neither a policy nor a role"),
        ('{"Users": []}', "neither a policy nor a role"),
        ('{"Statement": [], "Statement": []}', "`Statement` twice"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5_000, "is not JSON"),
    ],
)
def test_what_is_no_role(tmp_path, text, message):
    path = tmp_path / "given.json"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_file(path)


def test_a_trust_policy_is_refused_with_its_place(tmp_path):
    path = tmp_path / "given.json"
    path.write_text(document({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}))
    with pytest.raises(PolicyError, match=r"`given.json`: .*Statement\[0\].Principal"):
        read_file(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_file(tmp_path / "nothing.json")


def test_a_folder(tmp_path):
    with pytest.raises(InputError, match="is no file"):
        read_file(tmp_path)


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "given.json"
    path.write_bytes(b'{"Statement": "\xff\xfe"}')
    with pytest.raises(IamgenError, match="UTF-8"):
        read_file(path)


def test_a_byte_order_mark_is_no_content(tmp_path):
    path = tmp_path / "given.json"
    path.write_text("\ufeff" + json.dumps(DOCUMENT))
    assert len(read_file(path)) == 1
