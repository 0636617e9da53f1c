"""AWS's managed policies by name, from the copy that moto's package carries (Apache-2.0).

moto's own update script reads them with `iam list-policies` and `get-policy-version`, so each
document comes with its version and its date. Only the text of moto's data file is read: nothing of
moto is imported.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import json
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

DEFAULT_PATH = Path(__file__).parent.parent / "managed.sqlite"

_VARIABLE = "aws_managed_policies_data"
_SCHEMA = """
CREATE TABLE source (name TEXT NOT NULL, version TEXT NOT NULL, updated TEXT NOT NULL);
CREATE TABLE policy (
    name TEXT PRIMARY KEY, path TEXT NOT NULL, version TEXT NOT NULL, updated TEXT NOT NULL, document BLOB NOT NULL
) WITHOUT ROWID;
"""
_LEVEL = 9


def build_managed(path: Path = DEFAULT_PATH) -> None:
    """Write the table to `path`; the same moto gives the same bytes."""
    rows = sorted(_rows(_moto_data().read_text(encoding="utf-8")))
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    connection = sqlite3.connect(temporary, isolation_level=None)
    try:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        newest = max(row[3] for row in rows)
        connection.execute("INSERT INTO source VALUES ('moto', ?, ?)", (importlib.metadata.version("moto"), newest))
        connection.executemany("INSERT INTO policy VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    finally:
        connection.close()
    temporary.replace(path)


def _moto_data() -> Path:
    spec = importlib.util.find_spec("moto")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the build needs the package moto, which is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "iam" / "aws_managed_policies.py"


def _rows(source: str) -> Iterator[tuple[str, str, str, str, bytes]]:
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))) if name == _VARIABLE:
                for policy, row in json.loads(text).items():
                    document = json.dumps(row["Document"], separators=(",", ":"), sort_keys=True)
                    packed = zlib.compress(document.encode(), _LEVEL)
                    yield policy, row["Path"], row["DefaultVersionId"], row["UpdateDate"][:10], packed
                return
    raise RuntimeError(f"moto's data file assigns no `{_VARIABLE}`")
