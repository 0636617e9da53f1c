"""Container images that a service is told to run: their repository is read, and opened to it, for the caller."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from iamgen.catalog.model import Permission
from iamgen.core.text import Text
from iamgen.mapping.arns import split
from iamgen.mapping.patterns import Glob, Pattern, unique
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import Need

LAMBDA_URL = "https://docs.aws.amazon.com/lambda/latest/dg/images-create.html"

_IMAGES: Mapping[tuple[str, str], str] = MappingProxyType({
    ("lambda", "CreateFunction"): "Code.ImageUri",
    ("lambda", "UpdateFunctionCode"): "ImageUri",
})  # fmt: skip
_ACTIONS = ("ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy")
_REGISTRY = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.")


def repositories(request: Request) -> Iterator[Need]:
    """What a request needs on the repositories of its images, where the code names an image."""
    path = _IMAGES.get((request.call.service, request.call.operation))
    if path is None or not request.told(path):
        return
    patterns = unique(_repository(request, text) for text in request.texts(path))
    reason = "Lambda lets itself read the repository, where it may not yet, in the caller's name"
    for action in _ACTIONS if patterns else ():
        yield Permission(action, reason=reason, url=LAMBDA_URL), patterns


def _repository(request: Request, uri: Text) -> Pattern:
    """`111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1` is the repository `team/app`."""
    registry, *rest = split(uri, "/", 1)
    name = split(split(rest[0], "@", 1)[0], ":", 1)[0] if rest else OPEN
    match = _REGISTRY.match(registry.literal or "")
    if match is None:
        return request.arn("ecr", "repository/", name)
    account, region = match.groups()
    return request.render(Glob.of("arn:", request.place.partition, f":ecr:{region}:{account}:repository/", name))
