"""Truth, comparison and arithmetic over values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from iamgen.analysis import limits
from iamgen.analysis.interpreter.machine import Frame, Machine, spoken
from iamgen.analysis.interpreter.texts import add, percent, repeated, to_text
from iamgen.analysis.values import atoms as a
from iamgen.analysis.values import sdk
from iamgen.analysis.values.atoms import NOTHING, Atom, Const, Opaque, Value
from iamgen.analysis.values.heap import HeapObject, Map, Seq
from iamgen.analysis.values.joins import join, join_map
from iamgen.core.text import Text

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
_BIGGEST = 1 << 64


def truth(m: Machine, value: Value) -> tuple[bool, bool]:
    """(can be true, can be false)."""
    yes = no = False
    for atom in value:
        answer = atom_truth(m, atom)
        yes = yes or answer is not False
        no = no or answer is not True
        if yes and no:
            break
    return yes, no


def atom_truth(m: Machine, atom: Atom) -> bool | None:
    """Whether an atom is true; None when it can be either."""
    match atom:
        case Const(value=value):
            return bool(value)
        case Text(parts=parts):
            if not parts:
                return False
            return True if any(isinstance(part, str) for part in parts) else None
        case Opaque():
            return None
        case HeapObject(kind="list" | "tuple" | "set"):
            content = m.seq(atom)
            if content.items:
                return True
            return None if content.rest else False
        case HeapObject(kind="dict"):
            content_map = m.map(atom)
            if any(a.ABSENT not in entry for entry in content_map.entries.values()):
                return True
            empty = not content_map.entries and not content_map.rest and not content_map.open
            return False if empty else None
        case HeapObject(kind="instance"):
            for name in ("__bool__", "__len__"):
                if m.has_method(atom, name) and m.current is not None:
                    m.call_method(m.current, atom, name, (), m.current.at)
                    return None
            return True
        case sdk.Response():
            return True if _are_credentials(atom) else None
        case (
            a.EnumMember()
            | a.Function()
            | a.BoundMethod()
            | a.Partial()
            | sdk.Client()
            | sdk.Resource()
            | sdk.Session()
        ):
            return True
        case HeapObject(kind="class" | "module" | "generator" | "coroutine" | "object"):
            return True
        case a.External(path="builtins.__debug__"):
            return True
        case _:
            return None


def unary(m: Machine, op: str, value: Value) -> Value:
    """`not x`, `-x`, `+x`, `~x`."""
    if op == "not":
        yes, no = truth(m, value)
        return (*(a.FALSE if yes else ()), *(a.TRUE if no else ()))
    result: Value = NOTHING
    for atom in value:
        if isinstance(atom, Const) and isinstance(atom.value, int | float):
            number = -atom.value if op == "-" else +atom.value if op == "+" else ~int(atom.value)
            result = join(result, a.constant(number))
        else:
            result = join(result, a.SOME_INT)
    return result


def compare(m: Machine, f: Frame, op: str, left: Value, right: Value) -> Value:
    """A comparison's outcomes."""
    if op in ("in", "not in"):
        answers = {_dunder(m, f, "__contains__", other, one, contains) for one in left for other in right}
        if op == "not in":
            answers = {None if answer is None else not answer for answer in answers}
    elif op in ("==", "!=", "is", "is not"):
        compare_one = equal if op in ("is", "is not") else None
        answers = {
            compare_one(m, one, other) if compare_one else _dunder(m, f, "__eq__", one, other, _flipped_equal)
            for one in left
            for other in right
        }
        if op in ("!=", "is not"):
            answers = {None if answer is None else not answer for answer in answers}
    else:
        name = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}[op]
        answers = {
            _dunder(m, f, name, one, other, lambda _, second, first: _order(m, op, first, second))
            for one in left
            for other in right
        }
    if None in answers or (True in answers and False in answers):
        return a.BOOL
    return a.TRUE if True in answers else a.FALSE


def _dunder(
    m: Machine, f: Frame, name: str, owner: Atom, other: Atom, otherwise: Callable[[Machine, Atom, Atom], bool | None]
) -> bool | None:
    """A comparison by the owner's own method where it has one; `otherwise` gets (other, owner)."""
    if isinstance(owner, HeapObject) and owner.kind == "instance" and m.has_method(owner, name):
        yes, no = truth(m, m.call_method(f, owner, name, ((other,),), f.at) or a.BOOL)
        return None if yes and no else yes
    return otherwise(m, other, owner)


