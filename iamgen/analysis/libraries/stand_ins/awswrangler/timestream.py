"""wr.timestream"""

from _stand_in import client, data
from pandas import DataFrame


def write(df, database, table, *args, boto3_session=None, **options):
    client("timestream-write", boto3_session).write_records(DatabaseName=database, TableName=table, Records=data())
    return []


def query(sql, *args, boto3_session=None, **options):
    client("timestream-query", boto3_session).query(QueryString=sql)
    return DataFrame()


def create_database(database, *args, boto3_session=None, **options):
    return client("timestream-write", boto3_session).create_database(DatabaseName=database)


def delete_database(database, boto3_session=None):
    client("timestream-write", boto3_session).delete_database(DatabaseName=database)


def create_table(database, table, *args, boto3_session=None, **options):
    return client("timestream-write", boto3_session).create_table(DatabaseName=database, TableName=table)


def delete_table(database, table, boto3_session=None):
    client("timestream-write", boto3_session).delete_table(DatabaseName=database, TableName=table)


def list_databases(boto3_session=None):
    return client("timestream-write", boto3_session).list_databases()


def list_tables(database=None, boto3_session=None):
    return client("timestream-write", boto3_session).list_tables(DatabaseName=database)
