"""Web ACLs and firewalls; whoever sets the web ACL of a resource asks the service of the resource, too.

The guide writes two settings for load balancers and AppSync; the newer, which names its resources, is the one here.
Source: https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from iamgen.catalog.model import ArnBinding, Permission
from iamgen.core.text import Text
from iamgen.mapping.arns import segments
from iamgen.mapping.named import arn_text
from iamgen.mapping.patterns import Glob, Pattern, unique
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import Need, TypeShape

URL = "https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html"

_ACTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "AssociateWebACL": {
        "amplify": "amplify:AssociateWebACL",
        "apigateway": "apigateway:SetWebACL",
        "apprunner": "apprunner:AssociateWebAcl",
        "appsync": "appsync:AssociateWebACL",
        "bedrock-agentcore": "bedrock-agentcore:GatewayAssociateWebACL",
        "cognito-idp": "cognito-idp:AssociateWebACL",
        "ec2": "ec2:AssociateVerifiedAccessInstanceWebAcl",
        "elasticloadbalancing": "elasticloadbalancing:CreateWebACLAssociation",
    },
    "DisassociateWebACL": {
        "amplify": "amplify:DisassociateWebACL",
        "apigateway": "apigateway:SetWebACL",
        "apprunner": "apprunner:DisassociateWebAcl",
        "appsync": "appsync:DisassociateWebACL",
        "bedrock-agentcore": "bedrock-agentcore:GatewayDisassociateWebACL",
        "cognito-idp": "cognito-idp:DisassociateWebACL",
        "ec2": "ec2:DisassociateVerifiedAccessInstanceWebAcl",
        "elasticloadbalancing": "elasticloadbalancing:DeleteWebACLAssociation",
    },
    "GetWebACLForResource": {
        "amplify": "amplify:GetWebACLForResource",
        "apprunner": "apprunner:DescribeWebAclForService",
        "appsync": "appsync:GetWebACLForResource",
        "bedrock-agentcore": "bedrock-agentcore:GatewayGetWebACLForResource",
        "cognito-idp": "cognito-idp:GetWebACLForResource",
        "ec2": "ec2:GetVerifiedAccessInstanceWebAcl",
        "elasticloadbalancing": "elasticloadbalancing:GetLoadBalancerWebACL",
    },
})  # fmt: skip
_WITH_THE_ACL = ("apprunner:AssociateWebAcl", "cognito-idp:AssociateWebACL")  # whose resources are both
_SCOPES: Mapping[str, str] = MappingProxyType({"CLOUDFRONT": "global", "REGIONAL": "regional"})


def scoped(kind: str) -> TypeShape:
    """A web ACL or a part of one: its ARN writes the scope otherwise than a request does."""

    def shape(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
        paths = dict(binding.variables)
        scopes = [_SCOPES.get(text.literal or "") for text in request.texts("Scope")]
        if not scopes or "Name" not in paths or any(request.texts(path) for path in binding.whole):
            return None
        names, ids = (request.texts(paths[key]) if key in paths else () for key in ("Name", "Id"))
        return tuple(
            request.arn("wafv2", scope or OPEN, f"/{kind}/", name, "/", one)
            for scope in scopes for name in names or (OPEN,) for one in ids or (OPEN,)
        )  # fmt: skip

    return shape


def association(request: Request) -> Iterator[Need]:
    """The action of the service of each resource, on the resource."""
    found: dict[str, list[Pattern]] = {}
    for text in _resources(request):
        action = _ACTIONS[request.call.operation].get(_service(text) or "")
        if action is not None:
            found.setdefault(action, []).append(request.render(Glob.of(arn_text(text))))
    for action in sorted(found):
        both = request.texts("WebACLArn") if action in _WITH_THE_ACL else ()
        acls = tuple(request.render(Glob.of(arn_text(text))) for text in both)
        reason = "the service of the resource is asked, too"
        yield Permission(action, reason=reason, url=URL), unique((*found[action], *acls))


def untold(request: Request) -> bool:
    """Whether a resource of the request does not tell its service."""
    return any(_service(text) not in _ACTIONS["AssociateWebACL"] for text in _resources(request))


def _resources(request: Request) -> tuple[Text, ...]:
    asked = request.call.service == "wafv2" and request.call.operation in _ACTIONS
    return request.texts("ResourceArn") if asked else ()


def _service(text: Text) -> str | None:
    parts = segments(text)
    return parts[2].literal if parts is not None else None


def grouped(kind: str) -> TypeShape:
    """A rule group of Network Firewall, which is named by its name and its type."""

    def shape(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
        del binding
        types = [text.literal for text in request.texts("Type")]
        return () if types and None not in types and kind not in types else None

    return shape


TYPES: dict[tuple[str, str], TypeShape] = {
    ("network-firewall", "StatefulRuleGroup"): grouped("STATEFUL"),
    ("network-firewall", "StatelessRuleGroup"): grouped("STATELESS"),
    **{("wafv2", kind): scoped(kind) for kind in ("ipset", "managedruleset", "regexpatternset", "rulegroup", "webacl")},
}
