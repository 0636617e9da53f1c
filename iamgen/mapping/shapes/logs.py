"""CloudWatch Logs: log groups, whose ARNs policies write with `:*`, and streams."""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Text
from iamgen.mapping.arns import Form, arn_prefix, form_of
from iamgen.mapping.named import arn_text, name_or_arn
from iamgen.mapping.patterns import Glob, Pattern, Wild
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

ARN_URL = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html"

_TAGGING = frozenset({"logs:ListTagsForResource", "logs:TagResource", "logs:UntagResource"})
_GROUP_SEGMENTS = 7  # arn:partition:logs:region:account:log-group:name
_PATHS = ("logGroupName", "logGroupIdentifier", "logGroupNames[]", "logGroupIdentifiers[]", "resourceArn")


def log_group(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A log group: `log-group:name:*` in every action but those on tags, which take its ARN alone."""
    after: tuple[str | Wild, ...] = () if binding.action in _TAGGING else (":", Wild("*"))
    note = f"policies name a log group with `:*`: {ARN_URL}" if after else ""
    texts = tuple(text for path in _PATHS for text in request.texts(path))
    return tuple(_group(request, text, after, note) for text in texts) or None


def log_stream(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A stream of a log group, any of them when it is not named."""
    del binding
    streams = request.texts("logStreamName", "logStreamNames[]")
    groups = tuple(text for path in _PATHS[:2] for text in request.texts(path))
    return tuple(
        _group(request, group, (":log-stream:", stream if stream is not None else Wild("*")), "")
        for group in groups
        for stream in streams or (None,)
    ) or None  # fmt: skip


def _group(request: Request, text: Text, after: tuple[str | Wild | Text, ...], note: str) -> Pattern:
    if form_of(text) is Form.ARN:
        # GetAtt of a log group ends in `:*`; what is a stream's ARN is cut back to its group.
        return request.render(Glob.of(arn_prefix(text, _GROUP_SEGMENTS) or arn_text(text), *after), note)
    return name_or_arn(request, text, "logs", "log-group:", *after, note=note)


TYPES: dict[tuple[str, str], TypeShape] = {("logs", "log-group"): log_group, ("logs", "log-stream"): log_stream}
