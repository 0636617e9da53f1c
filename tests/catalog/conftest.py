"""The installed catalog, and a small world of one service to check rows against."""

from __future__ import annotations

import pytest

from iamgen.catalog.build.reference import Reference
from iamgen.catalog.build.sdk import SdkOperation, SdkService
from iamgen.catalog.model import Action, ActionResource, ArnFormat
from iamgen.catalog.store import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.open()


def operation(name: str, method: str, shape: str, **other: object) -> SdkOperation:
    defaults = {"http_method": "POST", "request_uri": "/", "auth": "", "paginated": False}
    return SdkOperation(name=name, method=method, input=shape, **{**defaults, **other})


@pytest.fixture
def service() -> SdkService:
    """A shop: `GetThing`, `MakeThing` and the unsigned `Ping`."""
    shapes = {
        "Text": {"type": "string"},
        "Texts": {"type": "list", "member": {"shape": "Text"}},
        "Tags": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        "Part": {"type": "structure", "members": {"Name": {"shape": "Text"}, "RoleArn": {"shape": "Text"}}},
        "Parts": {"type": "list", "member": {"shape": "Part"}},
        "GetThingRequest": {
            "type": "structure",
            "required": ["ThingName"],
            "members": {"ThingName": {"shape": "Text"}, "VersionId": {"shape": "Text"}},
        },
        "MakeThingRequest": {
            "type": "structure",
            "members": {
                "Name": {"shape": "Text"},
                "Parts": {"shape": "Parts"},
                "Tags": {"shape": "Tags"},
                "Labels": {"shape": "Texts"},
            },
        },
    }
    return SdkService(
        name="shop",
        title="Shop",
        signing_name="shop",
        endpoint_prefix="shop",
        operations={
            "GetThing": operation("GetThing", "get_thing", "GetThingRequest"),
            "MakeThing": operation("MakeThing", "make_thing", "MakeThingRequest"),
            "Ping": operation("Ping", "ping", "", auth="none"),
        },
        waiters=(),
        shapes=shapes,
    )


@pytest.fixture
def reference() -> Reference:
    thing = ActionResource("thing", required=True)
    actions = (
        Action("shop:GetThing", "Read", (thing,)),
        Action("shop:GetThingVersion", "Read", (thing,)),
        Action("shop:MakeThing", "Write", (thing,), condition_keys=("aws:RequestTag/${TagKey}",)),
        Action("shop:TagResource", "Tagging, Write", (ActionResource("thing", required=False),)),
    )
    return Reference(
        version="1",
        titles={},
        actions={"shop": {a.name.split(":")[1].lower(): a for a in actions}},
        arns={
            "shop": {
                "thing": ArnFormat("shop", "thing", "arn:${Partition}:shop:${Region}:${Account}:thing/${ThingName}")
            }
        },
    )
