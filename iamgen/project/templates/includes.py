"""`Fn::Transform` with `AWS::Include`: a local fragment is put where it is included, before anything is resolved.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.core.location import Location
from iamgen.project.code.roots import OUTSIDE, OUTSIDE_PROJECT, inside
from iamgen.project.model import Problem
from iamgen.project.request import relative
from iamgen.project.templates.documents import read_document
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.nodes import Node, listed, mapping
from iamgen.project.templates.scope import Scope

_KEY: Final = "Fn::Transform"
_NAME: Final = "AWS::Include"
_OURS: Final = ("AWS::Serverless::Function", "AWS::Lambda::Function", "AWS::IAM::")
_DEPTH: Final = 12  # of a resource's properties; a fragment that includes itself ends here, too
_SECTIONS: Final = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")


def expand_includes(scope: Scope, root: Path, problems: list[Problem]) -> None:
    """Put in what a template includes at its top, in a section, or anywhere in a function, a role or a policy."""
    data = scope.document.data
    if not isinstance(data, Node):
        return
    include = _Include(scope, root, problems)
    for one in listed(data.get("Transform")):
        if isinstance(one, Mapping):
            include.into(data, one, data.line_of("Transform"))
    include.fill(data)
    for section in _SECTIONS:
        declared = data.get(section)
        if not isinstance(declared, Node):
            continue
        include.fill(declared)
        for resource in declared.values() if section == "Resources" else ():
            kind = mapping(resource).get("Type")
            properties = mapping(resource).get("Properties")
            if isinstance(kind, str) and kind.startswith(_OURS):
                include.below(resource)
                continue
            # What other resources hold (an API's definition) is nobody's permission.
            for part in (resource, properties):
                if isinstance(part, Node):
                    include.fill(part)


class _Include:
    def __init__(self, scope: Scope, root: Path, problems: list[Problem]) -> None:
        self.scope = scope
        self.root = root
        self.problems = problems

    def below(self, node: Any, depth: int = 0) -> None:
        """Replace each `Fn::Transform` of a value."""
        if depth > _DEPTH:
            return
        if isinstance(node, Node):
            self.fill(node)
        for one in list(node.values()) if isinstance(node, Mapping) else node if isinstance(node, list) else ():
            self.below(one, depth + 1)

    def fill(self, node: Node) -> None:
        """Replace a node's `Fn::Transform` by the fragments that it names."""
        written = node.get(_KEY)
        transforms = [one for one in listed(written) if mapping(one).get("Name") == _NAME]
        if not transforms:
            return
        line = node.line_of(_KEY)
        del node[_KEY]
        for one in transforms:
            self.into(node, one, line)

    def into(self, node: Node, transform: Mapping[str, Any], line: int) -> None:
        """Add a fragment's entries to a node, which keeps those that it has."""
        if transform.get("Name") != _NAME:
            return
        place = Location(self.scope.document.shown, line)
        location = mapping(transform.get("Parameters")).get("Location")
        written = Resolver(self.scope).literal(location) if location is not None else None
        if written is None or "://" in written:
            shown = f"`{written}`" if written is not None else "what depends on the deployment"
            self.problems.append(Problem("template", f"{shown} is included and is not in the project", place))
            return
        path, why = inside(self.scope.document.path.parent / written, self.root)
        if path is None or not path.is_file():
            kind = OUTSIDE_PROJECT if why == OUTSIDE else "template"
            message = f"the included template `{written}` {why or 'is no file'}"
            self.problems.append(Problem(kind, message, place))
            return
        shown = relative(path, self.root)
        try:
            document = read_document(path, shown)
        except InputError as error:
            self.problems.append(Problem("template", error.message, place))
            return
        self.problems.extend(document.problems)
        files = dict(self.scope.files)
        for key, value in mapping(document.data).items():
            if key in node:
                own = node[key]
                if key in _SECTIONS and isinstance(own, Node) and isinstance(value, Mapping):
                    for name, one in value.items():
                        if name not in own:
                            own[name] = one
                            own.lines[name] = value.line_of(name) if isinstance(value, Node) else 1
                            files[name] = shown
                continue
            node[key] = value
            node.lines[key] = document.data.line_of(key) if isinstance(document.data, Node) else 1
            if node is self.scope.resources:
                files[key] = shown
            elif key == "Resources":
                files.update(dict.fromkeys(mapping(value), shown))
        self.scope.files = files
