"""Runs a role's functions against moto's state, each request authorised by a policy before it is sent.

moto keeps the tables and queues and answers; whether a request is allowed is decided here, by the policy, by the
table of `authorisation.toml`, and by two evaluators: iamgen's and the slow one. Each run is a forked child.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import boto3
import botocore
from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from moto import mock_aws

from iamgen.policy.evaluate import Request, evaluate
from iamgen.policy.parse import parse_policy

from .. import slow  # noqa: TID252  # pytest gives the package no other name
from .authorisation import ACCOUNT, REGION, Unknown, asked

ROLE_KEY, ADMIN_KEY = "ASIATHEFUNCTIONSROLE", "AKIAWHOMAKESTHESTATE"
SECONDS = 120  # a child that runs longer is stuck; the slowest takes 8 s
Document = Mapping[str, Any]


class Verdict(StrEnum):
    PASS = "pass"
    REFUSED = "refused"
    INCONCLUSIVE = "inconclusive"  # it crashed, left a branch out, or sent what nobody can judge


@dataclass(frozen=True)
class Handle:
    """One invocation of a handler; `raises` names the error that it ends with, if it does."""

    entry: str
    event: Any = None
    raises: str = ""


@dataclass(frozen=True)
class Do:
    """Something else that is done with the role's credentials: by Lambda itself, or by a framework."""

    act: Callable[[], object]


@dataclass(frozen=True)
class Run:
    """One deployment: the state, what the policy's symbols stand for, the environment, what happens.

    `breaks` are operations that AWS fails with an internal error, so that what follows is run too.
    """

    steps: Sequence[Handle | Do]
    symbols: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    state: Callable[[], object] = lambda: None
    breaks: Sequence[str] = ()


@dataclass
class Outcome:
    """What one run, or several, came to."""

    allowed: list[list[str]] = field(default_factory=list)
    refused: list[list[str]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)  # sent with other credentials than the role's
    doubts: list[str] = field(default_factory=list)
    executed: dict[str, list[int]] = field(default_factory=dict)
    expected: dict[str, list[int]] = field(default_factory=dict)

    def add(self, other: Outcome) -> None:
        self.allowed += other.allowed
        self.refused += other.refused
        self.foreign += other.foreign
        self.doubts += other.doubts
        for mine, theirs in ((self.executed, other.executed), (self.expected, other.expected)):
            for file, lines in theirs.items():
                mine[file] = sorted({*mine.get(file, ()), *lines})

    def unreached(self) -> list[str]:
        """The lines of the functions that were entered, and were not run."""
        return [
            f"{file}:{line}"
            for file, lines in sorted(self.expected.items())
            for line in lines
            if line not in self.executed.get(file, ())
        ]

    @property
    def verdict(self) -> Verdict:
        if self.refused:
            return Verdict.REFUSED
        return Verdict.INCONCLUSIVE if self.doubts or self.unreached() else Verdict.PASS


# --- policies ---


def resolved(document: Document, symbols: Mapping[str, str]) -> Document:
    """The document with every symbol replaced by what was deployed."""
    values = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, **symbols}
    text = json.dumps(document)
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    if "${" in text:
        raise AssertionError(f"a symbol has no value: {text[text.index('${') :][:60]}")
    return json.loads(text)


def pairs(document: Document) -> list[tuple[int, str, str]]:
    """Each (statement, action, resource)."""
    return [
        (number, action, resource)
        for number, statement in enumerate(document["Statement"])
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]


def without(document: Document, pair: tuple[int, str, str]) -> Document:
    """The document without one action on one resource of one statement."""
    number, action, resource = pair
    statements = []
    for index, statement in enumerate(document["Statement"]):
        if index != number:
            statements.append(statement)
            continue
        actions, resources = listed(statement["Action"]), listed(statement["Resource"])
        rest = {key: value for key, value in statement.items() if key != "Sid"}
        if others := [a for a in actions if a != action]:
            statements.append({**rest, "Action": others})
        if elsewhere := [r for r in resources if r != resource]:
            statements.append({**rest, "Action": [action], "Resource": elsewhere})
    return {**document, "Statement": statements}


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


# --- the gate ---


