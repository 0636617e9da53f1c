"""Who sends a message: End User Messaging takes a number, a sender, a pool, the id of one or its ARN.

Source: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
"""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Text
from iamgen.mapping.arns import segments
from iamgen.mapping.named import arn_text
from iamgen.mapping.patterns import Glob, Pattern
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

_PHONE, _POOL, _SENDER = "phone-number/", "pool/", "sender-id/"


def _sender(kind: str) -> TypeShape:
    def shape(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
        del binding
        texts = request.texts("OriginationIdentity")
        return tuple(one for text in texts for one in _patterns(request, kind, text)) if texts else None

    return shape


def _patterns(request: Request, kind: str, text: Text) -> tuple[Pattern, ...]:
    head = text.parts[0] if text.parts else ""
    if not isinstance(head, str):
        return (request.arn("sms-voice", kind, OPEN),)
    if head.startswith("arn:"):
        parts = segments(text)
        own = parts is None or not isinstance(first := parts[5].parts[0], str) or first.startswith(kind)
        return (request.render(Glob.of(arn_text(text))),) if own else ()
    if kind == _PHONE and head.startswith(("+", "phone-")):
        return (request.arn("sms-voice", kind, OPEN if head.startswith("+") else text),)
    if kind == _POOL and head.startswith("pool-"):
        return (request.arn("sms-voice", kind, text),)
    if kind == _SENDER and not head.startswith(("+", "phone-", "pool-")):
        return (request.arn("sms-voice", kind, text, "/", OPEN),)
    return ()


TYPES: dict[tuple[str, str], TypeShape] = {
    ("sms-voice", "PhoneNumber"): _sender(_PHONE),
    ("sms-voice", "Pool"): _sender(_POOL),
    ("sms-voice", "SenderId"): _sender(_SENDER),
}
