import pytest

from iamgen.deployed import RoleGrants
from iamgen.deployed.matching import RoleIndex
from iamgen.project.model import DeclaredRole, Source, Unit


def unit(name: str = "Orders", role: str | None = None) -> Unit:
    declared = None if role is None else DeclaredRole(role)
    return Unit(name, "app.handler", None, Source(None, 1, "."), (), role=declared)


def index(*names: str) -> RoleIndex:
    return RoleIndex([RoleGrants(name) for name in names], "account.json")


@pytest.mark.parametrize(
    ("roles", "wanted", "found"),
    [
        (["orders-role", "other"], unit(role="orders-role"), "orders-role"),
        (["orders-role"], unit(role="arn:aws:iam::123456789012:role/path/orders-role"), "orders-role"),
        (["shop-OrdersRole-1A2B3C4D5E6F"], unit(role="OrdersRole"), "shop-OrdersRole-1A2B3C4D5E6F"),
        (["my-shop-OrdersRole-AbCdEfGh1234"], unit(), "my-shop-OrdersRole-AbCdEfGh1234"),
        (["Orders"], unit(), "Orders"),
        (["Orders", "OrdersRole"], unit(), "OrdersRole"),
    ],
)
def test_the_role_of_a_unit(roles, wanted, found):
    assert index(*roles).of(wanted).role == found


@pytest.mark.parametrize(
    "roles",
    [
        [],
        ["other"],
        ["shop-OrdersRole-short"],
        ["shop-ReordersRole-1A2B3C4D5E6F"],
        ["dev-OrdersRole-1A2B3C4D5E6F", "prod-OrdersRole-1A2B3C4D5E6F"],
    ],
)
def test_no_certain_role_means_that_nothing_was_read(roles):
    grants = index(*roles).of(unit())
    assert grants.policies == ()
    assert grants.limits_unread
    assert "account.json" in grants.unread[0]
