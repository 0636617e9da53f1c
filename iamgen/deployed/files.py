"""Roles and policies from JSON files, in every form in which the AWS command line prints them.

A policy document, a list of documents, the output of `get-role`, `get-role-policy`, `get-policy-version`,
`list-attached-role-policies`, `get-function-configuration` and the like, several of these one after
the other, or a whole account by `get-account-authorization-details`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from iamgen.core.errors import InputError
from iamgen.deployed.authorization_details import KEYS, Attached, boundary_of, read_details, role_of_detail
from iamgen.deployed.documents import read_document
from iamgen.deployed.grants import GrantedPolicy, PolicyKind, RoleGrants, role_name, symbols_of
from iamgen.deployed.managed import ManagedPolicies

_MAX_BYTES = 16 * 1024 * 1024  # of anything but a whole account, which is streamed
_HEAD = 65_536
_DETAILS = re.compile(r'\{\s*"(?:' + "|".join(sorted(KEYS)) + r')"\s*:')
_HINT = "give a policy document, or what `aws iam get-role`, `get-role-policy`, `get-policy-version` and others print"


def read_file(path: Path, managed: ManagedPolicies | None = None) -> tuple[RoleGrants, ...]:
    """The roles of a file; policies that name no role make one role called after the file.

    Raises `InputError` for a file that is missing, no JSON or of none of these forms, and `PolicyError`
    for a document that AWS would refuse.
    """
    managed = managed or ManagedPolicies()
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "does not exist"
            raise InputError(f"the role file `{path.name}` {what}", _HINT)
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            whole = _DETAILS.match(file.read(_HEAD).lstrip()) is not None
        if whole:
            return tuple(read_details(path, managed))
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"the role file `{path.name}` is larger than {_MAX_BYTES:,} bytes", _HINT)
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read `{path.name}`: {error.strerror or type(error).__name__}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"`{path.name}` is not UTF-8 text: {error.reason}", _HINT) from error
    gathered = _Gathered(path.name)
    for value in _values(text, path.name):
        gathered.add(value)
    if gathered == _Gathered(path.name):
        raise InputError(f"`{path.name}` holds no policy", _HINT)
    return gathered.roles(path.stem, managed)


def _values(text: str, name: str) -> Iterator[object]:
    """The JSON values of a text, one after the other, without duplicate keys."""

    def unique(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                raise InputError(f"`{name}` gives the key `{key}` twice", "AWS refuses such a document")
            found[key] = value
        return found

    decoder = json.JSONDecoder(object_pairs_hook=unique)
    at = 0
    while True:
        rest = re.compile(r"[\s,]*" if at else r"\s*").match(text, at)
        at = rest.end() if rest else at
        if at >= len(text):
            break
        try:
            value, at = decoder.raw_decode(text, at)
        except RecursionError as error:
            raise InputError(f"`{name}` is nested too deeply", _HINT) from error
        except ValueError as error:
            why = f"{error.msg} (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else str(error)
            raise InputError(f"`{name}` is not JSON: {why[:1].lower()}{why[1:]}", _HINT) from error
        yield value
    if at == 0 or not text.strip():
        raise InputError(f"`{name}` is empty", _HINT)


@dataclass(slots=True)
class _Gathered:
    """What the values of a file say, until it is known what of it makes one role."""

    file: str
    role: Mapping[str, object] | None = None
    name: str = ""
    inline: dict[str, object] = field(default_factory=dict)  # name -> document
    nameless: list[object] = field(default_factory=list)
    managed: dict[str, object] = field(default_factory=dict)  # ARN -> document
    attached: list[str] = field(default_factory=list)  # ARNs
    versions: list[tuple[str, object]] = field(default_factory=list)  # version, document: of a policy named elsewhere
    named: list[str] = field(default_factory=list)  # inline policies by name only
    told: set[str] = field(default_factory=set)  # which halves of the role's policies the file lists
    details: list[Mapping[str, object]] = field(default_factory=list)
    scps: list[tuple[str, object]] = field(default_factory=list)
    function: Mapping[str, object] | None = None
    arns: list[str] = field(default_factory=list)  # of `get-policy`, whose document comes by `get-policy-version`

    def add(self, value: object) -> None:
        """Take in one value of the file."""
        if isinstance(value, list):
            for item in value:
                self.add(item)
            return
        if not isinstance(value, Mapping):
            raise InputError(f"`{self.file}` holds {type(value).__name__} where a policy or a role is expected", _HINT)
        match value:
            case {"Statement": _}:
                self.nameless.append(value)
            case {"RolePolicyList": _} | {"AttachedManagedPolicies": _}:
                self.details.append(value)
            case {"RoleDetailList": list(roles)}:
                self.details.extend(role for role in roles if isinstance(role, Mapping))
            case {"Role": Mapping() as role}:
                self.role = role
            case {"PolicyName": str(name), "PolicyDocument": document}:
                self.inline[name] = document
                self.name = self.name or str(value.get("RoleName", ""))
            case {"PolicyDocument": document} | {"Document": document} | {"PolicyVersion": {"Document": document}}:
                inner = value.get("PolicyVersion", value)
                self.versions.append((str(inner.get("VersionId", "")), document))
            case {"Policy": {"Content": content, "PolicySummary": {"Name": str(name)}}}:
                self.scps.append((name, content))
            case {"Policy": {"Arn": str(arn)}}:
                self.arns.append(arn)
            case {"AttachedPolicies": list(found)}:
                self.told.add("attached")
                self.attached.extend(
                    str(one["PolicyArn"]) for one in found if isinstance(one, Mapping) and "PolicyArn" in one
                )
            case {"PolicyNames": list(found)}:
                self.told.add("inline")
                self.named.extend(str(one) for one in found)
            case {"FunctionName": _, "Role": str()}:
                self.function = value
            case {"Configuration": {"FunctionName": _, "Role": str()} as function}:
                self.function = function
            case {"RoleName": str(), "Arn": str()}:
                self.role = value
            case _:
                keys = ", ".join(f"`{key}`" for key in list(value)[:5])
                raise InputError(f"`{self.file}` holds neither a policy nor a role, but {keys or 'nothing'}", _HINT)

    def roles(self, stem: str, managed: ManagedPolicies) -> tuple[RoleGrants, ...]:
        """The roles that the file describes."""
        if self.details:
            attached = Attached((), managed, self.file)
            return tuple(role_of_detail(detail, attached, self.file) for detail in self.details)
        return (self._one(stem, managed),)

    def _one(self, stem: str, managed: ManagedPolicies) -> RoleGrants:
        role = self.role or {}
        arn = str(role.get("Arn", "") or (self.function or {}).get("Role", ""))
        policies: list[GrantedPolicy] = []
        unread: list[str] = []
        for number, document in enumerate(self.nameless, 1):
            name = stem if len(self.nameless) == 1 else f"{stem}[{number - 1}]"
            policies.append(self._granted(name, PolicyKind.INLINE, document))
        for name, document in self.inline.items():
            policies.append(self._granted(name, PolicyKind.INLINE, document))
        left = list(self.versions)
        for reference in dict.fromkeys((*self.attached, *self.arns)):
            found = managed.find(reference)
            if found is not None:
                policies.append(found)
            elif left:
                # `get-policy` or `list-attached-role-policies`, then `get-policy-version`: in the same order.
                _, document = left.pop(0)
                policies.append(self._granted(reference.rpartition("/")[2], PolicyKind.MANAGED, document))
            else:
                unread.append(f"the managed policy `{reference}` is not in `{self.file}`")
        for version, document in left:
            name = f"{stem} {version}".strip() if len(left) > 1 else stem
            policies.append(self._granted(name, PolicyKind.MANAGED, document))
        unread += [
            f"the inline policy `{name}` is not in `{self.file}`" for name in self.named if name not in self.inline
        ]
        if self.role is not None or self.function is not None or self.told:
            unread += self._untold()
        limit = boundary_of(role, Attached((), managed, self.file))
        if isinstance(limit, str):
            unread.append(limit)
        return RoleGrants(
            role=str(role.get("RoleName", "")) or self.name or role_name(arn) or stem,
            policies=tuple(policies),
            boundary=None if isinstance(limit, str) else limit,
            scps=tuple((self._granted(name, PolicyKind.SCP, content),) for name, content in self.scps),
            unread=tuple(unread),
            limits_unread=isinstance(limit, str),
            environment=self._environment(),
            symbols=MappingProxyType(symbols_of(arn)),
            arn=arn,
        )

    def _untold(self) -> Iterator[str]:
        """Which kind of policies a described role may have beyond what the file holds."""
        if "inline" not in self.told and not self.inline and not self.nameless:
            yield f"`{self.file}` does not hold the role's inline policies (`aws iam get-role-policy`)"
        if "attached" not in self.told and not self.versions and not self.nameless:
            yield f"`{self.file}` does not hold the role's attached policies (`aws iam list-attached-role-policies`)"

    def _granted(self, name: str, kind: PolicyKind, document: object) -> GrantedPolicy:
        where = self.file if kind is PolicyKind.INLINE and len(self.nameless) == 1 else f"{self.file}, {name}"
        return GrantedPolicy(name, kind, read_document(document, where), self.file)

    def _environment(self) -> Mapping[str, str] | None:
        match self.function:
            case {"Environment": {"Variables": Mapping() as variables}}:
                return MappingProxyType({str(key): str(value) for key, value in variables.items()})
            case None:
                return None
            case _:
                return MappingProxyType({})
