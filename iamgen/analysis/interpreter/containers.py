"""Lists, tuples, sets and mappings: items, keys and iteration."""

from __future__ import annotations

from iamgen.analysis import limits
from iamgen.analysis.interpreter.kept import keep, kept
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.interpreter.operators import may_hold, merge_maps
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import ABSENT, NOTHING, Atom, Const, External, Opaque, Value
from iamgen.analysis.values.classes import ClassInfo
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all, join_seq
from iamgen.core.text import Hole, HoleKind, Text

SEQUENCES = ("list", "tuple", "set")


def extended(atom: Opaque, step: str) -> Opaque:
    """A field or an item of something unknown, with its path."""
    hole = atom.hole
    if hole.kind is HoleKind.UNKNOWN:
        name = step if step == "state" else ""  # see `kept`
        return Opaque(hole if hole.name == name else Hole(hole.kind, name, hole.reason), atom.client)
    name = hole.name + step if step.startswith("[") else f"{hole.name}.{step}" if hole.name else step
    if len(name) > 120 or hole.kind in (HoleKind.ENV, HoleKind.SYMBOL):
        return Opaque(Hole(HoleKind.UNKNOWN, "", f"a part of {hole}"), atom.client)
    return Opaque(Hole(hole.kind, name, hole.reason), atom.client)


