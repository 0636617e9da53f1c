"""What a deployment needs of its role by itself: logs, networking, tracing, event sources, targets.

The facts are AWS's managed policies for execution roles (`AWSLambdaBasicExecutionRole` and its kin),
narrowed to the resources that the deployment names; each need says which page of AWS's it is from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iamgen.analysis.usage import EXTENSION, ApiCall, Gap, GapKind
from iamgen.core.location import Location
from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.arns import Form, form_of, segments
from iamgen.mapping.declared import entries_in, given_in, texts_in
from iamgen.mapping.event_sources import AnyResource, Polling, polling_of
from iamgen.mapping.model import DeploymentNeed, Requirement
from iamgen.mapping.named import arn_text
from iamgen.mapping.patterns import EVERYTHING, Glob, Pattern, Wild, arn, render
from iamgen.mapping.place import OPEN, Place, place_of
from iamgen.mapping.shapes.secrets import secret_glob
from iamgen.policy.model import Condition
from iamgen.project.model import Configuration, EventSource, Project, Unit

_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg"
LOGS_URL = f"{_GUIDE}/monitoring-cloudwatchlogs.html"
VPC_URL = f"{_GUIDE}/configuration-vpc.html#configuration-vpc-permissions"
TRACING_URL = f"{_GUIDE}/services-xray.html"
DEAD_LETTER_URL = f"{_GUIDE}/invocation-async-retain-records.html"
FILES_URL = f"{_GUIDE}/configuration-filesystem-efs.html"
ENVIRONMENT_URL = f"{_GUIDE}/configuration-envvars-encryption.html"
DURABLE_URL = f"{_GUIDE}/durable-security.html"
INSIGHTS_URL = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-Getting-Started.html"

NETWORK = ("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
           "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses")  # fmt: skip
_LOGGING = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
_TRACING = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
# In the names of AWS's layers: the services that their extensions ask, and what to declare.
_EXTENSIONS = {
    "AWS-Parameters-and-Secrets-Lambda-Extension": (
        frozenset({"secretsmanager", "ssm"}),
        "secretsmanager.GetSecretValue SecretId=NAME` or `# iamgen: calls ssm.GetParameter Name=NAME",
    ),
    "AWS-AppConfig-Extension": (
        frozenset({"appconfigdata"}),
        "appconfigdata.StartConfigurationSession ApplicationIdentifier=NAME",
    ),
}
_INSIGHTS = "LambdaInsightsExtension"  # in the name of AWS's layer


class _Needs:
    """Collects requirements and gaps of one unit's deployment."""

    def __init__(self, unit: Unit, configuration: Configuration, project: Project) -> None:
        self.project = project
        self.place = place_of(unit)
        source = unit.source
        self.location = configuration.location or Location(source.template or source.code, source.line)
        self.found: list[Requirement] = []
        self.gaps: list[Gap] = []

    def add(self, need: str, actions: Iterable[str], pattern: Pattern, url: str, where: Location | None = None) -> None:
        """These actions on this pattern, for this need."""
        evidence = DeploymentNeed(need, where or self.location, url)
        note = f"{pattern.note} ({url})" if pattern.note else url
        self.found.extend(
            Requirement(action, pattern.resource, pattern.conditions, (evidence,), pattern.wildcard, note)
            for action in actions
        )

    def own(self, service: str, *resource: str | Text | Wild) -> Pattern:
        """A resource of the deployment's own region and account."""
        return render(arn(self.place, service, *resource), deployed=True)

    def gap(self, message: str, where: Location | None = None) -> None:
        """Something of the declaration that may need a permission and could not be resolved."""
        self.gaps.append(Gap(GapKind.DECLARATION, where or self.location, message))


def deployment_needs(
    unit: Unit, project: Project, calls: tuple[ApiCall, ...] = ()
) -> tuple[tuple[Requirement, ...], tuple[Gap, ...]]:
    """The needs of the unit's configuration, and what of it could not be resolved; none for a bare entry."""
    configuration = unit.configuration
    if configuration is None:
        return (), ()
    needs = _Needs(unit, configuration, project)
    if configuration.service == "lambda":
        _logs(needs, configuration)
    if configuration.vpc:
        needs.add("vpc", NETWORK, EVERYTHING, VPC_URL)
    if configuration.tracing:
        needs.add("tracing", _TRACING, EVERYTHING, TRACING_URL)
    for source in configuration.event_sources:
        _event_source(needs, source)
    for target in configuration.dead_letter:
        _target(needs, "dead-letter", target, needs.location)
    for target in configuration.destinations:
        _target(needs, "destination", target, needs.location)
    for access_point in configuration.file_systems:
        _file_system(needs, access_point, configuration)
    for key in configuration.kms_key:
        _environment_key(needs, key)
    _durable(needs, configuration)
    _extensions(needs, configuration, calls)
    return tuple(needs.found), tuple(needs.gaps)


