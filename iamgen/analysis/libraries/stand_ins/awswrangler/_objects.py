"""How awswrangler reads and writes objects. Source: awswrangler/s3/_fs.py, _list.py, _write_dataset.py"""

import _s3
from _stand_in import client, data, s3_paths


def read(path, session, listed=True):
    """A text is a prefix, which is listed; the objects of a list are taken as they are."""
    s3 = client("s3", session)
    for bucket, key, many in s3_paths(path):
        if isinstance(path, str):
            s3.list_objects_v2(Bucket=bucket, Prefix=key)
        if many:
            key = key + data()
        s3.head_object(Bucket=bucket, Key=key)
        s3.get_object(Bucket=bucket, Key=key)


def write(path, session, dataset=False, mode=None, database=None, table=None, partition_cols=None, catalog_id=None):
    s3 = client("s3", session)
    if path is not None:
        if mode == "overwrite" or mode == "overwrite_partitions":
            delete(path, session)
        _s3.write(path, s3, dataset=dataset)
    if database is not None and table is not None:
        glue = client("glue", session)
        found = glue.get_table(DatabaseName=database, Name=table)["Table"]
        if path is None:
            _s3.write(found["StorageDescriptor"]["Location"], s3, dataset=True)
        glue.create_table(DatabaseName=database, TableInput={"Name": table})
        glue.update_table(DatabaseName=database, TableInput={"Name": table})
        if partition_cols is not None:
            if mode == "overwrite" or mode == "overwrite_partitions":
                glue.get_partitions(DatabaseName=database, TableName=table)
                glue.batch_delete_partition(DatabaseName=database, TableName=table, PartitionsToDelete=data())
            glue.batch_create_partition(DatabaseName=database, TableName=table, PartitionInputList=data())


def delete(path, session):
    s3 = client("s3", session)
    for bucket, key, many in s3_paths(path):
        if isinstance(path, str):
            s3.list_objects_v2(Bucket=bucket, Prefix=key)
        if many:
            key = key + data()
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}]})
