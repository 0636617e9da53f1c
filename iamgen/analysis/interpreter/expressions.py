"""Names, literals, operators and the small expressions."""

from __future__ import annotations

from iamgen.analysis import limits
from iamgen.analysis.interpreter.attributes import SENT, attribute_key
from iamgen.analysis.interpreter.machine import Diverges, Frame, Machine, evaluates, present, spoken
from iamgen.analysis.interpreter.narrowing import narrowed
from iamgen.analysis.interpreter.operators import binary, compare, joined_map, merge_maps, truth, unary
from iamgen.analysis.interpreter.texts import format_value
from iamgen.analysis.program import syntax as s
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values.atoms import NOTHING, Value
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_all
from iamgen.core.text import Text


@evaluates(s.Const)
def const(m: Machine, f: Frame, node: s.Const) -> Value:
    value = node.value
    if isinstance(value, str):
        return (Text((value,) if value else ()),)
    return a.constant(value)


@evaluates(s.Name)
def name(m: Machine, f: Frame, node: s.Name) -> Value:
    found = lookup(m, f, node.id)
    if found is None:
        if node.id == "__class__" and f.function is not None and f.function.owner is not None:
            return (f.function.owner,)
        return a.unknown(f"the name `{node.id}` is not set", client=True)
    return found


def lookup(m: Machine, f: Frame, name: str) -> Value | None:
    """A name's value by Python's scopes: local, enclosing, global, builtin."""
    scope: HeapObject | None = f.scope
    trail = m.trail
    while scope is not None:
        if scope.kind == "scope":
            code, parent = scope.data
            if code is None or name in code.locals:
                value = trail.read(scope, name)
                if value is not None:
                    found = present(value)
                    if found:
                        return found
                if code is not None:
                    break
            scope = parent
        elif scope.kind == "classbody":
            if scope is f.scope:
                value = trail.read(scope.data[0], name)
                if value is not None:
                    return present(value) or None
            scope = scope.data[1]
        else:
            break
    value = trail.read(f.module, name)
    if value is not None:
        found = present(value)
        if found:
            return found
    return m.program_builtin(name)


def store_name(m: Machine, f: Frame, name: str, value: Value) -> None:
    """Bind a name where Python would."""
    scope: HeapObject | None = f.scope
    if scope is None or scope.kind == "module":
        m.trail.write(f.module, name, value)
        return
    if scope.kind == "classbody":
        m.trail.write(scope.data[0], name, value)
        return
    code, parent = scope.data
    if code is None or name in code.locals:
        m.trail.write(scope, name, value)
        return
    while parent is not None:  # nonlocal, else global
        if parent.kind == "scope":
            outer, above = parent.data
            if outer is None or name in outer.locals:
                m.trail.write(parent, name, value)
                return
            parent = above
        elif parent.kind == "classbody":
            parent = parent.data[1]
        else:
            break
    m.trail.write(f.module, name, value)


@evaluates(s.Attr)
def attr(m: Machine, f: Frame, node: s.Attr) -> Value:
    value = m.eval(f, node.value)
    m.steps += len(value) >> 3
    return m.getattr(f, value, node.name, node.at)


@evaluates(s.Subscript)
def subscript(m: Machine, f: Frame, node: s.Subscript) -> Value:
    value = m.eval(f, node.value)
    return m.getitem(f, value, m.eval(f, node.index), node.at)


@evaluates(s.Slice)
def slice_(m: Machine, f: Frame, node: s.Slice) -> Value:
    parts = [m.eval(f, part) if part is not None else a.NONE for part in (node.lower, node.upper, node.step)]
    return (a.SliceValue(parts[0], parts[1], parts[2]),)


@evaluates(s.Binary)
def binary_(m: Machine, f: Frame, node: s.Binary) -> Value:
    left = m.eval(f, node.left)
    right = m.eval(f, node.right)
    links = 0
    inner = node.left
    while isinstance(inner, s.Binary):  # `a / "b" / "c"`: both begin at one place and make different objects
        links += 1
        inner = inner.left
    if not links:
        return binary(m, f, node.op, left, right, node)
    saved = f.context
    f.context = m.context(saved, "link", links)
    try:
        return binary(m, f, node.op, left, right, node)
    finally:
        f.context = saved


