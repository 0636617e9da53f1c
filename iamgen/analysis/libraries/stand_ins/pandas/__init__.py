"""pandas: readers and writers take S3 URLs, by s3fs. Everything else computes."""

import _s3
from _stand_in import call_later, data, maybe


class DataFrame:
    """A frame, a series or a group of one: what any method gives may be a frame again."""

    def __init__(self, *args, **options):
        pass

    def __getattr__(self, name):
        return self if maybe() else data()

    __getitem__ = __getattr__

    def __setitem__(self, key, value):
        pass

    def __call__(self, *args, **options):
        call_later(args, options)
        return self if maybe() else data()

    def __iter__(self):
        for item in data():
            yield self if maybe() else item

    def __bool__(self):
        return maybe()

    def __len__(self):
        return data()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def __add__(self, other):
        return self

    __radd__ = __sub__ = __mul__ = __truediv__ = __and__ = __or__ = __invert__ = __neg__ = __add__
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __add__

    def to_csv(self, path_or_buf=None, *args, storage_options=None, **options):
        _s3.write(path_or_buf, _s3.client_of(storage_options))
        return data()

    to_json = to_pickle = to_feather = to_orc = to_excel = to_xml = to_html = to_latex = to_markdown = to_stata = to_csv
    to_string = to_hdf = to_csv

    def to_parquet(self, path=None, *args, partition_cols=None, storage_options=None, **options):
        _s3.write(path, _s3.client_of(storage_options), dataset=partition_cols is not None)
        return data()


Series = DataFrame
core = DataFrame()


def read_csv(filepath_or_buffer=None, *args, storage_options=None, **options):
    path = filepath_or_buffer or options.get("path_or_buf") or options.get("path") or options.get("io")
    _s3.read(path, _s3.client_of(storage_options), single=True)
    return DataFrame()


def read_parquet(path=None, *args, storage_options=None, **options):
    """A file, or all files below a prefix."""
    _s3.read(path, _s3.client_of(storage_options))
    return DataFrame()


read_table = read_fwf = read_json = read_pickle = read_excel = read_xml = read_html = read_sas = read_stata = read_csv
read_spss = read_hdf = read_csv
read_orc = read_feather = read_parquet


class ExcelFile(DataFrame):
    def __init__(self, path_or_buffer, *args, storage_options=None, **options):
        _s3.read(path_or_buffer, _s3.client_of(storage_options))


class ExcelWriter(DataFrame):
    def __init__(self, path, *args, storage_options=None, **options):
        _s3.write(path, _s3.client_of(storage_options))


class HDFStore(DataFrame):
    pass


def concat(objs, *args, **options):
    return DataFrame()


def merge(left, right, *args, **options):
    return DataFrame()


merge_asof = merge_ordered = pivot_table = pivot = melt = crosstab = get_dummies = merge
read_sql = read_sql_query = read_sql_table = read_clipboard = json_normalize = concat
to_datetime = to_numeric = to_timedelta = cut = qcut = date_range = concat


def __getattr__(name):
    return DataFrame()
