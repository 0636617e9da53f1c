"""The steps that one comparison may take: a policy made to be intricate must not hang its reader."""

from __future__ import annotations

from iamgen.policy.algebra import Answer, ResourceSet, difference, intersects, is_empty
from iamgen.policy.limits import MAX_COMPARISON_STEPS


class OutOfSteps(Exception):  # noqa: N818  # no error: what is not answered yet is undecided
    """The comparison's steps are spent."""


class Budget:
    """Asks questions about sets until their steps are spent; every later one raises `OutOfSteps`.

    An answer that is remembered costs what it took at first, so that the same comparison always ends at the same
    place.
    """

    __slots__ = ("_left",)

    def __init__(self, steps: int = MAX_COMPARISON_STEPS) -> None:
        self._left = steps

    @property
    def reason(self) -> str:
        return f"the policies need more than {MAX_COMPARISON_STEPS:,} steps to compare"

    def charge(self, steps: int) -> None:
        """Take steps off what is left."""
        self._left -= steps
        if self._left < 0:
            raise OutOfSteps

    def is_empty(self, whole: ResourceSet, *, colons_uncertain: bool = False) -> Answer:
        self.charge(1)
        answer = is_empty(whole, colons_uncertain=colons_uncertain)
        self.charge(answer.steps)
        return answer

    def includes(self, outer: ResourceSet, inner: ResourceSet, *, colons_uncertain: bool = False) -> Answer:
        return self.is_empty(difference(inner, outer), colons_uncertain=colons_uncertain)

    def intersects(self, left: ResourceSet, right: ResourceSet) -> Answer:
        self.charge(1)
        answer = intersects(left, right)
        self.charge(answer.steps)
        return answer
