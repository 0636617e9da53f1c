"""ECS task definitions: what their containers run, with the role of the task."""

# ruff: noqa: E501  # a container is easier to read on one line

import json
from contextlib import suppress

import pytest
from described import texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iamgen.core.errors import InputError
from iamgen.project import load
from iamgen.project.formats.cloudformation import INTERNAL_ERROR
from iamgen.project.model import HandlerEntry, ScriptEntry
from iamgen.project.templates.tasks import task_environment

SCRIPT = "import boto3\n\nboto3.client('s3').list_buckets()\n"
ECR = {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/jobs:1"}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}, "Policies": [
    {"PolicyName": "own", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}]}}  # fmt: skip
OTHER = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}


def container(*command, name="main", image="python:3.12", **more):
    return {"Name": name, "Image": image, **({"Command": list(command)} if command else {}), **more}


def task(*containers, **properties):
    own = {
        "Family": "jobs",
        "TaskRoleArn": {"Fn::GetAtt": ["Own", "Arn"]},
        "ExecutionRoleArn": {"Fn::GetAtt": ["Other", "Arn"]},
    }
    return {
        "Type": "AWS::ECS::TaskDefinition",
        "Properties": {**own, "ContainerDefinitions": list(containers), **properties},
    }


@pytest.fixture
def tasks(project):
    def make(*containers, files=None, resources=None, properties=None, sections=None, **options):
        template = {
            "Resources": {
                "Own": ROLE,
                "Other": OTHER,
                "Job": task(*containers, **(properties or {})),
                **(resources or {}),
            }
        }
        return project(
            {"template.json": json.dumps({**template, **(sections or {})}), **(files or {"app.py": SCRIPT})}, **options
        )

    return make


def problems(unit):
    return [(one.kind, one.message) for one in unit.problems]


@pytest.mark.parametrize(
    ("command", "files", "entry", "shown"),
    [
        (["python", "app.py"], {"app.py": SCRIPT}, "app", "app.py"),
        (["python", "-m", "jobs.nightly"], {"jobs/nightly.py": SCRIPT}, "jobs.nightly", "jobs/nightly.py"),
        (["python", "-m", "jobs"], {"jobs/__main__.py": SCRIPT, "jobs/__init__.py": ""}, "jobs.__main__", "jobs/__main__.py"),
        (["python", "jobs/nightly.py"], {"jobs/nightly.py": SCRIPT}, "nightly", "jobs/nightly.py"),
        (["python", "/usr/src/app/jobs/nightly.py"], {"jobs/nightly.py": SCRIPT}, "nightly", "jobs/nightly.py"),
        (["python", "/app"], {"app/__main__.py": SCRIPT}, "__main__", "app/__main__.py"),
        (["sh", "-c", "python app.py && echo done"], {"app.py": SCRIPT}, "app", "app.py"),
    ],
)  # fmt: skip
def test_a_command_is_a_module_that_is_run(tasks, command, files, entry, shown):
    found = tasks(container(*command), files=files)
    (unit,) = found.units
    assert (found.format, unit.name, unit.entry, unit.source.code) == (
        "cloudformation",
        "Job",
        ScriptEntry(entry),
        shown,
    )
    assert unit.search_path[-1] == found.root
    assert unit.problems == ()


def test_the_role_is_the_tasks_own(tasks):
    (unit,) = tasks(container("python", "app.py")).units
    assert unit.role is not None
    assert (unit.role.name, [one.name for one in unit.role.documents], unit.role.external) == ("Own", ["own"], False)


def test_a_role_that_is_declared_elsewhere(tasks):
    (unit,) = tasks(container("python", "app.py"), properties={"TaskRoleArn": "arn:aws:iam::123456789012:role/x"}).units
    assert unit.role is not None
    assert (unit.role.name, unit.role.external) == ("arn:aws:iam::123456789012:role/x", True)


