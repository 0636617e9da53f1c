"""`serverless-compose.yml`: which services a composition has, and what it gives each of them.

Source: https://www.serverless.com/framework/docs/guides/compose
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from iamgen.core.errors import InputError
from iamgen.project.code.roots import inside
from iamgen.project.model import EMPTY
from iamgen.project.templates.documents import read_document
from iamgen.project.templates.nodes import Items, Node, as_text, mapping
from iamgen.project.templates.scope import Origin

_NAMES: Final = ("serverless-compose.yml", "serverless-compose.yaml", "serverless-compose.json")
_OUTPUT: Final = re.compile(r"\$\{\s*([\w-]+\.[\w.-]+)\s*\}")


@dataclass(frozen=True, slots=True)
class Composition:
    """What a composition tells one of its services."""

    parameters: Mapping[str, Any] = field(default_factory=lambda: EMPTY)  # as written
    folders: Mapping[str, Path] = field(default_factory=lambda: EMPTY)  # of all its services, by name

    def pieces(self, written: str) -> Iterator[str | tuple[str, Origin]]:
        """A parameter's text, with the services whose outputs it holds and where those are kept."""
        for index, piece in enumerate(_OUTPUT.split(written)):
            service, _, output = piece.partition(".")
            folder = self.folders.get(service) if index % 2 else None
            if folder is not None:
                yield service, Origin("template", folder, output)
            else:
                yield f"${{{piece}}}" if index % 2 else piece


ALONE: Final = Composition()
"""What a service is told that no composition has."""


def services(folder: Path) -> dict[str, tuple[Path, Mapping[str, Any]]]:
    """The services of the composition in a folder by name: where they lie, inside it, and their settings."""
    path = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
    if path is None:
        return {}
    try:
        data = read_document(path, path.name).data
    except InputError:
        return {}
    found: dict[str, tuple[Path, Mapping[str, Any]]] = {}
    for name, settings in mapping(mapping(data).get("services")).items():
        written = mapping(settings).get("path")
        if isinstance(written, str):
            place = Path(os.path.normpath(folder / written))
            if inside(place, folder)[0] is not None and place.is_dir():
                found[str(name)] = (place, mapping(settings))
    return found


def composition_of(service: Path, root: Path) -> Composition:
    """What the composition above a service's folder, up to the project's root, tells it."""
    for base in (service, *service.parents):
        every = services(base)
        own = next((settings for place, settings in every.values() if place == service), None)
        if own is not None:
            return Composition(mapping(own.get("params")), {name: place for name, (place, _) in every.items()})
        if base == root or root not in base.parents:
            break
    return ALONE


def origin_of(kind: str, address: Any) -> Origin | None:
    """Where `${cf:stack.output}` and `${ssm:name}` are kept: an address may hold references itself."""
    if kind == "ssm":
        written = as_text(address)
        return Origin("kept", written.partition("~")[0] if written is not None else address)
    if kind != "cf":
        return None
    parts = list(address["Fn::Join"][1]) if isinstance(address, Mapping) and "Fn::Join" in address else [address]
    last = as_text(parts[-1])
    stack, dot, output = last.rpartition(".") if last is not None else ("", "", "")
    if not dot or not output:
        return None
    return Origin("stack", Node({"Fn::Join": Items(["", Items([*parts[:-1], stack])])}), output)
