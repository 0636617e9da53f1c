"""SQS queues by URL, SNS topics, phone numbers and endpoints, EventBridge buses and rules."""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding, Permission
from iamgen.core.text import Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.arns import Form, arn_prefix, form_of, is_reference, segments, split
from iamgen.mapping.bound import given
from iamgen.mapping.named import anywhere, arn_text, name_or_arn
from iamgen.mapping.patterns import EVERYTHING, Glob, Pattern
from iamgen.mapping.place import OPEN, partition_of
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import ActionShape, TypeShape

_URL_PIECES = 5  # https: / "" / host / account / name


def queue(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The queue that a URL or a name stands for."""
    found = tuple(_of_url(request, url, binding) for url in request.texts("QueueUrl"))
    if found:
        return found
    owners = request.texts("QueueOwnerAWSAccountId") or (request.place.account,)
    return tuple(
        request.render(Glob.of("arn:", request.place.partition, ":sqs:", request.place.region, ":", owner, ":", name))
        for name in request.texts("QueueName")
        for owner in owners
    ) or None  # fmt: skip


def _of_url(request: Request, url: Text, binding: ArnBinding) -> Pattern:
    """`https://sqs.eu-west-1.amazonaws.com/111122223333/jobs`: region, account and name are in the URL."""
    if form_of(url) in (Form.ARN, Form.OPEN_ARN):
        return name_or_arn(request, url, "sqs", "")
    pieces = split(url, "/")
    if len(pieces) == 1 and url.holes:
        return anywhere(request, binding.arn)
    if len(pieces) == 1:
        return request.arn("sqs", url)  # the SDK takes a bare name, too
    name, account = pieces[-1], pieces[-2]
    host = pieces[2] if len(pieces) >= _URL_PIECES else OPEN
    region = _region(host) or OPEN
    if account.literal is not None and not account.literal.isdigit():
        account = OPEN
    if len(pieces) < _URL_PIECES and account.holes:
        account = OPEN  # f"{base}/jobs": the hole is more than the account
    place = request.place
    partition = place.partition
    if region.literal and not request.deployed:
        partition = Text.of(partition_of(region.literal))
    if region.holes and region.literal is None and len(region.parts) == 1 and len(pieces) >= _URL_PIECES:
        region = _known(region, place.region)
    return request.render(Glob.of("arn:", partition, ":sqs:", region, ":", account, ":", name))


def _known(found: Text, own: Text) -> Text:
    """A region that the URL leaves open is the client's own: that is where the request is sent."""
    return found if all(str(hole).startswith("symbol") for hole in found.holes) else own


def _region(host: Text) -> Text | None:
    labels = split(host, ".")
    if labels[0].literal == "sqs" and len(labels) > 2:  # sqs.<region>.amazonaws.com
        return labels[1]
    if len(labels) > 2 and labels[1].literal == "queue":  # <region>.queue.amazonaws.com, the old form
        return labels[0]
    if labels[0].literal == "queue" and len(labels) > 1 and labels[1].literal == "amazonaws":
        return Text.of("us-east-1")  # the oldest form had one region
    return None


def publish(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """A message goes to a topic, to a device's endpoint, or to a phone number, which has no ARN."""
    del permission
    found: list[Pattern] = []
    for path in ("TopicArn", "TargetArn"):
        if request.presence(path) >= Presence.MAYBE:
            found.extend(_topic(request, text) for text in request.texts(path))
    if request.presence("PhoneNumber") >= Presence.MAYBE:
        found.append(EVERYTHING)
    return tuple(found) or None


def _topic(request: Request, text: Text) -> Pattern:
    if form_of(text) is Form.NAME and not is_reference(text):
        return request.arn("sns", text)  # no ARN, though the parameter takes nothing else
    if form_of(text) in (Form.OPEN, Form.OPEN_ARN):
        return request.render(Glob.of("arn:", request.place.partition, ":sns:", OPEN, ":", OPEN, ":", OPEN))
    return request.render(Glob.of(arn_text(text)))


def subscription(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A subscription's ARN is its topic's and an identifier; the topic is what is checked.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
    """
    texts = request.texts("SubscriptionArn")
    if not texts or request.presence("TopicArn") >= Presence.MAYBE:
        return None
    return tuple(
        request.render(Glob.of(topic)) if (topic := arn_prefix(text, 6)) is not None else anywhere(request, binding.arn)
        for text in texts
    )


def event_bus(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """Each entry goes to its own bus, the default one when it names none."""
    del permission
    found = request.find("Entries[]")
    texts: list[Text] = []
    for item in found.values:
        inner = request.inside(item, "EventBusName")
        named = request.filled(*inner.values)
        texts.extend(named)
        if inner.presence < Presence.GIVEN and not any(form_of(text) is Form.OPEN for text in named):
            texts.append(Text.of("default"))
    if not found.values:
        return None
    return tuple(name_or_arn(request, text, "events", "event-bus/") for text in texts)


def named_bus(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A bus by name or ARN; what describes one without a name describes the default one."""
    operation = request.call.operation
    texts = given(request, binding, "Name" if operation.endswith("EventBus") else "EventBusName")
    if not texts and operation == "DescribeEventBus":
        texts = (Text.of("default"),)
    return tuple(name_or_arn(request, text, "events", "event-bus/") for text in texts) or None


def rule(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """A rule's ARN holds its bus, unless that is the default one."""
    del permission
    names = request.texts("Name", "Rule")
    if not names:
        return None
    buses = request.texts("EventBusName") if request.presence("EventBusName") >= Presence.MAYBE else ()
    if request.presence("EventBusName") < Presence.GIVEN:
        buses = (*buses, Text.of("default"))
    return tuple(_rule(request, name, bus) for name in names for bus in buses)


def tagged_rule(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """Tags that are set with a rule are on that rule, in its bus."""
    return rule(request, permission) if request.call.operation == "PutRule" else None


def _rule(request: Request, name: Text, bus: Text) -> Pattern:
    if bus.literal == "default":
        return request.arn("events", "rule/", name)
    found = segments(bus) if form_of(bus) is Form.ARN else None
    if found is None:
        return request.arn("events", "rule/", bus, "/", name)
    head = found[5].parts[0] if found[5].parts else ""
    cut = len("event-bus/") if isinstance(head, str) and head.startswith("event-bus/") else 0
    bus_name = Text.of(head[cut:], *found[5].parts[1:]) if isinstance(head, str) else found[5]
    within = ("rule/", name) if bus_name.literal == "default" else ("rule/", bus_name, "/", name)
    place = request.place
    return request.render(Glob.of("arn:", place.partition, ":events:", found[3], ":", found[4], ":", *within))


_RULE_ACTIONS = (
    "DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "ListTargetsByRule", "PutRule", "PutTargets",
    "RemoveTargets",
)  # fmt: skip

TYPES: dict[tuple[str, str], TypeShape] = {
    ("sqs", "queue"): queue,
    ("sns", "topic"): subscription,
    ("events", "event-bus"): named_bus,
}
ACTIONS: dict[str, ActionShape] = {
    "sns:Publish": publish,
    "events:PutEvents": event_bus,
    "events:TagResource": tagged_rule,
    **{f"events:{name}": rule for name in _RULE_ACTIONS},
}
