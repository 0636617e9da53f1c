"""SAM's `Globals`: maps merge, lists are joined, anything else is overridden by the resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iamgen.project.templates.nodes import Items, Node

SECTIONS: Final = {
    "AWS::Serverless::Function": "Function",
    "AWS::Serverless::Api": "Api",
    "AWS::Serverless::HttpApi": "HttpApi",
    "AWS::Serverless::SimpleTable": "SimpleTable",
    "AWS::Serverless::StateMachine": "StateMachine",
    "AWS::Serverless::LayerVersion": "LayerVersion",
}


def merged(general: Any, own: Any) -> Any:
    """The global value under the resource's own; an intrinsic function is a whole and overrides."""
    if isinstance(general, Mapping) and isinstance(own, Mapping) and not (_function(general) or _function(own)):
        node = Node(line=getattr(own, "line", 1))
        for key in (*general, *(key for key in own if key not in general)):
            node[key] = (
                merged(general[key], own[key]) if key in general and key in own else own.get(key, general.get(key))
            )
            source = own if key in own else general
            if isinstance(source, Node):
                node.lines[key] = source.line_of(key)
        return node
    if isinstance(general, list) and isinstance(own, list):
        items = Items([*general, *own], getattr(own, "line", 1))
        items.lines = [*getattr(general, "lines", []), *getattr(own, "lines", [])]
        return items
    return own


def _function(node: Mapping[str, Any]) -> bool:
    return len(node) == 1 and next(iter(node)).startswith(("Fn::", "Ref"))