def _logs(needs: _Needs, configuration: Configuration) -> None:
    """Lambda writes a function's log with its role, into a group that it makes when there is none yet."""
    name = configuration.function_name
    group = configuration.log_group or Text.of("/aws/lambda/", name if name is not None else OPEN)
    found = segments(group) if form_of(group) is Form.ARN else None
    if found is not None:
        pattern = render(Glob.of(arn_text(Text.of(*_without_star(group))), ":", Wild("*")), deployed=True)
    else:
        pattern = needs.own("logs", "log-group:", group, ":", Wild("*"))
    declared = any(
        resource.type == "AWS::Logs::LogGroup" and group in texts_in(resource.properties, "LogGroupName")
        for resource in needs.project.resources.values()
    )
    needs.add("logs", _LOGGING[1:] if declared else _LOGGING, pattern, LOGS_URL)
    if any(isinstance(part, str) and _INSIGHTS in part for layer in configuration.layers for part in layer.parts):
        needs.add("insights", _LOGGING, needs.own("logs", "log-group:/aws/lambda-insights:", Wild("*")), INSIGHTS_URL)


def _extensions(needs: _Needs, configuration: Configuration, calls: tuple[ApiCall, ...]) -> None:
    """A layer whose extension reads for code that is not seen to ask it."""
    asked = {call.service for call in calls if call.method == EXTENSION}
    for layer in configuration.layers:
        for name, (services, actions) in _EXTENSIONS.items():
            if any(isinstance(part, str) and name in part for part in layer.parts) and not asked & services:
                needs.gap(
                    f"the layer `{name}` reads with the function's role what the code asks it for, and no such request"
                    f" is seen: declare it with `# iamgen: calls {actions}`"
                )


def _without_star(group: Text) -> tuple[str | Hole, ...]:
    last = group.parts[-1]
    return (*group.parts[:-1], last.removesuffix(":*")) if isinstance(last, str) else group.parts


def _event_source(needs: _Needs, source: EventSource) -> None:
    """Lambda polls the source with the function's role."""
    polling = polling_of(source.kind)
    need = f"event-source:{source.kind}"
    where = source.location or needs.location
    if polling is None:
        needs.gap(f"nothing is known of what the event source `{source.kind}` needs", where)
        return
    for text in source.arn or (OPEN,):
        consumer = polling.consumer is not None and _resource_starts(text, polling.consumer.within)
        for actions, service, tail in polling.on:
            needs.add(need, actions, _source_pattern(needs, text, service, tail), polling.url, where)
        if consumer and polling.consumer is not None:
            needs.add(
                need, polling.consumer.actions, render(Glob.of(arn_text(text)), deployed=True), polling.url, where
            )
    for action, service, start in polling.own:
        needs.add(need, (action,), needs.own(service, start, OPEN), polling.url, where)
    if polling.everywhere:
        needs.add(need, polling.everywhere, EVERYTHING, polling.url, where)
    _access(needs, source, polling, need, where)
    for target in texts_in(source.details, "DestinationConfig", "OnFailure", "Destination"):
        _target(needs, "destination", target, where)


def _resource_starts(text: Text, within: str) -> bool:
    return any(isinstance(part, str) and within in part for part in text.parts)


def _source_pattern(needs: _Needs, text: Text, service: str, tail: AnyResource) -> Pattern:
    if form_of(text) in (Form.OPEN, Form.OPEN_ARN):
        elsewhere = Place(needs.place.partition, OPEN, OPEN)
        return render(arn(elsewhere, service, *tail.open), deployed=True)
    cut = tail.cut(text)
    return render(Glob.of(arn_text(cut)), deployed=True)


def _access(needs: _Needs, source: EventSource, polling: Polling, need: str, where: Location) -> None:
    """Credentials and networks that the source is reached with."""
    network = False
    for one in entries_in(source.details, "SourceAccessConfigurations"):
        kinds = {text.literal for text in texts_in(one, "Type")}
        if kinds & {"VPC_SUBNET", "VPC_SECURITY_GROUP"}:
            network = True
        elif "VIRTUAL_HOST" not in kinds:
            for uri in texts_in(one, "URI"):
                glob, note = secret_glob(uri, needs.place)
                pattern = render(glob, deployed=True, note=note)
                needs.add(need, ("secretsmanager:GetSecretValue",), pattern, polling.url, where)
    for key in texts_in(source.details, "SecretsManagerKmsKeyId"):
        _decrypt(needs, need, key, "secretsmanager", polling.url, "the secret is encrypted under this key")
    if network and polling.network:
        needs.add(need, polling.network, EVERYTHING, polling.url, where)


