"""What a deployment needs of its role, whatever its code does."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from iamgen.analysis.usage import EXTENSION, ApiCall, GapKind, MappingOf, Usage
from iamgen.catalog.store import Catalog
from iamgen.core.location import Location
from iamgen.core.text import Hole, HoleKind, Text, symbol
from iamgen.mapping import require
from iamgen.mapping.model import DeploymentNeed, Wildcard
from iamgen.mapping.runtime import deployment_needs
from iamgen.project.model import Configuration, EventSource, Project, Resource, Source, Unit

OWN = "${AWS::Region}:${AWS::AccountId}"
ARN = "arn:${AWS::Partition}"


def unit(configuration: Configuration | None) -> Unit:
    return Unit("Fn", "app.handler", None, Source("template.yaml", 3, "src"), (), None, configuration)


def project(**resources: Resource) -> Project:
    return Project(Path(), "sam", (), MappingProxyType(resources))


def needs(configuration: Configuration | None, **resources: Resource) -> dict[str, set[str]]:
    found, _ = deployment_needs(unit(configuration), project(**resources))
    by_action: dict[str, set[str]] = {}
    for one in found:
        by_action.setdefault(one.action, set()).add(one.resource)
    return by_action


def named(**settings: object) -> Configuration:
    return Configuration(function_name=symbol("Fn"), **settings)  # type: ignore[arg-type]


LOG = f"{ARN}:logs:{OWN}:log-group:/aws/lambda/${{Fn}}:*"
LOGS = {"logs:CreateLogGroup": {LOG}, "logs:CreateLogStream": {LOG}, "logs:PutLogEvents": {LOG}}


def beyond_logs(configuration: Configuration, **resources: Resource) -> dict[str, set[str]]:
    found = needs(configuration, **resources)
    return {action: on for action, on in found.items() if action not in LOGS}


def test_a_bare_entry_has_no_deployment() -> None:
    assert needs(None) == {}


def test_logs_go_to_the_function_s_own_group() -> None:
    assert needs(named()) == LOGS


def test_a_declared_log_group_is_not_made_by_the_function() -> None:
    group = Resource("Group", "AWS::Logs::LogGroup", {"LogGroupName": Text.of("/aws/lambda/", symbol("Fn"))},
                     Location("template.yaml", 1))  # fmt: skip
    assert set(needs(named(), Group=group)) == {"logs:CreateLogStream", "logs:PutLogEvents"}


@pytest.mark.parametrize(
    ("group", "pattern"),
    [
        (Text.of("/shared/app"), f"{ARN}:logs:{OWN}:log-group:/shared/app:*"),
        (symbol("Group"), f"{ARN}:logs:{OWN}:log-group:${{Group}}:*"),
        (Text.of("arn:aws:logs:eu-west-1:111122223333:log-group:x:*"),
         "arn:aws:logs:eu-west-1:111122223333:log-group:x:*"),
    ],
)  # fmt: skip
def test_a_log_group_of_its_own(group: Text, pattern: str) -> None:
    assert needs(named(log_group=group))["logs:PutLogEvents"] == {pattern}


def test_a_network_needs_interfaces_everywhere() -> None:
    found = beyond_logs(named(vpc=True))
    assert set(found) == {
        "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
    }  # fmt: skip
    assert all(on == {"*"} for on in found.values())


def test_tracing() -> None:
    assert beyond_logs(named(tracing=True)) == {"xray:PutTelemetryRecords": {"*"}, "xray:PutTraceSegments": {"*"}}


QUEUE = Text.of("arn:aws:sqs:eu-west-1:111122223333:jobs")


def test_a_polled_queue() -> None:
    on = {"arn:aws:sqs:eu-west-1:111122223333:jobs"}
    assert beyond_logs(named(event_sources=(EventSource("sqs", (QUEUE,)),))) == {
        "sqs:DeleteMessage": on, "sqs:GetQueueAttributes": on, "sqs:ReceiveMessage": on,
    }  # fmt: skip


def test_a_queue_that_is_not_known_stays_a_queue() -> None:
    found = beyond_logs(named(event_sources=(EventSource("sqs", ()),)))
    assert found["sqs:ReceiveMessage"] == {f"{ARN}:sqs:*:*:*"}


STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"


def test_a_stream() -> None:
    found = beyond_logs(named(event_sources=(EventSource("kinesis", (Text.of(STREAM),)),)))
    assert found.pop("kinesis:ListStreams") == {"*"}
    assert found == {
        f"kinesis:{name}": {STREAM}
        for name in ("DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards")
    }


def test_an_enhanced_consumer_subscribes_as_itself_and_reads_its_stream() -> None:
    consumer = f"{STREAM}/consumer/fast:1700000000"
    found = beyond_logs(named(event_sources=(EventSource("kinesis", (Text.of(consumer),)),)))
    assert found["kinesis:SubscribeToShard"] == {consumer}
    assert found["kinesis:GetRecords"] == {STREAM}


def test_a_table_s_stream() -> None:
    found = beyond_logs(named(event_sources=(EventSource("dynamodb", (symbol("Orders.StreamArn"),)),)))
    assert found["dynamodb:GetRecords"] == {"${Orders.StreamArn}"}
    assert found["dynamodb:ListStreams"] == {"*"}
    unknown = beyond_logs(named(event_sources=(EventSource("dynamodb", ()),)))
    assert unknown["dynamodb:GetRecords"] == {f"{ARN}:dynamodb:*:*:table/*/stream/*"}


def test_a_broker_with_its_secret() -> None:
    access = ({"Type": Text.of("BASIC_AUTH"), "URI": symbol("BrokerSecret.Arn")},)
    source = EventSource("mq", (symbol("Broker.Arn"),), MappingProxyType({"SourceAccessConfigurations": access}))
    found = beyond_logs(named(event_sources=(source,)))
    assert found["mq:DescribeBroker"] == {"${Broker.Arn}"}
    assert found["secretsmanager:GetSecretValue"] == {"${BrokerSecret.Arn}"}
    assert found["ec2:DescribeVpcs"] == {"*"}


def test_self_managed_kafka_needs_a_network_only_when_it_has_one() -> None:
    subnet = ({"Type": Text.of("VPC_SUBNET"), "URI": Text.of("subnet:subnet-1")},)
    inside = EventSource("kafka", (), MappingProxyType({"SourceAccessConfigurations": subnet}))
    assert "ec2:CreateNetworkInterface" in beyond_logs(named(event_sources=(inside,)))
    assert beyond_logs(named(event_sources=(EventSource("kafka", ()),))) == {}


def test_an_unknown_kind_of_source_is_a_gap() -> None:
    found, gaps = deployment_needs(unit(named(event_sources=(EventSource("carrier-pigeon", ()),))), project())
    assert {one.action for one in found} == set(LOGS)
    assert [gap.kind for gap in gaps] == [GapKind.DECLARATION]


@pytest.mark.parametrize(
    ("target", "action"),
    [
        ("arn:aws:sqs:eu-west-1:111122223333:dead", "sqs:SendMessage"),
        ("arn:aws:sns:eu-west-1:111122223333:dead", "sns:Publish"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:dead", "lambda:InvokeFunction"),
        ("arn:aws:events:eu-west-1:111122223333:event-bus/dead", "events:PutEvents"),
    ],
)
def test_targets(target: str, action: str) -> None:
    assert beyond_logs(named(dead_letter=(Text.of(target),))) == {action: {target}}
    assert beyond_logs(named(destinations=(Text.of(target),))) == {action: {target}}


def test_a_bucket_as_target() -> None:
    found = beyond_logs(named(destinations=(Text.of("arn:aws:s3:::failures"),)))
    assert found == {"s3:PutObject": {"arn:aws:s3:::failures/*"}, "s3:ListBucket": {"arn:aws:s3:::failures"}}


def test_a_target_known_by_its_resource_only() -> None:
    topic = Resource("Alarm", "AWS::SNS::Topic", {}, Location("template.yaml", 1))
    assert beyond_logs(named(dead_letter=(symbol("Alarm"),)), Alarm=topic) == {"sns:Publish": {"${Alarm}"}}


def test_a_target_of_an_unknown_kind_is_a_gap() -> None:
    found, gaps = deployment_needs(unit(named(dead_letter=(symbol("SomewhereArn"),))), project())
    assert {one.action for one in found} == set(LOGS)
    assert "SomewhereArn" in gaps[0].message


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("DeadTopicArn", "sns:Publish"),
        ("ImportValue.shared-dlq", "sqs:SendMessage"),
        ("FailureQueueArn", "sqs:SendMessage"),
        ("OnFailureFunctionArn", "lambda:InvokeFunction"),
    ],
)
def test_a_target_known_by_its_name_only(name: str, action: str) -> None:
    assert beyond_logs(named(destinations=(symbol(name),))) == {action: {f"${{{name}}}"}}


def test_a_polled_queue_s_own_key_is_used_too() -> None:
    queue = Resource("Jobs", "AWS::SQS::Queue", {"KmsMasterKeyId": symbol("Key.Arn")}, Location("template.yaml", 1))
    arn = Text.of("arn:", symbol("AWS::Partition"), ":sqs:", symbol("AWS::Region"), ":", symbol("AWS::AccountId"), ":",
                  symbol("Jobs.QueueName"))  # fmt: skip
    configuration = named(event_sources=(EventSource("sqs", (arn,)),))
    found = require(Usage("Fn"), unit(configuration), project(Jobs=queue), Catalog.open()).items
    (decrypt,) = [one for one in found if one.action == "kms:Decrypt"]
    assert decrypt.resource == "${Key.Arn}"
    assert decrypt.conditions[0].values == ("sqs.${AWS::Region}.amazonaws.com",)
    assert isinstance(decrypt.evidence[0], DeploymentNeed)


def test_a_mounted_file_system_is_bound_to_its_access_point() -> None:
    point = Resource("Point", "AWS::EFS::AccessPoint", {"FileSystemId": symbol("Files")}, Location("template.yaml", 1))
    arn = Text.of("arn:aws:elasticfilesystem:eu-west-1:111122223333:access-point/", symbol("Point"))
    found, _ = deployment_needs(unit(named(file_systems=(arn,))), project(Point=point))
    mount = next(one for one in found if one.action == "elasticfilesystem:ClientMount")
    assert mount.resource == f"{ARN}:elasticfilesystem:{OWN}:file-system/${{Files}}"
    assert mount.conditions[0].key == "elasticfilesystem:AccessPointArn"


def test_an_environment_key_is_used_through_lambda_only() -> None:
    key = Text.of("arn:aws:kms:eu-west-1:111122223333:key/1234")
    found, _ = deployment_needs(unit(named(kms_key=(key,))), project())
    decrypt = next(one for one in found if one.action == "kms:Decrypt")
    assert decrypt.resource == key.literal
    assert [(c.key, c.values) for c in decrypt.conditions] == [
        ("kms:ViaService", ("lambda.${AWS::Region}.amazonaws.com",))
    ]


def test_insights_has_a_group_of_its_own() -> None:
    layer = Text.of("arn:aws:lambda:eu-west-1:111122223333:layer:LambdaInsightsExtension:38")
    assert f"{ARN}:logs:{OWN}:log-group:/aws/lambda-insights:*" in needs(named(layers=(layer,)))["logs:PutLogEvents"]


@pytest.mark.parametrize(
    ("name", "service"),
    [("AWS-Parameters-and-Secrets-Lambda-Extension", "ssm"), ("AWS-AppConfig-Extension", "appconfigdata")],
)
def test_an_extension_that_nothing_is_seen_to_ask_is_a_gap(name: str, service: str) -> None:
    layer = Text.of(f"arn:aws:lambda:eu-west-1:111122223333:layer:{name}:11")
    _, (gap,) = deployment_needs(unit(named(layers=(layer,))), project())
    assert gap.kind is GapKind.DECLARATION
    assert name in gap.message
    asked = ApiCall(service, "", EXTENSION, MappingOf(), Location("app.py", 3))
    assert deployment_needs(unit(named(layers=(layer,))), project(), (asked,))[1] == ()


def test_evidence_names_the_need_and_its_page() -> None:
    found, _ = deployment_needs(unit(named(vpc=True, event_sources=(EventSource("sqs", (QUEUE,)),))), project())
    evidence = {source for one in found for source in one.evidence}
    assert all(isinstance(source, DeploymentNeed) and source.url.startswith("https://") for source in evidence)
    assert {source.need for source in evidence} == {"logs", "vpc", "event-source:sqs"}
    assert {one.wildcard for one in found if one.resource == "*"} == {Wildcard.REQUIRED}


def test_a_name_that_is_not_known_is_open() -> None:
    found, _ = deployment_needs(unit(Configuration(function_name=Text((Hole(HoleKind.UNKNOWN),)))), project())
    assert {one.wildcard for one in found} == {Wildcard.OPEN}


def test_a_task_of_ecs_writes_no_log_of_lambda():
    assert needs(Configuration(service="ecs")) == {}
    assert needs(Configuration(service="lambda")) != {}
