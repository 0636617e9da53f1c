"""Every fixture's functions run with the generated policy: nothing is refused, and without any part of it something is.

Run with `tox -e enforce` (`pytest tests/policy/enforcement/proof.py`): about a hundred and fifty runs, some minutes.
The last tests turn the stage on programs that are wrong: it must tell.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from iamgen.pipeline import Options, generate
from iamgen.policy.serialise import to_document

from .authorisation import Unknown, asked
from .scenes import SCENES, bucket
from .stage import Handle, Outcome, Run, Verdict, pairs, perform, without

PROJECTS = Path(__file__).parents[3] / "fixtures" / "projects"


@functools.cache
def report(project):
    """What iamgen says of a project; each is analysed once."""
    return {unit.unit.name: unit for unit in generate(PROJECTS / project, Options(cache=None, jobs=1)).units}


@functools.cache
def policy_of(scene):
    """The policies of the role's functions as one document, each statement once."""
    documents = [to_document(report(scene.project)[unit].policy) for unit in scene.units]
    statements = {}
    for document in documents:
        for statement in document["Statement"]:
            statements[repr({key: value for key, value in statement.items() if key != "Sid"})] = statement
    unnamed = [{key: value for key, value in one.items() if key != "Sid"} for one in statements.values()]
    return {"Version": "2012-10-17", "Statement": unnamed}


def play(scene, document, folder):
    """All the runs of a scene with one policy."""
    root = PROJECTS / scene.project
    if scene.inline:
        root = folder
        for name, text in scene.inline.items():
            (root / name).write_text(text, encoding="utf-8")
    total = Outcome()
    for run in scene.runs:
        total.add(perform(run, root, scene.path, document))
    return total


def test_every_function_of_every_project_has_a_scene():
    told = {(scene.project, unit) for scene in SCENES for unit in scene.units}
    assert told == {(path.name, unit) for path in PROJECTS.iterdir() if path.is_dir() for unit in report(path.name)}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_policy_suffices(scene, tmp_path):
    total = play(scene, policy_of(scene), tmp_path)
    assert total.verdict is scene.verdict, (total.refused, total.doubts, total.unreached())
    units = [report(scene.project)[unit] for unit in scene.units]
    incomplete = any(unit.gaps for unit in units)
    # Only what iamgen itself calls incomplete may be refused anything.
    assert incomplete == (scene.verdict is not Verdict.PASS)
    if scene.verdict is Verdict.PASS and not scene.inline:
        reached = {(file, line) for file, lines in total.executed.items() for line in lines}
        sites = {(call.location.file, call.location.line) for unit in units for call in unit.usage.calls}
        assert sites <= reached, "calls that no event leads to"


REMOVALS = [(scene, pair) for scene in SCENES if scene.verdict is Verdict.PASS for pair in pairs(policy_of(scene))]


@pytest.mark.parametrize(("scene", "pair"), REMOVALS, ids=[f"{s.name}-{a}-{n}" for s, (n, a, _) in REMOVALS])
def test_nothing_of_it_can_go(scene, pair, tmp_path):
    """The negative control of each line: run without it, the role is refused that action."""
    total = play(scene, without(policy_of(scene), pair), tmp_path)
    assert total.verdict is Verdict.REFUSED, total.doubts
    assert pair[1] in {action for _, action, _ in total.refused}


# --- the stage itself ---

ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}]}
NONE = {"Version": "2012-10-17", "Statement": []}


@pytest.fixture
def run(tmp_path):
    """Runs a program's handler against a bucket `box` with one object `k`."""

    def play(text, document=ALLOW, **more):
        (tmp_path / "program.py").write_text("import boto3\n" + text, encoding="utf-8")
        run = Run((Handle("program:handler", {}),), state=lambda: bucket("box", {"k": "x"}), **more)
        return perform(run, tmp_path, ["."], document)

    return play


def test_a_program_that_is_allowed_passes(run):
    total = run("def handler(e, c):\n    boto3.client('s3').get_object(Bucket='box', Key='k')\n")
    assert total.verdict is Verdict.PASS
    assert total.allowed == [["GetObject", "s3:GetObject", "arn:aws:s3:::box/k"]]


def test_a_refusal_that_the_program_swallows_is_seen(run):
    text = """
def handler(e, c):
    try:
        boto3.client('s3').get_object(Bucket='box', Key='k')
    except Exception:
        pass
"""
    assert run(text, NONE).refused == [["GetObject", "s3:GetObject", "arn:aws:s3:::box/k"]]


