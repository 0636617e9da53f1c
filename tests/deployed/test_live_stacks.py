"""What a deployed stack tells of a template's references, with the stacks in it; the project's own as the default."""

import json

import pytest
from aws_stage import REGION, allow, document
from botocore.stub import Stubber
from test_live import ACCOUNT, make_function, make_role
from test_live_end_to_end import differences, iamgen, project  # noqa: F401  # fixtures

from iamgen.core.errors import CredentialsError, InputError
from iamgen.deployed.live import LiveReader, Stack

ARN = f"arn:aws:{{}}:{REGION}:{ACCOUNT}:{{}}"


@pytest.mark.parametrize(
    ("kind", "physical", "symbols"),
    [
        ("AWS::DynamoDB::Table", "shop-orders", {"R": "shop-orders"}),
        ("AWS::S3::Bucket", "shop-files-1x", {"R": "shop-files-1x"}),
        ("AWS::SSM::Parameter", "/shop/key", {"R": "/shop/key"}),
        ("AWS::Lambda::Function", "shop-F-1X", {"R": "shop-F-1X"}),
        ("AWS::KMS::Key", "1-2-3", {"R": "1-2-3"}),
        ("AWS::IAM::Role", "shop-role", {"R": "shop-role"}),
        ("AWS::SQS::Queue", f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs", {"R.QueueName": "jobs"}),
        ("AWS::SNS::Topic", ARN.format("sns", "news"), {"R": ARN.format("sns", "news"), "R.TopicName": "news"}),
        ("AWS::StepFunctions::StateMachine", ARN.format("states", "stateMachine:flow"), {"R.Name": "flow"}),
        ("AWS::StepFunctions::Activity", ARN.format("states", "activity:ask"), {"R.Name": "ask"}),
        ("AWS::AppSync::GraphQLApi", ARN.format("appsync", "apis/abc"), {"R.ApiId": "abc"}),
        ("AWS::SecretsManager::Secret", ARN.format("secretsmanager", "secret:s-1x"),
         {"R": ARN.format("secretsmanager", "secret:s-1x"), "R.Arn": ARN.format("secretsmanager", "secret:s-1x")}),
        ("AWS::Batch::JobDefinition", ARN.format("batch", "job-definition/j:1"),
         {"R.JobDefinitionArn": ARN.format("batch", "job-definition/j:1")}),
        ("Custom::Thing", "whatever", {"R": "whatever"}),
    ],
)  # fmt: skip
def test_what_a_physical_id_tells(kind, physical, symbols):
    found = Stack("shop", {"R": (kind, physical)}).symbols
    assert {name: found[name] for name in symbols} == symbols


def test_stacks_in_stacks(aws, reader):
    queue = {"Type": "AWS::SQS::Queue"}
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": "inner-table",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    }
    s3 = aws("s3")
    s3.create_bucket(Bucket="templates", CreateBucketConfiguration={"LocationConstraint": REGION})
    for name, resources in (("one", {"Jobs": queue, "Table": table}), ("two", {"Jobs": queue})):
        s3.put_object(Bucket="templates", Key=f"{name}.json", Body=json.dumps({"Resources": resources}))
    nested = {
        name: {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": f"https://templates.s3.amazonaws.com/{name.lower()}.json"},
        }
        for name in ("One", "Two")
    }
    aws("cloudformation").create_stack(StackName="outer", TemplateBody=json.dumps({"Resources": nested}))

    stack = reader.stack("outer")

    assert stack.symbols["Table"] == stack.symbols["One-Table"] == "inner-table"
    # Both have `Jobs`: only with the stack's name before it is it known which is meant.
    assert "Jobs" not in stack.resources
    assert stack.symbols["One-Jobs"] != stack.symbols["Two-Jobs"]


SETTINGS = "version = 0.1\n[default.deploy.parameters]\nstack_name = '{}'\n"
PUT = allow("dynamodb:PutItem", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop-orders")
GET = allow("s3:GetObject", "arn:aws:s3:::catalogue/prices.json")
LOGS = allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])


@pytest.fixture
def deployed(aws):
    """The function in a stack, under a name that the template does not tell."""
    arn = make_role(aws, "stacked-orders")
    aws("iam").put_role_policy(RoleName="stacked-orders", PolicyName="p", PolicyDocument=document(LOGS, PUT, GET))
    code = {"ZipFile": "def handler(event, context): ..."}
    variables = {"Variables": {"TABLE": "shop-orders"}}
    function = {
        "Handler": "index.handler",
        "Runtime": "python3.12",
        "Role": arn,
        "Code": code,
        "Environment": variables,
    }
    resources = {"Orders": {"Type": "AWS::Lambda::Function", "Properties": function}}
    aws("cloudformation").create_stack(StackName="shop", TemplateBody=json.dumps({"Resources": resources}))


def test_the_stack_of_the_projects_settings_is_the_default(aws, iamgen, project, deployed):  # noqa: F811
    template = project / "template.yaml"
    template.write_text(template.read_text().replace("      FunctionName: orders\n", ""))
    (project / "samconfig.toml").write_text(SETTINGS.format("shop"))
    _, found = differences(iamgen, project, "--against", "live", "--region", REGION)
    assert (found["role"], found["missing"]) == ("stacked-orders", [])


