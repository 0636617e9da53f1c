"""Kinesis: a consumer by its name within its stream."""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding
from iamgen.mapping.arns import Form, form_of
from iamgen.mapping.named import arn_text
from iamgen.mapping.patterns import Glob, Pattern, Wild
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape


def consumer(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """`stream/clicks/consumer/app:1525898737`: the time at the end is when it was registered."""
    del binding
    streams = request.texts("StreamARN")
    names = request.texts("ConsumerName")
    if not names or request.texts("ConsumerARN") or any(form_of(text) is not Form.ARN for text in streams):
        return None
    end = Wild(":*")
    return tuple(
        request.render(Glob.of(arn_text(stream), "/consumer/", name, end)) for stream in streams for name in names
    ) or None  # fmt: skip


TYPES: dict[tuple[str, str], TypeShape] = {("kinesis", "consumer"): consumer}
