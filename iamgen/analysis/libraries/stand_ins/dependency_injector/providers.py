"""Providers: each is called for what it provides."""

import json
import os
import types

import yaml
from _stand_in import data


def resolved(value):
    return value() if isinstance(value, (Provider, Provided, Option)) else value


class Provider:
    def __init__(self, provides=None, *args, **kwargs):
        self._provides = provides
        self._args = args
        self._kwargs = kwargs
        self._overriding = None

    def __call__(self, *args, **kwargs):
        if self._overriding is not None:
            return resolved(self._overriding)
        return self._make(args, kwargs)

    def _make(self, args, kwargs):
        given = {name: resolved(value) for name, value in self._kwargs.items()}
        given.update(kwargs)
        return resolved_callable(self._provides)(*[resolved(value) for value in self._args], *args, **given)

    def override(self, provider):
        self._overriding = provider
        return self

    def reset_override(self):
        self._overriding = None

    reset_last_overriding = reset_override

    def add_args(self, *args):
        self._args = (*self._args, *args)
        return self

    def add_kwargs(self, **kwargs):
        self._kwargs.update(kwargs)
        return self

    def set_kwargs(self, **kwargs):
        self._kwargs = kwargs
        return self

    def set_args(self, *args):
        self._args = args
        return self

    def reset(self):
        return None

    @property
    def provider(self):
        return Object(self)

    @property
    def provided(self):
        return Provided(self)


def resolved_callable(provides):
    if isinstance(provides, Provided) and provides._kind != "call":  # a call takes more arguments itself
        return provides()
    return provides


class Provided:
    """`provider.provided.attribute["key"].call(...)`: a step from what another provides."""

    def __init__(self, source, kind="", key=None, kwargs=None):
        self._source = source
        self._kind = kind
        self._key = key
        self._kwargs = kwargs

    def __call__(self, *args, **kwargs):
        value = self._source()
        if self._kind == "attribute":
            return getattr(value, self._key)
        if self._kind == "item":
            return value[self._key]
        if self._kind == "call":
            given = {name: resolved(value) for name, value in self._kwargs.items()}
            given.update(kwargs)
            return value(*self._key, *args, **given)
        return value

    def __getattr__(self, name):
        return Provided(self, "attribute", name)

    def __getitem__(self, key):
        return Provided(self, "item", key)

    def call(self, *args, **kwargs):
        return Provided(self, "call", args, kwargs)


class Factory(Provider):
    pass


Callable = Coroutine = AbstractFactory = Factory


class Singleton(Provider):
    def __init__(self, provides=None, *args, **kwargs):
        super().__init__(provides, *args, **kwargs)
        self._made = None

    def _make(self, args, kwargs):
        if self._made is None:
            self._made = super()._make(args, kwargs)
        return self._made


ThreadSafeSingleton = ThreadLocalSingleton = ContextLocalSingleton = Singleton


class Resource(Singleton):
    """What is set up once; a generator function sets up before its `yield`."""

    def _make(self, args, kwargs):
        made = super()._make(args, kwargs)
        if isinstance(made, types.GeneratorType):
            return next(made)
        return made

    def init(self):
        return self()

    def shutdown(self):
        return None


class Object(Provider):
    def _make(self, args, kwargs):
        return self._provides


class Self(Provider):
    def _make(self, args, kwargs):
        return data()


class List(Provider):
    def __init__(self, *items):
        super().__init__(None, *items)

    def _make(self, args, kwargs):
        return [resolved(value) for value in self._args]


class Dict(Provider):
    def __init__(self, items=None, **kwargs):
        super().__init__(None, **{**(items or {}), **kwargs})

    def _make(self, args, kwargs):
        return {name: resolved(value) for name, value in self._kwargs.items()}


class Aggregate(Provider):
    """`Aggregate(one=provider, other=provider)("one")`."""

    def __init__(self, items=None, **kwargs):
        super().__init__(None, **{**(items or {}), **kwargs})

    def __call__(self, name, *args, **kwargs):
        return self._kwargs[name](*args, **kwargs)

    def __getattr__(self, name):
        return self._kwargs[name]


FactoryAggregate = Aggregate


class Selector(Provider):
    """`Selector(config.kind, one=provider, other=provider)`."""

    def __call__(self, *args, **kwargs):
        return self._kwargs[resolved(self._provides)](*args, **kwargs)


class Dependency(Provider):
    def __init__(self, instance_of=object, default=None):
        super().__init__(None)
        self._default = default

    def _make(self, args, kwargs):
        return resolved(self._default)


DependenciesContainer = Aggregate


class Container(Provider):
    """A container in a container: its attributes are the inner one's providers."""

    def __init__(self, container_cls, **overriding):
        super().__init__(None)
        self._container = container_cls(**overriding)

    def __call__(self):
        return self._container

    def __getattr__(self, name):
        return getattr(self._container, name)


class Option:
    """A value of the configuration, and what lies below it."""

    def __init__(self, parent=None, name=""):
        self._parent = parent
        self._name = name
        self._value = None
        self._below = {}

    def __call__(self):
        if self._value is not None:
            return self._value
        return data() if self._parent is None else self._parent()[self._name]

    def __getattr__(self, name):
        if name not in self._below:
            self._below[name] = Option(self, name)
        return self._below[name]

    def __getitem__(self, name):
        return self.__getattr__(name)

    def from_value(self, value):
        self._value = value

    set = override = from_dict = from_value

    def from_env(self, name, default=None, required=False, as_=None):
        self._value = os.environ[name] if default is None else os.environ.get(name, default)

    def from_yaml(self, path, required=False):
        with open(path) as file:
            self._value = yaml.safe_load(file)

    def from_json(self, path, required=False):
        with open(path) as file:
            self._value = json.load(file)

    def from_ini(self, path, required=False):
        return None

    from_pydantic = from_ini

    def required(self):
        return self

    def as_int(self):
        return self

    as_float = as_int

    def as_(self, convert, *args, **kwargs):
        return Factory(convert, self, *args, **kwargs)


class Configuration(Option):
    def __init__(self, name="config", default=None, strict=False, yaml_files=None, ini_files=None, **options):
        super().__init__()
        self._value = default
        for path in yaml_files or []:
            self.from_yaml(path)
