"""wr.s3"""

import _s3
from _stand_in import client, data, s3_paths
from pandas import DataFrame

from awswrangler import _objects


def read_parquet(path, *args, boto3_session=None, **options):
    _objects.read(path, boto3_session)
    return DataFrame()


read_csv = read_json = read_fwf = read_orc = read_parquet
read_parquet_metadata = read_orc_metadata = read_parquet


def read_excel(path, *args, boto3_session=None, **options):
    s3 = client("s3", boto3_session)
    for bucket, key, many in s3_paths(path):
        s3.head_object(Bucket=bucket, Key=key)
        s3.get_object(Bucket=bucket, Key=key)
    return DataFrame()


def read_parquet_table(table, database, *args, catalog_id=None, boto3_session=None, **options):
    glue = client("glue", boto3_session)
    found = glue.get_table(DatabaseName=database, Name=table)["Table"]
    glue.get_partitions(DatabaseName=database, TableName=table)
    s3 = client("s3", boto3_session)
    for operation in (s3.head_object, s3.get_object):
        operation(Bucket=data(), Key=data())
    s3.list_objects_v2(Bucket=data())
    return DataFrame()


read_orc_table = read_parquet_table


def to_parquet(
    df,
    path=None,
    index=False,
    dataset=False,
    mode=None,
    database=None,
    table=None,
    partition_cols=None,
    catalog_id=None,
    boto3_session=None,
    **options,
):
    _objects.write(path, boto3_session, dataset, mode, database, table, partition_cols, catalog_id)
    return {"paths": [path], "partitions_values": data()}


to_csv = to_json = to_orc = to_parquet


def to_excel(df, file_path, *args, boto3_session=None, **options):
    _objects.write(file_path, boto3_session)
    return file_path


def store_parquet_metadata(path, database, table, *args, partition_cols=None, boto3_session=None, **options):
    _objects.read(path, boto3_session)
    _objects.write(None, boto3_session, True, None, database, table, partition_cols)
    return data()


def download(path, local_file, *args, boto3_session=None, **options):
    s3 = client("s3", boto3_session)
    for bucket, key, many in s3_paths(path):
        s3.head_object(Bucket=bucket, Key=key)
        s3.get_object(Bucket=bucket, Key=key)


def upload(local_file, path, *args, boto3_session=None, **options):
    _objects.write(path, boto3_session)


def list_objects(path, *args, boto3_session=None, **options):
    _s3.listing(path, client("s3", boto3_session))
    return [data()]


list_directories = list_objects


def list_buckets(boto3_session=None):
    return client("s3", boto3_session).list_buckets()["Buckets"]


def does_object_exist(path, *args, boto3_session=None, **options):
    s3 = client("s3", boto3_session)
    for bucket, key, many in s3_paths(path):
        s3.head_object(Bucket=bucket, Key=key)
    return data()


def size_objects(path, *args, boto3_session=None, **options):
    s3 = client("s3", boto3_session)
    for bucket, key, many in s3_paths(path):
        if isinstance(path, str):
            s3.list_objects_v2(Bucket=bucket, Prefix=key)
        s3.head_object(Bucket=bucket, Key=key + data() if many else key)
    return data()


describe_objects = wait_objects_exist = wait_objects_not_exist = size_objects


def get_bucket_region(bucket, boto3_session=None):
    return client("s3", boto3_session).get_bucket_location(Bucket=bucket)["LocationConstraint"]


def delete_objects(path, *args, boto3_session=None, **options):
    _objects.delete(path, boto3_session)


def copy_objects(paths, source_path, target_path, *args, mode="append", boto3_session=None, **options):
    s3 = client("s3", boto3_session)
    if mode == "overwrite":
        _objects.delete(target_path, boto3_session)
    for bucket, key, many in s3_paths(source_path):
        for to_bucket, to_key, to_many in s3_paths(target_path):
            s3.copy({"Bucket": bucket, "Key": key + data()}, to_bucket, to_key + data())
    return [data()]


def merge_datasets(source_path, target_path, mode="append", *args, boto3_session=None, **options):
    _s3.listing(source_path, client("s3", boto3_session))
    return copy_objects([], source_path, target_path, mode=mode, boto3_session=boto3_session)


def select_query(sql, path, *args, boto3_session=None, **options):
    s3 = client("s3", boto3_session)
    for bucket, key, many in s3_paths(path):
        s3.list_objects_v2(Bucket=bucket, Prefix=key)
        s3.head_object(Bucket=bucket, Key=key)
        s3.select_object_content(Bucket=bucket, Key=key, Expression=sql, ExpressionType="SQL")
    return DataFrame()
