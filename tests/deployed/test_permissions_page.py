"""docs/permissions.md holds the policy that iamgen works out for its own live reader.

`python tests/deployed/test_permissions_page.py` writes the policy of the page anew.
"""

import json
from pathlib import Path

import pytest

from iamgen.analysis.driver import analyse
from iamgen.catalog.store import Catalog
from iamgen.mapping import require
from iamgen.pipeline.units import needs_of
from iamgen.policy.minimise import build_policy
from iamgen.policy.serialise import to_json
from iamgen.project.model import HandlerEntry, Project, Source, Unit

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "permissions.md"
BEGIN, END = "```json\n", "```\n"

# All that `iamgen diff --against live` does with the reader.
READS = """
from iamgen.deployed.live import LiveReader

def handler(event, context):
    reader = LiveReader(profile=event["profile"], region=event["region"], assume_role=event["role"])
    reader.tagged(event["tags"])
    stack = reader.stack(event["stack"])
    reader.task(stack.physical(event["task"]), stack=stack, container=event["container"])
    return reader.function(stack.physical(event["function"]), stack=stack, reference=event["function"])
"""


def own_policy(folder: Path) -> tuple[str, set[str]]:
    """The policy, and what could not be resolved."""
    (folder / "reads.py").write_text(READS)
    entry = HandlerEntry("reads", "handler")
    unit = Unit("reads", "reads.handler", entry, Source(None, 1, "."), (folder, ROOT))
    project = Project(ROOT, "directory", (unit,))
    catalog = Catalog.open()
    usage = analyse(unit, project, catalog).usage
    needs = require(usage, unit, project, catalog)
    return to_json(build_policy(needs_of(needs), catalog)), {f"{gap.location}: {gap.message}" for gap in usage.gaps}


def parts() -> tuple[str, str, str]:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    policy, _, after = rest.partition(END)
    return before, policy, after


@pytest.mark.slow
def test_the_page_holds_what_the_source_needs(tmp_path):
    policy, gaps = own_policy(tmp_path)
    assert gaps == set()
    assert json.loads(parts()[1]) == json.loads(policy)


def test_it_names_every_call_that_the_reader_makes():
    granted: set[str] = set()
    for statement in json.loads(parts()[1])["Statement"]:
        actions = statement["Action"]
        granted.update([actions] if isinstance(actions, str) else actions)
    assert granted == {
        "cloudformation:ListStackResources",
        "ecs:DescribeTaskDefinition",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "lambda:GetFunctionConfiguration",
        "organizations:DescribePolicy",
        "organizations:ListParents",
        "organizations:ListPoliciesForTarget",
        "sts:AssumeRole",
        "tag:GetResources",
    }


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        written, left = own_policy(Path(folder))
    assert not left, left
    head, _, tail = parts()
    PAGE.write_text(head + BEGIN + written + END + tail)