def test_a_task_without_a_role_says_so(tasks):
    (unit,) = tasks(container("python", "app.py"), properties={"TaskRoleArn": {"Ref": "AWS::NoValue"}}).units
    assert unit.role is None
    assert problems(unit) == [("template", "`Job` has no task role: its containers have no role of their own")]


def test_the_environment_of_the_container(tasks):
    own = container(
        "python", "app.py",
        Environment=[{"Name": "BUCKET", "Value": {"Ref": "B"}}, {"Name": "N", "Value": 1}, {"Name": "E", "Value": ""}],
        Secrets=[{"Name": "TOKEN", "ValueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/token"}],
    )  # fmt: skip
    other = container("nginx", name="web", Environment=[{"Name": "BUCKET", "Value": "other"}])
    (unit,) = tasks(own, other, resources={"B": {"Type": "AWS::S3::Bucket"}}).units
    own = {key: texts(found) for key, found in unit.environment.items() if key not in task_environment()}
    assert own == {"BUCKET": ["symbol(B)"], "N": ['"1"'], "E": ['""'], "TOKEN": ["?"]}
    assert texts(unit.environment["AWS_REGION"]) == ["symbol(AWS::Region)"]
    assert "LAMBDA_TASK_ROOT" not in unit.environment


def test_variables_that_cannot_be_named(tasks):
    own = container("python", "app.py", Environment=[{"Name": {"Ref": "P"}, "Value": "x"}, "junk", {"Value": "y"}],
                    EnvironmentFiles=[{"Type": "s3", "Value": "arn:aws:s3:::b/x.env"}])  # fmt: skip
    (unit,) = tasks(own, sections={"Parameters": {"P": {"Type": "String"}}}).units
    assert [message for _, message in problems(unit)] == [
        "container `main`: a variable's name depends on the deployment",
        "container `main`: variables that its environment files set are not known",
    ]


def test_what_the_task_is_deployed_as(tasks):
    logs = {"LogDriver": "awslogs", "Options": {"awslogs-group": "/jobs"}}
    volumes = [
        {
            "Name": "a",
            "EFSVolumeConfiguration": {"AuthorizationConfig": {"IAM": "ENABLED", "AccessPointId": {"Ref": "Point"}}},
        },
        {
            "Name": "b",
            "EFSVolumeConfiguration": {"AuthorizationConfig": {"IAM": "DISABLED", "AccessPointId": "fsap-1"}},
        },
        {"Name": "c", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}},
    ]
    point = {"Point": {"Type": "AWS::EFS::AccessPoint"}}
    (unit,) = tasks(
        container("python", "app.py", LogConfiguration=logs), properties={"Volumes": volumes}, resources=point
    ).units
    configuration = unit.configuration
    assert (configuration.service, configuration.function_name) == ("ecs", None)
    assert texts([configuration.log_group]) == ['"/jobs"']
    (access,) = configuration.file_systems
    assert (
        access.pattern()
        == "arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}:access-point/${Point}"
    )
    assert unit.problems == ()


def test_a_file_system_without_an_access_point_is_told(tasks):
    volumes = [{"Name": "a", "EFSVolumeConfiguration": {"AuthorizationConfig": {"IAM": "ENABLED"}}}]
    (unit,) = tasks(container("python", "app.py"), properties={"Volumes": volumes}).units
    assert problems(unit) == [("template", "`Job` mounts a file system with its role and no access point: not added")]


@pytest.mark.parametrize("switched", [True, "true", False, None])
def test_people_who_run_commands_in_the_container_need_more(tasks, switched):
    service = {
        "Type": "AWS::ECS::Service",
        "Properties": {"TaskDefinition": {"Ref": "Job"}, "EnableExecuteCommand": switched},
    }
    other = {
        "Type": "AWS::ECS::Service",
        "Properties": {"TaskDefinition": {"Ref": "JobOfAnother"}, "EnableExecuteCommand": True},
    }
    (unit,) = tasks(container("python", "app.py"), resources={"S": service, "T": other}).units
    assert [("ECS Exec" in message) for _, message in problems(unit)] == ([True] if switched else [])


