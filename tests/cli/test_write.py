"""`generate --write`: policies in the project's own files, and nothing else of them changed."""

import json
import os
import textwrap
from pathlib import Path

import pytest

CODE = """
import os
import boto3

def handler(event, context):
    boto3.client("s3").get_object(Bucket="shop", Key="a")

def other(event, context):
    boto3.client("s3").put_object(Bucket="shop", Key="b")

def unclear(event, context):
    getattr(boto3.client("s3"), event["what"])()
"""

SAM = """\
# the shop
Transform: AWS::Serverless-2016-10-31
Resources:
  Read:   # reads
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: 'python3.12'
      Policies:  # as narrow as can be
        - S3CrudPolicy:
            BucketName: shop

      # how long
      Timeout: 3
  Bucket:
    Type: AWS::S3::Bucket   # not ours
"""

WRITTEN = """\
        - Version: "2012-10-17"
          Statement:
            - Sid: S3ShopA
              Effect: Allow
              Action: s3:GetObject
              Resource: !Sub "arn:${AWS::Partition}:s3:::shop/a"
"""


@pytest.fixture
def project(tmp_path):
    """`project(text)` is a folder with this template and the code beside it."""

    def make(text, name="template.yaml", **files):
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        (folder / "app.py").write_text(CODE)
        data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        (folder / name).write_bytes(data)
        return folder

    return make


def test_the_policies_change_and_nothing_else(iamgen, project):
    folder = project(SAM)
    template = folder / "template.yaml"
    shown = iamgen("generate", folder, "--write")
    assert shown.code == 1
    assert "nothing is written: run again with --yes" in shown.err
    assert "-        - S3CrudPolicy:" in shown.out
    assert "+            - Sid: S3ShopA" in shown.out
    assert template.read_text() == SAM

    done = iamgen("generate", folder, "--write", "--yes")
    assert (done.code, done.out) == (0, shown.out)
    old = "        - S3CrudPolicy:\n            BucketName: shop\n"
    assert template.read_text() == SAM.replace(old, WRITTEN)

    again = iamgen("generate", folder, "--write")
    assert (again.code, again.out) == (0, "")
    assert "Read: already least" in again.err
    assert iamgen("diff", folder).code == 0


def written(iamgen, folder, name="template.yaml", code=0):
    """The file after `--write --yes`; a second run changes nothing more."""
    outcome = iamgen("generate", folder, "--write", "--yes")
    assert outcome.code == code, outcome.err
    data = (folder / name).read_bytes()
    again = iamgen("generate", folder, "--write", "--yes")
    assert (again.code, again.out) == (code, "")
    assert (folder / name).read_bytes() == data
    return data.decode(), outcome


def left(iamgen, folder, name="template.yaml"):
    """Why nothing is written; the file is as it was."""
    before = (folder / name).read_bytes()
    outcome = iamgen("generate", folder, "--write", "--yes")
    assert outcome.out == ""
    assert (folder / name).read_bytes() == before
    return outcome.err


QUEUES = """
import os
import boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody="a")
    boto3.client("cloudwatch").put_metric_data(Namespace="shop", MetricData=[])
    boto3.client("s3").get_object(Bucket="shop", Key="a")
"""

SENDS = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Send:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      Environment:
        Variables:
          QUEUE: !Ref Jobs
  Jobs:
    Type: AWS::SQS::Queue
"""


def test_sam_templates_stand_where_they_allow_exactly_the_same(iamgen, project):
    folder = project(SENDS)
    (folder / "app.py").write_text(QUEUES)
    after, _ = written(iamgen, folder)
    policies = """\
      Policies:
        - CloudWatchPutMetricPolicy: {}
        - SQSSendMessagePolicy:
            QueueName: !GetAtt Jobs.QueueName
