"""Arrow: tables, and files of S3 by `pyarrow.fs`."""

from pandas import DataFrame


class Table(DataFrame):
    pass


RecordBatch = Schema = Table


def __getattr__(name):
    return DataFrame()
