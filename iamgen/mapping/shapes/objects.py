"""Objects that another service reads or writes in the caller's name: images, recordings, code, results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from iamgen.catalog.model import Permission
from iamgen.core.text import Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.arns import split
from iamgen.mapping.named import name_or_arn
from iamgen.mapping.patterns import Pattern, Wild
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import Need

_READ = ("s3:GetObject",)
_VERSION = ("s3:GetObjectVersion",)
_WRITE = ("s3:PutObject",)
_EXPORT = ("s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl")


@dataclass(frozen=True, slots=True)
class Where:
    """Parameters that name an object: a bucket and a key, or an `s3://bucket/key` URI."""

    actions: tuple[str, ...]
    url: str
    bucket: str = ""
    key: str = ""
    uri: str = ""
    below: bool = False  # the key is a prefix: objects below it
    otherwise: str = ""  # the key, where none is given
    version: str = ""  # a version is read with an action of its own


_TEXTRACT = "https://docs.aws.amazon.com/textract/latest/dg/security_iam_service-with-iam.html"
_REKOGNITION = "https://docs.aws.amazon.com/rekognition/latest/dg/images-s3.html"
_PROJECTS = "https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateProjectVersion.html"
_TRANSCRIBE = "https://docs.aws.amazon.com/transcribe/latest/dg/security_iam_id-based-policy-examples.html"
_DYNAMODB_IN = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Requesting.html"
_DYNAMODB_OUT = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html"
_TEMPLATES = "https://repost.aws/knowledge-center/cfn-s3-access-denied-error"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"
_LOGS = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateExportTask.html"
_LIVENESS = "https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html"
_POLLY = "https://docs.aws.amazon.com/polly/latest/dg/asynchronous-iam.html"


def _document(operation: str, path: str) -> tuple[tuple[str, str], tuple[Where, ...]]:
    at = f"{path}.S3Object"
    where = Where(_READ, _TEXTRACT, f"{at}.Bucket", f"{at}.Name", version=f"{at}.Version")
    return ("textract", operation), (where,)


def _template(operation: str) -> tuple[tuple[str, str], tuple[Where, ...]]:
    return ("cloudformation", operation), (Where(_READ, _TEMPLATES, uri="TemplateURL"),)


def _picture(operation: str, *paths: str) -> tuple[tuple[str, str], tuple[Where, ...]]:
    found = (
        Where(_READ, _REKOGNITION, f"{at}.Bucket", f"{at}.Name", version=f"{at}.Version")
        for at in (f"{path}.S3Object" for path in paths)
    )
    return ("rekognition", operation), tuple(found)


_OBJECTS: Mapping[tuple[str, str], tuple[Where, ...]] = MappingProxyType(dict((
    _document("AnalyzeDocument", "Document"),
    _document("AnalyzeExpense", "Document"),
    _document("AnalyzeID", "DocumentPages[]"),
    _document("DetectDocumentText", "Document"),
    _document("StartDocumentAnalysis", "DocumentLocation"),
    _document("StartDocumentTextDetection", "DocumentLocation"),
    _document("StartExpenseAnalysis", "DocumentLocation"),
    _document("StartLendingAnalysis", "DocumentLocation"),
    _picture("CompareFaces", "SourceImage", "TargetImage"),
    _picture("DetectCustomLabels", "Image"),
    _picture("DetectFaces", "Image"),
    _picture("DetectLabels", "Image"),
    _picture("DetectModerationLabels", "Image"),
    _picture("DetectProtectiveEquipment", "Image"),
    _picture("DetectText", "Image"),
    _picture("IndexFaces", "Image"),
    _picture("RecognizeCelebrities", "Image"),
    _picture("SearchFacesByImage", "Image"),
    _picture("SearchUsersByImage", "Image"),
    _picture("StartCelebrityRecognition", "Video"),
    _picture("StartContentModeration", "Video"),
    _picture("StartFaceDetection", "Video"),
    _picture("StartFaceSearch", "Video"),
    _picture("StartLabelDetection", "Video"),
    _picture("StartPersonTracking", "Video"),
    _picture("StartSegmentDetection", "Video"),
    _picture("StartTextDetection", "Video"),
    _template("CreateChangeSet"),
    _template("CreateStack"),
    _template("CreateStackSet"),
    _template("EstimateTemplateCost"),
    _template("GetTemplateSummary"),
    _template("UpdateStack"),
    _template("UpdateStackSet"),
    _template("ValidateTemplate"),
    (("transcribe", "StartTranscriptionJob"), (
        Where(_READ, _TRANSCRIBE, uri="Media.MediaFileUri"),
        Where(_WRITE, _TRANSCRIBE, "OutputBucketName", "OutputKey", below=True),
    )),
    (("transcribe", "StartMedicalTranscriptionJob"), (
        Where(_READ, _TRANSCRIBE, uri="Media.MediaFileUri"),
        Where(_WRITE, _TRANSCRIBE, "OutputBucketName", "OutputKey", below=True),
    )),
    (("transcribe", "StartCallAnalyticsJob"), (
        Where(_READ, _TRANSCRIBE, uri="Media.MediaFileUri"),
        Where(_WRITE, _TRANSCRIBE, uri="OutputLocation", below=True),
    )),
    (("dynamodb", "ExportTableToPointInTime"), (Where(_EXPORT, _DYNAMODB_OUT, "S3Bucket", "S3Prefix", below=True),)),
    (("dynamodb", "ImportTable"), (
        Where(_READ, _DYNAMODB_IN, "S3BucketSource.S3Bucket", "S3BucketSource.S3KeyPrefix", below=True),
    )),
    (("lambda", "CreateFunction"), (
        Where(_READ, _LAMBDA, "Code.S3Bucket", "Code.S3Key", version="Code.S3ObjectVersion"),
    )),
    (("lambda", "UpdateFunctionCode"), (
        Where(_READ, _LAMBDA, "S3Bucket", "S3Key", version="S3ObjectVersion"),
    )),
    (("lambda", "PublishLayerVersion"), (
        Where(_READ, _LAMBDA, "Content.S3Bucket", "Content.S3Key", version="Content.S3ObjectVersion"),
    )),
    (("rekognition", "CreateProjectVersion"), (
        Where(_WRITE, _PROJECTS, "OutputConfig.S3Bucket", "OutputConfig.S3KeyPrefix", below=True),
    )),
    (("rekognition", "CreateFaceLivenessSession"), (
        Where(_WRITE, _LIVENESS, "Settings.OutputConfig.S3Bucket", "Settings.OutputConfig.S3KeyPrefix", below=True),
    )),
    (("rekognition", "CopyProjectVersion"), (
        Where(_WRITE, _PROJECTS, "OutputConfig.S3Bucket", "OutputConfig.S3KeyPrefix", below=True),
    )),
    (("logs", "CreateExportTask"), (
        Where(_WRITE, _LOGS, "destination", "destinationPrefix", below=True, otherwise="exportedlogs/"),
    )),
    (("polly", "StartSpeechSynthesisTask"), (
        Where(_WRITE, _POLLY, "OutputS3BucketName", "OutputS3KeyPrefix", below=True),
    )),
)))  # fmt: skip


def objects_of(request: Request) -> Iterator[Need]:
    """What a request needs on the objects that it names for a service to read or write."""
    for where in _OBJECTS.get((request.call.service, request.call.operation), ()):
        patterns = tuple(_patterns(request, where)) if request.told(where.uri or where.bucket) else ()
        for action in _actions(request, where) if patterns else ():
            reason = f"`{request.call.operation}` reaches the object in the caller's name"
            yield Permission(action, reason=reason, url=where.url), patterns


def _actions(request: Request, where: Where) -> tuple[str, ...]:
    """As S3 asks for any request: a version is read with its own action alone, one that may be named with both."""
    named = request.presence(where.version) if where.version else Presence.ABSENT
    if named < Presence.MAYBE:
        return where.actions
    return _VERSION if named is Presence.GIVEN else (*where.actions, *_VERSION)


def _patterns(request: Request, where: Where) -> Iterator[Pattern]:
    below = Wild("*") if where.below else ""
    if where.uri:
        for text in request.texts(where.uri):
            if str(text.parts[0] if text.parts else "").startswith("ssm-doc:"):
                continue  # a template may be a document of Systems Manager, too
            bucket, key = parts_of(text)
            yield _object(request, bucket, key, below)
        return
    keys = request.texts(where.key)
    if where.otherwise and request.presence(where.key) is Presence.ABSENT:
        keys = (Text.of(where.otherwise),)
    for bucket in request.texts(where.bucket):
        for key in keys or (OPEN,):
            yield _object(request, bucket, key, below)


def _object(request: Request, bucket: Text, key: Text, below: Wild | str = "") -> Pattern:
    return name_or_arn(request, bucket, "s3", "", "/", key, below, region=False, account=False)


def parts_of(uri: Text) -> tuple[Text, Text]:
    """Bucket and key of `s3://bucket/key`, or of an `https://s3...` address; open where it does not tell."""
    pieces = split(uri, "/", 3)
    scheme = pieces[0].literal
    if scheme == "s3:" and len(pieces) == 4:
        return pieces[2], pieces[3]
    if scheme == "s3:" and len(pieces) == 3:
        return pieces[2], OPEN
    host = split(pieces[2], ".") if len(pieces) > 2 else (OPEN,)
    if scheme == "https:" and len(pieces) == 4 and "amazonaws" in {one.literal for one in host}:
        if (host[0].literal or "").startswith("s3"):
            inner = split(pieces[3], "/", 1)
            return (inner[0], inner[1]) if len(inner) == 2 else (inner[0], OPEN)
        return host[0], pieces[3]
    return OPEN, OPEN
