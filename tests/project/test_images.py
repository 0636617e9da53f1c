"""Functions whose package is an image: built by the configuration itself, or by something that it does not tell."""

# ruff: noqa: E501, ISC004  # a configuration is easier to read on few lines

import pytest

from iamgen.core.text import Hole, HoleKind, Text
from iamgen.project.formats.terraform.images import docker_builds, repository_of
from iamgen.project.model import HandlerEntry

DOCKER = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY . ${LAMBDA_TASK_ROOT}\nCMD ["%s"]\n'
HANDLER = "def run(event, context):\n    pass\n"
URL = Text((Hole(HoleKind.SYMBOL, "aws_ecr_repository.jobs.repository_url"),))
TAG = Text((Hole(HoleKind.SYMBOL, "var.tag"),))
JOBS = Text.of("team/jobs")
REPOSITORIES = {"aws_ecr_repository.jobs": JOBS}


def function(uri, label="jobs"):
    return f"""
resource "aws_lambda_function" "{label}" {{
  function_name = "{label}"
  package_type  = "Image"
  image_uri     = {uri}
  role          = aws_iam_role.role.arn
}}
resource "aws_iam_role" "role" {{ assume_role_policy = "{{}}" }}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (URL, JOBS), (URL + ":latest", JOBS), (URL + ":" + TAG, JOBS), (URL + "@" + TAG, JOBS),
        (Text.of("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/jobs:1.2"), JOBS),
        (Text.of(TAG, ".dkr.ecr.", TAG, ".amazonaws.com/team/jobs:", TAG), JOBS),
        (Text.of("localhost:5000/jobs"), Text.of("localhost:5000/jobs")),
        (TAG, TAG),
    ],
)  # fmt: skip
def test_the_repository_of_an_image(text, expected):
    assert repository_of(text, REPOSITORIES) == expected


@pytest.mark.parametrize(
    ("command", "context", "dockerfile"),
    [
        (Text.of("docker build -t ", URL, ":latest app"), "app", None),
        (Text.of("docker build app --tag ", URL, ":1 --platform linux/amd64 --no-cache"), "app", None),
        (Text.of("docker buildx build --platform=linux/amd64 --push -t=", URL, ":1 -f app/Dockerfile.jobs ."), ".", "app/Dockerfile.jobs"),
        (Text.of("set -e\ncd app && \\\n docker build -t jobs:x . # all of it\ndocker tag jobs:x ", URL, ":x; docker push ", URL, ":x"), "app", None),
        (Text.of("aws ecr get-login-password | docker login --password-stdin ", TAG, "\npodman build -t ", URL, " -f app/Dockerfile app"), "app", "Dockerfile"),
    ],
)  # fmt: skip
def test_a_command_that_builds(command, context, dockerfile):
    (build,) = docker_builds(command, ".", REPOSITORIES)
    assert (build.context, build.dockerfile) == (context, dockerfile)
    assert JOBS in build.repositories


@pytest.mark.parametrize(
    "command",
    [
        Text.of("docker push ", URL), Text.of("docker build -t ", URL), Text.of("docker build -t x ", TAG), Text.of("echo 'it"),
        Text.of("cd ", TAG, " && docker build -t x ."), Text.of("make image"),
    ],
)  # fmt: skip
def test_a_command_of_which_nothing_is_told(command):
    assert list(docker_builds(command, ".", REPOSITORIES)) == []


BUILDS = {
    "docker-build": (
        "module.image.image_uri",
        'module "image" {\n source = "terraform-aws-modules/lambda/aws//modules/docker-build"\n'
        ' version = "7.4.0"\n ecr_repo = "jobs"\n source_path = "${path.module}/../app"\n docker_file_path = "jobs/Dockerfile"\n}\n',
    ),
    "docker-build into a repository of its own": (
        '"${aws_ecr_repository.jobs.repository_url}:1"',
        'resource "aws_ecr_repository" "jobs" { name = "jobs" }\n'
        'module "image" {\n source = "git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git//modules/docker-build?ref=v7"\n'
        ' ecr_repo = aws_ecr_repository.jobs.name\n source_path = "../app"\n docker_file_path = "jobs/Dockerfile"\n}\n',
    ),
    "docker_image": (
        "docker_registry_image.jobs.name",
        'resource "docker_image" "jobs" {\n name = "jobs:1"\n build {\n  context = "../app"\n  dockerfile = "jobs/Dockerfile"\n }\n}\n'
        'resource "docker_registry_image" "jobs" { name = docker_image.jobs.name }\n',
    ),
    "a digest": (
        '"${aws_ecr_repository.jobs.repository_url}@${docker_registry_image.jobs.sha256_digest}"',
        'resource "aws_ecr_repository" "jobs" { name = "jobs" }\n'
        'resource "docker_registry_image" "jobs" {\n name = "${aws_ecr_repository.jobs.repository_url}:1"\n'
        ' build {\n  context = "../app"\n  dockerfile = "jobs/Dockerfile"\n }\n}\n',
    ),
    "a command": (
        '"${aws_ecr_repository.jobs.repository_url}:latest"',
        'resource "aws_ecr_repository" "jobs" { name = "jobs" }\nresource "null_resource" "push" {\n provisioner "local-exec" {\n'
        '  working_dir = "${path.module}/../app"\n'
        '  command = "docker build -f jobs/Dockerfile -t ${aws_ecr_repository.jobs.repository_url}:latest ."\n }\n}\n',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BUILDS))
def test_an_image_that_terraform_builds(project, name):
    uri, build = BUILDS[name]
    files = {
        "infra/main.tf": function(uri) + build,
        "app/jobs/Dockerfile": DOCKER.replace("COPY .", "COPY jobs") % "main.run",
        "app/jobs/main.py": HANDLER,
        "app/other/Dockerfile": DOCKER % "main.run",
        "app/other/main.py": HANDLER,
    }
    (unit,) = project(files).units
    assert unit.entry == HandlerEntry("main", "run")
    assert unit.search_path[0].name == "jobs"
    assert unit.problems == ()


def test_an_image_that_is_handed_to_a_module(project):
    files = {
        "main.tf": """
