"""Reads and writes local paths and open files."""

from pandas import DataFrame


def __getattr__(name):
    return DataFrame()
