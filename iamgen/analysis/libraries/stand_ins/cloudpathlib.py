"""cloudpathlib, as of 0.26: paths of S3. Source: cloudpathlib/s3/s3client.py"""

import _s3
from _stand_in import Quiet, client, data, s3_paths


class S3Client:
    def __init__(self, aws_access_key_id=None, boto3_session=None, profile_name=None, **options):
        self.s3 = client("s3", boto3_session, aws_access_key_id=aws_access_key_id)

    def set_as_default_client(self):
        return None

    def S3Path(self, path):
        return S3Path(path, client=self)

    CloudPath = S3Path


class S3Path(Quiet):
    def __init__(self, cloud_path, *parts, client=None):
        self.url = cloud_path
        for part in parts:
            self.url = f"{self.url}/{part}"
        self.client = client or S3Client()
        self.s3 = self.client.s3

    def __str__(self):
        return self.url

    def __truediv__(self, other):
        return S3Path(f"{self.url}/{other}", client=self.client)

    def joinpath(self, *parts):
        return S3Path(self.url, *parts, client=self.client)

    def as_uri(self):
        return self.url

    def with_suffix(self, suffix):
        return S3Path(self.url + data(), client=self.client)

    with_name = with_stem = with_suffix

    @property
    def parent(self):
        return S3Path(data(), client=self.client)

    def open(self, mode="r", **options):
        return _s3.opened(self.url, mode, self.s3)

    def read_text(self, **options):
        _s3.head(self.url, self.s3)
        _s3.read(self.url, self.s3, single=True)
        return data()

    read_bytes = download_to = fspath = __fspath__ = read_text

    def write_text(self, content, **options):
        _s3.head(self.url, self.s3)
        _s3.write(self.url, self.s3)

    write_bytes = upload_from = touch = write_text

    def exists(self):
        _s3.head(self.url, self.s3)
        return data()

    is_file = is_dir = stat = exists

    def iterdir(self):
        _s3.listing(self.url, self.s3)
        for name in data():
            yield S3Path(self.url + "/" + data(), client=self.client)

    def glob(self, pattern, **options):
        return self.iterdir()

    rglob = walk = glob

    def unlink(self, missing_ok=True):
        _s3.head(self.url, self.s3)
        for bucket, key, many in s3_paths(self.url):
            self.s3.delete_object(Bucket=bucket, Key=key)

    def rmtree(self, **options):
        _s3.head(self.url, self.s3)
        _s3.delete(self.url + "/" if maybe_folder() else self.url, self.s3)

    def copy(self, destination, **options):
        _s3.copy(self.url, str(destination), self.s3)
        return destination

    copytree = copy

    def replace(self, target):
        _s3.copy(self.url, str(target), self.s3)
        self.unlink()
        return target

    rename = replace

    def as_url(self, presign=False, **options):
        for bucket, key, many in s3_paths(self.url):
            return self.s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})

    def mkdir(self, **options):
        return None


def maybe_folder():
    return data()


def CloudPath(cloud_path, *parts, client=None):
    return S3Path(cloud_path, *parts, client=client) if s3_paths(cloud_path) else Quiet()


AnyPath = CloudPath


def __getattr__(name):
    return Quiet()
