from iamgen.core.location import Location
from iamgen.deployed import ManagedPolicies, PolicyKind, read_declared
from iamgen.project.model import DeclaredRole, PolicyDocument

PLACE = Location("template.yaml", 12)
MANAGED = ManagedPolicies()


def declared(*statements: dict, **more) -> DeclaredRole:
    body = {"Version": "2012-10-17", "Statement": list(statements)}
    return DeclaredRole("OrdersRole", (PolicyDocument("orders", body, PLACE),), location=PLACE, **more)


PUT = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "arn:${AWS::Partition}:dynamodb:*:*:table/${T}"}


def test_documents_are_inline_policies_with_their_place():
    grants = read_declared(declared(PUT), MANAGED)
    (policy,) = grants.policies
    assert grants.role == "OrdersRole"
    assert (policy.name, policy.kind, policy.location) == ("orders", PolicyKind.INLINE, PLACE)
    assert policy.policy.statements[0].resources == ("arn:${AWS::Partition}:dynamodb:*:*:table/${T}",)
    assert grants.unread == ()


def test_managed_policies_come_from_the_table():
    grants = read_declared(declared(PUT, managed=("AWSLambdaBasicExecutionRole",)), MANAGED)
    assert [policy.kind for policy in grants.policies] == [PolicyKind.INLINE, PolicyKind.AWS_MANAGED]
    assert grants.policies[1].location == PLACE


def test_the_same_managed_policy_twice_counts_once():
    grants = read_declared(declared(managed=("ReadOnlyAccess", "ReadOnlyAccess")), MANAGED)
    assert [policy.name for policy in grants.policies] == ["orders", "ReadOnlyAccess"]


def test_an_unknown_managed_policy_is_unread():
    grants = read_declared(declared(PUT, managed=("arn:aws:iam::123456789012:policy/own", "${Extra}")), MANAGED)
    assert len(grants.policies) == 1
    assert len(grants.unread) == 2
    assert "`arn:aws:iam::123456789012:policy/own`" in grants.unread[0]
    assert "`${Extra}`" in grants.unread[1]
    assert not grants.limits_unread


def test_a_document_that_aws_would_refuse_is_unread_and_the_others_are_read():
    good = PolicyDocument("good", {"Statement": [PUT]}, PLACE)
    bad = PolicyDocument("bad", {"Statement": [{"Effect": "Perhaps"}]}, PLACE)
    grants = read_declared(DeclaredRole("R", (bad, good)), MANAGED)
    assert [policy.name for policy in grants.policies] == ["good"]
    (why,) = grants.unread
    assert "`bad`" in why
    assert "Statement[0].Effect" in why


def test_a_role_from_elsewhere_is_unread():
    grants = read_declared(DeclaredRole("arn:aws:iam::123456789012:role/r", external=True), MANAGED)
    assert grants.unread == ("the role `arn:aws:iam::123456789012:role/r` is not declared in the template",)


def test_a_boundary_of_aws_is_read():
    grants = read_declared(declared(PUT, boundary="arn:aws:iam::aws:policy/PowerUserAccess"), MANAGED)
    assert grants.boundary is not None
    assert grants.boundary.kind is PolicyKind.BOUNDARY
    assert not grants.limits_unread


def test_an_unknown_boundary_leaves_the_limits_unread():
    grants = read_declared(declared(PUT, boundary="${Limit}"), MANAGED)
    assert grants.boundary is None
    assert grants.limits_unread
    assert len(grants.unread) == 1


def test_policies_of_one_name_are_told_apart():
    one = PolicyDocument("p", {"Statement": [PUT]})
    grants = read_declared(DeclaredRole("R", (one, one, one)), MANAGED)
    assert list(grants.labelled) == ["p", "p (inline)", "p (3)"]
    assert [policy.name for policy in grants.grant_set.identity] == ["p", "p (inline)", "p (3)"]


def test_what_only_a_deployment_knows_is_unread_beside_what_is_read():
    grants = read_declared(declared(PUT, unread=("the policy `p` is not known before a deployment",)), MANAGED)
    assert [policy.name for policy in grants.policies] == ["orders"]
    assert grants.unread == ("the policy `p` is not known before a deployment",)
    assert not grants.limits_unread