class Gate:
    """Authorises every request of the role before botocore sends it."""

    def __init__(self, document: Document, breaks: Iterable[str]) -> None:
        self.policy = parse_policy(document)
        self.breaks = set(breaks)
        self.outcome = Outcome()

    def decide(self, action: str, resource: str) -> bool:
        """Whether the policy allows it; the two evaluators must agree."""
        quick = evaluate([self.policy], Request(action, resource)).allowed
        thorough = slow.decide([self.policy], action, resource, {}) == "allowed"
        if quick != thorough:
            self.outcome.doubts.append(f"the evaluators differ on {action} on {resource}")
        return quick and thorough

    def check(self, service: str, operation: str, parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The pairs that are refused."""
        try:
            wanted = asked(service, operation, parameters)
        except Unknown as unknown:
            self.outcome.doubts.append(f"{service}.{operation}: {unknown}")
            return []
        refused = [pair for pair in wanted if not self.decide(*pair)]
        for pair in wanted:
            (self.outcome.refused if pair in refused else self.outcome.allowed).append([operation, *pair])
        return refused

    def install(self) -> None:
        """Stand before every request of every client, session and thread of this process."""
        emit, send, post = BaseClient._emit_api_params, Endpoint.make_request, botocore.signers.generate_presigned_post
        gate = self

        def emitted(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
            parameters = emit(client, api_params, operation_model, context)
            service, operation = client.meta.service_model.service_name, operation_model.name
            context["authorised"] = True
            if context.get("is_presign_request") and operation == "CreateBucket":
                return parameters  # the form of a presigned post: judged below
            if not _is_role(client):
                gate.outcome.foreign.append(f"{service}.{operation}")
                return parameters
            refused = gate.check(service, operation, parameters)
            if refused and not context.get("is_presign_request"):  # signing asks nobody: the URL's use would fail
                raise _error("AccessDenied", 403, operation)
            if f"{service}.{operation}" in gate.breaks:
                raise _error("InternalError", 500, operation)
            return parameters

        def posted(client: Any, Bucket: str, Key: str, *args: Any, **kwargs: Any) -> Any:  # noqa: N803
            if _is_role(client):
                gate.check("s3", "PutObject", {"Bucket": Bucket, "Key": Key})
            return post(client, Bucket, Key, *args, **kwargs)

        def sent(endpoint: Any, operation_model: Any, request_dict: Any) -> Any:
            if not request_dict["context"].get("authorised"):
                gate.outcome.doubts.append(f"{operation_model.name} is sent past the gate")
            return send(endpoint, operation_model, request_dict)

        def escaped(_: Any, request: Any) -> Any:
            gate.outcome.doubts.append(f"a request to {request.url} leaves moto")
            raise OSError("no network here")

        BaseClient._emit_api_params = emitted
        Endpoint.make_request = sent
        URLLib3Session.send = escaped
        botocore.signers.generate_presigned_post = posted


def _is_role(client: Any) -> bool:
    if client.meta.config.signature_version is botocore.UNSIGNED:
        return False
    credentials = client._request_signer._credentials
    return credentials is not None and credentials.access_key == ROLE_KEY


def _error(code: str, status: int, operation: str) -> ClientError:
    answer = {"Error": {"Code": code, "Message": "by the stage"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)


# --- coverage ---


class Lines:
    """The lines of the project that run, and all those of the functions that are entered."""

    def __init__(self, root: Path) -> None:
        self.root = f"{root}/"
        self.executed: set[tuple[str, int]] = set()
        self.entered: set[CodeType] = set()

    def trace(self, frame: FrameType, event: str, argument: object) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(self.root):
            return None
        if event == "call":
            self.entered.add(code)
            self.executed.add((code.co_filename, code.co_firstlineno))
        self.executed.add((code.co_filename, frame.f_lineno))
        return self.trace

    def fill(self, outcome: Outcome) -> None:
        for file, line in self.executed:
            outcome.executed.setdefault(file.removeprefix(self.root), []).append(line)
        for code in self.entered:
            lines = {line for _, _, line in code.co_lines() if line}
            outcome.expected.setdefault(code.co_filename.removeprefix(self.root), []).extend(lines)


# --- the run ---


def perform(run: Run, root: Path, path: Sequence[str], document: Document) -> Outcome:
    """What a run comes to with a policy, in a child of its own."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        signal.alarm(SECONDS)
        try:
            answer = json.dumps(vars(_perform(run, root, path, document)))
        except BaseException:  # noqa: BLE001  # a child must not go on as a second pytest
            answer = json.dumps({"doubts": [f"the stage failed: {traceback.format_exc(limit=-3)}"]})
        with os.fdopen(writing, "w") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(process, 0)
    return Outcome(**json.loads(text)) if text else Outcome(doubts=[f"the child died, or ran {SECONDS} s"])


def _perform(run: Run, root: Path, path: Sequence[str], document: Document) -> Outcome:
    for name in [name for name in os.environ if name.startswith(("AWS_", "BOTO"))]:
        del os.environ[name]
    keys = {"AWS_ACCESS_KEY_ID": ADMIN_KEY, "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "x"}
    os.environ.update(keys, AWS_DEFAULT_REGION=REGION, AWS_REGION=REGION, AWS_EC2_METADATA_DISABLED="true")
    mock_aws(config={"lambda": {"use_docker": False}, "core": {"mock_credentials": False}}).start()
    run.state()
    boto3.DEFAULT_SESSION = None
    os.environ.update({"AWS_ACCESS_KEY_ID": ROLE_KEY, **run.environment})
    sys.path[:0] = [str(root / folder) for folder in path]
    gate, lines = Gate(resolved(document, run.symbols), run.breaks), Lines(root)
    gate.install()
    threading.settrace(lines.trace)
    sys.settrace(lines.trace)
    for step in run.steps:
        problem = _step(step)
        if problem and not gate.outcome.refused:  # after a refusal an error is what is to be expected
            gate.outcome.doubts.append(problem)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(5)
    sys.settrace(None)
    lines.fill(gate.outcome)
    return gate.outcome


def _step(step: Handle | Do) -> str:
    """Why a step did not end as it should; empty when it did."""
    wanted = step.raises if isinstance(step, Handle) else ""
    try:
        if isinstance(step, Do):
            step.act()
        else:
            module, _, function = step.entry.partition(":")
            getattr(importlib.import_module(module), function)(step.event, None)
    except BaseException as error:  # noqa: BLE001  # whatever the program raises says something of it
        return "" if type(error).__name__ == wanted else traceback.format_exc(limit=-3)
    return f"it ended without {wanted}" if wanted else ""
