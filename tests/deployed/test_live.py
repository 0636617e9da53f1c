import io
import json
import zipfile

import pytest
from aws_stage import REGION, TRUST, allow, document
from botocore.stub import Stubber

from iamgen.core.errors import CredentialsError, IamgenError, InputError
from iamgen.deployed.grants import PolicyKind
from iamgen.deployed.live import LiveReader, read_live

ACCOUNT = "123456789012"


def code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...\n")
    return packed.getvalue()


def make_role(aws, name: str, **more) -> str:
    return aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, **more)["Role"]["Arn"]


def make_function(aws, name: str, role: str, **more) -> str:
    made = aws("lambda").create_function(
        FunctionName=name, Runtime="python3.12", Role=role, Handler="app.handler", Code={"ZipFile": code()}, **more
    )
    return made["FunctionArn"]


def test_a_function_is_read_with_its_role_and_environment(aws, reader):
    arn = make_role(aws, "orders-role", Path="/service-role/")
    aws("iam").put_role_policy(
        RoleName="orders-role", PolicyName="orders", PolicyDocument=document(allow("dynamodb:PutItem"))
    )
    make_function(aws, "orders", arn, Environment={"Variables": {"TABLE": "orders-1"}})

    unit = reader.function("orders")

    assert unit.function == "orders"
    assert unit.environment is not None
    assert unit.environment["TABLE"] == "orders-1"
    assert unit.environment["AWS_REGION"] == REGION
    assert unit.environment["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/orders"
    assert unit.grants.role == "orders-role"
    assert unit.grants.arn == f"arn:aws:iam::{ACCOUNT}:role/service-role/orders-role"
    (policy,) = unit.grants.policies
    assert (policy.name, policy.kind) == ("orders", PolicyKind.INLINE)
    assert policy.policy.statements[0].actions == ("dynamodb:PutItem",)
    assert unit.grants.unread == ()
    assert dict(unit.grants.symbols) == {
        "AWS::Partition": "aws",
        "AWS::Region": REGION,
        "AWS::AccountId": ACCOUNT,
    }


def test_a_function_is_found_by_its_arn(aws, reader):
    arn = make_function(aws, "orders", make_role(aws, "orders-role"))
    assert reader.function(arn).function == "orders"


def test_attached_policies_are_read_in_their_default_version(aws, reader):
    make_role(aws, "worker")
    iam = aws("iam")
    made = iam.create_policy(PolicyName="work", PolicyDocument=document(allow("sqs:SendMessage")))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=made, PolicyDocument=document(allow("sqs:ReceiveMessage")), SetAsDefault=True)
    iam.create_policy_version(PolicyArn=made, PolicyDocument=document(allow("sqs:PurgeQueue")), SetAsDefault=False)
    iam.attach_role_policy(RoleName="worker", PolicyArn=made)

    (policy,) = reader.role("worker").policies

    assert policy.kind is PolicyKind.MANAGED
    assert policy.source == "live, version v2"
    assert policy.policy.statements[0].actions == ("sqs:ReceiveMessage",)


def test_more_policies_than_a_page_holds_are_all_read(aws, reader):
    make_role(aws, "many")
    iam = aws("iam")
    names = [f"policy-{number:03}" for number in range(120)]
    for name in names:
        iam.put_role_policy(RoleName="many", PolicyName=name, PolicyDocument=document(allow("s3:GetObject")))
    assert sorted(policy.name for policy in reader.role("many").policies) == names


def test_the_permissions_boundary_is_read(aws, reader):
    limit = aws("iam").create_policy(PolicyName="limit", PolicyDocument=document(allow("s3:*")))["Policy"]["Arn"]
    make_role(aws, "bounded", PermissionsBoundary=limit)
    boundary = reader.role("bounded").boundary
    assert boundary is not None
    assert (boundary.name, boundary.kind) == ("limit", PolicyKind.BOUNDARY)
    assert boundary.policy.statements[0].actions == ("s3:*",)


def test_functions_that_share_a_role_read_it_once(aws, server, session):
    arn = make_role(aws, "shared")
    for name in ("one", "two"):
        make_function(aws, name, arn)
    asked = []

    def counting(**keywords):
        made = session(**keywords)
        made.events.register("before-call.iam.GetRole", lambda **_: asked.append(1))
        return made

    reader = LiveReader(region=REGION, endpoint_url=server, session_factory=counting)
    assert reader.function("one").grants.role == reader.function("two").grants.role == "shared"
    assert len(asked) == 1


def test_no_such_function(aws, reader):
    with pytest.raises(InputError, match="no deployed function `nothing`"):
        reader.function("nothing")


def test_no_such_role(aws, reader):
    with pytest.raises(InputError, match="there is no role `nobody`"):
        reader.role("nobody")


def test_a_name_that_aws_cannot_take(aws, reader):
    with pytest.raises(IamgenError):
        reader.function("no/such function?")


