"""What templates of one repository give each other: exports, outputs of stacks, parameters that are kept."""

# ruff: noqa: E501  # a template is easier to read on few lines

import pytest
from described import own_environment

CODE = {"src/app.py": "def handler(event, context):\n    pass\n"}
FUNCTION = """Transform: AWS::Serverless-2016-10-31
%s
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      Runtime: python3.12
      Environment: {Variables: {V: %s}}
      %s
"""
DATA = """Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Files: {Type: AWS::S3::Bucket}
  Kept: {Type: AWS::SSM::Parameter, Properties: {Name: %s, Type: String, Value: !Ref Files}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: s3:GetObject, Resource: !Sub "${Files.Arn}/*"}]}}]
Outputs:
  JobsArn: {Value: !GetAtt Jobs.Arn, Export: {Name: %s}}
  RoleArn: {Value: !GetAtt Role.Arn, Export: {Name: data-role}}
"""
JOBS = '"arn:"+symbol(AWS::Partition)+":sqs:"+symbol(AWS::Region)+":"+symbol(AWS::AccountId)+":jobs"'


@pytest.fixture
def value(project):
    """What an expression in one template comes to beside another one that exports under a name."""

    def make(written, export="unused-export", kept="/unused", head="", more=(), data="infra/data.yaml", **options):
        files = {"template.yaml": FUNCTION % (head, written, ""), data: DATA % (kept, export), **CODE, **dict(more)}
        found = project(files, **options)
        assert [unit.name for unit in found.units] == ["F"]
        return own_environment(found.units[0])["V"]

    return make


@pytest.mark.parametrize(
    ("written", "export"),
    [
        ("!ImportValue data-jobs", "data-jobs"),
        ("!ImportValue {'Fn::Sub': 'jobs-${Stage}'}", "!Sub 'jobs-${Stage}'"),
        ("{'Fn::ImportValue': !Sub 'jobs-${Environment}'}", "!Sub 'jobs-${Stage}'"),
        ("{'Fn::ImportValue': !Join ['-', [!Ref Stage, jobs]]}", "!Sub '${Stage}-jobs'"),
        ("!ImportValue jobs-dev", "!Sub 'jobs-${Stage}'"),  # its default
        ("!ImportValue shop-data-jobs", "!Sub '${AWS::StackName}-jobs'"),  # the file's name
        ("{'Fn::ImportValue': !Sub '${DataStack}-jobs'}", "!Sub '${AWS::StackName}-jobs'"),
        ("{'Fn::ImportValue': !Sub '${DataStack}:jobs'}", "!Sub '${AWS::StackName}:jobs'"),
    ],
)
def test_an_export_of_another_template(value, written, export):
    head = "Parameters: {Stage: {Type: String}, Environment: {Type: String}, DataStack: {Type: String, Default: data}}"
    assert value(written, export, head=head) == [JOBS]


@pytest.mark.parametrize(
    ("written", "export"),
    [
        ("!ImportValue data-jobs", "data-jobs2"),
        ("!ImportValue data-jobs-arn", "data-jobs"),
        ("!ImportValue jobs-prod", "!Sub 'jobs-${Stage}'"),
        ("!ImportValue other-jobs", "!Sub '${AWS::StackName}-jobs'"),
        ("{'Fn::ImportValue': !Sub '${OtherStack}-jobs'}", "!Sub '${AWS::StackName}-jobs'"),
        ("{'Fn::ImportValue': !Sub '${Open}-jobs'}", "!Sub '${AWS::StackName}-jobs'"),
        ("{'Fn::ImportValue': !Sub '${Open}'}", "!Sub '${AWS::StackName}'"),
        ("{'Fn::ImportValue': !Sub '${Stage}-a'}", "!Sub '${Stage}-a'"),  # too little to tell it by
    ],
)
def test_an_export_of_another_name(value, written, export):
    head = "Parameters: {Stage: {Type: String}, OtherStack: {Type: String, Default: other}, Open: {Type: String}}"
    (found,) = value(written, export, head=head)
    assert found.startswith("symbol(ImportValue.")


def test_the_settings_name_the_stack(value):
    settings = {"infra/samconfig.toml": '[default.deploy.parameters]\nstack_name = "shop-base"\n'}
    assert value("!ImportValue shop-base-jobs", "!Sub '${AWS::StackName}-jobs'", more=settings) == [JOBS]


def test_the_folder_names_the_stack_of_a_template_with_the_usual_name(value):
    assert value("!ImportValue queues-jobs", "!Sub '${AWS::StackName}-jobs'", data="queues/template.yaml") == [JOBS]


def test_two_templates_export_one_name(value):
    other = DATA.replace("QueueName: jobs", "QueueName: others") % ("/other", "data-jobs")
    found = value("!ImportValue data-jobs", "data-jobs", more={"infra/prod.yaml": other})
    assert found == [JOBS, JOBS.replace(":jobs", ":others")]


def test_an_export_that_imports_itself(project):
    data = "Resources: {}\nOutputs: {A: {Value: !ImportValue data-a, Export: {Name: data-a}}}\n"
    files = {"template.yaml": FUNCTION % ("", "!ImportValue data-a", ""), "infra/data.yaml": data, **CODE}
    assert own_environment(project(files).units[0])["V"] == ["symbol(ImportValue.data-a)"]


