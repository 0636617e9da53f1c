"""A made-up monorepo of many functions: a SAM template, a shared package and one module a function."""

from __future__ import annotations

import random
from pathlib import Path

_SHARED_MODULES = 30

_HEAD = """AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    CodeUri: src/
    Environment:
      Variables:
        TABLE: !Ref Table
        QUEUE_URL: !Ref Queue
        BUCKET: !Ref Bucket
        TOPIC: !Ref Topic
Resources:
  Table:
    Type: AWS::DynamoDB::Table
  Queue:
    Type: AWS::SQS::Queue
  Bucket:
    Type: AWS::S3::Bucket
  Topic:
    Type: AWS::SNS::Topic
"""

_FUNCTION = """  Function{n:03}:
    Type: AWS::Serverless::Function
    Properties:
      Handler: functions.f{n:03}.handler
      Policies:
        - DynamoDBCrudPolicy:
            TableName: !Ref Table
"""

_SHARED = '''"""Shared module {n}."""

import json
import logging
import os

import boto3

log = logging.getLogger(__name__)


class Store{n}:
    def __init__(self, name=None):
        self.table = boto3.resource("dynamodb").Table(name or os.environ["TABLE"])
        self.s3 = boto3.client("s3")

    def load(self, key):
        found = self.table.get_item(Key={{"id": key}}).get("Item")
        if not found:
            raise KeyError(key)
        return found

    def save(self, key, **fields):
        item = {{"id": key, **fields}}
        self.table.put_item(Item=item)
        return item

    def archive(self, key):
        body = json.dumps(self.load(key), default=str)
        self.s3.put_object(Bucket=os.environ["BUCKET"], Key=f"archive/{n}/{{key}}.json", Body=body)


def chunks(items, size={size}):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def retry(work, times={times}):
    for attempt in range(times):
        try:
            return work()
        except Exception:
            log.warning("attempt %s failed", attempt)
    return None
'''

_HANDLER = '''"""Function {n}."""

import json
import os

import boto3

from shared.m{a:02} import Store{a}, chunks
from shared.m{b:02} import Store{b}, retry

sqs = boto3.client("sqs")
sns = boto3.client("sns")
first = Store{a}()
second = Store{b}()


def parse(event):
    return [json.loads(record["body"]) for record in event.get("Records", [])]


def handle(item):
    record = first.load(item["id"])
    record["seen"] = {n}
    {call}
    return second.save(item["id"], **record)


def handler(event, context):
    done = []
    for batch in chunks(parse(event)):
        for item in batch:
            done.append(retry(lambda: handle(item)))
    sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(len(done)))
    return {{"done": len(done)}}
'''

_CALLS = (
    'sns.publish(TopicArn=os.environ["TOPIC"], Message="seen")',
    'first.archive(item["id"])',
    'boto3.client("ssm").get_parameter(Name="/mono/flag")',
    'boto3.client("secretsmanager").get_secret_value(SecretId="mono/key")',
    'boto3.client("events").put_events(Entries=[{"EventBusName": "mono", "Detail": "{}"}])',
    "second.archive(item['id'])",
)


def write_monorepo(folder: Path, functions: int) -> None:
    """The monorepo, always the same for the same number of functions."""
    choose = random.Random(functions)
    shared = folder / "src" / "shared"
    handlers = folder / "src" / "functions"
    for package in (shared, handlers):
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
    for n in range(_SHARED_MODULES):
        text = _SHARED.format(n=n, size=choose.randint(2, 9), times=choose.randint(2, 5))
        (shared / f"m{n:02}.py").write_text(text)
    template = [_HEAD]
    for n in range(functions):
        a, b = choose.sample(range(_SHARED_MODULES), 2)
        (handlers / f"f{n:03}.py").write_text(_HANDLER.format(n=n, a=a, b=b, call=choose.choice(_CALLS)))
        template.append(_FUNCTION.format(n=n))
    (folder / "template.yaml").write_text("".join(template))