"""
    assert after.startswith(SENDS.replace("      Runtime", policies + WRITTEN + "      Runtime"))
    assert iamgen("diff", folder).code == 0


def test_sam_templates_in_json_have_the_long_form(iamgen, project):
    function = {"Type": "AWS::Serverless::Function", "Properties": {
        "Handler": "app.handler", "Runtime": "python3.12", "Environment": {"Variables": {"QUEUE": {"Ref": "Jobs"}}},
    }}  # fmt: skip
    data = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Send": function, "Jobs": {"Type": "AWS::SQS::Queue"}},
    }
    folder = project(json.dumps(data, indent=2), "template.json")
    (folder / "app.py").write_text(QUEUES)
    after, _ = written(iamgen, folder, "template.json")
    policies = json.loads(after)["Resources"]["Send"]["Properties"]["Policies"]
    assert policies[:2] == [
        {"CloudWatchPutMetricPolicy": {}},
        {"SQSSendMessagePolicy": {"QueueName": {"Fn::GetAtt": ["Jobs", "QueueName"]}}},
    ]
    assert iamgen("diff", folder).code == 0


def test_line_ends_mark_and_the_missing_last_newline_are_kept(iamgen, project):
    data = b"\xef\xbb\xbf" + SAM.rstrip("\n").replace("\n", "\r\n").encode()
    folder = project(data)
    iamgen("generate", folder, "--write", "--yes")
    after = (folder / "template.yaml").read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# the shop\r\n")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert after.endswith(b"# not ours")
    assert WRITTEN.replace("\n", "\r\n").encode() in after


def test_a_list_whose_dashes_are_not_indented_stays_so(iamgen, project):
    text = SAM.replace(
        "        - S3CrudPolicy:\n            BucketName: shop", "      - S3CrudPolicy:\n          BucketName: shop"
    )
    after, _ = written(iamgen, project(text))
    assert '      Policies:  # as narrow as can be\n      - Version: "2012-10-17"\n        Statement:\n' in after


def test_a_function_without_policies_gets_them_below_its_handler(iamgen, project):
    folder = project(
        SAM.replace(
            "      Policies:  # as narrow as can be\n        - S3CrudPolicy:\n            BucketName: shop\n", ""
        )
    )
    after, _ = written(iamgen, folder)
    assert "      Handler: app.handler\n      Policies:\n        - Version:" in after
    assert "\n\n      # how long\n      Timeout: 3\n" in after


def test_policies_in_flow_form_stay_in_it(iamgen, project):
    folder = project(
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Read:
            Type: AWS::Serverless::Function
            Properties: {Handler: app.handler, Runtime: python3.12, Policies: [AmazonS3FullAccess]}
        """
    )
    after, _ = written(iamgen, folder)
    assert '{"Fn::Sub": "arn:${AWS::Partition}:s3:::shop/a"}' in after
    assert "AmazonS3FullAccess" not in after
    assert len(after.splitlines()) == 6


def test_json_keeps_its_indentation(iamgen, project):
    text = """{
\t"Transform": "AWS::Serverless-2016-10-31",
\t"Resources": {
\t\t"Read": {
\t\t\t"Type": "AWS::Serverless::Function",
\t\t\t"Properties": {
\t\t\t\t"Policies": ["AmazonS3FullAccess"],
\t\t\t\t"Handler": "app.handler", "Runtime": "python3.12"
\t\t\t}
\t\t}
\t}
}"""
    after, _ = written(iamgen, project(text, "template.json"), "template.json")
    assert '"Policies": [\n\t\t\t\t\t{\n\t\t\t\t\t\t"Version": "2012-10-17",\n' in after
    assert after.endswith(
        '\n\t\t\t\t],\n\t\t\t\t"Handler": "app.handler", "Runtime": "python3.12"\n\t\t\t}\n\t\t}\n\t}\n}'
    )


def test_json_on_one_line_stays_on_it(iamgen, project):
    text = (
        '{"Transform":"AWS::Serverless-2016-10-31","Resources":{"Read":{"Type":"AWS::Serverless::Function",'
        '"Properties":{"Handler":"app.handler","Runtime":"python3.12"}}}}'
    )
    after, _ = written(iamgen, project(text, "template.json"), "template.json")
    assert after.count("\n") == 0
    assert after.startswith(text[: text.index(',"Runtime')] + ', "Policies": [{"Version"')


