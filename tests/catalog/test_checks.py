"""Each check that may fail the build, and the row that it must refuse."""

from __future__ import annotations

import pytest

from iamgen.catalog.build.checks import CatalogBuildError, check
from iamgen.catalog.build.content import Prefix
from iamgen.catalog.build.overrides import OverrideError, read_file
from iamgen.catalog.build.reference import AdditionError, with_additions

PREFIXES = {"shop": Prefix("shop", "signing name")}
WHEN = "[[GetThing.when]]\ntrigger = 'VersionId'\nactions = ['shop:GetThingVersion']\n"
SOURCE = 'source = "https://docs.example.com/shop"\n'


def read(tmp_path, text, name="shop"):
    path = tmp_path / f"{name}.toml"
    path.write_text(text)
    return (read_file(path),)


def test_good_rows_pass(tmp_path, service, reference):
    rows = read(
        tmp_path,
        SOURCE
        + """
[types.thing]
variables = {ThingName = "ThingName | 'default'"}
whole = ["ThingName"]

[GetThing]
core = ["shop:GetThing"]
reason = "why"
[[GetThing.when]]
trigger = "VersionId"
actions = ["shop:GetThingVersion"]
replaces = ["shop:GetThing"]
type = "thing"
variables = {ThingName = "'{ThingName}*'"}
[[MakeThing.on]]
type = "thing"
variables = {ThingName = "Name"}
[[MakeThing.on]]
type = "*"
""",
    )
    check((service,), PREFIXES, reference, rows)


@pytest.mark.parametrize(
    ("prefixes", "message"),
    [
        ({}, "`shop` has no prefix and no reason"),
        ({"shop": Prefix("shoe", "signing name")}, "`shoe` is no service prefix"),
        ({"shop": Prefix(None, "retired")}, "has no source"),
        ({"shop": Prefix("shop", "")}, "has no source"),
        ({**PREFIXES, "gone": Prefix("shop", "row", "https://x")}, "botocore has no such service"),
    ],
)
def test_a_prefix_needs_a_service_and_a_source(prefixes, message, service, reference):
    with pytest.raises(CatalogBuildError, match=message):
        check((service,), prefixes, reference, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[Gone]\ncore = []\nreason = 'r'", "has no operation `Gone`"),
        ("[GetThing]\ncore = ['shop:Nothing']\nreason = 'r'", "has no action `shop:Nothing`"),
        ("[GetThing]\ncore = ['shop:getthing']\nreason = 'r'", "spells `shop:getthing` as `shop:GetThing`"),
        ("[GetThing]\ncore = ['shop:GetThing', 'shop:GetThing']\nreason = 'r'", "stands twice"),
        ("[GetThing]\ncore = ['shop:GetThing']", "no source"),
        ("[GetThing]", "says nothing"),
        ("[Ping]\nstatus = 'none'\nreason = 'r'", "not signed"),
        (
            "[[GetThing.when]]\ntrigger = 'Gone'\nactions = ['shop:GetThingVersion']\nreason = 'r'",
            "no parameter `Gone`",
        ),
        ("[[GetThing.when]]\ntrigger = 'VersionId'\nactions = ['shop:GetThingVersion']", "no source"),
        (
            WHEN + "replaces = ['shop:MakeThing']\nreason = 'r'",
            "replaced but no core action",
        ),
        (
            WHEN + "variables = {ThingName = 'ThingName'}\nreason = 'r'",
            "need a `type`",
        ),
        ("[[GetThing.on]]\ntype = 'shelf'\nvariables = {A = 'ThingName'}", "no resource type `shelf`"),
        ("[[GetThing.on]]\ntype = 'thing'\nvariables = {Shelf = 'ThingName'}", "has no variable `Shelf`"),
        ("[[GetThing.on]]\ntype = 'thing'\nvariables = {ThingName = 'Gone'}", "no parameter `Gone`"),
        ("[[GetThing.on]]\ntype = 'thing'\nwhole = ['Gone']", "no parameter `Gone`"),
        ("[[GetThing.on]]\ntype = '*'\nwhole = ['ThingName']", "filled by nothing"),
        ("[[GetThing.on]]\naction = 'shop:MakeThing'\ntype = 'thing'", "does not need `shop:MakeThing`"),
        ("[types.shelf]\nvariables = {A = 'ThingName'}", "no resource type `shelf`"),
        ("[types.thing]\nvariables = {ThingName = 'Gone'}", "no operation has all of `Gone`"),
        ("[[MakeThing.pass]]\nrole = 'Parts[].Gone'", "no parameter `Parts\\[\\].Gone`"),
    ],
)
def test_a_row_must_fit_the_sources(text, message, tmp_path, service, reference):
    source = "" if "no source" in message else SOURCE
    with pytest.raises(CatalogBuildError, match=message):
        check((service,), PREFIXES, reference, read(tmp_path, source + text))


