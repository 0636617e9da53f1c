"""Logging writes to standard output."""

from _stand_in import Quiet, data, transparent


class Logger(Quiet):
    inject_lambda_context = staticmethod(transparent)


def __getattr__(name):
    return data()