def test_a_neighbour_that_cannot_be_read_says_nothing(value):
    assert value("!ImportValue data-jobs", "data-jobs", more={"infra/bad.yaml": "Outputs: [\nExport: x"}) == [JOBS]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("!Ref Bucket", "/shop/files"),
        ("'{{resolve:ssm:/shop/files}}'", "/shop/files"),
        ("'{{resolve:ssm:/shop/files:3}}'", "/shop/files"),
        ("!Sub '{{resolve:ssm:/shop/files:3}}'", "/shop/files"),
        ("!Sub '{{resolve:ssm:/shop/${Stage}/files}}'", "!Sub '/shop/${Stage}/files'"),
    ],
)
def test_a_parameter_that_another_template_keeps(value, written, kept):
    head = "Parameters: {Stage: {Type: String}, Bucket: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/files}}"
    assert value(written, kept=kept, head=head) == ["symbol(Files)"]


def test_the_name_of_a_kept_parameter_is_given(value):
    head = "Parameters: {Bucket: {Type: 'AWS::SSM::Parameter::Value<String>'}}"
    assert value("!Ref Bucket", kept="/shop/files", head=head, parameters={"Bucket": "/shop/files"}) == [
        "symbol(Files)"
    ]
    assert value("!Ref Bucket", kept="/shop/files", head=head, parameters={"Bucket": "/other"}) == ["symbol(Bucket)"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("'{{resolve:ssm:/shop/other}}'", "symbol(resolve.ssm./shop/other)"),
        ("'{{resolve:ssm-secure:/shop/files}}'", "symbol(resolve.ssm-secure./shop/files)"),
        ("'a-{{resolve:ssm:/shop/files}}-b'", '"a-"+symbol(Files)+"-b"'),
    ],
)
def test_other_dynamic_references(value, written, found):
    assert value(written, kept="/shop/files") == [found]


def test_a_role_and_a_policy_of_another_template(project):
    role = "Role: !ImportValue data-role"
    files = {"template.yaml": FUNCTION % ("", "x", role), "infra/data.yaml": DATA % ("/k", "data-jobs"), **CODE}
    (unit,) = project(files).units
    assert (unit.role.name, unit.role.external) == ("Role", False)
    policies = "Policies: [{Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: !ImportValue data-jobs}]}]"
    files["template.yaml"] = FUNCTION % ("", "x", policies)
    (unit,) = project(files).units
    (document,) = unit.role.documents
    assert document.document["Statement"][0]["Resource"].endswith(":jobs")


def test_functions_of_a_neighbour_are_told_as_not_chosen(project):
    data = DATA % ("/k", "data-jobs")
    head, _, outputs = data.partition("Outputs:")
    both = head + (FUNCTION % ("", "x", "")).partition("Resources:\n")[2] + "Outputs:" + outputs
    files = {"template.yaml": FUNCTION % ("", "!ImportValue data-jobs", ""), "infra/template.yaml": both, **CODE}
    found = project(files)
    assert [unit.source.template for unit in found.units] == ["template.yaml"]
    assert own_environment(found.units[0])["V"] == [JOBS]
    assert [one.kind for one in found.problems] == ["not-chosen"]


# Serverless services

STORAGE = """service: shop-storage
provider: {name: aws, runtime: python3.12, stage: "${opt:stage, 'dev'}"}
functions: {sweep: {handler: app.handler}}
resources:
  Resources:
    Orders: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}
    Name: {Type: AWS::SSM::Parameter, Properties: {Name: "/shop/${sls:stage}/orders", Value: !Ref Orders}}
  Outputs:
    OrdersName: {Value: !Ref Orders, Export: {Name: "orders-${sls:stage}"}}
"""
API = """service: shop-api
provider: {name: aws, runtime: python3.12, stage: "${opt:stage, 'dev'}", environment: {V: %s}}
functions: {put: {handler: app.handler}}
"""
COMPOSE = """services:
  storage: {path: storage}
  orders-api: {path: api, params: {table: "${storage.OrdersName}", key: "t/${storage.OrdersName}", fixed: x}}
"""
HANDLER = "def handler(event, context):\n    pass\n"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ('"${cf:shop-storage-${self:provider.stage}.OrdersName}"', '"orders"'),
        ('"${cf:shop-storage-${opt:stage}.OrdersName}"', '"orders"'),
        ('"${cf:shop-storage-dev.OrdersName}"', '"orders"'),
        ('"${cf:shop-storage-prod.OrdersName}"', "symbol({}cf.shop-storage-prod.OrdersName)"),
        ('"${cf:shop-storage-dev.Other}"', "symbol({}cf.shop-storage-dev.Other)"),
        ('"${ssm:/shop/${sls:stage}/orders}"', '"orders"'),
        ('"${ssm:/shop/dev/orders~true}"', '"orders"'),
        ('"${ssm:/shop/dev/other}"', "symbol({}ssm./shop/dev/other)"),
        ('{"Fn::ImportValue": "orders-${sls:stage}"}', '"orders"'),
        ('"${param:table}"', '"orders"'),
        ('"${param:key}"', '"t/orders"'),
        ('"${param:fixed}"', '"x"'),
        ('"${param:other}"', "symbol({}param.other)"),
    ],
)
@pytest.mark.parametrize("alone", [False, True])
def test_what_one_service_takes_from_another(project, tmp_path, written, found, alone):
    files = {
        "serverless-compose.yml": COMPOSE,
        "storage/serverless.yml": STORAGE,
        "storage/app.py": HANDLER,
        "api/serverless.yml": API % written,
        "api/app.py": HANDLER,
    }
    if alone:
        loaded = project(files, template=tmp_path / "api/serverless.yml")
        assert [unit.name for unit in loaded.units] == ["put"]
    else:
        loaded = project(files)
        assert [unit.name for unit in loaded.units] == ["sweep", "put"]
    assert own_environment(loaded.units[-1])["V"] == [found.format("" if alone else "api-")]


