"""Pydantic's validators: methods of a model's class that run when a model is made."""

from __future__ import annotations

from collections.abc import Iterator

from iamgen.analysis.interpreter.attributes import attribute_key
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Atom, Function, Value
from iamgen.analysis.values.heap import HeapObject
from iamgen.core.text import Text

VALIDATES = "\0validates"  # the attribute of a function that a validator's decorator has marked


def validate(m: Machine, f: Frame, obj: HeapObject, args: Arguments) -> None:
    """Run the validators of a model that was made; what one makes of a field is the field's value from then on."""
    for item, inner, mark in list(_validators(m, obj.data)):
        names, always = mark.data
        assert isinstance(names, tuple)
        owner: tuple[Value, ...] = () if isinstance(item, a.StaticMethod) else ((obj.data,),)
        if not names:  # of the whole model: once it is made, or before
            given = ((obj,),) if isinstance(item, Function) else (*owner, a.DATA)
            m.call_value(f, (inner,), *given)
            continue
        wanted = {atom.literal for atom in names if isinstance(atom, Text)}
        for field in obj.data.data.fields:
            given_here = field.name in args.kw or args.rest is not None
            if not (field.name in wanted or "*" in wanted):
                continue
            if given_here or always != a.FALSE or _defaults_too(m, obj.data):
                held = m.trail.read(obj, field.name)
                made = m.call_value(f, (inner,), *owner, present(held) if isinstance(held, tuple) else a.DATA)
                if made:
                    m.trail.write(obj, field.name, made)


def _validators(m: Machine, cls: HeapObject) -> Iterator[tuple[Atom, Function, a.Model]]:
    """The methods of a class and its bases that validate, and their marks."""
    for base in reversed(cls.data.mro):
        for content in list(m.trail.held(base).values()):
            for item in content if isinstance(content, tuple) else ():
                for inner in item.function if isinstance(item, a.ClassMethod | a.StaticMethod) else (item,):
                    if isinstance(inner, Function):
                        for mark in m.trail.read(m.function_attributes, attribute_key(inner, VALIDATES)) or NOTHING:
                            if isinstance(mark, a.Model):
                                yield item, inner, mark


def _defaults_too(m: Machine, cls: HeapObject) -> bool:
    """Whether a model's configuration asks to validate defaults."""
    found = m.class_lookup(cls, "model_config")
    return any(
        isinstance(atom, HeapObject) and atom.kind == "dict" and "validate_default" in m.map(atom).entries
        for atom in (found[0] if found is not None else NOTHING)
    )
