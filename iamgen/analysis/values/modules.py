"""What is known of a module of the program."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class ModuleInfo:
    """Name, file and the names imported for annotations only (name -> (module, name in it))."""

    name: str
    package: bool
    file: str = ""
    broken: bool = False
    stopped: int = 0  # where its body stops for good: it loops for ever, raises or leaves
    stand_in: bool = False  # iamgen's own text of what a library sends: places and paths are those of its caller
    pragmas: tuple[tuple[int, str, bool], ...] = ()
    typing_names: dict[str, tuple[str, str]] = field(default_factory=dict)
