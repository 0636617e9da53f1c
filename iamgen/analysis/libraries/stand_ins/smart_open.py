"""smart_open: files by URL. Source: smart_open/s3.py, as of 9.0"""

import _s3
from _stand_in import call_later, client, data, s3_paths


def open(uri, mode="r", transport_params=None, client_kwargs=None, **options):
    params = transport_params or {}
    s3 = client("s3", params.get("client"), params.get("session"), params.get("resource"))
    if "w" not in mode:
        _s3.read(uri, s3, head=False, single=True)
    elif params.get("multipart_upload") is False:
        _s3.write(uri, s3, multipart=False)
    else:
        for bucket, key, many in s3_paths(uri):
            _s3.upload(bucket, key, s3)
            s3.put_object(Bucket=bucket, Key=key, Body=b"")
    return _s3.File()


smart_open = open


def s3_iter_bucket(bucket_name, prefix="", session=None, **options):
    s3 = client("s3", session)
    s3.list_objects_v2(Bucket=bucket_name, Prefix=prefix)
    s3.download_fileobj(bucket_name, prefix + data(), data())
    for item in data():
        yield data(), data()


iter_bucket = s3_iter_bucket


def parse_uri(uri):
    return data()


def register_compressor(extension, callback):
    call_later(callback)
