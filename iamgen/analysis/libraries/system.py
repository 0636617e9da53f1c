"""os, pathlib, json and other data formats, urllib, importlib, re, logging: what the standard library answers."""

from __future__ import annotations

import base64
import json
import posixpath
import re
from collections.abc import Callable
from urllib.parse import quote, unquote, urlsplit

from iamgen.analysis.interpreter.files import UNKNOWN, base_name, joined, normal, parent, plain_data
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, spoken
from iamgen.analysis.interpreter.operators import joined_map, merge_maps
from iamgen.analysis.interpreter.texts import hole, to_text
from iamgen.analysis.libraries.builtins import data, first, number
from iamgen.analysis.libraries.importing import import_module, import_source
from iamgen.analysis.libraries.registry import CallModel, Library
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Const, Opaque, Value
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all
from iamgen.core.text import Text


def _getenv(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    default = args.get(1, "default")
    return m.environment_item(args.get(0, "key") or a.SOME_TEXT, default or a.NONE, required=False)


def _environ_get(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`os.environ.get(name)`: None where the variable is not set is left out when the code goes on with it."""
    default = args.get(1, "default")
    name = args.get(0, "key") or a.SOME_TEXT
    found = m.environment_item(name, default or NOTHING, required=False)
    if default is None and m.environment is None:
        found = join(found, a.NONE)
    elif default is None:
        known = [atom.literal in m.environment for atom in name if isinstance(atom, Text) and m.environment is not None]
        if not all(known):
            found = join(found, a.NONE)
    return found


def _environ_set(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    name, value = args.get(0, "key") or NOTHING, args.get(1, "value") or a.SOME_TEXT
    m.set_environment(name, value)
    return value


def _environ_update(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`os.environ.update({...})`."""
    content = Map(dict(args.kw), args.rest.rest if args.rest else NOTHING, open=args.rest is not None)
    for value in reversed(args.pos):
        content = merge_maps(joined_map([m.as_map(f, atom) for atom in value]), content)
    for name, value in content.entries.items():
        m.set_environment(a.SOME_TEXT if name.startswith("\0") else a.text(name), value)
    if content.rest or content.open:
        m.set_environment(a.SOME_TEXT, content.rest or a.SOME_TEXT)
    return a.NONE


def _environ_copy(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`os.environ.copy()`."""
    return m.environment_with(f, ("environ", at), Map())


def _environ_default(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`os.environ.setdefault(name, value)`: what is set already stays."""
    name, value = args.get(0, "key") or NOTHING, args.get(1, "value") or a.SOME_TEXT
    found = m.environment_item(name, value, required=False)
    m.set_environment(name, found)
    return found


def _join(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`os.path.join(...)`."""
    results = [Text()]
    for number_, value in enumerate(args.pos):
        texts = list(dict.fromkeys(to_text(m, atom) for atom in spoken(value)))
        if len(results) * len(texts) > 16:
            texts = [hole("a path")]
        results = [joined(one, other) if number_ else other for one in results for other in texts]
    if args.more:
        results = [joined(one, hole("a path")) for one in results]
    return tuple(dict.fromkeys(results))


def _each_text(change: object) -> CallModel:
    def run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        value = args.get(0, "") or a.SOME_TEXT
        return tuple(dict.fromkeys(change(to_text(m, atom)) for atom in value))  # type: ignore[operator] # a text function

    return run


def _normpath(text: Text) -> Text:
    if text.literal is not None:
        return Text.of(posixpath.normpath(text.literal))
    if any(isinstance(part, str) and ".." in part for part in text.parts):
        return hole("a path")
    return normal(text)


def _split_path(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    text = to_text(m, (args.get(0, "") or a.SOME_TEXT)[0])
    return m.new_list(f, ("split", at), "tuple", Seq(((parent(text),), (base_name(text),))))


def _splitext(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    text = to_text(m, (args.get(0, "") or a.SOME_TEXT)[0])
    last = text.parts[-1] if text.parts else ""
    if isinstance(last, str) and "." in last:
        stem, _, suffix = last.rpartition(".")
        return m.new_list(f, ("splitext", at), "tuple", Seq(((Text.of(*text.parts[:-1], stem),), a.text("." + suffix))))
    return m.new_list(f, ("splitext", at), "tuple", Seq((a.SOME_TEXT, a.SOME_TEXT)))


def _path(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`pathlib.Path(...)`."""
    result: Value = NOTHING
    for atom in _join(m, f, args, at) if args.pos else a.text("."):
        result = join(result, m.make_path(f, to_text(m, atom), at))
    return result


# --- data formats -----------------------------------------------------------------------------------


def _loads(kind: str) -> CallModel:
    def run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        for name in ("object_hook", "object_pairs_hook", "parse_float", "parse_int", "cls"):
            if name in args.kw:
                m.escape(f, args.kw[name])
        return m.parse_text(f, _content(m, f, args.get(0, "s") or a.SOME_TEXT, at), kind, at)

    return run


def _content(m: Machine, f: Frame, value: Value, at: int) -> Value:
    """The text of a file, a path or a text."""
    result: Value = NOTHING
    for atom in value:
        if isinstance(atom, a.Model) and atom.name == "file":
            name = atom.data[0]
            result = join(result, m.file_text(name) if isinstance(name, tuple) else a.SOME_TEXT)
        else:
            result = join(result, (atom,))
    return result


def _file_read(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    name = atom.data[0]
    return m.file_text(name) if isinstance(name, tuple) else a.SOME_TEXT


def _file_lines(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    text = _file_read(m, f, atom, args, at)
    literal = text[0].literal if isinstance(text[0], Text) else None
    if literal is not None and literal.count("\n") < 64:
        return m.new_list(f, ("lines", at), "list", Seq(tuple(a.text(line + "\n") for line in literal.splitlines())))
    return m.new_list(f, ("lines", at), "list", Seq((), a.SOME_TEXT))


def _dumps(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    for name in ("default", "cls"):
        if name in args.kw:
            m.escape(f, args.kw[name])
    known = plain_data(m, args.get(0, "obj") or a.DATA)
    if known is not UNKNOWN:
        return a.text(json.dumps(known)[:100_000])
    return (hole("serialised data"),)


# --- urllib -------------------------------------------------------------------------------------------


def _choice(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`random.choice(items)`: one of them."""
    content = m.iterate(f, args.get(0, "seq") or a.DATA, at)
    return join_all([*content.items, content.rest]) or a.DATA


def _sample(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return m.new_list(f, ("sample", at), "list", Seq((), _choice(m, f, args, at)))


def _b64(change: Callable[[bytes], bytes]) -> CallModel:
    def run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        for atom in args.get(0, "s") or NOTHING:
            raw = atom.value if isinstance(atom, Const) else atom.literal if isinstance(atom, Text) else None
            data = raw.encode() if isinstance(raw, str) else raw
            if isinstance(data, bytes) and len(data) < 4096:
                try:
                    return a.constant(change(data))
                except ValueError:
                    break
        return a.unknown("bytes")

    return run


def _search_path(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`sys.path.insert(0, folder)` and `sys.path.append(folder)`: another root of imports, inside the project."""
    for atom in args.pos[-1] if args.pos else NOTHING:
        literal = to_text(m, atom).literal
        if literal is not None:
            m.program.add_path(literal, f.module.data.file)
    return a.NONE


def _quoted(change: object) -> CallModel:
    def run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        out: Value = NOTHING
        for atom in args.get(0, "string") or a.SOME_TEXT:
            text = to_text(m, atom)
            out = join(out, (Text.of(*(change(part) if isinstance(part, str) else part for part in text.parts)),))  # type: ignore[operator] # quote or unquote
        return out

    return run


def _urlparse(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`urlparse(url)`: scheme, netloc, path as far as the text tells."""
    value = args.get(0, "url") or a.SOME_TEXT
    text = to_text(m, value[0])
    scheme, netloc, path = hole("a scheme"), hole("a host"), hole("a path")
    literal = text.literal
    if literal is not None:
        split = urlsplit(literal)
        scheme, netloc, path = Text.of(split.scheme), Text.of(split.netloc), Text.of(split.path)
    elif text.parts and isinstance(text.parts[0], str) and "://" in text.parts[0]:
        head, _, rest = text.parts[0].partition("://")
        scheme = Text.of(head)
        after = Text.of(rest, *text.parts[1:])
        host: list[object] = []
        for index, part in enumerate(after.parts):
            if isinstance(part, str) and "/" in part:
                before, _, tail = part.partition("/")
                netloc = Text.of(*host, before)  # type: ignore[arg-type] # parts of a text
                path = Text.of("/", tail, *after.parts[index + 1 :])
                break
            host.append(part)
        else:
            if len(after.parts) == 1:
                netloc, path = after, Text()
    obj = m.alloc(f, ("url", at, text), "tuple")
    m.set_content(obj, Seq(((scheme,), (netloc,), (path,), a.SOME_TEXT, a.SOME_TEXT, a.SOME_TEXT)))
    for name, known in (("scheme", scheme), ("netloc", netloc), ("hostname", netloc), ("path", path)):
        m.trail.write(obj, name, (known,))
    for name in ("query", "fragment"):
        m.trail.write(obj, name, a.SOME_TEXT)
    return (obj,)


def _url_join(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    one, other = to_text(m, (args.get(0, "") or a.SOME_TEXT)[0]), to_text(m, (args.get(1, "") or a.SOME_TEXT)[0])
    return (
        Text.of(one, other)
        if one.parts and isinstance(one.parts[-1], str) and one.parts[-1].endswith("/")
        else hole("a URL"),
    )


# --- others ------------------------------------------------------------------------------------------------


def _template(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("template", (args.get(0, "template") or a.SOME_TEXT,)),)


def _substitute(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    value = atom.data[0]
    assert isinstance(value, tuple)
    result: Value = NOTHING
    given = args.get(0, "mapping")
    if given is not None and len(given) == 1:  # keywords go before what the mapping has
        args = Arguments((), {**m.as_map(f, given[0]).entries, **args.kw}, rest=args.rest)
    for item in value:
        if not isinstance(item, Text) or item.literal is None:
            result = join(result, a.SOME_TEXT)
            continue
        literal = re.sub(r"\$(\w+)", r"{\1}", item.literal.replace("${", "{"))
        result = join(result, m.text_method(f, Text.of(literal), "format", args, at))
    return result


def _escape_all(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """A registry that calls the function later: `atexit.register`, `signal.signal`."""
    for value in args.all():
        m.escape(f, value)
    return args.get(0, "") or a.NONE


def _config_parser(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("configparser", (m.alloc(f, ("configparser", at), "dict"),)),)


def _config_read(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    obj = atom.data[0]
    assert isinstance(obj, HeapObject)
    names = args.get(0, "filenames") or args.get(0, "string") or a.SOME_TEXT
    listed = any(isinstance(atom, HeapObject) and atom.kind in ("list", "tuple") for atom in names)
    for name in m.iterate(f, names, at).items if listed else (names,):
        for item in m.parse_text(f, name if atom.name.endswith("string") else m.file_text(name), "ini", at):
            content = m.as_map(f, item) if isinstance(item, HeapObject) else Map(open=True)
            m.set_content(obj, merge_maps(m.map(obj), content))
    return a.DATA


def _config_get(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    obj = atom.data[0]
    assert isinstance(obj, HeapObject)
    section = m.getitem(f, (obj,), args.get(0, "") or a.SOME_TEXT, at)
    found = m.getitem(f, section, args.get(1, "") or a.SOME_TEXT, at) if section else NOTHING
    return found or args.kw.get("fallback") or a.SOME_TEXT


def _uuid(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (Opaque(hole("a generated identifier").holes[0], False, "str"),)


_CALLS: dict[str, CallModel] = {
    "os.getenv": _getenv,
    "os.environ.get": _environ_get,
    "os.environ.setdefault": _environ_default,
    "os.environ.__getitem__": lambda m, f, args, at: m.environment_item(
        args.get(0, "") or a.SOME_TEXT, NOTHING, required=True
    ),
    "os.environ.copy": _environ_copy,
    "os.environ.update": _environ_update,
    "os.putenv": _environ_set,
    "os.path.join": _join,
    "posixpath.join": _join,
    "os.path.basename": _each_text(base_name),
    "os.path.dirname": _each_text(parent),
    "os.path.split": _split_path,
    "os.path.splitext": _splitext,
    "os.path.abspath": first,
    "os.path.realpath": first,
    "os.path.normpath": _each_text(_normpath),
    "os.path.expanduser": first,
    "os.fspath": first,
    "os.getcwd": lambda m, f, args, at: a.text("."),
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PurePosixPath": _path,
    "pathlib.PosixPath": _path,
    "pathlib.Path.cwd": lambda m, f, args, at: m.make_path(f, Text.of("."), at),
    "io.open": lambda m, f, args, at: m.open_file(f, args.get(0, "file") or a.SOME_TEXT),
    "json.loads": _loads("json"),
    "json.load": _loads("json"),
    "orjson.loads": _loads("json"),
    "ujson.loads": _loads("json"),
    "simplejson.loads": _loads("json"),
    "yaml.safe_load": _loads("yaml"),
    "yaml.load": _loads("yaml"),
    "tomllib.load": _loads("toml"),
    "tomllib.loads": _loads("toml"),
    "toml.load": _loads("toml"),
    "tomli.load": _loads("toml"),
    "ast.literal_eval": _loads("json"),
    "json.dumps": _dumps,
    "json.dump": data,
    "urllib.parse.quote": _quoted(quote),
    "urllib.parse.quote_plus": _quoted(quote),
    "urllib.parse.unquote": _quoted(unquote),
    "urllib.parse.unquote_plus": _quoted(unquote),
    "urllib.parse.urlparse": _urlparse,
    "urllib.parse.urlsplit": _urlparse,
    "urllib.parse.urljoin": _url_join,
    "importlib.import_module": import_module,
    "importlib.util.spec_from_file_location": import_source,
    "importlib.reload": first,
    "string.Template": _template,
    "textwrap.dedent": first,
    "atexit.register": _escape_all,
    "signal.signal": _escape_all,
    "random.choice": _choice,
    "secrets.choice": _choice,
    "random.sample": _sample,
    "random.choices": _sample,
    "base64.b64decode": _b64(base64.b64decode),
    "base64.b64encode": _b64(base64.b64encode),
    "base64.urlsafe_b64decode": _b64(base64.urlsafe_b64decode),
    "base64.urlsafe_b64encode": _b64(base64.urlsafe_b64encode),
    "sys.path.insert": _search_path,
    "sys.path.append": _search_path,
    "configparser.ConfigParser": _config_parser,
    "configparser.RawConfigParser": _config_parser,
    "uuid.uuid4": _uuid,
    "uuid.uuid1": _uuid,
    "builtins.int": number,
}

LIBRARY = Library(
    calls=_CALLS,
    models={
        "file.read": _file_read,
        "file.readline": _file_read,
        "file.readlines": _file_lines,
        "file.__iter__": _file_lines,
        "template.substitute": _substitute,
        "template.safe_substitute": _substitute,
        "configparser.read": _config_read,
        "configparser.read_string": _config_read,
        "configparser.get": _config_get,
    },
    values={
        "sys.version_info.major": lambda m: a.constant(3),
        "os.sep": lambda m: a.text("/"),
        "os.linesep": lambda m: a.text("\n"),
    },
)
