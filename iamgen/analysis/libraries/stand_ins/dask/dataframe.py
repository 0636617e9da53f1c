import _s3
from pandas import DataFrame


def read_parquet(path, *args, storage_options=None, **options):
    _s3.read(path, _s3.client_of(storage_options))
    return Frame()


read_csv = read_table = read_json = read_orc = read_fwf = read_parquet


class Frame(DataFrame):
    def to_parquet(self, path=None, *args, storage_options=None, **options):
        _s3.write(path, _s3.client_of(storage_options), dataset=True)

    to_csv = to_json = to_parquet


def __getattr__(name):
    return Frame()