# Several containers and several programs


def test_each_program_of_a_task_is_a_unit_with_one_role(tasks):
    shell = container("sh", "-c", "python a.py; python b.py", name="main")
    found = tasks(shell, container("python", "-m", "c", name="side"), files={f"{name}.py": SCRIPT for name in "abc"})
    assert [(unit.name, unit.handler, unit.entry) for unit in found.units] == [
        ("Job-main", "python a.py", ScriptEntry("a")),
        ("Job-main-2", "python b.py", ScriptEntry("b")),
        ("Job-side", "python -m c", ScriptEntry("c")),
    ]
    assert {unit.role.name for unit in found.units} == {"Own"}


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        (container(name="xray", image="amazon/aws-xray-daemon"), "container `xray` runs its image's own command"),
        (container("nginx", name="web"), "container `web` runs `nginx`"),
        (container({"Ref": "P"}, name="web"), "container `web` runs what only the deployment tells"),
    ],
)
def test_a_container_beside_it_is_not_forgotten(tasks, beside, said):
    (unit,) = tasks(container("python", "app.py"), beside, sections={"Parameters": {"P": {"Type": "String"}}}).units
    assert (unit.name, unit.entry) == ("Job", ScriptEntry("app"))
    assert problems(unit) == [("unread-container", f"{said}: what it needs of the task's role is not known")]


def test_another_program_of_the_same_shell_is_not_forgotten(tasks):
    (unit,) = tasks(container("sh", "-c", "aws s3 cp s3://b/x . && python app.py")).units
    assert problems(unit) == [
        ("unread-container", "container `main` runs `aws`: what it needs of the task's role is not known")
    ]


# Code that is not in its place


def test_code_in_one_other_place_of_the_project_is_a_guess(tasks):
    (unit,) = tasks(container("python", "-m", "jobs.nightly"), files={"src/jobs/nightly.py": SCRIPT}).units
    assert (unit.entry, unit.search_path[0].name) == (ScriptEntry("jobs.nightly"), "src")
    ((kind, message),) = problems(unit)
    assert kind == "guessed-code"
    assert "`src/jobs/nightly.py` is read in its place" in message


@pytest.mark.parametrize(
    ("command", "files", "kind", "said"),
    [
        (["python", "-m", "gone"], {"x.py": ""}, "unreadable-code", "the project does not hold the module `gone`"),
        (["python", "gone.py"], {"x.py": ""}, "unreadable-code", "the project does not hold the script `gone.py`"),
        (["python", "app.py"], {"a/app.py": "", "b/app.py": ""}, "unreadable-code", "does not hold the script `app.py`"),
        (["python", "../../etc/passwd"], {"x.py": ""}, "unreadable-code", "does not hold the script"),
        (["python", "/"], {"x.py": ""}, "unknown-handler", "is no script"),
        (["python", "-m", "../x"], {"x.py": ""}, "unknown-handler", "is no module's name"),
        (["celery", "worker"], {"app.py": ""}, "unknown-handler", "`celery` loads the code by rules of its own"),
        (["gunicorn", "gone:app"], {"app.py": ""}, "unreadable-code", "the project does not hold the module `gone`"),
        (["python", {"Ref": "P"}], {"app.py": ""}, "unknown-handler", "what it runs depends on the deployment"),
    ],
)  # fmt: skip
def test_a_program_that_is_not_found_leaves_the_unit_incomplete(tasks, command, files, kind, said):
    (unit,) = tasks(container(*command), files=files, sections={"Parameters": {"P": {"Type": "String"}}}).units
    assert unit.entry is None
    ((found, message),) = problems(unit)
    assert found == kind
    assert said in message
    assert message.startswith("container `main`: ")


def test_a_link_out_of_the_project_is_not_followed(tasks, tmp_path_factory, tmp_path):
    outside = tmp_path_factory.mktemp("outside") / "app.py"
    outside.write_text(SCRIPT)
    (tmp_path / "app.py").symlink_to(outside)
    (unit,) = tasks(container("python", "app.py"), files={"x.txt": ""}).units
    assert unit.entry is None


