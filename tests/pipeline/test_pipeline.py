"""The use cases from a folder to a report: the same whatever is remembered and however many processes work."""

import subprocess
from dataclasses import replace

import pytest

from iamgen.core.errors import InputError
from iamgen.pipeline import Options, PolicyFile, Since, check, diff, explain, generate
from iamgen.policy.serialise import to_document
from iamgen.render.reports import Show, View, render

HANDLER = """
import boto3
from shared import bucket

def handler(event, context):
    boto3.client("s3").get_object(Bucket=bucket(), Key="{name}")
"""
SHARED = 'def bucket():\n    return "shop"\n'


def write(folder, names):
    folder.mkdir(exist_ok=True)
    (folder / "shared.py").write_text(SHARED)
    for name in names:
        (folder / f"{name}.py").write_text(HANDLER.format(name=name))
    return folder


def resources(report):
    return {unit.unit.name: [item.resource for item in unit.requirements.items] for unit in report.units}


def text(report):
    return render(report, View(Show.POLICIES), "json")


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "app", ["a", "b"])


@pytest.fixture
def remembered(tmp_path):
    return Options(cache=tmp_path / "cache")


def test_one_function_after_the_other(folder):
    assert resources(generate(folder, Options())) == {
        "a:handler": ["arn:aws:s3:::shop/a"],
        "b:handler": ["arn:aws:s3:::shop/b"],
    }


def test_processes_change_nothing(tmp_path):
    folder = write(tmp_path / "app", [f"f{n:02}" for n in range(20)])
    assert text(generate(folder, Options(jobs=1))) == text(generate(folder, Options(jobs=3)))


def test_remembering_changes_nothing(folder, remembered):
    first = text(generate(folder, Options()))
    assert text(generate(folder, remembered)) == first
    assert text(generate(folder, remembered)) == first


def no_analysis(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("analysed again")

    monkeypatch.setattr("iamgen.analysis.driver.analyse", fail)


def test_what_is_unchanged_is_not_analysed_again(folder, remembered, monkeypatch):
    first = generate(folder, remembered)
    no_analysis(monkeypatch)
    assert text(generate(folder, remembered)) == text(first)


def test_an_edit_of_a_shared_module_is_seen(folder, remembered):
    generate(folder, remembered)
    (folder / "shared.py").write_text(SHARED.replace("shop", "store"))
    assert resources(generate(folder, remembered))["a:handler"] == ["arn:aws:s3:::store/a"]
    (folder / "shared.py").write_text(SHARED)
    assert resources(generate(folder, remembered))["a:handler"] == ["arn:aws:s3:::shop/a"]


def test_a_new_file_that_shadows_another_is_seen(folder, remembered):
    generate(folder, remembered)
    (folder / "shared").mkdir()
    (folder / "shared" / "__init__.py").write_text(SHARED.replace("shop", "package"))
    assert resources(generate(folder, remembered))["a:handler"] == ["arn:aws:s3:::package/a"]


def test_a_file_that_becomes_readable_is_seen(folder, remembered):
    (folder / "shared.py").write_text(SHARED + "# " + "x" * 5_000_000 + "\n")
    first = generate(folder, remembered)
    assert not first.units[0].complete
    (folder / "shared.py").write_text(SHARED)
    assert resources(generate(folder, remembered))["a:handler"] == ["arn:aws:s3:::shop/a"]


def test_a_damaged_cache_is_no_harm(folder, remembered):
    first = text(generate(folder, remembered))
    for file in remembered.cache.rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[:-3] + b"xyz")
    assert text(generate(folder, remembered)) == first


def test_only_the_functions_that_were_asked_for(folder):
    assert list(resources(generate(folder, Options(functions=("b:handler",))))) == ["b:handler"]
    with pytest.raises(InputError, match="no function `c:handler`"):
        generate(folder, Options(functions=("c:handler",)))


