"""Paths and files: pathlib's objects, and the data files of the code root that are read for their values."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from iamgen.analysis import limits
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.interpreter.texts import path_text, to_text
from iamgen.analysis.program.modules import Unreadable
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Atom, Const, Opaque, Value
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.core.text import Hole, HoleKind, Text

_EMPTY_PARTS = re.compile(r"/(?:\.?/)+")


class Files(Machine):
    """pathlib paths and files."""

    def make_path(self, f: Frame, text: Text, at: int) -> Value:
        """A pathlib path."""
        text = normal(text)
        obj = self.alloc(f, ("path", at, text), "path")
        if self.trail.read(obj, "\0text") is None:
            self.trail.write(obj, "\0text", (text,))
        return (obj,)

    def path_join(self, f: Frame, op: str, left: Atom, right: Atom) -> Value | None:
        if op != "/":
            return None
        if isinstance(left, HeapObject) and left.kind == "path":
            return self.make_path(f, joined(path_text(self, left), to_text(self, right)), f.at)
        if isinstance(right, HeapObject) and right.kind == "path":
            return self.make_path(f, joined(to_text(self, left), path_text(self, right)), f.at)
        return None

    def path_attr(self, f: Frame, obj: HeapObject, name: str, at: int) -> Value:
        """`path.name`, `path.parent`, `path.stem`, `path.suffix`, `path.parts`."""
        text = path_text(self, obj)
        match name:
            case "parent":
                return self.make_path(f, parent(text), at)
            case "name" | "stem" | "suffix":
                return (base_name(text, name),)
            case "parents":
                return self.new_list(
                    f, ("parents", at), "tuple", Seq(tuple(self.make_path(f, item, at) for item in _parents(text)))
                )
            case "parts":
                return self.new_list(f, ("parts", at), "tuple", Seq((), a.SOME_TEXT))
            case _:
                return (a.Model("method", (obj, name)),)

    def path_method(self, f: Frame, obj: HeapObject, name: str, args: Arguments, at: int) -> Value:
        """A method of a path."""
        text = path_text(self, obj)
        first = args.get(0, "")
        match name:
            case "resolve" | "absolute" | "expanduser" | "__enter__":
                return (obj,)
            case "joinpath" | "__truediv__":
                for value in args.pos:
                    text = (
                        joined(text, to_text(self, value[0]))
                        if len(value) == 1
                        else Text.of(text, "/", _hole("a path"))
                    )
                return self.make_path(f, text, at)
            case "with_suffix" if first and isinstance(first[0], Text):
                stem = base_name(text, "stem")
                return self.make_path(f, joined(parent(text), Text.of(stem, first[0])), at)
            case "with_name" if first and isinstance(first[0], Text):
                return self.make_path(f, joined(parent(text), first[0]), at)
            case "as_posix" | "__str__" | "as_uri":
                return (text,)
            case "read_text" | "read_bytes":
                return self.file_text((text,))
            case "open":
                return self.open_file(f, (text,))
            case "iterdir" | "glob" | "rglob":
                found = self.make_path(f, joined(text, _hole_text("a file's name")), at)
                return self.new_list(f, ("glob", at), "list", Seq((), found))
            case "relative_to":
                base = normal(to_text(self, first[0])).literal if first and len(first) == 1 else None
                start = text.parts[0] if text.parts else ""
                if base is not None and isinstance(start, str) and start.startswith(base.rstrip("/") + "/"):
                    return self.make_path(f, Text.of(start[len(base.rstrip("/")) + 1 :], *text.parts[1:]), at)
                return self.make_path(f, _hole_text("a relative path"), at)
            case "exists" | "is_file" | "is_dir":
                return a.BOOL
            case _:
                return a.DATA

    # --- data files ------------------------------------------------------------------------------

    def open_file(self, f: Frame, name: Value) -> Value:
        """`open(name)`: a file whose text is read when it is a data file of the code root."""
        return (a.Model("file", (name,)),)

    def file_text(self, name: Value) -> Value:
        """The text of a data file of the code root, or a hole that names it."""
        for atom in name:
            text = path_text(self, atom) if isinstance(atom, HeapObject) and atom.kind == "path" else atom
            if not isinstance(text, Text):
                continue
            found = self.data_file(text)
            if found is not None:
                try:
                    return a.text(found.decode("utf-8"))
                except UnicodeDecodeError:
                    return a.SOME_TEXT
            return (Opaque(Hole(HoleKind.FILE, text.literal or "", "a file that is not read"), False, "str"),)
        return a.SOME_TEXT

    def data_file(self, text: Text) -> bytes | None:
        """The bytes of a file of the project that a text names relative to the code root."""
        literal = text.literal
        if literal is None or not literal.endswith(
            (".json", ".yaml", ".yml", ".toml", ".ini", ".txt", ".cfg", ".env", ".sql")
        ):
            return None
        for base in (*self.program.search_path, self.program.root):
            path = Path(literal)
            candidate = path if path.is_absolute() else base / path
            if "\0" in literal or not self.program.inside(candidate):
                continue
            data = self.program.read_bytes(candidate, limits.DATA_BYTES)
            if not isinstance(data, Unreadable):
                return data
        return None

    def parsed(self, f: Frame, site: Any, data: Any, depth: int = 0) -> Value:
        """Plain data (from JSON, YAML, TOML) as a value."""
        if isinstance(data, str):
            return a.text(data)
        if data is None or isinstance(data, bool | int | float):
            return a.constant(data)
        if depth > 12:
            return a.DATA
        if isinstance(data, dict):
            entries = {
                str(key): self.parsed(f, (site, str(key)), value, depth + 1)
                for key, value in list(data.items())[: limits.MAPPING_KEYS]
            }
            return self.new_dict(f, ("parsed", site), Map(entries, open=len(data) > limits.MAPPING_KEYS))
        if isinstance(data, list):
            items = tuple(
                self.parsed(f, (site, number), value, depth + 1)
                for number, value in enumerate(data[: limits.SEQUENCE_ITEMS])
            )
            return self.new_list(
                f, ("parsed", site), "list", Seq(items, a.DATA if len(data) > limits.SEQUENCE_ITEMS else NOTHING)
            )
        return a.SOME_TEXT

    def parse_text(self, f: Frame, value: Value, kind: str, at: int) -> Value:
        """`json.loads(text)` of a text that is known; data that is not known otherwise."""
        result: Value = NOTHING
        for atom in value:
            if isinstance(atom, Text) and atom.literal is not None:
                try:
                    data = read_data(atom.literal, kind)
                except (ValueError, RecursionError):
                    data = None
                result = (*result, *self.parsed(f, (kind, at, atom.literal[:200], len(atom.literal)), data))
            elif isinstance(atom, Opaque):
                result = (*result, Opaque(atom.hole, False))
            elif isinstance(atom, Text) and atom.holes:
                result = (*result, Opaque(atom.holes[0], False))
            elif isinstance(atom, Const):
                result = (*result, *a.DATA)
            else:
                result = (*result, atom)
        return tuple(dict.fromkeys(result)) or a.DATA


UNKNOWN = object()


def plain_data(m: Machine, value: Value, depth: int = 0) -> Any:
    """The Python data that a value is, when all of it is known; else `UNKNOWN`."""
    if len(value) != 1 or depth > 8:
        return UNKNOWN
    atom = value[0]
    match atom:
        case Text():
            return atom.literal if atom.literal is not None else UNKNOWN
        case Const(value=known):
            return known if known is None or isinstance(known, bool | int | float) else UNKNOWN
        case HeapObject(kind="list" | "tuple"):
            content = m.seq(atom)
            items = [plain_data(m, item, depth + 1) for item in content.items]
            return UNKNOWN if content.rest or atom.shared or any(item is UNKNOWN for item in items) else items
        case HeapObject(kind="dict"):
            entries = m.map(atom)
            if entries.rest or entries.open or atom.shared or any(key.startswith("\0") for key in entries.entries):
                return UNKNOWN
            found = {key: plain_data(m, item, depth + 1) for key, item in entries.entries.items()}
            return UNKNOWN if any(item is UNKNOWN for item in found.values()) else found
        case _:
            return UNKNOWN


def read_data(text: str, kind: str) -> Any:
    """Parse a data file's text. Raises ValueError when it is malformed."""
    if kind == "json":
        return json.loads(text)
    if kind == "toml":
        import tomllib

        return tomllib.loads(text)
    if kind == "ini":
        import configparser

        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(text)
        except configparser.Error as error:
            raise ValueError(str(error)) from error
        return {section: dict(parser[section]) for section in (parser.default_section, *parser.sections())}
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if text.count("&") > 50 and text.count("*") > 50:
        raise ValueError("too many aliases")
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise ValueError(str(error)) from error


