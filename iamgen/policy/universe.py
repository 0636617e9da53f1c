"""What the policy layer must know of AWS's actions: the caller hands it in."""

from __future__ import annotations

from typing import Protocol


class ActionUniverse(Protocol):
    """The actions that exist. Names come in the spelling of AWS's reference; look-ups fold case."""

    def expand(self, pattern: str) -> tuple[str, ...]:
        """The actions that a pattern such as `dynamodb:*Item` matches, sorted."""
        ...

    def action_known(self, name: str) -> bool: ...

    def all_actions(self) -> tuple[str, ...]: ...

    def resource_free(self, action: str) -> bool:
        """Whether AWS checks the action on `*` only, never on an ARN."""
        ...

    def resource_shapes(self, action: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The ARNs that AWS checks the action on, as patterns, and what makes another resource of such an ARN.

        `dynamodb:PutItem` is checked on `arn:*:dynamodb:*:*:table/*`, and `/index/*` behind it is an index, on
        which it never is. Both empty: not known.
        """
        ...