def test_a_presigned_url_needs_what_it_is_for(run):
    text = """
def handler(e, c):
    s3 = boto3.client('s3')
    s3.generate_presigned_url('get_object', Params={'Bucket': 'box', 'Key': 'k'})
    s3.generate_presigned_post('box', 'form')
"""
    total = run(text, NONE)
    assert [one[1:] for one in total.refused] == [
        ["s3:GetObject", "arn:aws:s3:::box/k"],
        ["s3:PutObject", "arn:aws:s3:::box/form"],
    ]
    assert not total.doubts


def test_threads_are_seen(run):
    text = """
import threading
def work():
    boto3.client('s3').get_object(Bucket='box', Key='k')
def handler(e, c):
    thread = threading.Thread(target=work)
    thread.start()
"""
    assert run(text).verdict is Verdict.PASS
    assert run(text, NONE).verdict is Verdict.REFUSED


def test_other_credentials_are_not_the_role_s(run):
    text = """
import botocore
from botocore.config import Config
def handler(e, c):
    other = boto3.Session(aws_access_key_id='AKIAOTHER', aws_secret_access_key='x')
    other.client('s3').list_objects(Bucket='box')
    boto3.client('s3', config=Config(signature_version=botocore.UNSIGNED)).get_object(Bucket='box', Key='k')
"""
    total = run(text, NONE)
    assert total.foreign == ["s3.ListObjects", "s3.GetObject"]
    assert not total.refused


def test_a_crash_is_no_pass(run):
    total = run(
        "def handler(e, c):\n    boto3.client('s3').get_object(Bucket='box', Key='k')\n    raise KeyError('x')\n"
    )
    assert total.verdict is Verdict.INCONCLUSIVE
    assert "KeyError" in total.doubts[0]


def test_a_branch_that_is_not_reached_is_no_pass(run):
    text = """
def handler(e, c):
    if e.get('all'):
        boto3.client('s3').list_objects(Bucket='box')
    return boto3.client('s3').get_object(Bucket='box', Key='k')['ETag']
"""
    total = run(text)
    assert total.verdict is Verdict.INCONCLUSIVE
    assert total.unreached() == ["program.py:5"]


def test_an_operation_without_a_row_is_no_pass(run):
    total = run("def handler(e, c):\n    boto3.client('s3').list_buckets()\n")
    assert (total.verdict, total.doubts) == (Verdict.INCONCLUSIVE, ["s3.ListBuckets: no row for s3.ListBuckets"])


def test_an_error_that_was_asked_for_must_come(tmp_path):
    (tmp_path / "program.py").write_text("def handler(e, c): pass\n", encoding="utf-8")
    total = perform(Run((Handle("program:handler", raises="KeyError"),)), tmp_path, ["."], NONE)
    assert total.doubts == ["it ended without KeyError"]


def test_one_permission_too_many_is_found(run):
    """A policy with an action that nothing uses: without it nothing is refused, as `test_nothing_of_it_can_go` asks."""
    wide = {**ALLOW, "Statement": [{**ALLOW["Statement"][0], "Action": ["s3:GetObject", "s3:DeleteObject"]}]}
    text = "def handler(e, c):\n    boto3.client('s3').get_object(Bucket='box', Key='k')\n"
    verdicts = {pair[1]: run(text, without(wide, pair)).verdict for pair in pairs(wide)}
    assert verdicts == {"s3:GetObject": Verdict.REFUSED, "s3:DeleteObject": Verdict.PASS}


def test_a_child_that_ends_itself_is_no_pass(run):
    assert run("import os\ndef handler(e, c):\n    os._exit(0)\n").verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "parameters", [{}, {"TableName": "arn:aws:dynamodb:us-east-1:1:table/x"}], ids=["lacking", "an-arn"]
)
def test_what_the_table_cannot_tell_is_no_answer(parameters):
    with pytest.raises(Unknown):
        asked("dynamodb", "GetItem", parameters)


def test_an_index_is_asked_for_by_itself():
    table_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/t"
    assert asked("dynamodb", "Query", {"TableName": "t"}) == [("dynamodb:Query", table_arn)]
    assert asked("dynamodb", "Query", {"TableName": "t", "IndexName": "i"}) == [
        ("dynamodb:Query", f"{table_arn}/index/i")
    ]
    assert asked("dynamodb", "BatchWriteItem", {"RequestItems": {"t": [], "u": []}}) == [
        ("dynamodb:BatchWriteItem", table_arn),
        ("dynamodb:BatchWriteItem", table_arn[:-1] + "u"),
    ]
