"""`iamgen scan --graph`: the call graph beside the report."""

import json
from pathlib import Path

from iamgen.cli.main import run

ORDERS = Path(__file__).parents[2] / "fixtures" / "projects" / "orders"


def graph(tmp_path: Path, name: str) -> str:
    file = tmp_path / name
    assert run(["scan", str(ORDERS), "--no-cache", "--graph", str(file)]) == 0
    return file.read_text()


def test_json_holds_the_path_to_a_request(tmp_path: Path) -> None:
    found = json.loads(graph(tmp_path, "calls.json"))
    nodes = {node["id"]: node for node in found["nodes"]}
    (save,) = [node for node in nodes.values() if node["label"] == "ordering.store.OrderStore.set_status"]
    assert [save["id"], "dynamodb.UpdateItem"] in found["edges"]
    assert nodes["RefundOrderFunction"]["kind"] == "unit"


def test_any_other_name_gives_dot(tmp_path: Path) -> None:
    assert graph(tmp_path, "calls.dot").startswith("digraph calls {")
