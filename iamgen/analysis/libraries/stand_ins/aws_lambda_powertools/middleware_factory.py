import functools

from _stand_in import data


def lambda_handler_decorator(decorator=None, trace_execution=None, clear_state=False):
    """A decorator made of `decorator(handler, event, context, **options)`."""
    if decorator is None:
        return lambda_handler_decorator

    def final_decorator(function=None, **options):
        if function is None:
            return functools.partial(final_decorator, **options)

        def wrapper(event, context, **more):
            return decorator(function, event, context, **options)

        return wrapper

    return final_decorator


def __getattr__(name):
    return data()