def _flipped_equal(m: Machine, other: Atom, owner: Atom) -> bool | None:
    return equal(m, owner, other)


def equal(m: Machine, left: Atom, right: Atom) -> bool | None:
    """Whether two atoms are the same; None when that is not known."""
    if isinstance(left, Text) and isinstance(right, Text):
        if left.literal is not None and right.literal is not None:
            return left == right
        return _may_equal(left, right)
    if isinstance(left, Const) and isinstance(right, Const):
        return bool(left.value == right.value)
    if isinstance(left, a.EnumMember) and isinstance(right, a.EnumMember):
        return left.cls is right.cls and left.name == right.name
    if isinstance(left, a.EnumMember) and isinstance(right, Text | Const):
        return None if any(equal(m, atom, right) is not False for atom in left.value) else False
    if isinstance(right, a.EnumMember):
        return equal(m, right, left)
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return None
    if isinstance(left, HeapObject) and isinstance(right, HeapObject):
        if left is right:
            return None if left.shared else True
        if "object" in (left.kind, right.kind):
            return False
        if left.kind in ("class", "module") and right.kind in ("class", "module"):
            return False
        return None
    for one, other in ((left, right), (right, left)):
        if isinstance(one, HeapObject) and one.kind == "object":
            return False  # a sentinel equals itself only
        if isinstance(one, Const) and one.value is None:
            return False if _never_none(other) else None
    if (
        isinstance(left, Text) != isinstance(right, Text)
        and isinstance(left, Const | Text)
        and isinstance(right, Const | Text)
    ):
        return False
    if left == right and isinstance(left, a.External | a.Function):
        return True
    return None


def _are_credentials(response: sdk.Response) -> bool:
    """The keys that STS hands out, or one of them: an answer that succeeds has all of them.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html
    """
    return response.service == "sts" and response.path[:1] == ("Credentials",)


def _never_none(atom: Atom) -> bool:
    if isinstance(atom, sdk.Response):
        return not atom.path or _are_credentials(atom)
    return isinstance(
        atom,
        Text
        | HeapObject
        | a.Function
        | a.BoundMethod
        | a.Partial
        | a.EnumMember
        | a.Model
        | sdk.Client
        | sdk.Resource
        | sdk.Session
        | sdk.ClientMethod
        | sdk.Collection
        | sdk.Paginator
        | sdk.Waiter,
    )


def _may_equal(left: Text, right: Text) -> bool | None:
    """Two texts of which one has holes: different when their known ends clash."""
    if left.parts and right.parts:
        one, other = left.parts[0], right.parts[0]
        if isinstance(one, str) and isinstance(other, str):
            size = min(len(one), len(other))
            if one[:size] != other[:size]:
                return False
        one, other = left.parts[-1], right.parts[-1]
        if isinstance(one, str) and isinstance(other, str):
            size = min(len(one), len(other))
            if one[-size:] != other[-size:]:
                return False
    return None


_VERSION = a.External("sys.version_info")
# What the analysed code may run on: the last stands for all that are still to come.
_PYTHONS = tuple((3, minor, 5, "final", 0) for minor in (*range(8, 15), 99))


