from diff_stage import BUCKET, allow, need, needs, role

from iamgen.deployed.evidence import ActionUse, Evidence, Use
from iamgen.diff import compare_role
from iamgen.diff.findings import findings
from iamgen.diff.uses import with_evidence

GET = need("s3:GetObject", BUCKET)


def test_excess_is_marked_and_nothing_goes(catalog):
    grants = role(allow("s3:GetObject", BUCKET), allow(["sns:Publish", "iam:PassRole", "secretsmanager:ListSecrets"]))
    before = compare_role(needs(GET), grants, catalog)
    seen = Evidence(catalog, used={("OrdersRole", "sns:publish"): "2026-10-01"}, since="2026-09-01")

    after = with_evidence(before, seen)

    (excess,) = after.excess
    assert excess.uses is not None
    assert excess.uses.used == (ActionUse("sns:Publish", Use.USED, "2026-10-01"),)
    assert [one.action for one in excess.uses.not_used] == ["secretsmanager:ListSecrets"]
    assert excess.uses.not_logged == ("iam:PassRole",)
    (finding,) = findings("Orders", (), after)
    assert "used: `sns:Publish` on 2026-10-01" in finding.message
    assert finding.fingerprint == findings("Orders", (), before)[0].fingerprint
