"""iamgen: least-privilege IAM policies for Python on AWS, from the code itself.

The names below are the public API; everything is loaded when it is first used, so importing the
package costs nothing.

    from iamgen import Options, diff
    report = diff(Path("my-app"), Options())
    for unit in report.units:
        print(unit.unit.name, unit.difference)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iamgen.core.lazy import lazily
from iamgen.core.version import VERSION as __version__  # noqa: N811  # the name that packages have

if TYPE_CHECKING:
    from iamgen.core.errors import IamgenError
    from iamgen.pipeline import Options, check, diff, explain, generate, scan
    from iamgen.render.model import Report, UnitReport

_HOMES: Final = {
    "IamgenError": "iamgen.core.errors",
    "Options": "iamgen.pipeline",
    "Report": "iamgen.render.model",
    "UnitReport": "iamgen.render.model",
    "check": "iamgen.pipeline",
    "diff": "iamgen.pipeline",
    "explain": "iamgen.pipeline",
    "generate": "iamgen.pipeline",
    "scan": "iamgen.pipeline",
}

__all__ = [
    "IamgenError",
    "Options",
    "Report",
    "UnitReport",
    "__version__",
    "check",
    "diff",
    "explain",
    "generate",
    "scan",
]

__getattr__ = lazily(__name__, _HOMES)