def _order(m: Machine, op: str, left: Atom, right: Atom) -> bool | None:
    functions: dict[str, Callable[[Any, Any], bool]] = {
        "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    }  # fmt: skip
    if left == _VERSION and isinstance(right, HeapObject) and right.kind == "tuple":
        numbers = tuple(item[0].value for item in m.seq(right).items if len(item) == 1 and isinstance(item[0], Const))
        answers = {functions[op](version[: max(len(numbers), 2)], numbers) for version in _PYTHONS}
        return answers.pop() if len(answers) == 1 else None
    one = left.value if isinstance(left, Const) else left.literal if isinstance(left, Text) else None
    other = right.value if isinstance(right, Const) else right.literal if isinstance(right, Text) else None
    if one is None or other is None:
        return None
    try:
        return functions[op](one, other)
    except TypeError:
        return None


def contains(m: Machine, item: Atom, container: Atom) -> bool | None:
    """`item in container`."""
    if isinstance(container, Text) and isinstance(item, Text):
        if container.literal is not None and item.literal is not None:
            return item.literal in container.literal
        needle = item.literal
        if needle is not None and any(isinstance(part, str) and needle in part for part in container.parts):
            return True
        return None
    if isinstance(container, HeapObject) and container.kind == "dict":
        keys = m.keys_of((item,))
        content_map = m.map(container)
        if not content_map.entries and not content_map.rest and not content_map.open:
            return False  # whatever the key is
        if keys is None:
            return None
        value = content_map.entries.get(keys[0])
        if value is not None:
            return None if a.ABSENT in value else True
        if content_map.rest or content_map.open or keys[0].startswith("\0text:"):
            return None
        return None if any(key.startswith("\0text:") for key in content_map.entries) else False
    if isinstance(container, HeapObject) and container.kind in ("list", "tuple", "set"):
        content = m.seq(container)
        answers = [equal(m, item, atom) for value in content.items for atom in value]
        singles = [equal(m, item, value[0]) for value in content.items if len(value) == 1]
        if True in singles:
            return True
        if content.rest or None in answers or True in answers:
            return None
        return False
    if isinstance(container, HeapObject) and container.kind == "instance" and m.current is not None:
        # Without a `__contains__`: a mapping's asks for the item, any other's goes through them.
        if m.has_method(container, "__getitem__"):
            m.call_method(m.current, container, "__getitem__", ((item,),), m.current.at)
        elif m.has_method(container, "__iter__"):
            m.iterate(m.current, (container,), m.current.at)
    return None


def binary(m: Machine, f: Frame, op: str, left: Value, right: Value, site: Any) -> Value:
    """The outcomes of a binary operator."""
    if op in ("%", "+") and any(isinstance(atom, Text) for atom in left):
        right = spoken(right)
    if len(left) * len(right) > limits.ALTERNATIVES * 4:
        right = a.SOME_TEXT if any(isinstance(atom, Text) for atom in right) else a.DATA  # never a part of them only
    result: Value = NOTHING
    for one in left:
        for other in right:
            result = join(result, _binary(m, f, op, one, other, site))
    return result


def _binary(m: Machine, f: Frame, op: str, left: Atom, right: Atom, site: Any) -> Value:
    reflected = _REFLECTED.get(op)
    if reflected and isinstance(right, HeapObject) and right.kind == "instance" and m.has_method(right, reflected):
        own = isinstance(left, HeapObject) and left.kind == "instance" and m.has_method(left, _DUNDERS[op])
        if not own:
            return m.call_method(f, right, reflected, ((left,),), f.at)
    if isinstance(left, Text):
        if op == "+":
            return (add(left, to_text(m, right)),)
        if op == "%":
            return percent(m, f, left, right)
        if op == "*" and isinstance(right, Const) and isinstance(right.value, int) and 0 <= right.value <= 64:
            return (repeated(left, right.value),)
        if op == "/":
            return (Text.of(left, "/", to_text(m, right)),)
        return a.SOME_TEXT
    if isinstance(left, Const) and isinstance(right, Const):
        return _numbers(op, left, right)
    if isinstance(right, Text) and op == "+" and isinstance(left, Opaque | sdk.Response):
        return (add(to_text(m, left), right),)
    if isinstance(left, Opaque) and op == "+" and isinstance(right, Opaque) and "str" in (left.kind, right.kind):
        return (add(to_text(m, left), to_text(m, right)),)
    if isinstance(left, HeapObject) and left.kind in ("list", "tuple") and op == "+":
        one = m.seq(left)
        if isinstance(right, HeapObject) and right.kind in ("list", "tuple"):
            other = m.seq(right)
            if not one.rest and len(one.items) + len(other.items) <= limits.SEQUENCE_ITEMS:
                return m.new_list(f, (site_key(site), "+"), left.kind, Seq((*one.items, *other.items), other.rest))
            rest = one.rest
            for value in (*other.items, other.rest):
                rest = join(rest, value)
            return m.new_list(f, (site_key(site), "+"), left.kind, Seq(one.items, rest))
        return m.new_list(f, (site_key(site), "+"), left.kind, Seq(one.items, join(one.rest, a.unknown("list items"))))
    if isinstance(left, HeapObject) and left.kind == "list" and op == "*":
        content = m.seq(left)
        rest = content.rest
        for value in content.items:
            rest = join(rest, value)
        return m.new_list(f, (site_key(site), "*"), "list", Seq((), rest))
    if isinstance(left, HeapObject) and left.kind == "dict" and op == "|":
        merged = merge_maps(m.map(left), m.as_map(f, right))
        if right == _ENVIRON:
            return m.environment_with(f, (site_key(site), "|"), merged)
        return m.new_dict(f, (site_key(site), "|"), merged)
    if left == _ENVIRON and op == "|":
        return m.environment_with(f, (site_key(site), "|"), m.as_map(f, right))
    if isinstance(left, HeapObject) and left.kind == "set":
        return m.new_list(f, (site_key(site), op), "set", _set_operation(op, m.seq(left), m.as_seq(f, right)))
    dunder = _DUNDERS.get(op)
    if dunder is not None and isinstance(left, HeapObject) and left.kind == "instance" and m.has_method(left, dunder):
        return m.call_method(f, left, dunder, ((right,),), f.at)
    path = m.path_join(f, op, left, right)
    if path is not None:
        return path
    for atom in (left, right):
        if isinstance(atom, Opaque | sdk.Response):
            return a.unknown("computed", kind="int" if op in ("-", "*", "//", "/", "**") else "")
    return a.DATA


_ENVIRON = a.External("os.environ")
_REFLECTED = {
    "+": "__radd__", "-": "__rsub__", "*": "__rmul__", "/": "__rtruediv__", "|": "__ror__", "&": "__rand__",
    "@": "__rmatmul__", "%": "__rmod__", "//": "__rfloordiv__", ">>": "__rrshift__", "<<": "__rlshift__",
}  # fmt: skip
_DUNDERS = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "|": "__or__", "&": "__and__",
    "@": "__matmul__", "%": "__mod__", "<<": "__lshift__", ">>": "__rshift__", "//": "__floordiv__",
}  # fmt: skip


