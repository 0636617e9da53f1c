"""Tags of any service's resources: the request to tag them asks for the service's own tagging action, too.

Source: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from iamgen.catalog.model import Permission
from iamgen.core.text import Text
from iamgen.mapping.arns import segments
from iamgen.mapping.named import arn_text
from iamgen.mapping.patterns import Glob, Pattern, unique
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import Need

URL = "https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_{}.html"

# What services call the action, newest first; the first that the service has counts.
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "TagResources": ("TagResource", "AddTagsToResource", "AddTags", "CreateTags", "AddTagsToCertificate", "TagQueue",
                     "AddTagsToStream", "ChangeTagsForResource"),
    "UntagResources": ("UntagResource", "RemoveTagsFromResource", "RemoveTags", "DeleteTags",
                       "RemoveTagsFromCertificate", "UntagQueue", "RemoveTagsFromStream", "ChangeTagsForResource"),
})  # fmt: skip

# Where more than one action, or another, is asked for; by the service of the ARN and the start of its resource.
_OWN: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = MappingProxyType({
    ("s3", ""): dict.fromkeys(_NAMES, ("s3:GetBucketTagging", "s3:PutBucketTagging")),
    ("apigateway", ""): {"TagResources": ("apigateway:PUT",), "UntagResources": ("apigateway:DELETE",)},
    **{
        ("iam", start): {"TagResources": (f"iam:Tag{kind}",), "UntagResources": (f"iam:Untag{kind}",)}
        for start, kind in (("instance-profile/", "InstanceProfile"), ("mfa/", "MFADevice"),
                            ("oidc-provider/", "OpenIDConnectProvider"), ("policy/", "Policy"), ("role/", "Role"),
                            ("saml-provider/", "SAMLProvider"), ("server-certificate/", "ServerCertificate"),
                            ("user/", "User"))
    },
})  # fmt: skip

# Where IAM calls the service otherwise than its ARNs do; all others have one name.
_PREFIXES: Mapping[str, str] = MappingProxyType({"monitoring": "cloudwatch"})


def tagging(request: Request) -> Iterator[Need]:
    """The tagging action of the service of each ARN, on that ARN."""
    found: dict[str, list[Pattern]] = {}
    for text in _resources(request):
        for action in _actions(request, text):
            found.setdefault(action, []).append(request.render(Glob.of(arn_text(text))))
    reason = "a resource is tagged with the action of its own service, too"
    for action in sorted(found):
        yield Permission(action, reason=reason, url=URL.format(request.call.operation)), unique(found[action])


def untold(request: Request) -> bool:
    """Whether a resource of the request does not tell the action of its own service."""
    return any(not _actions(request, text) for text in _resources(request))


def _resources(request: Request) -> tuple[Text, ...]:
    asked = request.call.service == "resourcegroupstaggingapi" and request.call.operation in _NAMES
    return request.texts("ResourceARNList[]") if asked else ()


def _actions(request: Request, text: Text) -> tuple[str, ...]:
    parts = segments(text)
    service = parts[2].literal if parts is not None else None
    if parts is None or service is None:
        return ()
    operation, resource = request.call.operation, str(parts[5].parts[0]) if parts[5].parts else ""
    for (own, start), actions in _OWN.items():
        if own == service and resource.startswith(start):
            return actions[operation]
    prefix = _PREFIXES.get(service, service)
    names = (f"{prefix}:{name}" for name in _NAMES[operation])
    return next(((name,) for name in names if request.catalog.action_known(name)), ())