def test_two_policies_of_a_role_become_one(iamgen, project):
    second = "        - {PolicyName: more, PolicyDocument: {Statement: []}}\n"
    after, _ = written(iamgen, project(ROLE.replace("Parameters:\n", second + "Parameters:\n")))
    assert after.count("PolicyName") == 1
    assert "        - PolicyName: RoleLeastPrivilege\n          PolicyDocument:\n" in after


def test_a_template_of_several_stacks_is_left(iamgen, project):
    nested = "Transform: AWS::Serverless-2016-10-31\nResources:\n" + "".join(
        f"  {name}: {{Type: AWS::Serverless::Application, Properties: {{Location: inner/template.yaml}}}}\n"
        for name in ("One", "Two")
    )
    folder = project(nested)
    (folder / "inner").mkdir()
    (folder / "inner" / "app.py").write_text(CODE)
    (folder / "inner" / "template.yaml").write_text(SAM)
    error = left(iamgen, folder, "inner/template.yaml")
    assert error.count("several stacks are made of `inner/template.yaml`") == 2


ROLE = """\
Resources:
  Read:
    Type: AWS::Lambda::Function
    Properties: {Handler: app.handler, Runtime: python3.12, Code: ., Role: !GetAtt Role.Arn}
  Write:
    Type: AWS::Lambda::Function
    Properties: {Handler: app.other, Runtime: python3.12, Code: ., Role: !GetAtt "Role.Arn"}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      PermissionsBoundary: !Ref Boundary  # kept
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole  # for the logs
        - arn:aws:iam::aws:policy/AmazonS3FullAccess
      Policies:
        - PolicyName: !Sub "${AWS::StackName}-work"
          PolicyDocument: {Statement: [{Effect: Allow, Action: "sqs:*", Resource: "*"}]}
Parameters:
  Boundary: {Type: String}
"""


def test_a_shared_role_gets_what_all_its_functions_need(iamgen, project):
    after, outcome = written(iamgen, project(ROLE))
    assert "AWSLambdaBasicExecutionRole  # for the logs\n" in after
    assert "AmazonS3FullAccess" not in after
    assert "no longer attached: arn:aws:iam::aws:policy/AmazonS3FullAccess" in outcome.err
    assert 'PolicyName: !Sub "${AWS::StackName}-work"' in after
    assert "PermissionsBoundary: !Ref Boundary  # kept\n" in after
    assert "s3:GetObject" in after
    assert "s3:PutObject" in after
    assert "sqs:*" not in after
    assert "logs:" not in after  # the managed policy is enough


def test_a_policy_that_names_the_role_is_left_and_told(iamgen, project):
    more = (
        "  More: {Type: AWS::IAM::Policy, Properties: {PolicyName: more, Roles: [!Ref Role],\n"
        "    PolicyDocument: {Statement: [{Effect: Allow, Action: ['s3:PutObject', 'sqs:*'], Resource: '*'}]}}}\n"
    )
    head, _, tail = ROLE.partition("Parameters:")
    after, outcome = written(iamgen, project(head + more + "Parameters:" + tail))
    assert more in after
    assert after.count("s3:PutObject") == 1  # which is granted
    assert "left as it is, and grants more than is needed: `more`" in outcome.err


def test_one_of_two_functions_brings_what_the_other_needs(iamgen, project):
    folder = project(ROLE)
    assert iamgen("generate", folder, "-f", "Read", "--write", "--yes").code == 0
    assert "s3:PutObject" in (folder / "template.yaml").read_text()


def test_a_choice_is_replaced_in_the_form_of_the_file(iamgen, project):
    text = SAM.replace(
        "Policies:  # as narrow as can be\n        - S3CrudPolicy:\n            BucketName: shop\n",
        "Policies: !If\n        - Prod\n        - [AmazonS3FullAccess]\n        - [AmazonS3ReadOnlyAccess]\n",
    )
    after, _ = written(iamgen, project(text + 'Conditions: {Prod: !Equals ["a", "b"]}\n'))
    assert "      Policies:\n" + WRITTEN in after


