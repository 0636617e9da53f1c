"""Wiring: parameters whose default is a marker are given what a provider makes."""

from fastapi import Depends

WIRED = []


def _found(marker):
    if isinstance(marker, str):
        for container in WIRED:
            made = container
            for name in marker.split("."):
                made = getattr(made, name)
            return made
    return marker


class Provide:
    def __class_getitem__(cls, marker):
        return Depends(lambda: _found(marker)())

    def __new__(cls, marker):
        return Depends(lambda: _found(marker)())


class Provider:
    def __class_getitem__(cls, marker):
        return Depends(lambda: _found(marker))


class Closing:
    def __class_getitem__(cls, marker):
        return marker


def inject(function):
    return function


def register_loader_containers(*containers):
    return None


def wire(container, modules=None, packages=None, **options):
    return None


def unwire(modules=None, packages=None):
    return None


def as_int():
    return None


def invariant(name):
    return name
