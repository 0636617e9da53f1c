from pandas import DataFrame
from pyarrow import Table, _files


def dataset(source, *args, filesystem=None, **options):
    _files.read(source, filesystem)
    return Table()


parquet_dataset = dataset


def write_dataset(data, base_dir, *args, filesystem=None, **options):
    _files.write(base_dir, filesystem, dataset=True)


def __getattr__(name):
    return DataFrame()