def test_a_bucket_that_calls_the_function_is_made_after_it(iamgen, project):
    """SAM puts the function into the bucket; with the bucket in the role, the stack would be refused."""
    events = "      Events: {Up: {Type: S3, Properties: {Bucket: !Ref Bucket, Events: 's3:ObjectCreated:*'}}}\n"
    text = SAM.replace("      Timeout: 3\n", events + "      Environment: {Variables: {SHOP: !Ref Bucket}}\n")
    folder = project(text)
    (folder / "app.py").write_text(CODE.replace('Bucket="shop"', 'Bucket=os.environ["SHOP"]'))
    after, outcome = written(iamgen, folder)
    assert "is written as `arn:${AWS::Partition}:s3:::*/a`" in outcome.err
    assert "s3:::*/a" in after


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("  Machine: {Type: AWS::StepFunctions::StateMachine, Properties: {RoleArn: !GetAtt Role.Arn}}\n", "`Machine`"),
        ("  Node: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs20.x, Role: !Sub '${Role}'}}\n", "`Node`"),
        ("Outputs: {Arn: {Value: !GetAtt Role.Arn, Export: {Name: role}}}\n", "the output `Arn`"),
    ],
)  # fmt: skip
def test_a_role_that_others_have_too_is_left(iamgen, project, more, why):
    head, _, tail = ROLE.partition("Parameters:")
    assert why in left(iamgen, project(head + more + "Parameters:" + tail))


def test_a_role_that_others_may_take_on_is_left(iamgen, project):
    error = left(
        iamgen,
        project(ROLE.replace("Service: lambda.amazonaws.com", "Service: [lambda.amazonaws.com, states.amazonaws.com]")),
    )
    assert "states.amazonaws.com may take on the role, too" in error


def test_what_is_made_after_the_function_is_not_referred_to(iamgen, project):
    """A policy within the role that names the function would be a circular dependency."""
    text = ROLE.replace(
        "        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole  # for the logs\n", ""
    )
    after, outcome = written(iamgen, project(text))
    assert "ManagedPolicyArns: []\n" in after
    assert "log-group:/aws/lambda/*:*" in after
    assert "is written as" in outcome.err
    assert "${Read}" not in after


def test_a_function_that_is_not_complete_is_left_and_the_others_are_written(iamgen, project):
    unclear = (
        SAM[SAM.index("  Read:") : SAM.index("  Bucket:")]
        .replace("Read", "Unclear")
        .replace("app.handler", "app.unclear")
    )
    after, outcome = written(iamgen, project(SAM + unclear))
    assert "Unclear: not written: may need more: app.py:12: dynamic-operation" in outcome.err
    assert after.endswith(unclear)
    assert WRITTEN in after


def test_a_role_of_elsewhere_is_left(iamgen, project):
    text = SAM.replace("      Timeout: 3", "      Role: !ImportValue role")
    assert "is declared elsewhere" in iamgen("generate", project(text), "--write").err


def test_an_anchor_that_others_use_is_left(iamgen, project):
    text = (
        SAM.replace("Policies:  # as narrow as can be\n        - S3", "Policies: &all\n        - S3")
        + "    Metadata: {all: *all}\n"
    )
    error = left(iamgen, project(text))
    assert "Read: not written: the edited file would not be right" in error
    assert "the alias `*all` refers to nothing before it" in error


def test_an_alias_is_replaced_and_its_anchor_stays(iamgen, project):
    text = "x-all: &all [AmazonS3FullAccess]\n" + SAM.replace(
        "  # as narrow as can be\n        - S3CrudPolicy:\n            BucketName: shop\n", " *all\n"
    )
    after, _ = written(iamgen, project(text))
    assert after.startswith("x-all: &all [AmazonS3FullAccess]\n")
    assert "      Policies:\n" + WRITTEN in after


