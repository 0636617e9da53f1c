"""Where a unit's policy is written: one class for each place, found again by the line that declares it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from iamgen.policy.model import Policy
from iamgen.project.model import Project, References, Unit
from iamgen.render.edits.source import Source, Splice, Unwritable, child, is_list, is_mapping, text_of, value_at
from iamgen.render.policies.sam_templates import sam_policies
from iamgen.render.policies.serverless import service_statements
from iamgen.render.policies.statements import template_document

SHARED_ROLE: Final = "IamRoleLambdaExecution"  # which the Serverless Framework makes


@dataclass(frozen=True, slots=True)
class Place:
    """A role's policies in a file; `line` is that of the key that declares the function, role or service."""

    file: str
    line: int

    def splices(self, source: Source, policy: Policy, references: References) -> Iterator[Splice]:
        """The changes that make the policy the only one here."""
        raise NotImplementedError

    def shown(self) -> str:
        """What is replaced, for people."""
        raise NotImplementedError

    def _declared(self, source: Source, name: str, kind: str) -> tuple[Any, Any]:
        """The name and body of what is declared on the line."""
        found = source.declared(self.line, name)
        if found is None or text_of(value_at(found[1], "Type")) != kind:
            raise Unwritable(f"{self.file}:{self.line} does not declare it in a form that can be edited")
        return found


@dataclass(frozen=True, slots=True)
class FunctionPolicies(Place):
    """The `Policies` of a SAM function: SAM makes its role of them."""

    name: str

    def splices(self, source: Source, policy: Policy, references: References) -> Iterator[Splice]:
        """The list is SAM's templates for what they grant exactly, and one document."""
        _, body = self._declared(source, self.name, "AWS::Serverless::Function")
        value = sam_policies(policy, references) if policy.statements else []
        if value or value_at(body, "Properties", "Policies") is not None:
            yield source.set(body, ("Properties", "Policies"), value, after="Handler")

    def shown(self) -> str:
        return "`Policies` of the function"


@dataclass(frozen=True, slots=True)
class RolePolicies(Place):
    """The inline policies of a role that the template declares, and the managed ones that it names."""

    name: str
    kept: frozenset[str] = frozenset()  # AWS-managed policies for what Lambda itself does

    def splices(self, source: Source, policy: Policy, references: References) -> Iterator[Splice]:
        """One inline policy, under the name of the only one that was there."""
        _, body = self._declared(source, self.name, "AWS::IAM::Role")
        value = template_document(policy, references)
        held = value_at(body, "Properties", "Policies")
        only = held.value[0] if is_list(held) and len(held.value) == 1 else None
        if policy.statements and is_mapping(only) and child(only, "PolicyDocument") and child(only, "PolicyName"):
            yield source.set(only, ("PolicyDocument",), value)
        elif policy.statements:
            name = re.sub(r"[^A-Za-z0-9]", "", self.name)
            whole = [{"PolicyName": f"{name}LeastPrivilege", "PolicyDocument": value}]
            yield source.set(body, ("Properties", "Policies"), whole)
        elif held is not None:
            yield source.set(body, ("Properties", "Policies"), [])
        yield from self._managed(source, body)

    def dropped(self, source: Source) -> tuple[str, ...]:
        """The managed policies that go, as they are written."""
        held = value_at(self._declared(source, self.name, "AWS::IAM::Role")[1], "Properties", "ManagedPolicyArns")
        items = held.value if is_list(held) else ()
        return tuple(_written(source, one) for one in items if not self._keeps(one))

    def _managed(self, source: Source, body: Any) -> Iterator[Splice]:
        found = child(value_at(body, "Properties"), "ManagedPolicyArns")
        if found is None:
            return
        key, held = found
        if not is_list(held) or held.start_mark.index < key.end_mark.index:
            raise Unwritable("`ManagedPolicyArns` is not written as a list of its own")
        going = [one for one in held.value if not self._keeps(one)]
        if not going:
            return
        if len(going) == len(held.value):
            yield source.set(body, ("Properties", "ManagedPolicyArns"), [])
            return
        yield from source.without(held, going)

    def _keeps(self, node: Any) -> bool:
        """Whether a managed policy is one of AWS's that stay, however its ARN is written."""
        texts = [text for text in _texts(node) if "policy/" in text]
        return len(texts) == 1 and ":aws:policy/" in texts[0] and texts[0].rpartition("/")[2] in self.kept

    def shown(self) -> str:
        return f"policies of the role `{self.name}`"


