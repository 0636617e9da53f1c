"""s3fs: S3 as a file system. Source: s3fs/core.py, as of 2026.9; https://s3fs.readthedocs.io/"""

import _s3
from _stand_in import data, s3_paths


class S3FileSystem:
    def __init__(self, anon=False, key=None, secret=None, token=None, client_kwargs=None, session=None, **options):
        self.s3 = _s3.client_of({"anon": anon, "key": key, "client_kwargs": client_kwargs, "session": session})

    def open(self, path, mode="rb", **options):
        return _s3.opened(path, mode, self.s3, bare=True)

    def cat(self, path, recursive=False, **options):
        _s3.read(path, self.s3, head=False, bare=True)
        return data()

    cat_file = cat_ranges = read_bytes = read_text = cat

    def head(self, path, size=1024):
        self.open(path)
        return data()

    tail = read_block = head

    def get(self, rpath, lpath, recursive=False, **options):
        _s3.listing(rpath, self.s3, bare=True)
        _s3.read(rpath, self.s3, head=False, bare=True)

    download = get_file = get

    def put(self, lpath, rpath, recursive=False, **options):
        _s3.listing(rpath, self.s3, bare=True)
        _s3.write(rpath, self.s3, bare=True)

    upload = put_file = put

    def pipe(self, path, value=None, **options):
        _s3.write(path, self.s3, bare=True)

    pipe_file = write_bytes = write_text = pipe

    def touch(self, path, truncate=True, **options):
        _s3.head(path, self.s3, bare=True)
        _s3.write(path, self.s3, multipart=False, bare=True)

    def ls(self, path, detail=False, **options):
        if path == "" or path == "/":
            self.s3.list_buckets()
        else:
            _s3.head(path, self.s3, bare=True)
        return [data()]

    listdir = find = walk = glob = du = tree = ls

    def info(self, path, **options):
        _s3.head(path, self.s3, bare=True)
        return data()

    exists = isfile = isdir = size = sizes = stat = created = modified = checksum = ukey = metadata = getxattr = info
    disk_usage = lexists = info

    def rm(self, path, recursive=False, **options):
        _s3.delete(path, self.s3, bare=True)

    delete = rm

    def rm_file(self, path):
        for bucket, key, many in s3_paths(path, bare=True):
            self.s3.delete_object(Bucket=bucket, Key=key)

    def copy(self, path1, path2, recursive=False, **options):
        _s3.copy(path1, path2, self.s3, bare=True)

    cp = cp_file = copy

    def mv(self, path1, path2, recursive=False, **options):
        self.copy(path1, path2)
        self.rm(path1)

    move = rename = mv

    def merge(self, path, filelist, **options):
        for file in filelist:
            self.copy(file, path)

    def mkdir(self, path, create_parents=True, **options):
        for bucket, key, many in s3_paths(path, bare=True):
            if key:
                self.s3.head_bucket(Bucket=bucket)
            else:
                self.s3.create_bucket(Bucket=bucket)

    makedirs = makedir = mkdirs = mkdir

    def rmdir(self, path):
        for bucket, key, many in s3_paths(path, bare=True):
            if not key:
                self.s3.delete_bucket(Bucket=bucket)

    def url(self, path, expires=3600, **options):
        for bucket, key, many in s3_paths(path, bare=True):
            return self.s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})

    sign = url

    def get_tags(self, path):
        for bucket, key, many in s3_paths(path, bare=True):
            return self.s3.get_object_tagging(Bucket=bucket, Key=key)

    def put_tags(self, path, tags, mode="o"):
        for bucket, key, many in s3_paths(path, bare=True):
            self.s3.put_object_tagging(Bucket=bucket, Key=key, Tagging=data())

    def chmod(self, path, acl, **options):
        for bucket, key, many in s3_paths(path, bare=True):
            if key:
                self.s3.put_object_acl(Bucket=bucket, Key=key, ACL=acl)
            else:
                self.s3.put_bucket_acl(Bucket=bucket, ACL=acl)

    def setxattr(self, path, **options):
        _s3.head(path, self.s3, bare=True)
        _s3.copy(path, path, self.s3, bare=True)

    def object_version_info(self, path, **options):
        for bucket, key, many in s3_paths(path, bare=True):
            return self.s3.list_object_versions(Bucket=bucket, Prefix=key)

    def is_bucket_versioned(self, bucket):
        return self.s3.get_bucket_versioning(Bucket=bucket)

    def make_bucket_versioned(self, bucket, is_versioned=True):
        self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=data())

    def get_mapper(self, root="", **options):
        return S3Map(root, self)

    def invalidate_cache(self, path=None):
        return None

    def clear_instance_cache(self):
        return None

    def split_path(self, path):
        return data(), data(), None

    def unstrip_protocol(self, name):
        return data()


S3File = _s3.File


class S3Map:
    """A mapping of keys to objects, as zarr uses it."""

    def __init__(self, root, s3=None, **options):
        self.fs = s3 or S3FileSystem()
        self.root = root

    def __getitem__(self, key):
        return self.fs.cat(f"{self.root}/{key}")

    def __setitem__(self, key, value):
        self.fs.pipe(f"{self.root}/{key}", value)

    def __delitem__(self, key):
        self.fs.rm(f"{self.root}/{key}")

    def __iter__(self):
        for item in self.fs.find(self.root):
            yield item

    def __contains__(self, key):
        return self.fs.exists(f"{self.root}/{key}")

    keys = values = items = __iter__
