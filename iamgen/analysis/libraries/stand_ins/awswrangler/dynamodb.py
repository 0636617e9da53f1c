"""wr.dynamodb: the table's key is described before items are written or read."""

import boto3
from _stand_in import client, data
from pandas import DataFrame


def put_items(items, table_name, boto3_session=None, **options):
    dynamodb = client("dynamodb", boto3_session)
    dynamodb.describe_table(TableName=table_name)
    dynamodb.batch_write_item(RequestItems={table_name: [{"PutRequest": {"Item": data()}}]})


def put_df(df, table_name, boto3_session=None, **options):
    return put_items(df, table_name, boto3_session)


put_json = put_csv = put_df


def delete_items(items, table_name, boto3_session=None, **options):
    dynamodb = client("dynamodb", boto3_session)
    dynamodb.describe_table(TableName=table_name)
    dynamodb.batch_write_item(RequestItems={table_name: [{"DeleteRequest": {"Key": data()}}]})


def read_items(
    table_name,
    index_name=None,
    partition_values=None,
    sort_values=None,
    filter_expression=None,
    key_condition_expression=None,
    allow_full_scan=False,
    boto3_session=None,
    **options,
):
    dynamodb = client("dynamodb", boto3_session)
    dynamodb.describe_table(TableName=table_name)
    more = {} if index_name is None else {"IndexName": index_name}
    if partition_values is not None:
        dynamodb.get_item(TableName=table_name, Key=data())
        dynamodb.batch_get_item(RequestItems={table_name: {"Keys": data()}})
    if key_condition_expression is not None:
        dynamodb.query(TableName=table_name, KeyConditionExpression=data(), **more)
    if filter_expression is not None or allow_full_scan is not False:
        dynamodb.scan(TableName=table_name, **more)
    return DataFrame()


def execute_statement(statement, *args, boto3_session=None, **options):
    return client("dynamodb", boto3_session).execute_statement(Statement=statement)["Items"]


def read_partiql_query(query, *args, boto3_session=None, **options):
    client("dynamodb", boto3_session).execute_statement(Statement=query)
    return DataFrame()


def get_table(table_name, boto3_session=None):
    return (boto3_session or boto3).resource("dynamodb").Table(table_name)
