"""Roles that a task takes on: who runs an ECS task passes the roles of its definition."""

from __future__ import annotations

from collections.abc import Iterator

from iamgen.catalog.model import Permission
from iamgen.core.text import Text
from iamgen.mapping.declared import texts_in
from iamgen.mapping.named import name_or_arn
from iamgen.mapping.patterns import Pattern, unique
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import Need
from iamgen.project.model import Resource

TASK_ROLES_URL = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html"

_RUNNING = frozenset({"RunTask", "StartTask"})
_ROLES = ("ExecutionRoleArn", "TaskRoleArn")


def roles_of_task(request: Request) -> Iterator[Need]:
    """`iam:PassRole` on the roles of the task definition: as the template declares them, else on any role."""
    if request.call.service != "ecs" or request.call.operation not in _RUNNING:
        return
    patterns = unique(one for text in request.texts("taskDefinition") for one in _roles(request, text))
    if patterns:
        reason = "running a task passes it the roles of its definition"
        yield (
            Permission(
                "iam:PassRole", reason=reason, url=TASK_ROLES_URL, passed_to_service=("ecs-tasks.amazonaws.com",)
            ),
            patterns,
        )


def _roles(request: Request, text: Text) -> Iterator[Pattern]:
    declared = _declared(request, text)
    if declared is None:
        yield request.arn("iam", "role/", OPEN, region=False, note="the task definition is not in the template")
        return
    for name in _ROLES:
        for role in texts_in(declared.properties, name):
            yield name_or_arn(request, role, "iam", "role/", region=False)


def _declared(request: Request, text: Text) -> Resource | None:
    """The template's task definition that this is a reference to, or the family name of."""
    named = request.resource_named(text)
    if named is not None and named.type == "AWS::ECS::TaskDefinition":
        return named
    for _, one in sorted(request.project.resources.items()):
        if one.type == "AWS::ECS::TaskDefinition" and text in texts_in(one.properties, "Family"):
            return one
    return None
