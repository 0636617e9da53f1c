"""The build hook that writes the catalog and the table of managed policies.

Into the source tree: wheels take them from there, editable installs read them there.
"""

from __future__ import annotations

import compileall
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_CATALOG = "iamgen/catalog/catalog.sqlite"
_MANAGED = "iamgen/catalog/managed.sqlite"


class CatalogBuildHook(BuildHookInterface[Any]):
    """Builds the two files of `iamgen/catalog`; the sdist holds what they are built from, never the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files before the wheel's content is collected (an editable wheel comes here too)."""
        if self.target_name != "wheel":
            return
        sys.path.insert(0, self.root)
        try:
            from iamgen.catalog.build.managed import build_managed
            from iamgen.catalog.build.run import build
        finally:
            sys.path.remove(self.root)
        build(Path(self.root) / _CATALOG)
        build_managed(Path(self.root) / _MANAGED)
        if version == "editable":  # an installer compiles what it copies, and this it does not copy
            compileall.compile_dir(Path(self.root) / "iamgen", quiet=1)
        # The files are in .gitignore, so they must be named.
        build_data["artifacts"] += ["/" + _CATALOG, "/" + _MANAGED]