def test_properties_behind_an_alias_are_left(iamgen, project):
    head, _, tail = SAM.partition("    Properties:\n")
    text = head + "    Properties: &p\n" + tail + "  Again: {Type: AWS::Serverless::Function, Properties: *p}\n"
    error = left(iamgen, project(text))
    assert "Again: not written: `Properties` on line" in error
    assert "Read: not written: `Resources.Again.Properties.Policies" in error


SERVICE = """\
service: notes
provider:
  name: aws
  runtime: python3.12
  # what all of them may do
  iam:
    role:
      name: notes
      statements:   # too much
        - Effect: Allow
          Action: s3:*
          Resource: "*"
functions:
  read: {handler: app.handler}
  write:
    handler: app.other
"""


def test_the_service_role_gets_what_all_its_functions_need(iamgen, project):
    after, outcome = written(iamgen, project(SERVICE, "serverless.yml"), "serverless.yml")
    assert "read, write: statements of the service's role" in outcome.err
    assert (
        "      name: notes\n      statements:   # too much\n        - Effect: Allow\n          Action: s3:GetObject\n"
        in after
    )
    assert "s3:PutObject" in after
    assert "logs:" not in after  # the framework's own


def test_the_older_statements_are_found(iamgen, project):
    older = SERVICE.replace("  iam:\n    role:\n      name: notes\n      statements:", "  iamRoleStatements:")
    after, _ = written(iamgen, project(older, "serverless.yml"), "serverless.yml")
    assert "  iamRoleStatements:   # too much\n" in after
    assert "s3:*" not in after
    assert "iam:\n" not in after


def test_a_service_without_statements_gets_them(iamgen, project):
    head, rest = SERVICE.split("  # what")
    after, _ = written(iamgen, project(head + rest[rest.index("functions:") :], "serverless.yml"), "serverless.yml")
    assert "  runtime: python3.12\n  iam:\n    role:\n      statements:\n        - Effect: Allow\n" in after


def test_a_function_with_statements_of_its_own(iamgen, project):
    text = (
        SERVICE
        + '    iamRoleStatements: [{Effect: Allow, Action: "s3:*", Resource: "*"}]\n'
        + "plugins: [serverless-iam-roles-per-function]\n"
    )
    after, _ = written(iamgen, project(text, "serverless.yml"), "serverless.yml")
    assert (
        "    handler: app.other\n    iamRoleStatements:\n      - Effect: Allow\n        Action: s3:PutObject\n" in after
    )
    assert after.count("s3:PutObject") == 1


def test_functions_of_other_languages_may_need_the_service_role(iamgen, project):
    text = SERVICE + "  page: {handler: page.handler, runtime: nodejs20.x}\n"
    assert "functions that iamgen does not read may have the role, too" in left(
        iamgen, project(text, "serverless.yml"), "serverless.yml"
    )


def test_a_resource_may_have_the_service_role_too(iamgen, project):
    folder = project(
        "Resources: {Api: {Type: A::B::C, Properties: {Role: !GetAtt IamRoleLambdaExecution.Arn}}}", "r.yml"
    )
    text = SERVICE + "resources: ['${file(r.yml)}']\n"
    project(text, "serverless.yml")
    assert "`Api` (A::B::C) has it too" in left(iamgen, folder, "serverless.yml")


def test_a_role_of_a_service_own_resources(iamgen, project):
    role = ROLE[ROLE.index("  Role:\n") : ROLE.index("Parameters:")].replace(
        "!Ref Boundary", "arn:aws:iam::aws:policy/A"
    )
    role = "".join(f"  {line}\n" for line in role.splitlines())
    role = role.replace("${AWS::StackName}", "notes")
    text = SERVICE + "    role: Role\nresources:\n  Resources:\n" + role
    after, _ = written(iamgen, project(text, "serverless.yml"), "serverless.yml")
    assert after.count("s3:PutObject") == 1
    assert "sqs:*" not in after
    machine = "    Machine: {Type: AWS::StepFunctions::StateMachine, Properties: {RoleArn: !GetAtt Role.Arn}}\n"
    folder = project(text + machine, "serverless.yml")
    outcome = iamgen("generate", folder, "--write")
    assert "`Machine` (AWS::StepFunctions::StateMachine) has it too" in outcome.err


