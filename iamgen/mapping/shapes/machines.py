"""EC2: what a launch touches, resources by the prefix of their id, tags set while something is made."""

from __future__ import annotations

from dataclasses import replace

from iamgen.catalog.model import Permission
from iamgen.core.text import Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.arns import Form, form_of
from iamgen.mapping.named import arn_text
from iamgen.mapping.patterns import ANYTHING, Glob, Pattern
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import ActionShape
from iamgen.policy.model import Condition

LAUNCH_URL = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances"
COPY_URL = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/copy-ami-permissions.html"
TAGS_URL = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html"

# Resource types by the prefix of an id; source: the examples of each type in the EC2 API reference.
_BY_ID = (
    ("i-", "instance"),
    ("vol-", "volume"),
    ("snap-", "snapshot"),
    ("ami-", "image"),
    ("sgr-", "security-group-rule"),
    ("sg-", "security-group"),
    ("subnet-", "subnet"),
    ("vpce-", "vpc-endpoint"),
    ("vpc-", "vpc"),
    ("eni-", "network-interface"),
    ("eipalloc-", "elastic-ip"),
    ("rtb-", "route-table"),
    ("igw-", "internet-gateway"),
    ("nat-", "natgateway"),
    ("acl-", "network-acl"),
    ("lt-", "launch-template"),
    ("key-", "key-pair"),
    ("fl-", "vpc-flow-log"),
    ("tgw-", "transit-gateway"),
    ("pcx-", "vpc-peering-connection"),
)
_NO_ACCOUNT = ("image", "snapshot")  # public ones belong to nobody's account


def launch(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """A launch makes an instance, its volumes and interfaces, from an image, in a subnet, behind security groups."""
    del permission
    if request.call.operation != "RunInstances":
        return None
    template = request.presence("LaunchTemplate") >= Presence.MAYBE
    nic = "NetworkInterfaces[]"
    subnets = request.texts("SubnetId", f"{nic}.SubnetId")
    groups = request.texts("SecurityGroupIds[]", f"{nic}.Groups[]")
    found = [
        *(_ec2(request, "image", text) for text in request.texts("ImageId") or (OPEN,)),
        *(_ec2(request, "instance", text) for text in (OPEN,)),
        *(_ec2(request, "network-interface", text) for text in request.texts(f"{nic}.NetworkInterfaceId") or (OPEN,)),
        *(_ec2(request, "security-group", text) for text in groups or (OPEN,)),
        *(_ec2(request, "subnet", text) for text in subnets or (OPEN,)),
        *(_ec2(request, "volume", text) for text in (OPEN,)),
        *(_ec2(request, "key-pair", text) for text in request.texts("KeyName")),
        *(_ec2(request, "snapshot", text) for text in request.texts("BlockDeviceMappings[].Ebs.SnapshotId")),
        *(_ec2(request, "placement-group", text) for text in request.texts("Placement.GroupName")),
    ]
    if template:
        ids = request.texts("LaunchTemplate.LaunchTemplateId")
        found += [_ec2(request, "launch-template", text) for text in ids or (OPEN,)]
        found.append(_ec2(request, "key-pair", OPEN))
    return tuple(found)


def copied(kind: str) -> ActionShape:
    """A copy is checked on what it is made from, which lies in the source's region, and on what is made."""

    def shape(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
        del permission
        regions = request.texts("SourceRegion") or (request.place.region,)
        sources = [(kind, text) for text in request.texts("SourceSnapshotId", "SourceImageId") or (OPEN,)]
        if kind == "image":
            sources.append(("snapshot", OPEN))
        start, note = ("arn:", request.place.partition, ":ec2:"), f"the source of the copy: {COPY_URL}"
        return (
            *(
                request.render(Glob.of(*start, region, f"::{one}/", text), note)
                for region in regions
                for one, text in sources
            ),
            *(_ec2(request, one, OPEN) for one in dict.fromkeys(one for one, _ in sources)),
        )

    return shape


def tags(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """Tags on resources by id; tags set while something is made, bound to that making."""
    del permission
    operation = request.call.operation
    if operation in ("CreateTags", "DeleteTags"):
        return tuple(_tagged(request, text) for text in request.texts("Resources[]")) or None
    kinds = request.texts("TagSpecifications[].ResourceType", "TagSpecification[].ResourceType")
    found = [_ec2(request, text.literal, OPEN) if text.literal else ANYTHING for text in kinds] or [ANYTHING]
    condition = Condition("StringEquals", "ec2:CreateAction", (operation,))
    return tuple(replace(one, conditions=(condition,), note=f"tags while making it: {TAGS_URL}") for one in found)


def _tagged(request: Request, text: Text) -> Pattern:
    if form_of(text) is Form.ARN:
        return request.render(Glob.of(arn_text(text)))
    head = text.parts[0] if text.parts and isinstance(text.parts[0], str) else ""
    kind = next((kind for prefix, kind in _BY_ID if head.startswith(prefix)), None)
    return _ec2(request, kind, text) if kind is not None else ANYTHING


def _ec2(request: Request, kind: str, text: Text) -> Pattern:
    return request.arn("ec2", f"{kind}/", text, account=kind not in _NO_ACCOUNT)


ACTIONS: dict[str, ActionShape] = {
    "ec2:RunInstances": launch,
    "ec2:CopyImage": copied("image"),
    "ec2:CopySnapshot": copied("snapshot"),
    "ec2:CreateTags": tags,
    "ec2:DeleteTags": tags,
}