def joined(left: Text, right: Text) -> Text:
    """Two paths joined; an absolute second one wins."""
    if not right.parts:
        return left
    first = right.parts[0]
    if isinstance(first, str) and first.startswith("/"):
        return right
    if not left.parts:
        return right
    last = left.parts[-1]
    return Text.of(left, right) if isinstance(last, str) and last.endswith("/") else Text.of(left, "/", right)


def normal(text: Text) -> Text:
    """A path as pathlib writes it, without `.` and empty parts: `./out//x/` is `out/x`."""
    parts: list[str | Hole] = []
    for index, part in enumerate(text.parts):
        piece = part
        if isinstance(piece, str):
            piece = _EMPTY_PARTS.sub("/", piece)
            if index == 0 and piece.startswith("./"):
                piece = piece[2:]
            if index == len(text.parts) - 1 and piece != "/":
                piece = piece.removesuffix("/.").removesuffix("/")
        parts.append(piece)
    return Text.of(*parts) if any(parts) else Text.of(".")


def parent(text: Text) -> Text:
    """The folder of a path."""
    parts = list(text.parts)
    while parts:
        last = parts.pop()
        if isinstance(last, str) and "/" in last.rstrip("/"):
            head = last.rstrip("/").rpartition("/")[0]
            return Text.of(*parts, head) if parts or head else Text.of("/")
    return Text.of(".") if all(isinstance(part, str) for part in text.parts) else _hole_text("a folder")


def _parents(text: Text) -> list[Text]:
    found = []
    for _ in range(8):
        text = parent(text)
        found.append(text)
    return found


def base_name(text: Text, part: str = "name") -> Text:
    """The last component of a path, without its suffix for `stem`."""
    out: list[str | Hole] = []
    for piece in reversed(text.parts):
        if isinstance(piece, str) and "/" in piece:
            out.insert(0, piece.rpartition("/")[2])
            break
        out.insert(0, piece)
    name = Text.of(*out)
    if part == "name":
        return name
    literal = name.literal
    if literal is None:
        last = name.parts[-1] if name.parts else ""
        if isinstance(last, str) and "." in last:
            stem = Text.of(*name.parts[:-1], last.rpartition(".")[0])
            return stem if part == "stem" else Text.of("." + last.rpartition(".")[2])
        return _hole_text("a part of a file's name")
    path = Path(literal)
    return Text.of(path.stem if part == "stem" else path.suffix)


def _hole(reason: str) -> Hole:
    return Hole(HoleKind.UNKNOWN, "", reason)


def _hole_text(reason: str) -> Text:
    return Text((_hole(reason),))
