"""Lambda functions and their qualifiers, Step Functions executions, Batch jobs, ECS tasks."""

from __future__ import annotations

import re

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.arns import Form, form_of, is_reference, segments, split
from iamgen.mapping.bound import given
from iamgen.mapping.named import arn_text, form_in, name_or_arn
from iamgen.mapping.patterns import Glob, Pattern, Wild, unique
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

QUALIFIER_URL = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html"

_ACCOUNT = re.compile(r"\d{12}")


def function(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A function by name, partial or full ARN; with a qualifier, which is matched against the qualified ARN only."""
    texts = given(request, binding, "FunctionName")
    if not texts:
        return None
    presence = request.presence("Qualifier")
    found: list[Pattern] = []
    for text in texts:
        if presence < Presence.GIVEN:
            found.append(_function(request, text, None))
        if presence >= Presence.MAYBE:
            found.extend(_function(request, text, qualifier) for qualifier in request.texts("Qualifier"))
    return tuple(found)


def _function(request: Request, text: Text, qualifier: Text | None) -> Pattern:
    note = f"a version or alias is checked by its qualified ARN: {QUALIFIER_URL}" if qualifier is not None else ""
    after: tuple[str | Text, ...] = (":", qualifier) if qualifier is not None else ()
    if form_of(text) is Form.NAME:
        pieces = split(text, ":")
        if len(pieces) > 1 and _ACCOUNT.fullmatch(pieces[0].literal or ""):
            place = request.place
            rest = pieces[2:] if pieces[1].literal == "function" else pieces[1:]
            owner = Glob.of("arn:", place.partition, ":lambda:", place.region, ":", pieces[0], ":function")
            return request.render(Glob.of(owner, *(part for piece in rest for part in (":", piece)), *after), note)
        if pieces[0].literal == "function" and len(pieces) > 1:
            text = Text.of(*(part for piece in pieces[1:] for part in (":", piece)))
            return request.arn("lambda", "function", text, *after, note=note)
    return name_or_arn(request, text, "lambda", "function:", *after, note=note)


def layer_version(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A version of a layer, by name and number or by its ARN."""
    if request.texts("LayerName") == ():
        return None
    del binding
    versions: tuple[Text | Wild, ...] = request.texts("VersionNumber") or (Wild("*"),)
    return tuple(
        name_or_arn(request, name, "lambda", "layer:", ":", version)
        for name in request.texts("LayerName")
        for version in versions
    )


def project(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A CodeBuild project by name; ids of builds start with their project: `site:6a2f...`."""
    ids = request.texts("ids[]", "id") if "Build" in request.call.operation else ()
    names = [split(text, ":", 1)[0] if form_of(text) is not Form.ARN else text for text in ids]
    texts = names or given(request, binding, "names[]", "projectName")
    return tuple(name_or_arn(request, text, "codebuild", "project/") for text in texts) or None


def express(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """Express executions keep no history that could be read: only an ARN that says so is one."""
    del binding
    texts = request.texts("executionArn")
    said = [text for text in texts if _starts(text, "express:")]
    return tuple(request.render(Glob.of(arn_text(text))) for text in said)


def _starts(text: Text, start: str) -> bool:
    found = segments(text) if form_of(text) is Form.ARN else None
    head = found[5].parts[0] if found is not None and found[5].parts else ""
    return isinstance(head, str) and head.startswith(start)


def job_definition(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A job is submitted for a revision of its definition, so the definition without one is never checked."""
    del request
    return () if binding.action == "batch:SubmitJob" else None


def job_definition_revision(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """`d:3` is a revision, `d` the latest, whose number nobody knows."""
    if request.call.operation != "SubmitJob":
        return None
    return tuple(
        name_or_arn(request, text, "batch", "job-definition/", *_revision(request, text, 6))
        for text in given(request, binding, "jobDefinition")
    ) or None  # fmt: skip


def job(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A job to be submitted has no ARN yet."""
    del request
    return () if binding.action == "batch:SubmitJob" else None


_BY_ARN = ("ListTagsForResource", "TagResource", "UntagResource")  # one parameter for resources of all types


def task_definition(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """`family:3` is a revision, `family` the latest active one."""
    if request.call.operation in _BY_ARN:
        return None
    return tuple(
        name_or_arn(request, text, "ecs", "task-definition/", *_revision(request, text, 6))
        for text in given(request, binding, "taskDefinition", "family")
    ) or None  # fmt: skip


def daemon_task_definition(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """`family:3` is a revision of a daemon's definition, likewise."""
    if request.call.operation in _BY_ARN:
        return None
    return tuple(
        name_or_arn(request, text, "ecs", "daemon-task-definition/", *_revision(request, text, 6))
        for text in given(request, binding, "daemonTaskDefinition", "daemonTaskDefinitionArn", "family")
    ) or None  # fmt: skip


def _revision(request: Request, text: Text, arn_segments: int) -> tuple[str | Wild, ...]:
    """`:*` after a name or an ARN that carries no revision."""
    if form_in(request, text) is Form.ARN and is_reference(text):
        return ()  # a reference is to the revision that the template makes
    pieces = split(text, ":")
    plain = 1 if form_of(text) is Form.NAME else arn_segments
    return (":", Wild("*")) if len(pieces) <= plain else ()


def in_cluster(kind: str, *parameters: str) -> TypeShape:
    """A task, service or instance of a cluster: by id within it, or by its own ARN.

    A request without a cluster is about the one called `default`.
    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
    """

    def shape(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
        del binding
        if request.call.service != "ecs" or request.call.operation in _BY_ARN:
            return None  # a session's task, say, is named in its own way
        if kind == "service" and (deployed := _of_deployments(request)):
            return deployed
        texts: tuple[Text | None, ...] = tuple(text for path in parameters for text in request.texts(path)) or (None,)
        clusters = request.texts("cluster") or (Text.of("default"),)
        return unique(_within(request, kind, cluster, text) for cluster in clusters for text in texts)

    return shape


_DEPLOYMENTS = ("serviceDeploymentArn", "serviceDeploymentArns[]", "serviceRevisionArns[]")


def _of_deployments(request: Request) -> tuple[Pattern, ...]:
    """The services of deployments and revisions: `service-deployment/shop/web/1a2b` is one of `service/shop/web`."""
    found = []
    for text in request.texts(*_DEPLOYMENTS):
        whole = segments(text) if form_of(text) is Form.ARN else None
        pieces = split(whole[5], "/") if whole is not None else ()
        if whole is None or len(pieces) < _DEPLOYMENT_PIECES:
            found.append(request.arn("ecs", "service/", OPEN, "/", OPEN))
            continue
        place = ("arn:", whole[1], ":ecs:", whole[3], ":", whole[4])
        found.append(request.render(Glob.of(*place, ":service/", pieces[1], "/", pieces[2])))
    return unique(found)


_DEPLOYMENT_PIECES = 4  # kind, cluster, service, id


def cluster(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A cluster by name or ARN; where a request may leave it out, it is about the one called `default`."""
    named = "cluster" in (*binding.whole, *(source for _, source in binding.variables))
    if request.call.service != "ecs" or not named or request.presence("cluster") is not Presence.ABSENT:
        return None
    return (request.arn("ecs", "cluster/default", note="a request without a cluster is about `default`"),)


def _within(request: Request, kind: str, cluster: Text, text: Text | None) -> Pattern:
    if text is not None and form_in(request, text) is Form.ARN:
        return name_or_arn(request, text, "ecs", f"{kind}/")
    # An ARN that is not known is one of the cluster that the request names.
    inside: Text | Wild = Wild("*") if text is None or form_of(text) is Form.OPEN_ARN else text
    found = segments(cluster) if form_of(cluster) is Form.ARN else None
    if found is None:
        name = OPEN if form_of(cluster) in (Form.ARN, Form.OPEN_ARN) else cluster
        return request.arn("ecs", f"{kind}/", name, "/", inside)
    name = split(found[5], "/", 1)[-1]
    return request.render(Glob.of("arn:", found[1], ":ecs:", found[3], ":", found[4], f":{kind}/", name, "/", inside))


TYPES: dict[tuple[str, str], TypeShape] = {
    ("lambda", "function"): function,
    ("lambda", "function alias"): function,
    ("lambda", "function version"): function,
    ("lambda", "layerVersion"): layer_version,
    ("codebuild", "project"): project,
    ("states", "express"): express,
    ("batch", "job"): job,
    ("batch", "job-definition"): job_definition,
    ("batch", "job-definition-revision"): job_definition_revision,
    ("ecs", "task-definition"): task_definition,
    ("ecs", "cluster"): cluster,
    ("ecs", "daemon-task-definition"): daemon_task_definition,
    ("ecs", "task"): in_cluster("task", "tasks[]", "task"),
    ("ecs", "service"): in_cluster("service", "services[]", "service", "serviceName", "serviceArn"),
    ("ecs", "container-instance"): in_cluster("container-instance", "containerInstances[]", "containerInstance"),
}
