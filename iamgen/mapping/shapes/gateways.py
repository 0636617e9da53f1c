"""WebSocket connections of API Gateway."""

from __future__ import annotations

from iamgen.catalog.model import Permission
from iamgen.core.text import Text
from iamgen.mapping.patterns import Pattern, Wild
from iamgen.mapping.place import OPEN
from iamgen.mapping.request import Request
from iamgen.mapping.shapes.shape import ActionShape

CONNECTIONS_URL = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html"
)


def connections(request: Request, permission: Permission) -> tuple[Pattern, ...] | None:
    """`api/stage/POST/@connections/id`; API and stage are in the client's endpoint, which no argument tells."""
    del permission
    operation = request.catalog.operation(request.call.service, request.call.operation)
    if operation is None or request.call.service != "apigatewaymanagementapi":
        return None
    note = f"the endpoint of the client names API and stage: {CONNECTIONS_URL}"
    ids: tuple[Text | Wild, ...] = request.texts("ConnectionId") or (Wild("*"),)
    path = f"/{operation.http_method}/@connections/"
    return tuple(request.arn("execute-api", OPEN, "/", OPEN, path, one, note=note) for one in ids)


ACTIONS: dict[str, ActionShape] = {"execute-api:ManageConnections": connections}
