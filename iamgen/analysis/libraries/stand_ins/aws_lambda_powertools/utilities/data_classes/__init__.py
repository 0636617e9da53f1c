"""Event data classes show the event: their attributes are its fields."""

from _stand_in import Quiet, same


def event_source(function=None, data_class=same):
    def decorate(handler):
        def call(event, context):
            return handler(data_class(event), context)

        return call

    return decorate if function is None else decorate(function)


class DictWrapper(Quiet):
    pass


BaseProxyEvent = DictWrapper


def __getattr__(name):
    return same