def test_a_file_must_be_named_after_a_service(tmp_path, service, reference):
    with pytest.raises(CatalogBuildError, match="botocore has no such service"):
        check((service,), PREFIXES, reference, read(tmp_path, SOURCE, "shops"))


def test_every_problem_is_listed(tmp_path, service, reference):
    rows = read(tmp_path, SOURCE + "[Gone]\ncore = []\nreason = 'r'\n[Lost]\ncore = []\nreason = 'r'")
    with pytest.raises(CatalogBuildError) as error:
        check((service,), PREFIXES, reference, rows)
    assert "`Gone`" in str(error.value)
    assert "`Lost`" in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[GetThing", "shop.toml"),
        ("[GetThing]\ncores = []", "unknown key `cores`"),
        ("[GetThing]\nstatus = 'odd'", "not `odd`"),
        ("[GetThing]\nstatus = 'none'\ncore = []", "only reason and url"),
        ("[GetThing]\ncore = 'shop:GetThing'", "list of texts"),
        ("[[GetThing.when]]\nactions = ['a']", "`trigger` is missing"),
        ("[[GetThing.when]]\ntrigger = 'A and'\nactions = ['a']", "ends too early"),
        ("[[GetThing.when]]\ntrigger = 'A'", "list of texts"),
        ("[[GetThing.when]]\ntrigger = 'A'\nactions = ['a']\ncolour = 'red'", "unknown key `colour`"),
        ("[[GetThing.on]]\nvariables = {A = 'B'}", "`type` is missing"),
        ("[[GetThing.on]]\ntype = 'thing'\nvariables = {A = 'B |'}", "empty alternative"),
        ("[[GetThing.on]]\ntype = 'thing'\nwhole = ['A B']", "no parameter path"),
        ("[[GetThing.pass]]\nservice = 's'", "`role` is missing"),
        ("GetThing = 3", "is no table"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(text, message, tmp_path):
    with pytest.raises(OverrideError, match=message):
        read(tmp_path, text)


def test_an_addition_that_the_reference_has_by_now_is_refused(tmp_path, reference):
    path = tmp_path / "additions.toml"
    path.write_text('[shop]\nurl = "https://x"\nreason = "r"\nRead = ["GetThing"]\n')
    with pytest.raises(AdditionError, match="remove it"):
        with_additions(reference, path)


def test_an_addition_needs_a_source(tmp_path, reference):
    path = tmp_path / "additions.toml"
    path.write_text('[shop]\nRead = ["LookAtThing"]\n')
    with pytest.raises(AdditionError, match="no source"):
        with_additions(reference, path)


def test_an_addition_becomes_an_action(tmp_path, reference):
    path = tmp_path / "additions.toml"
    path.write_text('[shop]\nurl = "https://x"\nreason = "r"\nRead = ["LookAtThing"]\n')
    found = with_additions(reference, path).action("shop:lookatthing")
    assert found is not None
    assert (found.name, found.access_level, found.resources) == ("shop:LookAtThing", "Read", ())


def test_a_prefix_may_have_additions_from_several_sources(tmp_path, reference):
    path = tmp_path / "additions.toml"
    path.write_text(
        '[[shop]]\nurl = "https://x"\nreason = "r"\nRead = ["LookAtThing"]\n'
        '[[shop]]\nurl = "https://y"\nreason = "r"\nList = ["ListLooks"]\n'
    )
    found = with_additions(reference, path)
    assert [found.action(f"shop:{name}").access_level for name in ("LookAtThing", "ListLooks")] == ["Read", "List"]