module "image" {
  source      = "terraform-aws-modules/lambda/aws//modules/docker-build"
  source_path = abspath("${path.module}/app")
}
module "function" {
  source = "./function"
  image  = module.image.image_uri
}
""",
        "function/main.tf": 'variable "image" {}\n' + function("var.image"),
        "app/Dockerfile": DOCKER % "main.run",
        "app/main.py": HANDLER,
    }
    (unit,) = project(files).units
    assert unit.entry == HandlerEntry("main", "run")


def test_the_function_module_takes_an_image(project):
    files = {
        "main.tf": """
module "jobs" {
  source               = "terraform-aws-modules/lambda/aws"
  function_name        = "jobs"
  create_package       = false
  package_type         = "Image"
  image_uri            = module.image.image_uri
  image_config_command = ["main.other"]
}
module "image" {
  source      = "terraform-aws-modules/lambda/aws//modules/docker-build"
  source_path = "app"
}
""",
        "app/Dockerfile": DOCKER % "main.run",
        "app/main.py": HANDLER + "other = run\n",
    }
    (unit,) = project(files).units
    assert unit.entry == HandlerEntry("main", "other")
    assert unit.role.name == "module.jobs.role"


TWO = {
    "functions/jobs/Dockerfile": DOCKER % "main.run",
    "functions/jobs/main.py": HANDLER,
    "functions/report/worker.Dockerfile": DOCKER % "main.run",
    "functions/report/main.py": HANDLER,
    "web/Dockerfile": 'FROM node:22\nCMD ["index.handler"]\n',
}
PUSHED = '"123456789012.dkr.ecr.eu-west-1.amazonaws.com/%s:1"'


@pytest.mark.parametrize(
    ("label", "repository", "read"),
    [
        ("jobs", "shop", "functions/jobs/Dockerfile"),
        ("fn", "shop/report", "functions/report/worker.Dockerfile"),
        ("fn", "shop", None),
    ],
)
def test_an_image_that_something_else_builds_is_guessed_by_name(project, label, repository, read):
    (unit,) = project({"main.tf": function(PUSHED % repository, label), **TWO}).units
    if read is None:
        assert unit.entry is None
        assert [one.kind for one in unit.problems] == ["unreadable-code"]
    else:
        assert unit.entry == HandlerEntry("main", "run")
        assert [one.message for one in unit.problems] == [
            f"the code lies in an image that is not built here; `{read}` is read in its place"
        ]


def test_a_stage_has_the_command_of_the_stage_that_it_starts_from(project):
    docker = (
        DOCKER.replace(":3.12", ":3.12 AS base") % "main.run" + "FROM --platform=linux/amd64 base AS last\nRUN true\n"
    )
    (unit,) = project({"main.tf": function(PUSHED % "x"), "Dockerfile": docker, "main.py": HANDLER}).units
    assert unit.entry == HandlerEntry("main", "run")


SERVICE = """service: shop
provider: {name: aws, runtime: python3.12, ecr: {images: {%s}}}
functions: {f: {image: %s}}
"""
URI = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/report:1"


@pytest.mark.parametrize(
    ("images", "image", "read", "guessed"),
    [
        ("one: {path: functions/jobs}", "one", "functions/jobs", False),
        ("one: functions/jobs", "{name: one}", "functions/jobs", False),
        (f"one: {{uri: {URI}}}", "one", "functions/report", True),
        (f"one: {URI}", "{name: one}", "functions/report", True),
        ("", URI, "functions/report", True),
        ("", f"{{uri: {URI}}}", "functions/report", True),
    ],
)
def test_images_of_a_service(project, images, image, read, guessed):
    found = project({"serverless.yml": SERVICE % (images, image), **TWO})
    (unit,) = found.units
    assert unit.entry == HandlerEntry("main", "run")
    assert unit.search_path[0].relative_to(found.root).as_posix() == read
    assert bool(unit.problems) == guessed