class Containers(Machine):
    """Items of containers."""

    _keys: dict[str, Value]

    def keys_of(self, value: Value) -> list[str] | None:
        found: list[str] = []
        for atom in value:
            if isinstance(atom, Text) and atom.literal is not None:
                found.append(atom.literal)
                continue
            if isinstance(atom, Const):
                key = f"\0{atom.kind}:{atom.value!r}"
            elif isinstance(atom, a.EnumMember):
                key = f"\0enum:{id(atom.cls)}:{atom.name}"
            elif isinstance(atom, HeapObject) and atom.kind in ("class", "tuple"):
                key = f"\0object:{id(atom)}"
                if atom.kind == "tuple":
                    inner = [self.keys_of(item) for item in self.seq(atom).items]
                    if any(one is None or len(one) != 1 for one in inner) or self.seq(atom).rest:
                        return None
                    key = "\0tuple:" + "\0".join(one[0] for one in inner if one)
            elif isinstance(atom, External):
                key = f"\0external:{atom.path}"
            elif isinstance(atom, Text) and not any(hole.kind is HoleKind.UNKNOWN for hole in atom.holes):
                key = f"\0text:{atom}"
            else:
                return None
            self.key_atoms[key] = (atom,)
            found.append(key)
        return found

    def key_value(self, key: str) -> Value:
        if key.startswith("\0"):
            return self.key_atoms.get(key, a.DATA)
        return a.text(key)

    # --- reading ---------------------------------------------------------------------------------

    def getitem(self, f: Frame, value: Value, index: Value, at: int) -> Value:
        result: Value = NOTHING
        for atom in value:
            result = join(result, self._item(f, atom, index, at))
        return result

    def _item(self, f: Frame, atom: Atom, index: Value, at: int) -> Value:
        match atom:
            case HeapObject(kind="dict"):
                return self.map_get(atom, index)
            case HeapObject(kind="list" | "tuple" | "set"):
                return self._position(f, atom, index, at)
            case HeapObject(kind="instance"):
                if self.has_method(atom, "__getitem__"):
                    return self.call_method(f, atom, "__getitem__", (index,), at)
                wrapped = self.wrapped(atom)
                if wrapped is not None:
                    return self._wrapped_item(f, atom, wrapped, index, at)
                return self.external_item(f, atom, index, at)
            case HeapObject(kind="class"):
                return self.class_item(f, atom, index, at)
            case Text():
                return _characters(atom, index)
            case Opaque():
                keys = self.keys_of(index)
                if keys is None:
                    return (extended(atom, "[]"),)
                return join_all([kept(self, atom, key, (extended(atom, _step(key)),), item=True) for key in keys])
            case sdk.Response():
                return self.response_item(f, atom, index, at)
            case External():
                item = self.external_getitem(f, atom, index, at)
                return join_all([item, *(kept(self, atom, key, item, item=True) for key in self.keys_of(index) or ())])
            case a.Model(name="configparser", data=(HeapObject() as obj,)):
                return self.map_get(obj, index) or a.DATA
            case a.Model(name="vars", data=(HeapObject() as obj,)):
                names = self.keys_of(index)
                found = [self.own_attribute(f, obj, name, at) for name in names or ()]
                return join_all(found) or a.unknown("an attribute that is not known", client=True)
            case Const(value=None):
                return NOTHING
            case Const():
                return a.DATA
            case a.Function() | sdk.Client():
                return NOTHING
            case a.Model() if f"{atom.name}.__getitem__" in self.registry.models:
                return self.registry.models[f"{atom.name}.__getitem__"](self, f, atom, Arguments((index,)), at)
            case _:
                return a.unknown("an item", client=True)

    def _wrapped_item(self, f: Frame, obj: HeapObject, wrapped: Atom, index: Value, at: int) -> Value:
        """An item of an instance of a subclass of dict or list; `__missing__` makes what is not there."""
        if isinstance(wrapped, HeapObject) and wrapped.kind == "dict" and self.has_method(obj, "__missing__"):
            keys = self.keys_of(index)
            entries = self.map(wrapped).entries
            if keys is None or any(key not in entries or ABSENT in entries[key] for key in keys):
                found = self.map_get(wrapped, index)
                return join(found, self.call_method(f, obj, "__missing__", (index,), at))
        return self._item(f, wrapped, index, at)

    def map_get(self, obj: HeapObject, index: Value, default: Value = NOTHING) -> Value:
        """The value under a key; what an absent key gives is `default`."""
        content = self.map(obj)
        keys = self.keys_of(index)
        if keys is None:
            found = join_all([present(value) for value in content.entries.values()])
            found = join(found, content.rest)
            if content.open:
                found = join(found, a.unknown("a key that is not known", client=False))
            found = join(found, default)
            return join(found, self.default_made(obj, index, certain=False))
        result: Value = NOTHING
        for key in keys:
            value = content.entries.get(key)
            if value is None:
                found = content.rest
                if content.open and not key.startswith("\0") and self.trail.read(obj, "\0environ"):
                    found = join(found, self.environment_value(key, default, required=not default))
                elif content.open:
                    found = join(found, a.unknown(f"the key `{key}` is not known", client=False))
                symbolic = key.startswith("\0text:")
                for other, held in content.entries.items():
                    if symbolic or other.startswith("\0text:"):  # a text with holes may be the same key
                        found = join(found, present(held))
                result = join(result, join(found, default))
                result = join(result, self.default_made(obj, index, certain=len(keys) == 1))
            elif ABSENT in value:
                result = join(result, join(join(present(value), content.rest), default))
            else:
                result = join(result, value)
        return result

    def default_made(self, obj: HeapObject, index: Value, *, certain: bool) -> Value:
        """What a defaultdict makes for a missing key, and keeps."""
        factory = self.trail.read(obj, "\0factory")
        if not factory or self.current is None:
            return NOTHING
        made = self.call_value(self.current, factory)
        if made:
            self.map_set(obj, index, made, certain=certain)
        return made

    def _position(self, f: Frame, obj: HeapObject, index: Value, at: int) -> Value:
        content = self.seq(obj)
        result: Value = NOTHING
        for atom in index:
            if isinstance(atom, Const) and isinstance(atom.value, int):
                position = int(atom.value)
                if not content.rest:
                    if -len(content.items) <= position < len(content.items):
                        result = join(result, content.items[position])
                    continue
                tails = self._tails(obj, content) if position < 0 else None
                if 0 <= position < len(content.items):
                    result = join(result, content.items[position])
                elif tails is not None:
                    result = join(result, tails[position] if -position <= len(tails) else content.rest)
                elif position >= 0:
                    result = join(result, content.rest)
                else:
                    result = join(result, join_all([*content.items, content.rest]))
            elif isinstance(atom, a.SliceValue):
                result = join(result, self._sliced(f, obj, content, atom, at))
            else:
                result = join(result, join_all([*content.items, content.rest]))
        return result

    def _tails(self, obj: HeapObject, content: Seq) -> tuple[Value, ...] | None:
        """The last items of a list whose length is not known, where `split` told them and nothing changed since."""
        match obj.data:
            case (Seq() as whole, tuple() as tails) if obj.kind == "list" and whole == content:
                return tails
        return None

    def _sliced(self, f: Frame, obj: HeapObject, content: Seq, part: a.SliceValue, at: int) -> Value:
        bounds = [_bound(value) for value in (part.lower, part.upper, part.step)]
        site = ("slice", at, id(obj), part)
        low, high, step = bounds
        if content.rest or any(bound is False for bound in bounds):
            from_left = all(bound is not False for bound in bounds) and step in (None, 1) and (low or 0) >= 0
            if from_left and high is None:
                return self.new_list(f, site, obj.kind, Seq(content.items[low:], content.rest))
            if from_left and high is not None and 0 <= high <= len(content.items):
                return self.new_list(f, site, obj.kind, Seq(content.items[low:high]))
            rest = join_all([*content.items, content.rest])
            return self.new_list(f, site, obj.kind, Seq((), rest))
        items = content.items[slice(low, high, step or None)]
        return self.new_list(f, site, obj.kind, Seq(items))

    def has_keys(self, obj: HeapObject) -> bool:
        """Whether an object has a `keys` method of its own."""
        return self.has_method(obj, "keys")

    def as_map(self, f: Frame, atom: Atom) -> Map:
        match atom:
            case HeapObject(kind="dict"):
                return self.map(atom)
            case Const(value=None):
                return Map()
            case HeapObject(kind="instance"):
                wrapped = self.wrapped(atom)
                if wrapped is not None:
                    return self.as_map(f, wrapped)
                if self.has_method(atom, "__getitem__"):  # `dict(x)`, `**x`: by its keys
                    its = self.call_attr(f, (atom,), "keys", Arguments(), f.at) if self.has_keys(atom) else NOTHING
                    listed = self.iterate(f, its or (atom,), f.at)
                    every = join_all([*listed.items, listed.rest])
                    found = self.call_method(f, atom, "__getitem__", (every or a.SOME_TEXT,), f.at)
                    return Map(rest=found, keys=every, open=True)
                return Map(open=True)
            case HeapObject(kind="list" | "tuple"):
                entries: dict[str, Value] = {}
                content = self.seq(atom)
                for item in content.items:
                    for pair in item:
                        two = self.unpackable(f, pair, 2)
                        keys = self.keys_of(two.items[0]) if len(two.items) == 2 else None
                        if keys is None or len(keys) != 1:
                            return Map(open=True, rest=join_all([*two.items[1:], two.rest]))
                        entries[keys[0]] = two.items[1]
                if content.rest:
                    values: list[Value] = []
                    names: list[Value] = []
                    for pair in content.rest:
                        two = self.unpackable(f, pair, 2)
                        names.append(two.items[0] if two.items else two.rest)
                        values.append(two.items[1] if len(two.items) > 1 else two.rest)
                    return Map(entries, join_all(values), join_all(names))
                return Map(entries)
            case a.Model(name="vars", data=(HeapObject() as obj,)):
                made = self.instance_dict(f, obj)[0]
                return self.map(made) if isinstance(made, HeapObject) else Map(open=True)
            case Opaque() | sdk.Response():
                inner = self._item(f, atom, a.SOME_TEXT, f.at)
                return Map(rest=inner, open=True)
            case _:
                return Map(open=True)

    def as_seq(self, f: Frame, atom: Atom) -> Seq:
        return self.iterate(f, (atom,), f.at)

    def iterate(self, f: Frame, value: Value, at: int) -> Seq:
        result: Seq | None = None
        for atom in value:
            content = self._iterate(f, atom, at)
            if content is not None:
                result = content if result is None else join_seq(result, content)
        return result if result is not None else Seq()

    def _iterate(self, f: Frame, atom: Atom, at: int) -> Seq | None:
        match atom:
            case HeapObject(kind="list" | "tuple" | "set"):
                return self.seq(atom)
            case HeapObject(kind="dict"):
                content = self.map(atom)
                certain = [self.key_value(k) for k, v in content.entries.items() if ABSENT not in v]
                maybe = [self.key_value(k) for k, v in content.entries.items() if ABSENT in v]
                rest = join(join_all(maybe), content.keys)
                if content.open or (content.rest and not content.keys):
                    rest = join(rest, a.unknown("a key"))
                return Seq(tuple(certain), rest)
            case HeapObject(kind="generator"):
                return self.run_generator(f, atom, at)
            case HeapObject(kind="coroutine"):
                return self.iterate(f, self.await_value(f, (atom,), at), at)
            case HeapObject(kind="class"):
                members = self.enum_members(atom)
                meta = atom.data.meta if isinstance(atom.data, ClassInfo) else None
                custom = self.class_lookup(meta, "__iter__") if members is None and meta is not None else None
                if custom is not None:
                    made = self.call(f, tuple(a.BoundMethod(item, atom) for item in custom[0]), Arguments(), at)
                    return self.iterate(f, made, at)
                return Seq(members) if members is not None else Seq((), a.unknown("items", client=True))
            case HeapObject(kind="instance"):
                for name in ("__iter__", "__aiter__"):
                    if self.has_method(atom, name):
                        made = self.call_method(f, atom, name, (), at)
                        others = tuple(x for x in made if x is not atom)
                        found = self.iterate(f, others, at) if others else Seq()
                        if atom in made:
                            found = join_seq(found, self._next(f, atom, at)) if others else self._next(f, atom, at)
                        return found
                wrapped = self.wrapped(atom)
                if wrapped is not None:
                    return self._iterate(f, wrapped, at)
                fields = self.record_fields(f, atom, at)
                if fields is not None:
                    return fields
                return Seq((), a.unknown("items", client=True))
            case Text():
                if atom.literal is not None and len(atom.literal) <= 16:
                    return Seq(tuple(a.text(character) for character in atom.literal))
                return Seq((), a.SOME_TEXT)
            case Opaque():
                return Seq((), (extended(atom, "[]"),))
            case sdk.Response():
                return Seq((), self.response_items(f, atom, at))
            case sdk.Collection():
                return self.iterate_collection(f, atom, at)
            case External():
                return self.external_iterate(f, atom, at)
            case Const(value=None):
                return None
            case Const():
                return Seq((), a.SOME_INT)
            case a.Model():
                return self.model_iterate(f, atom, at)
            case _:
                return Seq((), a.unknown("items", client=True))

    def _next(self, f: Frame, atom: HeapObject, at: int) -> Seq:
        for name in ("__next__", "__anext__"):
            if self.has_method(atom, name):
                value = self.call_method(f, atom, name, (), at)
                return Seq((), self.await_value(f, value, at) if name == "__anext__" else value)
        return Seq((), a.unknown("items", client=True))

    def unpackable(self, f: Frame, atom: Atom, count: int) -> Seq:
        if isinstance(atom, Opaque):
            return Seq(tuple((extended(atom, f"[{index}]"),) for index in range(count)))
        content = self._iterate(f, atom, f.at)
        return content if content is not None else Seq()

    # --- writing ---------------------------------------------------------------------------------

    def setitem(self, f: Frame, value: Value, index: Value, new: Value) -> None:
        certain = len(value) == 1
        for atom in value:
            match atom:
                case HeapObject(kind="dict"):
                    self.map_set(atom, index, new, certain=certain)
                case HeapObject(kind="list"):
                    if any(isinstance(one, a.SliceValue) for one in index):
                        self._set_slice(f, atom, index, new)
                    else:
                        self._set_position(atom, index, new)
                case HeapObject(kind="instance") if self.has_method(atom, "__setitem__"):
                    self.call_method(f, atom, "__setitem__", (index, new), f.at)
                case HeapObject(kind="instance"):
                    wrapped = self.wrapped(atom)
                    if isinstance(wrapped, HeapObject):
                        self.setitem(f, (wrapped,), index, new)
                case a.Model(name="vars", data=(HeapObject() as obj,)):
                    names = self.keys_of(index) or ()
                    for name in names:
                        self.set_own_attribute(obj, name, new, certain=certain and len(names) == 1)
                case External(path="os.environ"):
                    self.set_environment(index, new)
                case _:
                    if isinstance(atom, External | Opaque):
                        for key in self.keys_of(index) or (None,):
                            keep(self, atom, key, new, item=True)
                    if not isinstance(atom, Const | Text):
                        self.escape(f, new)

    def map_set(self, obj: HeapObject, index: Value, new: Value, *, certain: bool = True) -> None:
        """Set a mapping's key."""
        content = self.map(obj)
        keys = self.keys_of(index)
        if keys is None:
            one = Map({}, new, index)
            over = {key: join(value, new) if may_hold(one, key) else value for key, value in content.entries.items()}
            updated = Map(over, join(content.rest, new), join(content.keys, index), content.open)
        else:
            entries = dict(content.entries)
            for key in keys:
                strong = certain and len(keys) == 1
                old = entries.get(key, (ABSENT,))
                entries[key] = new if strong else join(old, new)
            updated = Map(entries, content.rest, content.keys, content.open)
            if len(entries) > limits.MAPPING_KEYS:
                rest = join_all([present(v) for v in entries.values()])
                updated = Map({}, join(content.rest, rest), join(content.keys, a.SOME_TEXT), content.open)
        self.set_content(obj, updated)

    def _set_slice(self, f: Frame, obj: HeapObject, index: Value, new: Value) -> None:
        """`items[a:b] = others`: the list holds what the others hold."""
        content, given = self.seq(obj), self.iterate(f, new, f.at)
        part = index[0] if len(index) == 1 else None
        if isinstance(part, a.SliceValue) and not content.rest and not given.rest:
            low, high, step = (_bound(value) for value in (part.lower, part.upper, part.step))
            if low is not False and high is not False and step is None:
                items = list(content.items)
                items[slice(low, high)] = given.items
                self.set_content(obj, Seq(tuple(items)))
                return
        self.set_content(obj, Seq((), join_all([*content.items, content.rest, *given.items, given.rest])))

    def _set_position(self, obj: HeapObject, index: Value, new: Value) -> None:
        content = self.seq(obj)
        if len(index) == 1 and isinstance(index[0], Const) and isinstance(index[0].value, int):
            position = int(index[0].value)
            if -len(content.items) <= position < len(content.items) and not content.rest:
                items = list(content.items)
                items[position] = new
                self.set_content(obj, Seq(tuple(items)))
                return
        items = [join(item, new) for item in content.items]
        self.set_content(obj, Seq(tuple(items), join(content.rest, new)))

    def delitem(self, f: Frame, value: Value, index: Value) -> None:
        for atom in value:
            if isinstance(atom, HeapObject) and atom.kind == "dict":
                self.map_remove(atom, index, certain=len(value) == 1)
            elif isinstance(atom, HeapObject) and atom.kind == "list":
                content = self.seq(atom)
                self.set_content(atom, Seq((), join_all([*content.items, content.rest])))
            elif isinstance(atom, HeapObject) and atom.kind == "instance" and self.has_method(atom, "__delitem__"):
                self.call_method(f, atom, "__delitem__", (index,), f.at)

    def map_remove(self, obj: HeapObject, index: Value, *, certain: bool = True) -> None:
        """Unset a mapping's key."""
        content = self.map(obj)
        keys = self.keys_of(index)
        entries = dict(content.entries)
        if keys is None:
            entries = {key: join(value, (ABSENT,)) for key, value in entries.items()}
        else:
            for key in keys:
                if key in entries:
                    if certain and len(keys) == 1 and not obj.shared:
                        del entries[key]
                    else:
                        entries[key] = join(entries[key], (ABSENT,))
        self.set_content(obj, Map(entries, content.rest, content.keys, content.open))

    def augment_in_place(self, f: Frame, op: str, old: Value, value: Value) -> bool:
        if not old or not all(isinstance(atom, HeapObject) and atom.kind in ("list", "dict", "set") for atom in old):
            return False
        for atom in old:
            assert isinstance(atom, HeapObject)
            if atom.kind == "list" and op == "+":
                self.extend(atom, self.iterate(f, value, f.at), f)
            elif atom.kind == "dict" and op == "|":
                for other in value:
                    self.set_content(atom, merge_maps(self.map(atom), self.as_map(f, other)))
            elif atom.kind == "set" and op == "|":
                self.extend(atom, self.iterate(f, value, f.at), f)
            else:
                return False
        return True

    def extend(self, obj: HeapObject, more: Seq, f: Frame) -> None:
        """Append items to a list or set."""
        content = self.seq(obj)
        if content.rest:
            rest = join_all([content.rest, *more.items, more.rest])
            self.set_content(obj, Seq(content.items, rest))
            return
        items = (*content.items, *more.items)
        if obj.shared or len(items) > limits.SEQUENCE_ITEMS:
            rest = join_all([*more.items, more.rest])
            self.set_content(obj, Seq(content.items, rest))
            return
        self.set_content(obj, Seq(items, more.rest))


