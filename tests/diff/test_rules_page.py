"""docs/rules.md lists the table of rules; `python tests/diff/test_rules_page.py` writes its part of the page anew."""

from pathlib import Path

from iamgen.diff.rules import RULES

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
BEGIN, END = "<!-- rules -->\n", "<!-- end of rules -->\n"


def table() -> str:
    rows = ["| rule | name | severity | what it means | what to do |", "|---|---|---|---|---|"]
    rows += [f"| {r.id} | `{r.name}` | {r.severity} | {r.meaning} | {r.action} |" for r in RULES.values()]
    return "\n".join(rows) + "\n"


def parts() -> tuple[str, str, str]:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    listed, _, after = rest.partition(END)
    return before, listed, after


def test_the_page_lists_every_rule_as_it_is():
    assert parts()[1] == table()


if __name__ == "__main__":
    head, _, tail = parts()
    PAGE.write_text(head + BEGIN + table() + END + tail)
