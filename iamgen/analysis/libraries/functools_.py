"""functools, operator, itertools, copy and contextlib: functions over functions."""

from __future__ import annotations

from iamgen.analysis import limits
from iamgen.analysis.interpreter.attributes import attribute_names
from iamgen.analysis.interpreter.machine import Arguments, Diverges, Frame, Machine
from iamgen.analysis.interpreter.operators import binary
from iamgen.analysis.interpreter.with_blocks import manage
from iamgen.analysis.libraries.builtins import data, first
from iamgen.analysis.libraries.registry import CallModel, Library
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Const, Function, Value
from iamgen.analysis.values.heap import CONTENT, HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all


def partial(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`functools.partial(function, *args, **keywords)`."""
    if not args.pos:
        return a.DATA
    return (a.Partial(args.pos[0], args.pos[1:], tuple(args.kw.items())),)


def _partialmethod(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`functools.partialmethod(function, ...)`: binds like a method."""
    return (a.Model("partialmethod", (a.Partial(args.get(0, "") or NOTHING, args.pos[1:], tuple(args.kw.items())),)),)


def _call_partialmethod(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    held = atom.data[0]
    assert isinstance(held, a.Partial)
    bound = Arguments(
        (*args.pos[:1], *held.args, *args.pos[1:]), {**dict(held.keywords), **args.kw}, args.more, args.rest
    )
    return m.call(f, held.callee, bound, at)


def _wraps(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("wraps", (args.get(0, "wrapped") or NOTHING,)),)


def _wrap(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """The wrapper, with `__wrapped__` set to what it wraps."""
    wrapper = args.get(0, "") or a.DATA
    wrapped = atom.data[0]
    assert isinstance(wrapped, tuple)
    m.setattr(f, wrapper, "__wrapped__", wrapped)
    return wrapper


def _identity(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return args.get(0, "") or a.DATA


def cached(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`@lru_cache`, `@lru_cache(maxsize=1)`, `@cache`: the function, remembered by its arguments."""
    function = args.get(0, "user_function") or NOTHING
    if any(isinstance(atom, Function | a.BoundMethod | a.Partial | a.Model | HeapObject) for atom in function):
        return (a.Model("cached", (function,)),)
    return (a.Model("cache"),)


def _cache(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    return (a.Model("cached", (args.get(0, "") or NOTHING,)),)


def _cached(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A remembered function answers the same object for the same arguments."""
    function = atom.data[0]
    assert isinstance(function, tuple)
    key = f"{hash((function, args.pos, tuple(args.kw.items())))}"
    held = m.trail.read(m.remembered, key)
    if isinstance(held, tuple) and held:
        return held
    saved = f.context
    f.context = m.context(0, "cached", key)
    try:
        value = m.call(f, function, args, at)
    finally:
        f.context = saved
    m.trail.write(m.remembered, key, value)
    return value


def _cached_property(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Property(args.get(0, "func") or NOTHING, (), True),)


def _reduce(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    function = args.get(0, "") or a.DATA
    content = m.iterate(f, args.get(1, "") or a.DATA, at)
    start = args.get(2, "")
    items = list(content.items)
    value = start or (items.pop(0) if items else content.rest)
    for item in items:
        value = m.call_value(f, function, value, item) or value
    if content.rest:
        value = join(value, m.call_value(f, function, value, content.rest))
    return value or a.DATA


def _singledispatch(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    table = m.alloc(f, ("singledispatch", at), "list")
    m.set_content(table, Seq())
    return (a.Model("singledispatch", (args.get(0, "") or NOTHING, table)),)


def _register(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    table = atom.data[1]
    assert isinstance(table, HeapObject)
    target = args.get(0, "cls") or NOTHING
    function = args.get(1, "func")
    if function is None and target and isinstance(target[0], Function):
        function = target
        annotation = next((p.annotation for p in target[0].code.params if p.name != "self"), None)
        target = m.eval(f, annotation) if annotation is not None else NOTHING
    if function is None:
        return (a.Model("singledispatch.into", (table, target)),)
    row = m.new_list(f, ("dispatch", at, id(function)), "tuple", Seq((target, function)))
    m.extend(table, Seq((row,)), f)
    return function


def _register_into(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    table, target = atom.data
    function = args.get(0, "") or NOTHING
    assert isinstance(table, HeapObject)
    assert isinstance(target, tuple)
    row = m.new_list(f, ("dispatch", at, id(target)), "tuple", Seq((target, function)))
    m.extend(table, Seq((row,)), f)
    return function


def _dispatch(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """Call the implementations whose class the first argument may be."""
    default, table = atom.data
    assert isinstance(default, tuple)
    assert isinstance(table, HeapObject)
    method = any(isinstance(item, Function) and item.owner is not None for item in default)
    subject = args.get(1 if method else 0, "") or a.DATA
    chosen: Value = NOTHING
    certain = False
    for row in m.seq(table).items:
        for pair in row:
            if isinstance(pair, HeapObject):
                target, function = m.seq(pair).items[:2]
                answers = [m.is_instance(item, target) for item in subject]
                if any(answer is not False for answer in answers):
                    chosen = join(chosen, function)
                certain = certain or all(answer is True for answer in answers)
    if not certain:
        chosen = join(chosen, default)
    return m.call(f, chosen or default, args, at)


def _methodcaller(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("methodcaller", (a.Partial(args.get(0, "") or NOTHING, args.pos[1:], tuple(args.kw.items())),)),)


def _call_method(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    held = atom.data[0]
    assert isinstance(held, a.Partial)
    result: Value = NOTHING
    for name in attribute_names(held.callee) or ():
        call = Arguments(held.args, dict(held.keywords))
        result = join(result, m.call_attr(f, args.get(0, "") or a.DATA, name, call, at))
    return result or a.DATA


def _attrgetter(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("attrgetter", tuple(args.pos)),)


def _get_attribute(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    found: list[Value] = []
    for names in atom.data:
        value: Value = args.get(0, "") or a.DATA
        path = attribute_names(names) if isinstance(names, tuple) else None
        for name in path[0].split(".") if path else ():
            value = m.getattr(f, value, name, at)
        found.append(value if path else a.unknown("an attribute that is not known", client=True))
    return found[0] if len(found) == 1 else m.new_list(f, ("attrgetter", at), "tuple", Seq(tuple(found)))


def _itemgetter(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("itemgetter", tuple(args.pos)),)


def _get_item(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    source = args.get(0, "") or a.DATA
    found = [m.getitem(f, source, index, at) or a.DATA for index in atom.data if isinstance(index, tuple)]
    return found[0] if len(found) == 1 else m.new_list(f, ("itemgetter", at), "tuple", Seq(tuple(found)))


def _operator(op: str) -> CallModel:
    def run(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
        return binary(m, f, op, args.get(0, "") or a.DATA, args.get(1, "") or a.DATA, at)

    return run


def _operator_getitem(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return m.getitem(f, args.get(0, "") or a.DATA, args.get(1, "") or a.DATA, at) or a.DATA


def _operator_call(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return m.call(f, args.get(0, "") or a.DATA, Arguments(args.pos[1:], args.kw, args.more, args.rest), at)


# --- itertools -----------------------------------------------------------------------------------


def _chain(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    items: list[Value] = []
    rest: Value = NOTHING
    for value in args.pos:
        content = m.iterate(f, value, at)
        if rest:
            rest = join_all([rest, *content.items, content.rest])
        else:
            items.extend(content.items)
            rest = content.rest
    return m.new_list(f, ("chain", at), "list", Seq(tuple(items), join(rest, args.more)))


def _from_iterable(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = m.iterate(f, args.get(0, "") or a.DATA, at)
    return _chain(m, f, Arguments((*content.items, *((content.rest,) if content.rest else ()))), at)


def _popped(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`heappop(heap)`: one of its items."""
    content = m.iterate(f, args.get(0, "heap") or a.DATA, at)
    return join_all([*content.items, content.rest]) or a.DATA


def _pushed(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`heappush(heap, item)`, `insort(list, item)`."""
    for atom in args.get(0, "heap") or NOTHING:
        if isinstance(atom, HeapObject) and atom.kind == "list":
            content = m.seq(atom)
            everything = join_all([*content.items, content.rest, args.get(1, "item") or NOTHING])
            m.set_content(atom, Seq((), everything))
    return a.NONE


def _same_items(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`islice`, `cycle`, `takewhile`, ...: some of the items."""
    source = args.pos[-1] if args.pos and _is_function(args.pos[0]) else (args.get(0, "") or a.DATA)
    content = m.iterate(f, source, at)
    if args.pos and _is_function(args.pos[0]):
        m.call_value(f, args.pos[0], join_all([*content.items, content.rest]))
    return m.new_list(f, ("some", at), "list", Seq((), join_all([*content.items, content.rest])))


def _is_function(value: Value) -> bool:
    return any(isinstance(atom, Function | a.BoundMethod | a.Partial) for atom in value)


def _starmap(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    function = args.get(0, "") or a.DATA
    content = m.iterate(f, args.get(1, "") or a.DATA, at)
    made: list[Value] = []
    for row in (*content.items, content.rest):
        for atom in row:
            inner = m.as_seq(f, atom)
            made.append(m.call(f, function, Arguments(inner.items, more=inner.rest), at))
    return m.new_list(
        f,
        ("starmap", at),
        "list",
        Seq(tuple(made) if not content.rest else (), join_all(made) if content.rest else NOTHING),
    )


def _rows(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`product`, `batched`, `groupby`, ...: tuples of the items."""
    found: list[Value] = []
    for value in args.pos:
        content = m.iterate(f, value, at)
        found.append(join_all([*content.items, content.rest]))
    everything = join_all(found)
    if len(found) > 1:
        row = m.new_list(f, ("row", at), "tuple", Seq(tuple(item or a.DATA for item in found)))
    else:
        row = m.new_list(f, ("row", at), "tuple", Seq((), everything))
    return m.new_list(f, ("rows", at), "list", Seq((), row))


def _tee(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`itertools.tee(items, n)`: the same items, several times."""
    items = m.new_list(f, ("tee", at), "list", m.iterate(f, args.get(0, "iterable") or a.DATA, at))
    wanted = args.get(1, "n") or a.constant(2)
    count = wanted[0].value if len(wanted) == 1 and isinstance(wanted[0], Const) else None
    if isinstance(count, int) and 0 < count <= limits.UNROLL:
        return m.new_list(f, ("tees", at), "tuple", Seq((items,) * count))
    return m.new_list(f, ("tees", at), "tuple", Seq((), items))


def _groups(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    content = m.iterate(f, args.get(0, "") or a.DATA, at)
    everything = join_all([*content.items, content.rest])
    key = args.get(1, "key")
    name = m.call_value(f, key, everything) if key and everything else everything
    group = m.new_list(f, ("group", at), "list", Seq((), everything))
    pair = m.new_list(f, ("pair", at), "tuple", Seq((name or a.DATA, group)))
    return m.new_list(f, ("groups", at), "list", Seq((), pair))


# --- copy, contextlib ------------------------------------------------------------------------------


def _copy(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    result: Value = NOTHING
    for atom in args.get(0, "x") or NOTHING:
        if isinstance(atom, HeapObject) and atom.kind in ("list", "dict", "set", "instance"):
            made = m.alloc(f, ("copy", at, id(atom)), atom.kind, atom.name, atom.data)
            for key, content in list(m.trail.held(atom).items()):
                m.trail.write(made, key, content)
            if m.trail.read(atom, CONTENT) is None and atom.kind != "instance":
                m.set_content(made, Seq() if atom.kind != "dict" else m.map(atom))
            result = join(result, (made,))
        else:
            result = join(result, (atom,))
    return result or a.DATA


def _proxy(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`LocalProxy(make)`: what the function gives stands behind it."""
    result: Value = NOTHING
    for atom in args.get(0, "local") or NOTHING:
        made = m.call_value(f, (atom,)) if isinstance(atom, Function | a.BoundMethod | a.Partial) else (atom,)
        result = join(result, made)
    return result or a.DATA


def _pass_decorator(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`click.make_pass_decorator(Settings, ensure=True)`: a decorator of commands."""
    return (a.Model("click.passing", (args.get(0, "object_type") or NOTHING,)),)


def _passing(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A command gets an object of the class before its own arguments."""
    classes = atom.data[0]
    assert isinstance(classes, tuple)
    command = args.get(0, "f") or NOTHING
    made = m.call_value(f, classes)
    return (a.Partial(command, (made,)),) if made else command


def _method(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`types.MethodType(function, x)`: the function with x before its arguments."""
    functions, receivers = args.get(0, "") or NOTHING, args.get(1, "") or NOTHING
    bound = tuple(a.BoundMethod(function, one) for function in functions for one in receivers)
    return bound if len(bound) <= limits.ALTERNATIVES else functions


def _deepcopy(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return _copied(m, f, args.get(0, "x") or a.DATA, at, 0)


def _copied(m: Machine, f: Frame, value: Value, at: int, depth: int) -> Value:
    """Copies of containers, and of what they hold; the program's objects are copied where they are met first."""
    result: Value = NOTHING
    for atom in value:
        if not isinstance(atom, HeapObject) or depth > limits.ESCAPE_DEPTH:
            result = join(result, (atom,))
        elif atom.kind == "dict":
            content = m.map(atom)
            entries = {key: _copied(m, f, item, at, depth + 1) for key, item in content.entries.items()}
            rest = _copied(m, f, content.rest, at, depth + 1)
            made = m.alloc(f, ("deepcopy", at, id(atom)), "dict", atom.name, atom.data)
            for key, held in list(m.trail.held(atom).items()):  # the factory of a `defaultdict`
                m.trail.write(made, key, held)
            m.set_content(made, Map(entries, rest, content.keys, content.open))
            result = join(result, (made,))
        elif atom.kind in ("list", "tuple", "set"):
            seq = m.seq(atom)
            items = tuple(_copied(m, f, item, at, depth + 1) for item in seq.items)
            rest = _copied(m, f, seq.rest, at, depth + 1)
            result = join(result, m.new_list(f, ("deepcopy", at, id(atom)), atom.kind, Seq(items, rest)))
        else:
            result = join(result, _copy(m, f, Arguments(((atom,),)), at) if depth == 0 else (atom,))
    return result


def _contextmanager(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("contextmanager", (args.get(0, "func") or NOTHING,)),)


def _make_manager(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    function = atom.data[0]
    assert isinstance(function, tuple)
    generator = m.call(f, function, args, at)
    obj = m.alloc(f, ("contextmanager", at), "contextmanager")
    m.trail.write(obj, "\0generator", generator)
    return (obj,)


def _in_context(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """A function that a context manager wraps."""
    manager, function = atom.data
    assert isinstance(function, tuple)
    found: list[Value] = []

    def inner(entered: Value) -> bool:
        found.append(m.consume(f, m.call(f, function, args, at), at))
        return True

    falls = manage(m, f, (manager,), at, inner)
    if not falls:
        raise Diverges
    return join_all(found) or a.NONE


def _suppress(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    return (a.Model("suppress"),)


def _holder(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`closing(x)`, `nullcontext(x)`: `with` binds x."""
    return (a.Model("holder", (args.get(0, "") or a.NONE,)),)


def _held(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    value = atom.data[0] if atom.data else a.NONE
    return value if isinstance(value, tuple) else a.NONE


def _exit_stack(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`ExitStack()`: it leaves what it has entered where it is left itself."""
    return (a.Model("exitstack", (m.alloc(f, ("exitstack", at), "queue"),)),)


def _enter_context(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    _push(m, f, atom, args, at)
    return m.enter(f, args.get(0, "") or a.DATA, at)


def _push(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`stack.push(manager)`: left with the stack; a function is called there."""
    held = atom.data[0]
    assert isinstance(held, HeapObject)
    manager = args.get(0, "cm") or args.get(0, "exit") or NOTHING
    functions = tuple(item for item in manager if isinstance(item, Function | a.BoundMethod | a.Partial))
    if functions:
        m.call(f, functions, Arguments((a.NONE, a.NONE, a.NONE)), at)
    m.trail.write(held, "\0items", join(m.trail.read(held, "\0items") or NOTHING, manager))
    return manager


def _unwind(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """The end of the stack's block, `close()`, `aclose()`."""
    held = atom.data[0]
    assert isinstance(held, HeapObject)
    manager = m.trail.read(held, "\0items") or NOTHING
    m.trail.write(held, "\0items", NOTHING)
    error = args.get(1, "exc")
    if error and error != a.NONE:
        return a.BOOL if m.leave_raised(f, manager, error, at) else a.NONE
    m.leave(f, manager, at)
    return a.NONE


def _pop_all(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    """`stack.pop_all()`: another stack has what this one had."""
    held = atom.data[0]
    assert isinstance(held, HeapObject)
    made = m.alloc(f, ("exitstack", at), "queue")
    m.trail.write(made, "\0items", m.trail.read(held, "\0items") or NOTHING)
    m.trail.write(held, "\0items", NOTHING)
    return (a.Model("exitstack", (made,)),)


def _callback(m: Machine, f: Frame, atom: a.Model, args: Arguments, at: int) -> Value:
    m.consume(f, m.call(f, args.get(0, "") or a.DATA, Arguments(args.pos[1:], args.kw), at), at)
    return args.get(0, "") or a.NONE


def _exit(m: Machine, f: Frame, args: Arguments, at: int) -> Value:
    """`sys.exit()`: nothing comes after it."""
    raise Diverges


_OPERATORS = {"add": "+", "sub": "-", "mul": "*", "mod": "%", "concat": "+", "or_": "|", "and_": "&", "truediv": "/"}

LIBRARY = Library(
    calls={
        "functools.partial": partial,
        "functools.partialmethod": _partialmethod,
        "functools.wraps": _wraps,
        "functools.update_wrapper": first,
        "functools.lru_cache": cached,
        "functools.cache": cached,
        "functools.cached_property": _cached_property,
        "django.utils.functional.cached_property": _cached_property,
        "werkzeug.utils.cached_property": _cached_property,
        "cached_property.cached_property": _cached_property,
        "boltons.cacheutils.cachedproperty": _cached_property,
        "functools.reduce": _reduce,
        "functools.singledispatch": _singledispatch,
        "functools.singledispatchmethod": _singledispatch,
        "functools.total_ordering": first,
        "functools.cmp_to_key": first,
        "operator.methodcaller": _methodcaller,
        "operator.attrgetter": _attrgetter,
        "operator.itemgetter": _itemgetter,
        "operator.getitem": _operator_getitem,
        "operator.call": _operator_call,
        **{f"operator.{name}": _operator(op) for name, op in _OPERATORS.items()},
        "itertools.chain": _chain,
        "itertools.chain.from_iterable": _from_iterable,
        "itertools.islice": _same_items,
        "itertools.cycle": _same_items,
        "itertools.takewhile": _same_items,
        "itertools.dropwhile": _same_items,
        "itertools.filterfalse": _same_items,
        "itertools.compress": _same_items,
        "itertools.repeat": lambda m, f, args, at: m.new_list(
            f, ("repeat", at), "list", Seq((), args.get(0, "") or a.DATA)
        ),
        "itertools.starmap": _starmap,
        "itertools.product": _rows,
        "itertools.combinations": _rows,
        "itertools.permutations": _rows,
        "itertools.pairwise": _rows,
        "itertools.batched": _rows,
        "itertools.zip_longest": _rows,
        "itertools.groupby": _groups,
        "itertools.tee": _tee,
        "more_itertools.chunked": _rows,
        "more_itertools.batched": _rows,
        "more_itertools.ichunked": _rows,
        "itertools.count": data,
        "heapq.heappop": _popped,
        "heapq.heappush": _pushed,
        "bisect.insort": _pushed,
        "bisect.insort_left": _pushed,
        "bisect.insort_right": _pushed,
        "types.MethodType": _method,
        "werkzeug.local.LocalProxy": _proxy,
        "lazy_object_proxy.Proxy": _proxy,
        "django.utils.functional.SimpleLazyObject": _proxy,
        "wrapt.LazyObjectProxy": _proxy,
        "wrapt.ObjectProxy": first,
        "click.make_pass_decorator": _pass_decorator,
        "copy.copy": _copy,
        "copy.deepcopy": _deepcopy,
        "contextlib.contextmanager": _contextmanager,
        "contextlib.asynccontextmanager": _contextmanager,
        "contextlib.suppress": _suppress,
        "contextlib.closing": _holder,
        "contextlib.aclosing": _holder,
        "contextlib.nullcontext": _holder,
        "contextlib.ExitStack": _exit_stack,
        "contextlib.AsyncExitStack": _exit_stack,
        "sys.exit": _exit,
        "os._exit": _exit,
        "builtins.exit": _exit,
        "builtins.quit": _exit,
    },
    models={
        "identity": _identity,
        "wraps": _wrap,
        "partialmethod": _call_partialmethod,
        "cache": _cache,
        "cached": _cached,
        "singledispatch": _dispatch,
        "singledispatch.register": _register,
        "singledispatch.into": _register_into,
        "methodcaller": _call_method,
        "attrgetter": _get_attribute,
        "itemgetter": _get_item,
        "contextmanager": _make_manager,
        "click.passing": _passing,
        "contextdecorator": _in_context,
        "holder.__enter__": _held,
        "holder": _held,
        "exitstack.enter_context": _enter_context,
        "exitstack.enter_async_context": _enter_context,
        "exitstack.callback": _callback,
        "exitstack.push_async_callback": _callback,
        "exitstack.push": _push,
        "exitstack.push_async_exit": _push,
        "exitstack.close": _unwind,
        "exitstack.aclose": _unwind,
        "exitstack.__exit__": _unwind,
        "exitstack.__aexit__": _unwind,
        "exitstack.pop_all": _pop_all,
    },
)