def test_statements_of_another_file_are_left(iamgen, project):
    text = SERVICE[: SERVICE.index("   # too much")] + " ${file(iam.yml)}\n" + SERVICE[SERVICE.index("functions:") :]
    folder = project("- {Effect: Allow, Action: 's3:*', Resource: '*'}\n", "iam.yml")
    project(text, "serverless.yml")
    assert "the statements are written elsewhere: `${file(iam.yml)}`" in left(iamgen, folder, "serverless.yml")


TERRAFORM = """\
data "aws_region" "current" {}
resource "aws_lambda_function" "read" {
  function_name = "read"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = data.archive_file.code.output_path
  role          = aws_iam_role.read.arn
}
resource "aws_iam_role" "read" {
  name               = "read"
  assume_role_policy = "{}"
}
data "archive_file" "code" {
  type        = "zip"
  source_dir  = path.module
  output_path = "code.zip"
}
data "aws_iam_policy_document" "read" {}
"""


def test_terraform_gets_a_file_of_its_own(iamgen, project):
    folder = project(TERRAFORM, "main.tf")
    after, outcome = written(iamgen, folder, "iamgen_policies.tf")
    assert outcome.out.startswith("--- /dev/null\n+++ b/iamgen_policies.tf\n")
    assert 'data "aws_iam_policy_document" "read_least" {' in after
    assert 'data "aws_region"' not in after
    assert 'data "aws_caller_identity" "current" {}' in after
    assert (folder / "main.tf").read_text() == TERRAFORM


def test_a_terraform_file_of_somebody_else_is_left(iamgen, project):
    folder = project(TERRAFORM, "main.tf")
    (folder / "iamgen_policies.tf").write_text("# mine\n")
    assert "is there and not of iamgen's making" in left(iamgen, folder, "iamgen_policies.tf")


def test_other_formats_are_refused_with_the_next_step(iamgen, project):
    outcome = iamgen("generate", project("", "requirements.txt"), "--write")
    assert outcome.code == 2
    assert "no policy can be written here: nothing here declares a role" in outcome.err
    assert "`generate --emit` prints it instead" in outcome.err


def test_a_link_is_not_followed(iamgen, project, tmp_path):
    folder = project(SAM, "real.yaml")
    (folder / "template.yaml").symlink_to("real.yaml")
    assert "is a symbolic link" in left(iamgen, folder)


def test_a_file_that_may_not_be_written_is_an_error(iamgen, project):
    folder = project(SAM)
    (folder / "template.yaml").chmod(0o444)
    if os.access(folder / "template.yaml", os.W_OK):
        pytest.skip("this user may write everything")
    outcome = iamgen("generate", folder, "--write", "--yes")
    assert outcome.code == 2
    assert "cannot write" in outcome.err
    assert (folder / "template.yaml").read_text() == SAM
    assert sorted(one.name for one in folder.iterdir()) == ["app.py", "template.yaml"]


def test_options_that_exclude_each_other(iamgen, project):
    folder = project(SAM)
    for options in (["--yes"], ["--write", "--emit", "sam"], ["--write", "--format", "json"], ["--write", "-o", "out"]):
        assert iamgen("generate", folder, *options).code == 2


def test_all_files_are_written_or_none(iamgen, project, monkeypatch):
    """The second file cannot be put in its place: the first is put back."""
    folder = project("- {Effect: Allow, Action: 's3:*', Resource: '*'}\n", "unused.yml")
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "app.py").write_text(CODE)
        (folder / name / "template.yaml").write_text(SAM.replace("Read", name.title()))
    replace = Path.replace

    def failing(self, target):
        if "two" in str(target):
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    outcome = iamgen("generate", folder, "--write", "--yes")
    assert outcome.out.count("+++ ") == 2
    assert outcome.code == 2
    assert "No space left on device" in outcome.err
    for name in ("one", "two"):
        assert "S3CrudPolicy" in (folder / name / "template.yaml").read_text()
        assert sorted(one.name for one in (folder / name).iterdir()) == ["app.py", "template.yaml"]
