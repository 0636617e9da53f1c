"""Spark on S3, as Glue and EMR run it: https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-fs.html

Data sets are files below a prefix. To write one lists and clears what is there and puts files and markers of
folders. What Spark's SQL and tables read stands in a catalog: a gap. The rest computes, or calls what it is given.
"""

import _s3
from _stand_in import client, data, gap, maybe
from pandas import DataFrame


def read(paths):
    _s3.read(paths, client("s3"))


def write(path):
    s3 = client("s3")
    _s3.write(path, s3, dataset=True)
    for bucket, key in folders(path):
        s3.list_objects_v2(Bucket=bucket, Prefix=key)
        s3.head_object(Bucket=bucket, Key=key + data())
        s3.put_object(Bucket=bucket, Key=key + data())
        s3.delete_object(Bucket=bucket, Key=key + data())
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key + data()}]})


def folders(path):
    """Bucket and prefix of a path, without the last slash: the folder's marker is `name_$folder$`."""
    from _stand_in import s3_paths

    return [(bucket, key.rstrip("/")) for bucket, key, many in s3_paths(path)]


class Frame(DataFrame):
    """A data frame, a column, an RDD or a stream of them: what any method gives may be one again."""

    @property
    def write(self):
        return Writer()

    writeStream = write

    def toPandas(self):
        return DataFrame()

    def saveAsTextFile(self, path, *args, **options):
        write(path)

    saveAsPickleFile = saveAsSequenceFile = saveAsTextFile

    def writeTo(self, table):
        gap("where `writeTo` writes a table")
        return Frame()


class Reader(Frame):
    """`spark.read`, `spark.readStream`"""

    def __init__(self):
        self.path = None

    def option(self, key, value):
        if key == "path":
            self.path = value
        return self

    def options(self, path=None, **options):
        self.path = path or self.path
        return self

    def format(self, source):
        return self

    schema = format

    def load(self, path=None, *args, **options):
        read(path or options.get("paths") or self.path)
        return Frame()

    def parquet(self, *paths, **options):
        read(list(paths) or options.get("path"))
        return Frame()

    csv = json = text = orc = textFile = xml = parquet

    def jdbc(self, *args, **options):
        return Frame()

    def table(self, name):
        gap("where Spark keeps the data of a table")
        return Frame()


class Writer(Reader):
    """`frame.write`, `frame.writeStream`"""

    def option(self, key, value):
        if key == "checkpointLocation":
            read(value)
            write(value)
        return super().option(key, value)

    def mode(self, *args, **options):
        return self

    partitionBy = bucketBy = sortBy = outputMode = trigger = queryName = format = mode

    def foreachBatch(self, function):
        from _stand_in import call_later

        call_later(function)
        return self

    foreach = foreachBatch

    def save(self, path=None, *args, **options):
        write(path or self.path)
        return Frame()

    parquet = csv = json = text = orc = start = save

    def saveAsTable(self, name, *args, **options):
        gap("where Spark keeps the data of a table")
        return Frame()

    insertInto = toTable = saveAsTable
