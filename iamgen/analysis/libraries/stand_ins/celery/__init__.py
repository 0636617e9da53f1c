"""Celery: with a broker URL `sqs://` a task that is sent is a message of SQS; tasks are called by workers."""

from _stand_in import Quiet, call_later, data
from kombu import send, sqs_of


class Celery(Quiet):
    def __init__(self, main=None, broker=None, backend=None, broker_url=None, *args, **options):
        self.main = main
        self.conf = Configuration()
        self.conf.broker_url = broker or broker_url

    def task(self, *args, **options):
        if len(args) == 1 and not options:
            return Task(args[0], self)
        return Decorator(self)

    def send_task(self, name, *args, **options):
        send_to(self.conf.broker_url)
        return data()

    def autodiscover_tasks(self, *args, **options):
        return None

    def config_from_object(self, obj, *args, **options):
        self.conf.broker_url = getattr(obj, "broker_url", None)


class Configuration(Quiet):
    def update(self, *args, **options):
        if "broker_url" in options:
            self.broker_url = options["broker_url"]

    def __setitem__(self, key, value):
        if key == "broker_url":
            self.broker_url = value


def send_to(url):
    sqs = sqs_of(url)
    if sqs is not None:
        send(sqs, data())


class Decorator:
    def __init__(self, app):
        self.app = app

    def __call__(self, function):
        return Task(function, self.app)


class Task:
    """A task: called as a function, or sent to a queue that the configuration names."""

    def __init__(self, function, app=None):
        self.function = call_later(function)
        self.app = app

    def __call__(self, *args, **options):
        return self.function(*args, **options)

    def delay(self, *args, **options):
        if self.app is not None:
            send_to(self.app.conf.broker_url)
        return data()

    apply_async = delay

    def s(self, *args, **options):
        return self

    si = signature = s

    def __getattr__(self, name):
        return data()


def shared_task(*args, **options):
    if len(args) == 1 and not options:
        return Task(args[0])
    return Decorator(None)


def __getattr__(name):
    return Quiet
