"""The interpreter as a whole: every family of syntax and every library, over one unit's program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from iamgen.analysis.interpreter import expressions as _expressions  # registers evaluators
from iamgen.analysis.interpreter import statements as _statements  # registers executors
from iamgen.analysis.interpreter import with_blocks as _with_blocks  # registers one
from iamgen.analysis.interpreter.attributes import Attributes
from iamgen.analysis.interpreter.calls import Calls
from iamgen.analysis.interpreter.classes import Classes
from iamgen.analysis.interpreter.containers import Containers
from iamgen.analysis.interpreter.contexts import Contexts
from iamgen.analysis.interpreter.externals import Externals
from iamgen.analysis.interpreter.files import Files
from iamgen.analysis.interpreter.functions import Functions
from iamgen.analysis.interpreter.hints import Hints
from iamgen.analysis.interpreter.imports import Imports
from iamgen.analysis.interpreter.loops import Loops
from iamgen.analysis.interpreter.methods import Methods
from iamgen.analysis.libraries.boto3.objects import Requests
from iamgen.analysis.libraries.builtins import BUILTINS
from iamgen.analysis.libraries.catalogue import registry
from iamgen.analysis.values.atoms import External, Value
from iamgen.core.text import Text

if TYPE_CHECKING:
    from iamgen.analysis.program.modules import Program
    from iamgen.catalog.store import Catalog

__all__ = ["Interpreter", "_expressions", "_statements", "_with_blocks"]


class Interpreter(
    Containers,
    Attributes,
    Calls,
    Classes,
    Contexts,
    Externals,
    Files,
    Functions,
    Hints,
    Imports,
    Loops,
    Methods,
    Requests,
):
    """One run over one unit."""

    def __init__(
        self,
        program: Program,
        catalog: Catalog,
        environment: Mapping[str, tuple[Text, ...]] | None,
    ) -> None:
        super().__init__(program, catalog, environment)
        self.registry = registry()
        self.library_packages = frozenset(self.registry.packages)
        self.library_classes = frozenset(self.registry.classes)

    def program_builtin(self, name: str) -> Value | None:
        if name in BUILTINS:
            return (External(f"builtins.{name}"),)
        return None
