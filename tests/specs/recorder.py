"""Runs programs for real with an SDK that records each request and sends none.

usage: recorder.py < jobs.json > records.json

Each job runs in a forked child of its own; `record` in running.py writes the jobs. A job's record is
{"requests": [[service, operation, file, line, parameters]], "error": text or null}. This file is run as a
script: it imports neither the tests nor iamgen.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib
import inspect
import io
import json
import os
import re
import runpy
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

SECONDS = 20  # a child that runs longer is stuck; the slowest program takes under 2 s
DEPTH = 5  # canned responses: some output shapes are recursive
LEFT_OUT = re.compile(r"(?i)(^next(?!Poll)|nextToken$|Marker$|ContinuationToken|^IsTruncated|^LastEvaluated)")
EMPTY = re.compile(r"^(Invalid|Failed|Unproc|Unmatch|Error)")  # what went wrong: nothing did

requests: list[list[Any]] = []
sent = threading.local()  # the parameters of the request under way


class AnyText(str):
    """An event field of unknown type: a text that is also indexable and iterates once."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return str(self)[key] if isinstance(key, (int, slice)) and len(self) > 1 else AnyText("1")

    def __iter__(self) -> Iterator[Any]:
        return (
            iter((AnyText("1"),))
            if sys._getframe(1).f_code.co_filename.startswith(_program["root"])
            else super().__iter__()
        )

    def get(self, *_: Any) -> Any:
        return AnyText("1")

    def items(self) -> Any:
        return [(AnyText("1"), AnyText("1"))]

    def keys(self) -> Any:
        return [AnyText("a")]

    def values(self) -> Any:
        return [AnyText("1")]


class Event(dict):  # type: ignore[type-arg]
    """An event that has each field; `given` are those that the spec names."""

    def __missing__(self, key: Any) -> Any:
        return AnyText("1")

    def get(self, key: Any, *_: Any) -> Any:
        return self[key]


class Filled(dict):  # type: ignore[type-arg]
    """A map of a canned response: whatever key the program asks for is there."""

    def __missing__(self, key: Any) -> Any:
        return self["a"]


class Context:
    """What Lambda passes beside the event."""

    aws_request_id = "r"
    function_name = "f"
    function_version = "1"
    memory_limit_in_mb = 128
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:f"
    log_group_name = "/aws/lambda/f"
    log_stream_name = "s"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


_program = {"root": "/"}


def canned(shape: Any, given: dict[str, Any], depth: int = 0) -> Any:
    """A plausible value of an output shape: one item a list, no further page."""
    name = shape.type_name
    if name == "structure":
        if getattr(shape, "is_tagged_union", False) or shape.name == "AttributeValue":
            first, inner = next(iter(shape.members.items()))
            return {first: canned(inner, given, depth + 1)}
        if depth > DEPTH:
            return {}
        members = {member: inner for member, inner in shape.members.items() if not LEFT_OUT.search(member)}
        return {member: answer_of(member, inner, given, depth) for member, inner in members.items()}
    if name == "list":
        return [canned(shape.member, given, depth + 1)] if depth <= DEPTH else []
    if name == "map":
        return Filled(a=canned(shape.value, given, depth + 1)) if depth <= DEPTH else {}
    if name == "blob":
        from botocore.response import StreamingBody

        return StreamingBody(io.BytesIO(b'{"a": "1"}'), 10) if depth == 1 else b'{"a": "1"}'
    if name == "timestamp":
        return dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    if name == "boolean":
        return False
    if name in ("integer", "long"):
        return 10
    if name in ("float", "double"):
        return 1.0
    return shape.enum[0] if getattr(shape, "enum", None) else "value"


def answer_of(member: str, shape: Any, given: dict[str, Any], depth: int) -> Any:
    """A response's member: what the request named is named again, as AWS does."""
    if EMPTY.match(member) and shape.type_name in ("list", "map"):
        return [] if shape.type_name == "list" else {}
    if isinstance(given.get(member), str) and shape.type_name == "string":
        return given[member]
    if member == "QueueUrl" and "QueueName" in given:
        return f"https://sqs.us-east-1.amazonaws.com/123456789012/{given['QueueName']}"
    if member == "TopicArn" and "Name" in given:
        return f"arn:aws:sns:us-east-1:123456789012:{given['Name']}"
    return canned(shape, given, depth + 1)