def test_a_parameters_default_finds_the_code(tasks):
    parameters = {"Parameters": {"Module": {"Type": "String", "Default": "app"}}}
    (unit,) = tasks(container("python", "-m", {"Ref": "Module"}), sections=parameters).units
    assert (unit.entry, unit.problems) == (ScriptEntry("app"), ())


def test_a_text_is_code(tasks):
    (unit,) = tasks(container("python", "-c", "import app")).units
    assert unit.entry == ScriptEntry("container_command")
    assert dict(unit.inline) == {"container_command.py": "import app"}
    assert unit.problems == ()


# Images and their Dockerfiles


def test_the_dockerfile_of_the_project_is_a_guess(tasks):
    files = {"app.py": SCRIPT, "Dockerfile": 'FROM python:3.12\nENTRYPOINT ["python"]\nCMD ["app.py"]\n'}
    (unit,) = tasks(container(image=ECR), files=files).units
    assert unit.entry == ScriptEntry("app")
    assert problems(unit) == [
        ("guessed-code", "container `main`: its command is read from the `Dockerfile` of the project")
    ]


@pytest.mark.parametrize("image", ["nginx:1", "public.ecr.aws/nginx/nginx:1"])
def test_a_public_image_is_not_built_here(tasks, image):
    files = {"app.py": "def handler(event, context): pass\n", "Dockerfile": 'FROM python\nCMD ["python", "app.py"]\n'}
    found = tasks(container(image=image), files=files)
    assert (found.format, [unit.entry for unit in found.units]) == ("directory", [HandlerEntry("app", "handler")])


