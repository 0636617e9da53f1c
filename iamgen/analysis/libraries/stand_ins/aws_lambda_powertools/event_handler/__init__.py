"""Resolvers call the functions that their decorators register, by the event."""

from _stand_in import Quiet, Registry, call_later, data, event


class Router(Registry):
    def __init__(self, *args, **options):
        self.context = {}
        self.current_event = event()
        self.lambda_context = data()

    route = get = post = put = delete = patch = head = options = Registry.register
    resolver = batch_resolver = async_batch_resolver = Registry.register
    on_publish = async_on_publish = on_subscribe = Registry.register
    tool = Registry.register
    exception_handler = exception_handler_for = Registry.register

    def not_found(self, function=None):
        return call_later if function is None else call_later(function)

    def use(self, middlewares):
        call_later(middlewares)

    def include_router(self, router, prefix=None):
        return None

    def append_context(self, **values):
        self.context.update(values)


class ApiGatewayResolver(Router):
    def resolve(self, event, context, **options):
        return data()

    def __call__(self, event, context):
        return self.resolve(event, context)


APIGatewayRestResolver = APIGatewayHttpResolver = ALBResolver = LambdaFunctionUrlResolver = ApiGatewayResolver
VPCLatticeResolver = VPCLatticeV2Resolver = BedrockAgentResolver = BedrockAgentFunctionResolver = ApiGatewayResolver
AppSyncResolver = AppSyncEventsResolver = HttpResolver = HttpResolverLocal = ApiGatewayResolver
APIGatewayRouter = APIGatewayHttpRouter = ALBRouter = LambdaFunctionUrlRouter = VPCLatticeRouter = Router
VPCLatticeV2Router = BedrockAgentRouter = Router


class Response(Quiet):
    pass


class BaseMiddlewareHandler(Quiet):
    def __call__(self, app, next_middleware):
        return self.handler(app, next_middleware)


def Depends(dependency, **options):
    return call_later(dependency)


def __getattr__(name):
    return data()
