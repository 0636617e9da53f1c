"""Which request parameter fills which variable of a resource type's ARN: a heuristic over names, below the rows.

`arn:...:table/${TableName}` is filled by `TableName`; `${DbInstanceName}` by `DBInstanceIdentifier`;
`${InstanceId}` by every item of `InstanceIds`; `${JobId}` of the type `job` by `Id` when the operation is about a
job. Where names say nothing the variable stays open: a wrong name in an ARN breaks production, a `*` only
over-grants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from iamgen.catalog.build.content import Bound, Origin
from iamgen.catalog.build.overrides import Filling
from iamgen.catalog.build.parameters import SUFFIXES, Candidate, candidates_of, singular, words_of
from iamgen.catalog.build.sdk import SdkOperation, SdkService
from iamgen.catalog.model import Action, ArnFormat
from iamgen.catalog.triggers import parse_path, parse_source, source_paths

_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_PLACE = frozenset({"Partition", "Region", "Account"})
_GENERIC = frozenset({"", "resource"})
_DEEPER = 20  # that a match counts less for each step below the top of the request
_CHANGES = frozenset({"add", "remove"})  # `AddSubnetIds` and `RemoveSubnetIds` are both about subnets
_ENDS = frozenset({"source", "target", "destination", "from", "to", "original", "add", "remove"})  # of a change
_OF_THE_SERVICE = frozenset({"version", "timestamp"})  # what only a parameter of that very name can tell
_MAX_COUNTERPARTS = 6  # of one parameter; more are the same name in unrelated places
_MIN_END = 8  # letters that two names must share at their end: `groupname` is the shortest that tells something
_MIN_ARN_END = 5  # letters of an ARN parameter's name that a resource type must end with
_MIN_STEM = 3  # letters; shorter ends (`id`, `db`) match by chance
_WRAPPERS = ("input", "config", "configuration", "data", "specification", "request", "definition", "identifier")


def arn_variables(arn: str) -> tuple[str, ...]:
    """The variables of an ARN format but for partition, region and account, in order."""
    return tuple(v for v in _VARIABLE.findall(arn) if v not in _PLACE)


def bind(
    service: SdkService,
    operation: SdkOperation,
    action: Action,
    arns: Mapping[str, ArnFormat],
    types: Mapping[str, tuple[Filling, ...]],
    named: frozenset[str],
) -> Iterator[Bound]:
    """The bindings of an action's resource types that some parameter fills; `types` are the service's rows.

    `named` are the things that the service calls by name (`things_by_name`).
    """
    candidates = candidates_of(service, operation)
    for resource in action.resources:
        arn = arns.get(resource.type)
        if arn is None:
            continue
        row = _row(service, operation, types.get(resource.type, ()))
        if row is not None:
            yield Bound(action.name, resource.type, row.variables, row.whole, Origin.CURATED)
            continue
        about = _about(operation)
        forms = ("", *arn.others)
        guesses = [(_guess(resource.type, form or arn.arn, candidates, about, named), form) for form in forms]
        guess, form = max(guesses, key=lambda g: len(g[0].variables) - len(arn_variables(g[1] or arn.arn)))
        if guess.variables or guess.whole:
            yield Bound(action.name, resource.type, guess.variables, guess.whole, Origin.HEURISTIC, form)
        for other in _counterparts(guess, candidates):
            yield Bound(action.name, resource.type, other.variables, other.whole, Origin.HEURISTIC, form)


def _row(service: SdkService, operation: SdkOperation, fillings: tuple[Filling, ...]) -> Filling | None:
    for filling in fillings:
        paths = [p for _, source in filling.variables for p in source_paths(parse_source(source))]
        paths += [parse_path(text) for text in filling.whole]
        if all(service.at(operation.input, str(path)) is not None for path in paths):
            return filling
    return None


def things_by_name(service: SdkService) -> frozenset[str]:
    """What the service looks up and deletes by its name: `project`, since `DescribeProject` takes a `Name`.

    Only such a thing's name can be what the reference calls `${ResourceId}` in its ARN.
    """
    found = set()
    for operation in service.operations.values():
        if not operation.name.startswith(("Get", "Describe", "Delete")):
            continue
        about = _about(operation)
        for candidate in candidates_of(service, operation):
            by_name = candidate.words[-1] == "name" and candidate.required and not candidate.depth
            if by_name and candidate.stem in ("", about):
                found.add(about)
    return frozenset(found)


def _is_generic_id(variable: str) -> bool:
    words = words_of(variable)
    return words[-1] in ("id", "identifier", "uuid") and ("".join(words[:-1]) in _GENERIC)


def _about(operation: SdkOperation) -> str:
    """The thing that an operation is about: `getjobrun` without its verb is `jobrun`."""
    words = singular(words_of(operation.name))
    return "".join(words[1:])


def _guess(type_: str, arn: str, candidates: tuple[Candidate, ...], about: str, named: frozenset[str]) -> Filling:
    variables = arn_variables(arn)
    filled = []
    taken: dict[str, Candidate] = {}
    for variable in variables:
        scored = [
            (_score(c, variable, type_, variables, about), -c.depth, -len(c.words), -i, c)
            for i, c in enumerate(candidates)
            if c.name and c.path not in taken
        ]
        score, _, _, _, best = max(scored, default=(0, 0, 0, 0, None), key=lambda row: row[:4])
        if best is not None and score > 0:
            taken[best.path] = best
            # `Name` of CreateResolverEndpoint, in `resolver-endpoint/${ResourceId}`: the service makes the id.
            label = best.words[-1] == "name" and _is_generic_id(variable) and not _type_names(type_) & named
            if not label:
                filled.append((variable, best.path))
    own = filled[-1][1] if filled and filled[-1][0] == variables[-1] else ""
    whole = tuple(
        dict.fromkeys(
            c.path
            for c in candidates
            if c.arn
            and (c.path == own if c.name else c.path == own or _is_arn_of(c, type_, variables))
            # `ResourceArn` beside `BackupVaultName` is something else's.
            and not (own and c.path != own and c.stem in _GENERIC)
        )
    )
    return Filling(tuple(filled), whole)


def _counterparts(guess: Filling, candidates: tuple[Candidate, ...]) -> Iterator[Filling]:
    """Other parameters that name resources of the type beside the one that was found.

    The other end of a copy (`SourceDBInstanceIdentifier` beside `DBInstanceIdentifier`), and the same parameter
    in another structure (`QueueConfig.ContactFlowId` beside `UserConfig.ContactFlowId`): any of them may be given.
    """
    by_path = {c.path: c for c in candidates}
    paths = {path for _, path in guess.variables} | set(guess.whole)
    own = by_path.get(guess.variables[-1][1] if guess.variables else next(iter(guess.whole), ""))
    if own is None or own.stem in _GENERIC:
        return
    words = own.words[1:] if own.words[0] in _ENDS else own.words
    others = [c for c in candidates if c.path not in paths and _is_counterpart(c, own, words)]
    for candidate in others[:_MAX_COUNTERPARTS]:
        variables = (*guess.variables[:-1], (guess.variables[-1][0], candidate.path)) if guess.variables else ()
        yield Filling(variables if candidate.name else (), (candidate.path,) if candidate.arn else ())


def _is_counterpart(candidate: Candidate, own: Candidate, words: tuple[str, ...]) -> bool:
    if candidate.words == own.words:
        return own.depth > 0
    if candidate.words[0] not in _ENDS or candidate.depth > own.depth:
        return False
    rest = candidate.words[1:]
    return rest == words or (len(rest) > 1 and rest[-1] in SUFFIXES and rest[:-1] == words[:-1])


def _joined(name: str) -> str:
    return "".join(words_of(name))


def _type_names(type_: str) -> frozenset[str]:
    """The names that a resource type goes by: `db-cluster` -> dbcluster; `Function` -> function."""
    joined = "".join(words_of(type_))
    return frozenset({joined})


def _stem(name: str) -> str:
    words = words_of(name)
    return "".join(words[:-1] if words[-1] in SUFFIXES else words)


def _is_arn_of(candidate: Candidate, type_: str, variables: tuple[str, ...]) -> bool:
    """Whether an ARN parameter can be the ARN of this resource type: `StateMachineArn`, `ResourceArn`, `Arn`."""
    stem = candidate.stem
    if stem in _type_names(type_):
        return True
    if variables and stem == _stem(variables[-1]) and stem not in _GENERIC:
        return True
    if not candidate.depth and len(stem) >= _MIN_ARN_END and any(name.endswith(stem) for name in _type_names(type_)):
        return True  # `EndpointArn` is that of a `document-classifier-endpoint`
    return not candidate.depth and stem in _GENERIC


def _score(candidate: Candidate, variable: str, type_: str, variables: tuple[str, ...], about: str) -> int:
    """How well a parameter's name says that it fills the variable; 0: not at all."""
    own = variable == variables[-1]
    # `${RecorderName}/${RecorderId}`, `${ChannelId}` of CreateChannel: a name is not the id that the service made.
    name_for_id = candidate.words[-1] == "name" and words_of(variable)[-1] in ("id", "identifier")
    if name_for_id and (_stem(variable) not in _GENERIC or any(words_of(other)[-1] == "name" for other in variables)):
        return 0
    last = words_of(variable)[-1]
    if last in _OF_THE_SERVICE and last not in candidate.words:
        return 0
    by_name = _by_name(candidate, variable, type_, about)
    return max(by_name, _by_type(candidate, variable, type_, about, name_for_id) if own else 0)


