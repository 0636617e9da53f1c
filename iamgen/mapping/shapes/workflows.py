"""Step Functions: a version or an alias is checked as its state machine."""

from __future__ import annotations

from collections.abc import Iterator

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Hole, Text
from iamgen.mapping.arns import Form, is_reference, split
from iamgen.mapping.declared import texts_in
from iamgen.mapping.named import anywhere, arn_text, form_in, starred
from iamgen.mapping.patterns import Glob, Pattern, unique
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

QUALIFIER_URL = "https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html"

_NAMED = (
    "stateMachineArn",
    "stateMachineAliasArn",
    "stateMachineVersionArn",
    "routingConfiguration[].stateMachineVersionArn",
)
_SEGMENTS = 7  # arn:aws:states:region:account:stateMachine:name; an eighth is the qualifier
_ALIAS, _VERSION = "AWS::StepFunctions::StateMachineAlias", "AWS::StepFunctions::StateMachineVersion"
_OF_ALIAS = (("RoutingConfiguration", "[]"), ("DeploymentPreference",))


def state_machine(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The state machine of an ARN that may end in a version or an alias; AWS leaves that out of the resource."""
    texts = request.texts(*_NAMED)
    if not texts:
        return None
    return unique(one for text in texts for one in _machines(request, binding, text))


def _machines(request: Request, binding: ArnBinding, text: Text) -> Iterator[Pattern]:
    text = _unqualified(text)
    declared = request.resource_named(text)
    if declared is not None and declared.type in (_ALIAS, _VERSION):
        inner = (
            texts_in(declared.properties, "StateMachineArn")
            if declared.type == _VERSION
            else (one for path in _OF_ALIAS for one in texts_in(declared.properties, *path, "StateMachineVersionArn"))
        )
        found = [one for behind in inner if behind != text for one in _machines(request, binding, behind)]
        yield from found or [anywhere(request, binding.arn)]
        return
    match form_in(request, text):
        case Form.ARN:
            pieces = split(arn_text(text, starred(binding.arn)), ":")
            joined = [piece for one in pieces[:_SEGMENTS] for piece in (":", one)][1:]
            note = f"the qualifier is not part of the resource: {QUALIFIER_URL}" if len(pieces) > _SEGMENTS else ""
            yield request.render(Glob.of(*joined), note)
        case Form.NAME if is_reference(text):
            yield request.render(Glob.of(text))
        case Form.NAME | Form.OPEN | Form.OPEN_ARN:
            yield anywhere(request, binding.arn)


def _unqualified(text: Text) -> Text:
    """`${Machine.Arn}:live` without its qualifier."""
    second = text.parts[1] if len(text.parts) == 2 and isinstance(text.parts[0], Hole) else ""
    return Text(text.parts[:1]) if isinstance(second, str) and second.startswith(":") else text


TYPES: dict[tuple[str, str], TypeShape] = {("states", "statemachine"): state_machine}
