"""The environments of `samconfig.toml`: parameters, the template and the stack of each."""

# ruff: noqa: E501  # settings are easier to read on one line

import pytest
from described import own_environment

from iamgen.core.errors import InputError

HANDLER = "def handler(event, context):\n    pass\n"
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {Prod: !Equals [!Ref Stage, prod]}
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      Environment: {Variables: {A: !If [Prod, p, d]}}
"""
CONFIG = """
version = 0.1
[default.global.parameters]
stack_name = "orders-dev"
[default.deploy.parameters]
parameter_overrides = "Stage=dev"
[prod.deploy.parameters]
stack_name = "orders-prod"
parameter_overrides = ["Stage=prod"]
[other.deploy.parameters]
template_file = "other.yaml"
"""
YAML = """
version: 0.1
default: {deploy: {parameters: {stack_name: orders-dev, parameter_overrides: {Stage: dev}}}}
prod: {deploy: {parameters: {stack_name: orders-prod, parameter_overrides: {Stage: prod}}}}
"""


@pytest.fixture
def sam(project):
    def make(files=None, path=".", **options):
        return project(
            {"template.yaml": TEMPLATE, "app.py": HANDLER, "samconfig.toml": CONFIG, **(files or {})}, path, **options
        )

    return make


@pytest.mark.parametrize(
    ("environment", "variable", "stack"),
    [(None, ['"d"'], "orders-dev"), ("default", ['"d"'], "orders-dev"), ("prod", ['"p"'], "orders-prod"), ("other", ['"p"', '"d"'], None)],
)  # fmt: skip
@pytest.mark.parametrize("path", [".", "template.yaml"])
def test_an_environments_settings(sam, environment, variable, stack, path):
    found = sam(path=path, environment=environment)
    assert (own_environment(found.units[0]), found.stack) == ({"A": variable}, stack)


def test_settings_in_yaml(project):
    found = project({"template.yaml": TEMPLATE, "app.py": HANDLER, "samconfig.yaml": YAML}, environment="prod")
    assert (own_environment(found.units[0]), found.stack) == ({"A": ['"p"']}, "orders-prod")


def test_an_environments_own_template(sam):
    files = {"other.yaml": TEMPLATE.replace("Fn:", "Other:")}
    assert [unit.name for unit in sam(files, environment="other").units] == ["Other"]
    assert [unit.name for unit in sam(files).units] == ["Fn"]


def test_a_parameter_goes_before_the_environments(sam):
    assert own_environment(sam(environment="prod", parameters={"Stage": "dev"}).units[0]) == {"A": ['"d"']}


@pytest.mark.parametrize("environment", ["gone", "version", "", "../prod"])
def test_an_environment_that_is_not_there(sam, environment):
    with pytest.raises(InputError) as error:
        sam(environment=environment)
    assert error.value.message == f"`samconfig.toml` has no environment `{environment}`"
    assert error.value.hint == "there are `default`, `other`, `prod`"


def test_an_environment_without_settings(project):
    with pytest.raises(InputError, match=r"there is no `samconfig.toml` for the environment `prod`"):
        project({"template.yaml": TEMPLATE, "app.py": HANDLER}, environment="prod")


def test_an_environment_of_another_format(project):
    files = {
        "serverless.yml": "service: s\nprovider: {name: aws, runtime: python3.12}\nfunctions: {f: {handler: app.handler}}\n",
        "app.py": HANDLER,
    }
    assert project(files).format == "serverless"
    with pytest.raises(
        InputError, match="an environment goes with a SAM or CloudFormation template, not with serverless"
    ):
        project(files, environment="prod")


def test_an_environment_beside_an_entry(sam):
    with pytest.raises(InputError, match="an entry point and an environment exclude each other"):
        sam(entry="app:handler", environment="prod")


@pytest.mark.parametrize(
    ("config", "said"),
    [("[default", "`samconfig.toml` is malformed: "), (b"\xff\xfa", "is not text"), ("a = " + "[" * 5000, "nested too deeply")],
)  # fmt: skip
def test_settings_that_cannot_be_read_are_told(sam, config, said):
    found = sam({"samconfig.toml": config})
    assert [unit.name for unit in found.units] == ["Fn"]
    (problem,) = found.problems
    assert said in problem.message
    assert str(problem.location) == "samconfig.toml:1"
    with pytest.raises(InputError) as error:
        sam({"samconfig.toml": config}, environment="prod")
    assert said in error.value.message


@pytest.mark.parametrize(
    "config",
    ["default = 1", "[default]\ndeploy = 1", "[default.deploy]\nparameters = []", "[default.deploy.parameters]\nstack_name = 1\nparameter_overrides = 7", ""],
)  # fmt: skip
def test_settings_of_other_shapes_say_nothing(sam, config):
    found = sam({"samconfig.toml": config})
    assert (own_environment(found.units[0]), found.stack, found.problems) == ({"A": ['"p"', '"d"']}, None, ())


def test_templates_of_several_stacks_name_none(project):
    files = {}
    for name in ("a", "b"):
        config = CONFIG.replace("orders", name)
        files |= {f"{name}/template.yaml": TEMPLATE, f"{name}/app.py": HANDLER, f"{name}/samconfig.toml": config}
    found = project(files)
    assert (len(found.units), found.stack) == (2, None)
