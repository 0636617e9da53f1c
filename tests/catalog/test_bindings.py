"""Which parameters fill which ARN, by heuristic and by row."""

from __future__ import annotations

import pytest

from iamgen.catalog.build.bindings import arn_variables, bind
from iamgen.catalog.build.content import Origin
from iamgen.catalog.build.overrides import Filling


@pytest.mark.parametrize(
    ("operation", "action", "type_", "variables", "whole"),
    [
        ("dynamodb:PutItem", "dynamodb:PutItem", "table", {"TableName": "TableName"}, ["TableName"]),
        (
            "dynamodb:BatchGetItem",
            "dynamodb:BatchGetItem",
            "table",
            {"TableName": "RequestItems{keys}"},
            ["RequestItems{keys}"],
        ),
        ("s3:GetObject", "s3:GetObject", "object", {"BucketName": "Bucket", "ObjectName": "Key"}, []),
        ("lambda:Invoke", "lambda:InvokeFunction", "function", {"FunctionName": "FunctionName"}, ["FunctionName"]),
        (
            "rds:DescribeDBInstances",
            "rds:DescribeDBInstances",
            "db",
            {"DbInstanceName": "DBInstanceIdentifier"},
            ["DBInstanceIdentifier"],
        ),
        ("rds:CreateDBSubnetGroup", "rds:CreateDBSubnetGroup", "subgrp", {"SubnetGroupName": "DBSubnetGroupName"}, []),
        ("stepfunctions:StartExecution", "states:StartExecution", "statemachine", {}, ["stateMachineArn"]),
        (
            "ecs:DescribeTasks",
            "ecs:DescribeTasks",
            "task",
            {"ClusterName": "cluster", "TaskId": "tasks[]"},
            ["tasks[]"],
        ),
        ("eks:DescribeCluster", "eks:DescribeCluster", "cluster", {"ClusterName": "name"}, []),
        (
            "glue:CreateTable",
            "glue:CreateTable",
            "table",
            {"DatabaseName": "DatabaseName", "TableName": "TableInput.Name"},
            [],
        ),
        ("glue:GetWorkflowRun", "glue:GetWorkflowRun", "workflow", {"WorkflowName": "Name"}, []),
        ("athena:GetTableMetadata", "athena:GetTableMetadata", "datacatalog", {"DataCatalogName": "CatalogName"}, []),
        (
            "ssm:DeleteMaintenanceWindow",
            "ssm:DeleteMaintenanceWindow",
            "maintenancewindow",
            {"ResourceId": "WindowId"},
            [],
        ),
        ("cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarms", "alarm", {"AlarmName": "AlarmNames[]"}, []),
        ("kms:ReEncrypt", "kms:ReEncryptTo", "key", {"KeyId": "DestinationKeyId"}, ["DestinationKeyId"]),
        ("sqs:StartMessageMoveTask", "sqs:SendMessage", "queue", {}, ["DestinationArn"]),
        (
            "apigateway:GetStage",
            "apigateway:GET",
            "",
            {"RequestPath": "'/restapis/{restApiId}/stages/{stageName}'"},
            [],
        ),
        ("apigatewayv2:GetApi", "apigateway:GET", "", {"RequestPath": "'/apis/{ApiId}'"}, []),
        ("iam:CreateRole", "iam:TagRole", "role", {"RoleNameWithPath": "RoleName"}, []),
        ("kms:CreateKey", "kms:TagResource", "key", {}, []),
    ],
)
def test_parameters_fill_arns(operation, action, type_, variables, whole, catalog):
    service, name = operation.split(":")
    found = [b for b in catalog.bindings(service, name, action) if b.resource_type == type_]
    assert [(dict(b.variables), list(b.whole)) for b in found] == [(variables, whole)]


@pytest.mark.parametrize(
    ("operation", "type_", "sources"),
    [
        ("rds:CopyDBSnapshot", "snapshot", {"SourceDBSnapshotIdentifier", "TargetDBSnapshotIdentifier"}),
        ("rds:RestoreDBInstanceToPointInTime", "db", {"SourceDBInstanceIdentifier", "TargetDBInstanceIdentifier"}),
        ("elasticache:CopySnapshot", "snapshot", {"SourceSnapshotName", "TargetSnapshotName"}),
    ],
)
def test_both_ends_of_a_copy_are_filled(operation, type_, sources, catalog):
    service, name = operation.split(":")
    bindings = catalog.bindings(service, name, f"{catalog.service_prefix(service)}:{name}")
    assert {source for b in bindings if b.resource_type == type_ for _, source in b.variables} == sources


def test_a_name_does_not_fill_an_id(catalog):
    for b in catalog.bindings("config", "DeleteConfigurationRecorder", "config:DeleteConfigurationRecorder"):
        assert dict(b.variables).get("RecorderId") is None


def test_an_optional_type_that_nothing_fills_is_still_named(catalog):
    types = {b.resource_type: b for b in catalog.bindings("s3", "GetObject", "s3:GetObject")}
    assert types["accesspointobject"].variables == ()
    assert not types["accesspointobject"].required


def test_on_rows_are_complete(catalog):
    found = catalog.bindings("secretsmanager", "BatchGetSecretValue", "secretsmanager:BatchGetSecretValue")
    assert [b.resource_type for b in found] == ["*"]
    assert found[0].arn == "*"


def test_what_is_unknown_has_no_bindings(catalog):
    assert catalog.bindings("s3", "ListBuckets", "s3:ListAllMyBuckets") == ()
    assert catalog.bindings("s3", "NoSuch", "s3:GetObject") == ()


def test_a_row_of_a_type_comes_before_the_heuristic(service, reference):
    operation = service.operations["GetThing"]
    action = reference.action("shop:GetThing")
    arns = reference.arns["shop"]
    (guess,) = bind(service, operation, action, arns, {}, frozenset())
    assert (guess.variables, guess.origin) == ((("ThingName", "ThingName"),), Origin.HEURISTIC)
    rows = {"thing": (Filling((("ThingName", "Gone"),), ()), Filling((("ThingName", "'{ThingName}*'"),), ()))}
    (row,) = bind(service, operation, action, arns, rows, frozenset())
    assert (row.variables, row.origin) == ((("ThingName", "'{ThingName}*'"),), Origin.CURATED)


def test_the_variables_of_an_arn():
    assert arn_variables("arn:${Partition}:x:${Region}:${Account}:a/${B}/${C}") == ("B", "C")
