"""Arrow's own S3 client. Source: https://arrow.apache.org/docs/python/generated/pyarrow.fs.S3FileSystem.html"""

import boto3
import _s3
from _stand_in import Quiet, data, s3_paths


class S3FileSystem:
    def __init__(
        self,
        access_key=None,
        secret_key=None,
        session_token=None,
        anonymous=False,
        region=None,
        role_arn=None,
        **options,
    ):
        self.s3 = _s3.client_of({"anon": anonymous, "key": access_key, "region": region})
        if role_arn is not None:
            role = boto3.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=data())["Credentials"]
            self.s3 = boto3.client(
                "s3",
                aws_access_key_id=role["AccessKeyId"],
                aws_secret_access_key=role["SecretAccessKey"],
                aws_session_token=role["SessionToken"],
            )

    def open_input_file(self, path, **options):
        _s3.read(path, self.s3, bare=True, single=True)
        return _s3.File()

    open_input_stream = open_input_file

    def open_output_stream(self, path, **options):
        _s3.write(path, self.s3, bare=True)
        return _s3.File()

    open_append_stream = open_output_stream

    def get_file_info(self, paths_or_selector):
        _s3.head(
            paths_or_selector.base_dir if isinstance(paths_or_selector, FileSelector) else paths_or_selector,
            self.s3,
            bare=True,
        )
        return data()

    def copy_file(self, src, dest):
        _s3.copy(src, dest, self.s3, bare=True)

    def move(self, src, dest):
        _s3.copy(src, dest, self.s3, bare=True)
        self.delete_file(src)

    def delete_file(self, path):
        for bucket, key, many in s3_paths(path, bare=True):
            self.s3.head_object(Bucket=bucket, Key=key)
            self.s3.delete_object(Bucket=bucket, Key=key)

    def delete_dir(self, path):
        for bucket, key, many in s3_paths(path, bare=True):
            self.s3.list_objects_v2(Bucket=bucket, Prefix=key)
            self.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key + data()}]})

    delete_dir_contents = delete_dir

    def create_dir(self, path, recursive=True):
        for bucket, key, many in s3_paths(path, bare=True):
            self.s3.head_bucket(Bucket=bucket)
            self.s3.put_object(Bucket=bucket, Key=key)

    def normalize_path(self, path):
        return path


class FileSelector:
    def __init__(self, base_dir, allow_not_found=False, recursive=False):
        self.base_dir = base_dir


class FileSystem(Quiet):
    @staticmethod
    def from_uri(uri):
        return (S3FileSystem() if s3_paths(uri) else Quiet()), uri


LocalFileSystem = SubTreeFileSystem = PyFileSystem = FSSpecHandler = FileInfo = FileType = Quiet


def resolve_s3_region(bucket):
    return data()


def copy_files(source, destination, source_filesystem=None, destination_filesystem=None, **options):
    _s3.copy(source, destination, _s3.client_of({}))


def __getattr__(name):
    return data()
