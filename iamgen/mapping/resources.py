"""Which resources an action of a request is checked on: arguments -> ARN patterns.

The catalog says how parameters fill the ARN of each resource type (`ArnBinding`); `shapes/` holds
what takes more than filling in, as a queue's URL or the key of a `CopySource`.
"""

from __future__ import annotations

import re

from iamgen.catalog.model import ArnBinding, Permission
from iamgen.core.text import Hole, HoleKind, Text
from iamgen.mapping.arguments import Presence
from iamgen.mapping.arns import Form, form_of, segments
from iamgen.mapping.derived import derived
from iamgen.mapping.limits import MAX_PATTERNS
from iamgen.mapping.named import anywhere, arn_text, fits, form_in, starred
from iamgen.mapping.patterns import ANYTHING, EVERYTHING, Glob, Pattern, Wild, unique
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes import ACTIONS, TYPES
from iamgen.mapping.sources import Scope, evaluate, paths, scopes

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def resources_of(request: Request, permission: Permission) -> tuple[Pattern, ...]:
    """The patterns that an action of this request is checked on, in a stable order; never empty."""
    if permission.resource:
        return (_written(request, permission.resource),)
    if (shape := ACTIONS.get(permission.action)) is not None and (found := shape(request, permission)) is not None:
        return unique(found)
    if (origins := derived(request, permission, resources_of)) is not None:
        return unique(origins)
    bindings = bindings_of(request, permission)
    return unique(_chosen(request, bindings, permission)) if bindings else (EVERYTHING,)


def bindings_of(request: Request, permission: Permission) -> tuple[ArnBinding, ...]:
    """The resource types of the action and how this operation fills them; a row's own come first."""
    catalog, action = request.catalog, permission.action
    if permission.resource_type:
        prefix = action.partition(":")[0]
        format_ = catalog.arn_format(prefix, permission.resource_type)
        if format_ is not None:
            own = ArnBinding(
                action, format_.type, format_.arn, True, permission.variables, permission.whole, curated=True
            )
            return (own,)
    return catalog.bindings(request.call.service, request.call.operation, action)


def _written(request: Request, resource: str) -> Pattern:
    """A pattern that a row writes out; its partition, region and account are the request's."""
    if resource == "*":
        return EVERYTHING
    parts: list[str | Wild | Text] = []
    for piece in re.split(r"(\$\{[^}]*\}|[*?]+)", resource):
        if match := _VARIABLE.fullmatch(piece):
            parts.append(_placed(request, match.group(1)) or OPEN)
        else:
            parts.append(Wild(piece) if piece[:1] in ("*", "?") else piece)
    return request.render(Glob.of(*parts))


def _placed(request: Request, variable: str) -> Text | None:
    place = request.place
    return {"Partition": place.partition, "Region": place.region, "Account": place.account}.get(variable)


def _chosen(request: Request, bindings: tuple[ArnBinding, ...], permission: Permission) -> tuple[Pattern, ...]:
    """The patterns of the types that the request fills.

    A required type that no parameter could fill is needed as a whole (the instances that RunInstances
    makes). Types that parameters could fill, but don't, are alternatives to those that are filled. A
    request that names none of the optional ones is checked on `*`.
    """
    filled: list[Pattern] = []
    bare: list[Pattern] = []
    left: list[ArnBinding] = []
    for binding in bindings:
        if binding.arn == "*":
            filled.append(EVERYTHING)  # a row says so
            continue
        shape = TYPES.get((_service_of(binding), binding.resource_type))
        shaped = shape(request, binding) if shape is not None else None
        patterns = fill_binding(request, binding) if shaped is None else shaped
        if patterns:
            filled.extend(patterns)
        elif shaped is None and binding.required and (_made(request) or not _tells(request, binding, bindings)):
            bare.extend(_adopted(request, binding) or (_open(request, binding),))
        else:
            left.append(binding)
    if filled or bare:
        unnamed = all(not one.required for one in bindings) and _presence(request, bindings) is Presence.MAYBE
        return (*filled, *bare, *((ANYTHING,) if unnamed else ()))
    if verbatim := _verbatim(request, bindings):
        return verbatim
    required = tuple(binding for binding in left if binding.required)
    if required:
        return tuple(_open(request, binding) for binding in required)
    # Tags on what is made, say: AWS checks the new resource, whose name nobody knows.
    unnamed = bool(permission.trigger) and not any(_fillable(one) for one in bindings)
    return (ANYTHING if unnamed or _presence(request, bindings) > Presence.ABSENT else EVERYTHING,)


