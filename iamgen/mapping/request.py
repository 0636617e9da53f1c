"""A request as the mapping sees it: an API call at a place, with its environment filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from iamgen.analysis.usage import ApiCall, Argument
from iamgen.catalog.store import Catalog
from iamgen.catalog.triggers import parse_path
from iamgen.core.text import PARTITION, Hole, HoleKind, Text
from iamgen.mapping.arguments import Found, Presence, distinct, fill, find, texts_of
from iamgen.mapping.patterns import Glob, Pattern, Piece, arn, render
from iamgen.mapping.place import OPEN, Place, place_of
from iamgen.project.model import Project, Resource, Unit


@dataclass(frozen=True, slots=True)
class Request:
    """One API call of one unit and all that is known about where it goes."""

    call: ApiCall
    unit: Unit
    project: Project
    catalog: Catalog
    place: Place
    siblings: tuple[ApiCall, ...] = ()  # all calls of the unit, for arguments that come from a response

    @property
    def deployed(self) -> bool:
        """Whether the unit's deployment is known, so that pseudo parameters mean something."""
        return self.unit.configuration is not None

    def find(self, path: str) -> Found:
        """What a parameter path holds."""
        return self.find_parts(parse_path(path).parts)

    def find_parts(self, parts: tuple[str, ...]) -> Found:
        """What the path of these parts holds.

        Inside a parameter that the code names, and for one that the SDK requires, what is not told
        may well be given; an optional parameter that only an open mapping could carry stays untold.
        """
        found = find(self.call.arguments, parts)
        if found.presence is Presence.UNTOLD and (self._named(parts) or self._required(parts[0])):
            return Found(found.values, Presence.MAYBE)
        return found

    def told(self, path: str) -> bool:
        """Whether the code itself names this parameter, or the structure that it is a member of.

        `Document={"S3Object": found}` names the object of which only the bucket is not known; with
        `Code=code` nothing says that the code is in a bucket.
        """
        parts = parse_path(path).parts
        if find(self.call.arguments, parts).presence >= Presence.MAYBE:
            return True
        return len(parts) > 2 and find(self.call.arguments, parts[:-1]).presence >= Presence.MAYBE

    def inside(self, value: Argument, path: str) -> Found:
        """What a path holds inside one value of the request."""
        return find(value, path)

    def _named(self, parts: tuple[str, ...]) -> bool:
        return len(parts) > 1 and find(self.call.arguments, parts[:1]).presence >= Presence.MAYBE

    def _required(self, parameter: str) -> bool:
        operation = self.catalog.operation(self.call.service, self.call.operation)
        return operation is not None and any(one.name == parameter and one.required for one in operation.parameters)

    def presence(self, *paths: str) -> Presence:
        """How surely one of these parameters is given."""
        return max(self.find(path).presence for path in paths)

    def texts(self, *paths: str) -> tuple[Text, ...]:
        """The texts of the first of these parameters that may be given; empty when none is."""
        return next((texts for path in paths if (texts := self.texts_at(parse_path(path).parts))), ())

    def texts_at(self, parts: tuple[str, ...]) -> tuple[Text, ...]:
        """The texts of one parameter path; empty when it is not given, or only an open mapping could carry it."""
        found = self.find_parts(parts)
        return self.filled(*found.values) if found.presence >= Presence.MAYBE else ()

    def filled(self, *values: Argument) -> tuple[Text, ...]:
        """These values as texts, the environment filled in, each once."""
        return distinct(one for value in values for text in texts_of(value) for one in fill(text, self._hole))

    def _hole(self, hole: Hole) -> tuple[Text, ...] | None:
        if hole.kind is not HoleKind.ENV or self.unit.environment is None:
            return None
        return self.unit.environment.get(hole.name)

    def arn(
        self, service: str, *resource: Piece | Text | Glob, region: bool = True, account: bool = True, note: str = ""
    ) -> Pattern:
        """The pattern of a resource of the request's own place."""
        return self.render(arn(self.place, service, *resource, region=region, account=account), note)

    def within(self, region: Text) -> Request:
        """The same request as it touches another region."""
        return replace(self, place=replace(self.place, region=region))

    def render(self, glob: Glob, note: str = "") -> Pattern:
        """The pattern of a glob as IAM writes it."""
        if not self.deployed:
            parts = (self.place.partition if part == PARTITION else part for part in glob.parts)
            glob = Glob.of(*parts)
        return render(glob, deployed=self.deployed, note=note)

    def resource_named(self, text: Text) -> Resource | None:
        """The template resource whose reference this text is, if it is one."""
        if len(text.parts) != 1 or not isinstance(text.parts[0], Hole) or text.parts[0].kind is not HoleKind.SYMBOL:
            return None
        return self.project.resources.get(text.parts[0].name.split(".")[0])


def request_of(
    call: ApiCall, unit: Unit, project: Project, catalog: Catalog, siblings: tuple[ApiCall, ...] = ()
) -> Request:
    """The request that a call of this unit sends."""
    region = call.region
    if region is not None and unit.environment is not None:
        environment = unit.environment
        options = fill(region, lambda hole: environment.get(hole.name) if hole.kind is HoleKind.ENV else None)
        region = options[0] if len(options) == 1 else OPEN
    request = Request(call, unit, project, catalog, place_of(unit, region), siblings)
    owners = request.texts(_OWNERS[call.service]) if call.service in _OWNERS else ()
    if len(owners) != 1 or not (owners[0].literal or "").isdigit():
        return request
    return replace(request, place=replace(request.place, account=owners[0]))


# Parameters that hold the account whose resources the request is about; it is part of their ARNs.
_OWNERS = {
    "ecr": "registryId",
    "ecr-public": "registryId",
    "glue": "CatalogId",
    "lakeformation": "CatalogId",
    "quicksight": "AwsAccountId",
    "s3control": "AccountId",
}
