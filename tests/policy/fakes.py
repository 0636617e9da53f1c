"""A small universe of actions for the tests of the policy layer."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class FakeUniverse:
    """Actions as given; those in `free` support no resource."""

    actions: tuple[str, ...]
    free: frozenset[str] = frozenset()
    shapes: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()

    def expand(self, pattern: str) -> tuple[str, ...]:
        folded = pattern.lower().replace("[", "[[]")
        return tuple(a for a in self.actions if fnmatchcase(a.lower(), folded))

    def action_known(self, name: str) -> bool:
        return name.lower() in {a.lower() for a in self.actions}

    def all_actions(self) -> tuple[str, ...]:
        return self.actions

    def resource_free(self, action: str) -> bool:
        return action in self.free

    def resource_shapes(self, action: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return next(((own, tails) for name, own, tails in self.shapes if name == action), ((), ()))


UNIVERSE = FakeUniverse(
    tuple(
        sorted(
            [
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:ListTables",
                "dynamodb:PutItem",
                "dynamodb:PutResourcePolicy",
                "dynamodb:Query",
                "iam:PassRole",
                "lambda:InvokeFunction",
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:PutLogEvents",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListBucket",
                "s3:PutObject",
                "sns:Publish",
                "sqs:DeleteMessage",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
                "sts:AssumeRole",
            ]
        )
    ),
    frozenset({"dynamodb:ListTables"}),
)