def test_stacks_give_names_to_references(aws, reader):
    role = make_role(aws, "stacked")
    key = {"AttributeName": "id", "KeyType": "HASH"}
    table = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [key],
        "BillingMode": "PAY_PER_REQUEST",
    }
    code = {"ZipFile": "def handler(event, context): ..."}
    worker = {"Handler": "index.handler", "Runtime": "python3.12", "Role": role, "Code": code}
    template = {
        "Resources": {
            "OrdersTable": {"Type": "AWS::DynamoDB::Table", "Properties": table},
            "Jobs": {"Type": "AWS::SQS::Queue"},
            "News": {"Type": "AWS::SNS::Topic"},
            "Worker": {"Type": "AWS::Lambda::Function", "Properties": worker},
        }
    }
    aws("cloudformation").create_stack(StackName="shop", TemplateBody=json.dumps(template))

    stack = reader.stack("shop")
    unit = reader.function(stack.physical("Worker"), stack=stack, reference="Worker")

    assert unit.function == stack.physical("Worker")
    symbols = unit.grants.symbols
    assert symbols["Worker"] == unit.function
    assert symbols["OrdersTable"].startswith("shop-OrdersTable-")
    assert symbols["Jobs"].startswith("http")
    assert symbols["Jobs"].endswith("/" + symbols["Jobs.QueueName"])
    assert symbols["News"] == f"arn:aws:sns:{REGION}:{ACCOUNT}:{symbols['News.TopicName']}"
    with pytest.raises(InputError, match="has no resource `Other`"):
        stack.physical("Other")


def test_no_such_stack(aws, reader):
    with pytest.raises(InputError, match="there is no stack `nothing`"):
        reader.stack("nothing")


def test_service_control_policies_are_read_from_the_root_down(aws, reader):
    organizations = aws("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    made = organizations.create_policy(
        Name="no-iam", Description="", Type="SERVICE_CONTROL_POLICY",
        Content=document({"Effect": "Deny", "Action": "iam:*", "Resource": "*"}),
    )["Policy"]["PolicySummary"]["Id"]  # fmt: skip
    organizations.attach_policy(PolicyId=made, TargetId=root)
    make_role(aws, "limited")

    levels = reader.role("limited").scps

    assert [policy.name for policy in levels[0]].count("no-iam") == 1
    assert any(statement.actions == ("iam:*",) for policy in levels[0] for statement in policy.policy.statements)


# --- what moto does not do: answers by botocore's Stubber ------------------------------------------


class Stubbed:
    """A session whose clients answer what a test says, in order; anything else fails the test."""

    def __init__(self, session, organizations: str = "AWSOrganizationsNotInUseException") -> None:
        self.session = session(region_name=REGION)
        self.region_name = REGION
        self.stubs = {}
        self.clients = {}
        for service in ("lambda", "iam", "organizations"):
            client = self.clients[service] = self.session.client(service)
            stub = self.stubs[service] = Stubber(client)
            stub.activate()
        self.stubs["organizations"].add_client_error("list_parents", organizations)

    def __call__(self, **_):
        return self

    def client(self, service, **_):
        return self.clients[service]

    def function(self, **more) -> None:
        answer = {
            "FunctionName": "orders",
            "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders",
            "Role": f"arn:aws:iam::{ACCOUNT}:role/orders-role",
            **more,
        }
        self.stubs["lambda"].add_response("get_function_configuration", answer)

    def role(self, **more) -> None:
        role = {
            "RoleName": "orders-role", "Path": "/", "RoleId": "AROAEXAMPLEEXAMPLE00", "CreateDate": 0,
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/orders-role", **more,
        }  # fmt: skip
        self.stubs["iam"].add_response("get_role", {"Role": role})

    def inline(self, *names: str) -> None:
        self.stubs["iam"].add_response("list_role_policies", {"PolicyNames": list(names), "IsTruncated": False})

    def policy(self, name: str, text: str) -> None:
        answer = {"RoleName": "orders-role", "PolicyName": name, "PolicyDocument": text}
        self.stubs["iam"].add_response("get_role_policy", answer)

    def attached(self, *arns: str) -> None:
        found = [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in arns]
        self.stubs["iam"].add_response("list_attached_role_policies", {"AttachedPolicies": found, "IsTruncated": False})

    def refuse(self, operation: str, code: str, service: str = "iam") -> None:
        self.stubs[service].add_client_error(operation, code, "not today")


@pytest.fixture
def stubbed(session) -> Stubbed:
    return Stubbed(session)


def test_documents_arrive_url_encoded(stubbed):
    stubbed.function()
    stubbed.role()
    stubbed.inline("orders")
    stubbed.policy("orders", "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D")
    stubbed.attached()
    unit = read_live("orders", session_factory=stubbed)
    assert unit.grants.policies[0].policy.statements == ()
    assert unit.grants.unread == ()


def test_a_denied_policy_is_unread_and_the_others_are_read(stubbed):
    stubbed.function()
    stubbed.role()
    stubbed.inline("secret", "orders")
    stubbed.refuse("get_role_policy", "AccessDenied")
    stubbed.policy("orders", document(allow("s3:GetObject")))
    stubbed.attached()
    grants = read_live("orders", session_factory=stubbed).grants
    assert [policy.name for policy in grants.policies] == ["orders"]
    assert grants.unread == ("the inline policy `secret`: `iam:GetRolePolicy` was denied",)


