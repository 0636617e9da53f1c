"""Secrets and their random suffix, parameters and their slash, keys and their aliases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from iamgen.catalog.model import ArnBinding, Permission
from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.arns import Form, form_of, is_reference, segments, split
from iamgen.mapping.bound import given
from iamgen.mapping.named import arn_text, form_in, name_or_arn
from iamgen.mapping.patterns import Glob, Pattern, Wild, arn
from iamgen.mapping.place import OPEN, Place
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import ActionShape, Need, TypeShape
from iamgen.policy.model import Condition
from iamgen.project.templates.attributes import ANY_SUFFIX

SECRET_URL = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html"  # noqa: S105
PATH_URL = "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html"
ALIAS_URL = "https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html"
REFERENCE_URL = "https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html"
ALIASES_URL = "https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html"

_REFERENCE = "/aws/reference/secretsmanager/"
_SUFFIX = Wild("-??????")
_SUFFIXED = re.compile(r"-[A-Za-z0-9]{6}$")


def secret(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """Secrets Manager adds a hyphen and six characters to a secret's name; a name is matched with them."""
    texts = given(request, binding, "SecretId", "Name", "SecretIdList[]")
    return tuple(_secret(request, text) for text in texts) or None


def _secret(request: Request, text: Text) -> Pattern:
    if form_in(request, text) is Form.ARN and is_reference(text):
        return request.render(Glob.of(text))  # a secret's reference is its ARN
    if form_of(text) is Form.OPEN_ARN:
        return name_or_arn(request, text, "secretsmanager", "secret:")
    glob, note = secret_glob(text, request.place)
    return request.render(glob, note)


def secret_glob(text: Text, place: Place) -> tuple[Glob, str]:
    """The ARN of a secret's name or ARN with its suffix, and a remark when the suffix was added."""
    suffix: Wild | str = "" if _open_end(text) else _SUFFIX
    if form_of(text) is Form.ARN:
        suffix = "" if is_reference(text) or _SUFFIXED.search(_tail(text)) else suffix
        last = text.parts[-1]
        if isinstance(last, Hole) and last.reason == ANY_SUFFIX.reason:
            text, suffix = Text.of(*text.parts[:-1]), Wild("??????")
        glob = Glob.of(arn_text(text), suffix)
    else:
        glob = arn(place, "secretsmanager", "secret:", text, suffix)
    return glob, f"AWS adds six characters to a secret's name: {SECRET_URL}" if suffix else ""


def _tail(text: Text) -> str:
    last = text.parts[-1] if text.parts else ""
    return last if isinstance(last, str) else ""


def _open_end(text: Text) -> bool:
    """Whether the text ends in a part that becomes `*`, which covers a suffix, too."""
    last = text.parts[-1] if text.parts else ""
    return isinstance(last, Hole) and last.kind is not HoleKind.SYMBOL


