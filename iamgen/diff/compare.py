"""A unit's requirements against its role's grants, each part of the difference with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from iamgen.catalog.store import Catalog
from iamgen.deployed.grants import GrantedPolicy, PolicyKind, RoleGrants
from iamgen.diff.explained import Reach, reaches
from iamgen.diff.model import Difference, Doubt, Excess, Missing, Origin, Undecided
from iamgen.diff.names import Names
from iamgen.mapping.model import DeploymentNeed, Requirement, Requirements, Wildcard
from iamgen.policy import compare as policies
from iamgen.policy.algebra import Obstacle
from iamgen.policy.comparison import ExcessAction, ExcessKind, Why
from iamgen.policy.evaluate import StatementRef
from iamgen.policy.model import Condition, Need

_DOUBTS = {
    Obstacle.CONDITION: Doubt.CONDITION,
    Obstacle.SYMBOL: Doubt.SYMBOL,
    Obstacle.OPEN: Doubt.OPEN,
    Obstacle.COLON: Doubt.CAP,
    Obstacle.CAP: Doubt.CAP,
}

# AWS's managed policies for what Lambda does with a function's role by itself; SAM attaches them unasked.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/permissions-managed-policies.html
FOR_LAMBDA = frozenset(
    {
        "AWSLambdaBasicDurableExecutionRolePolicy",
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaDynamoDBExecutionRole",
        "AWSLambdaENIManagementAccess",
        "AWSLambdaKinesisExecutionRole",
        "AWSLambdaMSKExecutionRole",
        "AWSLambdaSQSQueueExecutionRole",
        "AWSLambdaVPCAccessExecutionRole",
        "AWSXRayDaemonWriteAccess",
        "AWSXrayWriteOnlyAccess",
        "CloudWatchLambdaInsightsExecutionRolePolicy",
    }
)


def compare_role(
    requirements: Requirements, grants: RoleGrants, catalog: Catalog, *, strict: bool = False
) -> Difference:
    """What the role grants in vain, what it lacks, and what nobody can tell.

    A grant that a gap of the code may need is undecided, and so is a requirement that an unread
    policy may grant. `strict` tolerates nothing: AWS's managed policies for Lambda's own work count too.
    """
    names = Names.of(grants)
    role = _Role.of(grants, names)
    needs = _needs(requirements, names)
    found = policies.compare(role.grants.grant_set, tuple(needs), catalog)
    gaps = reaches(requirements.gaps, catalog)

    excess: list[Excess] = []
    tolerated: list[Excess] = []
    own_work = frozenset() if strict else _prefixes_of_deployment(requirements)
    undecided = [Undecided(Doubt.UNREAD, text) for text in grants.unread]
    wanted = _Wanted.of(needs)
    for candidate in (_excess(one, role, wanted) for one in _joined(found.excess)):
        if _tolerable(candidate, own_work):
            tolerated.append(candidate)
            continue
        kept, doubtful = _split(candidate, gaps)
        if kept is not None:
            excess.append(kept)
        if doubtful is not None:
            undecided.append(doubtful)

    missing: list[Missing] = []
    hidden: list[Requirement] = []
    for lack in found.missing:
        if _granted_on_streams(lack.need, role, catalog):
            continue
        concerned = _merged(needs[lack.need])
        if grants.unread and lack.why is Why.IMPLICIT_DENY:
            hidden.append(concerned)
            continue
        origin = None if lack.statement is None else role.origin(lack.statement)
        missing.append(Missing(concerned, lack.why, lack.witness, origin, tuple(map(role.written, lack.granted))))
    if hidden:
        why = "what could not be read of the role may grant it"
        undecided.append(Undecided(Doubt.UNREAD, why, tuple(hidden)))
    undecided.extend(_undecided(doubt, needs, role, wanted) for doubt in found.undecided)
    if grants.limits_unread:
        judged = {lack.need for lack in found.missing} | {doubt.need for doubt in found.undecided}
        granted = tuple(_merged(items) for need, items in needs.items() if need not in judged)
        if granted:
            undecided.append(Undecided(Doubt.UNREAD, "what could not be read of the role may refuse it", granted))
    return Difference(
        unit=requirements.unit,
        role=grants.role,
        excess=tuple(excess),
        missing=tuple(missing),
        undecided=tuple(undecided),
        gaps=requirements.gaps,
        tolerated=tuple(tolerated),
        notes=grants.notes,
    )


def _needs(requirements: Requirements, names: Names) -> dict[Need, list[Requirement]]:
    """The requirements under common names; of those that become the same, one that is for certain decides."""
    same: dict[Need, list[Requirement]] = {}
    for item in requirements.items:
        need = Need(item.action, names.requirement(item), names.conditions(item.conditions))
        same.setdefault(need, []).append(item)
    return {
        replace(need, open=all(item.wildcard is Wildcard.OPEN for item in items)): items for need, items in same.items()
    }


def _prefixes_of_deployment(requirements: Requirements) -> frozenset[str]:
    """The services that the deployment itself uses: `logs`, with tracing `xray`, with a queue `sqs`."""
    return frozenset(
        item.action.partition(":")[0]
        for item in requirements.items
        if any(isinstance(one, DeploymentNeed) for one in item.evidence)
    )


def _tolerable(excess: Excess, prefixes: frozenset[str]) -> bool:
    return (
        excess.origin.kind is PolicyKind.AWS_MANAGED
        and excess.origin.policy in FOR_LAMBDA
        and all(name.partition(":")[0] in prefixes for action in excess.actions for name in action.unneeded)
    )


# A policy usually names the group, `log-group:NAME:*`, and so do requirements; what AWS checks for these
# actions is the stream, which `log-group:NAME*:*:*` covers too.
# Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
_OF_STREAMS = frozenset({"logs:PutLogEvents", "logs:GetLogEvents"})


def _granted_on_streams(need: Need, role: _Role, catalog: Catalog) -> bool:
    if need.action not in _OF_STREAMS or ":log-group:" not in need.resource or not need.resource.endswith(":*"):
        return False
    streams = replace(need, resource=f"{need.resource[:-1]}log-stream:*")
    judged = policies.compare(role.grants.grant_set, (streams,), catalog)
    return not judged.missing and not any(doubt.need for doubt in judged.undecided)


@dataclass(frozen=True, slots=True)
class _Role:
    """The role under common names, and how its statements were written."""

    grants: RoleGrants
    policies: Mapping[str, GrantedPolicy]
    texts: Mapping[str, str]  # resource under common names -> as written

    @staticmethod
    def of(grants: RoleGrants, names: Names) -> _Role:
        texts: dict[str, str] = {}
        for granted in grants.policies:
            for statement in granted.policy.statements:
                for text in (*statement.resources, *statement.not_resources):
                    texts.setdefault(names.text(text), text)
        common = names.grants(grants)
        return _Role(common, common.labelled, texts)

    def written(self, resource: str) -> str:
        """A resource as the role's own policy writes it."""
        if resource.startswith("not "):
            return "not " + ", ".join(self.texts.get(text, text) for text in resource[4:].split(", "))
        return self.texts.get(resource, resource)

    def origin(self, ref: StatementRef) -> Origin:
        """Where a statement stands; those of limits have the limit's name."""
        granted = self.policies.get(ref.policy)
        if granted is None:
            if ref.policy == "permissions boundary" and (boundary := self.grants.boundary) is not None:
                return Origin(boundary.name, boundary.kind, ref.index, ref.sid, boundary.source, boundary.location)
            return Origin(ref.policy, PolicyKind.SCP, ref.index, ref.sid)
        return Origin(ref.policy, granted.kind, ref.index, ref.sid, granted.source, granted.location)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The needs as the requirements write them."""

    texts: Mapping[str, str]  # resource under common names -> the requirement's own
    conditions: Mapping[str, tuple[Condition, ...]]  # action -> under which it is needed

    @staticmethod
    def of(needs: Mapping[Need, list[Requirement]]) -> _Wanted:
        texts: dict[str, str] = {}
        conditions: dict[str, tuple[Condition, ...]] = {}
        for need, (first, *_) in needs.items():
            texts.setdefault(need.resource, first.resource)
            if need.conditions:
                conditions.setdefault(need.action.casefold(), first.conditions)
        return _Wanted(texts, conditions)

    def written(self, resources: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.texts.get(text, text) for text in resources))

    def conditions_of(self, found: policies.Excess) -> tuple[Condition, ...]:
        if found.kind is not ExcessKind.CONDITION:
            return ()
        names = (name.casefold() for action in found.actions for name in action.unneeded)
        return next((self.conditions[name] for name in names if name in self.conditions), ())


def _joined(excess: Iterable[policies.Excess]) -> Iterator[policies.Excess]:
    """Unneeded actions of one statement together: a reviewer removes them in one go. Wildcards stay alone."""
    joined: dict[object, tuple[policies.Excess, list[ExcessAction]]] = {}
    for one in excess:
        alone = one.kind is not ExcessKind.ACTION or any(action.needed for action in one.actions)
        key: object = one if alone else (one.statement, one.resources)
        joined.setdefault(key, (one, []))[1].extend(one.actions)
    for first, actions in joined.values():
        yield first if len(actions) == len(first.actions) else replace(first, actions=tuple(actions))


def _excess(found: policies.Excess, role: _Role, wanted: _Wanted) -> Excess:
    if found.kind is ExcessKind.RESOURCE:
        replacement = wanted.written(found.suffices)
    elif found.kind is ExcessKind.ACTION:
        replacement = tuple(dict.fromkeys(name for action in found.actions for name in action.needed))
    else:
        replacement = ()
    return Excess(
        kind=found.kind,
        origin=role.origin(found.statement),
        actions=found.actions,
        resources=tuple(map(role.written, found.resources)),
        witness=found.witness,
        replacement=replacement,
        conditions=found.conditions,
        needed_conditions=wanted.conditions_of(found),
    )


def _split(excess: Excess, gaps: tuple[Reach, ...]) -> tuple[Excess | None, Undecided | None]:
    """The part that no gap may need, and the part that one may."""
    if not gaps:
        return excess, None
    kept: list[ExcessAction] = []
    doubtful: list[ExcessAction] = []
    concerned: dict[Reach, None] = {}
    for action in excess.actions:
        possible: dict[str, None] = {}
        for reach in gaps:
            explained = [name for name in action.unneeded if reach.holds(name)]
            if explained:
                concerned[reach] = None
                possible.update(dict.fromkeys(explained))
        rest = tuple(name for name in action.unneeded if name not in possible)
        if rest:
            kept.append(replace(action, unneeded=rest))
        if possible:
            doubtful.append(replace(action, unneeded=tuple(name for name in action.unneeded if name in possible)))
    if not doubtful:
        return excess, None
    part = replace(excess, actions=tuple(doubtful), witness=_shown(excess, doubtful))
    places = tuple(reach.gap for reach in concerned)
    where = ", ".join(str(gap.location) for gap in places[:3]) + (", ..." if len(places) > 3 else "")
    why = f"the unresolved code at {where} may need it"
    doubt = Undecided(Doubt.GAP, why, (), part, part.origin, part.resources, places)
    if not kept:
        return None, doubt
    # With a part of the statement in doubt, it is no longer the whole statement that can go.
    kind = ExcessKind.ACTION if excess.kind is ExcessKind.STATEMENT else excess.kind
    return replace(excess, kind=kind, actions=tuple(kept), witness=_shown(excess, kept)), doubt


def _shown(excess: Excess, actions: list[ExcessAction]) -> policies.Witness:
    """The witness, with an action of the part that it is to show."""
    names = [name for action in actions for name in action.unneeded]
    return excess.witness if excess.witness.action in names else replace(excess.witness, action=names[0])


def _undecided(
    doubt: policies.Undecided, needs: Mapping[Need, list[Requirement]], role: _Role, wanted: _Wanted
) -> Undecided:
    origin = None if doubt.statement is None else role.origin(doubt.statement)
    requirements = () if doubt.need is None else (_merged(needs[doubt.need]),)
    excess = None
    if doubt.need is None and origin is not None and doubt.witness is not None:
        excess = Excess(
            kind=ExcessKind.RESOURCE,
            origin=origin,
            actions=tuple(ExcessAction(action, (), (action,)) for action in doubt.actions),
            resources=tuple(map(role.written, doubt.resources[:1])),
            witness=doubt.witness,
            replacement=wanted.written(doubt.resources[1:]),
            conditions=doubt.conditions,
        )
    resources = tuple(map(role.written, doubt.resources))
    return Undecided(_DOUBTS[doubt.obstacle], doubt.reason, requirements, excess, origin, resources)


def _merged(requirements: list[Requirement]) -> Requirement:
    """One requirement of those that are the same under common names, with the evidence of all."""
    first = requirements[0]
    if len(requirements) == 1:
        return first
    evidence = tuple(dict.fromkeys(one for requirement in requirements for one in requirement.evidence))
    return replace(first, evidence=evidence)
