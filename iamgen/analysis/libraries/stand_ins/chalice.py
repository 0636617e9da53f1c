"""Chalice, as of 1.34: routes, events and pure functions, called by the application. Source: chalice/app.py"""

from _stand_in import Quiet, Registry, call_later, data, event


class Chalice(Registry):
    def __init__(self, app_name=None, *args, **options):
        self.current_request = Request()
        self.log = data()
        self.api = data()
        self.websocket_api = WebsocketAPI()

    route = authorizer = schedule = on_s3_event = on_sns_message = on_sqs_message = on_cw_event = Registry.register
    on_kinesis_record = on_dynamodb_record = lambda_function = middleware = Registry.register
    on_ws_connect = on_ws_message = on_ws_disconnect = Registry.register

    def register_blueprint(self, blueprint, name_prefix=None, url_prefix=None):
        return None

    def register_middleware(self, function, event_type="all"):
        call_later(function)

    def __call__(self, event, context):
        return data()


Blueprint = Chalice
Local = Chalice


class Request(Quiet):
    def __getattr__(self, name):
        return event()


class WebsocketAPI:
    """Sends to the connections of the application's own API."""

    def __init__(self):
        from _stand_in import client

        self.client = client("apigatewaymanagementapi")
        self.session = None

    def configure(self, domain_name, stage):
        return None

    def send(self, connection_id, message):
        self.client.post_to_connection(ConnectionId=connection_id, Data=message)

    def close(self, connection_id):
        self.client.delete_connection(ConnectionId=connection_id)

    def info(self, connection_id):
        return self.client.get_connection(ConnectionId=connection_id)


class Response(Quiet):
    pass


AuthResponse = AuthRoute = CORSConfig = Cron = Rate = CognitoUserPoolAuthorizer = IAMAuthorizer = Response
CustomAuthorizer = ConvertToMiddleware = WebsocketEvent = Response


class ChaliceViewError(Exception):
    pass


BadRequestError = UnauthorizedError = ForbiddenError = NotFoundError = ConflictError = ChaliceViewError
TooManyRequestsError = UnprocessableEntityError = MethodNotAllowedError = RequestTimeoutError = ChaliceViewError
WebsocketDisconnectedError = ChaliceViewError


def __getattr__(name):
    return data()
