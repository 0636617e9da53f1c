"""Container tasks: a real-shaped project by the API and the command alike, and its broken sibling."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from described import describe

from iamgen.pipeline import Options, diff, generate, scan
from iamgen.policy.serialise import to_json
from iamgen.project import load
from iamgen.render.reports import Show, View, render

ROOT = Path(__file__).parents[2]
WHOLE = ROOT / "fixtures" / "projects" / "ecs-reports"
BROKEN = ROOT / "fixtures" / "broken" / "ecs-reports"


def run(*arguments):
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    command = [sys.executable, "-m", "iamgen", *map(str, arguments), "--no-cache"]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)


@pytest.mark.parametrize("name", ["NightlyTask-export", "NightlyTask-nightly", "WebTask"])
def test_the_policy_of_each_task(expect, name):
    report = generate(WHOLE, Options(functions=(name,), jobs=1))
    (unit,) = report.units
    assert unit.complete
    text = to_json(unit.policy)
    expect(WHOLE / "expected" / f"{name}.policy.json", text)
    assert json.loads(run("generate", WHOLE, "--function", name).stdout) == json.loads(text)


def test_the_difference_to_the_task_roles(expect):
    text = render(diff(WHOLE, Options(jobs=1)), View(Show.DIFFERENCES), "terminal")
    expect(WHOLE / "expected" / "diff.txt", text)
    outcome = run("diff", WHOLE)
    assert (outcome.returncode, outcome.stdout) == (1, text)


def test_the_broken_sibling(expect):
    expect(BROKEN / "expected.project.json", describe(load(BROKEN)))
    report = scan(BROKEN, Options(jobs=1))
    text = render(report, View(Show.CALLS), "terminal")
    # The parser's own words change with its releases.
    expect(BROKEN / "expected.scan.txt", re.sub(r"\d+  (unparsable-file: not valid Python): .*", r"\1", text))
    calls = {unit.unit.name: [call.operation for call in unit.usage.calls] for unit in report.units}
    read = ("Circle", "NoRole", "UnknownTag", "Whole")
    assert calls == {name: ["ListQueues"] if name in read else [] for name in calls}
    assert {name for name in calls if name not in read} == {"MissingFile", "Server", "Unparsable", "Unresolvable"}
    outcome = run("scan", BROKEN)
    assert "Traceback" not in outcome.stderr
    assert outcome.stdout == text
