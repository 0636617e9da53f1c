"""Writing a log is checked on the stream: a grant of all streams of the group is enough."""

import pytest
from diff_stage import allow, need, needs, role

from iamgen.diff import compare_role

GROUP = "arn:aws:logs:*:*:log-group:/aws/lambda/orders"


@pytest.mark.parametrize("granted", [f"{GROUP}:*", f"{GROUP}*:*:*", f"{GROUP}:log-stream:*", "*"])
def test_a_grant_that_covers_every_stream(catalog, granted):
    found = compare_role(
        needs(need("logs:PutLogEvents", f"{GROUP}:*")), role(allow("logs:PutLogEvents", granted)), catalog
    )
    assert found.missing == ()


@pytest.mark.parametrize("granted", [GROUP, f"{GROUP}:log-stream:2026*", f"{GROUP}-other:*"])
def test_a_grant_that_does_not(catalog, granted):
    found = compare_role(
        needs(need("logs:PutLogEvents", f"{GROUP}:*")), role(allow("logs:PutLogEvents", granted)), catalog
    )
    assert [item.requirement.action for item in found.missing] == ["logs:PutLogEvents"]


def test_making_a_stream_is_checked_on_the_group(catalog):
    found = compare_role(
        needs(need("logs:CreateLogStream", f"{GROUP}:*")),
        role(allow("logs:CreateLogStream", f"{GROUP}:log-stream:*")),
        catalog,
    )
    assert len(found.missing) == 1