def test_explain_gives_the_way_to_the_call(folder):
    explanation = explain(folder, "s3:getobject", Options())
    assert explanation.actions == ("s3:GetObject",)
    assert [reason.unit for reason in explanation.reasons] == ["a:handler", "b:handler"]
    (evidence,) = explanation.reasons[0].requirement.evidence
    assert str(evidence.location) == "a.py:6"
    assert [step.function for step in evidence.path] == ["a.handler"]


def test_explain_names_gaps_that_may_need_it(tmp_path):
    (tmp_path / "app.py").write_text(
        "import boto3\ndef handler(event, context):\n    getattr(boto3.client('sqs'), event['op'])(QueueUrl='q')\n"
    )
    explanation = explain(tmp_path, "sqs:SendMessage", Options())
    assert explanation.reasons == ()
    assert explanation.report.units[0].gaps


def git(folder, *arguments):
    subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=n", "-c", "user.email=e@example.com", *arguments],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path, folder):
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "app")
    git(tmp_path, "commit", "-qm", "first")
    return folder


def test_since_shows_what_the_change_needs(repository):
    (repository / "a.py").write_text(HANDLER.format(name="changed"))
    report = diff(repository, Options(), Since("HEAD"))
    a, b = (unit.difference for unit in report.units)
    assert [missing.requirement.resource for missing in a.missing] == ["arn:aws:s3:::shop/changed"]
    assert [excess.resources for excess in a.excess] == [("arn:aws:s3:::shop/a",)]
    assert b.clean
    assert a.role == "the code at HEAD"
    assert report.drift


def test_since_compares_a_new_function_with_nothing(repository):
    (repository / "c.py").write_text(HANDLER.format(name="c"))
    report = diff(repository, Options(), Since("HEAD"))
    assert [len(unit.difference.missing) for unit in report.units] == [0, 0, 1]


@pytest.mark.parametrize("revision", ["nowhere", "--output=/tmp/x", "HEAD:app/a.py", ""])
def test_since_a_revision_that_is_none(repository, revision):
    with pytest.raises(InputError, match="no revision"):
        diff(repository, Options(), Since(revision))


def test_since_without_a_repository(folder):
    with pytest.raises(InputError, match="in no git repository"):
        diff(folder, Options(), Since("HEAD"))


def test_since_a_revision_without_the_path(tmp_path, repository):
    write(tmp_path / "other", ["x"])
    with pytest.raises(InputError, match="is not in revision"):
        diff(tmp_path / "other", Options(), Since("HEAD"))


def test_since_leaves_out_links_that_lead_outside(tmp_path, repository):
    (repository / "evil.py").symlink_to("/etc/passwd")
    git(tmp_path, "add", "app")
    git(tmp_path, "commit", "-qm", "link")
    assert diff(repository, Options(), Since("HEAD")).units


def test_check_without_roles_is_about_the_gaps(folder):
    report = check(folder, Options())
    assert report.findings == ()
    (folder / "a.py").write_text("def handler(event, context:\n")
    assert {(finding.rule, finding.severity) for finding in check(folder, Options()).findings} == {("IG501", "warning")}


def test_against_a_file_needs_one_function(tmp_path, folder):
    file = tmp_path / "role.json"
    file.write_text('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}')
    with pytest.raises(InputError, match="2 functions"):
        diff(folder, Options(), PolicyFile(file))
    report = diff(folder, Options(functions=("a:handler",)), PolicyFile(file))
    assert report.drift


def test_the_generated_policy_against_itself_is_clean(tmp_path, folder):
    import json

    options = Options(functions=("a:handler",))
    (unit,) = generate(folder, options).units
    file = tmp_path / "role.json"
    file.write_text(json.dumps(to_document(unit.policy)))
    report = diff(folder, options, PolicyFile(file))
    assert report.units[0].difference.clean
    assert not report.drift


def test_options_are_values(folder):
    assert replace(Options(), jobs=2) == Options(jobs=2)
