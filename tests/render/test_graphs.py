"""The call graph as DOT and JSON."""

from __future__ import annotations

import json

from iamgen.analysis.usage import ApiCall, MappingOf, Step, Usage
from iamgen.core.location import Location
from iamgen.render.graphs import call_graph, to_dot, to_json

ENTRY = Step("app.handler", Location("app.py", 6))
SAVE = Step('store."save"', Location("store.py", 2))
IDLE = Step("app.idle", Location("app.py", 9))
USAGE = Usage(
    "OrdersFunction",
    (ApiCall("dynamodb", "PutItem", "put_item", MappingOf(), Location("store.py", 3, 5), (ENTRY, SAVE)),),
    edges=((ENTRY, SAVE), (ENTRY, IDLE)),
)


def test_edges_go_from_the_unit_to_its_requests() -> None:
    graph = json.loads(to_json(call_graph([USAGE])))
    entry, save = "app.handler (app.py:6)", 'store."save" (store.py:2)'
    assert graph["edges"] == [
        ["OrdersFunction", entry],
        [entry, "app.idle (app.py:9)"],
        [entry, save],
        [save, "dynamodb.PutItem"],
    ]
    assert {node["id"]: node["kind"] for node in graph["nodes"]}["dynamodb.PutItem"] == "request"


def test_dot_quotes_names() -> None:
    dot = to_dot(call_graph([USAGE]))
    assert '"store.\\"save\\" (store.py:2)" -> "dynamodb.PutItem";' in dot
    assert dot.startswith("digraph calls {")