@evaluates(s.Unary)
def unary_(m: Machine, f: Frame, node: s.Unary) -> Value:
    return unary(m, node.op, m.eval(f, node.operand))


@evaluates(s.BoolOp)
def bool_op(m: Machine, f: Frame, node: s.BoolOp) -> Value:
    left = m.eval(f, node.left)
    yes, no = truth(m, left)
    goes_on = yes if node.op == "and" else no
    stops = no if node.op == "and" else yes
    if not goes_on:
        return left
    kept = _only(m, left, node.op == "or")

    def right() -> Value:
        with narrowed(m, f, node.left, node.op == "and"):
            return m.eval(f, node.right)

    if not stops:
        return right()
    return m.choose(f, lambda: kept, right)


def _only(m: Machine, value: Value, wanted: bool) -> Value:
    """The alternatives that can be true (or false)."""
    kept = tuple(atom for atom in value if truth(m, (atom,))[0 if wanted else 1])
    return kept or value


@evaluates(s.Compare)
def compare_(m: Machine, f: Frame, node: s.Compare) -> Value:
    left = m.eval(f, node.left)
    result: Value = NOTHING
    for op, right in node.rest:
        other = m.eval(f, right)
        m.steps += len(left) * len(other) >> 5
        answer = compare(m, f, op, left, other)
        result = answer if not result else _and(m, result, answer)
        left = other
    return result


def _and(m: Machine, left: Value, right: Value) -> Value:
    yes, no = truth(m, left)
    yes2, no2 = truth(m, right)
    result: Value = NOTHING
    if yes and yes2:
        result = join(result, a.TRUE)
    if no or no2:
        result = join(result, a.FALSE)
    return result


@evaluates(s.IfExp)
def if_exp(m: Machine, f: Frame, node: s.IfExp) -> Value:
    yes, no = truth(m, m.eval(f, node.test))

    def branch(expr: s.Expr, taken: bool) -> Value:
        with narrowed(m, f, node.test, taken):
            return m.eval(f, expr)

    if yes and no:
        return m.choose(f, lambda: branch(node.body, True), lambda: branch(node.orelse, False))
    return m.eval(f, node.body if yes else node.orelse)


@evaluates(s.Lambda)
def lambda_(m: Machine, f: Frame, node: s.Lambda) -> Value:
    return (m.make_function(f, node.code),)


@evaluates(s.Sequence)
def sequence(m: Machine, f: Frame, node: s.Sequence) -> Value:
    items: list[Value] = []
    rest: Value = NOTHING
    for item in node.items:
        if isinstance(item, s.Starred):
            content = m.iterate(f, m.eval(f, item.value), f.at)
            if rest:
                rest = join(rest, join_all((*content.items, content.rest)))
            else:
                items.extend(content.items)
                rest = content.rest
        elif rest:
            rest = join(rest, m.eval(f, item))
        else:
            items.append(m.eval(f, item))
    if len(items) > limits.SEQUENCE_ITEMS:
        rest = join(rest, join_all(items[limits.SEQUENCE_ITEMS :]))
        items = items[: limits.SEQUENCE_ITEMS]
    return m.new_list(f, node, node.kind, Seq(tuple(items), rest))


@evaluates(s.Dict)
def dict_(m: Machine, f: Frame, node: s.Dict) -> Value:
    content = Map()
    entries: dict[str, Value] = {}
    rest: Value = NOTHING
    keys: Value = NOTHING
    for key_node, value_node in node.items:
        if key_node is None:
            other = joined_map([m.as_map(f, atom) for atom in m.eval(f, value_node)])
            content = merge_maps(Map(entries, rest, keys, content.open), other)
            entries, rest, keys = dict(content.entries), content.rest, content.keys
            continue
        found = m.eval(f, key_node)
        value = m.eval(f, value_node)
        names = m.keys_of(found)
        if names is not None and len(names) == 1:
            entries[names[0]] = value
        elif names is not None:
            for one in names:
                entries[one] = join(entries.get(one, (a.ABSENT,)), value)
        else:
            rest = join(rest, value)
            keys = join(keys, found)
    return m.new_dict(f, node, Map(entries, rest, keys, content.open))