@pytest.mark.parametrize(("command", "entry"), [((), "main"), (("python", "other.py"), "other")])
def test_an_image_that_cdk_builds(project, command, entry):
    image = {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/assets:7f"}
    assets = {"dockerImages": {"7f": {"source": {"directory": "asset.7f"}}}}
    found = project({
        "cdk.out/manifest.json": json.dumps({"artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}}}),
        "cdk.out/S.template.json": json.dumps({"Resources": {"Own": ROLE, "Other": OTHER, "Job": task(container(*command, image=image))}}),
        "cdk.out/S.assets.json": json.dumps(assets),
        "cdk.out/asset.7f/Dockerfile": 'FROM python:3.12\nCMD ["python", "main.py"]\n',
        "cdk.out/asset.7f/src/main.py": SCRIPT, "cdk.out/asset.7f/src/other.py": SCRIPT,
    })  # fmt: skip
    (unit,) = found.units
    assert (found.format, unit.entry, unit.problems) == ("cdk", ScriptEntry(entry), ())
    assert unit.source.code == f"cdk.out/asset.7f/src/{entry}.py"


# Templates without any


def test_a_task_that_runs_something_else_leaves_the_others(tasks):
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Handler": "app.handler", "Runtime": "python3.12", "Code": "."},
    }
    found = tasks(container("nginx"), resources={"F": function}, files={"app.py": "def handler(e, c): pass"})
    assert [unit.name for unit in found.units] == ["F"]
    assert [one.message for one in found.problems] == ["`Job` is not analysed: container `main` runs `nginx`"]


def test_only_tasks_of_another_kind(tasks, tmp_path):
    with pytest.raises(InputError, match="declares no task that is seen to run Python") as error:
        tasks(container("nginx"), files={"readme.txt": "python"})
    assert "container `main` runs `nginx`" in error.value.hint
    with pytest.raises(InputError, match="declares no task"):
        load(tmp_path / "template.json")


def test_a_task_that_is_not_made(tasks):
    conditions = {"Conditions": {"No": {"Fn::Equals": ["a", "b"]}}}
    off = {"Off": {**task(container("python", "app.py")), "Condition": "No"}}
    assert [unit.name for unit in tasks(container("python", "app.py"), resources=off, sections=conditions).units] == [
        "Job"
    ]


# Terraform

TERRAFORM = """
variable "module" {
  default = "app"
}
resource "aws_iam_role" "own" {
  name               = "own"
  assume_role_policy = "{}"
}
resource "aws_sqs_queue" "q" {
  name = "q"
}
resource "aws_ecs_task_definition" "job" {
  family                = "job"
  task_role_arn         = aws_iam_role.own.arn
  execution_role_arn    = "arn:aws:iam::123456789012:role/other"
  container_definitions = %s
}
"""
ENCODED = """jsonencode([{
    name = "main", image = "python:3.12", command = ["python", "-m", var.module]
    environment = [{ name = "QUEUE", value = aws_sqs_queue.q.url }]
    secrets = [{ name = "TOKEN", valueFrom = "arn" }]
  }])"""
HEREDOC = """<<E
[{"name": "main", "image": "python:3.12", "command": ["python", "-m", "${var.module}"],
  "environment": [{"name": "QUEUE", "value": "${aws_sqs_queue.q.url}"}], "secrets": [{"name": "TOKEN", "valueFrom": "arn"}]}]
E"""


@pytest.mark.parametrize(
    "written", [ENCODED, HEREDOC, 'templatefile("c.json", { module = var.module, url = aws_sqs_queue.q.url })']
)
def test_terraforms_task_definitions(project, written):
    template = HEREDOC[4:-2].replace("var.module", "module").replace("aws_sqs_queue.q.url", "url")
    found = project({"main.tf": TERRAFORM % written, "app.py": SCRIPT, "c.json": template})
    (unit,) = found.units
    assert (found.format, unit.name, unit.handler, unit.entry) == (
        "terraform",
        "job",
        "python -m app",
        ScriptEntry("app"),
    )
    assert (unit.role.name, unit.problems, found.problems) == ("aws_iam_role.own", (), ())
    assert texts(unit.environment["QUEUE"]) == [
        '"https://sqs."+symbol(AWS::Region)+".amazonaws.com/"+symbol(AWS::AccountId)+"/q"'
    ]
    assert texts(unit.environment["TOKEN"]) == ["?"]


def test_terraforms_services_and_volumes(project):
    more = """
    resource "aws_ecs_service" "s" {
      task_definition        = aws_ecs_task_definition.job.arn
      enable_execute_command = true
    }
    """
    volume = """
      volume {
        name = "v"
        efs_volume_configuration {
          file_system_id = "fs-1"
          authorization_config {
            access_point_id = "fsap-1"
            iam             = "ENABLED"
          }
        }
      }
    }
    """
    text = (TERRAFORM % ENCODED).rstrip().removesuffix("}") + volume + more
    (unit,) = project({"main.tf": text, "app.py": SCRIPT}).units
    assert [one.pattern().rpartition(":")[2] for one in unit.configuration.file_systems] == ["access-point/fsap-1"]
    assert ["ECS Exec" in message for _, message in problems(unit)] == [True]


@pytest.mark.parametrize(
    "written", ["var.containers", '"not json"', "jsonencode([])", "data.x.y.rendered", 'file("gone.json")']
)
def test_containers_that_cannot_be_read(project, written):
    text = TERRAFORM % written + TERRAFORM[TERRAFORM.index('resource "aws_ecs') :].replace('"job"', '"fine"') % ENCODED
    found = project({"main.tf": text, "app.py": SCRIPT})
    assert [unit.name for unit in found.units] == ["fine"]
    problem = next(one for one in found.problems if one.kind == "template")
    assert problem.message == "the containers of `job` cannot be read: they are not known before a deployment"
    assert str(problem.location) == "main.tf:16"


def test_a_terraform_state(project):
    definitions = json.dumps(
        [
            {
                "name": "main",
                "command": ["python", "app.py"],
                "environment": [{"name": "ROLE", "value": "arn:aws:iam::123456789012:role/own"}],
            }
        ]
    )
    values = [
        ("aws_iam_role.own", "aws_iam_role", {"name": "own", "arn": "arn:aws:iam::123456789012:role/own", "assume_role_policy": "{}"}),
        ("aws_ecs_task_definition.job", "aws_ecs_task_definition",
         {"family": "job", "task_role_arn": "arn:aws:iam::123456789012:role/own", "container_definitions": definitions}),
    ]  # fmt: skip
    resources = [
        {"address": address, "type": kind, "mode": "managed", "values": found} for address, kind, found in values
    ]
    state = {"terraform_version": "1", "values": {"root_module": {"resources": resources}}}
    (unit,) = project({"state.json": json.dumps(state), "app.py": SCRIPT}, path="state.json").units
    assert (unit.name, unit.entry, unit.role.name) == ("job", ScriptEntry("app"), "aws_iam_role.own")


# Hostile input

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    | st.sampled_from(["python", "-m", "app", "sh", "-c", "${", "\0", "Name", "Value", "../..", {"Ref": "Job"}, {"Fn::GetAtt": "Job.Arn"}]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["Name", "Command", "EntryPoint", "Environment", "Image", "Secrets", "Ref", "Fn::If"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions=JUNK, role=JUNK, volumes=JUNK, command=JUNK)
def test_junk_in_a_task(definitions, role, volumes, command, tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    junk = {"ContainerDefinitions": definitions, "TaskRoleArn": role, "Volumes": volumes}
    resources = {"Own": ROLE, "Job": {"Type": "AWS::ECS::TaskDefinition", "Properties": junk},
                 "Half": task({"Command": command, "Image": volumes, "Environment": definitions}, container("python", "app.py")),
                 "S": {"Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": role, "EnableExecuteCommand": volumes}}}  # fmt: skip
    (folder / "template.json").write_text(json.dumps({"Resources": resources}))
    (folder / "app.py").write_text(SCRIPT)
    with suppress(InputError):
        found = load(folder)
        assert any(unit.name.startswith("Half") for unit in found.units)
        assert all(unit.entry is not None or unit.problems for unit in found.units)
        assert INTERNAL_ERROR not in {one.kind for unit in found.units for one in unit.problems}


def test_many_programs_are_bounded(tasks):
    found = tasks(
        *(container("sh", "-c", "; ".join(f"python a{n}.py" for n in range(100)), name=f"c{m}") for m in range(50))
    )
    assert len(found.units) == 32
    assert ("template", "`Job` runs more programs than the 32 that are read") in problems(found.units[0])


def test_each_folder_is_searched_once(tasks, monkeypatch):
    walked = []
    monkeypatch.setattr("iamgen.project.code.programs.python_files", lambda folder: walked.append(folder) or ())
    found = tasks(*(container("python", f"/a/b/c/d/e{n}.py", name=f"c{n}") for n in range(10)))
    assert len(found.units) == 10
    assert walked == [found.root]


def test_a_pulumi_stack(project):
    definitions = json.dumps(
        [{"name": "main", "command": ["python", "app.py"], "environment": [{"name": "A", "value": "x"}]}]
    )
    arn = "arn:aws:iam::123456789012:role/own"
    resources = [
        {"urn": "urn:pulumi:dev::p::aws:iam/role:Role::own", "type": "aws:iam/role:Role", "outputs": {"name": "own", "arn": arn, "assumeRolePolicy": "{}"}},
        {"urn": "urn:pulumi:dev::p::aws:ecs/taskDefinition:TaskDefinition::job", "type": "aws:ecs/taskDefinition:TaskDefinition",
         "outputs": {"family": "job", "taskRoleArn": arn, "containerDefinitions": definitions}},
    ]  # fmt: skip
    (unit,) = project(
        {"s.json": json.dumps({"version": 3, "deployment": {"resources": resources}}), "app.py": SCRIPT}, path="s.json"
    ).units
    assert (unit.name, unit.entry, unit.role.name) == ("job", ScriptEntry("app"), "aws_iam_role.own")
    assert texts(unit.environment["A"]) == ['"x"']