_SENDING = {
    "sqs": ("sqs:SendMessage",),
    "sns": ("sns:Publish",),
    "lambda": ("lambda:InvokeFunction",),
    "events": ("events:PutEvents",),
}
_BY_TYPE = {
    "AWS::SQS::Queue": "sqs",
    "AWS::SNS::Topic": "sns",
    "AWS::Lambda::Function": "lambda",
    "AWS::Serverless::Function": "lambda",
    "AWS::Events::EventBus": "events",
    "AWS::S3::Bucket": "s3",
}


_BY_WORD = (
    ("queue", "sqs"), ("sqs", "sqs"), ("dlq", "sqs"), ("topic", "sns"), ("sns", "sns"), ("function", "lambda"),
    ("lambda", "lambda"), ("eventbus", "events"), ("event-bus", "events"), ("bucket", "s3"),
)  # fmt: skip


def _target(needs: _Needs, need: str, text: Text, where: Location) -> None:
    """Where Lambda sends an event that failed, or its result, with the function's role."""
    service = _service(needs, text)
    pattern = render(Glob.of(arn_text(text)), deployed=True)
    if service == "s3":
        whole = render(Glob.of(arn_text(text), "/", Wild("*")), deployed=True)
        needs.add(need, ("s3:PutObject",), whole, DEAD_LETTER_URL, where)
        needs.add(need, ("s3:ListBucket",), pattern, DEAD_LETTER_URL, where)
    elif service in _SENDING:
        needs.add(need, _SENDING[service], pattern, DEAD_LETTER_URL, where)
    else:
        needs.gap(f"the {need} target `{pattern.resource}` may be a queue, a topic or another target", where)


def _service(needs: _Needs, text: Text) -> str:
    found = segments(text) if form_of(text) is Form.ARN else None
    if found is not None:
        return found[2].literal or ""
    part = text.parts[0] if len(text.parts) == 1 else ""
    if not isinstance(part, Hole) or part.kind is not HoleKind.SYMBOL:
        return ""
    declared = needs.project.resources.get(part.name.split(".")[0])
    if declared is not None:
        return _BY_TYPE.get(declared.type, "")
    # A parameter or an import: its name is all that there is, and most often says it.
    said = {service for word, service in _BY_WORD if word in part.name.lower()}
    return said.pop() if len(said) == 1 else ""


def _file_system(needs: _Needs, access_point: Text, configuration: Configuration) -> None:
    """A mounted file system, by the access point that the function mounts it through."""
    identifier = _file_system_of(needs, access_point)
    read_only = given_in(configuration.settings, "ReadOnlyFileSystem")
    value = render(Glob.of(arn_text(access_point)), deployed=True).resource
    base = needs.own("elasticfilesystem", "file-system/", identifier)
    known = form_of(access_point) is Form.ARN and "*" not in value
    conditions = (Condition("StringEquals", "elasticfilesystem:AccessPointArn", (value,)),) if known else ()
    note = "a file system is mounted through its access point"
    pattern = Pattern(base.resource, base.wildcard, note, conditions)
    actions = ("elasticfilesystem:ClientMount",) if read_only else (
        "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite",
    )  # fmt: skip
    needs.add("file-system", actions, pattern, FILES_URL)


def _file_system_of(needs: _Needs, access_point: Text) -> Text:
    for hole in access_point.holes:
        declared = needs.project.resources.get(hole.name.split(".")[0]) if hole.kind is HoleKind.SYMBOL else None
        identifiers = texts_in(declared.properties, "FileSystemId") if declared is not None else ()
        if len(identifiers) == 1:
            return identifiers[0]
    return OPEN


def _environment_key(needs: _Needs, key: Text) -> None:
    """A customer managed key of the environment: Lambda decrypts the variables with the function's role."""
    note = "the environment is encrypted under a customer managed key"
    _decrypt(needs, "environment-key", key, "lambda", ENVIRONMENT_URL, note)


def _decrypt(needs: _Needs, need: str, key: Text, service: str, url: str, note: str) -> None:
    """`kms:Decrypt` on a key, through the service that uses it in the role's name."""
    glob = Glob.of(arn_text(key)) if form_of(key) is Form.ARN else arn(needs.place, "kms", "key/", key)
    pattern = render(glob, deployed=True, note=note)
    region = render(Glob.of(needs.place.region), deployed=True).resource
    condition = Condition("StringEquals", "kms:ViaService", (f"{service}.{region}.amazonaws.com",))
    needs.add(need, ("kms:Decrypt",), replace(pattern, conditions=(condition,)), url)


def _durable(needs: _Needs, configuration: Configuration) -> None:
    """A durable function keeps its own progress."""
    if not given_in(configuration.settings, "DurableConfig"):
        return
    name = configuration.function_name if configuration.function_name is not None else OPEN
    actions = ("lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState")
    pattern = needs.own("lambda", "function:", name, ":", Wild("*"), "/durable-execution/", Wild("*"))
    needs.add("durable-execution", actions, pattern, DURABLE_URL)
