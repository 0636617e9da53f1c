import re

from diff_stage import BUCKET, TABLE, allow, gap, need, needs, role

from iamgen.analysis.usage import GapKind
from iamgen.core.location import Location
from iamgen.diff import RULES, Doubt, Severity, compare_role
from iamgen.diff.findings import findings, problem_findings
from iamgen.diff.rules import EXCESS_RULES, GAP_RULES, MISSING_RULES, UNDECIDED_RULES
from iamgen.policy.comparison import ExcessKind, Why
from iamgen.project.model import Problem

GET = need("s3:GetObject", BUCKET)
PUT = need("dynamodb:PutItem", TABLE)


def found(catalog, requirements, grants):
    return findings("Orders", requirements.gaps, compare_role(requirements, grants, catalog))


def test_every_kind_has_a_rule():
    assert set(GAP_RULES) == set(GapKind)
    assert set(EXCESS_RULES) == set(ExcessKind)
    assert set(MISSING_RULES) == set(Why)
    assert set(UNDECIDED_RULES) == set(Doubt)


def test_rules_have_ids_and_names_of_their_own():
    assert all(re.fullmatch(r"IG[1-6]\d\d", id_) and rule.id == id_ for id_, rule in RULES.items())
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)
    assert all(
        (rule.meaning[0].islower() or rule.meaning.startswith("AWS")) and not rule.meaning.endswith(".")
        for rule in RULES.values()
    )


def test_a_missing_permission_stands_at_its_call(catalog):
    (one,) = found(catalog, needs(GET), role(allow("s3:GetObject", "arn:aws:s3:::other/*")))[1:] or (None,)
    assert one is not None
    assert (one.rule, one.severity, one.function) == ("IG301", Severity.ERROR, "Orders")
    assert one.locations == (Location("app.py", 10),)
    assert "`s3:GetObject` on `arn:aws:s3:::uploads/*`" in one.message


def test_excess_stands_at_its_declaration(catalog):
    (one,) = found(catalog, needs(PUT), role(allow("dynamodb:*", TABLE)))
    assert (one.rule, one.severity) == ("IG202", Severity.WARNING)
    assert one.locations == (Location("template.yaml", 5),)
    assert "only `dynamodb:PutItem` needed" in one.message


def test_everything_on_everything_is_an_error(catalog):
    rules = [one.rule for one in found(catalog, needs(PUT), role(allow("*")))]
    assert "IG205" in rules


def test_a_gap_is_a_finding_and_what_it_may_need_a_note(catalog):
    result = found(catalog, needs(gaps=[gap("sqs.SendMessage")]), role(allow("sqs:SendMessage")))
    assert [(one.rule, one.severity) for one in result] == [("IG101", Severity.WARNING), ("IG405", Severity.NOTE)]
    assert "perhaps `sqs.SendMessage`" in result[0].message


def test_no_role_gives_the_gaps_alone():
    assert [one.rule for one in findings("Orders", (gap("sqs.SendMessage"),), None)] == ["IG101"]


def test_problems_of_the_project():
    (one,) = problem_findings([Problem("template", "a nested stack is not here", Location("template.yaml", 7))])
    assert (one.rule, one.function, one.locations) == ("IG501", None, (Location("template.yaml", 7),))


# --- fingerprints ----------------------------------------------------------------------------------


def test_fingerprints_stay_when_lines_move(catalog):
    before = found(catalog, needs(GET, gaps=[gap(line=31)]), role(allow("sns:Publish")))
    moved = need("s3:GetObject", BUCKET, evidence=[])
    after = found(catalog, needs(moved, gaps=[gap(line=77)]), role(allow("s3:PutObject", BUCKET), allow("sns:Publish")))
    assert {one.fingerprint for one in before if one.rule == "IG101"} == {
        one.fingerprint for one in after if one.rule == "IG101"
    }
    assert {one.fingerprint for one in before if one.rule == "IG301"} == {
        one.fingerprint for one in after if one.rule == "IG301"
    }


def test_fingerprints_change_with_what_is_granted(catalog):
    (one,) = found(catalog, needs(), role(allow("sns:Publish")))
    (other,) = found(catalog, needs(), role(allow("sns:Subscribe")))
    assert one.fingerprint != other.fingerprint


def test_two_alike_are_told_apart():
    first, second = findings("Orders", (gap(line=31), gap(line=32)), None)
    assert first.fingerprint != second.fingerprint


def test_a_function_is_part_of_the_fingerprint():
    (one,) = findings("Orders", (gap(),), None)
    (other,) = findings("Refunds", (gap(),), None)
    assert one.fingerprint != other.fingerprint
