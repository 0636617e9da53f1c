"""Every format shows the same report in its own form, and no text of the project can leave its place."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from markdown_it import MarkdownIt

from iamgen.diff.rules import RULES
from iamgen.render.plain import printable
from iamgen.render.reports import FORMATS, Show, View, render

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())
SHOWN = list(Show)


@pytest.mark.parametrize("which", ["report", "hostile"])
def test_json_follows_its_schema(which, request):
    text = render(request.getfixturevalue(which), View(Show.DIFFERENCES), "json")
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_json_holds_what_other_programs_rely_on(report):
    data = json.loads(render(report, View(Show.CALLS), "json"))
    assert list(data)[:4] == ["version", "tool", "functions", "findings"]
    unit = data["functions"][0]
    assert (unit["name"], unit["handler"], unit["status"]) == ("OrdersFunction", "app.handler", "incomplete")
    first, second = unit["calls"]
    assert first["path"] == ["app.handler", "app.save"]
    assert [permission["action"] for permission in first["permissions"]] == ["dynamodb:PutItem", "iam:PassRole"]
    assert first["permissions"][1]["conditions"] == {
        "StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}
    }
    assert (first["assumed_role"], second["assumed_role"]) == (None, "arn:aws:iam::1:role/x")
    assert [len(unit["diff"][kind]) for kind in ("excess", "missing", "undecided")] == [4, 3, 3]
    wide = unit["diff"]["excess"][0]["actions"][0]
    assert (wide["count"], len(wide["unneeded"])) == (150, 100)
    assert data["functions"][1]["status"] == "complete"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("show", SHOWN)
def test_no_control_character_gets_through(hostile, name, show):
    text = render(hostile, View(show), name)
    assert text.endswith("\n")
    if name == "json":
        text = text.replace("\\u001b", "").replace("\\r", "").replace("\\u202e", "")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029]", text)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_report_gives_the_same_bytes(report, name):
    assert render(report, View(Show.DIFFERENCES), name) == render(report, View(Show.DIFFERENCES), name)


def test_terminal_differences(expect, report):
    expect(Path(__file__).with_name("differences.txt"), render(report, View(Show.DIFFERENCES), "terminal"))


def test_terminal_findings_are_one_a_line(report, hostile):
    for one in (report, hostile):
        lines = render(one, View(Show.FINDINGS), "terminal").splitlines()
        assert len(lines) == len(one.findings) + 1
    severities = [finding.severity for finding in hostile.findings]
    assert lines[-1].startswith(
        f"1 function: {severities.count('error')} errors, {severities.count('warning')} warnings, "
    )
    assert lines[-1].endswith("1 function incomplete, 2 accepted by the baseline")


def test_colour_is_only_for_those_who_ask(report):
    assert "\x1b[" not in render(report, View(Show.DIFFERENCES), "terminal")
    coloured = render(report, View(Show.DIFFERENCES, colour=True), "terminal")
    assert "\x1b[32m" in coloured
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(report, View(Show.DIFFERENCES), "terminal")


def test_github_writes_one_command_a_finding(report, hostile):
    for one in (report, hostile):
        *commands, last = render(one, View(Show.FINDINGS, prefix="infra/"), "github").splitlines()
        assert len(commands) == len(one.findings)
        assert all(re.match(r"::(error|warning|notice) [^:]*::", command) for command in commands)
        assert not last.startswith("::")
    text = render(report, View(Show.FINDINGS, prefix="infra/"), "github")
    assert " file=infra/src/app.py,line=31,col=9,title=IG101 dynamic-operation::OrdersFunction" in text
    assert "::error file=infra/src/app.py,line=10,col=5,title=IG301 missing-permission::OrdersFunction" in text


def test_sarif_results_refer_to_their_rules(report, hostile):
    for one in (report, hostile):
        log = json.loads(render(one, View(Show.FINDINGS, prefix="infra/"), "sarif"))
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        assert log["version"] == "2.1.0"
        assert len(run["results"]) == len(one.findings)
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] in {"error", "warning", "note"}
            for place in result.get("locations", []):
                uri = place["physicalLocation"]["artifactLocation"]["uri"]
                assert re.fullmatch(r"infra/[A-Za-z0-9%./_-]+", uri)
                assert place["physicalLocation"]["region"]["startLine"] >= 1
        assert len({result["partialFingerprints"]["iamgenFinding/v1"] for result in run["results"]}) == len(
            one.findings
        )


@pytest.mark.parametrize("show", SHOWN)
def test_markdown_makes_no_markup_of_texts(hostile, show):
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(render(hostile, View(show), "markdown"))
    inner = [child for token in tokens for child in token.children or []]
    assert not [t for t in (*tokens, *inner) if t.type in {"html_block", "link_open", "image"}]
    assert {t.content for t in inner if t.type == "html_inline"} <= {"<br>"}
    assert any("alert(1)" in t.content for t in (*tokens, *inner))
    cells = "".join("c" if t.type == "td_open" else "/" if t.type == "tr_close" else "" for t in tokens)
    assert {len(row) for row in cells.split("/")} <= {0, 3, 5}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = set()
        self.attributes = set()
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


def test_html_stands_alone(hostile):
    page = Page()
    page.feed(render(hostile, View(Show.DIFFERENCES), "html"))
    assert not page.tags & {"script", "link", "img", "a", "iframe"}
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "class"}
    assert "<script>alert(1)</script>" in page.text


def test_every_finding_has_its_rule(report):
    assert {finding.rule for finding in report.findings} <= set(RULES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text", "plain text"),
        ("naïve 表", "naïve 表"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc", "a\\x0ab\\x09c"),
        ("\u202ea\u2028", "\\u202ea\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable(text, expected):
    assert printable(text) == expected