# Terraform's remote states

NETWORK = """terraform {
  backend "%s" { %s }
}
resource "aws_sqs_queue" "jobs" { %s }
module "topic" { source = "./topic" }
output "queue" { value = aws_sqs_queue.jobs.url }
output "topic" { value = module.topic.name }
"""
TOPIC = 'resource "aws_sns_topic" "t" { name = "news" }\noutput "name" { value = aws_sns_topic.t.name }\n'
READER = """resource "aws_sqs_queue" "jobs" {}
data "terraform_remote_state" "net" {
  backend = "%s"
  config  = { %s }
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = "app.zip"
  environment { variables = { V = data.terraform_remote_state.net.outputs.%s } }
}
"""
URL = '"https://sqs."+symbol(AWS::Region)+".amazonaws.com/"+symbol(AWS::AccountId)+"/jobs"'
S3 = 'bucket = "states", key = "net/terraform.tfstate"'
OPEN = "symbol(data.terraform_remote_state.net.outputs.{})"


@pytest.mark.parametrize(
    ("writer", "named", "reader", "output", "found"),
    [
        (("s3", 'bucket = "states"\n key = "net/terraform.tfstate"'), 'name = "jobs"', ("s3", S3), "queue", URL),
        (("s3", 'key = "net/terraform.tfstate"'), "", ("s3", S3), "topic", '"news"'),
        (("s3", 'bucket = "others"\n key = "net/terraform.tfstate"'), "", ("s3", S3), "topic", OPEN),
        (("s3", 'bucket = "states"'), "", ("s3", S3), "topic", OPEN),
        (("gcs", 'bucket = "states"\n key = "net/terraform.tfstate"'), "", ("s3", S3), "topic", OPEN),
        (("local", ""), "", ("local", 'path = "../net/terraform.tfstate"'), "topic", '"news"'),
        (("local", 'path = "x.tfstate"'), "", ("local", 'path = "../net/terraform.tfstate"'), "topic", OPEN),
        # Two roots may give resources the same address; they are not the same resource.
        (
            ("local", ""),
            "",
            ("local", 'path = "../net/terraform.tfstate"'),
            "queue",
            URL.replace('/jobs"', '/"+symbol(net::aws_sqs_queue.jobs.name)'),
        ),
    ],
)
def test_the_outputs_of_another_root(project, tmp_path, writer, named, reader, output, found):
    files = {
        "net/main.tf": NETWORK % (*writer, named),
        "net/topic/main.tf": TOPIC,
        "app/main.tf": READER % (*reader, output),
        "app/app.py": HANDLER,
    }
    (unit,) = project(files).units
    assert own_environment(unit)["V"] == [found.format(output)]


PARAMETER = 'resource "aws_ssm_parameter" "p" {{\n  name  = "{name}"\n  type  = "String"\n  value = aws_sqs_queue.jobs.name\n}}\nresource "aws_sqs_queue" "jobs" {{ name = "jobs" }}\n'
READS = """data "aws_ssm_parameter" "q" { name = "/${var.env}/queue" }
variable "env" {}
resource "aws_lambda_function" "f" {
  function_name = "f"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = "app.zip"
  environment { variables = { V = data.aws_ssm_parameter.q.value } }
}
"""


@pytest.mark.parametrize(
    ("name", "kept", "found"),
    [
        ("/${var.env}/queue", "main", '"jobs"'),
        ("/${var.env}/queue", "child", '"jobs"'),
        ("/${var.env}/other", "main", "symbol(data.aws_ssm_parameter.q.value)"),
        ("/dev/queue", "main", "symbol(data.aws_ssm_parameter.q.value)"),
    ],
)
def test_a_parameter_that_the_configuration_keeps_itself(project, name, kept, found):
    parameter = PARAMETER.format(name=name)
    files = {
        "app.py": HANDLER,
        "main.tf": READS + (parameter if kept == "main" else 'module "c" {\n  source = "./c"\n  env = var.env\n}\n'),
    }
    if kept == "child":
        files["c/c.tf"] = parameter + 'variable "env" {}\n'
    (unit,) = project(files).units
    assert own_environment(unit)["V"] == [found]
