"""Whole programs against the answer that a perfect analysis gives: `fixtures/cases/expected.json`.

calls      {SDK service: [operation]} that the entry point can reach under its own role
actions    the IAM actions that those calls need, no more and no less
resources  {action: [ARN pattern]}; what the program does not tell is `*` (region, account, names)
tolerate_actions   may be there or not
why        what makes the program hard
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "fixtures" / "cases"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))["cases"]

# What a managed transfer is counted as, and what else it may send.
MANAGED = {"upload_file": "PutObject", "copy": "CopyObject"}
PARTS = {
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CreateMultipartUpload",
    "HeadObject",
    "UploadPart",
    "UploadPartCopy",
}


def flat(arn: str) -> str:
    """The pattern with each open part as `*`."""
    return re.sub(r"\*+", "*", re.sub(r"\$\{[^}]*\}", "*", arn.replace("${AWS::Partition}", "aws")))


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_program(case: dict[str, Any]) -> None:
    from iamgen import Options, generate
    from iamgen.render.reports.json import to_data

    report = to_data(generate(FOLDER / "programs" / case["path"], Options(entry=case["entry"], jobs=1)))
    calls: set[str] = set()
    resources: dict[str, set[str]] = {}
    for unit in report["functions"]:
        calls |= {f"{call['service']}:{call['operation']}" for call in unit["calls"] if not call["assumed_role"]}
        for statement in unit["policy"]["Statement"]:
            for action in listed(statement["Action"]):
                resources.setdefault(action, set()).update(map(flat, listed(statement["Resource"])))

    assert {gap["kind"] for unit in report["functions"] for gap in unit["gaps"]} == set(case.get("gaps", []))
    wanted = {f"{service}:{MANAGED.get(op, op)}" for service, ops in case["calls"].items() for op in ops}
    if MANAGED.keys() & {op for ops in case["calls"].values() for op in ops}:
        calls -= {f"s3:{op}" for op in PARTS} - wanted
    assert calls == wanted
    assert resources.keys() - set(case.get("tolerate_actions", [])) == set(case["actions"])
    expected = {action: set(map(flat, arns)) for action, arns in case.get("resources", {}).items()}
    assert {action: resources[action] for action in expected} == expected
