"""Providers: each is called for what it provides."""

import types

from _stand_in import data


def resolved(value):
    return value() if isinstance(value, Provider) else value


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
    return provides() if isinstance(provides, Provided) else provides


class Provided(Provider):
    """`provider.provided.attribute["key"].call(...)`."""

    def __init__(self, source, step=None):
        self._source = source
        self._step = step
        self._overriding = None

    def __call__(self):
        value = self._source()
        return value if self._step is None else self._step(value)

    def __getattr__(self, name):
        return Provided(self, lambda value: getattr(value, name))

    def __getitem__(self, key):
        return Provided(self, lambda value: value[key])

    def call(self, *args, **kwargs):
        return Provided(self, lambda value: value(*args, **{k: resolved(v) for k, v in kwargs.items()}))


class Factory(Provider):
    pass


class Callable(Provider):
    pass


class Coroutine(Provider):
    pass


class AbstractFactory(Factory):
    pass


class Singleton(Provider):
    def __init__(self, provides=None, *args, **kwargs):
        super().__init__(provides, *args, **kwargs)
        self._made = []

    def _make(self, args, kwargs):
        if not self._made:
            self._made.append(super()._make(args, kwargs))
        return self._made[0]


class ThreadSafeSingleton(Singleton):
    pass


class ThreadLocalSingleton(Singleton):
    pass


class ContextLocalSingleton(Singleton):
    pass


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


class DependenciesContainer(Provider):
    def __init__(self, **dependencies):
        super().__init__(None)
        for name, value in dependencies.items():
            setattr(self, name, value)


class Container(Provider):
    """A container in a container: its attributes are the inner one's providers."""

    def __init__(self, container_cls, **overriding):
        super().__init__(None)
        self._container = container_cls(**overriding)

    def __call__(self):
        return self._container

    def __getattr__(self, name):
        return getattr(self._container, name)


class Option(Provider):
    """A value of the configuration, and what lies below it."""

    def __init__(self, value=None, convert=None):
        self._value = value
        self._convert = convert
        self._overriding = None
        self._below = {}

    def __call__(self):
        value = self._overriding if self._overriding is not None else self._value
        if value is None:
            return {name: option() for name, option in self._below.items()} or data()
        return value if self._convert is None else self._convert(value)

    def __getattr__(self, name):
        if name not in self._below:
            self._below[name] = Option()
        return self._below[name]

    def __getitem__(self, name):
        return self.__getattr__(name)

    def from_value(self, value):
        self._value = value

    def from_dict(self, values, required=False):
        for name, value in values.items():
            option = self.__getattr__(name)
            if isinstance(value, dict):
                option.from_dict(value)
            else:
                option.from_value(value)

    set = override = from_value

    def from_env(self, name, default=None, required=False, as_=None):
        import os

        value = os.environ[name] if default is None else os.environ.get(name, default)
        self._value = value if as_ is None else as_(value)

    def from_yaml(self, path, required=False):
        import yaml

        with open(path) as file:
            self.from_dict(yaml.safe_load(file))

    def from_json(self, path, required=False):
        import json

        with open(path) as file:
            self.from_dict(json.load(file))

    def from_ini(self, path, required=False):
        return None

    def from_pydantic(self, settings, required=False):
        for name, value in vars(settings).items():
            self.__getattr__(name).from_value(value)

    def required(self):
        return self

    def as_int(self):
        return Callable(int, self)

    def as_float(self):
        return Callable(float, self)

    def as_(self, convert, *args, **kwargs):
        return Callable(convert, self, *args, **kwargs)


class Configuration(Option):
    def __init__(self, name="config", default=None, strict=False, yaml_files=None, ini_files=None, **options):
        super().__init__()
        if default is not None:
            self.from_dict(default)
        for path in yaml_files or []:
            self.from_yaml(path)
