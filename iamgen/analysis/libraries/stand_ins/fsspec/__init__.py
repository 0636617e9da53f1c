"""fsspec: file systems by the protocol of a URL; of those here only S3's is AWS's."""

import _s3
from _stand_in import Quiet, data, s3_paths
from s3fs import S3FileSystem, S3Map


class OpenFile(_s3.File):
    def __init__(self, urlpath, mode, options):
        self.urlpath, self.mode, self.options = urlpath, mode, options

    def open(self):
        return _s3.opened(self.urlpath, self.mode, _s3.client_of(self.options.get("s3") or self.options))

    def __enter__(self):
        return self.open()


def open(urlpath, mode="rb", compression=None, **options):
    return OpenFile(urlpath, mode, options)


def open_local(url, mode="rb", **options):
    open(url, mode, **options).open()
    return data()


def open_files(urlpath, mode="rb", **options):
    return [open(urlpath, mode, **options)]


def filesystem(protocol, **options):
    if protocol == "s3" or protocol == "s3a":
        return S3FileSystem(**options)
    return Quiet()


def get_filesystem_class(protocol):
    return S3FileSystem if protocol == "s3" or protocol == "s3a" else Quiet


def url_to_fs(url, **options):
    return (S3FileSystem(**options) if s3_paths(url) else Quiet()), url


def get_mapper(url, **options):
    return S3Map(url, S3FileSystem(**options)) if s3_paths(url) else Quiet()


def get_fs_token_paths(urlpath, **options):
    fs, path = url_to_fs(urlpath, **options)
    return fs, data(), [path]


class AbstractFileSystem(Quiet):
    pass


def available_protocols():
    return data()
