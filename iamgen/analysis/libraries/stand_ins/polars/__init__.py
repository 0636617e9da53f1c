"""Polars: readers, scanners and writers take S3 URLs, by its own client. Everything else computes."""

import _s3
from pandas import DataFrame as Frame


class DataFrame(Frame):
    def write_parquet(self, file, *args, partition_by=None, **options):
        _s3.write(file, _s3.client_of({}), dataset=partition_by is not None)

    sink_parquet = write_parquet
    write_csv = write_json = write_ndjson = write_ipc = write_avro = write_excel = write_parquet
    sink_csv = sink_ipc = sink_ndjson = write_parquet

    def write_delta(self, target, *args, **options):
        from _stand_in import gap

        return gap("what `polars.DataFrame.write_delta` sends")

    write_iceberg = sink_delta = write_delta


LazyFrame = Series = DataFrame


def read_parquet(source, *args, **options):
    _s3.read(source, _s3.client_of({}))
    return DataFrame()


read_csv = read_json = read_ndjson = read_ipc = read_avro = read_excel = read_parquet_schema = read_parquet
scan_parquet = scan_csv = scan_ndjson = scan_ipc = read_csv_batched = read_ipc_schema = read_parquet


def scan_delta(source, *args, **options):
    from _stand_in import gap

    return gap("what `polars.scan_delta` sends")


read_delta = scan_iceberg = scan_delta


def __getattr__(name):
    return DataFrame()
