"""The call graph of the analysed functions, as DOT and as JSON.

A node is a function (with the file and line of its definition) or a request; an edge says that one
calls or sends the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from iamgen.analysis.usage import Step, Usage

if TYPE_CHECKING:
    import networkx as nx


def call_graph(usages: Iterable[Usage]) -> nx.DiGraph[str]:
    """One graph over the units: unit -> entry function -> functions -> `service.Operation`."""
    import networkx as nx  # a quarter of a second to import

    graph: nx.DiGraph[str] = nx.DiGraph()

    def function(step: Step) -> str:
        name = f"{step.function} ({step.location})"
        graph.add_node(name, kind="function", label=step.function, location=str(step.location))
        return name

    for usage in usages:
        graph.add_node(usage.unit, kind="unit", label=usage.unit, location="")
        for caller, callee in usage.edges:
            graph.add_edge(function(caller), function(callee))
        for call in usage.calls:
            request = f"{call.service}.{call.operation}"
            graph.add_node(request, kind="request", label=request, location="")
            if call.path:
                graph.add_edge(usage.unit, function(call.path[0]))
                for caller, callee in zip(call.path, call.path[1:], strict=False):
                    graph.add_edge(function(caller), function(callee))
            graph.add_edge(function(call.path[-1]) if call.path else usage.unit, request)
    return graph


def to_dot(graph: nx.DiGraph[str]) -> str:
    """Graphviz' language; nodes and edges in order."""
    shapes = {"unit": "house", "function": "box", "request": "ellipse"}
    lines = ["digraph calls {", "  rankdir=LR;"]
    for name in sorted(graph.nodes):
        data = graph.nodes[name]
        label = data["label"] + (f"\n{data['location']}" if data["location"] else "")
        lines.append(f"  {_quoted(name)} [shape={shapes[data['kind']]}, label={_quoted(label)}];")
    lines.extend(f"  {_quoted(caller)} -> {_quoted(callee)};" for caller, callee in sorted(graph.edges))
    return "\n".join([*lines, "}", ""])


def to_json(graph: nx.DiGraph[str]) -> str:
    """`{"nodes": [...], "edges": [[caller, callee], ...]}`, in order."""
    nodes = [{"id": name, **graph.nodes[name]} for name in sorted(graph.nodes)]
    edges = [list(edge) for edge in sorted(graph.edges)]
    return json.dumps({"nodes": nodes, "edges": edges}, indent=2) + "\n"


def _quoted(text: str) -> str:
    clean = "".join(character if character.isprintable() or character == "\n" else "?" for character in text)
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
