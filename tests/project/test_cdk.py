"""Synthesized CDK apps and their broken siblings."""

# ruff: noqa: E501  # a template's entry is easier to read on one line

import json

import pytest
from described import own_environment

from iamgen.core.errors import InputError
from iamgen.project.model import HandlerEntry

HANDLER = "def handler(event, context):\n    pass\n"


def stack(file="S.template.json"):
    return {"type": "aws:cloudformation:stack", "properties": {"templateFile": file}}


def function(path="asset.1", handler="app.handler", **properties):
    metadata = {"aws:cdk:path": "S/F/Resource"}
    if path:
        metadata.update({"aws:asset:path": path, "aws:asset:property": "Code"})
    code = {"Handler": handler, "Runtime": "python3.12", "Code": {"S3Bucket": "b", "S3Key": "1.zip"}, **properties}
    return {"Type": "AWS::Lambda::Function", "Properties": code, "Metadata": metadata}


@pytest.fixture
def app(project):
    def make(resources, artifacts=None, files=None, path=".", **options):
        manifest = {"version": "38.0.1", "artifacts": artifacts or {"S": stack()}}
        return project(
            {
                "cdk.out/manifest.json": json.dumps(manifest),
                "cdk.out/S.template.json": json.dumps({"Resources": resources}),
                "cdk.out/asset.1/app.py": HANDLER,
                **(files or {}),
            },
            path,
            **options,
        )

    return make


@pytest.mark.parametrize("path", [".", "cdk.out", "cdk.out/manifest.json"])
def test_ways_to_name_the_app(app, path):
    found = app({"F": function()}, path=path)
    assert found.format == "cdk"
    assert found.units[0].entry == HandlerEntry("app", "handler")


def test_assets_by_their_hash(app):
    assets = {"files": {"1": {"source": {"path": "asset.1"}, "destinations": {"x": {"objectKey": "1.zip"}}}}}
    found = app({"F": function(path=None)}, files={"cdk.out/S.assets.json": json.dumps(assets)})
    assert found.units[0].entry == HandlerEntry("app", "handler")


def test_an_asset_that_was_not_staged(app):
    files = {"lambda/app.py": HANDLER, "cdk.json": "{}"}
    for path in (".", "cdk.out"):
        found = app({"F": function("../lambda")}, files=files, path=path)
        assert (found.units[0].entry, found.units[0].source.code) == (HandlerEntry("app", "handler"), "lambda")


@pytest.mark.parametrize("asset", ["asset.gone", "../../../etc", "/etc"])
def test_an_asset_that_is_not_there(app, asset):
    (unit,) = app({"F": function(asset)}).units
    assert unit.entry is None
    assert [one.kind for one in unit.problems] == ["unreadable-code"]


def test_the_apps_own_source_stands_in_for_an_asset_that_is_gone(app):
    (unit,) = app({"F": function("asset.gone")}, files={"lambda/app.py": HANDLER}).units
    assert (unit.entry, unit.search_path[0].name) == (HandlerEntry("app", "handler"), "lambda")
    assert [one.kind for one in unit.problems] == ["guessed-code"]
    assert "`lambda/app.py` is read in its place" in unit.problems[0].message


def test_stages_hold_their_own_stacks(app):
    inner = {"version": "38.0.1", "artifacts": {"P-S": stack()}}
    artifacts = {
        "assembly-P": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-P"}},
        "S": stack(),
    }
    files = {
        "cdk.out/assembly-P/manifest.json": json.dumps(inner),
        "cdk.out/assembly-P/S.template.json": json.dumps(
            {"Resources": {"F": function(Environment={"Variables": {"A": "x"}})}}
        ),
    }
    found = app({"F": function()}, artifacts, files)
    assert [unit.name for unit in found.units] == ["F", "P-S-F"]
    assert all(unit.entry is not None for unit in found.units)
    assert sorted(str(own_environment(unit)) for unit in found.units) == ["{'A': ['\"x\"']}", "{}"]


def test_image_functions(app):
    images = {"dockerImages": {"9f": {"source": {"directory": "asset.9f", "dockerFile": "Dockerfile.fn"}}}}
    uri = {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/cdk-assets:9f"}
    resource = {"Type": "AWS::Lambda::Function", "Properties": {"PackageType": "Image", "Code": {"ImageUri": uri}}}
    files = {
        "cdk.out/S.assets.json": json.dumps(images),
        "cdk.out/asset.9f/Dockerfile.fn": 'FROM public.ecr.aws/lambda/python:3.12\nCMD ["main.handler"]\n',
        "cdk.out/asset.9f/main.py": HANDLER,
    }
    assert app({"F": resource}, files=files).units[0].entry == HandlerEntry("main", "handler")


def test_nested_stacks(app):
    nested = {"Resources": {"G": function()}}
    resource = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Sub": "https://x"}},
        "Metadata": {"aws:asset:path": "N.nested.template.json"},
    }
    found = app({"F": function(), "N": resource}, files={"cdk.out/N.nested.template.json": json.dumps(nested)})
    assert [unit.name for unit in found.units] == ["F", "G"]


