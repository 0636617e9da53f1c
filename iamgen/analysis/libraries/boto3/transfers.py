"""Managed transfers: `upload_file`, `download_file`, `copy` and their kin, and the requests that they send.

s3transfer sends one request for a small file and a multipart upload for a large one, and aborts
what fails; which of them happens depends on sizes, so each may.
Source: https://boto3.amazonaws.com/v1/documentation/api/latest/guide/s3.html
"""

from __future__ import annotations

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.libraries.boto3.requests import merged, send
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Value
from iamgen.analysis.values.heap import Map
from iamgen.analysis.values.joins import join
from iamgen.core.text import Text

NAMES = frozenset({"upload_file", "upload_fileobj", "download_file", "download_fileobj", "copy"})
_MULTIPART = ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload")

# The positional parameters by method, for the client, a bucket and an object.
_CLIENT = {
    "upload_file": ("Filename", "Bucket", "Key", "ExtraArgs"),
    "upload_fileobj": ("Fileobj", "Bucket", "Key", "ExtraArgs"),
    "download_file": ("Bucket", "Key", "Filename", "ExtraArgs"),
    "download_fileobj": ("Bucket", "Key", "Fileobj", "ExtraArgs"),
    "copy": ("CopySource", "Bucket", "Key", "ExtraArgs"),
}
_BUCKET = {
    "upload_file": ("Filename", "Key", "ExtraArgs"),
    "upload_fileobj": ("Fileobj", "Key", "ExtraArgs"),
    "download_file": ("Key", "Filename", "ExtraArgs"),
    "download_fileobj": ("Key", "Fileobj", "ExtraArgs"),
    "copy": ("CopySource", "Key", "ExtraArgs"),
}
_OBJECT = {
    "upload_file": ("Filename", "ExtraArgs"),
    "upload_fileobj": ("Fileobj", "ExtraArgs"),
    "download_file": ("Filename", "ExtraArgs"),
    "download_fileobj": ("Fileobj", "ExtraArgs"),
    "copy": ("CopySource", "ExtraArgs"),
}


def transfer(
    m: Machine, f: Frame, client: sdk.Client, name: str, known: dict[str, Value], args: Arguments, at: int, owner: str
) -> Value:
    """Report what a managed transfer sends; `owner` is "", "Bucket" or "Object"."""
    names = (_BUCKET if owner == "Bucket" else _OBJECT if owner else _CLIENT)[name]
    given: dict[str, Value] = dict(known)
    for index, parameter in enumerate(names):
        value = args.get(index, parameter)
        if value:
            given[parameter] = value
    for key in ("SourceClient",):
        if key in args.kw:
            given[key] = args.kw[key]
    for key in ("Callback",):
        if key in args.kw:
            m.escape(f, args.kw[key])
    target = Map({key: given.get(key) or a.SOME_TEXT for key in ("Bucket", "Key")})
    full = merged(target, given.get("ExtraArgs", NOTHING), m, f) if "ExtraArgs" in given else target
    if args.rest is not None:
        full = Map(full.entries, open=True)
    if name.startswith("download"):
        for operation in ("HeadObject", "GetObject"):
            send(m, f, client, operation, name, full, at)
    elif name.startswith("upload"):
        for operation in ("PutObject", *_MULTIPART):
            send(m, f, client, operation, name, full, at)
    else:
        source = given.get("CopySource") or a.SOME_TEXT
        _copy(m, f, client, name, full, source, given.get("SourceClient"), at)
    return a.NONE


def _copy(
    m: Machine, f: Frame, client: sdk.Client, name: str, full: Map, source: Value, other: Value | None, at: int
) -> None:
    described = Map({})
    for atom in source:
        content = m.as_map(f, atom) if not isinstance(atom, Text) else Map()
        entries = dict(described.entries)
        for key in ("Bucket", "Key", "VersionId"):
            if key in content.entries:
                entries[key] = join(entries.get(key, NOTHING), content.entries[key])
        described = Map(entries)
    if "Bucket" not in described.entries:
        described = Map({"Bucket": a.SOME_TEXT, "Key": a.SOME_TEXT})
    clients = [atom for atom in other or () if isinstance(atom, sdk.Client)] or [client]
    for one in clients:
        send(m, f, one, "HeadObject", name, described, at)
    with_source = Map({**full.entries, "CopySource": source}, full.rest, full.keys, full.open)
    send(m, f, client, "CopyObject", name, with_source, at)
    send(m, f, client, "CreateMultipartUpload", name, full, at)
    send(m, f, client, "UploadPartCopy", name, with_source, at)
    for operation in ("CompleteMultipartUpload", "AbortMultipartUpload"):
        send(m, f, client, operation, name, Map({k: full.entries[k] for k in ("Bucket", "Key")}), at)
