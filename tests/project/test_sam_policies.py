"""SAM policy templates: each one expands to what aws-sam-translator itself makes of it."""

import copy
import json

import pytest
from samtranslator.policy_template_processor.processor import PolicyTemplatesProcessor

from iamgen.project.templates.sam_data import expand_policy_template, managed_policies, policy_templates

PROCESSOR = PolicyTemplatesProcessor(copy.deepcopy({"Version": "0.0.1", "Templates": dict(policy_templates())}))


def test_all_templates_are_known():
    assert len(policy_templates()) >= 81


@pytest.mark.parametrize("name", sorted(policy_templates()))
def test_expands_like_sam(name):
    values = {key: {"Ref": f"My{key}"} for key in policy_templates()[name]["Parameters"]}
    assert expand_policy_template(name, values) == PROCESSOR.convert(name, values)


def test_expanding_leaves_the_table_alone():
    before = json.dumps(policy_templates()["S3ReadPolicy"])
    expand_policy_template("S3ReadPolicy", {"BucketName": "b"})
    assert json.dumps(policy_templates()["S3ReadPolicy"]) == before


def test_no_such_template():
    assert expand_policy_template("NoSuchPolicy", {}) is None


def test_managed_policies_have_their_paths():
    assert managed_policies()["AWSLambdaBasicExecutionRole"] == "service-role/AWSLambdaBasicExecutionRole"
    assert managed_policies()["AmazonS3ReadOnlyAccess"] == "AmazonS3ReadOnlyAccess"
