"""Requests to Lambda's extensions on the function's own machine, which ask AWS with the function's role.

`requests.get("http://localhost:2773/secretsmanager/get?secretId=orders/db")` has the extension ask for the
secret: it is reported as the request that the extension makes, from what the address tells.
Sources: https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html,
https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html,
https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions-how-it-works.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote_plus

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.interpreter.texts import to_text
from iamgen.analysis.libraries.boto3.requests import mapping
from iamgen.analysis.libraries.registry import CallModel, Library
from iamgen.analysis.libraries.stand_in import part
from iamgen.analysis.usage import EXTENSION, ApiCall
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import Value
from iamgen.analysis.values.heap import HeapObject, Map
from iamgen.core.text import Hole, Text

_HERE: Final = re.compile(r"(https?:)?//(localhost|127\.0\.0\.1)(:|/|$)")
_FIRST: Final = 0xE000  # holes are characters of a private area while an address is taken apart
_LAST: Final = 0xF8FF
_SECRET: Final = MappingProxyType({"secretId": "SecretId", "versionId": "VersionId", "versionStage": "VersionStage"})
_PARAMETER: Final = MappingProxyType({"name": "Name", "withDecryption": "WithDecryption"})
_CONFIGURATION: Final = re.compile(r"/applications/([^/]+)/environments/([^/]+)/configurations/([^/]+)$")
_KEYS: Final = ("ApplicationIdentifier", "EnvironmentIdentifier", "ConfigurationProfileIdentifier")


def asked(m: Machine, f: Frame, url: Value, at: int, params: Value = ()) -> None:
    """Report what an extension does when this address is asked; nothing for another address."""
    for atom in present(url):
        _asked(m, f, to_text(m, atom), at, params)


def _asked(m: Machine, f: Frame, text: Text, at: int, params: Value) -> None:
    holes: list[Hole] = []
    whole = ""
    for piece in text.parts:
        if isinstance(piece, Hole):
            whole += chr(min(_FIRST + len(holes), _LAST))
            holes.append(piece)
        else:
            whole += "".join("?" if _FIRST <= ord(one) <= _LAST else one for one in piece)
    if not (_HERE.match(whole) or (whole and _FIRST <= ord(whole[0]) <= _LAST)):
        return

    def read(part_: str) -> Value:
        pieces = re.split(f"([{chr(_FIRST)}-{chr(_LAST)}])", part_)
        return (Text.of(*(holes[ord(one) - _FIRST] if _is_hole(one) else unquote_plus(one) for one in pieces)),)

    address, _, query = whole.partition("?")
    path = address.rstrip("/")
    given = {key: read(value) for key, _, value in (one.partition("=") for one in query.split("&"))}
    if path.endswith("/secretsmanager/get"):
        _emit(m, f, "secretsmanager", "GetSecretValue", _filled(m, given, params, _SECRET), at)
    elif path.endswith("/systemsmanager/parameters/get"):
        entries = _filled(m, given, params, _PARAMETER)
        decrypted = [to_text(m, one).literal for one in entries.pop("WithDecryption", ())]
        if any(one is None or one.casefold() != "false" for one in decrypted):
            entries["WithDecryption"] = a.TRUE
        _emit(m, f, "ssm", "GetParameter", entries, at)
    elif found := _CONFIGURATION.search(path):
        names = dict(zip(_KEYS, map(read, found.groups()), strict=True))
        _emit(m, f, "appconfigdata", "StartConfigurationSession", names, at)
        _emit(m, f, "appconfigdata", "GetLatestConfiguration", {"ConfigurationToken": a.SOME_TEXT}, at)


def _is_hole(one: str) -> bool:
    return len(one) == 1 and _FIRST <= ord(one) <= _LAST


def _filled(m: Machine, query: dict[str, Value], params: Value, keys: Mapping[str, str]) -> dict[str, Value]:
    """The request's parameters from the address, or from `params={"secretId": name}`; the first is always there."""
    found: dict[str, Value] = {}
    for number, (key, name) in enumerate(keys.items()):
        value = query.get(key) or _given(m, params, key)
        if value or not number:
            found[name] = value or a.SOME_TEXT
    return found


def _given(m: Machine, params: Value, key: str) -> Value:
    for atom in present(params):
        if isinstance(atom, HeapObject) and atom.kind == "dict":
            return present(m.map(atom).entries.get(key, ()))
    return ()


def _emit(m: Machine, f: Frame, service: str, operation: str, entries: dict[str, Value], at: int) -> None:
    arguments = mapping(m, Map(entries))
    m.emit(ApiCall(service, operation, EXTENSION, arguments, m.where(f, at), path=m.path()))


def _request(position: int) -> CallModel:
    """`urlopen(url)`, `urllib3.request("GET", url, fields={...})`."""

    def run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        asked(m, f, args.get(position, "url") or (), at, args.kw.get("fields") or ())
        for value in args.all():
            m.escape(f, value)
        return a.unknown("the response of an HTTP request")

    return run


def _own(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    asked(m, f, args.get(0, "url") or (), at, args.get(1, "params") or ())
    return a.NONE


LIBRARY = Library(
    calls={
        "_iamgen.asked": _own,
        "urllib.request.Request": _request(0),
        "urllib.request.urlopen": _request(0),
        "urllib3.request": _request(1),
        "urllib3.PoolManager": part("_signers", "Pool"),
        "http.client.HTTPConnection": part("_signers", "Connection"),
    },
)
