"""Chalice, Zappa, Pulumi and plain archives."""

# ruff: noqa: E501  # a setting is easier to read on one line

import json
import zipfile

import pytest
from described import own_environment

from iamgen.core.errors import InputError
from iamgen.project.model import HandlerEntry, LibraryEntry

HANDLER = "def handler(event, context):\n    pass\n"
CHALICE = """
from chalice import Chalice
app = Chalice(app_name="shop")

@app.route("/orders", methods=["POST"])
def create():
    pass

@app.lambda_function(name="worker")
def work(event, context):
    pass

@app.on_sqs_message(queue="jobs")
def drain(event):
    pass

@app.on_s3_event
def upload(event):
    pass

@other.thing()
def nothing():
    pass

def plain():
    pass
"""


CHALICE_CONFIG = {
    "version": "2.0", "app_name": "shop", "environment_variables": {"A": "all", "N": 1},
    "stages": {
        "dev": {"autogen_policy": False, "environment_variables": {"B": "dev"}},
        "prod": {"environment_variables": {"B": "prod"}, "lambda_functions": {"worker": {"environment_variables": {"C": "own"}}}, "xray": True},
    },
}  # fmt: skip


CHALICE_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


class TestChalice:
    def load(self, project, config=None, files=None):
        return project({
            ".chalice/config.json": json.dumps(config or CHALICE_CONFIG), ".chalice/policy-dev.json": json.dumps(CHALICE_POLICY),
            "app.py": CHALICE, **(files or {}),
        })  # fmt: skip

    def test_each_decorated_function_is_a_unit(self, project):
        found = self.load(project)
        assert found.format == "chalice"
        assert [(unit.name, unit.entry, unit.source.line) for unit in found.units] == [
            ("create", HandlerEntry("app", "create"), 6), ("work", HandlerEntry("app", "work"), 10),
            ("drain", HandlerEntry("app", "drain"), 14), ("upload", HandlerEntry("app", "upload"), 18),
        ]  # fmt: skip

    def test_environment_of_all_stages(self, project):
        create, work, *_ = self.load(project).units
        assert own_environment(create) == {"A": ['"all"'], "B": ['"dev"', '"prod"'], "N": ['"1"']}
        assert own_environment(work)["C"] == ['"own"']

    def test_settings_and_role(self, project):
        found = self.load(project).units
        assert [one.kind for one in found[2].configuration.event_sources] == ["sqs"]
        assert found[2].configuration.event_sources[0].arn[0].pattern().endswith(":jobs")
        assert found[0].configuration.tracing
        assert [one.name for one in found[0].role.documents] == ["policy-dev.json"]
        assert (
            self.load(project, {"app_name": "x", "iam_role_arn": "arn:aws:iam::123456789012:role/x"})
            .units[0]
            .role.external
        )
        assert self.load(project, {"app_name": "x"}).units[0].role is None

    def test_blueprints(self, project):
        blueprint = "from chalice import Blueprint\nextra = Blueprint(__name__)\n\n@extra.schedule('rate(1 hour)')\ndef tick(event):\n    pass\n"
        names = [unit.handler for unit in self.load(project, files={"chalicelib/extra.py": blueprint}).units]
        assert "chalicelib.extra.tick" in names

    @pytest.mark.parametrize(
        ("files", "message"),
        [
            ({".chalice/config.json": "{"}, "`.chalice/config.json:1` is malformed"),
            ({"app.py": "x = 1\n"}, "decorates no function"),
            ({"app.py": "def (:\n"}, "decorates no function"),
        ],
    )
    def test_broken_applications(self, project, files, message):
        with pytest.raises(InputError) as error:
            self.load(project, files=files)
        assert message in error.value.message

    def test_a_policy_file_that_is_not_there(self, project):
        config = {"app_name": "x", "stages": {"dev": {"autogen_policy": False, "iam_policy_file": "../../gone.json"}}}
        found = self.load(project, config)
        assert [one.kind for one in found.problems] == ["template"] * 4 or [
            one.kind for one in set(found.problems)
        ] == ["template"]


ZAPPA_SETTINGS = {
    "dev": {
        "app_function": "shop.app", "project_name": "shop", "environment_variables": {"A": "x"}, "xray_tracing": True,
        "events": [{"function": "jobs.nightly", "expression": "rate(1 day)"}, {"functions": ["jobs.gone"]}],
        "extra_permissions": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    },
    "prod": {"extends": "dev", "role_arn": "arn:aws:iam::123456789012:role/x"},
}  # fmt: skip


ZAPPA_FILES = {
    "shop.py": "from flask import Flask\napp = Flask(__name__)\n",
    "jobs.py": "def nightly(event, context): ...\n",
}


