"""The build hook that writes the catalog: into the source tree, whence wheels take it and editable installs read it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_CATALOG = "iamgen/catalog/catalog.sqlite"


class CatalogBuildHook(BuildHookInterface[Any]):
    """Builds `iamgen/catalog/catalog.sqlite`; the sdist holds what it is built from, never the file itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        """Write the file before the wheel's content is collected (an editable wheel comes here too)."""
        if self.target_name != "wheel":
            return
        sys.path.insert(0, self.root)
        try:
            from iamgen.catalog.build.run import build
        finally:
            sys.path.remove(self.root)
        build(Path(self.root) / _CATALOG)
        # The file is in .gitignore, so it must be named.
        build_data["artifacts"].append("/" + _CATALOG)
