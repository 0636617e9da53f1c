"""wr.cloudwatch: Logs Insights."""

from _stand_in import client, data
from pandas import DataFrame


def start_query(query, log_group_names, *args, boto3_session=None, **options):
    return client("logs", boto3_session).start_query(
        logGroupNames=log_group_names, queryString=query, startTime=data(), endTime=data()
    )["queryId"]


def wait_query(query_id, boto3_session=None, **options):
    return client("logs", boto3_session).get_query_results(queryId=query_id)


def run_query(query, log_group_names, *args, boto3_session=None, **options):
    return wait_query(start_query(query, log_group_names, boto3_session=boto3_session), boto3_session)["results"]


def read_logs(query, log_group_names, *args, boto3_session=None, **options):
    run_query(query, log_group_names, boto3_session=boto3_session)
    return DataFrame()


def describe_log_streams(log_group_name, *args, boto3_session=None, **options):
    client("logs", boto3_session).describe_log_streams(logGroupName=log_group_name)
    return DataFrame()


def filter_log_events(log_group_name, *args, boto3_session=None, **options):
    describe_log_streams(log_group_name, boto3_session=boto3_session)
    client("logs", boto3_session).filter_log_events(logGroupName=log_group_name)
    return DataFrame()
