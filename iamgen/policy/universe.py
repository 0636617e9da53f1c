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
