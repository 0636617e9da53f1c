"""Django: which modules a project's settings name, and what of them a request reaches.

Source: https://docs.djangoproject.com/en/5.2/ref/settings/ and /ref/urls/
"""

from __future__ import annotations

from collections.abc import Iterator

from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine, present
from iamgen.analysis.libraries.registry import Library
from iamgen.analysis.usage import GapKind
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Atom, Value
from iamgen.analysis.values.heap import HeapObject
from iamgen.analysis.values.joins import join
from iamgen.core.text import Text

_SETTINGS = "DJANGO_SETTINGS_MODULE"
# Of an installed application, the modules that Django imports by itself.
_OF_AN_APPLICATION = ("apps", "models", "signals")
# Settings whose dotted paths Django imports.
_PLUGGED = (
    "AUTHENTICATION_BACKENDS", "CACHES", "DATABASES", "DEFAULT_FILE_STORAGE", "EMAIL_BACKEND", "INSTALLED_APPS",
    "MIDDLEWARE", "SESSION_ENGINE", "STATICFILES_STORAGE", "STORAGES",
)  # fmt: skip
_NESTED = 4  # `STORAGES["default"]["BACKEND"]`


def _application(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`get_wsgi_application()`: it sends each request to the view that `ROOT_URLCONF` names, through the middleware."""
    _set_up(m, f, args, at)
    return a.unknown("a Django application")


def _set_up(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    named = m.environment_value(_SETTINGS, NOTHING, required=True)
    literals = [name.literal for name in named if isinstance(name, Text) and name.literal]
    # Where the program itself names them, what else the environment may name is no part of it.
    for literal in literals or [""]:
        settings = m.load_module(f, literal, at) if literal else None
        if settings is None:
            what = f"`{literal}`" if literal else f"the module that {_SETTINGS} names"
            m.gap(GapKind.DYNAMIC_CODE, m.where(f, at), f"Django's settings, {what}, are not read: nor are its views")
            continue
        routes = list(_texts(m, f, m.trail.read(settings, "ROOT_URLCONF")))
        for path in routes:
            m.import_name(f, path, at)
        if not routes:
            m.gap(GapKind.DYNAMIC_CODE, m.where(f, at), f"`ROOT_URLCONF` of `{literal}` names no module that is here")
        for path in _foreign(m, f, settings):
            m.missing(f, path, at)
        for path in (*_listed(m, f, settings, "MIDDLEWARE"), *_listed(m, f, settings, "AUTHENTICATION_BACKENDS")):
            m.escape(f, _named(m, f, path, at))
        for path in _listed(m, f, settings, "INSTALLED_APPS"):
            if m.program.find(path) is None:
                m.escape(f, _named(m, f, path, at))  # an application's configuration
                path = path.rpartition(".apps.")[0]
            for part in _OF_AN_APPLICATION:
                if path and m.program.find(f"{path}.{part}") is not None:
                    module = m.load_module(f, f"{path}.{part}", at)
                    for held in m.trail.held(module).values() if module is not None and part == "apps" else ():
                        m.escape(f, tuple(one for one in held if isinstance(one, HeapObject) and one.kind == "class"))
    return a.NONE


def _foreign(m: Machine, f: Frame, settings: HeapObject) -> Iterator[str]:
    """The packages outside the program that settings name: of applications, of backends for files, mail and caches."""
    for name in _PLUGGED:
        pending: list[Value] = [m.trail.read(settings, name) or NOTHING]
        for _ in range(_NESTED):
            held, pending = pending, []
            for atom in (one for value in held for one in present(value)):
                if isinstance(atom, Text) and atom.literal and not _is_own(m, atom.literal):
                    yield atom.literal
                elif isinstance(atom, HeapObject) and atom.kind == "dict":
                    entries = m.map(atom).entries
                    # Beside a backend stand its options, which are no paths.
                    named = [entries[key] for key in ("BACKEND", "ENGINE") if key in entries]
                    pending.extend(named or entries.values())
                elif isinstance(atom, HeapObject) and atom.kind in ("list", "tuple"):
                    content = m.seq(atom)
                    pending.extend((*content.items, content.rest))


def _command(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`call_command("sync")`: what a command does is not followed."""
    m.gap(GapKind.DYNAMIC_CODE, m.where(f, at), "a command of Django is run by its name")
    return a.NONE


def _include(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`include("shop.urls")`."""
    for path in _texts(m, f, args.get(0, "arg")):
        m.import_name(f, path, at)
    return a.unknown("routes")


def _named(m: Machine, f: Frame, path: str, at: int) -> Value:
    """What a dotted path names in a module of the program."""
    home, _, name = path.rpartition(".")
    if not home or m.program.find(home) is None:
        return NOTHING
    module = m.load_module(f, home, at)
    held = m.trail.read(module, name) if module is not None else None
    return present(held) if isinstance(held, tuple) else NOTHING


def _listed(m: Machine, f: Frame, settings: HeapObject, name: str) -> Iterator[str]:
    held: Value = m.trail.read(settings, name) or NOTHING
    for atom in held:
        content = m.as_seq(f, atom)
        yield from _texts(m, f, join((), tuple(one for item in (*content.items, content.rest) for one in item)))


def _texts(m: Machine, f: Frame, value: Value | None) -> Iterator[str]:
    """The dotted paths among a value's texts that lie in the program."""
    for atom in value or ():
        literal = atom.literal if isinstance(atom, Text) else None
        if literal and _is_own(m, literal):
            yield literal


def _is_own(m: Machine, path: str) -> bool:
    return m.program.find(path.partition(".")[0]) is not None


def _as_view(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`View.as_view()`: the methods of the class answer requests."""
    owner: Atom | Value = atom.data[0]
    if isinstance(owner, HeapObject):
        m.escape(f, (owner,))
    return a.unknown("a view")


LIBRARY = Library(
    calls={
        "django.core.wsgi.get_wsgi_application": _application,
        "django.core.asgi.get_asgi_application": _application,
        "django.setup": _set_up,
        "django.core.management.call_command": _command,
        "django.core.management.execute_from_command_line": _command,
        "django.urls.include": _include,
        "django.conf.urls.include": _include,
    },
    models={"django.as_view": _as_view},
)