def _tells(request: Request, binding: ArnBinding, bindings: tuple[ArnBinding, ...]) -> bool:
    """Whether parameters could tell the ARN: one that takes names, too, and holds one does not.

    Unless the name is that of another type: `SnapshotIdentifier` is a cluster's snapshot by name, an instance's
    only by ARN.
    """
    texts = (text for path in binding.whole for text in request.texts(path))
    by_name = not binding.variables and binding.curated and any(form_of(text) is Form.NAME for text in texts)
    own = {path for other in bindings for _, source in other.variables for path in paths(source)}
    return _fillable(binding) and (not by_name or _whole_paths(binding) <= own)


def _made(request: Request) -> bool:
    """Whether the request makes what it doesn't name: an image's snapshots, a machine's interfaces.

    EC2's required types are needed together; elsewhere they are often alternatives of which one is given.
    """
    return request.call.service == "ec2" and request.call.operation.startswith(_MAKING)


def _verbatim(request: Request, bindings: tuple[ArnBinding, ...]) -> tuple[Pattern, ...]:
    """ARNs that no type's format fits, though a parameter takes nothing else: the format is wrong, not the ARN."""
    found = (text for binding in bindings for path in binding.whole for text in request.texts(path))
    return unique(
        request.render(Glob.of(arn_text(text)))
        for text in found
        if form_of(text) is Form.ARN and segments(text) is not None
    )


# Operations that make something of which an ARN of the same type, where they take one, is only the model.
_MAKING = ("Clone", "Copy", "Create", "Import", "Restore")


def _adopted(request: Request, binding: ArnBinding) -> tuple[Pattern, ...]:
    """An argument that is an ARN of this very type, though no row says that it names the resource."""
    if request.call.operation.startswith(_MAKING):
        return ()
    found: list[Pattern] = []
    for entry in request.call.arguments.entries:
        name = entry.key.literal or ""
        for text in request.filled(entry.value) if name.endswith(("Arn", "ARN", "Arns", "ARNs")) else ():
            whole = form_of(text) is Form.ARN and segments(text) is not None
            if whole and fits(text, binding.arn) and binding.arn.count(":") >= _SEGMENTED:
                found.append(request.render(Glob.of(arn_text(text, starred(binding.arn)))))
    return tuple(found)


_SEGMENTED = 5  # colons of an ARN format that has all its segments


def _presence(request: Request, bindings: tuple[ArnBinding, ...]) -> Presence:
    """How surely the request names a resource of one of these types."""
    all_paths = {
        path
        for one in bindings
        for source in (*(text for _, text in one.variables), *one.whole)
        for path in paths(source)
    }
    return max((request.find_parts(path).presence for path in sorted(all_paths)), default=Presence.ABSENT)


def _service_of(binding: ArnBinding) -> str:
    return binding.arn.split(":")[2] if binding.arn.count(":") >= 3 else ""


def _fillable(binding: ArnBinding) -> bool:
    return bool(binding.whole) or any(paths(source) for _, source in binding.variables)