@evaluates(s.FString)
def fstring(m: Machine, f: Frame, node: s.FString) -> Value:
    results: list[Text] = [Text()]
    for part in node.parts:
        if isinstance(part, str):
            results = [one + part for one in results]
            continue
        value = spoken(m.eval(f, part.value))
        texts = [format_value(m, f, atom, part.conversion, part.spec) for atom in value]
        unique = list(dict.fromkeys(texts))
        if len(results) * len(unique) > limits.ALTERNATIVES:
            unique = [Text.of(format_value(m, f, a.unknown("too many alternatives")[0], "", ()))]
        results = [one + other for one in results for other in unique]
    return tuple(dict.fromkeys(results))


@evaluates(s.Await)
def await_(m: Machine, f: Frame, node: s.Await) -> Value:
    return m.await_value(f, m.eval(f, node.value), f.at)


@evaluates(s.Yield)
def yield_(m: Machine, f: Frame, node: s.Yield) -> Value:
    value = m.eval(f, node.value) if node.value is not None else a.NONE
    content = m.iterate(f, value, f.at) if node.delegate else Seq((value,))
    if f.around is not None:
        f.around(join_all((*content.items, content.rest)) or a.NONE)
        return a.NONE
    old = f.yields
    if f.branches == 0 and not old.rest:
        f.yields = Seq((*old.items, *content.items), content.rest)
    else:
        f.yields = Seq(old.items, join(old.rest, join_all((*content.items, content.rest))))
    if node.delegate:
        return a.unknown("the result of a generator", client=True)
    function = f.function
    held = m.trail.read(m.function_attributes, attribute_key(function, SENT)) if function is not None else None
    # Whoever only iterates sends None; what is sent later lets the generator run again.
    sent = join(a.NONE, held if isinstance(held, tuple) else NOTHING)
    return sent if sent != a.NONE else join(sent, a.unknown("sent into a generator"))


@evaluates(s.Walrus)
def walrus(m: Machine, f: Frame, node: s.Walrus) -> Value:
    value = m.eval(f, node.value)
    store_name(m, f, node.target.id, value)
    return value


@evaluates(s.Starred)
def starred(m: Machine, f: Frame, node: s.Starred) -> Value:
    return m.eval(f, node.value)


@evaluates(s.Comprehension)
def comprehension(m: Machine, f: Frame, node: s.Comprehension) -> Value:
    items: list[Value] = []
    rest: list[Value] = []
    entries: dict[str, Value] = {}
    others: list[tuple[Value, Value]] = []

    def produce(certain: bool) -> None:
        element = m.eval(f, node.element)
        if node.value is not None:
            value = m.eval(f, node.value)
            names = m.keys_of(element)
            if names is not None and certain and len(names) == 1:
                entries[names[0]] = value
            elif names is not None:
                for one in names:
                    entries[one] = join(entries.get(one, (a.ABSENT,)), value)
            else:
                others.append((element, value))
        elif certain and not rest:
            items.append(element)
        else:
            rest.append(element)

    def clause(index: int, certain: bool) -> None:
        if index == len(node.generators):
            produce(certain)
            return
        generator = node.generators[index]

        def body(sure: bool) -> None:
            def tests(number: int, sure: bool) -> None:
                if number == len(generator.ifs):
                    clause(index + 1, sure)
                    return
                test = generator.ifs[number]
                yes, no = truth(m, m.eval(f, test))
                if not yes:
                    return

                def inside() -> bool:
                    with narrowed(m, f, test, True):
                        tests(number + 1, sure and not no)
                    return True

                if no:
                    m.either(f, inside, lambda: True)
                else:
                    inside()

            tests(0, sure)

        m.each(f, generator.target, m.eval(f, generator.iter), node, body, certain)

    clause(0, True)
    if node.kind == "dict":
        keys = join_all([key for key, _ in others])
        return m.new_dict(f, node, Map(entries, join_all([value for _, value in others]), keys))
    content = Seq(tuple(items[: limits.SEQUENCE_ITEMS]), join_all([*rest, *items[limits.SEQUENCE_ITEMS :]]))
    return m.new_list(f, node, "set" if node.kind == "set" else "list", content)


def evaluate_optional(m: Machine, f: Frame, node: s.Expr | None) -> Value:
    """The value of an expression that may be missing: None's."""
    try:
        return a.NONE if node is None else m.eval(f, node)
    except Diverges:
        return NOTHING
