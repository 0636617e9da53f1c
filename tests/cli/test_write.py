"""`generate --write`: policies in the project's own files, and nothing else of them changed."""

import textwrap

import pytest

CODE = """
import os
import boto3

def handler(event, context):
    boto3.client("s3").get_object(Bucket="shop", Key="a")

def other(event, context):
    boto3.client("s3").put_object(Bucket="shop", Key="b")

def unclear(event, context):
    getattr(boto3.client("s3"), event["what"])()
"""

SAM = """\
# the shop
Transform: AWS::Serverless-2016-10-31
Resources:
  Read:   # reads
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: 'python3.12'
      Policies:  # as narrow as can be
        - S3CrudPolicy:
            BucketName: shop

      # how long
      Timeout: 3
  Bucket:
    Type: AWS::S3::Bucket   # not ours
"""

WRITTEN = """\
        - Version: "2012-10-17"
          Statement:
            - Sid: S3ShopA
              Effect: Allow
              Action: s3:GetObject
              Resource: !Sub "arn:${AWS::Partition}:s3:::shop/a"
"""


@pytest.fixture
def project(tmp_path):
    """`project(text)` is a folder with this template and the code beside it."""

    def make(text, name="template.yaml", **files):
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        (folder / "app.py").write_text(CODE)
        data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        (folder / name).write_bytes(data)
        return folder

    return make


def test_the_policies_change_and_nothing_else(iamgen, project):
    folder = project(SAM)
    template = folder / "template.yaml"
    shown = iamgen("generate", folder, "--write")
    assert shown.code == 1
    assert "nothing is written: run again with --yes" in shown.err
    assert "-        - S3CrudPolicy:" in shown.out
    assert "+            - Sid: S3ShopA" in shown.out
    assert template.read_text() == SAM

    done = iamgen("generate", folder, "--write", "--yes")
    assert (done.code, done.out) == (0, shown.out)
    old = "        - S3CrudPolicy:\n            BucketName: shop\n"
    assert template.read_text() == SAM.replace(old, WRITTEN)

    again = iamgen("generate", folder, "--write")
    assert (again.code, again.out) == (0, "")
    assert "Read: already least" in again.err
    assert iamgen("diff", folder).code == 0
