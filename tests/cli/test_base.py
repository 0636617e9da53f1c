"""`check --base`: the base's settings judge a change, and each thing that the change loosens is told."""

import json
import shutil

import pytest

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::shop/*"}],
}
CODE = """\
import boto3


def handler(event, context):
    boto3.client("s3").get_object(Bucket="shop", Key="a")
"""
OPEN = CODE + "    getattr(boto3.client('sqs'), event['do'])()\n"
PRAGMA = "  # iamgen: ignore[dynamic-operation] only lists"


def function(policy):
    properties = {"Runtime": "python3.12", "Handler": "app.handler", "CodeUri": "src/", "Policies": [policy]}
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def write(folder, code, policy, settings=""):
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "src" / "app.py").write_text(code)
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"F": function(policy), "G": function(policy)}}
    (folder / "template.json").write_text(json.dumps(template))
    (folder / "pyproject.toml").write_text(f"[tool.ruff]\nignore = []\n\n[tool.iamgen]\n{settings}\n")
    return folder


NARROW = {
    **POLICY,
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:${AWS::Partition}:s3:::shop/a"}],
}


@pytest.fixture
def sides(tmp_path, iamgen):
    """`sides(settings, settings of the base, code, code of the base)`: the outcome of a check of the change."""

    def run(new="", old="", code=CODE, before=None, policy=POLICY, *arguments, files=()):
        change, base = tmp_path / "change", tmp_path / "base"
        write(base, code if before is None else before, policy, old)
        write(change, code, policy, new)
        for folder, name, text in files:
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_text(text)
        return iamgen("check", change, "--base", base, "--format", "json", *arguments)

    return run


def findings(outcome, family="IG6"):
    return [
        (one["rule"], one["message"], [(place["file"], place["line"]) for place in one["locations"]])
        for one in json.loads(outcome.out)["findings"]
        if one["rule"].startswith(family)
    ]


def rules(outcome):
    return sorted({one["rule"] for one in json.loads(outcome.out)["findings"]})


def test_a_change_that_loosens_nothing_has_no_such_finding(sides):
    same = 'fail-on = "error"\nignore = ["IG203"]\nparameters = {Stage = "prod"}'
    outcome = sides(same, same)
    assert findings(outcome) == []
    assert outcome.code == 0  # the base's `fail-on` holds


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ('fail-on = "note"', ""),
        ("", 'fail-on = "error"'),
        ("", 'ignore = ["IG203"]'),
        ("", 'functions = ["F"]'),
        ('functions = ["F", "G"]', 'functions = ["F"]'),
        ("", 'site-packages = ["src"]'),
    ],
)
def test_what_is_stricter_is_no_finding(new, old, sides):
    assert findings(sides(new, old)) == []


@pytest.mark.parametrize(
    ("new", "old", "message", "line"),
    [
        ('ignore = ["IG202"]', "", "`ignore` leaves out `IG202`, which the base reports", 5),
        ('\nfail-on = "error"', "", "`fail-on` is `error` and was `warning`", 6),
        ("", 'fail-on = "note"', "`fail-on` is `warning` and was `note`", 4),
        ('functions = ["F"]', "", "`functions` checks only `F` and was not set", 5),
        ('functions = ["F"]', 'functions = ["F", "G"]', "`functions` checks only `F` and was `F`, `G`", 5),
        ('site-packages = ["src"]', "", "`site-packages` reads `src`, which the base does not", 5),
        ('template = "src/../template.json"', "", "`template` is not that of the base", 5),
        ("", 'template = "template.json"', "`template` is not that of the base", 4),
        ('entry = "app:handler"', "", "`entry` is not that of the base", 5),
        ('parameters = {Stage = "dev"}', "", "`parameters` has another `Stage` than the base", 5),
        ("[tool.iamgen.parameters]\nA = 1", "parameters = {A = 2}", "`parameters` has another `A` than the base", 5),
    ],
)
def test_each_looser_setting_is_told_and_has_no_effect(new, old, message, line, sides, iamgen, tmp_path):
    outcome = sides(new, old)
    assert findings(outcome) == [("IG601", message, [("pyproject.toml", line)])]
    assert outcome.code == 1
    # Nothing of the other findings differs from a run with the base's own settings.
    write(tmp_path / "change", CODE, POLICY, old)
    honest = iamgen("check", tmp_path / "change", "--format", "json")
    assert [one for one in rules(outcome) if one != "IG601"] == rules(honest)
    functions = [[one["name"] for one in json.loads(run.out)["functions"]] for run in (outcome, honest)]
    assert functions[0] == functions[1]


def test_the_base_may_leave_such_findings_out(sides):
    assert sides('ignore = ["IG202"]', 'ignore = ["IG601", "IG202", "IG203"]').code == 0
    outcome = sides('ignore = ["IG601", "IG202"]', "")
    assert [message for _, message, _ in findings(outcome)] == [
        "`ignore` leaves out `IG202`, which the base reports",
        "`ignore` leaves out `IG601`, which the base reports",
    ]


def test_the_command_line_counts_before_both(sides):
    assert sides("", "", CODE, CODE, POLICY, "--fail-on", "error").code == 0
    assert sides("", "", CODE, CODE, POLICY, "--ignore", "IG202", "--ignore", "IG203").code == 0


# --- the baseline ---


@pytest.fixture
def accepted(iamgen, tmp_path):
    """The text of a baseline that accepts all that is found."""
    write(tmp_path / "own", CODE, POLICY)
    iamgen("check", tmp_path / "own", "--accept", "--baseline", tmp_path / "own.json")
    return (tmp_path / "own.json").read_text()


SET = 'baseline = "accepted.json"'
EMPTY = '{"version": 1, "accepted": []}'


@pytest.mark.parametrize("by", ["settings", "option"])
def test_entries_that_the_base_lacks_are_told_and_accept_nothing(by, sides, accepted, tmp_path):
    files = [("change", "accepted.json", accepted), ("base", "accepted.json", EMPTY)]
    option = ("--baseline", tmp_path / "change" / "accepted.json") if by == "option" else ()
    settings = SET if by == "settings" else ""
    outcome = sides(settings, settings, CODE, CODE, POLICY, *option, files=files)
    told = findings(outcome)
    assert len(told) == len(json.loads(accepted)["accepted"]) > 1
    assert {(rule, *places) for rule, _, places in told} == {("IG603", ("accepted.json", 1))}
    assert told[0][1].startswith("the baseline accepts IG20")
    assert "IG202" in rules(outcome)
    assert json.loads(outcome.out)["accepted"] == 0
    assert outcome.code == 1


def test_the_baseline_of_the_base_accepts(sides, accepted, tmp_path):
    files = [("change", "accepted.json", EMPTY), ("base", "accepted.json", accepted)]
    assert sides(SET, SET, files=files).code == 0
    option = ("--baseline", tmp_path / "change" / "accepted.json")
    assert sides("", "", CODE, CODE, POLICY, *option, files=files).code == 0
    assert sides("", SET, files=files).code == 0


def test_a_baseline_that_is_new_accepts_nothing(sides, accepted, tmp_path):
    files = [("change", "accepted.json", accepted)]
    option = ("--baseline", tmp_path / "change" / "accepted.json")
    for outcome in (sides(SET, "", files=files), sides("", "", CODE, CODE, POLICY, *option, files=files)):
        assert outcome.code == 1
        assert {"IG202", "IG603"} <= set(rules(outcome))


def test_a_baseline_of_elsewhere_is_everybodys(sides, accepted, tmp_path):
    (tmp_path / "elsewhere.json").write_text(accepted)
    assert sides("", "", CODE, CODE, POLICY, "--baseline", tmp_path / "elsewhere.json").code == 0


def test_a_baseline_of_the_change_that_is_none_is_an_error(sides):
    files = [("change", "accepted.json", "{}"), ("base", "accepted.json", EMPTY)]
    outcome = sides(SET, SET, files=files)
    assert (outcome.code, outcome.out, len(outcome.err.splitlines())) == (2, "", 1)


# --- pragmas ---

PRAGMAS = '[tool.iamgen.pragmas]\n"src/app.py:{}" = "ignore only lists"'


def spoken(code):
    return code.rstrip("\n") + PRAGMA + "\n"


@pytest.mark.parametrize(
    ("new", "code", "place"),
    [
        ("", spoken(OPEN), ("src/app.py", 6)),
        ("", OPEN.replace("    getattr", f"  {PRAGMA}\n    getattr"), ("src/app.py", 6)),
        (PRAGMAS.format(6), OPEN, ("src/app.py", 6)),
    ],
    ids=["behind", "above", "settings"],
)
def test_a_new_pragma_is_told_and_does_not_count(new, code, place, sides):
    outcome = sides(new, "", code, OPEN, NARROW)
    ((rule, message, places),) = findings(outcome)
    assert (rule, places) == ("IG602", [place])
    assert message.startswith("a pragma that the base does not have: `ignore")
    assert rules(outcome)[0] == "IG101"
    assert outcome.code == 1


@pytest.mark.parametrize("moved", ["", "import os\n\n"])
def test_a_pragma_of_the_base_counts_wherever_its_line_stands(moved, sides):
    assert sides("", "", moved + spoken(OPEN), spoken(OPEN), NARROW).code == 0
    above = OPEN.replace("    getattr", f"  {PRAGMA}\n    getattr")
    assert sides("", "", moved + above, above, NARROW).code == 0
    line = 6 + moved.count("\n")
    assert sides(PRAGMAS.format(line), PRAGMAS.format(6), moved + OPEN, OPEN, NARROW).code == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda code: code.replace("sqs", "iam"),  # the line says something else
        lambda code: code.replace("[dynamic-operation]", ""),  # the pragma says more
        lambda code: code + code.splitlines()[-1] + "\n",  # there are two now
        lambda code: code.replace("\n", "\r"),  # lines of which nobody knows where they end
    ],
)
def test_a_pragma_counts_for_its_own_line_only(change, sides):
    outcome = sides("", "", change(spoken(OPEN)), spoken(OPEN), NARROW)
    assert outcome.code == 1
    assert rules(outcome)[0] == "IG101"


def test_a_pragma_of_the_settings_counts_for_its_own_line_only(sides):
    other = OPEN.replace("sqs", "iam")
    outcome = sides(PRAGMAS.format(6), PRAGMAS.format(6), other, OPEN, NARROW)
    assert outcome.code == 1
    assert {"IG101", "IG602"} <= set(rules(outcome))


def test_a_new_pragma_that_calls_makes_no_need(sides):
    """Else a change could hide what its role grants in vain."""
    calls = "  # iamgen: calls s3.PutObject Bucket=shop Key=*"
    outcome = sides("", "", OPEN.rstrip("\n") + calls + "\n", OPEN)
    needed = [call["operation"] for call in json.loads(outcome.out)["functions"][0]["calls"]]
    assert needed == ["GetObject"]
    assert {"IG101", "IG602"} <= set(rules(outcome))


def test_a_pragma_in_an_archive_does_not_count(iamgen, tmp_path):
    """Archives are not searched for pragmas, so nobody knows whether the base has them."""
    for side in ("change", "base"):
        folder = write(tmp_path / side, spoken(OPEN), NARROW)
        shutil.make_archive(str(folder / "code"), "zip", folder / "src")
        shutil.rmtree(folder / "src")
        (folder / "template.json").write_text((folder / "template.json").read_text().replace("src/", "code.zip"))
    assert "IG101" not in rules(iamgen("check", tmp_path / "change", "--format", "json"))
    outcome = iamgen("check", tmp_path / "change", "--base", tmp_path / "base", "--format", "json")
    assert (outcome.code, findings(outcome)) == (1, [])
    assert "IG101" in rules(outcome)


# --- the base itself ---


@pytest.fixture
def plain(tmp_path):
    return write(tmp_path / "change", CODE, NARROW)


def failed(outcome, word):
    assert (outcome.code, outcome.out) == (2, "")
    assert len(outcome.err.splitlines()) == 1
    assert word in outcome.err


def test_a_base_that_is_not_there(iamgen, plain, tmp_path):
    failed(iamgen("check", plain, "--base", tmp_path / "nowhere"), "no such base")


def test_a_base_that_is_the_change(iamgen, plain, tmp_path):
    failed(iamgen("check", plain, "--base", plain), "is the change itself")
    (tmp_path / "link").symlink_to(plain)
    failed(iamgen("check", plain, "--base", tmp_path / "link"), "is the change itself")


def test_a_base_of_another_kind(iamgen, plain, tmp_path):
    write(tmp_path / "base", CODE, NARROW)
    failed(iamgen("check", plain, "--base", tmp_path / "base" / "template.json"), "only one of")


def test_accepting_is_no_business_of_a_base(iamgen, plain, tmp_path):
    write(tmp_path / "base", CODE, NARROW)
    failed(iamgen("check", plain, "--base", tmp_path / "base", "--accept"), "exclude each other")


def test_a_base_within_the_change_takes_nothing_of_it(iamgen, plain):
    """A checkout without `.git`, as from an archive: the settings above it are those of the change."""
    (plain / "pyproject.toml").write_text('[tool.iamgen]\nignore = ["IG202"]\n')
    base = write(plain / ".base", CODE, NARROW)
    (base / "pyproject.toml").unlink()
    for folder in (base, base / "src"):
        for checkout in (True, False):
            if not checkout:
                shutil.rmtree(base / ".git", ignore_errors=True)
            told = iamgen("check", plain if folder == base else plain / "src", "--base", folder, "--format", "json")
            assert findings(told)[0][:2] == ("IG601", "`ignore` leaves out `IG202`, which the base reports")


def test_a_project_that_the_base_does_not_have_is_judged_by_what_is_above_it(iamgen, tmp_path):
    settings = '[tool.iamgen]\nfail-on = "error"\n'
    for side in ("change", "base"):
        (tmp_path / side / ".git").mkdir(parents=True)
        (tmp_path / side / "pyproject.toml").write_text(settings)
    write(tmp_path / "change" / "new", CODE, POLICY)
    shutil.rmtree(tmp_path / "change" / "new" / ".git")
    (tmp_path / "change" / "new" / "pyproject.toml").unlink()
    outcome = iamgen("check", tmp_path / "change" / "new", "--base", tmp_path / "base" / "new", "--format", "json")
    assert (outcome.code, findings(outcome)) == (0, [])


def test_a_single_file_has_a_base_too(iamgen, tmp_path):
    for side, code in (("change", spoken(OPEN)), ("base", OPEN)):
        write(tmp_path / side, code, NARROW)
    paths = [tmp_path / side / "src" / "app.py" for side in ("change", "base")]
    outcome = iamgen("check", paths[0], "--base", paths[1], "--format", "json")
    assert (outcome.code, rules(outcome)) == (1, ["IG101", "IG602"])