@dataclass(frozen=True, slots=True)
class ServiceStatements(Place):
    """The statements that a `serverless.yml` gives to the role of all its functions."""

    def splices(self, source: Source, policy: Policy, references: References) -> Iterator[Splice]:
        """The newer place, unless the older one is used."""
        older = value_at(source.root, "provider", "iamRoleStatements")
        newer = value_at(source.root, "provider", "iam", "role", "statements")
        path = ("provider", "iamRoleStatements") if older is not None and newer is None else _NEWER
        value = service_statements(policy, references)
        _need_list(older if path is not _NEWER else newer)
        if not is_mapping(value_at(source.root, "provider")):
            raise Unwritable("`provider` is not written as a mapping of this file")
        if value or older is not None or newer is not None:
            yield source.set(source.root, path, value)

    def shown(self) -> str:
        return "statements of the service's role"


_NEWER: Final = ("provider", "iam", "role", "statements")


@dataclass(frozen=True, slots=True)
class FunctionStatements(Place):
    """The statements of a function's own role, which serverless-iam-roles-per-function makes."""

    function: str

    def splices(self, source: Source, policy: Policy, references: References) -> Iterator[Splice]:
        """The list is all of them."""
        _need_list(value_at(source.root, "functions", self.function, "iamRoleStatements"))
        if not is_mapping(value_at(source.root, "functions", self.function)):
            raise Unwritable("the function is not written as a mapping of this file")
        yield source.set(
            source.root, ("functions", self.function, "iamRoleStatements"), service_statements(policy, references)
        )

    def shown(self) -> str:
        return "`iamRoleStatements` of the function"


def _need_list(node: Any) -> None:
    text = None if node is None else text_of(node)
    if text:
        raise Unwritable(f"the statements are written elsewhere: `{text}`")


def place_of(unit: Unit, project: Project) -> Place:
    """Where the unit's policy is written; raises `Unwritable` where that is not in the project's own files."""
    if project.format not in ("sam", "cloudformation", "serverless"):
        raise Unwritable(_ELSEWHERE.get(project.format, "nothing here declares a role"))
    role, configuration = unit.role, unit.configuration
    if role is None:
        raise Unwritable("no role is declared for it")
    if configuration is not None and configuration.service != "lambda":
        raise Unwritable("all containers of its task have the role, and some may run no Python")
    if role.external or role.location is None:
        named = f"`{role.name}` " if role.name else ""
        raise Unwritable(f"its role {named}is declared elsewhere")
    declared = configuration.location if configuration is not None else None
    if project.format != "serverless":
        if role.location == declared:
            return FunctionPolicies(role.location.file, role.location.line, unit.name)
        return RolePolicies(role.location.file, role.location.line, role.name)
    if role.name == SHARED_ROLE:
        return ServiceStatements(unit.source.template or role.location.file, 1)
    if role.location == declared or role.name.endswith(SHARED_ROLE):
        return FunctionStatements(unit.source.template or role.location.file, unit.source.line, unit.name)
    return RolePolicies(role.location.file, role.location.line, role.name)


_ELSEWHERE: Final = {
    "cdk": "a CDK app makes its templates; the policy belongs into the app: `--emit cdk`",
    "chalice": "Chalice keeps a policy file for each stage: `--emit policy`",
    "zappa": "Zappa keeps its policy in `zappa_settings.json` and files of its own: `--emit policy`",
    "pulumi": "Pulumi's state is an export; the policy belongs into the program: `--emit policy`",
    "archive": "an artefact declares no role: `--emit policy`",
    "directory": "nothing here declares a role: `--emit policy`",
}


def _texts(node: Any) -> Iterator[str]:
    text = text_of(node)
    if text is not None:
        yield text
    for item in getattr(node, "value", ()) if text is None else ():
        for one in item if isinstance(item, tuple) else (item,):
            yield from _texts(one)


def _written(source: Source, node: Any) -> str:
    return " ".join(source.text[node.start_mark.index : source.end(node, node.start_mark.index)].split())
