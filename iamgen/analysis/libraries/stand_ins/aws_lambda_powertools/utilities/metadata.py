"""The metadata endpoint is the function's own environment."""

from _stand_in import data


def __getattr__(name):
    return data()