def test_an_app_that_is_not_synthesized(project):
    found = project({"cdk.json": '{"app": "python3 app.py"}', "lambda/x.py": HANDLER})
    assert [unit.name for unit in found.units] == ["lambda.x:handler"]
    assert [one.kind for one in found.problems] == ["not-synthesized"]
    assert found.units[0].configuration is None


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"cdk.json": "{}"}, "is an app that is not synthesized"),
        (
            {"cdk.out/manifest.json": '{"artifacts": {"aws:cloudformation:stack": 1'},
            "`cdk.out/manifest.json:1` is malformed",
        ),
        ({"cdk.out/manifest.json": '{"artifacts": {"aws:cloudformation:stack": 1}}'}, "holds no stack"),
        (
            {
                "cdk.out/manifest.json": '{"artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "gone.json"}}}}'
            },
            "the template `gone.json` of the stack `S` does not exist",
        ),
        (
            {
                "cdk.out/manifest.json": '{"artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../../x.json"}}}}'
            },
            "the template `../../x.json` of the stack `S` leads outside the project",
        ),
    ],
)
def test_broken_apps(project, files, message):
    with pytest.raises(InputError) as error:
        project(files)
    assert message in error.value.message


def test_a_broken_stack_leaves_the_others(app):
    found = app({"F": function()}, {"A": stack("A.template.json"), "S": stack()}, {"cdk.out/A.template.json": "{nope"})
    assert [unit.name for unit in found.units] == ["F"]
    assert [one.kind for one in found.problems] == ["template"]


def test_what_the_manifest_names_and_does_not_hold_is_told(project):
    assembly = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-P"}}
    manifest = {"version": "38.0.1", "artifacts": {"A": stack("gone.json"), "P": assembly, "S": stack()}}
    found = project({
        "cdk.out/manifest.json": json.dumps(manifest, indent=1),
        "cdk.out/S.template.json": json.dumps({"Resources": {"F": function()}}),
        "cdk.out/asset.1/app.py": HANDLER,
    })  # fmt: skip
    assert [unit.name for unit in found.units] == ["F"]
    assert [(one.kind, one.message, str(one.location)) for one in found.problems] == [
        ("template", "the template `gone.json` of the stack `A` does not exist", "cdk.out/manifest.json:4"),
        ("template", "the assembly `assembly-P` does not exist", "cdk.out/manifest.json:10"),
    ]


def test_a_manifest_that_cannot_be_read(app):
    found = app({"F": function()}, files={"cdk.out/manifest.json": '{"artifacts": {"x": "aws:cloudformation:stack",'})
    assert [unit.name for unit in found.units] == ["F"]
    ((message, location),) = [(one.message, str(one.location)) for one in found.problems]
    assert message.startswith("`cdk.out/manifest.json:1` is malformed: ")
    assert location == "cdk.out/manifest.json:1"


def test_an_assembly_that_holds_itself_ends(app):
    inner = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}
    found = app({"F": function()}, {**{f"P{n}": inner for n in range(30)}, "S": stack()})
    assert [unit.name for unit in found.units] == ["F"]
    assert found.units[0].entry == HandlerEntry("app", "handler")
    assert "the assembly `.` is named twice" in [one.message for one in found.problems]


def test_every_place_is_a_line_of_the_synthesized_template(app, tmp_path):
    """No construct's source line is in an assembly, so findings name the resource's line in `cdk.out`."""
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}, "Policies": [
        {"PolicyName": "own", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}]}}  # fmt: skip
    policy = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "attached", "Roles": [{"Ref": "R"}], "PolicyDocument": {
        "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}}}  # fmt: skip
    queue = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {"FunctionName": {"Ref": "F"}, "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:q"},
    }
    task = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [
        {"Name": "c", "Image": "python", "Command": ["python", "gone.py"]}]}}  # fmt: skip
    own = function(Role={"Fn::GetAtt": ["R", "Arn"]})
    template = json.dumps(
        {
            "Resources": {
                "R": role,
                "P": policy,
                "F": own,
                "M": queue,
                "G": function("asset.gone", "gone.handler"),
                "T": task,
            }
        },
        indent=1,
    )
    found = app({}, files={"cdk.out/S.template.json": template})
    lines = template.splitlines()

    def at(location):
        assert location.file == "cdk.out/S.template.json"
        return lines[location.line - 1].strip()

    units = {unit.name: unit for unit in found.units}
    assert {name: lines[unit.source.line - 1].strip() for name, unit in units.items() if name != "T"} == {
        "F": '"F": {',
        "G": '"G": {',
    }
    assert {unit.source.template for unit in found.units} == {"cdk.out/S.template.json"}
    configuration, declared = units["F"].configuration, units["F"].role
    assert (at(configuration.location), at(configuration.event_sources[0].location), at(declared.location)) == (
        '"F": {',
        '"M": {',
        '"R": {',
    )
    documents = {one.name: lines[one.location.line - 1 :] for one in declared.documents}
    assert documents["own"][1].strip() == '"PolicyName": "own",'
    assert documents["attached"][0].strip() == '"PolicyDocument": {'
    assert [at(one.location) for one in units["G"].problems] == ['"G": {']
    container = lines.index('    "ContainerDefinitions": [') + 2
    assert (units["T"].source.line, [one.location.line for one in units["T"].problems if "gone.py" in one.message]) == (
        container,
        [container],
    )
    assert [at(found.resources[name].location) for name in "RPFMGT"] == [f'"{name}": {{' for name in "RPFMGT"]


def test_an_app_further_down_that_is_not_synthesized(project):
    files = {"infra/cdk.json": "{}", "services/api/app.py": "def handler(event, context):\n    pass\n"}
    found = project(files)
    assert [unit.name for unit in found.units] == ["services.api.app:handler"]
    assert [(one.kind, str(one.location)) for one in found.problems] == [("not-synthesized", "infra/cdk.json:1")]
