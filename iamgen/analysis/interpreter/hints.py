"""Annotations: what they tell of a value that is otherwise unknown."""

from __future__ import annotations

from iamgen.analysis.interpreter.attributes import attribute_key
from iamgen.analysis.interpreter.machine import Arguments, Diverges, Frame, Machine, present
from iamgen.analysis.program import syntax as s
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Atom, Const, External, Function, Opaque, Value
from iamgen.analysis.values.classes import ClassInfo
from iamgen.analysis.values.heap import HeapObject
from iamgen.analysis.values.joins import join
from iamgen.core.text import Hole, HoleKind, Text

_DATA_TYPES = frozenset({"str", "int", "float", "bool", "bytes", "Decimal", "datetime"})
_TRANSPARENT = frozenset({"Optional", "Union", "Annotated", "Final", "ClassVar", "InitVar", "Required", "NotRequired"})


def _without_markers(value: Value) -> Value:
    """The type of `Annotated[T, ...]` that a name stands for."""
    inner: Value = NOTHING
    for atom in value:
        one = atom.data[0] if isinstance(atom, a.Model) and atom.name == "annotated" else (atom,)
        inner = join(inner, one if isinstance(one, tuple) else (one,))
    return inner


class Hints(Machine):
    """Types from annotations."""

    def refine(self, f: Frame, value: Value, annotation: s.Expr) -> Value:
        return self.refine_in(f.module, f.scope, value, annotation)

    def refine_parameter(self, function: Function, value: Value, annotation: s.Expr) -> Value:
        """A parameter's value with its hint."""
        return self.refine_in(function.module, function.scope, value, annotation)

    def marked(self, f: Frame, function: Function, value: Value, annotation: s.Expr) -> Value:
        """A parameter's value with what its hint says is injected: `Annotated[Repo, Depends(get_repo)]`."""
        if not any(isinstance(atom, Opaque) and atom.client for atom in value):
            return value
        markers: Value = NOTHING
        head = annotation.value if isinstance(annotation, s.Subscript) else annotation
        name = head.id if isinstance(head, s.Name) else head.name if isinstance(head, s.Attr) else ""
        if name == "Annotated" and isinstance(annotation, s.Subscript) and isinstance(annotation.index, s.Sequence):
            scope = function.scope or function.module
            frame = Frame(scope, function.module, None, f.context, self.trail.mark())
            frame.at = f.at
            for item in annotation.index.items[1:]:
                if isinstance(item, s.Call):
                    markers = join(markers, self.eval(frame, item))
        elif isinstance(annotation, s.Name):
            held = self.trail.read(function.module, name)
            for atom in held if isinstance(held, tuple) else NOTHING:
                if isinstance(atom, a.Model) and atom.name == "annotated":
                    markers = join(
                        markers, tuple(one for item in atom.data[1:] if isinstance(item, tuple) for one in item)
                    )
        markers = tuple(one for one in markers if isinstance(one, a.Model) and one.name == "depends")
        if not markers:
            return value
        if any(
            one.data == (NOTHING,) for one in markers if isinstance(one, a.Model)
        ):  # `Depends()`: of the hint itself
            markers = (a.Model("depends", (self.annotated(function, annotation),)),)
        return join(tuple(atom for atom in value if not (isinstance(atom, Opaque) and atom.client)), markers)

    def class_hint(self, cls: HeapObject, annotation: s.Expr) -> Value:
        """The classes that the hint of a class's field names."""
        return tuple(dict.fromkeys(self._types(cls.data.module, cls.data.scope, annotation, 0)))

    def annotated(self, function: Function, annotation: s.Expr) -> Value:
        """The classes that a parameter's hint names."""
        return tuple(dict.fromkeys(self._types(function.module, function.scope, annotation, 0)))

    def refine_in(self, module: HeapObject, scope: HeapObject | None, value: Value, annotation: s.Expr) -> Value:
        """Replace the unknown alternatives that may be clients by what the annotation says they are."""
        if not any(isinstance(atom, Opaque) and atom.client for atom in value):
            return value
        types = self._types(module, scope, annotation, 0)
        if not types:
            return value
        typed: Value = NOTHING
        for item in types:
            typed = join(typed, self._instances(item))
        if not typed:
            return value
        result: Value = NOTHING
        for atom in value:
            if isinstance(atom, Opaque) and atom.client:
                for known in typed:
                    if isinstance(known, Opaque) and not known.client:
                        result = join(result, (Opaque(atom.hole, False, known.kind),))
                    else:
                        result = join(result, (known,))
            else:
                result = join(result, (atom,))
        return result

    def field_hint(self, obj: HeapObject, name: str, value: Value) -> Value:
        """An attribute's value with what the class body's annotation says."""
        cls = obj.data
        if isinstance(cls, HeapObject) and isinstance(cls.data, ClassInfo):
            for base in cls.data.mro:
                for item in base.data.fields:
                    if item.name == name and item.annotation is not None:
                        return self.refine_in(base.data.module, base.data.scope, value, item.annotation)
        return value

    def refine_cast(self, f: Frame, value: Value, target: Value) -> Value:
        """`typing.cast(target, value)`: the target is a class or the text of an annotation."""
        if not any(isinstance(atom, Opaque) and atom.client for atom in value):
            return value
        typed: Value = NOTHING
        for atom in target:
            if isinstance(atom, Text) and atom.literal is not None:
                for item in self._named(f.module, f.scope, atom.literal.rpartition(".")[2]):
                    typed = join(typed, self._instances(item))
            else:
                typed = join(typed, self._instances(atom))
        if not typed:
            return value
        return join(tuple(atom for atom in value if not (isinstance(atom, Opaque) and atom.client)), typed)

    def _types(self, module: HeapObject, scope: HeapObject | None, node: s.Expr, depth: int) -> list[Atom]:
        """The classes that an annotation names."""
        if depth > 6:
            return []
        match node:
            case s.Const(value=None):
                return []
            case s.Name(id=name):
                return self._named(module, scope, name)
            case s.Attr(value=inner, name=name):
                found: list[Atom] = []
                for atom in self._types(module, scope, inner, depth + 1):
                    if isinstance(atom, External):
                        found.append(External(f"{atom.path}.{name}"))
                    elif isinstance(atom, HeapObject) and atom.kind == "module":
                        value = self.trail.read(atom, name)
                        found.extend(present(value) if isinstance(value, tuple) else ())
                return found
            case s.Binary(op="|", left=left, right=right):
                return [*self._types(module, scope, left, depth + 1), *self._types(module, scope, right, depth + 1)]
            case s.Subscript(value=head, index=index):
                name = head.id if isinstance(head, s.Name) else head.name if isinstance(head, s.Attr) else ""
                items = index.items if isinstance(index, s.Sequence) else (index,)
                if name == "Annotated":
                    items = items[:1]
                if name in _TRANSPARENT:
                    return [atom for item in items for atom in self._types(module, scope, item, depth + 1)]
                if name in ("type", "Type"):
                    return []
                return self._types(module, scope, head, depth + 1)
            case _:
                return []

    def _named(self, module: HeapObject, scope: HeapObject | None, name: str) -> list[Atom]:
        typing_names = module.data.typing_names
        holders = [module]
        while scope is not None and scope.kind in ("scope", "classbody"):
            holders.insert(0, scope if scope.kind == "scope" else scope.data[0])
            scope = scope.data[1]
        for holder in holders:
            value = self.trail.read(holder, name)
            if isinstance(value, tuple) and present(value):
                return [
                    atom
                    for atom in _without_markers(present(value))
                    if isinstance(atom, External) or (isinstance(atom, HeapObject) and atom.kind in ("class", "module"))
                ]
        if name in typing_names:
            base, inner = typing_names[name]
            path = f"{base}.{inner}" if inner else base
            if self.program.find(base) is not None and self.current is not None and base not in self.library_packages:
                loaded = self.load_module(self.current, base, 0)
                if loaded is not None:
                    value = self.trail.read(loaded, inner)
                    return list(present(value)) if isinstance(value, tuple) else []
            return [External(path)]
        return [External(f"builtins.{name}")]

    def _instances(self, item: Atom) -> Value:
        """Values of a type."""
        if isinstance(item, External):
            name = item.path.rpartition(".")[2]
            if item.module in ("builtins", "decimal", "datetime") and name in _DATA_TYPES:
                return a.unknown(f"a {name}", kind=name if name in ("str", "int", "dict", "list") else "")
            return self.hinted(item)
        if isinstance(item, HeapObject) and isinstance(item.data, ClassInfo):
            return self.any_instance(item)
        return NOTHING

    def any_instance(self, cls: HeapObject) -> Value:
        """Instances of a class made by code that is not read; of an abstract class, its concrete subclasses'."""
        info: ClassInfo = cls.data
        if info.kind == "enum":
            members = self.enum_members(cls) or ()
            result: Value = NOTHING
            for member in members:
                result = join(result, member)
            return result
        if info.kind == "typeddict":
            return a.unknown("a mapping", kind="dict")
        candidates = [cls]
        children = self._concrete(cls)
        if self._is_abstract(cls):
            candidates = children or []
            if not candidates:
                candidates = self._structural(cls)
        elif children:
            candidates = [cls, *children]
        made: Value = NOTHING
        for candidate in candidates:
            made = join(made, self._made(candidate))
        return made

    def _made(self, cls: HeapObject) -> Value:
        key = (0, ("hint", id(cls)), "instance")
        known = self.allocated.get(key)
        if known is not None:
            return (known,)
        existing = [obj for obj in self.allocated.values() if obj.kind == "instance" and obj.data is cls]
        if existing:
            return tuple(existing)
        obj = HeapObject("instance", cls.name, cls)
        self.allocated[key] = obj
        obj.shared = True
        if self.current is not None:
            frame = Frame(
                self.current.scope,
                cls.data.module,
                self.current.code,
                self.context(0, "hint", id(cls)),
                self.trail.mark(),
            )
            frame.at = self.current.at
            init = self.class_lookup(cls, "__init__")
            from iamgen.analysis.interpreter.calls import unknown_arguments

            try:
                if init is not None and isinstance(init[0][0], Function):
                    args = unknown_arguments(init[0][0], 1)
                    self.call_function(
                        frame,
                        init[0][0],
                        Arguments(((obj,), *args.pos), args.kw, args.more, args.rest),
                        frame.at,
                        (obj,),
                    )
                else:
                    self._initialise(frame, obj, cls, Arguments(), frame.at)
                    self._filled_elsewhere(obj)
            except Diverges:
                pass
        return (obj,)

    def _filled_elsewhere(self, obj: HeapObject) -> None:
        """A record that code which is not read makes: a field with plain data as its default may hold any other."""
        if obj.data.data.kind not in ("dataclass", "namedtuple", "model"):
            return
        for base in obj.data.data.mro:
            for item in base.data.fields:
                held = self.trail.read(obj, item.name)
                if isinstance(held, tuple) and held and all(isinstance(atom, Const | Text) for atom in held):
                    given = (Opaque(Hole(HoleKind.PARAMETER, f"{obj.name}.{item.name}"), False),)
                    self.trail.write(obj, item.name, join(held, given))

    def _is_abstract(self, cls: HeapObject) -> bool:
        info: ClassInfo = cls.data
        if info.abstract:
            return True
        for content in self.trail.held(cls).values():
            if isinstance(content, tuple):
                for atom in content:
                    if (
                        isinstance(atom, Function)
                        and self.trail.read(self.function_attributes, attribute_key(atom, "__isabstractmethod__"))
                        is not None
                    ):
                        return True
        return False

    def _concrete(self, cls: HeapObject) -> list[HeapObject]:
        found: list[HeapObject] = []
        for child in self.subclasses.get(cls, ()):
            if not self._is_abstract(child):
                found.append(child)
            found.extend(item for item in self._concrete(child) if item not in found)
        return found

    def _structural(self, cls: HeapObject) -> list[HeapObject]:
        """The classes of the program that have a protocol's methods."""
        wanted = {
            name
            for name, content in self.trail.held(cls).items()
            if isinstance(content, tuple)
            and any(isinstance(atom, Function) for atom in content)
            and not name.startswith("__")
        }
        if not wanted:
            return []
        found = []
        for other in self.all_classes:
            if other is cls or self._is_abstract(other) or other.data.module.data.stand_in:
                continue
            if all(self.class_lookup(other, name) is not None for name in wanted):
                found.append(other)
        return found
