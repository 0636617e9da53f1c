"""Where a request goes: partition, region and account, as far as code and deployment tell."""

from __future__ import annotations

from dataclasses import dataclass

from iamgen.core.text import ACCOUNT, PARTITION, REGION, Hole, HoleKind, Text
from iamgen.project.model import Unit

OPEN = Text((Hole(HoleKind.UNKNOWN, reason="a name that the request does not tell"),))
_REGION = Text((Hole(HoleKind.UNKNOWN, reason="the region, which only a deployment tells"),))
_ACCOUNT = Text((Hole(HoleKind.UNKNOWN, reason="the account, which only a deployment tells"),))

_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("eusc-", "aws-eusc"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
)
"""Regions' name prefixes by partition; source: botocore's `partitions.json`."""


@dataclass(frozen=True, slots=True)
class Place:
    """The first segments of the ARNs that a request touches."""

    partition: Text
    region: Text
    account: Text


def partition_of(region: str) -> str:
    """The partition that a region lies in: `cn-north-1` is in `aws-cn`."""
    return next((partition for prefix, partition in _PARTITIONS if region.startswith(prefix)), "aws")


def place_of(unit: Unit, region: Text | None = None) -> Place:
    """The place of a request of this unit whose client has this region (None: the unit's own).

    A bare entry knows no region and no account and lies in `aws`; a deployed unit lies where its
    template is deployed, which the template's pseudo parameters say.
    """
    literal = region.literal if region is not None else None
    if unit.configuration is None:
        partition = Text.of(partition_of(literal) if literal else "aws")
        return Place(partition, Text.of(literal) if literal else _unfolded(region), _ACCOUNT)
    own = Text((REGION,))
    return Place(Text((PARTITION,)), own if region is None else region, Text((ACCOUNT,)))


def _unfolded(region: Text | None) -> Text:
    """A bare entry's region: `eu-*` keeps what the code says of it."""
    return _REGION if region is None or not region.parts else region
