"""awsglue.context: sources and sinks by the type of their connection."""

import _spark
from _stand_in import Quiet, call_later, client, data, gap
from awsglue.dynamicframe import DynamicFrame
from pyspark.sql import SparkSession

_DATABASES = ("mysql", "postgresql", "oracle", "sqlserver", "redshift", "jdbc", "documentdb", "mongodb")


def _catalog_table(database, table):
    glue = client("glue")
    glue.get_database(Name=database)
    glue.get_table(DatabaseName=database, Name=table)
    glue.get_partitions(DatabaseName=database, TableName=table)


def _connection(options):
    """A database by the name of a connection; Redshift's data goes by way of a folder."""
    if options.get("connectionName"):
        client("glue").get_connection(Name=options["connectionName"], HidePassword=False)
    folder = options.get("redshiftTmpDir")
    if folder:
        _spark.read(folder)
        _spark.write(folder)


def _read(kind, options):
    options = options or {}
    if kind in ("s3", "parquet", "orc", "file"):
        _spark.read(options.get("paths") or options.get("path"))
    elif kind == "dynamodb" and "dynamodb.input.tableName" in options:
        tables = client("dynamodb")
        tables.describe_table(TableName=options["dynamodb.input.tableName"])
        tables.scan(TableName=options["dynamodb.input.tableName"])
    elif kind in _DATABASES:
        _connection(options)
    else:
        gap("what a source of Glue reads, by its connection type,")
    return DynamicFrame()


def _write(kind, options):
    options = options or {}
    if kind in ("s3", "parquet", "orc", "file"):
        _spark.write(options.get("path") or options.get("paths"))
    elif kind == "dynamodb":
        tables = client("dynamodb")
        tables.describe_table(TableName=options["dynamodb.output.tableName"])
        tables.batch_write_item(RequestItems={options["dynamodb.output.tableName"]: data()})
    elif kind in _DATABASES:
        _connection(options)
    else:
        gap("what a sink of Glue writes, by its connection type,")
    return DynamicFrame()


class _Source(Quiet):
    """`context.create_dynamic_frame`, `context.create_data_frame`"""

    def from_catalog(self, database=None, table_name=None, redshift_tmp_dir="", *args, **options):
        _catalog_table(database or options.get("name_space"), table_name)
        gap("where the data of a table in Glue's catalog is kept")
        return DynamicFrame()

    def from_options(self, connection_type, connection_options=None, *args, **options):
        return _read(connection_type, connection_options)

    def from_rdd(self, *args, **options):
        return DynamicFrame()

    __call__ = from_options


class _Sink(Quiet):
    """`context.write_dynamic_frame`"""

    def from_catalog(self, frame=None, database=None, table_name=None, *args, **options):
        _catalog_table(database or options.get("name_space"), table_name)
        gap("where the data of a table in Glue's catalog is kept")
        return frame

    def from_options(self, frame=None, connection_type="", connection_options=None, *args, **options):
        _write(connection_type, connection_options)
        return frame

    def from_jdbc_conf(
        self, frame=None, catalog_connection="", connection_options=None, redshift_tmp_dir="", **options
    ):
        _connection({"connectionName": catalog_connection, "redshiftTmpDir": redshift_tmp_dir})
        return frame

    __call__ = from_options


class _S3Sink(Quiet):
    """`context.getSink(connection_type="s3", path=...)`: writes files, and tells the catalog of them."""

    def __init__(self, kind, options):
        self.kind, self.place = kind, options
        self.updates = options.get("enableUpdateCatalog") is True
        self.database, self.table = data(), data()

    def setFormat(self, *args, **options):
        return self

    def setCatalogInfo(self, catalogDatabase, catalogTableName, *args, **options):
        self.database, self.table = catalogDatabase, catalogTableName

    def writeFrame(self, frame, *args, **options):
        _write(self.kind, self.place)
        if self.updates:
            _catalog_table(self.database, self.table)
            glue = client("glue")
            glue.create_table(DatabaseName=self.database, TableInput={"Name": self.table})
            glue.update_table(DatabaseName=self.database, TableInput={"Name": self.table})
            glue.batch_create_partition(DatabaseName=self.database, TableName=self.table, PartitionInputList=data())
        return frame

    write = writeFrame


class GlueContext(SparkSession):
    def __init__(self, *args, **options):
        super().__init__()
        self.spark_session = SparkSession()
        self.create_dynamic_frame = self.create_data_frame = _Source()
        self.write_dynamic_frame = self.write_data_frame = _Sink()
        self.create_dynamic_frame_from_options = self.create_data_frame_from_options = _Source().from_options
        self.create_dynamic_frame_from_catalog = self.create_data_frame_from_catalog = _Source().from_catalog
        self.create_dynamic_frame_from_rdd = _Source().from_rdd
        self.write_dynamic_frame_from_options = self.write_data_frame_from_options = _Sink().from_options
        self.write_dynamic_frame_from_catalog = self.write_data_frame_from_catalog = _Sink().from_catalog
        self.write_dynamic_frame_from_jdbc_conf = _Sink().from_jdbc_conf

    def getSink(self, connection_type, format=None, transformation_ctx="", **options):
        return _S3Sink(connection_type, options)

    def forEachBatch(self, frame, batch_function, options=None):
        call_later(batch_function)
        folder = (options or {}).get("checkpointLocation")
        _spark.read(folder)
        _spark.write(folder)

    def extract_jdbc_conf(self, connection_name, *args, **options):
        client("glue").get_connection(Name=connection_name, HidePassword=False)
        return data()

    def purge_s3_path(self, s3_path, *args, **options):
        _spark.write(s3_path)

    def purge_table(self, database=None, table_name=None, *args, **options):
        _catalog_table(database, table_name)
        gap("where the data of a table in Glue's catalog is kept")

    def getSource(self, connection_type, *args, **options):
        gap("what a source of Glue reads, by its connection type,")
        return DynamicFrame()
