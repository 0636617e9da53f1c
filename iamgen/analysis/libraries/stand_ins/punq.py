"""punq, as of 0.7: a container that builds classes from their hints. Source: punq/__init__.py"""

import inspect
from typing import get_type_hints

from _iamgen import gap


class Scope:
    transient = "transient"
    singleton = "singleton"


class MissingDependencyError(Exception):
    pass


class Container:
    def __init__(self):
        self._made = {}
        self._known = {}

    def register(self, service, factory=None, instance=None, scope="transient", **kwargs):
        self._known[service] = (factory, instance, kwargs)
        return self

    def resolve(self, service_key, **kwargs):
        if service_key not in self._known:
            return self.instantiate(service_key, **kwargs)
        factory, instance, given = self._known[service_key]
        if instance is not None:
            return instance
        return self._build(factory or service_key, {**given, **kwargs})

    def resolve_all(self, service, **kwargs):
        return [self.resolve(service, **kwargs)]

    def instantiate(self, service_key, **kwargs):
        if not inspect.isclass(service_key):
            return gap("what punq's container holds under a name")
        return self._build(service_key, kwargs)

    def _build(self, factory, given):
        hints = get_type_hints(factory if inspect.isfunction(factory) else factory.__init__)
        wanted = inspect.signature(factory).parameters
        made = {
            name: self.resolve(hints[name]) for name in wanted if name not in given and hints.get(name) in self._known
        }
        return factory(**made, **given)