def test_a_denied_list_is_unread(stubbed):
    stubbed.function()
    stubbed.role()
    stubbed.inline()
    stubbed.refuse("list_attached_role_policies", "AccessDenied")
    grants = read_live("orders", session_factory=stubbed).grants
    assert grants.unread == ("the attached policies of `orders-role`: `iam:ListAttachedRolePolicies` was denied",)


def test_a_denied_description_leaves_the_limits_unread(stubbed):
    stubbed.function()
    stubbed.refuse("get_role", "AccessDenied")
    stubbed.inline()
    stubbed.attached()
    grants = read_live("orders", session_factory=stubbed).grants
    assert grants.limits_unread
    assert grants.unread == ("the permissions boundary of `orders-role`: `iam:GetRole` was denied",)


def test_nothing_but_denials_is_an_error(stubbed):
    stubbed.function()
    for operation in ("get_role", "list_role_policies", "list_attached_role_policies"):
        stubbed.refuse(operation, "AccessDenied")
    with pytest.raises(CredentialsError, match="denied") as caught:
        read_live("orders", session_factory=stubbed)
    assert caught.value.hint is not None
    assert "docs/permissions.md" in caught.value.hint


def test_throttling_that_outlasts_the_retries_is_unread(stubbed):
    stubbed.function()
    stubbed.role()
    stubbed.refuse("list_role_policies", "Throttling")
    stubbed.attached()
    grants = read_live("orders", session_factory=stubbed).grants
    assert grants.unread == ("the inline policies of `orders-role`: `iam:ListRolePolicies` was throttled",)


def test_a_denied_aws_managed_policy_comes_from_the_dated_table(stubbed):
    stubbed.function()
    stubbed.role()
    stubbed.inline()
    stubbed.attached("arn:aws:iam::aws:policy/AdministratorAccess")
    stubbed.refuse("get_policy", "AccessDenied")
    (policy,) = read_live("orders", session_factory=stubbed).grants.policies
    assert policy.policy.statements[0].actions == ("*",)
    assert policy.source.startswith("AWS-managed policy, v")


def test_a_denied_customer_policy_is_unread(stubbed):
    arn = f"arn:aws:iam::{ACCOUNT}:policy/own"
    stubbed.function()
    stubbed.role()
    stubbed.inline()
    stubbed.attached(arn)
    stubbed.refuse("get_policy", "AccessDenied")
    grants = read_live("orders", session_factory=stubbed).grants
    assert grants.unread == (f"the managed policy `{arn}`: `iam:GetPolicy` was denied",)


def test_an_unreadable_environment_is_unread(stubbed):
    stubbed.function(Environment={"Error": {"ErrorCode": "AccessDeniedException", "Message": "kms"}})
    stubbed.role()
    stubbed.inline()
    stubbed.attached()
    unit = read_live("orders", session_factory=stubbed)
    assert unit.environment is None
    assert unit.grants.unread == ("the environment variables of `orders`: AccessDeniedException",)


def test_control_policies_that_may_not_be_read_are_said(session):
    stubbed = Stubbed(session, organizations="AccessDeniedException")
    stubbed.function()
    stubbed.role()
    stubbed.inline()
    stubbed.attached()
    grants = read_live("orders", session_factory=stubbed).grants
    assert grants.unread == ()
    assert grants.notes == ("service control policies were not read: `organizations:ListParents` was denied",)


@pytest.mark.parametrize("code", ["ExpiredTokenException", "ExpiredToken"])
def test_expired_credentials(stubbed, code):
    stubbed.refuse("get_function_configuration", code, "lambda")
    with pytest.raises(CredentialsError, match="expired") as caught:
        read_live("orders", session_factory=stubbed)
    assert caught.value.hint


@pytest.mark.parametrize("code", ["UnrecognizedClientException", "InvalidSignatureException"])
def test_wrong_credentials(stubbed, code):
    stubbed.refuse("get_function_configuration", code, "lambda")
    with pytest.raises(CredentialsError, match="refused the credentials"):
        read_live("orders", session_factory=stubbed)


def test_a_denied_function(stubbed):
    stubbed.refuse("get_function_configuration", "AccessDeniedException", "lambda")
    with pytest.raises(CredentialsError, match="`lambda:GetFunctionConfiguration`"):
        read_live("orders", session_factory=stubbed)


def test_no_credentials(monkeypatch, session):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CredentialsError, match="no AWS credentials"):
        read_live("orders", region=REGION, session_factory=session, endpoint_url="http://127.0.0.1:9")


def test_no_region(session):
    with pytest.raises(InputError, match="no AWS region"):
        read_live("orders", session_factory=session)


def test_no_profile(session):
    with pytest.raises(InputError, match="no AWS profile `nobody`"):
        read_live("orders", profile="nobody", region=REGION, session_factory=session)
