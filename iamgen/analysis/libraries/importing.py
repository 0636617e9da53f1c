"""Imports that code makes itself: `importlib.import_module(name)`, `__import__(name)`."""

from __future__ import annotations

from iamgen.analysis import limits
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Value
from iamgen.analysis.values.joins import join
from iamgen.core.text import Text


def import_module(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """The modules that the name may be; a gap when it is not known, with what its known beginning allows."""
    result: Value = NOTHING
    for atom in args.get(0, "name") or a.SOME_TEXT:
        literal = atom.literal if isinstance(atom, Text) else None
        if literal is not None:
            level = len(literal) - len(literal.lstrip("."))
            name = literal
            if level:
                package = args.get(1, "package")
                base = package[0].literal if package and isinstance(package[0], Text) else None
                base = base or f.module.data.name
                parts = base.split(".")
                name = ".".join([*parts[: len(parts) - (level - 1)], literal.lstrip(".")])
            result = join(result, m.import_name(f, name, at))
            continue
        prefix = atom.parts[0] if isinstance(atom, Text) and atom.parts and isinstance(atom.parts[0], str) else ""
        parent = prefix.rpartition(".")[0]
        names = m.program.submodules(parent) if parent else ()
        if 0 < len(names) <= limits.MODULES_BY_PREFIX:
            for name in names:
                result = join(result, m.import_name(f, f"{parent}.{name}", at))
            continue
        m.gap(GapKind.DYNAMIC_CODE, m.where(f, at), "a module is imported by a name that is not known")
        result = join(result, a.unknown("a module that is not known", client=True))
    return result


def import_source(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`spec_from_file_location(name, path)`."""
    m.gap(GapKind.DYNAMIC_CODE, m.where(f, at), "a module is loaded from a file by its path")
    return a.unknown("a module loaded by its path", client=True)
