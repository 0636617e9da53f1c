"""What AWS asks of a policy for one API request, by a table that shares nothing with iamgen's own knowledge."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

TABLE = tomllib.loads(Path(__file__).with_name("authorisation.toml").read_text(encoding="utf-8"))
FIELD = re.compile(r"\{([\w.]+)(?::(\w+))?\}")
REGION, ACCOUNT = "us-east-1", "123456789012"


class Unknown(Exception):  # noqa: N818  # no error of the program under test: nobody knows what AWS would ask
    """The table has no row, or the request lacks what the row needs: nothing is shown by it."""


def asked(service: str, operation: str, parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The pairs of action and resource that the request must be allowed."""
    row = TABLE.get(f"{service}.{operation}")
    if row is None:
        raise Unknown(f"no row for {service}.{operation}")
    return [(action, resource) for action, templates in row.items() for resource in _resources(templates, parameters)]


def _resources(templates: list[str], parameters: Mapping[str, Any]) -> list[str]:
    given = {"region": REGION, "account": ACCOUNT, **parameters}
    for template in templates:
        fields = list(FIELD.finditer(template))
        values = [list(_values(given, field[1].split("."), field[2])) for field in fields]
        if not all(values):
            continue
        found = []
        for combination in product(*values):
            whole = len(fields) == 1 and fields[0][0] == template
            if any(value.startswith("arn:") != whole for value in combination):
                raise Unknown(f"{combination} in {template}")
            rest = iter(combination)
            found.append(FIELD.sub(lambda _, rest=rest: next(rest), template))
        return found
    raise Unknown(f"none of {templates} fits {dict(parameters)}")


def _values(given: Any, path: list[str], form: str | None) -> Iterator[str]:
    if isinstance(given, list):
        for one in given:
            yield from _values(one, path, form)
    elif path:
        if isinstance(given, Mapping) and given.get(path[0]) is not None:
            yield from _values(given[path[0]], path[1:], form)
    elif form == "keys":
        yield from given
    elif form == "last":
        yield given.rpartition("/")[2]
    elif form == "slash":
        yield given if given.startswith("/") else f"/{given}"
    elif form == "arn":
        yield given.partition("|")[0]
    else:
        yield str(given)
