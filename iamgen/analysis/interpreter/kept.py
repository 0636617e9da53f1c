"""What the program keeps on objects of code that is not read: `flask.g.db`, `app.state.s3`, `request.app["repo"]`.

Which objects those are is not known, so what one of them is given under a name is what any of them may have under it.
Only what could make a request is kept: a client, a function, an object. What it puts on a client is kept by service.
"""

from __future__ import annotations

from iamgen.analysis.interpreter.externals import carries
from iamgen.analysis.interpreter.machine import Arguments, Frame, Machine
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, External, Model, Opaque, Value
from iamgen.analysis.values.joins import join
from iamgen.core.text import HoleKind

_SOME = "\0some"  # under a name that is not known
# What Starlette's `app.state`, aiohttp's `app[name]`, click's `context.obj[name]` hold: what the program puts there.
_STATE = "state."
_NO_OBJECTS = frozenset({HoleKind.ENV, HoleKind.RESPONSE, HoleKind.FILE, HoleKind.SYMBOL})


def keep(m: Machine, owner: Atom, name: str | None, value: Value, *, item: bool = False) -> None:
    """`owner.name = value`, `owner[name] = value`; the name is None where it is not known."""
    held = tuple(atom for atom in value if carries((atom,)))
    if held and _may_hold(m, owner):
        cells = [name or _SOME]
        if name and _is_state(owner, item):
            cells.append(_STATE + name)
        for cell in cells:
            m.trail.write(m.foreign, cell, held)


def kept(m: Machine, owner: Atom, name: str, otherwise: Value, *, item: bool = False) -> Value:
    """`owner.name` or `owner[name]`; `otherwise` is what is known of it without the program's own writes."""
    if not _may_hold(m, owner) or (isinstance(owner, External) and m.registry.call(External(f"{owner.path}.{name}"))):
        return otherwise
    if _is_state(owner, item):
        found = m.trail.read(m.foreign, _STATE + name)
        if found:
            return found  # type: ignore[no-any-return] # a cell's content
    found = join(m.trail.read(m.foreign, name) or NOTHING, m.trail.read(m.foreign, _SOME) or NOTHING)
    return join(otherwise, found) if found else otherwise


def kept_by_method(m: Machine, f: Frame, atom: External, args: Arguments, otherwise: Value) -> Value:
    """`owner.get(name)`, `owner.setdefault(name, value)`, `owner.update(name=value)`."""
    path, _, method = atom.path.rpartition(".")
    owner = External(path)
    match method:
        case "get" | "pop":
            for name in m.keys_of(args.get(0, "key") or NOTHING) or ():
                otherwise = kept(m, owner, name, otherwise, item=True)
        case "setdefault":
            default = args.get(1, "default") or NOTHING
            for name in m.keys_of(args.get(0, "key") or NOTHING) or ():
                keep(m, owner, name, default, item=True)
                otherwise = kept(m, owner, name, default or otherwise, item=True)
        case "update" | "from_mapping":
            for name, value in args.kw.items():
                keep(m, owner, name, value, item=True)
            for given in args.pos:
                for one in given:
                    for name, value in m.as_map(f, one).entries.items():
                        keep(m, owner, name, value, item=True)
    return otherwise


def replace(m: Machine, owner: sdk.Client | sdk.Resource, name: str, value: Value) -> None:
    """`client.get_object = retried(client.get_object)`, `client.get_all = MethodType(get_all, client)`."""
    m.trail.write(m.foreign, _cell(owner, name), value)


def replaced(m: Machine, owner: Atom, name: str, own: Value) -> Value:
    """What the program put on a client under a name; beside the client's own, if it has one of the name."""
    if not isinstance(owner, sdk.Client | sdk.Resource):
        return own
    held: Value = m.trail.read(m.foreign, _cell(owner, name)) or NOTHING
    if not held:
        return own
    return join(held, tuple(atom for atom in own if not (isinstance(atom, Model) and atom.name == "newer")))


def _cell(owner: sdk.Client | sdk.Resource, name: str) -> str:
    client = owner if isinstance(owner, sdk.Client) else owner.client
    return f"\0{client.service}.{owner.type if isinstance(owner, sdk.Resource) else ''}.{name}"


def _may_hold(m: Machine, owner: Atom) -> bool:
    """A module keeps what its own code gives it; in a library, whose functions get anything, all would be one."""
    if isinstance(owner, Opaque):
        return not m.library and owner.hole.kind not in _NO_OBJECTS
    return isinstance(owner, External) and "." in owner.path and owner.path != "os.environ"


def _is_state(owner: Atom, item: bool) -> bool:
    path = owner.path if isinstance(owner, External) else owner.hole.name if isinstance(owner, Opaque) else ""
    last = path.rpartition(".")[2]
    return last == "state" or (item and last in ("app", "obj"))
