"""Whatever stands in a template, loading ends with a project or an `InputError`."""

# ruff: noqa: E501  # a list of junk has no lines

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iamgen.core.errors import InputError
from iamgen.project import load
from iamgen.project.formats.cloudformation import INTERNAL_ERROR
from iamgen.project.templates.yaml_source import parse_yaml

PROJECTS = Path(__file__).parents[2] / "fixtures/projects"
JUNK = st.sampled_from(
    [None, True, 0, "", "x", "${", "${a:", "${self:", "${file(x)}", "{{resolve:", [], {}, [[]], {"Ref": 1}, {"Ref": "Fn"},
     {"Fn::GetAtt": "x"}, {"Fn::Sub": ["${a}", 1]}, {"Fn::If": ["a"]}, {"Fn::Join": {}}, {"Fn::Select": [99, []]},
     {"Fn::ForEach::X": [1, 2, 3]}, {"Ref": "AWS::NoValue"}, "../../..", "\0", "a" * 300, {"Statement": "x"}, ["x", {"y": None}],
     {"Fn::FindInMap": [[], {}, None]}, {"Fn::Transform": 1}, 1.5, "arn:aws:iam::123456789012:role/x", "s3://b/k"]
)  # fmt: skip


def paths(node, here=()):
    yield here
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in entries:
        yield from paths(inner, (*here, key))


def changed(node, path, junk):
    if not path:
        return junk
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = changed(node[path[0]], path[1:], junk)
    return copy


def plain(node):
    if isinstance(node, dict):
        return {key: plain(inner) for key, inner in node.items()}
    return [plain(inner) for inner in node] if isinstance(node, list) else node


CASES = {
    "sam": ("orders/template.yaml", "template.json"),
    "loops": ("nested-billing/template.yaml", "template.json"),
    "cdk": ("cdk-inventory/cdk.out/Stock.template.json", "cdk.out/Stock.template.json"),
    "serverless": ("serverless-notes/serverless.yml", "serverless.json"),
}


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_junk_anywhere_in_a_template(case, data, tmp_path_factory):
    source, name = CASES[case]
    document = plain(parse_yaml((PROJECTS / source).read_text()).data)
    places = list(paths(document))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places))
        with suppress(KeyError, IndexError, TypeError):
            document = changed(document, place, data.draw(JUNK))
    folder = tmp_path_factory.mktemp("project")
    target = folder / name
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(document))
    with suppress(InputError):
        project = load(folder, template=target if case != "cdk" else None)
        assert all(unit.entry is not None or unit.problems for unit in project.units)
        problems = (*project.problems, *(one for unit in project.units for one in unit.problems))
        assert INTERNAL_ERROR not in {one.kind for one in problems}


@pytest.mark.parametrize("name", ["template.yaml", "serverless.yml", "template.json", "cdk.out/manifest.json"])
@pytest.mark.parametrize("size", [0, 1, 2])
def test_empty_and_tiny_files(name, size, project):
    with pytest.raises(InputError):
        project({name: "{}"[:size], "serverless_note.txt": ""})


def test_a_large_template_is_refused_by_its_size(project, monkeypatch):
    from iamgen.project.templates import documents

    monkeypatch.setattr(documents, "TEMPLATE_BYTES", 10)
    monkeypatch.setattr(documents.read_text, "__defaults__", (10,))
    with pytest.raises(InputError, match="larger than"):
        project({"template.yaml": "Resources: {F: {Type: AWS::Lambda::Function}}"})


def test_a_folder_of_many_services_ends(project, tmp_path):
    for number in range(60):
        folder = tmp_path / f"service{number}"
        folder.mkdir()
        (folder / "serverless.yml").write_text(
            "service: s\nprovider: {name: aws, runtime: python3.12}\nfunctions: {f: {handler: a.b}}\n"
        )
    found = project({})
    assert len(found.units) == 60
    assert len({unit.name for unit in found.units}) == 60
