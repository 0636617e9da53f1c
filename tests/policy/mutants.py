"""Forty-odd seeded faults in the algebra and the evaluator, each of which the tests must catch.

Run with `pytest tests/policy/mutants.py` (`tox -e mutants`): it takes a minute or two. Every mutant is
a copy of the package with one text replaced, on which the tables and the properties are run.
"""

# ruff: noqa: E501  # the two texts of a fault stand side by side
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = [str(ROOT / "tests" / "policy" / name) for name in ("test_tables.py", "test_properties.py", "test_fit.py")]

# (module, what it says, what the mutant says)
FAULTS = [
    # patterns (a line is a fault: what a reader compares stands side by side)
    ("patterns", "if piece is Wild.STAR and out and out[-1] is Wild.STAR:", "if out and out[-1] is piece:"),
    ("patterns", "    missing = 5 - tokens.count(", "    missing = 4 - tokens.count("),
    ("patterns", "inside = arn and colons >= 5", "inside = arn and colons >= 4"),
    ("patterns", "last = index == len(pattern.tokens) - 1", "last = True"),
    ("patterns", "_ONE_VALUE_FIELDS = (1, 3, 4)", "_ONE_VALUE_FIELDS = (1,)"),
    ("patterns", "if reading is Reading.NOTHING:", "if reading is Reading.ANYTHING:"),
    # wildcards
    ("wildcards", "pattern.casefold(), variables=False), action.casefold()", "pattern, variables=False), action"),
    ("wildcards", "return complete_arn(parse_pattern(text,", "return complete_arn(parse_pattern(text.casefold(),"),
    ("wildcards", "return all(piece is Wild.STAR for piece in tokens[position:])", "return True"),
    ("wildcards", "            mark += 1\n", "            mark += 2\n"),
    ("wildcards", "_opaque(inner), colons_uncertain=True)", "_opaque(inner))"),
    # automata
    ("automaton", "            hit |= self._any\n", "            pass\n"),
    ("automaton", "return bool(state & self._final & self._wide)", "return bool(state & self._final)"),
    ("automaton", 'stay = self._wide if letter == ":" else', "stay = self._wide | self._narrow if True else"),
    ("automaton", "return one != other and not one.loose and not other.loose", "return one != other"),
    ("automaton", "bank = self._foreign if self._alone(position, letter) else", "bank = self._foreign if False else"),
    # algebra
    ("algebra", "return not possibly, not surely", "return not surely, not possibly"),
    ("algebra", "            return False, value(inner, states)[1]", "            return value(inner, states)"),
    ("algebra", "surely, possibly = surely and a, possibly and b", "surely, possibly = surely or a, possibly and b"),
    ("algebra", "    return one if one.no else _worst(one, includes(right, left))", "    return one"),
    ("patterns", "if not (a.startswith(b) or b.startswith(a)) or", "if not a.startswith(b) or"),
    ("patterns", "return not (a.startswith(b) or b.startswith(a)) or", "return not a.startswith(b) or"),
    ("patterns", "x is not None and y is not None and x != y for", "x != y for"),
    # operators
    ("operators", "            return actual < wanted\n", "            return actual <= wanted\n"),
    ("operators", "    if not values:\n        return operator.negated", "    if not values:\n        return False"),
    ("operators", "return all(map(one, values)) if operator.negated else", "return any(map(one, values)) if operator.negated else"),
    ("operators", "    if not actual and operator.if_exists:\n        return True", "    if not actual and operator.if_exists:\n        return False"),
    ("operators", 'return any((text.casefold() == "true") != bool(actual)', 'return any((text.casefold() == "true") == bool(actual)'),
    ("operators", 'if piece == ":" and len(fields) < 6:', 'if piece == ":":'),
    # evaluation
    ("evaluate", "        if denied := _deciding(members, request, Effect.DENY):", "        if False and (denied := None):"),
    ("evaluate", "        return not any(matches_action(pattern, action) for pattern in statement.not_actions)", "        return any(matches_action(pattern, action) for pattern in statement.not_actions)"),
    ("evaluate", "return named != bool(statement.not_resources)", "return named"),
    ("operators", "if_exists and quantifier is None, quantifier", "if_exists, quantifier"),
    ("operators", 'actual.casefold() in ("true", "false")', "actual.casefold()"),
    # reach, comparison and change
    ("reach", "if not conditions or implies(given, conditions):", "if not conditions or not implies(given, conditions):"),
    ("reach", "if not p.statement.conditions and p.speaks_of(action)]", "if p.speaks_of(action)]"),
    ("reach", "    if contradicts(given, conditions):\n        return NOTHING", "    if contradicts(given, conditions):\n        return whole"),
    ("excess", "        granted = intersection(UNRESOURCED, granted)", "        pass"),
    ("compare", "return Match(one_value(pattern, everywhere=need.open))", "return Match(one_value(pattern, everywhere=False))"),
    ("change", "            if budget.is_empty(beyond).yes:", "            if not budget.is_empty(beyond).no or context:"),
    ("implication", "    if one.if_exists and not two.if_exists:", "    if two.if_exists and not one.if_exists:"),
    # the least policy
    ("minimise", "and implies(need.conditions, other.conditions)", ""),
    ("minimise", "(prefix, tuple(sorted(patterns)), conditions), set())", "(prefix, tuple(sorted(patterns))[:1], conditions), set())"),
    ("fit", "table.setdefault(one, set()).update(others)", "table.setdefault(one, set(others))"),
]  # fmt: skip


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the package beside the fixtures, with its tests."""
    root = tmp_path_factory.mktemp("mutants")
    for part in ("core", "policy"):
        shutil.copytree(ROOT / "iamgen" / part, root / "iamgen" / part, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "iamgen" / "__init__.py").write_text("", encoding="utf-8")
    shutil.copytree(ROOT / "tests" / "policy", root / "tests" / "policy", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "fixtures" / "policy", root / "fixtures" / "policy")
    return root


def run(root):
    names = [str(root / "tests" / "policy" / Path(test).name) for test in TESTS]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--rootdir", str(root), *names]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "mutants"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=600)


def test_the_package_as_it_is_passes(package):
    outcome = run(package)
    assert outcome.returncode == 0, outcome.stdout[-2_000:]


@pytest.mark.parametrize(("module", "says", "fault"), FAULTS, ids=[f"{n}-{m}" for n, (m, _, _) in enumerate(FAULTS, 1)])
def test_the_fault_is_caught(package, module, says, fault):
    path = package / "iamgen" / "policy" / f"{module}.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(says) == 1, "the seeded fault no longer fits the module: write it anew"
    try:
        path.write_text(text.replace(says, fault), encoding="utf-8")
        outcome = run(package)
    finally:
        path.write_text(text, encoding="utf-8")
    assert outcome.returncode == 1, outcome.stdout[-2_000:]
