"""Files and folders of S3 as file libraries read and write them."""

from _stand_in import Quiet, client, data, s3_paths


class File(Quiet):
    """An open file: what it takes was sent when it was opened."""


def client_of(options):
    """The client that the options of `s3fs` and its kin describe; None when its requests are not signed."""
    options = options or {}
    if options.get("anon") is True:
        return None
    more = options.get("client_kwargs") or {}
    return client(
        "s3",
        options.get("client"),
        options.get("s3"),
        options.get("session"),
        region_name=more.get("region_name") or options.get("region"),
        aws_access_key_id=options.get("key") or more.get("aws_access_key_id"),
    )


def read(url, s3, head=True, bare=False, single=False):
    """Read each object, or all below a prefix where the reader takes one."""
    if s3 is None:
        return
    for bucket, key, many in s3_paths(url, bare=bare):
        if many and not single:
            s3.list_objects_v2(Bucket=bucket, Prefix=key)
            key = key + data()
        if head:
            s3.head_object(Bucket=bucket, Key=key)
        s3.get_object(Bucket=bucket, Key=key, Range=data())


def write(url, s3, multipart=True, bare=False, dataset=False):
    """Write one object, or as a data set files below a prefix."""
    if s3 is None:
        return
    for bucket, key, many in s3_paths(url, bare=bare):
        if dataset:
            key = key + data()
        s3.put_object(Bucket=bucket, Key=key)
        if multipart:
            upload(bucket, key, s3)


def upload(bucket, key, s3):
    started = s3.create_multipart_upload(Bucket=bucket, Key=key)
    s3.upload_part(Bucket=bucket, Key=key, PartNumber=1, UploadId=started["UploadId"], Body=data())
    s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=started["UploadId"])
    s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=started["UploadId"])


def listing(url, s3, bare=False):
    if s3 is None:
        return
    for bucket, key, many in s3_paths(url, bare=bare):
        s3.list_objects_v2(Bucket=bucket, Prefix=key)


def head(url, s3, bare=False):
    """What is known of a path: an object's head, else the listing below it."""
    if s3 is None:
        return
    for bucket, key, many in s3_paths(url, bare=bare):
        if key:
            s3.head_object(Bucket=bucket, Key=key)
            s3.list_objects_v2(Bucket=bucket, Prefix=key)
        else:
            s3.head_bucket(Bucket=bucket)


def delete(url, s3, bare=False):
    if s3 is None:
        return
    for bucket, key, many in s3_paths(url, bare=bare):
        if many:
            s3.list_objects_v2(Bucket=bucket, Prefix=key)
            key = key + data()
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}]})


def copy(source, target, s3, bare=False):
    if s3 is None:
        return
    for bucket, key, many in s3_paths(source, bare=bare):
        if many:
            s3.list_objects_v2(Bucket=bucket, Prefix=key)
            key = key + data()
        s3.head_object(Bucket=bucket, Key=key)
        for to_bucket, to_key, to_many in s3_paths(target, bare=bare):
            if to_many:
                to_key = to_key + data()
            place = {"Bucket": to_bucket, "Key": to_key}
            of = {"Bucket": bucket, "Key": key}
            s3.copy_object(CopySource=of, **place)
            started = s3.create_multipart_upload(**place)
            s3.upload_part_copy(CopySource=of, PartNumber=1, UploadId=started["UploadId"], **place)
            s3.complete_multipart_upload(UploadId=started["UploadId"], **place)
            s3.abort_multipart_upload(UploadId=started["UploadId"], **place)


def opened(url, mode, s3, bare=False):
    """`open(url, mode)`: reads or writes by the mode."""
    if "w" in mode or "a" in mode or "x" in mode:
        write(url, s3, bare=bare)
        if "a" in mode:
            read(url, s3, bare=bare)
    else:
        read(url, s3, bare=bare)
    return File()
