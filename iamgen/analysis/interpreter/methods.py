"""Methods of Python's own types: texts, lists, mappings, sets, generators, numbers."""

from __future__ import annotations

from iamgen.analysis.interpreter.attributes import SENT, attribute_key
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.interpreter.operators import joined_map, merge_maps
from iamgen.analysis.interpreter.texts import (
    capped,
    hole,
    prefix_until,
    split,
    split_ends,
    str_format,
    strip,
    suffix_after,
    to_text,
)
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import ABSENT, NOTHING, Atom, Const, External, Opaque, Value
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all
from iamgen.core.text import Hole, Text


class Methods(Machine):
    """Calls of methods of builtin types."""

    def builtin_method(self, f: Frame, atom: Atom, name: str, args: Arguments, at: int) -> Value | None:
        """What a method of a builtin type answers; None when the atom is not of one."""
        match atom:
            case Text():
                return self.text_method(f, atom, name, args, at)
            case HeapObject(kind="dict"):
                return self._dict_method(f, atom, name, args, at)
            case HeapObject(kind="list" | "tuple" | "set"):
                return self._list_method(f, atom, name, args, at)
            case HeapObject(kind="generator"):
                if name in ("send", "asend"):
                    self._send(atom, args.get(0, "value") or a.DATA)
                if name in ("send", "__next__", "__anext__", "asend"):
                    content = self.iterate(f, (atom,), at)
                    return join_all([*content.items, content.rest]) or a.DATA
                return a.NONE
            case HeapObject(kind="future" | "coroutine"):
                if name in ("result", "get", "__await__"):
                    return self.await_value(f, (atom,), at)
                if name == "add_done_callback":
                    self.call_value(f, args.get(0, "fn") or a.DATA, (atom,))
                return a.NONE if name != "done" else a.BOOL
            case HeapObject(kind="path"):
                return self.path_method(f, atom, name, args, at)
            case Const(value=None):
                return NOTHING
            case Const(value=value):
                if isinstance(value, bytes) and name == "decode":
                    try:
                        return a.text(value.decode())
                    except UnicodeDecodeError:
                        return a.SOME_TEXT
                return a.DATA
            case sdk.Response():
                return self._response_method(f, atom, name, args, at)
            case Opaque(client=False):
                return self._data_method(f, atom, name, args, at)
            case HeapObject(kind="instance"):
                if self.has_method(atom, name) or self.trail.read(atom, name) is not None:
                    return None
                wrapped = self.wrapped(atom)
                if wrapped is not None:
                    return self.builtin_method(f, wrapped, name, args, at)
                return None
            case a.EnumMember() if not self.has_method(atom.cls, name):
                texts = [item for item in atom.value if isinstance(item, Text)]
                if texts:
                    return self.text_method(f, texts[0], name, args, at)
                return None
            case _:
                return None

    def _send(self, generator: HeapObject, value: Value) -> None:
        """What is sent into a generator; its other yields get it too, and it runs again to have it."""
        key = attribute_key(generator.data[0], SENT)
        held = self.trail.read(self.function_attributes, key) or NOTHING
        if join(held, value) != held:
            self.trail.write(self.function_attributes, key, join(held, value))
            self.trail.write(generator, "\0yields", None)

    # --- texts -------------------------------------------------------------------------------------

    def text_method(self, f: Frame, text: Text, name: str, args: Arguments, at: int) -> Value:
        """A method of `str`."""
        literal = text.literal
        first = args.get(0, "")
        one = first[0] if first and len(first) == 1 else None
        given = one.literal if isinstance(one, Text) else None
        match name:
            case "format":
                return str_format(self, f, text, args)
            case "format_map":
                content = self.as_map(f, one) if one is not None else Map()
                return str_format(self, f, text, Arguments((), dict(content.entries)))
            case "join":
                return self._join(f, text, first, at)
            case "strip" | "lstrip" | "rstrip":
                if first is not None and given is None and not (isinstance(one, Const) and one.value is None):
                    return (hole("a stripped text"),)
                return (strip(text, given, left=name != "rstrip", right=name != "lstrip"),)
            case "split" | "rsplit":
                return self._split(f, text, args, name == "rsplit", at)
            case "splitlines":
                if literal is not None:
                    return self._texts(f, [Text.of(line) for line in literal.splitlines()], "list", at)
                return self.new_list(f, ("splitlines", at), "list", Seq((), a.SOME_TEXT))
            case "partition" | "rpartition":
                return self._partition(f, text, given, name == "rpartition", at)
            case "replace":
                return self._replace(text, args)
            case "removeprefix" | "removesuffix" if given is not None:
                return (_removed(text, given, name == "removeprefix"),)
            case "lower" | "upper" | "title" | "capitalize" | "casefold" | "swapcase":
                if literal is not None:
                    return a.text(getattr(literal, name)())
                parts = [getattr(part, name)() if isinstance(part, str) else _recased(part) for part in text.parts]
                return (Text.of(*parts),)
            case "startswith" | "endswith":
                return self._edge(text, first, name)
            case "encode":
                return (text,)
            case "zfill" | "ljust" | "rjust" | "center" | "expandtabs" | "translate":
                return (text,) if literal is None else a.SOME_TEXT
            case "isdigit" | "isalpha" | "isnumeric" | "isalnum" | "isupper" | "islower" | "isidentifier" | "isspace":
                if literal is not None:
                    return a.TRUE if getattr(literal, name)() else a.FALSE
                return a.BOOL
            case "find" | "index" | "count" | "rfind" | "rindex":
                if literal is not None and given is not None and len(args.pos) == 1:
                    return a.constant(
                        getattr(literal, name)(given) if name in ("find", "rfind", "count") or given in literal else -1
                    )
                return a.SOME_INT
            case "copy" | "__str__":
                return (text,)
            case "value":
                return (text,)
            case _:
                return a.SOME_TEXT

    def _texts(self, f: Frame, texts: list[Text], kind: str, at: int) -> Value:
        return self.new_list(f, ("texts", kind, at, tuple(texts)), kind, Seq(tuple((text,) for text in texts)))

    def _join(self, f: Frame, separator: Text, value: Value | None, at: int) -> Value:
        if value is None:
            return a.SOME_TEXT
        content = self.iterate(f, value, at)
        if content.rest:
            if not content.items:
                return (hole("joined texts"),)
            parts: list[str | Hole | Text] = []
            for item in content.items:
                parts.extend((to_text(self, item[0]) if len(item) == 1 else hole("joined texts"), separator))
            return (capped(Text.of(*parts[:-1], hole("joined texts"))),)
        results = [Text()]
        for number, item in enumerate(content.items):
            texts = list(dict.fromkeys(to_text(self, atom) for atom in item))
            if len(results) * len(texts) > 16:
                texts = [hole("joined texts")]
            results = [Text.of(one, separator if number else "", other) for one in results for other in texts]
        return tuple(dict.fromkeys(capped(one) for one in results))

    def _split(self, f: Frame, text: Text, args: Arguments, from_right: bool, at: int) -> Value:
        separator = args.get(0, "sep")
        most = args.get(1, "maxsplit")
        number = -1
        if most is not None:
            number = (
                most[0].value
                if len(most) == 1 and isinstance(most[0], Const) and isinstance(most[0].value, int)
                else -2
            )
        if separator is None or (len(separator) == 1 and isinstance(separator[0], Const)):
            if text.literal is not None:
                return self._texts(f, [Text.of(part) for part in text.literal.split()], "list", at)
            return self.new_list(f, ("split", at), "list", Seq((), a.SOME_TEXT))
        one = separator[0] if len(separator) == 1 else None
        given = one.literal if isinstance(one, Text) else None
        if not given or number == -2:
            return self.new_list(f, ("split", at), "list", Seq((), a.SOME_TEXT))
        pieces = split(text, given, number, from_right=from_right)
        if pieces is not None:
            return self._texts(f, pieces, "list", at)
        obj = self.alloc(f, ("split", at, text), "list", "", None)
        heads, tails = split_ends(text, given)
        # A bound on the pieces counts from one side: nothing is told of the other.
        content = Seq(tuple((one,) for one in (heads if number < 0 else ())), a.SOME_TEXT)
        self.set_content(obj, content)
        if number >= 0:
            tails = tails[-number:] if from_right and number else []
        obj.data = (content, tuple((one,) for one in tails))
        return (obj,)

    def _partition(self, f: Frame, text: Text, separator: str | None, last: bool, at: int) -> Value:
        if separator:
            if text.literal is not None:
                parts = text.literal.rpartition(separator) if last else text.literal.partition(separator)
                return self._texts(f, [Text.of(part) for part in parts], "tuple", at)
            head, tail = prefix_until(text, separator), suffix_after(text, separator)
            if not last and head is not None:
                rest = _after(text, head, separator)
                return self._texts(f, [head, Text.of(separator), rest], "tuple", at)
            if last and tail is not None:
                return self._texts(f, [hole("a part of a text"), Text.of(separator), tail], "tuple", at)
        return self.new_list(f, ("partition", at), "tuple", Seq((a.SOME_TEXT, a.SOME_TEXT, a.SOME_TEXT)))

    def _replace(self, text: Text, args: Arguments) -> Value:
        old, new, count = args.get(0, "old"), args.get(1, "new"), args.get(2, "count")
        most = -1
        if count is not None:
            known = count[0].value if len(count) == 1 and isinstance(count[0], Const) else None
            if not isinstance(known, int) or text.holes:  # a hole may hold some of them
                return a.SOME_TEXT if known != -1 else self._replace(text, Arguments(args.pos[:2]))
            most = known
        result: Value = NOTHING
        for one in old or ():
            for other in new or ():
                if not isinstance(one, Text) or one.literal is None or not one.literal:
                    result = join(result, a.SOME_TEXT)
                    continue
                replacement = to_text(self, other)
                parts: list[str | Hole | Text] = []
                for part in text.parts:
                    if isinstance(part, Hole):
                        parts.append(part)
                        continue
                    for number, piece in enumerate(part.split(one.literal, most)):
                        if number:
                            parts.append(replacement)
                        parts.append(piece)
                result = join(result, (capped(Text.of(*parts)),))
        return result or a.SOME_TEXT

    def _edge(self, text: Text, first: Value | None, name: str) -> Value:
        wanted: list[str] = []
        for atom in first or ():
            if isinstance(atom, Text) and atom.literal is not None:
                wanted.append(atom.literal)
            elif isinstance(atom, HeapObject) and atom.kind == "tuple":
                for item in self.seq(atom).items:
                    wanted.extend(
                        inner.literal for inner in item if isinstance(inner, Text) and inner.literal is not None
                    )
            else:
                return a.BOOL
        if not wanted:
            return a.BOOL
        if text.literal is not None:
            return a.TRUE if getattr(text.literal, name)(tuple(wanted)) else a.FALSE
        edge = text.parts[0 if name == "startswith" else -1]
        if not isinstance(edge, str):
            return a.BOOL
        if any(getattr(edge, name)(item) for item in wanted):
            return a.TRUE
        clash = all(not getattr(item, name)(edge) for item in wanted)
        return a.FALSE if clash else a.BOOL

    # --- mappings -------------------------------------------------------------------------------------

    def _dict_method(self, f: Frame, obj: HeapObject, name: str, args: Arguments, at: int) -> Value | None:
        content = self.map(obj)
        match name:
            case "get":
                default = args.get(1, "default") or a.NONE
                return self.map_get(obj, args.get(0, "key") or a.SOME_TEXT, default) or default
            case "setdefault":
                key = args.get(0, "key") or a.SOME_TEXT
                default = args.get(1, "default") or a.NONE
                found = self.map_get(obj, key)
                value = found if self._certain(content, key) else join(found, default)
                self.map_set(obj, key, value)
                return value
            case "pop":
                key = args.get(0, "key") or a.SOME_TEXT
                value = self.map_get(obj, key, args.get(1, "default") or NOTHING)
                self.map_remove(obj, key)
                return value
            case "popitem":
                return self.new_list(
                    f, ("popitem", at), "tuple", Seq((a.DATA, self.map_get(obj, a.SOME_TEXT) or a.DATA))
                )
            case "update":
                updated = content
                for value in args.pos:
                    updated = merge_maps(updated, joined_map([self.as_map(f, atom) for atom in value]))
                kw = Map(dict(args.kw), args.rest.rest if args.rest else NOTHING, open=args.rest is not None)
                self.set_content(obj, merge_maps(updated, kw))
                return a.NONE
            case "keys":
                return self.new_list(f, ("keys", at, id(obj)), "list", self.iterate(f, (obj,), at))
            case "values":
                certain = tuple(value for value in content.entries.values() if ABSENT not in value)
                maybe = join_all([present(value) for value in content.entries.values() if ABSENT in value])
                rest = join(
                    join(maybe, content.rest),
                    a.unknown("a value that is not known") if content.open and not content.rest else NOTHING,
                )
                return self.new_list(f, ("values", at, id(obj)), "list", Seq(certain, rest))
            case "items":
                return self._items(f, obj, content, at)
            case "copy" | "__copy__":
                made = self.alloc(f, ("copy", at), "dict")
                self.set_content(made, content)
                return (made,)
            case "clear":
                self.set_content(obj, Map())
                return a.NONE
            case "__getitem__":
                return self.map_get(obj, args.get(0, "") or a.SOME_TEXT)
            case "__contains__":
                return a.BOOL
            case "fromkeys":
                return self.call(f, (External("builtins.dict.fromkeys"),), args, at)
            case "move_to_end" | "append" | "most_common" | "elements" | "total":
                return a.DATA
            case _:
                return None

    def _certain(self, content: Map, key: Value) -> bool:
        keys = self.keys_of(key)
        return keys is not None and all(k in content.entries and ABSENT not in content.entries[k] for k in keys)

    def _items(self, f: Frame, obj: HeapObject, content: Map, at: int) -> Value:
        certain: list[Value] = []
        maybe: list[Value] = []
        for key, value in content.entries.items():
            pair = self.new_list(f, ("item", at, id(obj), key), "tuple", Seq((self.key_value(key), present(value))))
            (maybe if ABSENT in value else certain).append(pair)
        rest = join_all(maybe)
        if content.rest or content.open:
            keys = content.keys or a.SOME_TEXT
            values = content.rest or a.unknown("a value that is not known")
            rest = join(rest, self.new_list(f, ("item", at, id(obj)), "tuple", Seq((keys, values))))
        return self.new_list(f, ("items", at, id(obj)), "list", Seq(tuple(certain), rest))

    # --- lists ------------------------------------------------------------------------------------------

    def _list_method(self, f: Frame, obj: HeapObject, name: str, args: Arguments, at: int) -> Value | None:
        content = self.seq(obj)
        first = args.get(0, "object") or NOTHING
        everything = join_all([*content.items, content.rest])
        match name:
            case "append" | "add" | "appendleft":
                if name == "appendleft":
                    self.set_content(obj, Seq((first, *content.items), content.rest))
                else:
                    self.extend(obj, Seq((first,)), f)
                return a.NONE
            case "extend" | "update" | "extendleft":
                for value in args.pos:
                    self.extend(obj, self.iterate(f, value, at), f)
                return a.NONE
            case "insert":
                self.set_content(obj, Seq((), join(everything, args.get(1, "object") or NOTHING)))
                return a.NONE
            case "pop" | "popleft":
                if name == "pop" and not args.pos and not content.rest and content.items and not obj.shared:
                    self.set_content(obj, Seq(content.items[:-1]))
                    return content.items[-1]
                self.set_content(obj, Seq((), everything))
                return everything
            case "remove" | "discard":
                self.set_content(obj, Seq((), everything))
                return a.NONE
            case "clear":
                self.set_content(obj, Seq())
                return a.NONE
            case "copy":
                return self.new_list(f, ("copy", at), obj.kind, content)
            case "reverse":
                self.set_content(
                    obj, Seq(tuple(reversed(content.items)), content.rest) if not content.rest else Seq((), everything)
                )
                return a.NONE
            case "sort":
                self._key_function(f, args, everything)
                self.set_content(obj, Seq((), everything))
                return a.NONE
            case "index" | "count":
                return a.SOME_INT
            case "union" | "intersection" | "difference" | "symmetric_difference":
                rest = everything
                for value in args.pos:
                    other = self.iterate(f, value, at)
                    rest = join_all([rest, *other.items, other.rest])
                return self.new_list(f, (name, at), "set", Seq((), rest))
            case "issubset" | "issuperset" | "isdisjoint" | "__contains__":
                return a.BOOL
            case "__getitem__":
                return self.getitem(f, (obj,), first, at)
            case "items" | "keys" | "get":
                return None
            case _:
                return a.DATA if self.trail.read(obj, name) is None else None

    def _key_function(self, f: Frame, args: Arguments, items: Value) -> None:
        key = args.kw.get("key")
        if key is not None and items:
            self.call_value(f, key, items)

    # --- data ---------------------------------------------------------------------------------------------

    def _response_method(self, f: Frame, atom: sdk.Response, name: str, args: Arguments, at: int) -> Value:
        if name in ("get", "pop", "setdefault"):
            key = args.get(0, "key") or a.SOME_TEXT
            found = self.getitem(f, (atom,), key, at)
            default = args.get(1, "default")
            return join(found, default) if default else found
        if name == "items":
            inner = self.getitem(f, (atom,), a.SOME_TEXT, at)
            pair = self.new_list(f, ("response", at), "tuple", Seq((a.SOME_TEXT, inner)))
            return self.new_list(f, ("response items", at), "list", Seq((), pair))
        if name == "values":
            return self.new_list(f, ("response values", at), "list", Seq((), self.getitem(f, (atom,), a.SOME_TEXT, at)))
        if name == "keys":
            return self.new_list(f, ("response keys", at), "list", Seq((), a.SOME_TEXT))
        known = self.response_text(atom)
        if len(known.parts) != 1 or not isinstance(known.parts[0], Hole):
            return self.text_method(f, known, name, args, at)
        if name in ("split", "rsplit", "splitlines", "iter_lines", "iter_chunks", "readlines"):
            return self.new_list(f, (name, at), "list", Seq((), (atom,)))
        for value in args.all():
            self.escape(f, value)
        return (
            a.unknown(f"`{name}` of a response")
            if name not in ("read", "decode", "strip", "copy", "lower", "upper")
            else (atom,)
        )

    def _data_method(self, f: Frame, atom: Opaque, name: str, args: Arguments, at: int) -> Value:
        from iamgen.analysis.interpreter.containers import extended

        if name in ("get", "pop", "setdefault", "get_header_value", "get_query_string_value"):
            key = args.get(0, "key") or a.SOME_TEXT
            found = self.getitem(f, (atom,), key, at)
            default = args.get(1, "default") or args.kw.get("default_value")
            return join(found, default) if default else found
        if name == "items":
            item: Value = (extended(atom, "[]"),)
            pair = self.new_list(f, ("data", at), "tuple", Seq((a.SOME_TEXT, item)))
            return self.new_list(f, ("data items", at), "list", Seq((), pair))
        if name in ("values", "keys", "split", "rsplit", "splitlines"):
            return self.new_list(f, (name, at), "list", Seq((), (extended(atom, "[]"),)))
        if name == "format":
            return a.SOME_TEXT
        if name in ("copy", "strip", "rstrip", "lstrip", "decode", "encode", "read", "isoformat", "__str__"):
            return (atom,)
        if name == "join" and args.pos:
            return (hole("joined texts"),)
        for value in args.all():
            self.escape(f, value)
        self.filled(args, name)
        return a.unknown(f"`{name}` of {atom.hole.reason or atom.hole}", kind="" if name != "lower" else "str")


def _removed(text: Text, edge: str, front: bool) -> Text:
    parts = list(text.parts)
    if not parts:
        return text
    index = 0 if front else -1
    part = parts[index]
    if isinstance(part, str):
        parts[index] = part.removeprefix(edge) if front else part.removesuffix(edge)
    return Text.of(*parts)


def _recased(part: Hole) -> Hole:
    from iamgen.core.text import HoleKind

    return part if part.name == "AWS::Region" else Hole(HoleKind.UNKNOWN, "", f"{part} in another case")


def _after(text: Text, head: Text, separator: str) -> Text:
    """What follows `head` and the separator."""
    parts = list(
        text.parts[len(head.parts) - 1 if head.parts and isinstance(head.parts[-1], str) else len(head.parts) :]
    )
    if not parts:
        return Text()
    first = parts[0]
    if isinstance(first, str):
        parts[0] = first.partition(separator)[2]
    return Text.of(*parts)
