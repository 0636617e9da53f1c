"""`python -m iamgen.catalog.build [PATH]`: write the catalog, by default where the package looks for it.

The table of AWS-managed policies, `managed.sqlite`, is written beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from iamgen.catalog.build.managed import build_managed
from iamgen.catalog.build.run import DEFAULT_PATH, build

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_PATH
    build(target)
    build_managed(target.with_name("managed.sqlite" if target == DEFAULT_PATH else f"managed-{target.name}"))
