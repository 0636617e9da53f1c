"""boto3 and its twins as a library: the packages they stand for and the calls they answer."""

from __future__ import annotations

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.libraries.boto3 import clients, sessions
from iamgen.analysis.libraries.boto3.objects import credentials_model, paginator_model, session_model, waiter_model
from iamgen.analysis.libraries.boto3.transfers import transfer
from iamgen.analysis.libraries.builtins import data, nothing
from iamgen.analysis.libraries.registry import CallModel, Library
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Value


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


_LOWER = {"filename": "Filename", "bucket": "Bucket", "key": "Key", "extra_args": "ExtraArgs", "callback": "Callback"}


def _resolve(path: str) -> CallModel | None:
    """Configurations, exceptions, conditions and serialisers send nothing."""
    tail = path.rpartition(".")[2]
    if path.startswith(("boto3.dynamodb.", "botocore.config", "boto3.s3.transfer.TransferConfig", "botocore.exceptions")):
        return data
    if tail in ("Config", "AioConfig", "TransferConfig", "set_stream_logger", "ClientError", "BotoCoreError"):
        return nothing if tail == "set_stream_logger" else data
    return None


LIBRARY = Library(
    packages=frozenset({"boto3", "botocore", "aioboto3", "aiobotocore", "s3transfer", "awscrt"}),
    calls={
        **sessions.CALLS,
        "boto3.s3.transfer.S3Transfer": _s3_transfer,
        "boto3.s3.transfer.create_transfer_manager": _s3_transfer,
    },
    models={
        **clients.MODELS,
        "session": session_model,
        "paginator": paginator_model,
        "waiter": waiter_model,
        "credentials": credentials_model,
        "s3transfer.upload_file": _transfer,
        "s3transfer.download_file": _transfer,
    },
    resolve=_resolve,
)
