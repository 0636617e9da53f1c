"""Reading YAML and JSON: lines, short forms, and what hostile text may not do."""

# ruff: noqa: E501  # a source is easier to read on one line

import json
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamgen.core.errors import InputError
from iamgen.project.limits import TEMPLATE_DEPTH
from iamgen.project.templates.documents import parse_document, read_document
from iamgen.project.templates.json_source import parse_json
from iamgen.project.templates.nodes import Malformed
from iamgen.project.templates.yaml_source import parse_yaml

SHORT = [
    ("!Ref A", {"Ref": "A"}),
    ("!GetAtt A.B.C", {"Fn::GetAtt": ["A", "B.C"]}),
    ("!GetAtt [A, B]", {"Fn::GetAtt": ["A", "B"]}),
    ("!Sub '${A}'", {"Fn::Sub": "${A}"}),
    ("!Condition C", {"Condition": "C"}),
    ("!If [C, !Ref A, b]", {"Fn::If": ["C", {"Ref": "A"}, "b"]}),
    ("!Base64\n  Fn::Sub: x", {"Fn::Base64": {"Fn::Sub": "x"}}),
    ("!ToJsonString {a: 1}", {"Fn::ToJsonString": {"a": 1}}),
]


@pytest.mark.parametrize(("text", "long"), SHORT)
def test_short_forms_become_long_ones(text, long):
    assert parse_yaml(f"v: {text}").data == {"v": long}


def test_scalars_are_what_cloudformation_takes_them_for():
    found = parse_yaml("a: 2012-10-17\nb: 010\nc: 12\nd: 1.10\ne: yes\nf: off\ng: ~\nh: 'no'\ni: 123456789012\nj: 1e3")
    assert found.data == {
        "a": "2012-10-17", "b": "010", "c": 12, "d": "1.10", "e": True, "f": False, "g": None, "h": "no",
        "i": "123456789012", "j": "1e3",
    }  # fmt: skip


def test_keys_are_names_whatever_they_look_like():
    assert parse_yaml("ON: 1\n12: a\nnull: b\n").data == {"ON": 1, "12": "a", "null": "b"}


def test_lines_are_kept():
    data = parse_yaml("a:\n  b: 1\n\n  c:\n    - x\n    - !Ref y\n").data
    assert data["a"].lines == {"b": 2, "c": 4}
    assert data["a"]["c"].lines == [5, 6]


def test_merge_keys_and_anchors():
    data = parse_yaml("base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\n").data
    assert data["own"] == {"x": 1, "y": 3}


def test_no_object_is_made_from_a_tag():
    before = set(sys.modules)
    parsed = parse_yaml("a: !!python/object/apply:os.system ['exit 3']\nb: !Custom {x: 1}\n")
    assert parsed.data == {"a": ["exit 3"], "b": {"x": 1}}
    assert parsed.unknown_tags == [("!!python/object/apply:os.system", 1), ("!Custom", 2)]
    assert not [name for name in set(sys.modules) - before if name.startswith("this")]


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("a: [1,", 1, "expected"),
        ("a:\n  - b: c: d", 2, "not allowed"),
        ("a: *nothing", 1, "refers to nothing"),
        ("a: &a [*a]", 1, "refers to nothing before it, or to itself"),
        ("[" * 10_000, 1, "nested deeper"),
        ("a:\n" + "\n".join(" " * n + "b:" for n in range(1, 10_000, 1)), TEMPLATE_DEPTH + 1, "nested deeper"),
        (BOMB, 6, "once its aliases are followed"),
        ("a: \x01", 1, "special characters are not allowed"),
    ],
    ids=["unclosed", "two-colons", "no-anchor", "own-anchor", "deep-flow", "deep-block", "bomb", "control"],
)
def test_malformed_yaml_names_its_line(text, line, cause):
    with pytest.raises(Malformed) as error:
        parse_yaml(text)
    assert cause in error.value.message
    assert error.value.line == line


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ('{"a": }', 1, "a JSON value is expected"),
        ('{"a": 1,\n "b" 2}', 2, "colon"),
        ('{"a": 1\n "b": 2}', 2, "comma"),
        ("[1, 2\n", 2, "comma"),
        ("[1] 2", 1, "more text"),
        ("[" * 10_000, 1, "nested deeper"),
        ('{"a": "x', 1, "unterminated string"),
        ("", 1, "a JSON value"),
    ],
)
def test_malformed_json_names_its_line(text, line, cause):
    with pytest.raises(Malformed) as error:
        parse_json(text)
    assert cause in error.value.message
    assert error.value.line == line