def _bound(value: Value) -> int | bool | None:
    """A slice bound: its number, None when open, False when not known."""
    if len(value) == 1 and isinstance(value[0], Const):
        number = value[0].value
        if number is None:
            return None
        if isinstance(number, int):
            return int(number)
    return False


def _step(key: str) -> str:
    if not key.startswith("\0"):
        return key
    kind, _, rest = key[1:].partition(":")
    return f"[{rest}]" if kind == "int" else "[]"


def _characters(text: Text, index: Value) -> Value:
    """`text[index]` and `text[low:high]`."""
    result: Value = NOTHING
    for atom in index:
        if isinstance(atom, a.SliceValue):
            low, high, step = (_bound(value) for value in (atom.lower, atom.upper, atom.step))
            result = join(result, (_cut(text, low, high, step),))
        elif isinstance(atom, Const) and isinstance(atom.value, int) and text.literal is not None:
            position = int(atom.value)
            if -len(text.literal) <= position < len(text.literal):
                result = join(result, a.text(text.literal[position]))
        else:
            result = join(result, a.SOME_TEXT)
    return result


def _cut(text: Text, low: int | bool | None, high: int | bool | None, step: int | bool | None) -> Text:
    unknown = Text((Hole(HoleKind.UNKNOWN, "", "a part of a text"),))
    if low is False or high is False or step is False or (step is not None and step != 1):
        return unknown
    if text.literal is not None:
        return Text.of(text.literal[low:high])
    first, last = text.parts[0], text.parts[-1]
    if high is None and isinstance(first, str) and low is not None and 0 <= low <= len(first):
        return Text.of(first[low:], *text.parts[1:])
    if low in (None, 0) and high is not None and high < 0 and isinstance(last, str) and -high <= len(last):
        return Text.of(*text.parts[:-1], last[:high])
    if low in (None, 0) and high is not None and isinstance(first, str) and 0 <= high <= len(first):
        return Text.of(first[:high])
    return unknown