def _by_name(candidate: Candidate, variable: str, type_: str, about: str) -> int:
    """The parameter is called as the variable is."""
    joined, stem = "".join(candidate.words), candidate.stem
    wanted, wanted_stem = _joined(variable), _stem(variable)
    if wanted_stem in _GENERIC:
        same = joined == wanted and stem == "" and not candidate.depth and about in _type_names(type_)
        return 95 if same else 0  # `Name` and `Id` of UpdateIPSet, in `ipset/${Name}/${Id}`
    suffixed = candidate.words[-1] in SUFFIXES
    if candidate.holder and candidate.holder == wanted_stem and stem in _GENERIC:
        return 88
    if joined == wanted:
        return 100 - _DEEPER * candidate.depth
    if stem == wanted_stem and (suffixed or words_of(variable)[-1] in SUFFIXES):
        return 90 - _DEEPER * candidate.depth
    if candidate.words[0] in _CHANGES and "".join(candidate.words[1:]) == wanted:
        return 58  # `AddSubnetIds`
    if suffixed and _stem_in_parent(candidate, wanted_stem):
        return 60
    return 0


def _by_type(candidate: Candidate, variable: str, type_: str, about: str, name_for_id: bool) -> int:
    """The parameter is called as the resource type is, or is the one that the operation is about."""
    joined, stem, names = "".join(candidate.words), candidate.stem, _type_names(type_)
    wanted, wanted_stem = _joined(variable), _stem(variable)
    suffixed = candidate.words[-1] in SUFFIXES
    if stem in names and suffixed and len(stem) >= _MIN_STEM:
        return 85 - _DEEPER * candidate.depth
    if joined in names:
        return 80 - _DEEPER * candidate.depth
    if suffixed and any(_stem_in_parent(candidate, name) for name in names):
        return 55
    if candidate.holder and candidate.holder in (names | {wanted_stem}):
        return 75
    if candidate.depth:
        return 0
    if suffixed and wanted_stem not in _GENERIC and len(min(joined, wanted, key=len)) >= _MIN_END:
        # `DBSubnetGroupName` fills `${SubnetGroupName}`, `CatalogName` a required `${DataCatalogName}`.
        if joined.endswith(wanted):
            return 65
        same_kind = candidate.words[-1] != "id" or words_of(variable)[-1] == "id"
        if same_kind and len(wanted_stem) >= _MIN_END and stem.endswith(wanted_stem):
            return 64  # `TargetDBInstanceIdentifier` fills `${DbInstanceName}`
        if wanted.endswith(joined) and candidate.required:
            return 62
    if stem == "" and suffixed:
        if about in (names | {wanted_stem}):
            return (70 if candidate.required else 50) - (40 if name_for_id else 0)
        if candidate.required and any(len(name) > _MIN_STEM and about.startswith(name) for name in names):
            return 45 - (20 if name_for_id else 0)  # `Name` of GetWorkflowRun names the workflow
    if stem == "resource" and about in (names | {wanted_stem}):
        return 30
    if suffixed and len(stem) >= _MIN_STEM:
        # `DBClusterIdentifier` names a `cluster`, `jobIdentifier` an `evaluation-job` of GetEvaluationJob.
        if candidate.required and any(stem.endswith(name) and len(name) >= _MIN_STEM for name in names):
            return 40
        if not name_for_id and any(name.endswith(stem) and name in about for name in names):
            return 35
    return 0


def _stem_in_parent(candidate: Candidate, stem: str) -> bool:
    """`TableInput.Name` names a table: the parameter is called `Name`, what holds it is a table's input."""
    if candidate.stem not in _GENERIC or not candidate.parent or not stem:
        return False
    parent = "".join(candidate.parent)
    return parent == stem or parent in {stem + wrapper for wrapper in _WRAPPERS}
