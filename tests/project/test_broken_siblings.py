"""The broken sibling of each fixture project: what is wrong is told where it stands, and the rest is read."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from iamgen.pipeline import Options, generate, scan
from iamgen.policy.serialise import to_json
from iamgen.render.reports import Show, View, render

ROOT = Path(__file__).parents[2]
BROKEN = ROOT / "fixtures" / "broken"
# The unit that nothing is wrong with, and the one permission that its code needs.
WHOLE = {
    "cdk-inventory": ("Whole", "dynamodb:GetItem", ":table/${Stock7A1F}"),
    "chalice-links": ("whole", "s3:GetObject", ":s3:::links/links"),
    "nested-billing": ("Whole", "s3:GetObject", ":s3:::invoices/*"),
    "orders": ("Whole", "dynamodb:GetItem", ":table/${OrdersTable}"),
    "pulumi-sensors": ("whole", "dynamodb:PutItem", ":table/readings"),
    "serverless-notes": ("whole", "dynamodb:PutItem", ":table/notes-${stage}"),
    "terraform-thumbnails": ("whole", "s3:ListBucket", ":s3:::thumbnails"),
    "zappa-blog": ("dev-jobs.clean", "s3:DeleteObject", ":s3:::blog-images-dev/tmp"),
}


def place(case):
    """The project of a case: its folder, or the file that its `input` names."""
    named = BROKEN / case / "input"
    return BROKEN / case / named.read_text().strip() if named.exists() else BROKEN / case


def test_every_project_has_a_broken_sibling():
    projects = {path.name for path in (ROOT / "fixtures" / "projects").iterdir()}
    assert {path.name for path in BROKEN.iterdir()} == projects == {*WHOLE, "ecs-reports"}


@pytest.mark.parametrize("case", WHOLE)
def test_what_is_wrong_is_told_where_it_stands(case, expect):
    text = render(scan(place(case), Options(jobs=1)), View(Show.CALLS), "terminal")
    # The parser's own words change with its releases.
    expect(BROKEN / case / "expected.scan.txt", re.sub(r":\d+  (unparsable-file: not valid Python): .*", r":\1", text))


@pytest.mark.parametrize("case", WHOLE)
def test_the_whole_unit_has_its_policy(case, expect):
    name, action, resource = WHOLE[case]
    (unit,) = generate(place(case), Options(functions=(name,), jobs=1)).units
    text = to_json(unit.policy)
    expect(BROKEN / case / "expected.policy.json", text)
    assert f'"{action}"' in text
    assert f'{resource}"' in text
    # A Chalice application loads all its functions in each of them, and so what is wrong with one.
    assert unit.complete == (case != "chalice-links")


@pytest.mark.parametrize("case", WHOLE)
def test_the_command_says_the_same(case):
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    command = [sys.executable, "-m", "iamgen", "scan", str(place(case)), "--no-cache"]
    outcome = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert outcome.returncode in (0, 1)
    assert "Traceback" not in outcome.stderr
    assert outcome.stdout == render(scan(place(case), Options(jobs=1)), View(Show.CALLS), "terminal")


@pytest.fixture
def artefact(tmp_path):
    """The code of the broken orders, as it is uploaded: one module of it is no Python."""
    made = tmp_path / "orders.zip"
    with zipfile.ZipFile(made, "w") as archive:
        for file in sorted((BROKEN / "orders" / "src").glob("*.py")):
            archive.write(file, file.name)
    return made


def test_an_artefact_is_read_beside_a_module_that_is_none(artefact):
    report = scan(artefact, Options(handler="get_order.handler", jobs=1))
    (unit,) = report.units
    assert [(f"{one.service}.{one.operation}", str(one.location)) for one in unit.usage.calls] == [
        ("dynamodb.GetItem", "get_order.py:9")
    ]
    assert unit.complete


def test_the_module_that_is_none_is_told(artefact):
    (unit,) = scan(artefact, Options(handler="refund_order.handler", jobs=1)).units
    assert [(one.kind, str(one.location).partition(":")[0]) for one in unit.usage.gaps] == [
        ("unparsable-file", "refund_order.py")
    ]
