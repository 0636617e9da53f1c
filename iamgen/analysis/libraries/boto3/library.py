"""boto3 and its twins as a library: the packages they stand for and the calls they answer."""

from __future__ import annotations

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.libraries.boto3 import clients, sessions
from iamgen.analysis.libraries.boto3.objects import credentials_model, paginator_model, session_model, waiter_model
from iamgen.analysis.libraries.boto3.requests import send
from iamgen.analysis.libraries.boto3.transfers import transfer
from iamgen.analysis.libraries.builtins import data, nothing
from iamgen.analysis.libraries.registry import CallModel, ClassModel, Library
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Value
from iamgen.analysis.values.heap import HeapObject, Map


def _s3_transfer(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`S3Transfer(client)`, `TransferManager(client)`."""
    client = args.get(0, "client")
    return tuple(a.Model("s3transfer", (atom,)) for atom in client or NOTHING if isinstance(atom, sdk.Client))


def _transfer(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    client = atom.data[0]
    assert isinstance(client, sdk.Client)
    name = atom.name.rpartition(".")[2]
    renamed = {"upload_file": "upload_file", "download_file": "download_file"}[name]
    kw = {_LOWER.get(key, key): value for key, value in args.kw.items()}
    return transfer(m, f, client, renamed, {}, Arguments(args.pos, kw, args.more, args.rest), at, "")


_LOWER = {
    "fileobj": "Fileobj",
    "copy_source": "CopySource",
    "filename": "Filename",
    "bucket": "Bucket",
    "key": "Key",
    "extra_args": "ExtraArgs",
    "callback": "Callback",
}


def _session_init(m: Machine, f: Frame, obj: HeapObject, args: Arguments, at: int) -> None:
    """An instance of the program's own subclass of a session."""
    m.trail.write(obj, "\0wrapped", sessions.make_session(m, f, args, at))


def _manager(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`TransferManager.upload(fileobj, bucket, key, extra_args)` and its kin."""
    client = atom.data[0]
    assert isinstance(client, sdk.Client)
    name = atom.name.rpartition(".")[2]
    kw = {_LOWER.get(key, key): value for key, value in args.kw.items()}
    if name == "delete":
        pos = dict(zip(("Bucket", "Key"), args.pos, strict=False))
        send(m, f, client, "DeleteObject", "delete", Map({**pos, **kw}), at)
        return a.DATA
    order = {"upload": (0, 1, 2, 3), "download": (0, 1, 2, 3), "copy": (0, 1, 2, 3)}[name]
    pos_args = tuple(args.pos[index] for index in order if index < len(args.pos))
    renamed = {"upload": "upload_fileobj", "download": "download_fileobj", "copy": "copy"}[name]
    transfer(m, f, client, renamed, {}, Arguments(pos_args, kw, args.more, args.rest), at, "")
    return a.DATA  # a future


def _resolve(path: str) -> CallModel | None:
    """Configurations, exceptions, conditions and serialisers send nothing."""
    tail = path.rpartition(".")[2]
    if path.startswith(
        ("boto3.dynamodb.", "botocore.config", "boto3.s3.transfer.TransferConfig", "botocore.exceptions")
    ):
        return data
    if tail in ("Config", "AioConfig", "TransferConfig", "set_stream_logger", "ClientError", "BotoCoreError"):
        return nothing if tail == "set_stream_logger" else data
    return None


_SESSIONS = ("boto3.Session", "boto3.session.Session", "botocore.session.Session", "aioboto3.Session")

LIBRARY = Library(
    packages=frozenset({"boto3", "botocore", "aioboto3", "aiobotocore", "s3transfer", "awscrt"}),
    calls={
        **sessions.CALLS,
        "boto3.s3.transfer.S3Transfer": _s3_transfer,
        "s3transfer.manager.TransferManager": _s3_transfer,
        "s3transfer.TransferManager": _s3_transfer,
        "s3transfer.S3Transfer": _s3_transfer,
        "boto3.s3.transfer.create_transfer_manager": _s3_transfer,
    },
    models={
        **clients.MODELS,
        "session": session_model,
        "paginator": paginator_model,
        "waiter": waiter_model,
        "credentials": credentials_model,
        "s3transfer.upload": _manager,
        "s3transfer.download": _manager,
        "s3transfer.copy": _manager,
        "s3transfer.delete": _manager,
        "s3transfer.upload_file": _transfer,
        "s3transfer.download_file": _transfer,
    },
    resolve=_resolve,
    classes={name: ClassModel(init=_session_init) for name in _SESSIONS},
)
