"""An object read in parts: https://docs.powertools.aws.dev/lambda/python/latest/utilities/streaming/"""

from _stand_in import client, data


class S3Object:
    def __init__(self, bucket, key, version_id=None, boto3_client=None, is_gzip=False, is_csv=False, **sdk_options):
        self.client = client("s3", boto3_client)
        self.options = {"Bucket": bucket, "Key": key, **sdk_options}
        if version_id is not None:
            self.options["VersionId"] = version_id

    @property
    def size(self):
        return self.client.head_object(**self.options)["ContentLength"]

    def read(self, size=-1):
        return self.client.get_object(Range=data(), **self.options)["Body"].read()

    readline = read

    def readlines(self, hint=-1):
        return [self.read()]

    def __iter__(self):
        yield self.read()

    def __next__(self):
        return self.read()

    def seek(self, offset, whence=0):
        if whence == 2:
            return self.size
        return offset

    def transform(self, transformations, in_place=False):
        return self

    @property
    def transformed_stream(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def __getattr__(self, name):
        return data()
