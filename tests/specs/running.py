"""Runs spec cases in the recorder, and says which of their requests the assertions or a usage lack."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from iamgen.analysis.usage import ApiCall, Argument, Choice, ListOf, Literal, MappingOf, Unknown
from iamgen.core.text import Hole, Text

from .assertions import TOLERATED, Expected, shown
from .literate import Case

Request = tuple[str, str, str | None, int | None, Mapping[str, Any]]
# What botocore and s3transfer add to a request on their own account: no program tells of it.
ADDED = {"ChecksumAlgorithm", "ChecksumType", "MaxKeys", "Body", "MultipartUpload", "PartNumber", "UploadId"}
TRANSFERRED = frozenset().union(*TOLERATED.values())


def skip_reason(case: Case) -> str | None:
    """Why a case cannot be run here, None when it can."""
    if case.settings.get("differential") is False or case.settings.get("all_functions"):
        return "the program is not meant to be run"
    for name in case.settings.get("needs", ()):
        if importlib.util.find_spec(name) is None:
            return f"needs `{name}`, which is not installed"
    return None


def record(cases: Iterable[Case], folder: Path) -> dict[str, Any]:
    """The recorder's answer for each case, by id; one process for all."""
    jobs = []
    for number, case in enumerate(cases):
        root = folder / str(number)
        case.write(root)
        jobs.append(
            {
                "id": case.id,
                "root": str(root),
                "entry": case.settings.get("entry", "app:handler"),
                "environment": case.settings.get("environment"),
                "variables": case.settings.get("variables", {}),  # set in this run, unknown to the analysis
                "event": case.settings.get("event"),
                "site_packages": case.settings.get("site_packages", []),
            }
        )
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("recorder.py"))],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def statements(text: str) -> dict[int, range]:
    """For each line, the lines of the innermost statement's own expressions that it belongs to."""
    spans: dict[int, range] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.stmt, ast.expr)) and not hasattr(node, "body") and node.end_lineno:
            for line in range(node.lineno, node.end_lineno + 1):
                span = range(node.lineno, node.end_lineno + 1)
                if line not in spans or len(span) > len(spans[line]):
                    spans[line] = span
    return spans


def unasserted(case: Case, requests: Iterable[Request], expected: list[Expected]) -> list[str]:
    """The requests that no assertion of the case tells of."""
    asserted = {(e.what, e.file, e.line) for e in expected if e.kind != "gap"}
    names = {what for what, _, _ in asserted}
    anywhere = {e.what for e in expected if e.kind == "anywhere"}
    if any(e.kind == "gap" for e in expected):
        return []  # the program can do more than its calls tell, and the spec says so
    found = []
    for service, operation, file, line, _ in requests:
        what = f"{service}.{operation}"
        if what in anywhere or (operation in TRANSFERRED and what not in names):
            continue
        if file is None or line is None or file not in case.files:
            if what not in names:
                found.append(f"{what} is sent")
            continue
        if "paginate(" in case.files[file] and what in names:
            continue  # a paginator is asserted where it is made and sends where it is iterated
        span = statements(case.files[file]).get(line, range(line, line + 1))
        if not any((what, file, near) in asserted for near in span):
            found.append(f"{file}:{line}: {what} is sent")
    return sorted(set(found))


def unfound(requests: Iterable[Request], calls: Iterable[ApiCall]) -> list[str]:
    """The requests that the usage lacks, or has with other arguments."""
    by_name: dict[str, list[ApiCall]] = {}
    for call in calls:
        by_name.setdefault(f"{call.service}.{call.operation}", []).append(call)
    found = []
    for service, operation, file, line, parameters in requests:
        what = f"{service}.{operation}"
        if what not in by_name:
            if operation not in TRANSFERRED:
                found.append(f"{file}:{line}: {what} is sent and not found")
        elif not any(_allows(call.arguments, _told(call, parameters)) for call in by_name[what]):
            known = " or ".join(" ".join(shown(call.arguments)) for call in by_name[what])
            found.append(f"{file}:{line}: {what} is sent with {parameters}, found {known}"[:600])
    return sorted(set(found))


def _told(call: ApiCall, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    return {k: v for k, v in parameters.items() if k not in ADDED or call.arguments.get(k)}


def _allows(argument: Argument, value: Any) -> bool:
    """Whether a value that was sent is among those that the argument stands for; top-level keys may be absent."""
    match argument:
        case Unknown():
            return True
        case Choice():
            return any(_allows(item, value) for item in argument.alternatives)
        case Text():
            if any(isinstance(part, Hole) for part in argument.parts) and not isinstance(value, str):
                return argument.literal is None
            pattern = "".join(re.escape(p) if isinstance(p, str) else "(?s:.*)" for p in argument.parts)
            return isinstance(value, str) and re.fullmatch(pattern, value) is not None
        case Literal():
            return value is None or argument.value == value or isinstance(argument.value, bytes)
        case ListOf():
            if not isinstance(value, list):
                return False
            return argument.open or all(any(_allows(item, v) for item in argument.items) for v in value)
        case MappingOf():
            if not isinstance(value, dict):
                return False
            for key, inner in value.items():
                entries = [e for e in argument.entries if e.key.literal == key or e.key.literal is None]
                if not entries and not argument.open and argument.entries:
                    return False
                if entries and not any(_allows(e.value, inner) for e in entries) and not argument.open:
                    return False
            return True
