"""IAM's paths, the identities that SES sends from, Route 53's zones."""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.arns import Form, form_of, split
from iamgen.mapping.bound import given
from iamgen.mapping.named import name_or_arn
from iamgen.mapping.patterns import Glob, Pattern
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

IDENTITY_URL = "https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html"


def created(kind: str, parameter: str) -> TypeShape:
    """A role, user, group or policy by name; one that is created may be given a path, which its ARN holds."""

    def shape(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
        if request.call.operation == "CreateServiceLinkedRole":
            return None  # a row says its path
        names = given(request, binding, parameter)
        if not names:
            return None
        if request.call.operation.startswith(("Create", "Upload")) and (paths := request.texts("Path")):
            return tuple(request.arn("iam", kind, path, name, region=False) for name in names for path in paths)
        return tuple(name_or_arn(request, name, "iam", f"{kind}/", region=False) for name in names)

    return shape


def oidc_provider(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """An identity provider that is made is named by its address, without the scheme."""
    del binding
    addresses = (split(text, "://", 1)[-1] for text in request.texts("Url"))
    return tuple(request.arn("iam", "oidc-provider/", one, region=False) for one in addresses) or None


def sender(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The identity that a mail is sent from: the address, or its domain, whichever is verified.

    SES uses the address's own identity when there is one, else the domain's.
    """
    arns = request.texts("FromEmailAddressIdentityArn", "SourceArn", "FromArn")
    if arns and request.presence("FromEmailAddressIdentityArn", "SourceArn", "FromArn") is Presence.GIVEN:
        return tuple(name_or_arn(request, text, "ses", "identity/") for text in arns)
    if not request.call.operation.startswith("Send"):
        texts = given(request, binding, "EmailIdentity", "Identity")
        return tuple(name_or_arn(request, text, "ses", "identity/") for text in texts) or None
    texts = request.texts("Source", "FromEmailAddress")
    return tuple(one for text in texts for one in _identities(request, text)) or None


def _identities(request: Request, text: Text) -> tuple[Pattern, ...]:
    note = f"the address, or its domain, is the identity: {IDENTITY_URL}"
    if form_of(text) is Form.ARN:
        return (name_or_arn(request, text, "ses", "identity/"),)
    address = _bare(text)
    pieces = split(address, "@")
    own = request.arn("ses", "identity/", address, note=note)
    if len(pieces) == 1 or not pieces[-1].parts:
        return (own,)
    return (own, request.arn("ses", "identity/", pieces[-1], note=note))


def _bare(text: Text) -> Text:
    """The address of `Name <name@example.com>`."""
    opened = split(text, "<")
    return split(opened[-1], ">")[0] if len(opened) > 1 else text


def route53(kind: str, *parameters: str) -> TypeShape:
    """A resource by its id, which Route 53 itself writes as `/hostedzone/Z1` or `/change/C1`."""

    def shape(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
        found: list[Pattern] = []
        for text in given(request, binding, *parameters):
            head = text.parts[0] if text.parts and isinstance(text.parts[0], str) else ""
            bare = Text.of(head.removeprefix("/").removeprefix(f"{kind}/"), *text.parts[1:]) if head else text
            found.append(name_or_arn(request, bare, "route53", f"{kind}/", region=False, account=False))
        return tuple(found) or None

    return shape


def root_user(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The root user of the account that a request names by its number or by that user's ARN."""
    del binding
    texts = request.texts("TargetPrincipal")
    numbers = [text for text in texts if (text.literal or "").isdigit()]
    if len(numbers) < len(texts):
        return None
    return tuple(request.render(Glob.of("arn:", request.place.partition, ":iam::", one, ":root")) for one in numbers)


TYPES: dict[tuple[str, str], TypeShape] = {
    ("iam", "root-user"): root_user,
    ("route53", "change"): route53("change", "Id"),
    ("route53", "hostedzone"): route53("hostedzone", "HostedZoneId", "Id"),
    ("ses", "identity"): sender,
    ("iam", "instance-profile"): created("instance-profile", "InstanceProfileName"),
    ("iam", "policy"): created("policy", "PolicyName"),
    ("iam", "role"): created("role", "RoleName"),
    ("iam", "user"): created("user", "UserName"),
    ("iam", "group"): created("group", "GroupName"),
    ("iam", "mfa"): created("mfa", "VirtualMFADeviceName"),
    ("iam", "oidc-provider"): oidc_provider,
    ("iam", "server-certificate"): created("server-certificate", "ServerCertificateName"),
}
