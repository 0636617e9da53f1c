"""The role that SAM generates for a function without one, policy by policy.

Source: aws-sam-translator 1.115, `model/sam_resources.py` (`_construct_role`, `_add_event_invoke_managed_policy`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from iamgen.core.location import Location
from iamgen.core.text import Text, symbol
from iamgen.project.model import DeclaredRole, Problem
from iamgen.project.templates.event_sources import SAM_EVENTS, sam_event_sources, sam_source_statements
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.nodes import listed, mapping
from iamgen.project.templates.roles import Policies, Roles, policies_of
from iamgen.project.templates.sam_data import expand_policy_template, managed_policies, policy_templates
from iamgen.project.templates.values import (
    ABSENT,
    field,
    given,
    items,
    options,
    scalar_text,
    sub_form,
    texts,
)

_AWS: Final = "arn:${AWS::Partition}:iam::aws:policy/"
_TRUST: Final = MappingProxyType(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com"]}}
        ],
    }
)


def generated_role(
    resolver: Resolver, logical_id: str, properties: Mapping[str, Any], roles: Roles, problems: list[Problem]
) -> DeclaredRole:
    """The role of a SAM function whose `Role` is not set; `properties` are as written, globals merged in."""
    scope = resolver.scope
    location = scope.location(logical_id)
    name = f"{logical_id}Role"
    tracing = resolver.value(properties.get("Tracing", ABSENT))
    durable = given(resolver.value(properties.get("DurableConfig", ABSENT)))
    basic = "AWSLambdaBasicDurableExecutionRolePolicy" if durable else "AWSLambdaBasicExecutionRole"
    managed = [f"{_AWS}service-role/{basic}"]
    if given(tracing) and [text.literal for text in texts(tracing)] != ["Disabled"]:
        managed.append(_AWS + "AWSXrayWriteOnlyAccess")  # in China and GovCloud AWSXRayDaemonWriteAccess
    if given(resolver.value(properties.get("VpcConfig", ABSENT))):
        managed.append(_AWS + "service-role/AWSLambdaVPCAccessExecutionRole")
    found = Policies(managed=tuple(managed))
    found += _dead_letter(resolver, properties, location)
    found += _destinations(resolver, logical_id, properties, location)
    for index, node in enumerate(_entries(properties.get("Policies"))):
        found += policy_entry(resolver, node, f"{name}Policy{index}", location, roles, problems)
    found += _event_policies(resolver, logical_id, properties, location)
    for more in roles.attached.get((id(scope), name), []):
        found += more
    boundary = resolver.texts(properties.get("PermissionsBoundary"))
    return DeclaredRole(
        scope.name(name), found.documents, found.managed, sub_form(boundary[0]) if boundary else None, _TRUST,
        location=location, unread=found.unread,
    )  # fmt: skip


def _entries(node: Any) -> list[Any]:
    if isinstance(node, Mapping) and "Statement" not in node and "Effect" not in node:
        functions = [key for key in node if key.startswith("Fn::") or key == "Ref"]
        # Several templates written as one mapping, without the list's dashes.
        return [node] if functions else [{key: value} for key, value in node.items()]
    return listed(node)


def policy_entry(
    resolver: Resolver, node: Any, name: str, location: Location, roles: Roles, problems: list[Problem]
) -> Policies:
    """One item of `Policies`: a managed policy, a document, a policy template, or a condition over these."""
    line = getattr(node, "line", None)
    place = Location(location.file, line) if isinstance(line, int) else location
    if isinstance(node, str):
        return roles.managed_policies(resolver.value(_managed_name(node)))
    if not isinstance(node, Mapping):
        return Policies()
    if len(node) == 1 and "Fn::If" in node:
        parts = listed(node["Fn::If"])
        held = resolver.condition(parts[0]) if parts and isinstance(parts[0], str) else None
        branches = parts[1:3] if held is None else parts[1:2] if held else parts[2:3]
        found = Policies()
        for branch in branches:
            found += policy_entry(resolver, branch, name, place, roles, problems)
        return found
    if "Statement" in node or "Effect" in node:
        return policies_of(resolver.value(node), name, place)
    if "PolicyDocument" in node:
        return policies_of(resolver.value(node["PolicyDocument"]), name, place)
    if len(node) == 1 and next(iter(node)).startswith(("Fn::", "Ref")):
        value = resolver.value(node)
        found = Policies()
        for item in items(value):
            text = scalar_text(item)
            if isinstance(item, Mapping):
                found += policies_of(item, name, place)
            elif text is not None:
                found += roles.managed_policies(
                    _managed_name(text.literal)
                    if text.literal is not None and text.literal in managed_policies()
                    else text
                )
        return found
    found = Policies()
    first = next(iter(node), "")
    if first and node[first] is None and policy_templates().get(first) is not None:
        # The parameters stand beside the template's name instead of below it: one indentation is missing.
        node = {first: {key: value for key, value in node.items() if key != first}}
    for template, values in node.items():
        document = expand_policy_template(template, mapping(values))
        if document is None:
            problems.append(Problem("unknown-policy", f"`{template}` is no SAM policy template", place))
            continue
        found += policies_of(resolver.value(document), name, place)
    return found


def _managed_name(name: str) -> Any:
    known = managed_policies().get(name)
    return Text.of(name) if known is None else Text.of(*_aws_policy(known))


def _aws_policy(path: str) -> tuple[Any, ...]:
    return "arn:", symbol("AWS::Partition"), f":iam::aws:policy/{path}"


def _dead_letter(resolver: Resolver, properties: Mapping[str, Any], location: Location) -> Policies:
    queue = resolver.value(properties.get("DeadLetterQueue", ABSENT))
    kinds = [text.literal for text in texts(field(queue, "Type"))]
    actions = [{"SQS": "sqs:SendMessage", "SNS": "sns:Publish"}.get(kind or "") for kind in kinds]
    target = field(queue, "TargetArn")
    if not actions or actions[0] is None or not given(target):
        return Policies()
    return _inline("DeadLetterQueuePolicy", [_allow(actions[0], target)], location)


_DESTINATIONS: Final = {
    "SQS": ("SQSPolicy", "sqs:SendMessage"),
    "SNS": ("SNSPolicy", "sns:publish"),
    "Lambda": ("LambdaPolicy", "lambda:InvokeFunction"),
    "EventBridge": ("EventBridgePolicy", "events:PutEvents"),
}


def _destination(start: str, kind: str, target: Any, location: Location) -> Policies:
    if kind in ("S3", "S3Bucket"):
        below = tuple(text + "/*" for text in texts(target))
        statements = [_allow("s3:PutObject", below), _allow("s3:ListBucket", target)]
        return _inline(start + "S3Policy", statements, location)
    if kind not in _DESTINATIONS:
        return Policies()
    suffix, action = _DESTINATIONS[kind]
    return _inline(start + suffix, [_allow(action, target)], location)


def _destinations(resolver: Resolver, logical_id: str, properties: Mapping[str, Any], location: Location) -> Policies:
    config = field(resolver.value(properties.get("EventInvokeConfig", ABSENT)), "DestinationConfig")
    found = Policies()
    for event in ("OnSuccess", "OnFailure"):
        one = field(config, event)
        kind = _literal(field(one, "Type"))
        start = f"{logical_id}EventInvokeConfig{event}"
        target = field(one, "Destination")
        if not given(target):  # SAM makes the queue or topic, too
            target = symbol(f"{start}{'Queue.Arn' if kind == 'SQS' else 'Topic'}")
        found += _destination(start, kind, target, location)
    return found


def _event_policies(resolver: Resolver, logical_id: str, properties: Mapping[str, Any], location: Location) -> Policies:
    events = resolver.value(properties.get("Events", ABSENT))
    sources = sam_event_sources(logical_id, events, location)
    found = Policies(managed=tuple(policy for _, policy in sources if policy is not None))
    for option in options(events):
        for name, event in mapping(option).items():
            polled = SAM_EVENTS.get(_literal(field(event, "Type")))
            if polled is None:
                continue
            source = field(event, "Properties")
            statements = sam_source_statements(polled.kind, source)
            if statements:
                found += _inline(f"{name}Policy", statements, location)
            failure = field(field(source, "DestinationConfig"), "OnFailure")
            kind = _literal(field(failure, "Type"))
            found += _destination(f"{logical_id}{name}", kind, field(failure, "Destination"), location)
    return found


def _literal(value: Any) -> str:
    return next((text.literal for text in texts(value) if text.literal is not None), "")


def _allow(action: str, resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def _inline(name: str, statements: list[dict[str, Any]], location: Location) -> Policies:
    document: dict[str, Any] = {"Version": "2012-10-17", "Statement": tuple(statements)}
    return policies_of(document, name, location)
