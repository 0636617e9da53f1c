"""What Arrow's readers and writers do with a path and a file system."""

import _s3
from pyarrow.fs import S3FileSystem
from s3fs import S3FileSystem as S3Fs


def read(path, filesystem=None):
    if filesystem is None:
        _s3.read(path, _s3.client_of({}))
    elif isinstance(filesystem, (S3FileSystem, S3Fs)):
        _s3.read(path, filesystem.s3, bare=True)


def write(path, filesystem=None, dataset=False):
    if filesystem is None:
        _s3.write(path, _s3.client_of({}), dataset=dataset)
    elif isinstance(filesystem, (S3FileSystem, S3Fs)):
        _s3.write(path, filesystem.s3, bare=True, dataset=dataset)
