"""The tables of `fixtures/policy`: one row, one fact of IAM's semantics."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from iamgen.policy.change import compare_policies
from iamgen.policy.compare import GrantSet, compare
from iamgen.policy.evaluate import Request, evaluate
from iamgen.policy.implication import contradicts, implies
from iamgen.policy.minimise import build_policy
from iamgen.policy.model import Condition, NamedPolicy, Need, Policy
from iamgen.policy.operators import filler, holds, operator_named
from iamgen.policy.parse import PolicyError, parse_policy, parse_policy_text
from iamgen.policy.wildcards import covers, includes, matches, matches_action

from .fakes import UNIVERSE

TABLES = Path(__file__).parents[2] / "fixtures" / "policy"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/T"
SYMBOLIC = "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${T}"


def rows(name):
    with (TABLES / f"{name}.toml").open("rb") as file:
        listed = tomllib.load(file)["rows"]
    return [pytest.param(row, id=f"{number}-{row.get('why', '')}".rstrip("-")) for number, row in enumerate(listed, 1)]


def table(name):
    return pytest.mark.parametrize("row", rows(name))


def long(text):
    """T and S written out."""
    head, slash, rest = text.partition("/")
    return {"T": TABLE, "S": SYMBOLIC}.get(head, head) + slash + rest


def short(text):
    return text.replace(TABLE, "T").replace(SYMBOLIC, "S")


def listed(value):
    return [value] if isinstance(value, str) else value


def policy(statements, version="2012-10-17"):
    """The policy of the tables' short form, through the parser."""
    keys = {"allow": "Action", "deny": "Action", "allow_not": "NotAction", "deny_not": "NotAction"}
    out = []
    for statement in statements:
        entry = {}
        for key, value in statement.items():
            if key in keys:
                entry["Effect"] = "Deny" if key.startswith("deny") else "Allow"
                entry[keys[key]] = value
            elif key == "if":
                entry["Condition"] = value
            else:
                entry["Resource" if key == "on" else "NotResource"] = [long(text) for text in listed(value)]
        out.append(entry)
    return parse_policy({"Version": version, "Statement": out})


def conditions(text):
    out = []
    for part in text.split(" and ") if text else ():
        operator, key, _, values = part.split(" ", 3)
        out.append(Condition(operator, key, tuple(sorted(values.split(" | ")))))
    return tuple(sorted(out))


def need(text):
    is_open = text.endswith(" (open)")
    text, _, block = text.removesuffix(" (open)").partition(" if ")
    action, resource = text.split(" ")
    return Need(action, long(resource), conditions(block), is_open)


def grant_set(row):
    return GrantSet(
        (NamedPolicy("p", policy(row["grants"])),),
        boundary=policy(row["boundary"]) if "boundary" in row else None,
        scps=tuple((policy(level),) for level in row.get("scps", ())),
        session=policy(row["session"]) if "session" in row else None,
    )


def context(row):
    return {key: tuple(values) for key, values in row.get("context", {}).items()}


@table("patterns")
def test_patterns(row):
    assert matches(row["pattern"], row["text"]) is row["is"]


@table("actions")
def test_actions(row):
    assert matches_action(row["pattern"], row["text"]) is row["is"]


@table("inclusion")
def test_inclusion(row):
    answer = includes(row["outer"], row["inner"])
    assert answer.verdict == row["includes"]
    assert covers(row["outer"], row["inner"]).verdict == row.get("covers", row["includes"])
    assert (answer.witness is None) or answer.verdict != "yes"
    assert bool(answer.reason) == (answer.verdict == "undecided")


@table("conditions")
def test_conditions(row):
    folded = {key.casefold(): values for key, values in context(row).items()}
    operator = operator_named(row["op"])
    assert holds(operator, row["values"], folded.get("k"), filler(folded, "2012-10-17")) is row["is"]
    # The same through a whole statement.
    entry = {"allow": "s3:GetObject", "on": "*", "if": {row["op"]: {"k": row["values"]}}}
    decision = evaluate([policy([entry])], Request("s3:GetObject", "*", context(row)))
    assert decision.allowed is row["is"]


@table("evaluate")
def test_evaluate(row):
    decision = evaluate(
        [policy(row["identity"], row.get("version", "2012-10-17"))],
        Request(row["action"], row["resource"], context(row)),
        boundary=policy(row["boundary"]) if "boundary" in row else None,
        session=[policy(row["session"])] if "session" in row else None,
        scps=[[policy(level)] for level in row.get("scps", ())],
    )
    assert decision.outcome == row["is"]
    assert (None if decision.statement is None else decision.statement.index) == row.get("by")


@table("parse")
def test_parse(row):
    if row["is"] == "ok":
        assert isinstance(parse_policy_text(row["text"]), Policy)
        return
    with pytest.raises(PolicyError) as caught:
        parse_policy_text(row["text"], "role.json")
    place = f" at `{row['is']}`" if row["is"] else ""
    assert caught.value.message.startswith(f"`role.json`: invalid policy{place}: ")


@table("implication")
def test_implication(row):
    given, wanted = conditions(row["given"]), conditions(row["wanted"])
    found = "yes" if implies(given, wanted) else "never" if contradicts(given, wanted) else "no"
    assert found == row["is"]


@table("compare")
def test_compare(row):
    result = compare(grant_set(row), [need(text) for text in row["needs"]], UNIVERSE)
    excess = sorted(
        f"{e.kind} {','.join(a for action in e.actions for a in action.unneeded)} on {','.join(e.resources)}"
        + (f" -> {','.join(e.suffices)}" if e.suffices else "")
        for e in result.excess
    )
    assert [short(text) for text in excess] == sorted(row.get("excess", []))
    missing = [short(f"{m.need.action} {m.need.resource}: {m.why}") for m in result.missing]
    assert missing == row.get("missing", [])
    undecided = [
        short(f"{u.obstacle} {','.join(u.actions)} {u.need.resource if u.need else u.resources[0]}")
        for u in result.undecided
    ]
    assert undecided == row.get("undecided", [])
    assert list(result.unknown) == row.get("unknown", [])


@table("change")
def test_change(row):
    change = compare_policies(policy(row["old"]), policy(row["new"]), UNIVERSE)
    assert not change.undecided
    for changes, key, allowing, other in (
        (change.newly_allowed, "gained", "new", "old"),
        (change.no_longer_allowed, "lost", "old", "new"),
    ):
        assert [f"{','.join(c.actions)} on {c.resource}" for c in changes] == row.get(key, [])
        for found in changes:
            assert evaluate([policy(row[allowing])], found.request).allowed
            assert not evaluate([policy(row[other])], found.request).allowed
            assert not found.decision.allowed


@table("minimise")
def test_minimise(row):
    built = build_policy([need(text) for text in row["needs"]], UNIVERSE)
    found = [
        short(f"{s.sid}: {','.join(s.actions)} on {','.join(s.resources)}")
        + "".join(f" if {c.operator} {c.key} = {' | '.join(c.values)}" for c in s.conditions)
        for s in built.statements
    ]
    assert found == row["policy"]
