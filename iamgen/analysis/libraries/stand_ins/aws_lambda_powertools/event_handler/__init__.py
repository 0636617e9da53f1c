"""Resolvers call the functions that their decorators register, by the event: where they are asked to resolve one."""

from _stand_in import Quiet, call_later, data, event


class Router(Quiet):
    def __init__(self, *args, **options):
        self._registered = [args, options]
        self.context = {}
        self.current_event = event()
        self.lambda_context = data()

    def register(self, *args, **options):
        self._registered.append([args, options])
        return self._keep

    def _keep(self, function):
        self._registered.append(function)
        return function

    route = get = post = put = delete = patch = head = options = register
    resolver = batch_resolver = async_batch_resolver = register
    on_publish = async_on_publish = on_subscribe = register
    tool = register
    exception_handler = exception_handler_for = register

    def not_found(self, function=None):
        return self._keep if function is None else self._keep(function)

    def use(self, middlewares):
        self._registered.append(middlewares)

    def include_router(self, router, prefix=None):
        self._registered.append(router._registered)

    def _leaves(self):
        call_later(self._registered)

    def append_context(self, **values):
        self.context.update(values)


class ApiGatewayResolver(Router):
    def resolve(self, event, context, **options):
        call_later(self._registered)
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