def parameter(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """An SSM parameter's ARN has one slash before its name, whether the name starts with one or not.

    By path: the path itself and all below it, which is how AWS checks a recursive look-up.
    """
    if request.call.operation == "GetParametersByPath":
        return tuple(one for text in request.texts("Path") for one in _path(request, text)) or None
    texts = given(request, binding, "Name", "Names[]")
    return tuple(_parameter(request, text) for text in texts) or None


def _parameter(request: Request, text: Text) -> Pattern:
    if form_of(text) is Form.ARN:
        return request.render(Glob.of(arn_text(text)))
    name = split(text, ":", 1)[0]  # `name:3` and `name:label` select a version of the parameter
    return request.arn("ssm", "parameter", *_slashed(name), account=not _public(name))


def _public(name: Text) -> bool:
    """Whether AWS publishes the parameter: it lies in no account, as the managed policies that name some say."""
    return _head(name).startswith("/aws/service/")


def _head(text: Text) -> str:
    first = text.parts[0] if text.parts else ""
    return first if isinstance(first, str) else ""


def referenced(request: Request) -> Iterator[Need]:
    """A parameter under this path is a secret of Secrets Manager, which the caller must be allowed to read."""
    if (request.call.service, request.call.operation) not in (("ssm", "GetParameter"), ("ssm", "GetParameters")):
        return
    for text in request.texts("Name", "Names[]"):
        if (head := _head(text)).startswith(_REFERENCE):
            name = split(Text.of(head.removeprefix(_REFERENCE), *text.parts[1:]), ":", 1)[0]
            reason = "the parameter refers to a secret, which is read in the caller's name"
            yield (
                Permission("secretsmanager:GetSecretValue", reason=reason, url=REFERENCE_URL),
                (_secret(request, name),),
            )


def _slashed(name: Text) -> tuple[str | Text, ...]:
    """The name with exactly one slash before it."""
    first = name.parts[0] if name.parts else ""
    if isinstance(first, str) and first.startswith("/"):
        return (name,)
    if isinstance(first, Hole) and first.kind is HoleKind.SYMBOL and re.search(r"(?i)path|prefix", first.name):
        return (name,)  # a symbol that is called a path starts with its slash
    return ("/", name)


def _path(request: Request, path: Text) -> tuple[Pattern, ...]:
    if form_of(path) is Form.ARN:
        return (request.render(Glob.of(arn_text(path))), request.render(Glob.of(arn_text(path), "/", Wild("*"))))
    tail = _tail(path)
    own = Text.of(*path.parts[:-1], tail.rstrip("/")) if tail else path
    note = f"a path is looked up with all below it: {PATH_URL}"
    mine = not _public(Text.of(own, "/"))
    below = request.arn(
        "ssm", "parameter", *_slashed(own), "/" if own.parts else "", Wild("*"), account=mine, note=note
    )
    if not own.parts or _open_end(own):
        end = "" if own.parts else Wild("*")
        return (request.arn("ssm", "parameter", *_slashed(own), end, account=mine, note=note),)
    return (request.arn("ssm", "parameter", *_slashed(own), account=mine, note=note), below)


# Documents that AWS owns.
_OWNED = ("AWS-", "AWSConfigRemediation-", "AWSEC2-", "AWSSupport-", "AmazonCloudWatch-", "AmazonInspector-")


def document(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A document by name or ARN; one of AWS's own lies in no account, which `*` matches."""
    texts = given(request, binding, "DocumentName", "Name")
    return tuple(_document(request, text) for text in texts) or None


def _document(request: Request, text: Text) -> Pattern:
    head = text.parts[0] if text.parts and isinstance(text.parts[0], str) else ""
    if not head.startswith(_OWNED):
        return name_or_arn(request, text, "ssm", "document/")
    place = request.place
    return request.render(Glob.of("arn:", place.partition, ":ssm:", place.region, ":", Wild("*"), ":document/", text))


def command(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """A command is checked on its document and on each machine that it is sent to."""
    documents = tuple(_document(request, text) for text in request.texts("DocumentName"))
    machines: list[Pattern] = []
    for text in request.texts("InstanceIds[]"):
        head = text.parts[0] if text.parts and isinstance(text.parts[0], str) else ""
        if not head.startswith("mi-"):
            machines.append(request.arn("ec2", "instance/", text))
        if not head.startswith("i-"):
            machines.append(request.arn("ssm", "managed-instance/", text))
    if not machines:
        machines = [request.arn("ec2", "instance/", OPEN), request.arn("ssm", "managed-instance/", OPEN)]
    return (*documents, *machines) if permission.action == "ssm:SendCommand" and documents else None


def session(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """A session runs a document, the default one when none is named, on an instance or a task's container."""
    if permission.action != "ssm:StartSession":
        return None
    documents = request.texts("DocumentName") or (Text.of("SSM-SessionManagerRunShell"),)
    found = [_document(request, text) for text in documents]
    for text in request.texts("Target"):
        head = text.parts[0] if text.parts and isinstance(text.parts[0], str) else ""
        if head.startswith("ecs:"):
            pieces = split(text, "_")  # ecs:cluster_task_runtime
            cluster = Text.of(head.removeprefix("ecs:").split("_")[0]) if "_" in head else OPEN
            task = pieces[1] if len(pieces) > 1 else OPEN
            found.append(request.arn("ecs", "task/", cluster, "/", task))
            continue
        if not head.startswith("mi-"):
            found.append(request.arn("ec2", "instance/", text))
        if not head.startswith("i-"):
            found.append(request.arn("ssm", "managed-instance/", text))
    return tuple(found)


_TAGGED = {
    "Document": "document/",
    "MaintenanceWindow": "maintenancewindow/",
    "ManagedInstance": "managed-instance/",
    "OpsItem": "opsitem/",
    "PatchBaseline": "patchbaseline/",
    "Association": "association/",
    "Automation": "automation-execution/",
}


def tagged(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """`ResourceType` says what `ResourceId` names."""
    del permission
    kinds = request.texts("ResourceType")
    ids = request.texts("ResourceId")
    if len(kinds) != 1 or not ids:
        return None
    kind = kinds[0].literal or ""
    if kind == "Parameter":
        return tuple(_parameter(request, text) for text in ids)
    return tuple(name_or_arn(request, text, "ssm", _TAGGED[kind]) for text in ids) if kind in _TAGGED else None


def key(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A KMS key by id or ARN; behind an alias any key that has the alias."""
    paths = {
        "kms:ReEncryptFrom": "SourceKeyId",
        "kms:ReEncryptTo": "DestinationKeyId",
        "kms:CreateAlias": "TargetKeyId",
    }
    if binding.action == "kms:UpdateAlias":  # on the key that the alias goes to, and on the one that it leaves
        return (request.arn("kms", "key/", OPEN, note=f"the alias's key of before is checked, too: {ALIASES_URL}"),)
    texts = given(request, binding, paths.get(binding.action, "KeyId"))
    return tuple(key_pattern(request, text) for text in texts) or None


def key_pattern(request: Request, text: Text) -> Pattern:
    """The keys that an id, an ARN or an alias may stand for."""
    if form_of(text) is Form.ARN:
        found = segments(text)
        head = found[5].parts[0] if found is not None and found[5].parts else ""
        if found is None or not (isinstance(head, str) and head.startswith("alias/")):
            return request.render(Glob.of(arn_text(text)))
        behind = request.render(Glob.of(*(part for one in found[:5] for part in (one, ":")), "key/", Wild("*")))
        return _aliased(request, behind, found[5])
    head = text.parts[0] if text.parts else ""
    if isinstance(head, str) and head.startswith("alias/"):
        return _aliased(request, request.arn("kms", "key/", Wild("*")), text)
    return name_or_arn(request, text, "kms", "key/")


def _aliased(request: Request, pattern: Pattern, alias: Text) -> Pattern:
    """`key/*`, but only keys that carry the alias: which key that is, code cannot know."""
    value = request.render(Glob.of(alias)).resource
    operator = "ForAnyValue:StringLike" if "*" in value else "ForAnyValue:StringEquals"
    condition = Condition(operator, "kms:ResourceAliases", (value,))
    note = f"the key behind an alias is known by `kms:ResourceAliases` only: {ALIAS_URL}"
    return replace(pattern, conditions=(condition,), note=note)


def used_key(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A key as a resource of another service's action, which knows no alias: behind one it may be any key."""
    return tuple(
        replace(key_pattern(request, text), conditions=()) for text in given(request, binding, "KeyId")
    ) or None  # fmt: skip


def alias(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """`AliasName` holds `alias/` already."""
    found: list[Pattern] = []
    for text in given(request, binding, "AliasName"):
        head = text.parts[0] if text.parts else ""
        before = "" if isinstance(head, str) and head.startswith("alias/") else "alias/"
        found.append(name_or_arn(request, text, "kms", before))
    return tuple(found) or None


ACTIONS: dict[str, ActionShape] = {
    "ssm:SendCommand": command,
    "ssm:StartSession": session,
    "ssm:AddTagsToResource": tagged,
    "ssm:ListTagsForResource": tagged,
    "ssm:RemoveTagsFromResource": tagged,
}

TYPES: dict[tuple[str, str], TypeShape] = {
    ("secretsmanager", "Secret"): secret,
    ("ssm", "document"): document,
    ("ssm", "parameter"): parameter,
    ("kms", "key"): key,
    ("kms", "kmsKey"): used_key,
    ("kms", "alias"): alias,
}
