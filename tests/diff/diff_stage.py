"""Requirements and roles in few words."""

from collections.abc import Iterable

from iamgen.analysis.usage import ApiCall, Gap, GapKind, MappingOf, Step
from iamgen.core.location import Location
from iamgen.core.text import Text
from iamgen.deployed import GrantedPolicy, PolicyKind, RoleGrants
from iamgen.mapping.model import DeploymentNeed, Requirement, Requirements, Wildcard
from iamgen.policy.model import Condition
from iamgen.policy.parse import parse_policy

TABLE = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${OrdersTable}"
BUCKET = "arn:aws:s3:::uploads/*"
HANDLER = Step("app.handler", Location("app.py", 3))


def call(service: str = "s3", operation: str = "GetObject", line: int = 10, region: str | None = None) -> ApiCall:
    return ApiCall(
        service, operation, operation.lower(), MappingOf(), Location("app.py", line), (HANDLER,),
        None if region is None else Text.of(region),
    )  # fmt: skip


def need(
    action: str,
    resource: str,
    *conditions: Condition,
    wildcard: Wildcard | None = None,
    evidence: Iterable[ApiCall | DeploymentNeed] | None = None,
) -> Requirement:
    return Requirement(action, resource, conditions, tuple(evidence) if evidence is not None else (call(),), wildcard)


def needs(*items: Requirement, gaps: Iterable[Gap] = ()) -> Requirements:
    return Requirements("Orders", items, gaps=tuple(gaps))


def gap(*candidates: str, kind: GapKind = GapKind.DYNAMIC_OPERATION, line: int = 31) -> Gap:
    return Gap(
        kind, Location("app.py", line), "the method is chosen by a text that is not known", candidates, (HANDLER,)
    )


def allow(actions: str | list[str], resources: str | list[str] = "*", **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions: str | list[str], resources: str | list[str] = "*", **more: object) -> dict[str, object]:
    return {**allow(actions, resources, **more), "Effect": "Deny"}


def policy(
    name: str, *statements: dict[str, object], kind: PolicyKind = PolicyKind.INLINE, line: int = 5
) -> GrantedPolicy:
    parsed = parse_policy({"Version": "2012-10-17", "Statement": list(statements)}, name)
    return GrantedPolicy(name, kind, parsed, "template.yaml", Location("template.yaml", line))


def role(*statements: dict[str, object], **more: object) -> RoleGrants:
    policies = (policy("orders", *statements),) if statements else ()
    return RoleGrants("OrdersRole", policies, **more)  # type: ignore[arg-type]  # the fields of RoleGrants by name
