"""Resources that a parameter names by name or by ARN."""

from __future__ import annotations

import re
from functools import lru_cache

from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.arns import Form, form_of, is_reference, segments
from iamgen.mapping.patterns import Glob, Pattern, Piece
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request

_RESOURCE = 5  # index of an ARN's resource


# Types of template resources whose reference is an ARN that the project layer does not spell out.
# Source: "Return values" of each type in the AWS CloudFormation template reference.
_ARN_REFERENCES = frozenset(
    {
        "AWS::Batch::ComputeEnvironment",
        "AWS::Batch::JobDefinition",
        "AWS::CloudFormation::Stack",
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::IAM::ManagedPolicy",
        "AWS::Lambda::Alias",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::MSK::Cluster",
        "AWS::SecretsManager::Secret",
        "AWS::Serverless::LayerVersion",
    }
)


def form_in(request: Request, text: Text) -> Form:
    """As `form_of`, and a reference to a resource whose reference is its ARN is one."""
    form = form_of(text)
    if form is Form.NAME and is_reference(text) and "." not in text.holes[0].name:
        declared = request.resource_named(text)
        return Form.ARN if declared is not None and declared.type in _ARN_REFERENCES else form
    return form


def name_or_arn(
    request: Request,
    text: Text,
    service: str,
    before: str,
    *after: Piece | Text | Glob,
    region: bool = True,
    account: bool = True,
    note: str = "",
) -> Pattern:
    """The resource `before + name + after` of the request's own place, or the ARN that the text is."""
    match form_in(request, text):
        case Form.ARN:
            return request.render(Glob.of(arn_text(text, Text.of(before, OPEN)), *after), note)
        case Form.OPEN_ARN:
            place = request.place
            opened = (OPEN if region else "", OPEN if account else "")
            return request.render(
                Glob.of("arn:", place.partition, f":{service}:", opened[0], ":", opened[1], ":", before, OPEN, *after),
                note,
            )
        case Form.NAME | Form.OPEN:
            return request.arn(service, before, text, *after, region=region, account=account, note=note)


def arn_text(text: Text, anything: Text = OPEN) -> Text:
    """An ARN text with all its segments; `anything` stands for a resource of which nothing is known.

    `"arn:aws:dynamodb:" + ?` is `arn:aws:dynamodb:?:?:table/?` for a table.
    """
    found = segments(text)
    if found is None:
        return text
    joined: list[str | Text] = []
    for segment in (*found[:_RESOURCE], anything if _open(found[_RESOURCE]) else found[_RESOURCE]):
        joined += [":", segment]
    return Text.of(*joined[1:])


def _open(text: Text) -> bool:
    """Whether nothing is known: the text is one hole, and no template reference."""
    part = text.parts[0] if len(text.parts) == 1 else ""
    return isinstance(part, Hole) and part.kind is not HoleKind.SYMBOL


@lru_cache(maxsize=4096)
def _fixed(format_: str) -> tuple[str, str]:
    """A format's service and what its resource starts with: `("dynamodb", "table/")`."""
    pieces = format_.split(":", 5)
    return (pieces[2], re.split(r"\$\{|\*", pieces[_RESOURCE])[0]) if len(pieces) > _RESOURCE else ("", "")


def fits(text: Text, format_: str) -> bool:
    """Whether an ARN text may be of this format, going by its service and by how its resource starts."""
    found = segments(text)
    if found is None:
        return True
    service, start = _fixed(format_)
    if found[2].literal is not None and found[2].literal != service and "${" not in service:
        return False
    head = found[5].parts[0] if found[5].parts else ""
    if not isinstance(head, str):
        return True
    return head.startswith(start) or (len(found[5].parts) > 1 and start.startswith(head))


def starred(format_: str) -> Text:
    """Any resource of an ARN format, without what precedes the resource."""
    return _starred(format_.split(":", 5)[_RESOURCE])


def anywhere(request: Request, format_: str) -> Pattern:
    """Any resource of this format in any region and account: the parameter holds them, and is not known."""
    pieces = format_.split(":", 5)
    service, region, account, resource = (_starred(piece) for piece in pieces[2:])
    return request.render(
        Glob.of("arn:", request.place.partition, ":", service, ":", region, ":", account, ":", resource)
    )


def _starred(resource: str) -> Text:
    """A format's resource with every variable open: `table/${TableName}` is `table/*`."""
    return Text.of(*(OPEN if piece[:1] in ("$", "*") else piece for piece in re.split(r"(\$\{[^}]*\}|\*)", resource)))
