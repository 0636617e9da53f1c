"""Read botocore's models: services, operations, methods, parameters, paginators and waiters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore
import botocore.loaders
from botocore import xform_name

# `authtype` of an operation's model, or the first entry of its `auth` list, for requests that carry no SigV4
# signature: nothing that IAM could check.
_UNSIGNED = {
    "none": "none",
    "smithy.api#noAuth": "none",
    "bearer": "bearer",
    "smithy.api#httpBearerAuth": "bearer",
}


# Structures that botocore accepts where its model has a text; key: input shape of the operation.
# Source: `handle_copy_source_param` of botocore.handlers.
_COPY_SOURCE = ("CopySource.Bucket", "CopySource.Key", "CopySource.VersionId")
_OWN_MEMBERS = {"CopyObjectRequest": _COPY_SOURCE, "UploadPartCopyRequest": _COPY_SOURCE}


@dataclass(frozen=True, slots=True)
class SdkOperation:
    """An operation as botocore's model has it; `input` is the name of its input shape, "" for none."""

    name: str
    method: str
    http_method: str
    request_uri: str
    auth: str
    input: str
    paginated: bool
    discovery: str = ""  # the operation that the SDK sends first, to find this one's endpoint
    documentation: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SdkService:
    """A service of the SDK: its operations by name, its waiters as (Python name, operation), its shapes."""

    name: str
    title: str
    signing_name: str
    endpoint_prefix: str
    operations: Mapping[str, SdkOperation]
    waiters: tuple[tuple[str, str], ...]
    shapes: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def members(self, shape: str) -> Mapping[str, str]:
        """The members of a structure as name -> shape name, in the model's order."""
        found = self.shapes.get(shape, {})
        return {name: member["shape"] for name, member in found.get("members", {}).items()}

    def required(self, shape: str) -> frozenset[str]:
        """The required members of a structure."""
        return frozenset(self.shapes.get(shape, {}).get("required", ()))

    def kind(self, shape: str) -> str:
        """A shape's type: string, list, map, structure, boolean, integer, ..."""
        return str(self.shapes[shape]["type"])

    def at(self, shape: str, path: str) -> str | None:
        """The shape at a dotted path below a structure (`Items[].Put.TableName`), None when there is none.

        `[]` steps into a list's items, `{}` into a map's values and `{keys}` into its keys.
        """
        current = shape
        if path in _OWN_MEMBERS.get(shape, ()):
            return "CopySource"
        for part in path.replace("[]", ".[]").replace("{", ".{").split("."):
            model = self.shapes.get(current)
            if model is None:
                return None
            if part == "[]":
                if model["type"] != "list":
                    return None
                current = model["member"]["shape"]
            elif part in ("{}", "{keys}"):
                if model["type"] != "map":
                    return None
                current = model["value" if part == "{}" else "key"]["shape"]
            else:
                # A map's value may be named by its key, too: `Attributes.Policy`.
                member = model["value"] if model["type"] == "map" else model.get("members", {}).get(part)
                if member is None:
                    return None
                current = member["shape"]
        return current


def read_services() -> tuple[SdkService, ...]:
    """Every service of the installed botocore in its newest API version, sorted by name."""
    loader = botocore.loaders.Loader(include_default_search_paths=False, extra_search_paths=[_data_path()])
    return tuple(_read(loader, name) for name in sorted(loader.list_available_services("service-2")))


def _data_path() -> str:
    # Only botocore's own data: models in the user's ~/.aws/models must not change the build.
    return botocore.loaders.Loader.BUILTIN_DATA_PATH


def _read(loader: botocore.loaders.Loader, name: str) -> SdkService:
    model = loader.load_service_model(name, "service-2")
    metadata = model["metadata"]
    paginated = frozenset(_optional(loader, name, "paginators-1").get("pagination", {}))
    waiters = _optional(loader, name, "waiters-2").get("waiters", {})
    service_auth = _unsigned(metadata)
    discovery = next((key for key, o in model["operations"].items() if o.get("endpointoperation")), "")
    operations = {}
    for key, operation in sorted(model["operations"].items()):
        http = operation.get("http", {})
        operations[key] = SdkOperation(
            name=key,
            method=xform_name(key),
            http_method=http.get("method", "POST"),
            request_uri=http.get("requestUri", "/"),
            auth=_unsigned(operation, service_auth),
            input=operation.get("input", {}).get("shape", ""),
            paginated=key in paginated,
            discovery=discovery if operation.get("endpointdiscovery", {}).get("required") else "",
            documentation=operation.get("documentation", ""),
        )
    return SdkService(
        name=name,
        title=metadata.get("serviceFullName", name),
        signing_name=metadata.get("signingName", ""),
        endpoint_prefix=metadata.get("endpointPrefix", ""),
        operations=operations,
        waiters=tuple(sorted((xform_name(key), waiter["operation"]) for key, waiter in waiters.items())),
        shapes=model.get("shapes", {}),
    )


def _unsigned(model: Mapping[str, Any], inherited: str = "") -> str:
    """Whether a request of this service or operation is signed: "none" or "bearer" when it is not, else ""."""
    if "authtype" in model:
        return _UNSIGNED.get(model["authtype"], "")
    if model.get("auth"):
        return _UNSIGNED.get(model["auth"][0], "")
    if "signatureVersion" in model:
        return _UNSIGNED.get(model["signatureVersion"], inherited)
    return inherited


def _optional(loader: botocore.loaders.Loader, service: str, kind: str) -> Mapping[str, Any]:
    from botocore.exceptions import UnknownServiceError

    try:
        found: Mapping[str, Any] = loader.load_service_model(service, kind)
    except UnknownServiceError:
        return {}
    return found
