"""The IAM half of the catalog: operation -> actions, action -> resources, parameters -> ARNs."""

from __future__ import annotations

import json
import re

from iamgen.catalog.file import remembered
from iamgen.catalog.model import (
    Action,
    ActionResource,
    ArnBinding,
    ArnFormat,
    OperationNeeds,
    Permission,
    Status,
)
from iamgen.catalog.sdk import SdkLookups

_STATUSES = tuple(Status)
_OWN_NAME = "the action has the operation's name"
_COMPLETE = 2  # of `binding.curated`: the rows name all resource types that the action is checked on


class ActionLookups(SdkLookups):
    """What operations need, and what AWS's Service Authorization Reference says of actions."""

    @remembered
    def needs(self, service: str, operation: str) -> OperationNeeds:
        """What an operation needs; an operation that botocore does not have is unknown."""
        key = self._operation_key(service, operation)
        if key is None:
            return OperationNeeds(Status.UNKNOWN, reason=f"`{service}` has no operation `{operation}`")
        query = (
            "SELECT o.status, r.reason, r.url FROM operation o JOIN source r ON r.id = o.source"
            " WHERE o.service = ? AND o.name = ?"
        )
        ((status, reason, url),) = self._rows(query, key[0], operation)
        permissions = []
        if same_name := self._same_name(service, operation):
            permissions.append(Permission(same_name, reason=_OWN_NAME))
        query = (
            "SELECT p.action, p.trigger, p.resource, r.reason, r.url, p.replaces, p.resource_type, f.variables,"
            " f.whole, p.passed_to_service FROM permission p"
            " JOIN filling f ON f.id = p.filling JOIN source r ON r.id = p.source"
            " WHERE p.service = ? AND p.operation = ? ORDER BY p.position"
        )
        permissions.extend(_permission(row) for row in self._rows(query, *key))
        return OperationNeeds(_STATUSES[status], tuple(permissions), reason, url)

    @remembered
    def _operation_key(self, service: str, operation: str) -> tuple[int, int] | None:
        query = "SELECT service, number FROM operation WHERE service = ? AND name = ?"
        for service_id, number in self._rows(query, self._service_id(service), operation):
            return service_id, number
        return None

    @remembered
    def _same_name(self, service: str, operation: str) -> str:
        """The action that has the operation's name, "" when the catalog has other rows."""
        query = "SELECT action FROM operation WHERE service = ? AND name = ?"
        for (action,) in self._rows(query, self._service_id(service), operation):
            return f"{self.service_prefix(service)}:{operation if action == '=' else action}" if action else ""
        return ""

    @remembered
    def bindings(self, service: str, operation: str, action: str) -> tuple[ArnBinding, ...]:
        """How the operation's parameters fill the ARNs of the action's resource types, required ones first.

        A type that no parameter fills has no variables and no `whole`. Empty: the action supports only `*`.
        """
        prefix = action.partition(":")[0]
        known = self.action(action)
        types = {r.type: r.required for r in known.resources} if known is not None else {}
        key = self._operation_key(service, operation)
        if key is None:
            return ()
        query = (
            "SELECT b.resource_type, b.arn, f.variables, f.whole, b.curated"
            " FROM binding b JOIN filling f ON f.id = b.filling"
            " WHERE b.service = ? AND b.operation = ? AND b.action = ? ORDER BY b.position"
        )
        rows = self._rows(query, *key, "=" if action == self._same_name(service, operation) else action)
        complete = any(row[4] == _COMPLETE for row in rows)
        bindings = []
        for type_, arn, variables, whole, curated in rows:
            bindings.append(
                ArnBinding(
                    action=action,
                    resource_type=type_,
                    arn=arn or self._arn(prefix, type_),
                    required=complete or types.get(type_, False),
                    variables=_pairs(variables),
                    whole=tuple(whole.split()),
                    curated=bool(curated),
                )
            )
        if not complete:
            named = {row[0] for row in rows}
            bindings.extend(
                ArnBinding(action, type_, self._arn(prefix, type_), required)
                for type_, required in types.items()
                if type_ not in named
            )
        return tuple(sorted(bindings, key=lambda b: (not b.required, b.resource_type)))

    def _arn(self, prefix: str, type_: str) -> str:
        return "*" if (found := self.arn_format(prefix, type_)) is None else found.arn

    @remembered
    def action(self, name: str) -> Action | None:
        """The action of this name in any case."""
        prefix, _, short = name.partition(":")
        query = (
            "SELECT a.prefix, a.name, a.access_level, k.keys, a.dependent_actions, a.resources"
            " FROM action a JOIN key_set k ON k.id = a.key_set WHERE a.prefix = ? AND a.name = ?"
        )
        for found, spelled, level, keys, dependent, resources in self._rows(query, prefix.lower(), short):
            return Action(
                f"{found}:{spelled}",
                level,
                tuple(self._action_resource(word) for word in resources.split("\t") if word),
                tuple(keys.split()),
                tuple(dependent.split()),
            )
        return None

    def _action_resource(self, word: str) -> ActionResource:
        type_, _, number = word.rpartition(":")
        return ActionResource(type_.removesuffix("!"), type_.endswith("!"), self._key_set(int(number)))

    @remembered
    def _key_set(self, number: int) -> tuple[str, ...]:
        ((keys,),) = self._rows("SELECT keys FROM key_set WHERE id = ?", number)
        return tuple(keys.split())

    @remembered
    def actions(self, prefix: str) -> tuple[str, ...]:
        """The actions of a service prefix, sorted."""
        query = "SELECT prefix || ':' || name FROM action WHERE prefix = ? ORDER BY prefix, name"
        return tuple(name for (name,) in self._rows(query, prefix.lower()))

    @remembered
    def all_actions(self) -> tuple[str, ...]:
        """Every action, sorted."""
        return tuple(name for (name,) in self._rows("SELECT prefix || ':' || name FROM action ORDER BY prefix, name"))

    @remembered
    def expand(self, pattern: str) -> tuple[str, ...]:
        """The actions that a pattern with `*` and `?` names, in any case, sorted."""
        prefix, _, short = pattern.partition(":")
        if pattern == "*":
            return self.all_actions()
        if not short:
            return ()
        candidates = self.all_actions() if re.search(r"[*?]", prefix) else self.actions(prefix)
        if short == "*" and candidates and not re.search(r"[*?]", prefix):
            return candidates
        wanted = re.compile(
            "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern.lower()),
            re.DOTALL,
        )
        return tuple(name for name in candidates if wanted.fullmatch(name.lower()))

    def action_known(self, name: str) -> bool:
        """Whether the reference has an action of this name, in any case."""
        return self.action(name) is not None

    @remembered
    def resource_free(self, action: str) -> bool:
        """Whether AWS checks the action on `*` only, never on an ARN; an unknown action is not known to be."""
        found = self.action(action)
        return found is not None and not found.resources

    @remembered
    def resource_shapes(self, action: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The ARNs that AWS checks the action on, as patterns, and what behind one of them makes another resource.

        `dynamodb:PutItem` is checked on a table; `/index/*` behind its ARN is an index, on which it never is.
        """
        found = self.action(action)
        if found is None:
            return (), ()
        prefix = action.partition(":")[0].lower()
        types = {resource.type for resource in found.resources}
        own = {arn for one in self.arn_formats(prefix) if one.type in types for arn in (one.arn, *one.others)}
        if len({one.type for one in self.arn_formats(prefix) if one.type in types}) < len(types):
            return (), ()  # a type of another service's, whose ARN is not known here
        other = {arn for one in self.arn_formats(prefix) for arn in (one.arn, *one.others)} - own
        tails = {arn.removeprefix(one) for one in own for arn in other if re.match(re.escape(one) + r"/[a-z-]+/", arn)}
        return tuple(sorted(map(_opened, own))), tuple(sorted(map(_opened, tails)))

    @remembered
    def arn_format(self, prefix: str, type: str) -> ArnFormat | None:  # noqa: A002  the word of the contract
        """The ARN of one resource type."""
        for arn in self.arn_formats(prefix):
            if arn.type == type:
                return arn
        return None

    @remembered
    def arn_formats(self, prefix: str) -> tuple[ArnFormat, ...]:
        """The ARNs of a service prefix's resource types, sorted by type."""
        query = (
            "SELECT f.prefix, f.type, f.arn, k.keys FROM arn_format f JOIN key_set k ON k.id = f.key_set"
            " WHERE f.prefix = ? ORDER BY f.type"
        )
        found = []
        for own, type_, arns, keys in self._rows(query, prefix):
            first, *others = arns.split()
            found.append(ArnFormat(own, type_, first, tuple(keys.split()), tuple(others)))
        return tuple(found)

    @remembered
    def operations_needing(self, action: str) -> tuple[tuple[str, str], ...]:
        """The (service, operation) pairs that need an action, always or sometimes, sorted."""
        prefix, _, short = action.partition(":")
        rows = self._rows(
            "SELECT s.name, o.name FROM operation o JOIN service s ON s.id = o.service"
            " WHERE s.prefix = ? AND (o.action = ? OR o.action = '=' AND o.name = ?)"
            " UNION SELECT s.name, o.name FROM permission p JOIN service s ON s.id = p.service"
            " JOIN operation o ON o.service = p.service AND o.number = p.operation"
            " WHERE p.action = ? ORDER BY 1, 2",
            prefix, short, short, action,
        )  # fmt: skip
        return tuple((service, operation) for service, operation in rows)

    @remembered
    def status_counts(self) -> tuple[tuple[str, Status, int], ...]:
        """How many operations of each SDK service have each status: (service, status, count), sorted."""
        query = (
            "SELECT s.name, o.status, count(*) FROM operation o JOIN service s ON s.id = o.service"
            " GROUP BY s.name, o.status ORDER BY s.name, o.status"
        )
        return tuple((service, _STATUSES[status], count) for service, status, count in self._rows(query))


def _opened(arn: str) -> str:
    return re.sub(r"\$\{[^}]*\}", "*", arn)


def _permission(row: tuple[str, ...]) -> Permission:
    action, trigger, resource, reason, url, replaces, resource_type, variables, whole, passed = row
    return Permission(
        action, trigger, resource, reason, url, tuple(replaces.split()), resource_type, _pairs(variables),
        tuple(whole.split()), tuple(passed.split()),
    )  # fmt: skip


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((variable, source) for variable, source in json.loads(text)) if text else ()
