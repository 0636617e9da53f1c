"""Deployed functions by their tags."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from iamgen.core.errors import IamgenError, InputError
from iamgen.deployed.live.refusals import Refusal, Refused, denied
from iamgen.deployed.live.session import Clients

_LOGICAL_ID = "aws:cloudformation:logical-id"  # CloudFormation tags what it makes


def read_tagged(tags: Mapping[str, str], clients: Clients) -> Mapping[str, str]:
    """The ARNs of the functions that bear all these tags, by function name and by the template's logical id.

    Raises `InputError` when there is none. A name that two functions have stands for neither.
    """
    filters = [{"Key": key, "Values": [value]} for key, value in sorted(tags.items())]
    try:
        rows = list(
            clients.pages(
                "resourcegroupstaggingapi",
                "get_resources",
                "ResourceTagMappingList",
                ResourceTypeFilters=["lambda:function"],
                TagFilters=filters,
            )
        )
    except Refused as refused:
        if refused.kind is Refusal.DENIED:
            raise denied(refused) from refused
        raise IamgenError(str(refused)) from refused
    found: dict[str, str] = {}
    twice: set[str] = set()
    for row in rows:
        arn = str(row["ResourceARN"])
        logical = [str(tag["Value"]) for tag in row.get("Tags", ()) if tag["Key"] == _LOGICAL_ID]
        for name in {arn.split(":")[6], *logical}:
            if found.setdefault(name, arn) != arn:
                twice.add(name)
    if not found:
        told = ", ".join(f"`{key}={value}`" for key, value in sorted(tags.items()))
        raise InputError(f"no deployed function bears {told}", "check the tag, the region and the account")
    return MappingProxyType({name: arn for name, arn in sorted(found.items()) if name not in twice})
