"""Reports with one of everything, and with hostile texts in every place that a project may fill."""

from dataclasses import replace
from pathlib import Path

import pytest

from iamgen.analysis.usage import ApiCall, Gap, GapKind, MappingOf, Step, Usage
from iamgen.catalog.model import Versions
from iamgen.core.location import Location
from iamgen.core.text import Text
from iamgen.deployed.grants import PolicyKind
from iamgen.diff.baseline import Accepted
from iamgen.diff.findings import findings
from iamgen.diff.model import Difference, Doubt, Excess, Missing, Origin, Undecided
from iamgen.mapping.model import CallNeeds, DeploymentNeed, Requirement, Requirements, Wildcard
from iamgen.policy.comparison import ExcessAction, ExcessKind, Why, Witness
from iamgen.policy.model import Condition, Effect, Policy, Statement
from iamgen.project.model import Problem, Source, Unit
from iamgen.render.model import Report, UnitReport

HOSTILE = "x\x1b[31m\r\n::error::`|<script>alert(1)</script>](javascript:1)\u202e%0A"
TABLE = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${OrdersTable}"


def make(name="OrdersFunction", file="src/app.py", message="the method is not known", role="OrdersFunctionRole"):
    call = ApiCall(
        "dynamodb",
        "PutItem",
        "put_item",
        MappingOf(),
        Location(file, 10, 5),
        (Step("app.handler", Location(file, 3)), Step("app.save", Location(file, 8))),
    )
    other = ApiCall(
        "s3",
        "GetObject",
        "get_object",
        MappingOf(),
        Location(file, 12, 5),
        assumed_role=Text.of("arn:aws:iam::1:role/x"),
    )
    gap = Gap(GapKind.DYNAMIC_OPERATION, Location(file, 31, 9), message, ("sqs.SendMessage",))
    need = Requirement("dynamodb:PutItem", TABLE, evidence=(call,), note="the action's own name")
    logs = Requirement(
        "logs:PutLogEvents",
        "arn:aws:logs:*:*:log-group:x:*",
        evidence=(DeploymentNeed("logs", Location("template.yaml", 4), "https://docs.aws.amazon.com/"),),
        wildcard=Wildcard.NARROW,
    )
    passed = Requirement(
        "iam:PassRole",
        "arn:aws:iam::*:role/*",
        (Condition("StringEquals", "iam:PassedToService", ("ecs-tasks.amazonaws.com",)),),
        (call,),
        Wildcard.OPEN,
    )
    origin = Origin("orders", PolicyKind.INLINE, 0, "All", "template.yaml:20", Location("template.yaml", 20))
    wide = Excess(
        ExcessKind.ACTION,
        origin,
        (ExcessAction("dynamodb:*", ("dynamodb:PutItem",), tuple(f"dynamodb:Action{n}" for n in range(150))),),
        (TABLE,),
        Witness("dynamodb:Scan", TABLE),
        ("dynamodb:PutItem",),
    )
    star = Excess(
        ExcessKind.RESOURCE,
        origin,
        (ExcessAction("sns:Publish", (), ("sns:Publish",)),),
        ("*",),
        Witness("sns:Publish", "*"),
        ("${Topic}",),
    )
    unused = Excess(
        ExcessKind.STATEMENT,
        origin,
        (ExcessAction("s3:GetObject", (), ("s3:GetObject",)),),
        ("*",),
        Witness("s3:GetObject", "*"),
    )
    condition = Excess(
        ExcessKind.CONDITION,
        origin,
        (ExcessAction("iam:PassRole", (), ("iam:PassRole",)),),
        ("*",),
        Witness("iam:PassRole", "*"),
        needed_conditions=passed.conditions,
    )
    difference = Difference(
        name,
        role,
        (wide, star, unused, condition),
        (
            Missing(need, Why.IMPLICIT_DENY, Witness("dynamodb:PutItem", TABLE), granted=("arn:aws:x",)),
            Missing(logs, Why.OUTSIDE_BOUNDARY, Witness("logs:PutLogEvents", "*")),
            Missing(passed, Why.EXPLICIT_DENY, Witness("iam:PassRole", "*"), origin),
        ),
        (
            Undecided(Doubt.GAP, "the unresolved code may need it", (), star, origin, ("*",), (gap,)),
            Undecided(Doubt.OPEN, "the name is not known", (need,)),
            Undecided(Doubt.UNREAD, "a policy could not be read"),
        ),
    )
    policy = Policy((Statement(Effect.ALLOW, ("dynamodb:PutItem",), (), (TABLE,), sid="DynamodbOrdersTable"),))
    return UnitReport(
        Unit(name, "app.handler", None, Source("template.yaml", 3, "src"), ()),
        Usage(name, (call, other), (gap,), (replace(gap, message=f"{message}, once"),)),
        Requirements(name, (need, logs, passed), (CallNeeds(call, (need, passed)), CallNeeds(other, ())), (gap,)),
        policy,
        difference,
    )


def clean(name="CleanFunction"):
    return UnitReport(
        Unit(name, "clean.handler", None, Source("template.yaml", 40, "src"), ()),
        Usage(name),
        Requirements(name, ()),
        Policy(),
        Difference(name, "CleanRole"),
    )


def report_of(*units, problems=()):
    found = tuple(f for unit in units for f in findings(unit.unit.name, unit.gaps, unit.difference))
    return Report(
        "0.1.0",
        Versions("1.44.5", "1.44.5", "0.1.202610271", "6a9e41ff01cd6bd2"),
        units,
        problems,
        found,
        accepted=2,
        stale=(Accepted("x", "IG201", "F", "gone"),),
        template="template.yaml",
        root=Path("/nowhere"),
    )


@pytest.fixture
def report():
    return report_of(make(), clean(), problems=(Problem("template", "something is odd", Location("template.yaml", 1)),))


@pytest.fixture
def hostile():
    """The same with hostile texts in names, files, messages and roles."""
    return report_of(
        make(HOSTILE, HOSTILE, HOSTILE, HOSTILE), problems=(Problem("template", HOSTILE, Location(HOSTILE, 1)),)
    )