def site_key(site: Any) -> Any:
    """What tells one syntax node from another while the run lasts."""
    return site if isinstance(site, int | str | tuple) else id(site)


def _set_operation(op: str, left: Seq, right: Seq) -> Seq:
    if op in ("-", "&"):
        return Seq((), _all(left))
    return Seq((*left.items, *(item for item in right.items if item not in left.items)), join(left.rest, right.rest))


def _all(content: Seq) -> Value:
    rest = content.rest
    for value in content.items:
        rest = join(rest, value)
    return rest


def merge_maps(left: Map, right: Map) -> Map:
    """`{**left, **right}`: what is on the right under a key that is not known may stand over what is on the left."""
    over = right.rest or (a.unknown("a key that is not known") if right.open else NOTHING)
    entries = dict(left.entries)
    for key, value in left.entries.items():
        if over and a.ABSENT in right.entries.get(key, (a.ABSENT,)) and may_hold(right, key):
            entries[key] = join(value, over)
    for key, value in right.entries.items():
        if a.ABSENT in value and key in entries:
            value = join(tuple(atom for atom in value if atom is not a.ABSENT), entries[key])
        entries[key] = value
    return Map(entries, join(left.rest, right.rest), join(left.keys, right.keys), left.open or right.open)


def may_hold(content: Map, key: str) -> bool:
    """Whether one of the keys that a mapping has and that are not known may be this one."""
    if content.open or not content.keys or key.startswith("\0"):
        return True
    name = Text.of(key)
    return any(not isinstance(atom, Text) or _may_equal(atom, name) is not False for atom in content.keys)


def joined_map(maps: list[Map]) -> Map:
    """One of several mappings, nobody knows which."""
    result: Map | None = None
    for content in maps:
        result = content if result is None else join_map(result, content)
    return result or Map()


def _numbers(op: str, left: Const, right: Const) -> Value:
    one, other = left.value, right.value
    function = _ARITHMETIC.get(op)
    if function is None or one is None or other is None:
        return a.SOME_INT
    if isinstance(one, bytes) or isinstance(other, bytes):
        if isinstance(one, bytes) and isinstance(other, bytes) and op == "+" and len(one) + len(other) < 4096:
            return a.constant(one + other)
        return a.unknown("bytes")
    try:
        result = function(one, other)
    except (ArithmeticError, TypeError, ValueError):
        return a.SOME_INT
    if isinstance(result, int) and abs(result) > _BIGGEST:
        return a.SOME_INT
    return a.constant(result)
