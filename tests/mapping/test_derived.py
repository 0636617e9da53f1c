"""Arguments that come from another call's response name that call's resource."""

from __future__ import annotations

import pytest

from iamgen.catalog.store import Catalog
from iamgen.mapping import needs_of

from .literate import Case, call_of


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open()


SETTINGS = 'ApplicationIdentifier="ab1c2d3" EnvironmentIdentifier="4e5f6gh" ConfigurationProfileIdentifier="i7j8k9l"'
TOKEN = "response(appconfigdata.StartConfigurationSession.InitialConfigurationToken)"
MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"


@pytest.mark.parametrize(
    ("line", "siblings", "resources"),
    [
        (
            "kinesis.GetRecords ShardIterator=response(kinesis.GetShardIterator.ShardIterator)",
            ['kinesis.GetShardIterator StreamName="clicks"'],
            ["arn:aws:kinesis:*:*:stream/clicks"],
        ),
        (
            "kinesis.GetRecords ShardIterator=response(kinesis.GetRecords.NextShardIterator)",
            ['kinesis.GetShardIterator StreamName="a"', 'kinesis.GetShardIterator StreamName="b"'],
            ["arn:aws:kinesis:*:*:stream/a", "arn:aws:kinesis:*:*:stream/b"],
        ),
        (
            "kinesis.GetRecords ShardIterator=response(kinesis.GetShardIterator.ShardIterator)",
            ['kinesis.GetShardIterator @region="eu-west-1" StreamName="clicks"'],
            ["arn:aws:kinesis:eu-west-1:*:stream/clicks"],
        ),
        (
            "kinesis.GetRecords ShardIterator=response(kinesis.GetShardIterator.ShardIterator) ~ event(iterator)",
            ['kinesis.GetShardIterator StreamName="clicks"'],
            ["arn:aws:kinesis:*:*:stream/*"],
        ),
        (
            "kinesis.GetRecords ShardIterator=response(kinesis.GetShardIterator.ShardIterator)",
            [],
            ["arn:aws:kinesis:*:*:stream/*"],
        ),
        (
            "kinesis.GetRecords ShardIterator=event(iterator)",
            ['kinesis.GetShardIterator StreamName="clicks"'],
            ["arn:aws:kinesis:*:*:stream/*"],
        ),
        (
            "athena.GetQueryResults QueryExecutionId=response(athena.StartQueryExecution.QueryExecutionId)",
            ['athena.StartQueryExecution WorkGroup="reports"'],
            ["arn:aws:athena:*:*:workgroup/reports"],
        ),
        (
            f"appconfigdata.GetLatestConfiguration ConfigurationToken={TOKEN}",
            [f"appconfigdata.StartConfigurationSession {SETTINGS}"],
            ["arn:aws:appconfig:*:*:application/ab1c2d3/environment/4e5f6gh/configuration/i7j8k9l"],
        ),
        (
            "stepfunctions.DescribeExecution executionArn=response(stepfunctions.StartExecution.executionArn)",
            [f'stepfunctions.StartExecution stateMachineArn="{MACHINE}:live"'],
            ["arn:aws:states:eu-west-1:111122223333:execution:orders:*"],
        ),
        (
            "stepfunctions.DescribeExecution executionArn=response(stepfunctions.StartExecution.executionArn)",
            [f'stepfunctions.StartExecution stateMachineArn="{MACHINE}"'],
            ["arn:aws:states:eu-west-1:111122223333:execution:orders:*"],
        ),
        (
            "stepfunctions.DescribeExecution executionArn=response(stepfunctions.StartExecution.executionArn)",
            ["stepfunctions.StartExecution stateMachineArn=env(MACHINE_ARN)"],
            ["arn:aws:states:*:*:execution:*:*"],
        ),
        (
            "logs.GetQueryResults queryId=response(logs.StartQuery.queryId)",
            ['logs.StartQuery logGroupName="/app/web"'],
            ["arn:aws:logs:*:*:log-group:/app/web:*"],
        ),
        (
            "codebuild.BatchGetBuilds ids=[response(codebuild.StartBuild.build.id)]",
            ['codebuild.StartBuild projectName="site"'],
            ["arn:aws:codebuild:*:*:project/site"],
        ),
        (
            'ecs.DescribeTasks cluster="c" tasks=[response(ecs.RunTask.tasks[].taskArn)]',
            [],
            ["arn:aws:ecs:*:*:task/c/*"],
        ),
    ],
)
def test_derived(line: str, siblings: list[str], resources: list[str], catalog: Catalog) -> None:
    case = Case("x", call_of(line), {})
    others = tuple(call_of(one) for one in siblings)
    found = needs_of(case.call, case.unit(), case.project(), catalog, (case.call, *others))
    assert [one.resource for one in found] == resources


def test_the_partition_of_a_bare_entry_s_own_reference_is_aws(catalog: Catalog) -> None:
    topic = '"arn:"+symbol(AWS::Partition)+":sns:"+symbol(AWS::Region)+":"+symbol(AWS::AccountId)+":alerts"'
    case = Case("x", call_of(f"sns.Publish TopicArn={topic}"), {})
    (one,) = needs_of(case.call, case.unit(), case.project(), catalog)
    assert one.resource == "arn:aws:sns:*:*:alerts"