def test_a_stack_of_the_settings_that_is_not_there_is_said(aws, iamgen, project):  # noqa: F811
    arn = make_role(aws, "named-orders")
    aws("iam").put_role_policy(RoleName="named-orders", PolicyName="p", PolicyDocument=document(LOGS, PUT, GET))
    make_function(aws, "orders", arn, Environment={"Variables": {"TABLE": "shop-orders"}})
    (project / "samconfig.toml").write_text(SETTINGS.format("gone"))
    outcome = iamgen("diff", project, "--against", "live", "--region", REGION, "--format", "json")
    report = json.loads(outcome.stdout)
    assert report["functions"][0]["diff"]["role"] == "named-orders"
    said = [one["message"] for one in report["findings"] if one["rule"] == "IG407"]
    assert "the stack `gone` of the project's settings was not read: there is no stack `gone`" in said


# Container tasks


def define(aws, family: str, role: str | None, *containers: dict) -> str:
    more = {} if role is None else {"taskRoleArn": role}
    found = aws("ecs").register_task_definition(family=family, containerDefinitions=list(containers), **more)
    return found["taskDefinition"]["taskDefinitionArn"]


def container(name: str, **variables: str) -> dict:
    pairs = [{"name": key, "value": value} for key, value in variables.items()]
    return {"name": name, "image": "shop:1", "memory": 128, "environment": pairs}


def test_a_task_definition_is_read_with_its_task_role(aws, reader):
    role = make_role(aws, "job-role")
    arn = define(aws, "job", role, container("main", TABLE="t-1"), container("side", TABLE="t-2"))

    unit = reader.task("job", container="side")

    assert (unit.function, unit.arn, unit.grants.role) == ("job:1", arn, "job-role")
    assert dict(unit.environment) == dict(unit.grants.environment) == {"TABLE": "t-2"}
    assert unit.grants.symbols["AWS::Region"] == REGION
    assert reader.task("job").environment is None
    assert reader.task(arn, container="main").environment == {"TABLE": "t-1"}


def test_a_task_definition_without_a_role_and_one_that_is_not_there(aws, reader):
    define(aws, "bare", None, container("main"))
    with pytest.raises(InputError, match="the task definition `bare` has no task role"):
        reader.task("bare")
    with pytest.raises(InputError, match="there is no task definition `gone`"):
        reader.task("gone")


def test_a_task_definition_that_may_not_be_read(session):
    client = session(region_name=REGION).client("ecs")
    stub = Stubber(client)
    stub.add_client_error("describe_task_definition", "AccessDeniedException", "no")
    stub.activate()

    class Session:
        region_name = REGION

        def client(self, *_, **__):
            return client

    reader = LiveReader(region=REGION, session_factory=lambda **_: Session())
    with pytest.raises(CredentialsError, match="AWS denied `ecs:DescribeTaskDefinition`"):
        reader.task("job")


TASK = """
Resources:
  JobRole:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}}
  Job:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: job
      TaskRoleArn: !GetAtt JobRole.Arn
      ContainerDefinitions:
        - {Name: main, Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1, Command: [python, job.py], Environment: [{Name: TABLE, Value: !Ref T}]}
  T: {Type: AWS::DynamoDB::Table}
"""  # noqa: E501
JOB = "import os\nimport boto3\nboto3.resource('dynamodb').Table(os.environ['TABLE']).put_item(Item={})\n"


@pytest.fixture
def job(tmp_path):
    (tmp_path / "template.yaml").write_text(TASK)
    (tmp_path / "job.py").write_text(JOB)
    return tmp_path


def test_a_task_against_its_deployed_role(aws, iamgen, job):  # noqa: F811
    role = make_role(aws, "job-role")
    aws("iam").put_role_policy(RoleName="job-role", PolicyName="p", PolicyDocument=document(PUT, allow("sns:Publish")))
    define(aws, "job", role, container("main", TABLE="shop-orders"))
    _, found = differences(iamgen, job, "--against", "live", "--region", REGION)
    assert (found["role"], found["missing"]) == ("job-role", [])
    assert [one["actions"][0]["pattern"] for one in found["excess"]] == ["sns:Publish"]


def test_a_task_is_found_in_its_stack(aws, iamgen, job):  # noqa: F811
    # moto's CloudFormation leaves the task role out: which definition was asked for is told by what is said of it.
    properties = {"Family": "other", "ContainerDefinitions": [{"Name": "main", "Image": "x", "Memory": 1}]}
    resources = {"Job": {"Type": "AWS::ECS::TaskDefinition", "Properties": properties}}
    aws("cloudformation").create_stack(StackName="jobs", TemplateBody=json.dumps({"Resources": resources}))
    outcome = iamgen("diff", job, "--against", "live", "--region", REGION, "--stack", "jobs")
    assert outcome.returncode == 2
    assert "task-definition/other:1` has no task role" in outcome.stderr
