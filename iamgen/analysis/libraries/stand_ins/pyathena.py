"""PyAthena, as of 4.2: cursors over Athena. Source: pyathena/common.py, pyathena/result_set.py"""

import _s3
from _stand_in import Quiet, client, data


class Connection:
    def __init__(
        self,
        s3_staging_dir=None,
        region_name=None,
        schema_name=None,
        catalog_name=None,
        work_group=None,
        session=None,
        cursor_class=None,
        aws_access_key_id=None,
        role_arn=None,
        **options,
    ):
        if role_arn is not None:
            client("sts", session, region_name=region_name).assume_role(RoleArn=role_arn, RoleSessionName=data())
        self.athena = client("athena", session, region_name=region_name, aws_access_key_id=aws_access_key_id)
        self.s3 = client("s3", session, region_name=region_name, aws_access_key_id=aws_access_key_id)
        self.staging = s3_staging_dir
        self.options = {}
        if work_group is not None:
            self.options["WorkGroup"] = work_group
        if s3_staging_dir is not None:
            self.options["ResultConfiguration"] = {"OutputLocation": s3_staging_dir}
        if schema_name is not None:
            self.options["QueryExecutionContext"] = {"Database": schema_name}
            if catalog_name is not None:
                self.options["QueryExecutionContext"] = {"Database": schema_name, "Catalog": catalog_name}
        self.reads_files = cursor_class is not None

    def cursor(self, cursor=None, **options):
        return Cursor(self, self.reads_files or cursor is not None)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def close(self):
        return None

    commit = close


def connect(s3_staging_dir=None, region_name=None, **options):
    return Connection(s3_staging_dir, region_name, **options)


class Cursor(Quiet):
    def __init__(self, connection, reads_files):
        self.connection = connection
        self.reads_files = reads_files

    def execute(self, operation, *args, **options):
        athena = self.connection.athena
        started = athena.start_query_execution(QueryString=operation, **self.connection.options)
        athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])
        if not self.reads_files:
            athena.get_query_results(QueryExecutionId=started["QueryExecutionId"])
        elif self.connection.staging is None:
            self.connection.s3.head_object(Bucket=data(), Key=data())
            self.connection.s3.get_object(Bucket=data(), Key=data())
        else:
            _s3.read(self.connection.staging.rstrip("/") + "/", self.connection.s3)
        return self

    executemany = execute

    def cancel(self):
        self.connection.athena.stop_query_execution(QueryExecutionId=data())


def __getattr__(name):
    return Quiet
