from pandas import DataFrame
from pyarrow import Table, _files


def read_table(source, *args, filesystem=None, **options):
    _files.read(source, filesystem)
    return Table()


read_schema = read_metadata = read_pandas = read_table


class ParquetFile(DataFrame):
    def __init__(self, source, *args, filesystem=None, **options):
        _files.read(source, filesystem)


class ParquetDataset(DataFrame):
    def __init__(self, path_or_paths, *args, filesystem=None, **options):
        _files.read(path_or_paths, filesystem)


class ParquetWriter(DataFrame):
    def __init__(self, where, *args, filesystem=None, **options):
        _files.write(where, filesystem)


def write_table(table, where, *args, filesystem=None, **options):
    _files.write(where, filesystem)


def write_to_dataset(table, root_path, *args, filesystem=None, **options):
    _files.write(root_path, filesystem, dataset=True)


def __getattr__(name):
    return DataFrame()
