"""wr.athena: queries whose results are read from S3. Source: awswrangler/athena/_read.py, _executions.py, _utils.py"""

import _s3
import boto3
from _stand_in import client, data
from pandas import DataFrame


def start_query_execution(
    sql,
    database=None,
    s3_output=None,
    workgroup="primary",
    boto3_session=None,
    wait=False,
    data_source=None,
    client_request_token=None,
    **options,
):
    athena = client("athena", boto3_session)
    athena.get_work_group(WorkGroup=workgroup)
    more = {}
    if database is not None:
        more["QueryExecutionContext"] = {"Database": database}
        if data_source is not None:
            more["QueryExecutionContext"] = {"Database": database, "Catalog": data_source}
    if s3_output is not None:
        more["ResultConfiguration"] = {"OutputLocation": s3_output}
    elif workgroup == "primary":
        create_athena_bucket(boto3_session)
    started = athena.start_query_execution(QueryString=sql, WorkGroup=workgroup, **more)
    if wait:
        return wait_query(started["QueryExecutionId"], boto3_session)
    return started["QueryExecutionId"]


def create_athena_bucket(boto3_session=None):
    account = client("sts", boto3_session).get_caller_identity()["Account"]
    name = f"aws-athena-query-results-{account}-{data()}"
    s3 = client("s3", boto3_session)
    s3.head_bucket(Bucket=name)
    s3.create_bucket(Bucket=name)
    return f"s3://{name}/"


def wait_query(query_execution_id, boto3_session=None, **options):
    return get_query_execution(query_execution_id, boto3_session)


def get_query_execution(query_execution_id, boto3_session=None, **options):
    return client("athena", boto3_session).get_query_execution(QueryExecutionId=query_execution_id)["QueryExecution"]


def get_query_executions(query_execution_ids, *args, boto3_session=None, **options):
    client("athena", boto3_session).batch_get_query_execution(QueryExecutionIds=query_execution_ids)
    return DataFrame()


def list_query_executions(workgroup=None, boto3_session=None):
    return client("athena", boto3_session).list_query_executions(WorkGroup=workgroup)["QueryExecutionIds"]


def stop_query_execution(query_execution_id, boto3_session=None):
    client("athena", boto3_session).stop_query_execution(QueryExecutionId=query_execution_id)


def get_query_results(query_execution_id, *args, boto3_session=None, **options):
    get_query_execution(query_execution_id, boto3_session)
    _results(None, boto3_session)
    return DataFrame()


def get_named_query_statement(named_query_id, boto3_session=None):
    return client("athena", boto3_session).get_named_query(NamedQueryId=named_query_id)["NamedQuery"]["QueryString"]


def get_work_group(workgroup, boto3_session=None):
    return client("athena", boto3_session).get_work_group(WorkGroup=workgroup)


def get_query_columns_types(query_execution_id, boto3_session=None):
    return client("athena", boto3_session).get_query_results(QueryExecutionId=query_execution_id)


def _results(s3_output, session):
    """The result files: below the output location, which is the workgroup's where the program sets none."""
    s3 = client("s3", session)
    if s3_output is None:
        s3.list_objects_v2(Bucket=data())
        s3.head_object(Bucket=data(), Key=data())
        s3.get_object(Bucket=data(), Key=data())
    else:
        _s3.listing(s3_output, s3)
        _s3.read(s3_output if str(s3_output).endswith("/") else s3_output + "/", s3)


def _remove(s3_output, session):
    s3 = client("s3", session)
    if s3_output is None:
        s3.delete_objects(Bucket=data(), Delete={"Objects": [{"Key": data()}]})
    else:
        _s3.delete(s3_output + "/", s3)


def read_sql_query(
    sql,
    database,
    ctas_approach=True,
    unload_approach=False,
    ctas_parameters=None,
    unload_parameters=None,
    categories=None,
    chunksize=None,
    s3_output=None,
    workgroup="primary",
    encryption=None,
    kms_key=None,
    keep_files=True,
    boto3_session=None,
    data_source=None,
    **options,
):
    query = start_query_execution(sql, database, s3_output, workgroup, boto3_session, data_source=data_source)
    get_query_execution(query, boto3_session)
    client("athena", boto3_session).get_query_results(QueryExecutionId=query)
    if ctas_approach is True and unload_approach is not True:
        glue = client("glue", boto3_session)
        glue.get_table(DatabaseName=database, Name="temp_table_" + data())
        glue.delete_table(DatabaseName=database, Name="temp_table_" + data())
    _results(s3_output, boto3_session)
    if keep_files is not True:
        _remove(s3_output, boto3_session)
    return DataFrame()


def read_sql_table(table, database, *args, **options):
    return read_sql_query(f'SELECT * FROM "{table}"', database, *args, **options)


def unload(sql, path, database, *args, s3_output=None, workgroup="primary", boto3_session=None, **options):
    query = start_query_execution(sql, database, s3_output, workgroup, boto3_session)
    return get_query_execution(query, boto3_session)


def create_ctas_table(
    sql, database=None, *args, s3_output=None, workgroup="primary", wait=False, boto3_session=None, **options
):
    query = start_query_execution(sql, database, s3_output, workgroup, boto3_session)
    return get_query_execution(query, boto3_session)


def repair_table(table, database=None, *args, s3_output=None, workgroup="primary", boto3_session=None, **options):
    query = start_query_execution(f"MSCK REPAIR TABLE {table}", database, s3_output, workgroup, boto3_session)
    return get_query_execution(query, boto3_session)


def describe_table(table, database=None, *args, s3_output=None, workgroup="primary", boto3_session=None, **options):
    query = start_query_execution(f"DESCRIBE {table}", database, s3_output, workgroup, boto3_session)
    get_query_execution(query, boto3_session)
    _results(s3_output, boto3_session)
    return DataFrame()


show_create_table = generate_create_query = describe_table


def to_iceberg(
    df, database, table, temp_path=None, *args, s3_output=None, workgroup="primary", boto3_session=None, **options
):
    from awswrangler import _objects

    glue = client("glue", boto3_session)
    glue.get_table(DatabaseName=database, Name=table)
    if temp_path is None:
        _results(None, boto3_session)
    else:
        _objects.write(temp_path, boto3_session, dataset=True)
    glue.create_table(DatabaseName=database, TableInput=data())
    query = start_query_execution(data(), database, s3_output, workgroup, boto3_session)
    get_query_execution(query, boto3_session)
    glue.delete_table(DatabaseName=database, Name="temp_table_" + data())
    if temp_path is not None:
        _objects.delete(temp_path, boto3_session)