def plain(value: Any) -> Any:
    """A request's parameter as JSON can say it; what it cannot is None."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value if isinstance(value, (str, int, float, bool)) else None


def note(service: str, operation: str, parameters: Any) -> None:
    """Record a request with the innermost line of the program that led to it."""
    root = Path(_program["root"])
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not Path(frame.f_code.co_filename).is_relative_to(root):
        frame = frame.f_back
    file = Path(frame.f_code.co_filename).relative_to(root).as_posix() if frame else None
    requests.append([service, operation, file, frame.f_lineno if frame else None, plain(parameters)])


def patch() -> None:
    """Make botocore record instead of send."""
    import botocore.client
    import botocore.credentials
    import botocore.exceptions
    import botocore.signers
    import botocore.validate
    import botocore.waiter
    import s3transfer.utils

    client: Any = botocore.client.BaseClient
    make_call = client._make_api_call
    convert = client._convert_to_request_dict

    def recorded(self: Any, operation: str, parameters: Any) -> Any:
        local = self.meta.endpoint_url.startswith("http://127.0.0.1")  # X-Ray's daemon is no AWS
        if operation in self.meta.service_model.operation_names and not local:
            note(self.meta.service_model.service_name, operation, parameters)
        sent.parameters = parameters
        return make_call(self, operation, parameters)

    def converted(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return convert(self, *args, **kwargs)
        except Exception:
            # The event's placeholders have the wrong types; the program's own mistakes must show.
            parameters = kwargs.get("api_params") or args[0]
            if not _placeholder(parameters):
                raise
            request = {"body": b"", "headers": {}, "url_path": "/", "query_string": {}, "method": "GET"}
            return {**request, "context": {"client_config": self.meta.config}}

    def answered(_: Any, operation_model: Any, *__: Any) -> Any:
        parsed = canned(operation_model.output_shape, sent.parameters) if operation_model.output_shape else {}
        parsed["ResponseMetadata"] = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RequestId": "r", "RetryAttempts": 0}
        return type("Http", (), {"status_code": 200, "headers": {}, "raw": None, "content": b""})(), parsed

    def waited(self: Any, **kwargs: Any) -> None:
        kwargs.pop("WaiterConfig", None)
        self._operation_method(**kwargs)

    presign = botocore.signers.generate_presigned_url

    def presigned(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = dict(zip(("ClientMethod", "Params", "ExpiresIn", "HttpMethod"), args, strict=False)) | kwargs
        given["ClientMethod"] = str(given["ClientMethod"])
        operation = self._PY_TO_OP_NAME[given["ClientMethod"]]
        note(self.meta.service_model.service_name, operation, given.get("Params") or {})
        return presign(self, **given)

    def posted(_: Any, *args: Any, **kwargs: Any) -> Any:
        given = dict(zip(("Bucket", "Key"), args, strict=False)) | kwargs
        note("s3", "PutObject", {name: given[name] for name in ("Bucket", "Key")})
        return {"url": "https://example.com", "fields": {}}

    replace(client, "_make_api_call", recorded)
    replace(client, "_convert_to_request_dict", converted)
    replace(client, "_make_request", answered)
    replace(botocore.waiter.Waiter, "wait", waited)
    replace(botocore.signers, "generate_presigned_url", presigned)
    replace(botocore.signers, "generate_presigned_post", posted)
    replace(botocore.validate, "range_check", nothing)  # canned values are short

    files = s3transfer.utils.OSUtils
    replace(files, "get_file_size", lambda *_: 3)
    replace(files, "open", lambda *_: io.BytesIO(b"abc"))
    for name in ("rename_file", "remove_file", "allocate"):
        replace(files, name, nothing)


def replace(owner: Any, name: str, value: Any) -> None:
    """Set an attribute that must be there already: botocore may have moved it."""
    if not hasattr(owner, name):
        raise AttributeError(f"{owner} has no `{name}` to replace")
    setattr(owner, name, value)


def nothing(*_: Any, **__: Any) -> None:
    """Does nothing."""


def _placeholder(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_placeholder(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return any(_placeholder(v) for v in value)
    return isinstance(value, (AnyText, Event))


def variables(root: Path) -> dict[str, str]:
    """A value for each environment variable that the program reads without a default."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*.py")):
        for match in re.finditer(
            r"""(?:environ\[|getenv\(|environ\.get\()["'](\w+)["'][\])]""", path.read_text("utf-8", "replace")
        ):
            found[match[1]] = "https://example.com" if "ENDPOINT" in match[1] else f"value-of-{match[1].lower()}"
    return found


def run(job: dict[str, Any]) -> str | None:
    """Run one program; None when it ended, else what it raised."""
    root = Path(job["root"]).resolve()
    _program["root"] = str(root)
    sys.path[:0] = [str(root), *(str(root / path) for path in job.get("site_packages", []))]
    os.chdir(root)
    for name in [n for n in sys.modules if (root / f"{n.partition('.')[0]}.py").exists()]:
        del sys.modules[name]  # the program has a module of this name
    os.environ.update(variables(root) if job["environment"] is None else job["environment"])
    os.environ.update(job["variables"])
    module, _, function = job["entry"].partition(":")
    try:
        if not function:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
            return None
        target: Any = importlib.import_module(module)
        for part in function.split("."):
            target = getattr(target, part)
        result = target(Event(job["event"] or {}), Context())
        if inspect.iscoroutine(result):
            asyncio.run(result)
        elif inspect.isgenerator(result):
            list(result)
    except SystemExit:
        return None
    except BaseException:  # noqa: BLE001 - whatever the program raises is its record
        return traceback.format_exc(limit=-4)
    return None


def child(job: dict[str, Any]) -> dict[str, Any]:
    """Run one job in a forked child and read its record from a pipe."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        signal.signal(signal.SIGALRM, lambda *_: os._exit(9))
        signal.alarm(SECONDS)
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, 1)
        os.dup2(devnull, 2)
        error = run(job)
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join(2)
        import atexit

        atexit._run_exitfuncs()
        with os.fdopen(writing, "w") as pipe:
            json.dump({"requests": requests, "error": error}, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(process, 0)
    return json.loads(text) if text else {"requests": [], "error": f"ran longer than {SECONDS} s or died"}


def main() -> None:
    """Read the jobs, run them in order, write the records."""
    for name in [n for n in os.environ if n.startswith(("AWS_", "BOTO"))]:
        del os.environ[name]
    config = Path(tempfile.mkdtemp()) / "config"
    config.write_text(
        "[profile dev]\nregion = us-east-1\naws_access_key_id = testing\naws_secret_access_key = testing\n"
    )
    os.environ.update(
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE=str(config),
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    )
    jobs = json.load(sys.stdin)
    patch()
    import boto3

    boto3.client("s3")
    boto3.DEFAULT_SESSION = None
    json.dump({job["id"]: child(job) for job in jobs}, sys.stdout)


if __name__ == "__main__":
    sys.path.pop(0)  # the script's own folder: its modules are no part of a program
    main()