class TestZappa:
    def test_each_stage_and_event(self, project):
        found = project({"zappa_settings.json": json.dumps(ZAPPA_SETTINGS), **ZAPPA_FILES})
        assert found.format == "zappa"
        assert [(unit.name, unit.entry) for unit in found.units] == [
            ("dev", HandlerEntry("shop", "app")), ("dev-jobs.nightly", HandlerEntry("jobs", "nightly")), ("dev-jobs.gone", None),
            ("prod", HandlerEntry("shop", "app")), ("prod-jobs.nightly", HandlerEntry("jobs", "nightly")), ("prod-jobs.gone", None),
        ]  # fmt: skip
        dev, *_, prod = (unit for unit in found.units if unit.name in ("dev", "prod"))
        assert own_environment(dev) == {"A": ['"x"']}
        assert dev.role.documents[1].document["Statement"] == ZAPPA_SETTINGS["dev"]["extra_permissions"]
        assert prod.role.external

    def test_django(self, project):
        found = project(
            {
                "zappa_settings.toml": '[dev]\ndjango_settings = "site.settings"\n',
                "site/wsgi.py": "application = get()\n",
            }
        )
        assert found.units[0].entry == LibraryEntry(("site.wsgi",))

    @pytest.mark.parametrize("text", ["{", "[]", "{}", '{"dev": {}}', '{"dev": 5}'])
    def test_broken_settings(self, project, text):
        with pytest.raises(InputError):
            project({"zappa_settings.json": text})


class TestPulumi:
    def resource(self, kind, label, inputs, outputs=None):
        return {
            "urn": f"urn:pulumi:dev::shop::{kind}::{label}",
            "type": kind,
            "inputs": inputs,
            "outputs": {**inputs, **(outputs or {})},
        }

    def state(self):
        table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders-1a2b"
        return {"version": 3, "deployment": {"resources": [
            {"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "type": "pulumi:pulumi:Stack"},
            self.resource("aws:dynamodb/table:Table", "orders", {"hashKey": "id"}, {"name": "orders-1a2b", "arn": table}),
            self.resource("aws:iam/role:Role", "role", {"assumeRolePolicy": "{}"}, {"name": "role-9", "path": "/", "arn": "arn:aws:iam::123456789012:role/role-9"}),
            self.resource("aws:iam/rolePolicy:RolePolicy", "policy", {"role": "role-9", "policy": json.dumps({"Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": table}]})}),
            self.resource("aws:lambda/function:Function", "fn", {
                "handler": "app.handler", "runtime": "python3.12", "role": "arn:aws:iam::123456789012:role/role-9",
                "environment": {"variables": {"TABLE_NAME": "orders-1a2b"}}, "code": {"hash": "x", "path": "./src"},
            }, {"name": "fn-7"}),
        ]}}  # fmt: skip

    def test_a_stack(self, project):
        found = project({"state.json": json.dumps(self.state()), "src/app.py": HANDLER}, "state.json")
        (unit,) = found.units
        assert found.format == "pulumi"
        assert (unit.name, unit.entry) == ("fn", HandlerEntry("app", "handler"))
        assert own_environment(unit) == {"TABLE_NAME": ['"orders-1a2b"']}
        assert (
            unit.role.documents[0].document["Statement"][0]["Resource"]
            == "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders-1a2b"
        )

    @pytest.mark.parametrize(
        "text", ['{"deployment": {"resources": [], "x": "urn:pulumi"}}', '{"deployment": {"resources": "urn:pulumi", ']
    )
    def test_broken_states(self, project, text):
        with pytest.raises(InputError):
            project({"state.json": text}, "state.json")


class TestArchive:
    def test_handlers_inside(self, project, tmp_path):
        with zipfile.ZipFile(tmp_path / "fn.zip", "w") as archive:
            archive.writestr("app.py", HANDLER)
            archive.writestr("lib/other.py", "x = 1\n")
        found = project({}, "fn.zip")
        assert [(unit.name, unit.entry, sorted(unit.inline)) for unit in found.units] == [
            ("app:handler", HandlerEntry("app", "handler"), ["app.py", "lib/other.py"])
        ]

    def test_a_named_handler_inside(self, project, tmp_path):
        with zipfile.ZipFile(tmp_path / "fn.zip", "w") as archive:
            archive.writestr("pkg/mod.py", "def go(a): ...\n")
        assert project({}, "fn.zip", entry="pkg.mod:go").units[0].entry == HandlerEntry("pkg.mod", "go")
        assert project({}, "fn.zip", handler="pkg/mod.go").units[0].entry == HandlerEntry("pkg.mod", "go")
        with pytest.raises(InputError, match="no module"):
            project({}, "fn.zip", entry="pkg.gone:go")

    @pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + b"x" * 100])
    def test_damaged(self, project, data):
        with pytest.raises(InputError, match="cannot be read"):
            project({"fn.zip": data}, "fn.zip")
