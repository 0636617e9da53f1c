import json

import pytest
from diff_stage import gap

from iamgen.core.errors import InputError
from iamgen.diff.baseline import Baseline, baseline_text, read_baseline
from iamgen.diff.findings import findings

FOUND = findings("Orders", (gap("sqs.SendMessage"), gap("sns.Publish", line=40)), None)


def test_accepted_findings_are_no_longer_new():
    new, accepted, stale = Baseline().accepting(FOUND[:1]).split(FOUND)
    assert (new, accepted, stale) == (FOUND[1:], FOUND[:1], ())


def test_an_accepted_finding_that_is_gone_is_stale():
    new, accepted, stale = Baseline().accepting(FOUND).split(FOUND[:1])
    assert (new, accepted) == ((), FOUND[:1])
    assert [one.fingerprint for one in stale] == [FOUND[1].fingerprint]


def test_what_is_written_is_read(tmp_path):
    file = tmp_path / "baseline.json"
    baseline = Baseline().accepting(FOUND)
    file.write_text(baseline_text(baseline))
    assert read_baseline(file) == baseline
    assert baseline_text(read_baseline(file)) == file.read_text()


def test_reasons_are_kept_when_the_baseline_is_written_anew(tmp_path):
    file = tmp_path / "baseline.json"
    data = json.loads(baseline_text(Baseline().accepting(FOUND)))
    data["accepted"][0]["reason"] = "an operator's tool"
    file.write_text(json.dumps(data))
    again = read_baseline(file).accepting(FOUND)
    assert "an operator's tool" in {one.reason for one in again.accepted}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "is no baseline"),
        ('{"version": 2, "accepted": []}', "is no baseline"),
        ('{"version": 1, "accepted": [3]}', "no accepted finding"),
        (
            '{"version": 1, "accepted": [{"fingerprint": "x", "rule": "IG999", "function": null}]}',
            "no accepted finding",
        ),
    ],
)
def test_what_is_no_baseline(tmp_path, text, message):
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(InputError, match=message):
        read_baseline(file)


def test_no_file(tmp_path):
    with pytest.raises(InputError, match="cannot read the baseline"):
        read_baseline(tmp_path / "nothing.json")
