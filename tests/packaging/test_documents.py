"""What the documents say is so: links lead somewhere, help texts are the program's, every kind is explained."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import iamgen
from iamgen.analysis.usage import GapKind
from iamgen.cli.main import _COMMANDS
from iamgen.diff.rules import RULES

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text()


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "iamgen", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1", **environment},
    )


def blocks(text):
    """The indented blocks of a document, without their indent."""
    return [
        "\n".join(line[4:] for line in block.strip("\n").split("\n"))
        for block in re.findall(r"(?:^(?: {4}.*)?\n)+", text, re.MULTILINE)
        if block.strip()
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = document.parent / path if path else document
        assert file.exists(), f"{document.name} links to {target}"
        if anchor and file.suffix == ".md":
            headings = re.findall(r"^#+ +(.*)$", file.read_text(), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{document.name} links to {target}"


def test_the_readme_shows_the_help():
    outcome = run("--help")
    assert outcome.returncode == 0
    shown = next(block for block in blocks(README) if block.startswith("Usage: iamgen"))
    assert shown.strip() == outcome.stdout.strip()


@pytest.mark.parametrize("command", sorted(_COMMANDS))
def test_every_command_has_its_line_of_help(command):
    outcome = run(command, "--help")
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stderr == ""
    assert f"Usage: iamgen {command}" in outcome.stdout


def test_the_readmes_commands_have_these_options():
    """Each `iamgen ...` line of the documents is one that the program takes."""
    checked = 0
    for document in DOCUMENTS:
        for line in re.findall(r"^ {4,}(iamgen [a-z].*)$", document.read_text(), re.MULTILINE):
            words = shlex.split(line, comments=True)
            command, options = words[1], [word.partition("=")[0] for word in words if word.startswith("-")]
            assert command in _COMMANDS, line
            known = run(command, "--help").stdout if command != "catalog" else run(*words[1:3], "--help").stdout
            for option in options:
                assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", known), (
                    f"{document.name}: {line}: {option}"
                )
            checked += 1
    assert checked > 10


def test_the_readme_shows_what_the_example_gives():
    """Lines of the example's output in the README are lines of the real output, in order."""
    outcome = run("diff", "fixtures/projects/orders", IAMGEN_CACHE_DIR=os.devnull)
    assert outcome.returncode == 1, outcome.stderr
    shown = next(block for block in blocks(README) if "+ missing" in block)
    real = iter(outcome.stdout.splitlines())
    for line in shown.splitlines():
        if line.strip() and line.strip() != "...":
            assert any(line.rstrip() == other.rstrip() for other in real), line


def test_ci_runs_the_readmes_test_command():
    command = "pip install tox && tox"
    assert any(command == line.strip() for block in blocks(README) for line in block.splitlines())
    assert command in (ROOT / ".ci" / "run").read_text().splitlines()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("kind", GapKind)
def test_every_kind_of_gap_is_explained(kind):
    assert f"| `{kind.value}` |" in (ROOT / "docs" / "limits.md").read_text()


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_is_explained_by_the_program(rule):
    from iamgen.cli.explain import _rule

    assert rule.meaning in _rule(rule.id)
    assert _rule(rule.id) == _rule(rule.name)


def test_the_version_is_said_once():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == iamgen.__version__
    assert run("--version").stdout == f"iamgen {iamgen.__version__}\n"


def test_the_public_names_exist():
    for name in iamgen.__all__:
        assert getattr(iamgen, name) is not None
    with pytest.raises(AttributeError):
        iamgen.nothing  # noqa: B018  # the access is what is tested


@pytest.mark.parametrize("recipe", sorted((ROOT / "docs" / "recipes").glob("*.md")), ids=lambda path: path.stem)
def test_the_recipes_name_real_places(recipe):
    for place in re.findall(r"`((?:iamgen|tests|fixtures|docs)/[\w/.<>-]+)`", recipe.read_text()):
        if "<" not in place:
            assert (ROOT / place).exists(), place
