"""The example project: every planted fault is found and nothing else, by the API and by the command line alike."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from iamgen.pipeline import Options, PolicyFile, diff, generate, scan
from iamgen.render.reports import Show, View, render

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "fixtures" / "projects" / "orders"
EXPECTED = EXAMPLE / "expected"
FIXED = EXAMPLE / "template.fixed.yaml"
PLANTED = json.loads((EXPECTED / "planted.json").read_text())


def full(text):
    for name, value in PLANTED["names"].items():
        text = text.replace(f"<{name}>", value)
    return text


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(tmp_path, cache):
    return lambda *arguments: run_in(tmp_path, cache, *arguments)


def run_in(tmp_path, cache, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "iamgen", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "IAMGEN_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)},
    )


def stable(report_text):
    """A JSON report without what each release of the catalog changes: its versions and the words of its notes."""

    def without_notes(value):
        if isinstance(value, dict):
            return {key: without_notes(item) for key, item in value.items() if key != "note"}
        return [without_notes(item) for item in value] if isinstance(value, list) else value

    data = without_notes(json.loads(report_text))
    data["tool"] = {"name": data["tool"]["name"]}
    return json.dumps(data, indent=2) + "\n"


@pytest.fixture(scope="module")
def report():
    return diff(EXAMPLE, Options())


@pytest.mark.parametrize("name", PLANTED["functions"])
def test_the_planted_faults_and_nothing_else(report, name):
    planted = PLANTED["functions"][name]
    difference = next(unit.difference for unit in report.units if unit.unit.name == name)
    missing = [(item.requirement.action, item.requirement.resource) for item in difference.missing]
    excess = [(sorted(action.pattern for action in item.actions), sorted(item.resources)) for item in difference.excess]
    assert sorted(missing) == sorted((action, full(resource)) for action, resource in planted["missing"])
    assert sorted(excess) == sorted(
        (sorted(actions), sorted(full(resource) for resource in resources)) for actions, resources in planted["excess"]
    )


def test_every_function_is_there(report):
    assert {unit.unit.name for unit in report.units} == set(PLANTED["functions"])
    assert [unit.unit.name for unit in report.units if not unit.complete] == ["RunTaskFunction"]


def test_the_unresolvable_call_makes_its_grants_undecided(report):
    unit = next(unit for unit in report.units if unit.unit.name == "RunTaskFunction")
    assert [(gap.kind.value, str(gap.location)) for gap in unit.gaps] == [
        ("dynamic-operation", "src/workers/run_task.py:11")
    ]
    assert [doubt.doubt.value for doubt in unit.difference.undecided] == ["gap"]


def test_the_terminal_report(expect, run):
    outcome = run("diff", EXAMPLE)
    assert (outcome.returncode, outcome.stderr) == (1, "")
    expect(EXPECTED / "diff.txt", outcome.stdout)


def test_the_calls(expect, run):
    outcome = run("scan", EXAMPLE)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    expect(EXPECTED / "scan.txt", outcome.stdout)


def test_the_json_report_by_api_and_command_line(expect, run, report):
    outcome = run("diff", EXAMPLE, "--format", "json")
    assert (outcome.returncode, outcome.stderr) == (1, "")
    assert outcome.stdout == render(report, View(Show.DIFFERENCES), "json")
    jsonschema.validate(json.loads(outcome.stdout), json.loads((ROOT / "docs" / "report.schema.json").read_text()))
    expect(EXPECTED / "diff.json", stable(outcome.stdout))


def test_the_policies(expect, run, tmp_path):
    outcome = run("generate", EXAMPLE, "-o", tmp_path / "out")
    assert outcome.returncode == 0
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == sorted(f"{name}.policy.json" for name in PLANTED["functions"])
    for file in files:
        expect(EXPECTED / file.name, file.read_text())
    assert "RunTaskFunction: may be incomplete: src/workers/run_task.py:11" in outcome.stderr


def test_why(expect, run):
    outcome = run("explain", "dynamodb:PutItem", EXAMPLE)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    expect(EXPECTED / "explain-put-item.txt", outcome.stdout)


def test_the_fixed_roles_are_clean(run):
    outcome = run("diff", FIXED)
    assert outcome.returncode == 0
    assert "\n  + " not in outcome.stdout
    assert "\n  - " not in outcome.stdout
    assert outcome.stdout.splitlines()[-1] == "8 functions: 0 missing, 0 excess, 1 undecided, 1 function incomplete"
    assert run("diff", FIXED, "--strict").returncode == 1


def test_the_fixed_template_differs_in_roles_only():
    """Both templates declare the same functions over the same code: the policies are equal."""
    one, other = generate(EXAMPLE, Options()), generate(FIXED, Options())
    assert [(unit.unit.name, unit.policy) for unit in one.units] == [
        (unit.unit.name, unit.policy) for unit in other.units
    ]


@pytest.mark.parametrize("name", PLANTED["functions"])
def test_the_policies_do_what_the_roles_should(name):
    """A role that grants just the generated policy has no difference."""
    options = Options(functions=(name,))
    (unit,) = diff(EXAMPLE, options, PolicyFile(EXPECTED / f"{name}.policy.json")).units
    assert (unit.difference.missing, unit.difference.excess, unit.difference.undecided) == ((), (), ())


def test_a_moved_project_gives_the_same_bytes(run, tmp_path):
    import shutil

    shutil.copytree(EXAMPLE, tmp_path / "elsewhere")
    assert run("diff", tmp_path / "elsewhere", "--format", "json").stdout == render(
        diff(EXAMPLE, Options()), View(Show.DIFFERENCES), "json"
    )


def test_scan_by_api_is_the_same(run):
    assert run("scan", EXAMPLE, "--format", "json").stdout == render(scan(EXAMPLE, Options()), View(Show.CALLS), "json")
