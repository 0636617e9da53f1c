from __future__ import annotations

import pytest

from iamgen.catalog.triggers import (
    And,
    Compare,
    Comparison,
    Given,
    Not,
    Or,
    ParameterPath,
    Template,
    TriggerError,
    parse_path,
    parse_source,
    parse_trigger,
    paths_of,
    source_paths,
)


def path(*parts: str) -> ParameterPath:
    return ParameterPath(parts)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("VersionId", Given(path("VersionId"))),
        ("A.B[].C", Given(path("A", "B", "[]", "C"))),
        ("RequestItems{keys}", Given(path("RequestItems", "{keys}"))),
        ("Map{}.Name", Given(path("Map", "{}", "Name"))),
        ("not Tags", Not(Given(path("Tags")))),
        ('ACL = "private"', Compare(path("ACL"), Comparison.EQUALS, ("private",))),
        ("publish = true", Compare(path("publish"), Comparison.EQUALS, ("true",))),
        ("Count = 3", Compare(path("Count"), Comparison.EQUALS, ("3",))),
        ('ACL in ("a", "b")', Compare(path("ACL"), Comparison.EQUALS, ("a", "b"))),
        ('Arn startswith "arn:"', Compare(path("Arn"), Comparison.STARTS_WITH, ("arn:",))),
        ('S verb "SELECT"', Compare(path("S"), Comparison.VERB, ("SELECT",))),
        ("A and B or C", Or((And((Given(path("A")), Given(path("B")))), Given(path("C"))))),
        ("A and (B or not C)", And((Given(path("A")), Or((Given(path("B")), Not(Given(path("C")))))))),
        ("not A and B", And((Not(Given(path("A"))), Given(path("B"))))),
        ("android or notes", Or((Given(path("android")), Given(path("notes"))))),
    ],
)
def test_triggers_are_read(text, tree):
    assert parse_trigger(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "and",
        "A and",
        "A B",
        "(A",
        "A)",
        "A =",
        'A = "open',
        "A in",
        "A in ()",
        "not",
        "A..B",
        "[]",
        "A = B",
        "not " * 30 + "A",
    ],
)
def test_what_is_no_trigger_is_refused(text):
    with pytest.raises(TriggerError):
        parse_trigger(text)


def test_a_trigger_names_its_parameters():
    tree = parse_trigger('A and not (B.C or D[] = "x")')
    assert [str(p) for p in paths_of(tree)] == ["A", "B.C", "D[]"]


@pytest.mark.parametrize("text", ["Bucket", "Delete.Objects[].Key", "RequestItems{keys}", "A{}.B", "ns-3.x_y"])
def test_a_path_is_written_as_it_is_read(text):
    assert str(parse_path(text)) == text


def test_paths_through_the_same_list_share_a_prefix():
    assert parse_path("Items[].Put.Name").items_prefix == ("Items", "[]")
    assert parse_path("Name").items_prefix == ()


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("Bucket", (path("Bucket"),)),
        ("EventBusName | 'default'", (path("EventBusName"), Template(("default",)))),
        ("'{Name}-??????'", (Template((path("Name"), "-??????")),)),
        ("'a|b/{X[].Y}'", (Template(("a|b/", path("X", "[]", "Y"))),)),
    ],
)
def test_sources_are_read(text, sources):
    assert parse_source(text) == sources


@pytest.mark.parametrize("text", ["", "A |", "'open", "'a' b", "'{'", "'{A B}'", "A B"])
def test_what_is_no_source_is_refused(text):
    with pytest.raises(TriggerError):
        parse_source(text)


def test_a_source_names_its_parameters():
    assert [str(p) for p in source_paths(parse_source("A | '{B}/{C[]}' | 'x'"))] == ["A", "B", "C[]"]
