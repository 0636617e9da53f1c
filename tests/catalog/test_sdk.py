"""The SDK half against botocore's and boto3's own clients and resources."""

from __future__ import annotations

import boto3
import botocore.session
import pytest

SERVICES = (
    "s3", "dynamodb", "sqs", "lambda", "ec2", "iam", "logs", "stepfunctions", "apigatewayv2", "cognito-idp",
    "elbv2", "sagemaker-runtime", "waf-regional", "iot-data",
)  # fmt: skip


def client(service):
    session = botocore.session.Session()
    return session.create_client(
        service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_methods_paginators_and_waiters_are_botocores(service, catalog):
    real = client(service)
    mapping = real.meta.method_to_api_mapping
    assert {m: catalog.method(service, m).name for m in catalog.methods(service)} == dict(mapping)
    for method in mapping:
        assert (catalog.paginator(service, method) is not None) == real.can_paginate(method), method
    for name in real.waiter_names:
        assert catalog.waiter(service, name).name == real.get_waiter(name).config.operation


@pytest.mark.parametrize("service", SERVICES)
def test_parameters_are_botocores(service, catalog):
    model = client(service).meta.service_model
    for name in model.operation_names[:60]:
        shape = model.operation_model(name).input_shape
        expected = (
            [] if shape is None else [(m, s.type_name, m in shape.required_members) for m, s in shape.members.items()]
        )
        assert [(p.name, p.type, p.required) for p in catalog.operation(service, name).parameters] == expected


def test_every_service_of_botocore_is_there(catalog):
    assert list(catalog.services()) == sorted(botocore.session.Session().get_available_services())


def test_resource_services_are_boto3s(catalog):
    assert list(catalog.resource_services()) == sorted(boto3.session.Session().get_available_resources())


@pytest.mark.parametrize(
    "service", ["cloudformation", "cloudwatch", "dynamodb", "ec2", "glacier", "iam", "s3", "sns", "sqs"]
)
def test_resource_models_name_what_boto3s_resources_have(service, catalog):
    session = boto3.session.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1")
    root = session.resource(service)
    kinds = {sub.link.type for sub in catalog.resource_type(service).subresources if not sub.reference}
    assert kinds
    for kind in ["", *sorted(kinds)]:
        model = catalog.resource_type(service, kind)
        real = root if not kind else _made(root, catalog, service, kind)
        names = [
            *model.identifiers,
            *(n for n, _ in model.aliases),
            *(x.name for group in (model.actions, model.collections, model.waiters, model.subresources) for x in group),
        ]
        for name in [*names, *model.attributes]:
            assert hasattr(type(real), name), f"{kind}.{name}"
        if model.load is not None:
            assert hasattr(real, "load")
        ours = {*names, *model.attributes, "load", "reload", "meta", "get_available_subresources"}
        theirs = {n for n in dir(type(real)) if not n.startswith("_")}
        assert theirs - ours <= INJECTED.get(f"{service}.{kind}", set()), kind


# What boto3 adds to a class by hand (boto3.s3.inject, boto3.dynamodb.table, boto3.ec2): no part of the models.
_TRANSFERS = {"copy", "download_file", "download_fileobj", "upload_file", "upload_fileobj"}
INJECTED = {
    "s3.Bucket": {*_TRANSFERS, "creation_date"},
    "s3.Object": _TRANSFERS,
    "s3.ObjectSummary": set(),
    "dynamodb.Table": {"batch_writer"},
    "dynamodb.": {"batch_writer"},
    "ec2.": {"create_tags"},
    "ec2.Instance": {"delete_tags"},
}


def _made(root, catalog, service, kind):
    for sub in catalog.resource_type(service).subresources:
        if sub.link.type == kind and not sub.reference:
            return getattr(root, sub.name)(*["arn:aws:x:::y" if "arn" in a else "x" for a in sub.arguments])
    raise AssertionError(kind)


def test_a_sub_resource_takes_its_parents_identifiers(catalog):
    bucket = catalog.resource_type("s3", "Bucket")
    (obj,) = [sub for sub in bucket.subresources if sub.name == "Object"]
    assert obj.link.type == "Object"
    assert obj.arguments == ("key",)
    assert {(b.target, b.source, b.name) for b in obj.link.identifiers} == {
        ("bucket_name", "identifier", "name"),
        ("key", "input", None),
    }


def test_a_reference_needs_no_call(catalog):
    instance = catalog.resource_type("ec2", "Instance")
    (vpc,) = [sub for sub in instance.subresources if sub.name == "vpc"]
    assert vpc.reference
    assert vpc.link.identifiers[0].path == "VpcId"


def test_a_collection_sends_its_request(catalog):
    bucket = catalog.resource_type("s3", "Bucket")
    (objects,) = [c for c in bucket.collections if c.name == "objects"]
    assert objects.operation == "ListObjects"
    assert objects.resource.type == "ObjectSummary"
    assert [(b.target, b.source, b.name) for b in objects.parameters] == [("Bucket", "identifier", "name")]


def test_a_batch_action_belongs_to_the_items(catalog):
    summary = catalog.resource_type("s3", "ObjectSummary")
    (delete,) = summary.batch_actions
    assert (delete.name, delete.operation) == ("delete", "DeleteObjects")
    assert "Delete.Objects[].Key" in {b.target for b in delete.parameters}


def test_an_identifier_has_its_other_name(catalog):
    assert ("instance_id", "id") in catalog.resource_type("ec2", "Instance").aliases


def test_an_action_that_gives_many(catalog):
    root = catalog.resource_type("ec2")
    (create,) = [a for a in root.actions if a.name == "create_instances"]
    assert create.resource.many
    (one,) = [a for a in root.actions if a.name == "create_vpc"]
    assert not one.resource.many


def test_what_is_not_there_is_none(catalog):
    assert catalog.operation("s3", "getobject") is None
    assert catalog.method("s3", "get_objects") is None
    assert catalog.method("nope", "get_object") is None
    assert catalog.paginator("s3", "get_object") is None
    assert catalog.waiter("s3", "object_gone") is None
    assert catalog.resource_type("s3", "Nope") is None
    assert catalog.resource_type("lambda") is None
    assert catalog.methods("nope") == ()
    assert not catalog.has_service("nope")


def test_methods_by_name_over_all_services(catalog):
    services = [o.service for o in catalog.methods_named("list_tables")]
    assert services == sorted(services)
    assert {"dynamodb", "keyspaces"} <= set(services)
