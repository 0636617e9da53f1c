"""kink, as of 0.8: services by name or type in one container. Source: kink/container.py, kink/inject.py"""

import functools
import inspect


class Container:
    def __init__(self):
        self._services = {}
        self._factories = {}
        self.factories = self._factories

    def __setitem__(self, key, value):
        self._services[key] = value

    def __getitem__(self, key):
        value = self._services[key]
        if inspect.isfunction(value):
            return value(self)
        return value() if inspect.isclass(value) else value

    def __contains__(self, key):
        return key in self._services

    def add_alias(self, name, target):
        self._services[name] = target

    def clear_cache(self):
        return None


di = Container()


def inject(target=None, alias=None, bind=None, container=di, use_factory=False):
    def wrap(inner):
        if not inspect.isclass(inner):
            return _given(inner, bind or {}, container)
        inner.__init__ = _given(inner.__init__, bind or {}, container)
        container[inner] = inner
        if alias is not None:
            container[alias] = inner
        return inner

    return wrap if target is None else wrap(target)


def _given(function, bind, container):
    parameters = inspect.signature(function).parameters

    @functools.wraps(function)
    def call(*args, **kwargs):
        known = list(parameters)[: len(args)]
        for name, parameter in parameters.items():
            if name in kwargs or name in known:
                continue
            if bind.get(name, name) in container:
                kwargs[name] = container[bind.get(name, name)]
            elif parameter.annotation in container:
                kwargs[name] = container[parameter.annotation]
        return function(*args, **kwargs)

    return call
