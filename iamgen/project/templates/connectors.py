"""`AWS::Serverless::Connector`: policies that SAM attaches to the roles of a connector's ends.

Source: aws-sam-translator, `model/connector_profiles/profiles.json`, which is read as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from iamgen.core.location import Location
from iamgen.core.text import Hole, HoleKind, Text
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.nodes import listed, mapping
from iamgen.project.templates.roles import Roles, policies_of
from iamgen.project.templates.sam_data import connector_profiles
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import either, given, texts

_TRANSLATED: Final = {
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
}
_FUNCTIONS: Final = ("AWS::Serverless::Function", "AWS::Lambda::Function")
_PLACE: Final = re.compile(r"%\{(Source|Destination)\.(\w+)\}|\$\{(AWS::\w+)\}")


def attach_connectors(scope: Scope, roles: Roles) -> None:
    """Give the roles of a scope's functions what its connectors grant."""
    for name, source, properties, location in _connectors(scope):
        for destination in listed(properties.get("Destination")):
            ends = {"Source": source, "Destination": destination}
            kinds = {side: _kind(scope, end) for side, end in ends.items()}
            profile = mapping(mapping(connector_profiles().get(kinds["Source"])).get(kinds["Destination"]))
            details = mapping(profile.get("Properties"))
            if profile.get("Type") != "AWS_IAM_ROLE_MANAGED_POLICY":
                continue
            side = "Source" if details.get("SourcePolicy") else "Destination"
            statements = [
                _filled(scope, statement, ends)
                for permission in listed(properties.get("Permissions"))
                if isinstance(permission, str)
                for statement in listed(
                    mapping(mapping(details.get("AccessCategories")).get(permission)).get("Statement")
                )
            ]
            role = _role_of(scope, mapping(ends[side]).get("Id"), roles)
            if role is not None and statements:
                document = {"Version": "2012-10-17", "Statement": tuple(statements)}
                found = policies_of(document, f"{name}Policy", location)
                roles.attached.setdefault(role, []).append(found)


def _connectors(scope: Scope) -> Iterator[tuple[str, Any, Mapping[str, Any], Location]]:
    """Connectors as resources of their own, and those written inside their source."""
    resolver = Resolver(scope)
    for logical_id in scope.resources:
        if not resolver.declared(logical_id):
            continue
        location = scope.location(logical_id)
        if scope.type_of(logical_id) == "AWS::Serverless::Connector":
            properties = scope.properties(logical_id)
            yield logical_id, properties.get("Source"), properties, location
        for name, inner in mapping((scope.resource(logical_id) or {}).get("Connectors")).items():
            yield f"{logical_id}{name}", {"Id": logical_id}, mapping(mapping(inner).get("Properties")), location


def _kind(scope: Scope, end: Any) -> str:
    written = mapping(end).get("Id")
    kind = scope.type_of(written) if isinstance(written, str) else mapping(end).get("Type")
    return _TRANSLATED.get(str(kind), str(kind))


def _role_of(scope: Scope, logical_id: Any, roles: Roles) -> tuple[int, str] | None:
    if not isinstance(logical_id, str) or scope.type_of(logical_id) not in _FUNCTIONS:
        return None
    value = Resolver(scope).value(scope.properties(logical_id).get("Role"))
    if not given(value):
        return id(scope), f"{logical_id}Role"
    found, _ = roles.find(value)
    return (id(found[0]), found[1]) if found is not None else None


def _filled(scope: Scope, statement: Any, ends: Mapping[str, Any]) -> Mapping[str, Any]:
    made = dict(mapping(statement))
    resources = []
    for written in listed(made.get("Resource")):
        parts: list[str | Hole | Text] = []
        position = 0
        for found in _PLACE.finditer(written if isinstance(written, str) else ""):
            parts.append(written[position : found.start()])
            position = found.end()
            parts.append(Hole(HoleKind.SYMBOL, found[3]) if found[3] else _attribute(scope, ends[found[1]], found[2]))
        resources.append(Text.of(*parts, written[position:]) if isinstance(written, str) else written)
    made["Resource"] = tuple(resources)
    return made


def _attribute(scope: Scope, end: Any, wanted: str) -> Text:
    """An end's ARN or name: by its resource, or as the connector writes it."""
    resolver = Resolver(scope)
    logical_id = mapping(end).get("Id")
    if isinstance(logical_id, str):
        name = "TopicArn" if wanted == "Arn" and scope.type_of(logical_id) == "AWS::SNS::Topic" else wanted
        value = resolver.attribute(logical_id, name)
        if wanted == "Name" and scope.type_of(logical_id) in _FUNCTIONS:
            value = resolver.ref(logical_id)
    else:
        value = resolver.value(mapping(end).get(wanted))
    found = texts(either([value]))
    return found[0] if found else Text((Hole(HoleKind.UNKNOWN, reason=f"the connector's {wanted}"),))