def test_json_lines():
    data = parse_json('{\n "a": {\n  "b": [\n   1,\n   2]},\n "c": null}')
    assert data.lines == {"a": 2, "c": 6}
    assert data["a"]["b"].lines == [4, 5]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_json_is_read_as_the_standard_library_reads_it(value):
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value, indent=1, ensure_ascii=False)) == value


@given(st.text(alphabet="ab:-[]{}&*!#|>'\"\n ,?%@`1", max_size=40))
def test_any_text_is_yaml_or_malformed(text):
    with suppress(Malformed):
        parse_yaml(text)


def test_a_template_engines_source_is_named_as_such():
    with pytest.raises(InputError) as error:
        parse_document("{% if x %}\nResources: {}\n{% endif %}", Path("t.yaml"), "t.yaml")
    assert error.value.message.startswith("`t.yaml:1` is malformed")
    assert "Jinja" in (error.value.hint or "")


@pytest.mark.parametrize("text", ['{"Resources": {"A": 1,},}', '{"Resources": {"A": 1}, # of A\n}'])
def test_json_that_only_yaml_takes(tmp_path, text):
    path = tmp_path / "template.json"
    path.write_text(text)
    assert read_document(path, "template.json").data == {"Resources": {"A": 1}}


def test_json_that_yaml_does_not_take_either(tmp_path):
    path = tmp_path / "template.json"
    path.write_text('{\n// A\n"A": 1}')
    with pytest.raises(InputError, match=r"`template.json:2` is malformed: a key in double quotes is expected"):
        read_document(path, "template.json")


def test_placeholders_of_a_template_engine_are_told_apart(project):
    function = (
        "Type: AWS::Serverless::Function\n    Properties: {Handler: app.handler, Runtime: python3.12, CodeUri: .}\n"
    )
    text = f"Resources:\n  {{{{cookiecutter.a}}}}:\n    {function}  {{{{ b }}}}:\n    {function}"
    found = project({"template.yaml": text, "app.py": "def handler(event, context):\n    pass\n"})
    assert [unit.name for unit in found.units] == ["{{cookiecutter.a}}", "{{b}}"]
    engine = "a mapping as a key is no template's: render the source of a template engine first"
    assert [(one.location.line, one.message) for one in found.problems] == [
        (2, f"`{{{{cookiecutter.a}}}}`: {engine}"),
        (5, f"`{{{{b}}}}`: {engine}"),
    ]


ENCODED = {
    "template.yaml": "Resources:\n  f: {Type: AWS::Lambda::Function, Properties: {Handler: app.handler, Runtime: python3.12, Code: .}}\n",
    "serverless.yml": "service: s\nprovider: {name: aws, runtime: python3.12}\nfunctions: {f: {handler: app.handler}}\n",
    "plan.json": '{"format_version": "1.2", "terraform_version": "1.13.0", "planned_values": {"root_module": {"resources": [{"address": "aws_lambda_function.f", "type": "aws_lambda_function", "values": {"function_name": "f", "handler": "app.handler", "runtime": "python3.12"}}]}}}',
}


@pytest.mark.parametrize("name", sorted(ENCODED))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_windows_writes_is_read(project, name, encoding, newline):
    files = {
        name: ENCODED[name].replace("\n", newline).encode(encoding),
        "app.py": "def handler(event, context):\n    pass\n",
    }
    (unit,) = project(files, name if name == "plan.json" else ".").units
    assert unit.name == "f"
    assert unit.entry is not None
