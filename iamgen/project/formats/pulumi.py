"""Pulumi: the state that `pulumi stack export` writes.

Its AWS resources are Terraform's under other spellings (`aws:sqs/queue:Queue` is `aws_sqs_queue`,
`visibilityTimeoutSeconds` is `visibility_timeout_seconds`), so they go the way of a Terraform state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.project.formats.cloudformation import project_of
from iamgen.project.formats.terraform.state import scope_of
from iamgen.project.model import Project
from iamgen.project.request import Found, Request
from iamgen.project.templates.documents import beginning, read_document
from iamgen.project.templates.nodes import Node, listed, mapping

_URN: Final = re.compile(r"aws(?:-native)?:([\w-]+)/?(\w*):(\w+)")
_NAMES: Final = {"aws_s3_bucket_v2": "aws_s3_bucket", "aws_s3_bucketv2": "aws_s3_bucket"}
_FREE: Final = ("variables", "tags", "tagsAll", "tags_all")  # mappings whose keys are the user's


class Pulumi:
    """An exported stack."""

    name = "pulumi"

    def detect(self, request: Request) -> Found | None:
        """A file with a deployment."""
        target = request.target
        if not target.is_file() or target.suffix != ".json":
            return None
        start = beginning(target, 40_000)
        return Found(target) if '"deployment"' in start and '"resources"' in start and "urn:pulumi" in start else None

    def load(self, request: Request, found: Path) -> Project:
        """The units of the stack."""
        shown = request.relative(found)
        document = read_document(found, shown)
        resources = list(_resources(mapping(document.data).get("deployment")))
        if not resources:
            raise InputError(f"`{shown}` holds no AWS resource", "write it with: pulumi stack export --file state.json")
        scope = scope_of(request, found, shown, resources)
        return replace(project_of(request.root, [scope], []), format=self.name)


def _resources(deployment: Any) -> Iterator[tuple[str, str, Mapping[str, Any], int]]:
    for one in listed(mapping(deployment).get("resources")):
        resource = mapping(one)
        kind = _URN.fullmatch(str(resource.get("type")))
        if kind is None:
            continue
        words = _snake(kind[2] or kind[3])
        name = f"aws_{kind[1]}_{words}"
        name = _NAMES.get(name, name)
        values = {**mapping(resource.get("outputs")), **mapping(resource.get("inputs"))}
        found = _snaked(values)
        code = mapping(values.get("code")).get("path")
        if isinstance(code, str):
            found["filename"] = code
        for key in ("arn", "name", "bucket", "function_name"):
            # Outputs know the generated names; inputs only what was asked for.
            output = mapping(resource.get("outputs")).get(_camel(key))
            if isinstance(output, str):
                found[key] = output
        if name == "aws_lambda_function" and isinstance(found.get("name"), str):
            found["function_name"] = found["name"]
        label = str(resource.get("urn", "")).rpartition("::")[2] or "resource"
        yield f"{name}.{label}", name, found, one.line if isinstance(one, Node) else 1


def _snaked(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {
            _snake(key): inner if key in _FREE else _snaked(inner)
            for key, inner in node.items()
            if isinstance(key, str) and not key.startswith("__")
        }
    return [_snaked(one) for one in node] if isinstance(node, list) else node


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
