"""S3: buckets, objects, access points by ARN, copy sources and directory buckets."""

from __future__ import annotations

from iamgen.analysis.usage import Argument, MappingOf, Unknown
from iamgen.catalog.model import ArnBinding, Permission
from iamgen.core.text import Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.arns import Form, form_of, segments, split
from iamgen.mapping.bound import variable
from iamgen.mapping.named import arn_text, name_or_arn
from iamgen.mapping.patterns import Glob, Pattern, unique
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import Need, OperationShape, TypeShape

COPY_URL = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"
EXPRESS_URL = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html"

_DIRECTORY = "--x-s3"  # every directory bucket's name ends so


def is_access_point(bucket: Text) -> bool:
    """Whether a `Bucket` argument is the ARN of an access point."""
    found = segments(bucket) if form_of(bucket) is Form.ARN else None
    head = found[5].parts[0] if found is not None and found[5].parts else ""
    return isinstance(head, str) and head.startswith("accesspoint")


def bucket(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The bucket itself."""
    names = variable(request, binding, "BucketName", "Bucket")
    return tuple(_bucket(request, name) for name in names if not is_access_point(name)) if names else None


def access_point(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The access point that stands in for a bucket; one that is named itself is the catalog's."""
    if "AccessPointName" in dict(binding.variables):
        return None
    names = variable(request, binding, "BucketName", "Bucket")
    return tuple(request.render(Glob.of(arn_text(name))) for name in names if is_access_point(name)) if names else None


def object_(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The objects of a bucket; an unknown key is any key of it."""
    names = variable(request, binding, "BucketName", "Bucket")
    if not names:
        return None
    return unique(
        _object(request, name, key) for name in names if not is_access_point(name) for key in _keys(request, binding)
    )


def access_point_object(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """The objects behind an access point: `.../accesspoint/name/object/key`."""
    names = variable(request, binding, "BucketName", "Bucket")
    if not names:
        return None
    return unique(
        _object(request, name, key) for name in names if is_access_point(name) for key in _keys(request, binding)
    )


def _keys(request: Request, binding: ArnBinding) -> tuple[Text, ...]:
    return variable(request, binding, "ObjectName", "Key") or (OPEN,)


def _bucket(request: Request, name: Text) -> Pattern:
    return name_or_arn(request, name, "s3", "", region=False, account=False)


def _object(request: Request, name: Text, key: Text) -> Pattern:
    if is_access_point(name):
        return request.render(Glob.of(arn_text(name), "/object/", key))
    return name_or_arn(request, name, "s3", "", "/", key, region=False, account=False)


def copy(request: Request, permissions: tuple[Permission, ...]) -> tuple[Need, ...]:
    """Reading actions go to the source, which `CopySource` holds as `bucket/key` or as a mapping.

    Only the string form can hide a version: `bucket/key?versionId=...`.
    """
    sources = tuple(one for value in request.find("CopySource").values for one in _sources(request, value))
    plain = unique(pattern for pattern, version in sources if version < Presence.GIVEN)
    versions = unique(pattern for pattern, version in sources if version >= Presence.MAYBE)
    needs: list[Need] = []
    for permission in permissions:
        name = permission.action.removeprefix("s3:")
        if name == "GetObject" and versions and not any(one.action == "s3:GetObjectVersion" for one in permissions):
            reason = "the source names a version"
            needs.append((Permission("s3:GetObjectVersion", reason=reason, url=COPY_URL), versions))
        if name == "GetObject":
            needs.append((permission, plain))
        elif name == "GetObjectVersion":
            needs.append((permission, versions or plain))
        elif name.startswith("GetObject"):
            needs.append((permission, unique(pattern for pattern, _ in sources)))
        else:
            needs.append((permission, None))
    return tuple(needs)


def _sources(request: Request, value: Argument) -> list[tuple[Pattern, Presence]]:
    """The objects that a copy reads, and whether a version of them is named."""
    if isinstance(value, MappingOf):
        version = request.inside(value, "VersionId").presence
        buckets = request.filled(*request.inside(value, "Bucket").values) or (OPEN,)
        keys = request.filled(*request.inside(value, "Key").values) or (OPEN,)
        return [(_object(request, name, key), version) for name in buckets for key in keys]
    if isinstance(value, Unknown):
        return [(_object(request, OPEN, OPEN), Presence.UNTOLD)]
    return [_source(request, text) for text in request.filled(value)]


def _source(request: Request, text: Text) -> tuple[Pattern, Presence]:
    path, *version = split(text, "?versionId=", 1)
    presence = Presence.GIVEN if version else Presence.ABSENT
    if form_of(path) is Form.ARN:
        return request.render(Glob.of(arn_text(path))), presence
    pieces = split(path, "/", 1)
    if not pieces[0].parts and len(pieces) > 1:
        pieces = split(pieces[1], "/", 1)  # "/bucket/key" is read as "bucket/key"
    if len(pieces) == 1:
        return _object(request, OPEN if path.holes else path, OPEN), presence
    return _object(request, pieces[0], pieces[1]), presence


def delete(request: Request, permissions: tuple[Permission, ...]) -> tuple[Need, ...]:
    """Each key of the list is deleted as a whole, or as the version that its item names."""
    names = request.texts("Bucket") or (OPEN,)
    plain: list[Pattern] = []
    versions: list[Pattern] = []
    for item in request.find("Delete.Objects[]").values or (Unknown(),):
        keys = request.filled(*request.inside(item, "Key").values) or (OPEN,)
        version = request.inside(item, "VersionId").presence
        patterns = [_object(request, name, key) for name in names for key in keys]
        if version < Presence.GIVEN:
            plain.extend(patterns)
        if version >= Presence.MAYBE:
            versions.extend(patterns)
    needs: list[Need] = []
    for permission in permissions:
        match permission.action:
            case "s3:DeleteObject":
                needs.extend([(permission, unique(plain))] if plain else [])
            case "s3:DeleteObjectVersion":
                needs.extend([(permission, unique(versions))] if versions else [])
            case _:
                needs.append((permission, None))
    return tuple(needs)


def directory_bucket(request: Request, permissions: tuple[Permission, ...]) -> tuple[Need, ...] | None:
    """A request for objects of a directory bucket is authorised once, by the session that the SDK opens.

    One for the bucket itself is authorised by the action of the same name that S3 Express has.
    """
    names = [name for name in request.texts("Bucket") if _tail(name).endswith(_DIRECTORY)]
    if not names or not permissions:
        return None
    patterns = tuple(request.arn("s3express", "bucket/", name) for name in names)
    if request.call.operation in _ZONAL:
        reason = "object requests to a directory bucket are authorised by its session"
        keys = (one for one in permissions if one.action.startswith("kms:"))
        own = request.call.operation == "CreateSession"  # a key that an object request names is the session's, too
        session = Permission("s3express:CreateSession", reason=reason, url=EXPRESS_URL)
        return ((session, patterns), *((one, None) for one in keys if own))
    if request.call.operation in _REGIONAL:
        reason = "a directory bucket has actions of its own"
        return tuple(
            (Permission(f"s3express:{one.action[3:]}", reason=reason, url=EXPRESS_URL), patterns)
            if one.action.startswith("s3:")
            else (one, None)
            for one in permissions
        )
    return None


def _tail(text: Text) -> str:
    last = text.parts[-1] if text.parts else ""
    return last if isinstance(last, str) else ""


# Operations that go to a zone's own endpoint, and those that manage the bucket and go to the region's.
_ZONAL = frozenset({
    "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload", "CreateSession",
    "DeleteObject", "DeleteObjects", "GetObject", "GetObjectAttributes", "HeadBucket", "HeadObject",
    "ListMultipartUploads", "ListObjectsV2", "ListParts", "PutObject", "RenameObject", "UploadPart", "UploadPartCopy",
})  # fmt: skip
_REGIONAL = frozenset({
    "CreateBucket", "DeleteBucket", "DeleteBucketEncryption", "DeleteBucketInventoryConfiguration",
    "DeleteBucketLifecycle", "DeleteBucketMetricsConfiguration", "DeleteBucketPolicy", "GetBucketEncryption",
    "GetBucketInventoryConfiguration", "GetBucketLifecycleConfiguration", "GetBucketMetricsConfiguration",
    "GetBucketPolicy", "ListBucketInventoryConfigurations", "ListBucketMetricsConfigurations", "PutBucketEncryption",
    "PutBucketInventoryConfiguration", "PutBucketLifecycleConfiguration", "PutBucketMetricsConfiguration",
    "PutBucketPolicy",
})  # fmt: skip

TYPES: dict[tuple[str, str], TypeShape] = {
    ("s3", "bucket"): bucket,
    ("s3", "accesspoint"): access_point,
    ("s3", "object"): object_,
    ("s3", "accesspointobject"): access_point_object,
}
OPERATIONS: dict[tuple[str, str], OperationShape] = {
    ("s3", "CopyObject"): copy,
    ("s3", "UploadPartCopy"): copy,
    ("s3", "DeleteObjects"): delete,
    ("s3", "*"): directory_bucket,
}
