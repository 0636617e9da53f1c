"""AWS Organizations: ids hold their own prefix, every ARN is the management account's.

The reference writes `policy/o-${OrganizationId}/${PolicyType}/p-${PolicyId}`, and the id of a request is
`p-examplepolicyid111`: the prefix is there once. The account is that of the organization's management, which
need not be the caller's.
"""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.patterns import Glob, Pattern
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

ARNS_URL = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_iam-policies.html"
OWN_URL = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_arn-formats.html"

_OWNED = "FullAWSAccess"  # the policies that AWS itself provides: p-FullAWSAccess, p-RCPFullAWSAccess
_PARENTS = ("ParentId", "SourceParentId", "DestinationParentId")


def _identified(kind: str, prefix: str, *paths: str, within: int = 0) -> TypeShape:
    """Resources by an id with this prefix ("" for accounts, whose ids are digits).

    `within` counts the steps between the organization and the id: `policy/o-*/*/p-examplepolicyid111`.
    """

    def shape(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
        del binding
        texts = tuple(dict.fromkeys(text for path in paths for text in request.texts(path)))
        if not texts:
            return None
        named = (text for text in texts if _may_be(text, prefix))
        return tuple(one for text in named for one in _patterns(request, kind, text, within))

    return shape


def _may_be(text: Text, prefix: str) -> bool:
    head = text.parts[0] if text.parts else ""
    if not isinstance(head, str):
        return True
    return head.startswith(prefix) if prefix else head[:1].isdigit()


def _patterns(request: Request, kind: str, text: Text, within: int) -> tuple[Pattern, ...]:
    place = request.place
    steps = (OPEN, "/") * within
    note = f"the account is that of the organization's management: {ARNS_URL}"
    mine = Glob.of("arn:", place.partition, ":organizations::", OPEN, f":{kind}/o-", OPEN, "/", *steps, text)
    found = (request.render(mine, note),)
    if kind != "policy":
        return found
    owned = Glob.of("arn:", place.partition, ":organizations::aws:policy/", OPEN, "/", text)
    aws = (request.render(owned, f"AWS's own policies lie in no account: {OWN_URL}"),)
    if text.literal is None:
        return found + aws
    return aws if text.literal.endswith(_OWNED) else found


def _own_account(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The caller's account, where no other is named.

    Source: https://docs.aws.amazon.com/accounts/latest/reference/security_iam_service-with-iam.html
    """
    del binding
    return () if request.presence("AccountId") is Presence.GIVEN else (request.arn("account", "account", region=False),)


def _member_account(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """An account of the organization, in the management account."""
    del binding
    return tuple(
        request.render(Glob.of("arn:", request.place.partition, ":account::", OPEN, ":account/o-", OPEN, "/", text))
        for text in request.texts("AccountId")
    )


TYPES: dict[tuple[str, str], TypeShape] = {
    ("account", "account"): _own_account,
    ("account", "accountInOrganization"): _member_account,
    ("organizations", "account"): _identified("account", "", "AccountId", "TargetId", "ChildId", "ResourceId"),
    ("organizations", "handshake"): _identified("handshake", "h-", "HandshakeId", within=1),
    ("organizations", "organizationalunit"): _identified(
        "ou", "ou-", "OrganizationalUnitId", "TargetId", "ChildId", "ResourceId", *_PARENTS
    ),
    ("organizations", "policy"): _identified("policy", "p-", "PolicyId", "ResourceId", within=1),
    ("organizations", "responsibilitytransfer"): _identified("transfer", "rt-", "Id", "ResourceId", within=2),
    ("organizations", "root"): _identified("root", "r-", "RootId", "TargetId", "ResourceId", *_PARENTS),
}
