"""AppConfig: a request names by name or by id what an ARN names by id."""

from __future__ import annotations

import re

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Text
from iamgen.mapping.arns import is_reference
from iamgen.mapping.patterns import Pattern
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

IDS_URL = (
    "https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_StartConfigurationSession.html"
)

_PARAMETERS = {
    "StartConfigurationSession": ("ApplicationIdentifier", "EnvironmentIdentifier", "ConfigurationProfileIdentifier"),
    "GetConfiguration": ("Application", "Environment", "Configuration"),
}
# What AppConfig makes as an id: seven letters and digits, mixed. `orders1` is more likely a name.
_ID = re.compile(r"(?=.*\d.*[a-z])[a-z0-9]{7}")


def configuration(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A configuration within its environment and application; a name says nothing of the id that AWS checks."""
    del binding
    paths = _PARAMETERS.get(request.call.operation)
    if paths is None:
        return None
    applications, environments, profiles = (
        tuple(dict.fromkeys(_id(text) for text in request.texts(path))) or (OPEN,) for path in paths
    )
    note = f"an ARN holds ids, which a name does not tell: {IDS_URL}"
    return tuple(
        request.arn("appconfig", "application/", one, "/environment/", two, "/configuration/", three, note=note)
        for one in applications
        for two in environments
        for three in profiles
    )


def named(kind: str, parameter: str) -> TypeShape:
    """An application, or what lies in one, that a request names by name or by id."""

    def shape(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
        del binding
        if request.call.operation != "GetConfiguration":
            return None
        inner = tuple(dict.fromkeys(_id(text) for text in request.texts(parameter))) or (OPEN,)
        outer = tuple(dict.fromkeys(_id(text) for text in request.texts("Application"))) or (OPEN,)
        note = f"an ARN holds ids, which a name does not tell: {IDS_URL}"
        if not kind:
            return tuple(request.arn("appconfig", "application/", one, note=note) for one in outer)
        return tuple(
            request.arn("appconfig", "application/", one, f"/{kind}/", two, note=note) for one in outer for two in inner
        )

    return shape


def _id(text: Text) -> Text:
    return text if is_reference(text) or _ID.fullmatch(text.literal or "") else OPEN


TYPES: dict[tuple[str, str], TypeShape] = {
    ("appconfig", "application"): named("", "Application"),
    ("appconfig", "configuration"): configuration,
    ("appconfig", "configurationprofile"): named("configurationprofile", "Configuration"),
    ("appconfig", "environment"): named("environment", "Environment"),
}
