"""Resources whose ARN repeats parts of another ARN that the request has: a topic those of its cluster."""

from __future__ import annotations

from iamgen.catalog.model import ArnBinding
from iamgen.core.text import Text
from iamgen.mapping.arns import segments, split
from iamgen.mapping.patterns import Glob, Pattern
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import TypeShape

_IDENTITIES = ("role", "user")


def topic(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """A topic of MSK: `topic/cluster/uuid/name`, in the place of the cluster.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_kafka.html
    """
    del binding
    found: list[Pattern] = []
    for cluster in request.texts("ClusterArn"):
        parts = segments(cluster)
        names = split(parts[5], "/") if parts is not None else ()
        if parts is None or len(names) != 3:
            return None
        head = Text.of("arn:", parts[1], ":kafka:", parts[3], ":", parts[4], ":topic/", names[1], "/", names[2], "/")
        found.extend(request.render(Glob.of(head + name)) for name in request.texts("TopicName") or (OPEN,))
    return tuple(found) or None


def access_entry(request: Request, binding: ArnBinding) -> tuple[Pattern, ...] | None:
    """An access entry of EKS: cluster, kind, account and name of its principal, and an id that EKS makes.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_eks.html
    """
    del binding
    found: list[Pattern] = []
    for principal in request.texts("principalArn"):
        parts = segments(principal)
        names = split(parts[5], "/") if parts is not None else ()
        if parts is None or names[0].literal not in _IDENTITIES:
            return None
        name = names[1] if len(names) == 2 else OPEN  # no page says what becomes of a path
        found.extend(
            request.arn("eks", "access-entry/", cluster, "/", names[0], "/", parts[4], "/", name, "/", OPEN)
            for cluster in request.texts("clusterName") or (OPEN,)
        )
    return tuple(found) or None


TYPES: dict[tuple[str, str], TypeShape] = {("eks", "access-entry"): access_entry, ("kafka", "topic"): topic}
