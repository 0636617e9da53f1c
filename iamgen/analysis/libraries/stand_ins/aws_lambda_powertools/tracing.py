"""Traces go to the X-Ray daemon, which has its own rights: those of a traced deployment."""

from _stand_in import Quiet, data, transparent


class Tracer(Quiet):
    capture_lambda_handler = staticmethod(transparent)
    capture_method = staticmethod(transparent)


def __getattr__(name):
    return data()