def fill_binding(request: Request, binding: ArnBinding) -> tuple[Pattern, ...]:
    """The ARNs of one resource type as the parameters fill them; empty when they don't."""
    arguments = request.call.arguments
    found: list[Pattern] = []
    for path in binding.whole:
        for text in request.texts(path):
            pattern = whole_arn(request, text, binding)
            if pattern is not None:
                found.append(pattern)
    if found and not any(set(paths(source)) - _whole_paths(binding) for _, source in binding.variables):
        names = {path: request.texts(path) for path in binding.whole}
        if all(form_of(text) is not Form.NAME for texts in names.values() for text in texts):
            return tuple(found)
    if not binding.variables:
        return tuple(found)
    for scope in scopes(arguments, tuple(source for _, source in binding.variables)):
        found.extend(_by_variables(request, binding, scope))
    return tuple(found)


def _whole_paths(binding: ArnBinding) -> set[tuple[str, ...]]:
    return {path for whole in binding.whole for path in paths(whole)}


def whole_arn(request: Request, text: Text, binding: ArnBinding) -> Pattern | None:
    """A parameter's value as the ARN of this type; None when it is a name, or another type's ARN."""
    named = any(_whole_paths(binding) & set(paths(source)) for _, source in binding.variables)
    match form_in(request, text):
        case Form.ARN:
            text = arn_text(text, starred(binding.arn))
            return request.render(Glob.of(text)) if fits(text, binding.arn) else None
        case Form.OPEN if named:
            return None
        case Form.OPEN | Form.OPEN_ARN:
            return anywhere(request, binding.arn)
        case Form.NAME:
            reference = len(text.parts) == 1 and isinstance(text.parts[0], Hole)
            return request.render(Glob.of(text)) if reference and not named else None


def _open(request: Request, binding: ArnBinding) -> Pattern:
    """Any resource of this type in the request's own place."""
    return request.render(_glob(request, binding.arn, {}))


def _by_variables(request: Request, binding: ArnBinding, scope: Scope) -> tuple[Pattern, ...]:
    """The ARNs that the variables of one scope give."""
    given = Presence.ABSENT
    rows: list[dict[str, Glob]] = [{}]
    for variable, source in binding.variables:
        filled = evaluate(request, source, scope)
        if filled.presence is Presence.ABSENT and paths(source) and not filled.globs:
            if not binding.required:
                return ()
            continue
        if filled.presence is Presence.UNTOLD and not binding.required:
            return ()  # nothing in the code hints at this alternative
        # A default is what AWS takes when nothing is given: it names the resource, too.
        given = max(given, filled.presence or (Presence.MAYBE if filled.globs else Presence.ABSENT))
        options = filled.globs
        if len(rows) * len(options) > MAX_PATTERNS:
            options = (Glob.of(OPEN),)
        rows = [{**row, variable: option} for row in rows for option in options]
    if given is Presence.ABSENT and _fillable(binding):
        return ()
    return tuple(request.render(_glob(request, binding.arn, row)) for row in rows)


def _glob(request: Request, format_: str, row: dict[str, Glob]) -> Glob:
    """The format with its variables filled.

    A value that is an ARN stands for all that precedes it, and for what follows that no parameter fills.
    """
    glob = Glob()
    whole = False
    held = Glob()
    for piece in re.split(r"(\$\{[^}]*\})", format_):
        match = _VARIABLE.fullmatch(piece)
        if match is None:
            held = Glob.of(held, *(Wild(one) if one == "*" else one for one in re.split(r"(\*)", piece)))
            continue
        value = row.get(match.group(1))
        if value is not None:
            whole = is_arn(value)
            glob = value if whole else glob + held + value
            held = Glob()
        elif not whole:
            # What no parameter names is as narrow as it gets once another part is known: `stack/core/*`.
            glob = glob + held + (_placed(request, match.group(1)) or (Wild("*") if row else OPEN))
            held = Glob()
    return glob if whole else glob + held


def is_arn(glob: Glob) -> bool:
    """Whether a value is an ARN by itself, or a reference to one."""
    first = glob.parts[0] if glob.parts else ""
    if isinstance(first, Hole) and first.kind is HoleKind.SYMBOL and len(glob.parts) == 1:
        return form_of(Text((first,))) is Form.ARN
    return isinstance(first, str) and first.startswith("arn:")
